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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::{RemoveFriend, Reply},
        trial::{Trial, check_order},
    };

    fn request(by: UserId, other: UserId) -> RequestFriend {
        RequestFriend { by, other, greeting: "hello".into() }
    }

    #[test]
    fn checks_come_in_this_order() {
        let mut trial = Trial::new();
        let [ann, bob, eve] = ["ann", "bob", "eve"].map(|name| trial.user(name));
        trial.friends(ann, bob);
        check_order(
            &mut trial,
            vec![
                ("oneself", request(ann, ann), Err(Refusal::NotYourself)),
                ("friends", request(bob, ann), Err(Refusal::AlreadyFriends)),
                ("strangers", request(ann, eve), Ok(())),
            ],
        );
    }

    #[test]
    fn asking_twice_asks_once() {
        let mut trial = Trial::new();
        let (ann, bob) = (trial.user("ann"), trial.user("bob"));
        let asked = trial.must(request(ann, bob));
        assert_eq!(asked, Reply::FriendState { other: bob, relation: Relation::Requested, conversation: None });
        trial.again(request(ann, bob), &asked);
    }

    #[test]
    fn asking_who_has_asked_is_accepting() {
        let mut trial = Trial::new();
        let (ann, bob) = (trial.user("ann"), trial.user("bob"));
        trial.must(request(ann, bob));
        let Reply::FriendState { relation: Relation::Friend, conversation: Some(conversation), .. } =
            trial.must(request(bob, ann))
        else {
            panic!("no friends: {:?}", trial.log)
        };
        // Who were friends once talk where they talked.
        trial.must(RemoveFriend { by: ann, other: bob });
        assert_eq!(trial.friends(bob, ann), conversation);
    }

    #[test]
    fn a_greeting_is_cut_to_what_a_list_can_show() {
        let mut trial = Trial::new();
        let (ann, bob) = (trial.user("ann"), trial.user("bob"));
        trial.must(RequestFriend { by: ann, other: bob, greeting: format!("\u{1b}{}", "好".repeat(99)) });
        let Some((Fact::FriendRequested { greeting, .. }, _)) = trial.log.last() else { panic!("{:?}", trial.log) };
        assert_eq!(*greeting, "好".repeat(60));
    }
}
