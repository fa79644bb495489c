//! Two people: how they stand to each other, and the direct conversation they share. A pair lives in the shard of the
//! lower of the two ids, so that both see one truth; each user's own shard keeps a copy for its friend list.

pub mod answer_friend;
pub mod remove_friend;
pub mod request_friend;

use serde::{Deserialize, Serialize};

use crate::ids::{ConversationId, UserId};

/// The two in rising order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct PairKey {
    pub low: UserId,
    pub high: UserId,
}

impl PairKey {
    #[must_use]
    pub fn of(a: UserId, b: UserId) -> Self {
        Self { low: a.min(b), high: a.max(b) }
    }
}

/// What the pair's shard knows.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Pair {
    pub bond: Bond,
    /// Made with the first acceptance; stays when the friendship ends.
    pub conversation: Option<ConversationId>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Bond {
    #[default]
    None,
    Requested {
        by: UserId,
        greeting: String,
    },
    Friends,
}

/// How `other` stands to a user, as that user sees it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Relation {
    None,
    /// I asked.
    Requested,
    /// They asked.
    Incoming,
    Friend,
}

impl Pair {
    #[must_use]
    pub fn relation_for(&self, user: UserId) -> Relation {
        match &self.bond {
            Bond::None => Relation::None,
            Bond::Requested { by, .. } if *by == user => Relation::Requested,
            Bond::Requested { .. } => Relation::Incoming,
            Bond::Friends => Relation::Friend,
        }
    }
}
