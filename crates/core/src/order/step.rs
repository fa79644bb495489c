//! The life of an order, as operators read it: each fact about it is a step.

use serde::{Deserialize, Serialize};

use super::Word;
use crate::{
    fact::Fact,
    fen::Fen,
    ids::{Millis, OperatorId, OrderId, Position},
};

/// One step of an order's life.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum OrderStep {
    Created,
    /// About to be handed to the provider, for the first, second ... time: unknown from here on.
    HandedOver {
        attempt: u32,
    },
    /// What the provider said, and what was done by it.
    Said {
        word: Word,
        reference: String,
        reason: String,
    },
    /// What the provider said that did not fit.
    Raised {
        word: Word,
        amount: Fen,
        reference: String,
        reason: String,
    },
    /// An operator has the provider asked.
    Asked {
        by: OperatorId,
        reason: String,
    },
    /// An operator ends it; the next step is its end.
    Decided {
        by: OperatorId,
        reason: String,
    },
    /// An operator has dealt with what was raised.
    RaisedClosed {
        by: OperatorId,
        reason: String,
    },
}

/// A step with its place in the log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StepSeen {
    pub position: Position,
    pub at: Millis,
    pub step: OrderStep,
}

/// The step that a fact about an order is.
#[must_use]
pub fn step(fact: &Fact) -> Option<(OrderId, OrderStep)> {
    let said = |word, reference: &str, reason: &str| OrderStep::Said {
        word,
        reference: reference.to_owned(),
        reason: reason.to_owned(),
    };
    Some(match fact {
        Fact::OrderCreated { order, .. } => (*order, OrderStep::Created),
        Fact::OrderSubmitting { order, attempt } => (*order, OrderStep::HandedOver { attempt: *attempt }),
        Fact::OrderPending { order, reference } => (*order, said(Word::Pending, reference, "")),
        Fact::OrderNotFound { order } => (*order, said(Word::NotFound, "", "")),
        Fact::OrderSettled { order, outcome, reference, reason, .. } => (*order, said(*outcome, reference, reason)),
        Fact::OrderRaised { order, word, amount, reference, reason } => {
            let (reference, reason) = (reference.clone(), reason.clone());
            (*order, OrderStep::Raised { word: *word, amount: *amount, reference, reason })
        }
        Fact::OrderAsked { by, order, reason } => (*order, OrderStep::Asked { by: *by, reason: reason.clone() }),
        Fact::OrderDecided { by, order, reason, .. } => {
            (*order, OrderStep::Decided { by: *by, reason: reason.clone() })
        }
        Fact::RaisedClosed { by, order, reason, .. } => {
            (*order, OrderStep::RaisedClosed { by: *by, reason: reason.clone() })
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::{AskOrder, CloseRaised, HearOrder, SettleOrder, SubmitOrder},
        cut::Row,
        project,
        trial::Trial,
    };

    /// The steps of an order, as the views would have them.
    fn life(trial: &Trial, of: OrderId) -> Vec<OrderStep> {
        let mut steps = vec![];
        for (n, (fact, at)) in trial.log.iter().enumerate() {
            project(fact, Position(n as u64 + 1), *at, |row| match row {
                Row::OrderStep { order, seen } if order == of => steps.push(seen.step),
                _ => {}
            });
        }
        steps
    }

    #[test]
    fn a_life_has_every_step() {
        let (mut trial, _, order) = Trial::with_order(700);
        let (by, why) = (OperatorId(7), "it has been a day".to_owned());
        trial.must(SubmitOrder { order });
        trial.must(HearOrder::says(order, Word::NotFound, 700));
        trial.must(SubmitOrder { order });
        trial.must(AskOrder { order, by, reason: why.clone() });
        trial.must(HearOrder::says(order, Word::Failed, 699));
        trial.must(CloseRaised { order, by, reason: why.clone() });
        trial.must(HearOrder::says(order, Word::Returned, 700));
        trial.must(SettleOrder { order, by, reason: why.clone() });
        let (said, none) =
            (|word| OrderStep::Said { word, reference: String::new(), reason: String::new() }, String::new);
        let raised =
            |word, amount| OrderStep::Raised { word, amount: Fen(amount), reference: "p1".into(), reason: none() };
        let expected = [
            OrderStep::Created,
            OrderStep::HandedOver { attempt: 1 },
            said(Word::NotFound),
            OrderStep::HandedOver { attempt: 2 },
            OrderStep::Asked { by, reason: why.clone() },
            raised(Word::Failed, 699),
            OrderStep::RaisedClosed { by, reason: why.clone() },
            raised(Word::Returned, 700),
            OrderStep::Decided { by, reason: why },
            said(Word::Failed),
        ];
        assert_eq!(life(&trial, order), expected);
    }

    /// A fact about an order that is no step would be a gap in its life.
    #[test]
    fn every_fact_about_an_order_is_a_step() {
        let facts = include_str!("../fact.rs").matches("        order: OrderId,").count();
        let arms = include_str!("step.rs").split("#[cfg(test)]").next().unwrap().matches("        Fact::").count();
        assert_eq!(arms, facts, "each fact with `order: OrderId` needs an arm in `step`");
    }
}
