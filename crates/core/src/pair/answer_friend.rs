use super::{Pair, PairKey, Relation};
use crate::{
    Context, State,
    content::{Content, SystemNote},
    conversation::ConversationKind,
    cut::Key,
    fact::Fact,
    ids::{ClientId, ConversationId, Seq, UserId},
    refusal::Refusal,
};

/// Accepts or declines a friend request. Accepting opens the direct conversation of the two.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AnswerFriend {
    pub by: UserId,
    pub other: UserId,
    pub accept: bool,
}

impl AnswerFriend {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Pair(PairKey::of(self.by, self.other)));
    }

    pub(crate) fn decide(&self, state: &State, context: &mut Context) -> Result<Vec<Fact>, Refusal> {
        let pair = state.pairs.get(&PairKey::of(self.by, self.other)).cloned().unwrap_or_default();
        match (pair.relation_for(self.by), self.accept) {
            (Relation::Incoming, true) => Ok(accept(self.by, self.other, &pair, context)),
            (Relation::Incoming, false) => Ok(vec![Fact::FriendRemoved { by: self.by, other: self.other }]),
            (Relation::Friend, true) | (Relation::None, false) => Ok(vec![]),
            _ => Err(Refusal::NoSuchRequest),
        }
    }
}

/// The facts of two people becoming friends: the first time, their conversation begins, with a note in it.
pub(crate) fn accept(by: UserId, other: UserId, pair: &Pair, context: &mut Context) -> Vec<Fact> {
    if let Some(conversation) = pair.conversation {
        return vec![Fact::FriendAccepted { by, other, conversation }];
    }
    let conversation: ConversationId = context.id();
    vec![
        Fact::FriendAccepted { by, other, conversation },
        Fact::ConversationCreated {
            conversation,
            kind: ConversationKind::Direct,
            title: String::new(),
            members: vec![by.min(other), by.max(other)],
            once: None,
        },
        Fact::MessagePosted {
            conversation,
            seq: Seq(1),
            message: context.id(),
            sender: by,
            client_id: server_client_id(context),
            content: Content::Note(SystemNote::FriendsNow),
            eligible: vec![],
        },
    ]
}

/// A client id for a message that the server writes in somebody's name.
pub(crate) fn server_client_id(context: &mut Context) -> ClientId {
    let entropy = (context.entropy)();
    let mut random = [0; 16];
    random.copy_from_slice(&entropy[..16]);
    ClientId::compose(context.now, u128::from_be_bytes(random))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::{Reply, RequestFriend},
        trial::{Trial, check_order},
    };

    fn answer(by: UserId, other: UserId, accept: bool) -> AnswerFriend {
        AnswerFriend { by, other, accept }
    }

    #[test]
    fn only_a_request_can_be_answered() {
        let mut trial = Trial::new();
        let [ann, bob, eve] = ["ann", "bob", "eve"].map(|name| trial.user(name));
        trial.must(RequestFriend { by: ann, other: bob, greeting: String::new() });
        check_order(
            &mut trial,
            vec![
                ("accepting nobody", answer(ann, eve, true), Err(Refusal::NoSuchRequest)),
                ("declining nobody", answer(ann, eve, false), Ok(())),
                ("accepting oneself", answer(ann, bob, true), Err(Refusal::NoSuchRequest)),
                ("declining oneself", answer(ann, bob, false), Err(Refusal::NoSuchRequest)),
                ("declining", answer(bob, ann, false), Ok(())),
                ("accepting what was declined", answer(bob, ann, true), Err(Refusal::NoSuchRequest)),
            ],
        );
        trial.friends(ann, bob);
        check_order(&mut trial, vec![("declining a friend", answer(bob, ann, false), Err(Refusal::NoSuchRequest))]);
    }

    #[test]
    fn accepting_opens_one_conversation_with_a_note_in_it() {
        let mut trial = Trial::new();
        let (ann, bob) = (trial.user("ann"), trial.user("bob"));
        let conversation = trial.friends(bob, ann);
        let found = trial.state.conversations.get(&conversation).unwrap();
        assert_eq!(found.head.kind, ConversationKind::Direct);
        assert_eq!(*found.recipients, [ann, bob]);
        assert_eq!(found.head.head, Seq(1));
        let accepted = Reply::FriendState { other: bob, relation: Relation::Friend, conversation: Some(conversation) };
        trial.again(answer(ann, bob, true), &accepted);
    }
}
