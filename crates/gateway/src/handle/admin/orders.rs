//! Orders to the payment provider, their lives, and what may be done about one.

use std::collections::BTreeMap;

use laisee_bus::Bus;
use laisee_core::{
    command::{AskOrder, CloseRaised, Command, SettleOrder},
    ids::{Millis, OperatorId, OrderId, ShardId, UserId},
    order::{
        Order, OrderState,
        list::{OrderBy, OrderFilter, OrderSort},
        step::{OrderStep, StepSeen},
    },
    query::{Answer, Query},
    refusal::Refusal,
};
use laisee_wire::v1;

use super::{Acting, operator_name, page_token};
use crate::{
    convert::{self, bad_request, failure, refused},
    handle::{Desk, unfitting},
};

const LIMIT: usize = 50;
const LIMIT_MAX: usize = 200;

impl<B: Bus> Desk<B> {
    /// The orders of all shards as one list. Each shard's is in order, so a page takes the first of what they offer.
    pub(crate) async fn list_orders(
        &self,
        _: Acting,
        request: v1::ListOrdersAsOperator,
    ) -> Result<v1::OrdersForOperator, v1::Error> {
        let limit = match request.limit as usize {
            0 => LIMIT,
            limit => limit.min(LIMIT_MAX),
        };
        let (filter, sort) = (filter(&request), sort(&request.sort)?);
        let after = page_token::read(&request.after)?;
        // Somebody's orders are all in one shard.
        let shards = match filter.user {
            Some(user) if user.shard().0 >= self.bus.shards() => vec![],
            Some(user) => vec![user.shard()],
            None => (0..self.bus.shards()).map(ShardId).collect(),
        };
        let (mut found, mut more, mut complete) = (vec![], false, true);
        for shard in shards {
            match self.ask(shard, Query::OrderList { filter, sort, after, limit }).await? {
                Answer::OrderList { orders, more: beyond, all } => {
                    found.extend(orders);
                    more |= beyond;
                    complete &= all;
                }
                _ => return Err(unfitting()),
            }
        }
        found.sort_unstable_by_key(|order| sort.place(order));
        more |= found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map_or_else(String::new, |last| page_token::seal(&sort.place(last)));
        let people = self.profiles(found.iter().map(|order| order.user)).await?;
        let name = |user: &UserId| people.get(user).map(|profile| profile.name.clone()).unwrap_or_default();
        let orders = found.iter().map(|order| convert::order_for_operator(order, name(&order.user))).collect();
        Ok(v1::OrdersForOperator { orders, next, complete })
    }

    pub(crate) async fn order_life(
        &self,
        _: Acting,
        request: v1::GetOrderAsOperator,
    ) -> Result<v1::OrderLife, v1::Error> {
        self.life(OrderId(request.order)).await
    }

    pub(crate) async fn ask_order(&self, who: Acting, request: v1::AskOrder) -> Result<v1::OrderLife, v1::Error> {
        let (order, by, reason) = (OrderId(request.order), who.operator, request.reason);
        self.handle_order(order, Command::AskOrder(AskOrder { order, by, reason })).await
    }

    pub(crate) async fn settle_order(&self, who: Acting, request: v1::SettleOrder) -> Result<v1::OrderLife, v1::Error> {
        let (order, by, reason) = (OrderId(request.order), who.operator, request.reason);
        self.handle_order(order, Command::SettleOrder(SettleOrder { order, by, reason })).await
    }

    pub(crate) async fn close_raised(&self, who: Acting, request: v1::CloseRaised) -> Result<v1::OrderLife, v1::Error> {
        let (order, by, reason) = (OrderId(request.order), who.operator, request.reason);
        self.handle_order(order, Command::CloseRaised(CloseRaised { order, by, reason })).await
    }

    async fn handle_order(&self, order: OrderId, command: Command) -> Result<v1::OrderLife, v1::Error> {
        self.must_hold(order)?;
        self.bus.call(command, None).await.map_err(failure)?;
        self.life(order).await
    }

    fn must_hold(&self, order: OrderId) -> Result<(), v1::Error> {
        if order.shard().0 < self.bus.shards() { Ok(()) } else { Err(refused(Refusal::NoSuchOrder)) }
    }

    async fn life(&self, order: OrderId) -> Result<v1::OrderLife, v1::Error> {
        self.must_hold(order)?;
        let Answer::OrderLife { order, steps } = self.ask(order.shard(), Query::OrderLife { order }).await? else {
            return Err(unfitting());
        };
        let name = self.profile(order.user).await?.name;
        let names = self.operator_names().await?;
        Ok(v1::OrderLife {
            may_be_asked: matches!(order.state, OrderState::Unknown | OrderState::Submitted),
            may_be_settled: order.certain_end().is_some(),
            order: Some(convert::order_for_operator(&order, name)),
            steps: steps.into_iter().map(|seen| step(seen, &order, &names)).collect(),
        })
    }
}

fn filter(request: &v1::ListOrdersAsOperator) -> OrderFilter {
    let moment = |ms: i64| (ms != 0).then_some(Millis(ms));
    OrderFilter {
        state: convert::order_state(request.status()),
        kind: convert::order_kind(request.kind()),
        user: (request.user != 0).then_some(UserId(request.user)),
        raised: request.raised,
        from: moment(request.from_ms),
        to: moment(request.to_ms),
    }
}

fn sort(asked: &str) -> Result<OrderSort, v1::Error> {
    let asked = if asked.is_empty() { "-created" } else { asked };
    let (descending, column) = asked.strip_prefix('-').map_or((false, asked), |column| (true, column));
    let by = match column {
        "created" => OrderBy::Created,
        "changed" => OrderBy::Changed,
        "amount" => OrderBy::Amount,
        _ => return Err(bad_request("orders are sorted by created, changed or amount")),
    };
    Ok(OrderSort { by, descending })
}

fn step(seen: StepSeen, order: &Order, names: &BTreeMap<OperatorId, String>) -> v1::OrderStep {
    use v1::OrderStepKind as Kind;
    let StepSeen { position, at, step } = seen;
    let shown = v1::OrderStep { at_ms: at.0, position: position.0, amount: order.amount.0, ..Default::default() };
    let done_by = |kind: Kind, by: OperatorId, reason: String, shown: v1::OrderStep| v1::OrderStep {
        kind: kind.into(),
        by: by.0,
        by_name: operator_name(by, names),
        reason,
        ..shown
    };
    match step {
        OrderStep::Created => v1::OrderStep { kind: Kind::Created.into(), ..shown },
        OrderStep::HandedOver { attempt } => v1::OrderStep { kind: Kind::HandedOver.into(), attempt, ..shown },
        OrderStep::Said { word, reference, reason } => {
            let word = convert::provider_word(word).into();
            v1::OrderStep { kind: Kind::Said.into(), word, reference, reason, ..shown }
        }
        OrderStep::Raised { word, amount, reference, reason } => {
            let (word, amount) = (convert::provider_word(word).into(), amount.0);
            v1::OrderStep { kind: Kind::Raised.into(), word, amount, reference, reason, ..shown }
        }
        OrderStep::Asked { by, reason } => done_by(Kind::Asked, by, reason, shown),
        OrderStep::Decided { by, reason } => done_by(Kind::Decided, by, reason, shown),
        OrderStep::RaisedClosed { by, reason } => done_by(Kind::RaisedClosed, by, reason, shown),
    }
}
