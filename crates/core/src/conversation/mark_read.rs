use crate::{
    State,
    command::Reply,
    cut::Key,
    fact::Fact,
    ids::{ConversationId, Seq, UserId},
    refusal::Refusal,
};

/// Moves the account's read mark, never backwards (M8).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MarkRead {
    pub user: UserId,
    pub conversation: ConversationId,
    pub through: Seq,
}

impl MarkRead {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Conversation(self.conversation));
    }

    pub(crate) fn decide(&self, state: &State) -> Result<Vec<Fact>, Refusal> {
        let conversation = state.conversations.get(&self.conversation).ok_or(Refusal::NoSuchConversation)?;
        let member = conversation.members.get(&self.user).ok_or(Refusal::NotAMember)?;
        if self.through > member.sees_to(conversation.head.head) {
            return Err(Refusal::PositionAhead);
        }
        if self.through <= member.read {
            return Ok(vec![]);
        }
        Ok(vec![Fact::ReadMarked { conversation: self.conversation, user: self.user, through: self.through }])
    }

    pub(crate) fn reply(&self, state: &State) -> Reply {
        let conversation = state.conversations.get(&self.conversation).expect("decided on it");
        let member = conversation.members[&self.user];
        Reply::ReadMarked {
            conversation: self.conversation,
            through: member.read,
            unread: member.unread(conversation.head.head),
        }
    }
}
