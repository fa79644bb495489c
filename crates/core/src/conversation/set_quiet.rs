use crate::{
    State,
    cut::Key,
    fact::Fact,
    ids::{ConversationId, UserId},
    refusal::Refusal,
};

/// Switches "do not disturb" for one conversation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SetQuiet {
    pub by: UserId,
    pub conversation: ConversationId,
    pub quiet: bool,
}

impl SetQuiet {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Conversation(self.conversation));
    }

    pub(crate) fn decide(&self, state: &State) -> Result<Vec<Fact>, Refusal> {
        let conversation = state.conversations.get(&self.conversation).ok_or(Refusal::NoSuchConversation)?;
        if conversation.active_member(self.by)?.quiet == self.quiet {
            return Ok(vec![]);
        }
        Ok(vec![Fact::QuietSet { conversation: self.conversation, user: self.by, quiet: self.quiet }])
    }
}
