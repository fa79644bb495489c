use crate::{
    Context, State,
    command::Reply,
    cut::Key,
    fact::Fact,
    ids::{OperatorId, OrderId},
    operator::check_reason,
    refusal::Refusal,
};

/// Says that somebody has dealt with all that the provider said and did not fit. Nothing moves. Should the provider say it
/// again it is raised again. The gateway has checked that the operator may.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CloseRaised {
    pub order: OrderId,
    pub by: OperatorId,
    pub reason: String,
}

impl CloseRaised {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Order(self.order));
    }

    pub(crate) fn decide(&self, state: &State, _context: &Context) -> Result<Vec<Fact>, Refusal> {
        let order = state.orders.get(&self.order).ok_or(Refusal::NoSuchOrder)?;
        check_reason(&self.reason)?;
        if order.raised.is_empty() {
            return Err(Refusal::NothingRaised);
        }
        let words = order.raised.iter().map(|raised| raised.word).collect();
        Ok(vec![Fact::RaisedClosed { by: self.by, order: self.order, words, reason: self.reason.clone() }])
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
        order::{OrderState, Word},
        trial::{Trial, check_order},
    };

    #[test]
    fn checks_come_in_this_order() {
        let (mut trial, ann, order) = Trial::with_order(700);
        let close = |order, reason: &str| CloseRaised { order, by: OperatorId(7), reason: reason.into() };
        trial.must(SubmitOrder { order });
        trial.must(HearOrder::says(order, Word::Failed, 700));
        check_order(
            &mut trial,
            vec![
                ("order", close(OrderId(1), ""), Err(Refusal::NoSuchOrder)),
                ("no reason", close(order, ""), Err(Refusal::ReasonInvalid)),
                ("nothing does not fit", close(order, "why"), Err(Refusal::NothingRaised)),
            ],
        );
        trial.must(HearOrder::says(order, Word::Succeeded, 700));
        check_order(
            &mut trial,
            vec![
                ("closed", close(order, "the provider took it back in writing"), Ok(())),
                ("closed already", close(order, "again"), Err(Refusal::NothingRaised)),
            ],
        );
        let stands = trial.state.orders.get(&order).unwrap();
        assert_eq!((stands.state, trial.balance(ann)), (OrderState::Failed, crate::fen::Fen::ZERO));
        trial.must(HearOrder::says(order, Word::Succeeded, 700));
        assert!(trial.state.orders.get(&order).unwrap().raised.len() == 1, "said again, it is raised again");
    }
}
