use super::{PairKey, Relation};
use crate::{State, cut::Key, fact::Fact, ids::UserId, refusal::Refusal};

/// Ends a friendship, or takes back a request. The conversation stays.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RemoveFriend {
    pub by: UserId,
    pub other: UserId,
}

impl RemoveFriend {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Pair(PairKey::of(self.by, self.other)));
    }

    pub(crate) fn decide(&self, state: &State) -> Result<Vec<Fact>, Refusal> {
        let pair = state.pairs.get(&PairKey::of(self.by, self.other)).cloned().unwrap_or_default();
        match pair.relation_for(self.by) {
            Relation::Friend | Relation::Requested => Ok(vec![Fact::FriendRemoved { by: self.by, other: self.other }]),
            Relation::None | Relation::Incoming => Err(Refusal::NotFriends),
        }
    }
}
