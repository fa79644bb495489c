//! How facts move an order on.

use super::{Order, OrderState, Raised, Word};
use crate::{
    fact::Fact,
    ids::{Millis, OrderId},
};

impl Order {
    /// As the fact makes it that begins its life; none: this fact begins none.
    #[must_use]
    pub fn created(fact: &Fact, at: Millis) -> Option<Self> {
        let Fact::OrderCreated { order, user, kind, provider, amount, destination, .. } = fact else { return None };
        Some(Self {
            order: *order,
            user: *user,
            kind: *kind,
            provider: *provider,
            amount: *amount,
            destination: destination.clone(),
            state: OrderState::Created,
            attempts: 0,
            reference: String::new(),
            reason: String::new(),
            created_at: at,
            changed_at: at,
            raised: vec![],
            asked: 0,
        })
    }

    /// Which order a fact moves on.
    #[must_use]
    pub fn moved_by(fact: &Fact) -> Option<OrderId> {
        match fact {
            Fact::OrderSubmitting { order, .. }
            | Fact::OrderPending { order, .. }
            | Fact::OrderNotFound { order }
            | Fact::OrderSettled { order, .. }
            | Fact::OrderAsked { order, .. }
            | Fact::OrderDecided { order, .. }
            | Fact::RaisedClosed { order, .. }
            | Fact::OrderRaised { order, .. } => Some(*order),
            _ => None,
        }
    }

    /// Moves on by a fact of which [`Order::moved_by`] says that it does.
    pub fn take(&mut self, fact: &Fact, at: Millis) {
        match fact {
            Fact::OrderSubmitting { attempt, .. } => {
                assert_eq!(self.state, OrderState::Created, "what the provider may have is not submitted again");
                (self.state, self.attempts, self.changed_at) = (OrderState::Unknown, *attempt, at);
            }
            Fact::OrderPending { reference, .. } => {
                (self.state, self.changed_at) = (OrderState::Submitted, at);
                self.take_words(reference, "");
            }
            Fact::OrderNotFound { .. } => (self.state, self.changed_at) = (OrderState::Created, at),
            Fact::OrderSettled { outcome, amount, reference, reason, .. } => {
                let again = self.state == OrderState::Succeeded && *outcome == Word::Returned;
                assert!(!self.state.settled() || again, "an order ends once");
                assert_eq!(self.amount, *amount, "it ends with what it began with");
                self.state = match outcome {
                    Word::Succeeded => OrderState::Succeeded,
                    Word::Failed => OrderState::Failed,
                    Word::Returned => OrderState::Returned,
                    Word::NotFound | Word::Pending => unreachable!("these are no ends"),
                };
                self.changed_at = at;
                self.take_words(reference, reason);
            }
            Fact::OrderAsked { .. } => self.asked += 1,
            // Whoever decides has seen what was raised.
            Fact::OrderDecided { .. } | Fact::RaisedClosed { .. } => self.raised.clear(),
            Fact::OrderRaised { word, amount, reference, reason, .. } => {
                let (reference, reason) = (reference.clone(), reason.clone());
                self.raised.push(Raised { word: *word, amount: *amount, reference, reason, at });
            }
            other => unreachable!("{other:?} moves no order on"),
        }
    }

    /// What the provider says of it; what it does not say again stays.
    fn take_words(&mut self, reference: &str, reason: &str) {
        for (kept, said) in [(&mut self.reference, reference), (&mut self.reason, reason)] {
            if !said.is_empty() {
                said.clone_into(kept);
            }
        }
    }
}
