use super::{DayNumber, day::DAY_MS};
use crate::{
    Context, State,
    cut::Key,
    fact::Fact,
    ids::{Millis, OperatorId},
    operator::{Permission, check_operator, check_reason, operator_needs},
    refusal::Refusal,
};

/// An operator wants a closed day reconciled again. Asking while one waits changes nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AskReconciliation {
    pub by: OperatorId,
    pub day: DayNumber,
    pub reason: String,
}

impl AskReconciliation {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        operator_needs(self.by, keys);
        keys.push(Key::Run(self.day));
    }

    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Vec<Fact>, Refusal> {
        check_operator(state, self.by, Permission::Reconcile)?;
        check_reason(&self.reason)?;
        let over = self.day.checked_add(1).and_then(|next| next.checked_mul(DAY_MS));
        if self.day < 0 || over.is_none_or(|over| Millis(over) > context.now) {
            return Err(Refusal::DayNotOver);
        }
        if state.runs.get(&self.day).is_some_and(super::Run::waits) {
            return Ok(vec![]);
        }
        Ok(vec![Fact::ReconciliationAsked { by: self.by, day: self.day, reason: self.reason.clone() }])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::{RecordRun, Reply},
        operator::Role,
        reconciliation::Ran,
        trial::{Trial, check_order},
    };

    #[test]
    fn checks_come_in_this_order() {
        let mut trial = Trial::new();
        let (support, finance) = (trial.operator("sue", Role::Support), trial.operator("fay", Role::Finance));
        let today = trial.context.now.0.div_euclid(DAY_MS);
        let ask = |by, day, reason: &str| AskReconciliation { by, day, reason: reason.into() };
        check_order(
            &mut trial,
            vec![
                ("role", ask(support, today, ""), Err(Refusal::RoleInsufficient)),
                ("reason", ask(finance, today, ""), Err(Refusal::ReasonInvalid)),
                ("today", ask(finance, today, "why"), Err(Refusal::DayNotOver)),
                ("no day", ask(finance, i64::MAX, "why"), Err(Refusal::DayNotOver)),
                ("before all days", ask(finance, -1, "why"), Err(Refusal::DayNotOver)),
                ("yesterday", ask(finance, today - 1, "why"), Ok(())),
            ],
        );
        trial.again(ask(finance, today - 1, "impatient"), &Reply::Done);
        let now = trial.context.now;
        let ran = Ran { began: now, ended: now, facts: 5, rows: 3, differences: 0 };
        trial.must(RecordRun { day: today - 1, ran });
        assert!(!trial.state.runs.get(&(today - 1)).unwrap().waits());
        trial.later(1);
        trial.must(ask(finance, today - 1, "once more"));
        assert!(trial.state.runs.get(&(today - 1)).unwrap().waits());
    }
}
