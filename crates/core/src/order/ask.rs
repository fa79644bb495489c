use super::OrderState;
use crate::{
    Context, State,
    command::Reply,
    cut::Key,
    fact::Fact,
    ids::{OperatorId, OrderId},
    operator::check_reason,
    refusal::Refusal,
};

/// Has the provider asked about an order at once instead of when its turn comes. It moves nothing: what the provider
/// says goes the ordinary way. The gateway has checked that the operator may.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AskOrder {
    pub order: OrderId,
    pub by: OperatorId,
    pub reason: String,
}

impl AskOrder {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Order(self.order));
    }

    pub(crate) fn decide(&self, state: &State, _context: &Context) -> Result<Vec<Fact>, Refusal> {
        let order = state.orders.get(&self.order).ok_or(Refusal::NoSuchOrder)?;
        check_reason(&self.reason)?;
        match order.state {
            OrderState::Created => Err(Refusal::OrderNotSubmitted),
            state if state.settled() => Err(Refusal::OrderEnded),
            _ => Ok(vec![Fact::OrderAsked { by: self.by, order: self.order, reason: self.reason.clone() }]),
        }
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
        command::{HearOrder, SubmitOrder},
        order::Word,
        trial::{Trial, check_order},
    };

    #[test]
    fn checks_come_in_this_order() {
        let (mut trial, ann, order) = Trial::with_order(700);
        let ask = |order, reason: &str| AskOrder { order, by: OperatorId(7), reason: reason.into() };
        check_order(
            &mut trial,
            vec![
                ("order", ask(OrderId(1), ""), Err(Refusal::NoSuchOrder)),
                ("no reason", ask(order, " "), Err(Refusal::ReasonInvalid)),
                ("the provider does not have it", ask(order, "why"), Err(Refusal::OrderNotSubmitted)),
            ],
        );
        trial.must(SubmitOrder { order });
        check_order(&mut trial, vec![("unknown", ask(order, "it has been a day"), Ok(()))]);
        trial.must(HearOrder::says(order, Word::Pending, 700));
        check_order(&mut trial, vec![("the provider works on it", ask(order, "it has been a week"), Ok(()))]);
        assert_eq!(trial.state.orders.get(&order).unwrap().asked, 2, "the cashier sees that it is asked for");
        trial.must(HearOrder::says(order, Word::Succeeded, 700));
        check_order(&mut trial, vec![("ended", ask(order, "why"), Err(Refusal::OrderEnded))]);
        assert_eq!(trial.balance(ann), crate::fen::Fen(700), "asking moved nothing");
    }
}
