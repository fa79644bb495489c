use super::{Suspension, SuspensionReason, rule::SUSPENSION_MAX_MS};
use crate::{
    Context, State,
    cut::Key,
    fact::Fact,
    ids::{Millis, OperatorId, UserId},
    operator::check_reason,
    refusal::Refusal,
};

/// Suspends an account's red-packet function, or moves the end of its suspension. The gateway has checked that the
/// operator may.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SuspendUser {
    pub user: UserId,
    pub until: Millis,
    pub self_release: bool,
    pub by: OperatorId,
    pub reason: String,
}

impl SuspendUser {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::User(self.user));
        keys.push(Key::Risk(self.user));
    }

    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Vec<Fact>, Refusal> {
        if state.users.get(&self.user).is_none() {
            return Err(Refusal::NoSuchUser);
        }
        check_reason(&self.reason)?;
        let now = context.now;
        if self.until <= now || self.until > now.plus(SUSPENSION_MAX_MS) {
            return Err(Refusal::SuspensionInvalid);
        }
        let before = state.risks.get(&self.user).and_then(|record| record.suspended(now)).cloned();
        let (until, self_release, words) = (self.until, self.self_release, self.reason.clone());
        let suspension = match &before {
            Some(before) => Suspension { until, self_release, words, ..before.clone() },
            None => {
                let (reason, rule) = (SuspensionReason::Operator, None);
                Suspension { reason, rule, since: now, until, self_release, words }
            }
        };
        Ok(vec![Fact::UserSuspended { user: self.user, before, suspension, by: self.by }])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::{START, Trial, check_order};

    #[test]
    fn checks_come_in_this_order() {
        let mut trial = Trial::new();
        let ann = trial.user("ann");
        let fine = SuspendUser {
            user: ann,
            until: START.plus(1_000),
            self_release: false,
            by: OperatorId(1),
            reason: "asked about".into(),
        };
        let wrong = SuspendUser { until: START, reason: String::new(), ..fine.clone() };
        check_order(
            &mut trial,
            vec![
                ("user", SuspendUser { user: UserId(1), ..wrong.clone() }, Err(Refusal::NoSuchUser)),
                ("no reason", wrong.clone(), Err(Refusal::ReasonInvalid)),
                ("too many words", SuspendUser { reason: "x".repeat(501), ..wrong }, Err(Refusal::ReasonInvalid)),
                ("already over", SuspendUser { until: START, ..fine.clone() }, Err(Refusal::SuspensionInvalid)),
                (
                    "for too long",
                    SuspendUser { until: START.plus(SUSPENSION_MAX_MS + 1), ..fine.clone() },
                    Err(Refusal::SuspensionInvalid),
                ),
                ("suspended", fine.clone(), Ok(())),
                ("moved", SuspendUser { until: START.plus(2_000), reason: "more".into(), ..fine }, Ok(())),
            ],
        );
        let suspension = trial.state.risks.get(&ann).unwrap().suspension.clone().unwrap();
        assert_eq!((suspension.since, suspension.until), (START, START.plus(2_000)));
        assert_eq!((suspension.reason, suspension.words), (SuspensionReason::Operator, "more".into()));
        assert!(trial.state.is_suspended(ann, START.plus(1_999)) && !trial.state.is_suspended(ann, START.plus(2_000)));
    }
}
