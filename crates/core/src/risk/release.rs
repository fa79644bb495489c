use super::LiftedBy;
use crate::{
    Context, State,
    command::Reply,
    cut::Key,
    fact::Fact,
    guard::{PinPass, guard},
    ids::UserId,
    refusal::Refusal,
};

/// Ends the user's own suspension, by a code that its devices show and its payment PIN. A session that was stolen has the
/// code; the PIN it has not. Wrong PINs are counted as everywhere, and a code is looked at only with a right one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReleaseSuspension {
    pub user: UserId,
    pub code: u32,
    pub pass: Option<PinPass>,
}

impl ReleaseSuspension {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Risk(self.user));
        keys.push(Key::Guard(self.user));
    }

    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Vec<Fact>, Refusal> {
        let record = state.risks.get(&self.user).ok_or(Refusal::NotSuspended)?;
        let suspended = record.suspended(context.now).ok_or(Refusal::NotSuspended)?;
        if !suspended.self_release {
            return Err(Refusal::ReleaseForbidden);
        }
        let code = record.code.filter(|code| context.now < code.expires_at).ok_or(Refusal::NoReleaseCode)?;
        guard(state, self.user).check_pin(self.pass, context.now)?;
        if code.code.0 == self.code {
            let suspension = suspended.clone();
            return Ok(vec![Fact::SuspensionLifted { user: self.user, suspension, by: LiftedBy::User }]);
        }
        // A wrong code changes something, so it is no refusal.
        Ok(vec![Fact::ReleaseFailed { user: self.user, tries_left: code.tries_left - 1 }])
    }

    pub(crate) fn reply(&self, state: &State, now: crate::ids::Millis) -> Reply {
        let record = state.risks.get(&self.user).expect("decided on it");
        match record.suspended(now) {
            None => Reply::SuspensionReleased,
            Some(_) => Reply::ReleaseFailed { tries_left: record.code.map_or(0, |code| code.tries_left) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::{RequestReleaseCode, SuspendUser},
        ids::OperatorId,
        risk::request_code::{CODE_LIFE_MS, TRIES_MAX},
        trial::{START, Trial, check_order},
    };

    fn world(self_release: bool) -> (Trial, UserId) {
        let mut trial = Trial::new();
        let ann = trial.user("ann");
        let (until, reason) = (START.plus(10 * CODE_LIFE_MS), "why".to_owned());
        trial.must(SuspendUser { user: ann, until, self_release, by: OperatorId(1), reason });
        (trial, ann)
    }

    fn code(trial: &mut Trial, user: UserId) -> u32 {
        trial.must(RequestReleaseCode { user });
        trial.state.risks.get(&user).unwrap().code.unwrap().code.0
    }

    #[test]
    fn checks_come_in_this_order() {
        let (mut trial, ann) = world(false);
        let bob = trial.user("bob");
        let release = |user, code| ReleaseSuspension { user, code, pass: None };
        check_order(
            &mut trial,
            vec![
                ("not suspended", release(bob, 0), Err(Refusal::NotSuspended)),
                ("not for the user", release(ann, 0), Err(Refusal::ReleaseForbidden)),
            ],
        );
        let (mut trial, ann) = world(true);
        check_order(&mut trial, vec![("no code", release(ann, 0), Err(Refusal::NoReleaseCode))]);
        let late = code(&mut trial, ann);
        trial.later(CODE_LIFE_MS);
        check_order(&mut trial, vec![("too late", release(ann, late), Err(Refusal::NoReleaseCode))]);
        let right = code(&mut trial, ann);
        let wrong = (right + 1) % 1_000_000;
        check_order(&mut trial, vec![("no PIN there is", release(ann, wrong), Err(Refusal::PinNotSet))]);
        trial.set_pin(ann);
        check_order(&mut trial, vec![("no PIN, whatever the code", release(ann, wrong), Err(Refusal::PinRequired))]);
        let pass = Some(PinPass(trial.pass_try(ann)));
        let tries = |trial: &Trial| trial.state.risks.get(&ann).unwrap().code.unwrap().tries_left;
        assert_eq!(tries(&trial), TRIES_MAX, "without the PIN nobody guesses codes");
        let with = |code| ReleaseSuspension { pass, ..release(ann, code) };
        assert_eq!(trial.must(with(right)), Reply::SuspensionReleased);
        check_order(&mut trial, vec![("released", with(right), Err(Refusal::NotSuspended))]);
    }

    #[test]
    fn a_locked_pin_releases_nothing() {
        let (mut trial, ann) = world(true);
        trial.set_pin(ann);
        let right = code(&mut trial, ann);
        for _ in 0..trial.state.settings.pin_tries {
            trial.begin_try(ann);
        }
        let release = ReleaseSuspension { user: ann, code: right, pass: None };
        assert_eq!(trial.run(release), Err(Refusal::PinLocked));
    }

    #[test]
    fn a_code_survives_only_so_many_wrong_ones() {
        let (mut trial, ann) = world(true);
        trial.set_pin(ann);
        let pass = Some(PinPass(trial.pass_try(ann)));
        let right = code(&mut trial, ann);
        let release = |code| ReleaseSuspension { user: ann, code, pass };
        for n in 1..=TRIES_MAX {
            let reply = trial.must(release((right + n) % 1_000_000));
            assert_eq!(reply, Reply::ReleaseFailed { tries_left: TRIES_MAX - n });
        }
        assert_eq!(trial.run(release(right)), Err(Refusal::NoReleaseCode));
        let fresh = code(&mut trial, ann);
        assert_eq!(trial.must(release(fresh)), Reply::SuspensionReleased);
        assert!(!trial.state.is_suspended(ann, START));
    }
}
