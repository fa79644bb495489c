//! The audit log: what operators did, with whom and why, as it follows from facts.
//!
//! A command that an operator gives makes a fact with `by: OperatorId` and a reason; its row is an arm in [`audit`].

use serde::{Deserialize, Serialize};

use crate::{
    fact::Fact,
    ids::OperatorId,
    risk::{LiftedBy, Rule, Suspension},
};

/// One row of the audit log. When and where it happened is the fact's place in its shard's log.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Audit {
    pub by: OperatorId,
    /// A word such as `settings.change`, which never changes its meaning.
    pub action: String,
    /// What kind of thing it was done to, such as `user`, and which.
    pub target_kind: String,
    pub target: String,
    /// As it was given; empty where none is asked for.
    pub reason: String,
    /// In words or numbers; empty where there was nothing.
    pub before: String,
    pub after: String,
}

impl Audit {
    /// A row without reason and values; they are added with [`reason`](Self::reason) and [`change`](Self::change).
    #[must_use]
    pub fn new(by: OperatorId, action: &str, target_kind: &str, target: impl ToString) -> Self {
        Self {
            by,
            action: action.to_owned(),
            target_kind: target_kind.to_owned(),
            target: target.to_string(),
            reason: String::new(),
            before: String::new(),
            after: String::new(),
        }
    }

    #[must_use]
    pub fn reason(self, reason: &str) -> Self {
        Self { reason: reason.to_owned(), ..self }
    }

    #[must_use]
    pub fn change(self, before: impl ToString, after: impl ToString) -> Self {
        Self { before: before.to_string(), after: after.to_string(), ..self }
    }
}

