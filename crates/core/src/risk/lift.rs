use super::LiftedBy;
use crate::{
    Context, State,
    cut::Key,
    fact::Fact,
    ids::{OperatorId, UserId},
    operator::check_reason,
    refusal::Refusal,
};

/// Ends a suspension before its time. The gateway has checked that the operator may.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LiftSuspension {
    pub user: UserId,
    pub by: OperatorId,
    pub reason: String,
}

impl LiftSuspension {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Risk(self.user));
    }

    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Vec<Fact>, Refusal> {
        let record = state.risks.get(&self.user);
        let suspended = record.and_then(|record| record.suspended(context.now)).ok_or(Refusal::NotSuspended)?;
        check_reason(&self.reason)?;
        let by = LiftedBy::Operator { by: self.by, reason: self.reason.clone() };
        Ok(vec![Fact::SuspensionLifted { user: self.user, suspension: suspended.clone(), by }])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::SuspendUser,
        trial::{START, Trial, check_order},
    };

    #[test]
    fn checks_come_in_this_order() {
        let mut trial = Trial::new();
        let ann = trial.user("ann");
        let (by, until) = (OperatorId(1), START.plus(1_000));
        let lift = |reason: &str| LiftSuspension { user: ann, by, reason: reason.into() };
        check_order(&mut trial, vec![("not suspended", lift(""), Err(Refusal::NotSuspended))]);
        trial.must(SuspendUser { user: ann, until, self_release: false, by, reason: "why".into() });
        check_order(
            &mut trial,
            vec![
                ("no reason", lift(""), Err(Refusal::ReasonInvalid)),
                ("lifted", lift("a mistake"), Ok(())),
                ("lifted already", lift("a mistake"), Err(Refusal::NotSuspended)),
            ],
        );
        assert!(!trial.state.is_suspended(ann, START));
        trial.must(SuspendUser { user: ann, until, self_release: false, by, reason: "why".into() });
        trial.later(1_000);
        check_order(&mut trial, vec![("over by itself", lift("a mistake"), Err(Refusal::NotSuspended))]);
    }
}
