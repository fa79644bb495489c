use super::{Order, OrderKind, OrderState, Word, hear::settled};
use crate::{
    Context, State,
    command::Reply,
    cut::Key,
    fact::Fact,
    ids::{OperatorId, OrderId},
    operator::check_reason,
    refusal::Refusal,
};

/// Ends an order without the provider, where it is certain how it ends. The operator decides that it ends now, and not
/// how. The gateway has checked that the operator may.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SettleOrder {
    pub order: OrderId,
    pub by: OperatorId,
    pub reason: String,
}

impl Order {
    /// How the order certainly ends, though the provider has said no end; `None`: only the provider can say.
    ///
    /// Failed in both cases: what was never handed over the provider cannot have (what was handed over may reach it
    /// late, also after it said that it does not know it); and a top-up of which it says that the money went back never
    /// brings any, because a top-up credits on "succeeded" alone.
    #[must_use]
    pub fn certain_end(&self) -> Option<Word> {
        if self.state.settled() {
            return None;
        }
        let never_left = self.state == OrderState::Created && self.attempts == 0;
        let went_back = self.kind == OrderKind::TopUp
            && self.raised.iter().any(|said| said.word == Word::Returned && said.amount == self.amount);
        (never_left || went_back).then_some(Word::Failed)
    }
}

impl SettleOrder {
    pub(crate) fn needs(&self, state: &State, keys: &mut Vec<Key>) {
        keys.push(Key::Order(self.order));
        if let Some(order) = state.orders.peek(&self.order) {
            keys.push(Key::Wallet(order.user));
            keys.push(Key::Guard(order.user));
        }
    }

    pub(crate) fn decide(&self, state: &State, _context: &Context) -> Result<Vec<Fact>, Refusal> {
        let order = state.orders.get(&self.order).ok_or(Refusal::NoSuchOrder)?;
        check_reason(&self.reason)?;
        if order.state.settled() {
            return Err(Refusal::OrderEnded);
        }
        let outcome = order.certain_end().ok_or(Refusal::OrderUncertain)?;
        let wallet = state.wallets.get(&order.user).copied().unwrap_or_default();
        let held = order.kind == OrderKind::Withdrawal;
        let decided = Fact::OrderDecided {
            by: self.by,
            order: self.order,
            before: order.state,
            outcome,
            reason: self.reason.clone(),
        };
        Ok(vec![decided, settled(self.order, order.user, order.kind, outcome, held, order.amount, wallet)])
    }

    pub(crate) fn reply(&self, state: &State) -> Reply {
        let order = state.orders.get(&self.order).expect("it was decided on");
        Reply::OrderStands { order: self.order, state: order.state, applied: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::{HearOrder, SubmitOrder, Withdraw},
        fen::Fen,
        guard::PinPass,
        ids::UserId,
        trial::{Trial, check_order},
    };

    fn settle(order: OrderId, reason: &str) -> SettleOrder {
        SettleOrder { order, by: OperatorId(7), reason: reason.into() }
    }

    /// An order for 300 fen out of 1,000 that was not handed over yet.
    fn withdrawal() -> (Trial, UserId, OrderId) {
        let (mut trial, ann, top_up) = Trial::with_order(1_000);
        trial.must(SubmitOrder { order: top_up });
        trial.must(HearOrder::says(top_up, Word::Succeeded, 1_000));
        trial.set_pin(ann);
        let pass = Some(PinPass(trial.pass_try(ann)));
        let withdraw = Withdraw { user: ann, id: trial.id(), amount: Fen(300), destination: "bank".into(), pass };
        let Reply::Withdrawn { order, .. } = trial.must(withdraw) else { panic!("{:?}", trial.log) };
        (trial, ann, order)
    }

    #[test]
    fn checks_come_in_this_order() {
        let (mut trial, ann, order) = withdrawal();
        check_order(
            &mut trial,
            vec![
                ("order", settle(OrderId(1), ""), Err(Refusal::NoSuchOrder)),
                ("no reason", settle(order, ""), Err(Refusal::ReasonInvalid)),
                ("it never left", settle(order, "the provider is down for good"), Ok(())),
                ("it has ended", settle(order, "again"), Err(Refusal::OrderEnded)),
            ],
        );
        assert_eq!((trial.balance(ann), trial.held(ann)), (Fen(1_000), Fen::ZERO), "what was held is back");
        assert_eq!(trial.run(SubmitOrder { order }), Err(Refusal::OrderNotNew), "and it is not handed over any more");
    }

    #[test]
    fn what_the_provider_may_have_only_the_provider_ends() {
        let (mut trial, ann, order) = withdrawal();
        let refused = |trial: &mut Trial, what| {
            check_order(trial, vec![(what, settle(order, "we are sure"), Err(Refusal::OrderUncertain))]);
        };
        trial.must(SubmitOrder { order });
        refused(&mut trial, "it may have it");
        trial.must(HearOrder::says(order, Word::NotFound, 300));
        refused(&mut trial, "what was sent may still come late");
        trial.must(SubmitOrder { order });
        trial.must(HearOrder::says(order, Word::Pending, 300));
        refused(&mut trial, "it works on it");
        trial.must(HearOrder::says(order, Word::Failed, 299));
        refused(&mut trial, "it spoke of another amount");
        assert_eq!((trial.balance(ann), trial.held(ann)), (Fen(700), Fen(300)));
    }

    #[test]
    fn a_top_up_that_the_provider_sent_back_ends_as_failed() {
        let (mut trial, ann, order) = Trial::with_order(700);
        trial.must(SubmitOrder { order });
        trial.must(HearOrder::says(order, Word::Returned, 699));
        check_order(&mut trial, vec![("of another amount", settle(order, "why"), Err(Refusal::OrderUncertain))]);
        trial.must(HearOrder::says(order, Word::Returned, 700));
        trial.must(settle(order, "the provider sent it back"));
        let stands = trial.state.orders.get(&order).unwrap();
        assert_eq!((stands.state, stands.raised.is_empty()), (OrderState::Failed, true), "somebody has looked at it");
        // Whatever it says later is raised, and moves nothing.
        trial.must(HearOrder::says(order, Word::Succeeded, 700));
        assert_eq!(trial.balance(ann), Fen::ZERO);
    }
}
