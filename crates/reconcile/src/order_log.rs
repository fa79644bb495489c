//! What the logs themselves say of each order: it is made once, and ends once with the amount it was made for.

use std::collections::{BTreeMap, VecDeque};

use laisee_core::{
    fen::Fen,
    ids::{Millis, OrderId, UserId},
    order::{OrderKind, Word},
    reconciliation::{Difference, DifferenceKind, Place},
};

/// What a fact does to an order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OrderStep {
    Made { amount: Fen },
    Ended { kind: OrderKind, outcome: Word, amount: Fen },
}

#[derive(Clone, Copy, Debug)]
struct Life {
    amount: Fen,
    ended: Option<Word>,
}

/// The orders that were made or ended last.
#[derive(Debug, Default)]
pub struct OrderLog {
    lives: BTreeMap<OrderId, Life>,
    order: VecDeque<OrderId>,
    max: usize,
}

impl OrderLog {
    /// Keeps so many orders in memory. One that was let go of is taken up again as its next fact says that it stands; its
    /// provider is asked about it anyway.
    #[must_use]
    pub fn new(max: usize) -> Self {
        Self { max, ..Self::default() }
    }

    pub fn take(
        &mut self,
        (order, user): (OrderId, UserId),
        step: OrderStep,
        at: Millis,
        place: Place,
        differ: &mut impl FnMut(Difference),
    ) {
        let mut differs = |kind, expected, found, words| {
            let (subject, user, other) = (order.0, Some(user), None);
            differ(Difference { kind, subject, user, place, other, at, expected, found, words });
        };
        match (step, self.lives.get(&order).copied()) {
            (OrderStep::Made { amount }, None) => self.insert(order, Life { amount, ended: None }),
            (OrderStep::Made { amount }, Some(_)) => {
                let words = format!("order {order} is made a second time, for {} fen", amount.0);
                differs(DifferenceKind::OrderTwice, Fen::ZERO, amount, words);
            }
            (OrderStep::Ended { amount, outcome, .. }, None) => {
                self.insert(order, Life { amount, ended: Some(outcome) });
            }
            (OrderStep::Ended { kind, outcome, amount }, Some(life)) => {
                let bounced =
                    kind == OrderKind::Withdrawal && (life.ended, outcome) == (Some(Word::Succeeded), Word::Returned);
                if let Some(before) = life.ended.filter(|_| !bounced) {
                    let words =
                        format!("order {order} of {} fen ended as {before:?}, and again as {outcome:?}", amount.0);
                    differs(DifferenceKind::OrderTwice, Fen::ZERO, amount, words);
                }
                if amount != life.amount {
                    let words = format!("order {order} was made for {} fen and ends with {}", life.amount.0, amount.0);
                    differs(DifferenceKind::OrderAmount, life.amount, amount, words);
                }
                self.lives.insert(order, Life { ended: Some(outcome), ..life });
            }
        }
    }

    fn insert(&mut self, order: OrderId, life: Life) {
        self.lives.insert(order, life);
        self.order.push_back(order);
        if self.order.len() > self.max
            && let Some(oldest) = self.order.pop_front()
        {
            self.lives.remove(&oldest);
        }
    }
}
