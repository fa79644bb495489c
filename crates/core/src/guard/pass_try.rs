use super::{TryOf, guard};
use crate::{Context, State, cut::Key, fact::Fact, ids::UserId, refusal::Refusal};

/// The gateway found a try right. Comes from gateways alone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PassTry {
    pub user: UserId,
    pub of: TryOf,
    /// What [`super::begin_try::BeginTry`] was answered.
    pub number: u32,
}

impl PassTry {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Guard(self.user));
    }

    pub(crate) fn decide(&self, state: &State, _context: &Context) -> Result<Vec<Fact>, Refusal> {
        let guard = guard(state, self.user);
        let tries = guard.tries(self.of);
        // A number that was never given, or of a PIN that was replaced meanwhile, proves nothing.
        let replaced = self.of == TryOf::Pin && guard.pin_set.is_none_or(|set| self.number <= set);
        if self.number == 0 || self.number > tries.begun || replaced {
            return Err(Refusal::PinRequired);
        }
        if self.number <= tries.passed {
            return Ok(vec![]);
        }
        Ok(vec![Fact::TryPassed { user: self.user, of: self.of, number: self.number }])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::Reply,
        trial::{Trial, check_order},
    };

    #[test]
    fn only_a_try_of_this_pin_can_be_right() {
        let mut trial = Trial::new();
        let ann = trial.user("ann");
        let pass = |number| PassTry { user: ann, of: TryOf::Pin, number };
        check_order(&mut trial, vec![("no PIN", pass(1), Err(Refusal::PinRequired))]);
        trial.set_pin(ann);
        let number = trial.begin_try(ann);
        check_order(
            &mut trial,
            vec![
                ("none", pass(0), Err(Refusal::PinRequired)),
                ("one that was not begun", pass(number + 1), Err(Refusal::PinRequired)),
                ("this one", pass(number), Ok(())),
            ],
        );
        trial.again(pass(number), &Reply::Done);
        let before = trial.begin_try(ann);
        trial.set_pin(ann);
        check_order(&mut trial, vec![("one of the PIN before", pass(before), Err(Refusal::PinRequired))]);
    }
}
