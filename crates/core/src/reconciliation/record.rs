use super::{Difference, DifferenceState};
use crate::{State, cut::Key, fact::Fact, refusal::Refusal};

/// Takes down a difference that was found. The same again changes nothing while it is pending, or when an operator has
/// closed it as it is; one that was settled and is found again returns.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordDifference {
    pub difference: Difference,
    /// Whether a repair that is certain will follow; otherwise it is raised.
    pub repairable: bool,
}

impl RecordDifference {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Difference(self.difference.id()));
    }

    pub(crate) fn decide(&self, state: &State) -> Result<Vec<Fact>, Refusal> {
        let id = self.difference.id();
        let becomes = if self.repairable { DifferenceState::Open } else { DifferenceState::Raised };
        if let Some(known) = state.differences.get(&id) {
            let same = (known.difference.expected, known.difference.found)
                == (self.difference.expected, self.difference.found);
            let answered = known.state == DifferenceState::Closed && same;
            // What an operator was asked to look at is not taken back because a later look knows less.
            if answered || known.state == becomes || (known.state == DifferenceState::Raised && same) {
                return Ok(vec![]);
            }
        }
        Ok(vec![Fact::DifferenceFound { id, difference: Box::new(self.difference.clone()), state: becomes }])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::{CloseDifference, SettleDifference},
        fen::Fen,
        ids::{Millis, OperatorId, Position, ShardId},
        operator::Role,
        reconciliation::{DifferenceKind, Place},
        trial::Trial,
    };

    pub(crate) fn difference(found: i64) -> Difference {
        Difference {
            kind: DifferenceKind::CreditMissing,
            subject: 7,
            user: None,
            place: Place { shard: ShardId(1), position: Position(9) },
            other: None,
            at: Millis(5),
            expected: Fen(40),
            found: Fen(found),
            words: "7 owes 40 fen".into(),
        }
    }

    fn record(found: i64, repairable: bool) -> RecordDifference {
        RecordDifference { difference: difference(found), repairable }
    }

    /// What one more finding makes of it, and how many facts that took.
    fn found(trial: &mut Trial, found: i64, repairable: bool) -> (DifferenceState, usize) {
        let before = trial.log.len();
        trial.must(record(found, repairable));
        let state = trial.state.differences.get(&difference(0).id()).unwrap().state;
        (state, trial.log.len() - before)
    }

    #[test]
    fn it_is_found_once_and_returns_when_it_was_settled() {
        use DifferenceState::*;
        let mut trial = Trial::new();
        let id = difference(0).id();
        assert_eq!(found(&mut trial, 0, true), (Open, 1));
        assert_eq!(found(&mut trial, 0, true), (Open, 0));
        trial.must(SettleDifference { id, state: Repaired });
        assert_eq!(found(&mut trial, 0, true), (Open, 1), "it has returned");
        assert_eq!(found(&mut trial, 0, false), (Raised, 1));
        assert_eq!(found(&mut trial, 0, true), (Raised, 0), "who was asked to look is not sent away");
        let olga = trial.operator("olga", Role::Finance);
        trial.must(CloseDifference { by: olga, id, reason: "paid by hand".into() });
        assert_eq!(found(&mut trial, 0, false), (Closed, 0), "an operator has answered this");
        assert_eq!(found(&mut trial, 1, false), (Raised, 1), "but not this");
        let known = trial.state.differences.get(&id).unwrap();
        assert_eq!((known.returned, &known.closed), (2, &None));
        assert!(trial.log.iter().all(|(fact, _)| !matches!(fact, Fact::DifferenceClosed { by: OperatorId(0), .. })));
    }
}
