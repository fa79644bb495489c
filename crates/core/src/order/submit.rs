use super::OrderState;
use crate::{Context, State, command::Reply, cut::Key, fact::Fact, ids::OrderId, refusal::Refusal};

/// The cashier is about to hand an order to its provider. From here on the provider may have it, whatever happens to
/// the answer; so this is durable before a byte leaves.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SubmitOrder {
    pub order: OrderId,
}

impl SubmitOrder {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Order(self.order));
    }

    pub(crate) fn decide(&self, state: &State, _context: &Context) -> Result<Vec<Fact>, Refusal> {
        let order = state.orders.get(&self.order).ok_or(Refusal::NoSuchOrder)?;
        // One that the provider may have is asked for, not submitted again.
        if order.state != OrderState::Created {
            return Err(Refusal::OrderNotNew);
        }
        Ok(vec![Fact::OrderSubmitting { order: self.order, attempt: order.attempts + 1 }])
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
        command::HearOrder,
        order::Word,
        trial::{Trial, check_order},
    };

    #[test]
    fn only_what_the_provider_does_not_have_is_submitted() {
        let (mut trial, _, order) = Trial::with_order(700);
        let submit = SubmitOrder { order };
        check_order(
            &mut trial,
            vec![
                ("order", SubmitOrder { order: OrderId(1) }, Err(Refusal::NoSuchOrder)),
                ("first", submit.clone(), Ok(())),
                ("it may be there", submit.clone(), Err(Refusal::OrderNotNew)),
            ],
        );
        trial.must(HearOrder::says(order, Word::NotFound, 700));
        check_order(
            &mut trial,
            vec![("it never was", submit.clone(), Ok(())), ("now it may be", submit, Err(Refusal::OrderNotNew))],
        );
        assert_eq!(trial.state.orders.get(&order).unwrap().attempts, 2);
    }
}
