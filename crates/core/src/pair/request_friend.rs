use super::{Bond, PairKey, Relation};
use crate::{Context, State, cut::Key, fact::Fact, ids::UserId, pair::answer_friend::accept, refusal::Refusal};

/// Asks someone to be friends. When they have asked already, this accepts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RequestFriend {
    pub by: UserId,
    pub other: UserId,
    /// Words sent along; at most 60 characters are kept.
    pub greeting: String,
}

impl RequestFriend {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Pair(PairKey::of(self.by, self.other)));
    }

    pub(crate) fn decide(&self, state: &State, context: &mut Context) -> Result<Vec<Fact>, Refusal> {
        if self.by == self.other {
            return Err(Refusal::NotYourself);
        }
        let pair = state.pairs.get(&PairKey::of(self.by, self.other)).cloned().unwrap_or_default();
        match (pair.relation_for(self.by), &pair.bond) {
            (Relation::Friend, _) => Err(Refusal::AlreadyFriends),
            (Relation::Requested, _) => Ok(vec![]),
            (Relation::Incoming, Bond::Requested { .. }) => Ok(accept(self.by, self.other, &pair, context)),
            _ => Ok(vec![Fact::FriendRequested {
                by: self.by,
                other: self.other,
                greeting: self.greeting.chars().filter(|c| !c.is_control()).take(60).collect(),
            }]),
        }
    }
}
