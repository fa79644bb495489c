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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::{Reply, RequestFriend},
        trial::{Trial, check_order},
    };

    #[test]
    fn only_friends_and_own_requests_can_be_removed() {
        let mut trial = Trial::new();
        let [ann, bob, eve] = ["ann", "bob", "eve"].map(|name| trial.user(name));
        trial.friends(ann, bob);
        trial.must(RequestFriend { by: ann, other: eve, greeting: String::new() });
        check_order(
            &mut trial,
            vec![
                ("strangers", RemoveFriend { by: bob, other: eve }, Err(Refusal::NotFriends)),
                ("another's request", RemoveFriend { by: eve, other: ann }, Err(Refusal::NotFriends)),
                ("one's own request", RemoveFriend { by: ann, other: eve }, Ok(())),
                ("a friend", RemoveFriend { by: bob, other: ann }, Ok(())),
                ("a former friend", RemoveFriend { by: bob, other: ann }, Err(Refusal::NotFriends)),
            ],
        );
    }

    #[test]
    fn the_conversation_stays() {
        let mut trial = Trial::new();
        let (ann, bob) = (trial.user("ann"), trial.user("bob"));
        let conversation = trial.friends(ann, bob);
        let removed = trial.must(RemoveFriend { by: ann, other: bob });
        assert_eq!(
            removed,
            Reply::FriendState { other: bob, relation: Relation::None, conversation: Some(conversation) }
        );
        let message = trial.say(bob, conversation);
        trial.must(message);
    }
}
