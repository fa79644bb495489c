use super::{TryOf, guard};
use crate::{
    Context, State,
    command::Reply,
    cut::Key,
    fact::Fact,
    ids::{Millis, UserId},
    refusal::Refusal,
};

/// Counts a try of a secret, before the gateway looks at it. The last one that is allowed locks at once; a right one
/// unlocks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BeginTry {
    pub user: UserId,
    pub of: TryOf,
}

impl BeginTry {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::User(self.user));
        keys.push(Key::Guard(self.user));
    }

    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Vec<Fact>, Refusal> {
        if state.users.get(&self.user).is_none() {
            return Err(Refusal::NoSuchUser);
        }
        let guard = guard(state, self.user);
        if self.of == TryOf::Pin && guard.pin_set.is_none() {
            return Err(Refusal::PinNotSet);
        }
        let tries = guard.tries(self.of);
        if tries.locked(context.now) {
            return Err(Refusal::PinLocked);
        }
        let wrong = tries.counted(context.now) + 1;
        let locks = wrong >= state.settings.pin_tries;
        let locked_until = if locks { context.now.plus(state.settings.pin_lockout_ms) } else { Millis(0) };
        Ok(vec![Fact::TryBegun { user: self.user, of: self.of, number: tries.begun + 1, wrong, locked_until }])
    }

    pub(crate) fn reply(&self, state: &State) -> Reply {
        let guard = guard(state, self.user);
        let tries = guard.tries(self.of);
        let left = state.settings.pin_tries.saturating_sub(tries.wrong);
        Reply::TryBegun { number: tries.begun, left, locked_until: tries.locked_until }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::PassTry,
        settings::Settings,
        trial::{Trial, check_order},
    };

    fn begin(user: UserId) -> BeginTry {
        BeginTry { user, of: TryOf::Pin }
    }

    fn world() -> (Trial, UserId) {
        let mut trial = Trial::with(Settings { pin_tries: 3, pin_lockout_ms: 60_000, ..Settings::default() });
        let ann = trial.user("ann");
        (trial, ann)
    }

    #[test]
    fn checks_come_in_this_order() {
        let (mut trial, ann) = world();
        check_order(
            &mut trial,
            vec![
                ("user", begin(UserId(1)), Err(Refusal::NoSuchUser)),
                ("no PIN", begin(ann), Err(Refusal::PinNotSet)),
                ("the password is always there", BeginTry { user: ann, of: TryOf::Password }, Ok(())),
            ],
        );
        trial.set_pin(ann);
        check_order(
            &mut trial,
            vec![
                ("first", begin(ann), Ok(())),
                ("second", begin(ann), Ok(())),
                ("last", begin(ann), Ok(())),
                ("locked", begin(ann), Err(Refusal::PinLocked)),
            ],
        );
    }

    /// Rule W5: however many come at once, only so many are looked at.
    #[test]
    fn wrong_tries_lock_for_a_time() {
        let (mut trial, ann) = world();
        trial.set_pin(ann);
        let now = trial.context.now;
        for (number, left, locked_until) in [(1, 2, Millis(0)), (2, 1, Millis(0)), (3, 0, now.plus(60_000))] {
            assert_eq!(trial.must(begin(ann)), Reply::TryBegun { number, left, locked_until });
        }
        trial.later(59_999);
        assert_eq!(trial.run(begin(ann)), Err(Refusal::PinLocked));
        trial.later(1);
        assert_eq!(trial.must(begin(ann)), Reply::TryBegun { number: 4, left: 2, locked_until: Millis(0) });
        // It survives a restart, because it is in the log.
        let guard = *trial.replayed().guards.peek(&ann).unwrap();
        assert_eq!(&guard, trial.state.guards.peek(&ann).unwrap());
    }

    #[test]
    fn a_right_try_takes_the_count_back_and_unlocks() {
        let (mut trial, ann) = world();
        trial.set_pin(ann);
        for _ in 0..3 {
            trial.must(begin(ann));
        }
        // The third was right: its word comes after it was counted.
        trial.must(PassTry { user: ann, of: TryOf::Pin, number: 3 });
        assert_eq!(trial.must(begin(ann)), Reply::TryBegun { number: 4, left: 2, locked_until: Millis(0) });
    }

    #[test]
    fn tries_of_the_password_count_apart() {
        let (mut trial, ann) = world();
        trial.set_pin(ann);
        for _ in 0..3 {
            trial.must(begin(ann));
        }
        let password = BeginTry { user: ann, of: TryOf::Password };
        assert!(trial.run(password).is_ok(), "whoever forgot the PIN can reset it");
    }
}
