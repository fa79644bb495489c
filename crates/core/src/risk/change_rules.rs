use super::{Rule, RuleId, rule::RULES_MAX};
use crate::{
    State,
    command::Reply,
    fact::Fact,
    ids::{OperatorId, ShardId},
    operator::check_reason,
    refusal::Refusal,
};

/// Where rules are changed; every other shard hears of it.
pub const RULES_SHARD: ShardId = ShardId(0);

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RuleChange {
    /// Puts a rule in the place of the one with its number; number 0: a new one.
    Put(Rule),
    Drop(RuleId),
}

/// Changes one rule. The gateway has checked that the operator may.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChangeRules {
    /// The book that the operator looked at.
    pub expected: u64,
    pub change: RuleChange,
    pub by: OperatorId,
    pub reason: String,
}

impl ChangeRules {
    pub(crate) fn decide(&self, state: &State) -> Result<Vec<Fact>, Refusal> {
        let mut book = state.rules.book.clone();
        if self.expected != book.sequence {
            return Err(Refusal::RulesStale);
        }
        check_reason(&self.reason)?;
        let (before, after) = match &self.change {
            RuleChange::Drop(id) => {
                let at = book.rules.iter().position(|rule| rule.id == *id).ok_or(Refusal::NoSuchRule)?;
                (Some(book.rules.remove(at)), None)
            }
            RuleChange::Put(rule) if rule.id == RuleId(0) => {
                if !rule.fits() || book.rules.len() >= RULES_MAX {
                    return Err(Refusal::RuleInvalid);
                }
                book.last_id = RuleId(book.last_id.0 + 1);
                let rule = Rule { id: book.last_id, ..rule.clone() };
                book.rules.push(rule.clone());
                (None, Some(rule))
            }
            RuleChange::Put(rule) => {
                let place = book.rules.iter_mut().find(|old| old.id == rule.id).ok_or(Refusal::NoSuchRule)?;
                // What a rule has counted already is counted in events of its kind.
                if !rule.fits() || rule.kind.counted() != place.kind.counted() {
                    return Err(Refusal::RuleInvalid);
                }
                (Some(std::mem::replace(place, rule.clone())), Some(rule.clone()))
            }
        };
        book.sequence += 1;
        Ok(vec![Fact::RulesChanged { book, before, after, by: self.by, reason: self.reason.clone() }])
    }

    pub(crate) fn reply(state: &State) -> Reply {
        Reply::RulesChanged { sequence: state.rules.book.sequence }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        risk::RuleKind,
        trial::{Trial, check_order},
    };

    #[test]
    fn checks_come_in_this_order() {
        let mut trial = Trial::new();
        let rule = trial.state.rules.book.rules[0].clone();
        let unfit = Rule { window_ms: 0, ..rule.clone() };
        let change = |expected, change| ChangeRules { expected, change, by: OperatorId(1), reason: "tuning".into() };
        let wordless = ChangeRules { reason: " ".into(), ..change(0, RuleChange::Put(unfit.clone())) };
        let other_kind = Rule { kind: RuleKind::Strangers, ..rule.clone() };
        check_order(
            &mut trial,
            vec![
                ("stale, above all", ChangeRules { expected: 5, ..wordless.clone() }, Err(Refusal::RulesStale)),
                ("no reason", wordless, Err(Refusal::ReasonInvalid)),
                ("unfit", change(0, RuleChange::Put(unfit)), Err(Refusal::RuleInvalid)),
                (
                    "none with this number",
                    change(0, RuleChange::Put(Rule { id: RuleId(99), ..rule.clone() })),
                    Err(Refusal::NoSuchRule),
                ),
                ("of another kind", change(0, RuleChange::Put(other_kind)), Err(Refusal::RuleInvalid)),
                ("none to drop", change(0, RuleChange::Drop(RuleId(99))), Err(Refusal::NoSuchRule)),
                ("changed", change(0, RuleChange::Put(Rule { enabled: true, ..rule.clone() })), Ok(())),
                ("looked at the old one", change(0, RuleChange::Drop(rule.id)), Err(Refusal::RulesStale)),
                ("dropped", change(1, RuleChange::Drop(rule.id)), Ok(())),
                ("new", change(2, RuleChange::Put(Rule { id: RuleId(0), ..rule })), Ok(())),
            ],
        );
        let book = &trial.state.rules.book;
        assert_eq!((book.sequence, book.last_id), (3, RuleId(6)), "numbers are not used again");
        assert_eq!(book.rules.iter().map(|rule| rule.id.0).collect::<Vec<_>>(), [2, 3, 4, 5, 6]);
    }
}