/// The row of a fact that an operator caused.
#[must_use]
pub fn audit(fact: &Fact) -> Option<Audit> {
    Some(match fact {
        Fact::OperatorCreated { by, operator, name, role, reason, .. } => {
            Audit::new(*by, "operator.create", "operator", operator)
                .reason(reason)
                .change("", format!("{name}, {}", role.word()))
        }
        Fact::OperatorChanged { by, operator, role_before, active_before, role, active, reason } => {
            let words = |active: bool, word: &str| if active { word.to_owned() } else { format!("{word}, off") };
            Audit::new(*by, "operator.change", "operator", operator)
                .reason(reason)
                .change(words(*active_before, role_before.word()), words(*active, role.word()))
        }
        Fact::OperatorReset { by, operator, totp_secret, reason, .. } => {
            let after = if totp_secret.is_some() { "new password and second factor" } else { "new password" };
            Audit::new(*by, "operator.reset", "operator", operator).reason(reason).change("", after)
        }
        Fact::DifferenceClosed { by, id, before, reason } => {
            Audit::new(*by, "reconciliation.close", "difference", id).reason(reason).change(before.word(), "closed")
        }
        Fact::ReconciliationAsked { by, day, reason } => {
            Audit::new(*by, "reconciliation.run", "day", day).reason(reason)
        }
        Fact::OperatorSignedIn { operator, session, device, .. } => {
            Audit::new(*operator, "operator.sign-in", "session", session).change("", device)
        }
        Fact::OperatorGuessedWrong { operator, wrong, locked_until } => {
            let after = if locked_until.is_some() { "locked".to_owned() } else { format!("{wrong} wrong") };
            Audit::new(*operator, "operator.guess-wrong", "operator", operator).change("", after)
        }
        Fact::OperatorSignedOut { operator, session } => Audit::new(*operator, "operator.sign-out", "session", session),
        Fact::DisputeDecided { by, transfer, returned, reason } => {
            let after = if *returned { "returned" } else { "released" };
            Audit::new(*by, "dispute.decide", "transfer", transfer).reason(reason).change("frozen", after)
        }
        Fact::RulesChanged { before, after, by, reason, .. } => {
            let words = |rule: &Option<Rule>| rule.as_ref().map(Rule::words).unwrap_or_default();
            let rule = after.as_ref().or(before.as_ref()).map_or(0, |rule| rule.id.0);
            Audit::new(*by, "risk.rule", "rule", rule).reason(reason).change(words(before), words(after))
        }
        Fact::UserSuspended { user, before, suspension, by } => {
            let words = |suspension: &Suspension| format!("until {}", suspension.until.0);
            Audit::new(*by, "risk.suspend", "user", user)
                .reason(&suspension.words)
                .change(before.as_ref().map(words).unwrap_or_default(), words(suspension))
        }
        Fact::SuspensionLifted { user, suspension, by: LiftedBy::Operator { by, reason } } => {
            Audit::new(*by, "risk.lift", "user", user)
                .reason(reason)
                .change(format!("until {}", suspension.until.0), "")
        }
        Fact::LevelSet { by, user, before, level, reason } => {
            Audit::new(*by, "user.level", "user", user).reason(reason).change(before.word(), level.word())
        }
        Fact::OrderAsked { by, order, reason } => Audit::new(*by, "order.ask", "order", order).reason(reason),
        Fact::OrderDecided { by, order, before, outcome, reason } => {
            Audit::new(*by, "order.settle", "order", order).reason(reason).change(before.word(), outcome.word())
        }
        Fact::RaisedClosed { by, order, words, reason } => {
            let words: Vec<_> = words.iter().map(|word| word.word()).collect();
            Audit::new(*by, "order.close", "order", order).reason(reason).change(words.join(", "), "")
        }
        Fact::SettingChanged { by, name, before, value, reason, .. } => {
            Audit::new(*by, "settings.change", "setting", name).reason(reason).change(before, value)
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        cut::Row,
        ids::Position,
        operator::{Role, change::ChangeOperator, sign_out::SignOutOperator},
        project,
        trial::Trial,
    };

    /// The rows of everything that happened, as words.
    fn rows(trial: &Trial) -> Vec<(u64, String)> {
        let mut rows = vec![];
        for (n, (fact, at)) in trial.log.iter().enumerate() {
            project(fact, Position(n as u64 + 1), *at, |row| {
                if let Row::Audit { position, audit, .. } = row {
                    let Audit { by, action, target_kind, reason, before, after, .. } = audit;
                    rows.push((position.0, format!("{} {action} {target_kind}: {before} > {after} ({reason})", by.0)));
                }
            });
        }
        rows
    }

    #[test]
    fn what_operators_do_stands_there_and_what_users_do_does_not() {
        let mut trial = Trial::new();
        trial.rich("ann", 100);
        let vic = trial.operator("vic", Role::Viewer);
        let session = trial.signed_in(vic, 5);
        trial.must(SignOutOperator { operator: vic, session });
        let reason = "left us".to_owned();
        trial.must(ChangeOperator { by: OperatorId::HOST, operator: vic, role: Role::Support, active: false, reason });
        let rows = rows(&trial);
        let rows: Vec<_> =
            rows.iter().map(|(position, words)| (*position, words.replace(&vic.to_string(), "V"))).collect();
        let expected = [
            (5, "0 operator.create operator:  > vic, viewer (for a trial)"),
            (6, "V operator.sign-in session:  > desk ()"),
            (7, "V operator.sign-out session:  >  ()"),
            (8, "0 operator.change operator: viewer > support, off (left us)"),
        ];
        assert_eq!(rows, expected.map(|(position, words)| (position, words.to_owned())));
    }

    /// A fact that says `by` an operator, and no row, would be an act that nobody can find.
    #[test]
    fn no_fact_of_an_operator_is_without_a_row() {
        let source = include_str!("fact.rs");
        let with = source.matches("by: OperatorId,").count();
        // A suspension may be lifted by an operator or by its user.
        let own = ["OperatorSignedIn", "OperatorGuessedWrong", "OperatorSignedOut", "SuspensionLifted"].len();
        let arms = include_str!("audit.rs").split("#[cfg(test)]").next().unwrap().matches("        Fact::").count();
        assert_eq!(arms, with + own, "each fact with `by: OperatorId` needs an arm in `audit`");
    }
}
