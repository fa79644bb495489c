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
