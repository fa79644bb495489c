use super::DifferenceState;
use crate::{
    State,
    cut::Key,
    fact::Fact,
    ids::{DifferenceId, OperatorId},
    operator::{Permission, check_operator, check_reason, operator_needs},
    refusal::Refusal,
};

/// An operator has looked at a difference and says what was done. Closing again changes nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CloseDifference {
    pub by: OperatorId,
    pub id: DifferenceId,
    pub reason: String,
}

impl CloseDifference {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        operator_needs(self.by, keys);
        keys.push(Key::Difference(self.id));
    }

    pub(crate) fn decide(&self, state: &State) -> Result<Vec<Fact>, Refusal> {
        check_operator(state, self.by, Permission::Reconcile)?;
        check_reason(&self.reason)?;
        let known = state.differences.get(&self.id).ok_or(Refusal::NoSuchDifference)?;
        if known.state == DifferenceState::Closed {
            return Ok(vec![]);
        }
        let (by, id, before, reason) = (self.by, self.id, known.state, self.reason.clone());
        Ok(vec![Fact::DifferenceClosed { by, id, before, reason }])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::{RecordDifference, Reply},
        fen::Fen,
        ids::{Millis, Position, ShardId},
        operator::Role,
        reconciliation::{Difference, DifferenceKind, Place},
        trial::{Trial, check_order},
    };

    #[test]
    fn checks_come_in_this_order() {
        let mut trial = Trial::new();
        let (support, finance) = (trial.operator("sue", Role::Support), trial.operator("fay", Role::Finance));
        let difference = Difference {
            kind: DifferenceKind::PacketSum,
            subject: 1,
            user: None,
            place: Place { shard: ShardId(0), position: Position(1) },
            other: None,
            at: Millis(0),
            expected: Fen(1),
            found: Fen(0),
            words: String::new(),
        };
        let (id, none) = (difference.id(), DifferenceId(9));
        trial.must(RecordDifference { difference, repairable: false });
        let close = |by, id, reason: &str| CloseDifference { by, id, reason: reason.into() };
        check_order(
            &mut trial,
            vec![
                ("role", close(support, none, ""), Err(Refusal::RoleInsufficient)),
                ("reason", close(finance, none, ""), Err(Refusal::ReasonInvalid)),
                ("none", close(finance, none, "seen"), Err(Refusal::NoSuchDifference)),
                ("closed", close(finance, id, "seen"), Ok(())),
            ],
        );
        trial.again(close(finance, id, "seen again"), &Reply::Done);
        let known = trial.state.differences.get(&id).unwrap();
        assert_eq!((known.state, &known.closed), (DifferenceState::Closed, &Some((finance, "seen".into()))));
    }
}
