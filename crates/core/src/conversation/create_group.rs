use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::{ConversationKind, check_title};
use crate::{
    Context, State,
    command::Reply,
    content::{Content, SystemNote},
    cut::{Done, Key},
    fact::Fact,
    ids::{ClientId, ConversationId, Seq, UserId},
    pair::answer_friend::server_client_id,
    refusal::Refusal,
    state::check_once,
};

/// Makes a group, in its creator's shard. The gateway has checked that the members are the creator's friends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CreateGroup {
    pub by: UserId,
    pub id: ClientId,
    pub title: String,
    /// Besides the creator.
    pub members: Vec<UserId>,
}

impl CreateGroup {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Once(self.by, self.id));
    }

    fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"group");
        hash.update((self.title.len() as u64).to_be_bytes());
        hash.update(self.title.as_bytes());
        for member in self.members() {
            hash.update(member.0.to_be_bytes());
        }
        hash.finalize().into()
    }

    fn members(&self) -> BTreeSet<UserId> {
        self.members.iter().copied().chain([self.by]).collect()
    }

    pub(crate) fn decide(&self, state: &State, context: &mut Context) -> Result<Vec<Fact>, Refusal> {
        let digest = self.digest();
        if check_once(state, context, self.by, self.id, &digest)? {
            return Ok(vec![]);
        }
        check_title(&self.title)?;
        let members = self.members();
        if members.len() > state.settings.group_members_max {
            return Err(Refusal::GroupFull);
        }
        let conversation: ConversationId = context.id();
        let users = members.iter().copied().filter(|user| *user != self.by).collect();
        Ok(vec![
            Fact::ConversationCreated {
                conversation,
                kind: ConversationKind::Group { owner: self.by },
                title: self.title.clone(),
                members: members.into_iter().collect(),
                once: Some((self.id, digest)),
            },
            Fact::MessagePosted {
                conversation,
                seq: Seq(1),
                message: context.id(),
                sender: self.by,
                client_id: server_client_id(context),
                content: Content::Note(SystemNote::GroupCreated { by: self.by, users }),
                eligible: vec![],
            },
        ])
    }

    pub(crate) fn reply(&self, state: &State) -> Reply {
        match state.once.get(self.by, self.id).map(|once| once.done) {
            Some(Done::GroupCreated { conversation }) => Reply::GroupCreated { conversation },
            other => unreachable!("making a group left {other:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::TopUp,
        fen::Fen,
        settings::Settings,
        trial::{Trial, check_order, id_from_the_future},
    };

    #[test]
    fn checks_come_in_this_order() {
        let mut trial = Trial::with(Settings { group_members_max: 3, ..Settings::default() });
        let [ann, bob, eve, dan] = ["ann", "bob", "eve", "dan"].map(|name| trial.user(name));
        let used = trial.id();
        trial.must(TopUp { user: ann, id: used, amount: Fen(1) });
        let full = vec![bob, eve, dan];
        let wrong = CreateGroup { by: ann, id: trial.id(), title: " ".into(), members: full.clone() };
        check_order(
            &mut trial,
            vec![
                ("id reused, above all", CreateGroup { id: used, ..wrong.clone() }, Err(Refusal::IdReused)),
                ("no UUIDv7", CreateGroup { id: ClientId(1), ..wrong.clone() }, Err(Refusal::BadClientId)),
                ("far ahead", CreateGroup { id: id_from_the_future(), ..wrong.clone() }, Err(Refusal::BadClientId)),
                ("title", wrong.clone(), Err(Refusal::TitleInvalid)),
                ("title too long", CreateGroup { title: "群".repeat(61), ..wrong.clone() }, Err(Refusal::TitleInvalid)),
                ("full", CreateGroup { title: "group".into(), ..wrong.clone() }, Err(Refusal::GroupFull)),
                (
                    "as many as fit, some of them twice",
                    CreateGroup { title: "群".repeat(60), members: vec![bob, eve, bob, ann], ..wrong },
                    Ok(()),
                ),
            ],
        );
    }

    /// Rule W2 holds for groups, too: who repeats because no answer came gets the group it made.
    #[test]
    fn an_id_makes_one_group_forever() {
        let mut trial = Trial::new();
        let [ann, bob, eve] = ["ann", "bob", "eve"].map(|name| trial.user(name));
        let create = CreateGroup { by: ann, id: trial.id(), title: "group".into(), members: vec![bob, eve] };
        let first = trial.must(create.clone());
        let others = [
            CreateGroup { title: "groups".into(), ..create.clone() },
            CreateGroup { members: vec![bob], ..create.clone() },
        ];
        for forgotten in [false, true] {
            if forgotten {
                trial.forget_ids();
            }
            trial.again(create.clone(), &first);
            // The members are a set.
            trial.again(CreateGroup { members: vec![eve, bob, eve, ann], ..create.clone() }, &first);
            for other in &others {
                assert_eq!(trial.run(other.clone()), Err(Refusal::IdReused), "{other:?}");
            }
        }
    }

    #[test]
    fn it_begins_with_a_note_that_everybody_sees() {
        let mut trial = Trial::new();
        let [ann, bob, eve] = ["ann", "bob", "eve"].map(|name| trial.user(name));
        let group = trial.group(bob, &[eve, ann]);
        let found = trial.state.conversations.get(&group).unwrap();
        assert_eq!(found.head.kind, ConversationKind::Group { owner: bob });
        assert_eq!(*found.recipients, [ann, bob, eve]);
        assert_eq!(found.head.head, Seq(1));
        assert_eq!([ann, bob, eve].map(|user| found.members[&user].unread(Seq(1))), [1, 0, 1]);
    }
}
