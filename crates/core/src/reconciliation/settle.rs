use super::DifferenceState;
use crate::{State, cut::Key, fact::Fact, ids::DifferenceId, refusal::Refusal};

/// Says what became of a difference without an operator: repaired, settled by itself, or raised because the repair did not
/// hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SettleDifference {
    pub id: DifferenceId,
    pub state: DifferenceState,
}

impl SettleDifference {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Difference(self.id));
    }

    pub(crate) fn decide(&self, state: &State) -> Result<Vec<Fact>, Refusal> {
        let known = state.differences.get(&self.id).ok_or(Refusal::NoSuchDifference)?;
        // What is over stays as it was first said to be.
        if !known.state.pending() || known.state == self.state {
            return Ok(vec![]);
        }
        Ok(vec![Fact::DifferenceSettled { id: self.id, state: self.state }])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::RecordDifference,
        reconciliation::{Difference, DifferenceKind, Place},
        trial::{Trial, check_order},
    };

    #[test]
    fn only_what_is_pending_is_settled() {
        use DifferenceState::*;
        let mut trial = Trial::new();
        let difference = Difference {
            kind: DifferenceKind::CreditLate,
            subject: 1,
            user: None,
            place: Place { shard: crate::ids::ShardId(0), position: crate::ids::Position(1) },
            other: None,
            at: crate::ids::Millis(0),
            expected: crate::fen::Fen(1),
            found: crate::fen::Fen(0),
            words: String::new(),
        };
        let id = difference.id();
        let settle = |state| SettleDifference { id, state };
        check_order(&mut trial, vec![("none", settle(Settled), Err(Refusal::NoSuchDifference))]);
        trial.must(RecordDifference { difference, repairable: true });
        trial.must(settle(Raised));
        trial.must(settle(Settled));
        let before = trial.log.len();
        trial.must(settle(Repaired));
        assert_eq!(trial.log.len(), before);
        assert_eq!(trial.state.differences.get(&id).unwrap().state, Settled);
    }
}
