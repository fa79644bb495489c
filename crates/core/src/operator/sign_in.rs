use super::Operator;
use crate::{
    Context, State,
    command::Reply,
    cut::Key,
    fact::Fact,
    ids::{Millis, OperatorId},
    refusal::Refusal,
};

/// A try to sign in. The gateway has compared password and code; here it is decided what follows, so that guesses are
/// counted in one place, in order, and a code is used once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignInOperator {
    pub operator: OperatorId,
    pub password_fits: bool,
    /// The time step whose code was given (RFC 6238); `None`: of no step that may be used now.
    pub step: Option<u64>,
    /// SHA-256 of the token that the session will have.
    pub token_hash: [u8; 32],
    /// How the device is called; cut to 60 characters.
    pub device: String,
}

impl SignInOperator {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Operator(self.operator));
    }

    pub(crate) fn decide(&self, state: &State, context: &mut Context) -> Result<Vec<Fact>, Refusal> {
        let operator = state.operators.get(&self.operator).filter(|operator| operator.active);
        let operator = operator.ok_or(Refusal::NoSuchOperator)?;
        if operator.locked_until > context.now {
            return Err(Refusal::OperatorLocked);
        }
        match self.step.filter(|step| self.password_fits && *step > operator.step) {
            Some(step) => Ok(vec![Fact::OperatorSignedIn {
                operator: self.operator,
                session: context.id(),
                token_hash: self.token_hash,
                device: self.device.chars().filter(|c| !c.is_control()).take(60).collect(),
                step,
                expires_at: context.now.plus(state.settings.operator_session_ms),
            }]),
            None => {
                let wrong = operator.wrong + 1;
                let locks = wrong >= state.settings.operator_guesses_max;
                let locked_until = locks.then(|| context.now.plus(state.settings.operator_lock_ms));
                Ok(vec![Fact::OperatorGuessedWrong { operator: self.operator, wrong, locked_until }])
            }
        }
    }

    pub(crate) fn reply(&self, state: &State) -> Reply {
        let operator: &Operator = state.operators.get(&self.operator).expect("decided on it");
        match operator.sessions.iter().find(|open| open.token_hash == self.token_hash) {
            Some(open) => Reply::OperatorSignedIn { session: open.session, expires_at: open.expires_at },
            None => {
                let locked = operator.locked_until > state.meta.at;
                let left = state.settings.operator_guesses_max.saturating_sub(operator.wrong);
                let left = if locked { 0 } else { left };
                let locked_until = if locked { operator.locked_until } else { Millis(0) };
                Reply::OperatorGuessedWrong { left, locked_until }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        operator::{Role, change::ChangeOperator},
        settings::Settings,
        trial::{START, Trial, check_order},
    };

    fn try_in(operator: OperatorId, password_fits: bool, step: Option<u64>, token: u8) -> SignInOperator {
        SignInOperator { operator, password_fits, step, token_hash: [token; 32], device: "desk\n".into() }
    }

    #[test]
    fn checks_come_in_this_order() {
        let mut trial = Trial::with(Settings { operator_guesses_max: 1, ..Settings::default() });
        let (vic, off) = (trial.operator("vic", Role::Viewer), trial.operator("off", Role::Viewer));
        let reason = "x".to_owned();
        trial.must(ChangeOperator { by: OperatorId::HOST, operator: off, role: Role::Viewer, active: false, reason });
        check_order(
            &mut trial,
            vec![
                ("nobody", try_in(OperatorId(9), true, Some(1), 1), Err(Refusal::NoSuchOperator)),
                ("switched off", try_in(off, true, Some(1), 1), Err(Refusal::NoSuchOperator)),
                ("right", try_in(vic, true, Some(1), 1), Ok(())),
                ("wrong, which is counted", try_in(vic, false, Some(2), 2), Ok(())),
                ("locked", try_in(vic, true, Some(3), 3), Err(Refusal::OperatorLocked)),
            ],
        );
    }

    #[test]
    fn a_code_is_used_once() {
        let mut trial = Trial::new();
        let vic = trial.operator("vic", Role::Viewer);
        assert!(matches!(trial.must(try_in(vic, true, Some(10), 1)), Reply::OperatorSignedIn { .. }));
        for (what, step) in [("the same again", 10), ("one before it", 9)] {
            let reply = trial.must(try_in(vic, true, Some(step), 2));
            assert!(matches!(reply, Reply::OperatorGuessedWrong { .. }), "{what}: {reply:?}");
        }
        assert!(matches!(trial.must(try_in(vic, true, Some(11), 3)), Reply::OperatorSignedIn { .. }));
        assert_eq!(trial.state.operators.get(&vic).unwrap().sessions.len(), 2);
    }

    #[test]
    fn guesses_are_counted_until_a_lock_and_a_right_one_ends_the_count() {
        let settings = Settings { operator_guesses_max: 3, operator_lock_ms: 60_000, ..Settings::default() };
        let mut trial = Trial::with(settings);
        let vic = trial.operator("vic", Role::Viewer);
        let wrong = |left, locked_until| Reply::OperatorGuessedWrong { left, locked_until };
        assert_eq!(trial.must(try_in(vic, false, Some(1), 1)), wrong(2, Millis(0)), "the password");
        assert_eq!(trial.must(try_in(vic, true, None, 1)), wrong(1, Millis(0)), "the code");
        trial.must(try_in(vic, true, Some(2), 1));
        assert_eq!(trial.must(try_in(vic, true, None, 2)), wrong(2, Millis(0)), "the count began anew");
        assert_eq!(trial.must(try_in(vic, true, None, 2)), wrong(1, Millis(0)));
        assert_eq!(trial.must(try_in(vic, true, None, 2)), wrong(0, START.plus(60_000)));
        assert_eq!(trial.run(try_in(vic, true, Some(3), 2)), Err(Refusal::OperatorLocked), "even the right one");
        trial.later(60_000);
        assert_eq!(trial.must(try_in(vic, true, None, 2)), wrong(2, Millis(0)), "three new guesses");
        assert!(matches!(trial.must(try_in(vic, true, Some(3), 2)), Reply::OperatorSignedIn { .. }));
    }
}
