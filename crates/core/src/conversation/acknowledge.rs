use crate::{
    State,
    command::Reply,
    cut::Key,
    fact::Fact,
    ids::{ConversationId, Seq, UserId},
    refusal::Refusal,
};

/// Says that a device of the user holds the messages `from` to `through`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Acknowledge {
    pub user: UserId,
    pub conversation: ConversationId,
    /// `Seq(1)` (or `Seq(0)`) to say "everything up to `through`".
    pub from: Seq,
    pub through: Seq,
}

impl Acknowledge {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Conversation(self.conversation));
    }

    pub(crate) fn decide(&self, state: &State) -> Result<Vec<Fact>, Refusal> {
        let conversation = state.conversations.get(&self.conversation).ok_or(Refusal::NoSuchConversation)?;
        let member = conversation.members.get(&self.user).ok_or(Refusal::NotAMember)?;
        if self.through > member.sees_to(conversation.head.head) {
            return Err(Refusal::PositionAhead);
        }
        if self.through < self.from || member.holds(self.from, self.through) {
            return Ok(vec![]);
        }
        let first_new = member.acked.max(member.joined).next();
        Ok(vec![Fact::Acknowledged {
            conversation: self.conversation,
            user: self.user,
            from: self.from.max(first_new),
            through: self.through,
        }])
    }

    pub(crate) fn reply(&self) -> Reply {
        Reply::Acknowledged { conversation: self.conversation, through: self.through }
    }
}
