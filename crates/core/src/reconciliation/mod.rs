//! What reconciliation found between books that are kept apart, and what became of it. The comparing itself is done
//! outside of the core, by rules that share nothing with it; here stands what is said of it in facts, in shard 0.

pub mod ask;
pub mod close;
mod day;
mod difference;
pub mod record;
pub mod record_run;
pub mod redeliver;
pub mod settle;

use serde::{Deserialize, Serialize};

pub use day::Day;
pub use difference::{Difference, DifferenceKind, Place};

use crate::ids::{DifferenceId, Millis, OperatorId, ShardId};

/// The shard where differences and runs are kept, beside the operators who close them.
pub const RECONCILIATION_SHARD: ShardId = ShardId(0);

/// What became of a difference.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum DifferenceState {
    /// Found, and a repair that is certain is under way.
    Open,
    /// Redone or rebuilt, and in order since.
    Repaired,
    /// Nothing about it is certain: an operator must look.
    Raised,
    /// An operator has looked, and said what was done.
    Closed,
    /// In order by itself: what was late has arrived.
    Settled,
}

impl DifferenceState {
    pub const ALL: [Self; 5] = [Self::Open, Self::Repaired, Self::Raised, Self::Closed, Self::Settled];

    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Repaired => "repaired",
            Self::Raised => "raised",
            Self::Closed => "closed",
            Self::Settled => "settled",
        }
    }

    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether somebody or something still has to do something.
    #[must_use]
    pub fn pending(self) -> bool {
        matches!(self, Self::Open | Self::Raised)
    }
}

/// A difference as memory and views have it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Recorded {
    pub difference: Difference,
    pub state: DifferenceState,
    pub found_at: Millis,
    pub changed_at: Millis,
    /// How often it was found anew after it had been settled.
    pub returned: u32,
    /// Who closed it, and why.
    pub closed: Option<(OperatorId, String)>,
}

/// The newest run of a day, or of everything.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Run {
    /// When an operator asked for it, who, and why; none: it came by itself.
    pub asked: Option<(Millis, OperatorId, String)>,
    pub ran: Option<Ran>,
}

impl Run {
    /// Whether an operator waits for it.
    #[must_use]
    pub fn waits(&self) -> bool {
        let asked = self.asked.as_ref().map(|(at, ..)| *at);
        asked.is_some_and(|at| self.ran.is_none_or(|ran| ran.began < at))
    }
}

/// What a run came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Ran {
    pub began: Millis,
    pub ended: Millis,
    pub facts: u64,
    pub rows: u64,
    pub differences: u64,
}

/// A day by its number since 1970-01-01 (UTC).
pub type DayNumber = i64;

impl Difference {
    /// Follows from the key, so that the same difference has the same id in every run.
    #[must_use]
    pub fn id(&self) -> DifferenceId {
        DifferenceId::of_key(&self.key())
    }
}
