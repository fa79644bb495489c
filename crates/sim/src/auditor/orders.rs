//! Orders and their provider: handed over once unless it never came, and ended as the provider carried them out.

use std::collections::BTreeMap;

use super::{
    fact::{Fact, Ordered, Outcome, Settled, Step},
    verdict::{Law, Verdict},
};

struct Order {
    made: Ordered,
    /// The provider may have it; it was once written down that it might.
    handed: bool,
    marked: bool,
    /// An operator has ended it.
    decided: bool,
    /// Its ends, in order: a withdrawal may come back after it was paid out.
    ends: Vec<Outcome>,
    /// What the provider did with it, in order.
    carried: Vec<Outcome>,
}

#[derive(Default)]
pub(super) struct Orders {
    orders: BTreeMap<u64, Order>,
    figures: Figures,
}

/// What became of orders that took their time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Figures {
    pub later: u64,
    pub pending: u64,
    pub not_found: u64,
    pub raised: u64,
    pub decided: u64,
    pub failed: u64,
    pub returned: u64,
}

impl Orders {
    pub fn fact(&mut self, fact: &Fact) -> Verdict {
        match fact {
            Fact::Ordered(made) => {
                self.figures.later += u64::from(!made.at_once);
                let (handed, marked, decided) = (false, false, false);
                let order = Order { made: made.clone(), handed, marked, decided, ends: vec![], carried: vec![] };
                if self.orders.insert(made.order, order).is_some() {
                    return Law::OrderOnce.broken(format!("order {} is made twice", made.order));
                }
                Ok(())
            }
            Fact::OrderStep { order, step } => self.step(*order, *step),
            Fact::Settled(settled) => self.settled(settled),
            _ => Ok(()),
        }
    }

    fn step(&mut self, order: u64, step: Step) -> Verdict {
        let Some(found) = self.orders.get_mut(&order).filter(|found| !found.made.at_once) else {
            return Law::OrderOnce.broken(format!("order {order}: {step:?}, and it was never made"));
        };
        match step {
            Step::Submitting if found.handed || !found.ends.is_empty() => {
                return Law::ProviderAgrees
                    .broken(format!("order {order} is handed over again, and nobody was asked whether it is there"));
            }
            Step::Submitting => (found.handed, found.marked) = (true, true),
            Step::Pending => {
                found.handed = true;
                self.figures.pending += 1;
            }
            Step::NotFound => {
                found.handed = false;
                self.figures.not_found += 1;
            }
            Step::Raised => self.figures.raised += 1,
            // The provider of these worlds never says that a top-up came back, so this is all an operator may end.
            Step::Decided if found.marked || !found.ends.is_empty() => {
                return Law::ProviderAgrees
                    .broken(format!("order {order} is ended by hand, and its provider may have it or has ended it"));
            }
            Step::Decided => {
                found.decided = true;
                self.figures.decided += 1;
            }
        }
        Ok(())
    }

    fn settled(&mut self, settled: &Settled) -> Verdict {
        let Settled { order, outcome, .. } = settled;
        let Some(found) = self.orders.get_mut(order) else {
            return Law::OrderOnce.broken(format!("order {order} ends and was never made"));
        };
        let by_hand = found.decided && *outcome == Outcome::Failed;
        if !found.made.at_once && !by_hand && !found.carried.contains(outcome) {
            return Law::ProviderAgrees
                .broken(format!("order {order} ends as {outcome:?}, its provider did {:?}", found.carried));
        }
        self.figures.failed += u64::from(*outcome == Outcome::Failed);
        self.figures.returned += u64::from(*outcome == Outcome::Returned);
        found.ends.push(*outcome);
        Ok(())
    }

    /// The provider gets an order: somebody wrote down before that it may.
    pub fn handed_over(&self, order: u64) -> Verdict {
        if self.orders.get(&order).is_some_and(|found| found.marked) {
            return Ok(());
        }
        Law::ProviderAgrees.broken(format!("order {order} is handed over, and the log does not know that it may be"))
    }

    /// The provider has carried an order out, or has not.
    pub fn carried(&mut self, order: u64, outcome: Outcome) {
        if let Some(found) = self.orders.get_mut(&order) {
            found.carried.push(outcome);
        }
    }

    pub fn ended_as(&self, order: u64) -> Option<Outcome> {
        self.orders.get(&order)?.ends.last().copied()
    }

    pub fn of(&self, user: u64) -> Vec<u64> {
        self.orders.iter().filter(|(_, found)| found.made.user == user).map(|(id, _)| *id).collect()
    }

    /// Those that have no end yet.
    pub fn without_end(&self) -> Vec<u64> {
        self.orders.iter().filter(|(_, found)| found.ends.is_empty()).map(|(id, _)| *id).collect()
    }

    /// How many have not ended, or not as their provider has by now.
    pub fn open(&self) -> usize {
        self.orders.values().filter(|found| found.open()).count()
    }

    pub fn ended(&self) -> Verdict {
        match self.orders.iter().find(|(_, found)| found.open()) {
            Some((id, found)) => Law::Converges
                .broken(format!("order {id} stands at {:?}, at its provider at {:?}", found.ends, found.carried)),
            None => Ok(()),
        }
    }

    /// An order's end that somebody is shown has come.
    pub fn told(&self, user: u64, order: u64, amount: i64, outcome: Option<Outcome>) -> Verdict {
        let found = self.orders.get(&order).filter(|found| (found.made.user, found.made.amount) == (user, amount));
        let fits = found.is_some_and(|found| outcome.is_none_or(|outcome| found.ends.contains(&outcome)));
        if fits {
            return Ok(());
        }
        Law::ToldIsDurable.broken(format!("user {user} was shown order {order} of {amount} fen as {outcome:?}"))
    }

    pub fn figures(&self) -> Figures {
        self.figures
    }
}

impl Order {
    fn open(&self) -> bool {
        let agreed = match self.decided {
            true => self.carried.is_empty(),
            false => self.made.at_once || self.ends.last() == self.carried.last(),
        };
        self.ends.is_empty() || !agreed
    }
}
