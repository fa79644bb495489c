use std::collections::BTreeSet;

use crate::{
    Context, State,
    content::SystemNote,
    conversation::post_message::post_note,
    cut::Key,
    fact::Fact,
    ids::{ConversationId, UserId},
    refusal::Refusal,
};

/// Brings people into a group; any member may. The gateway has checked that they are the member's friends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AddMembers {
    pub by: UserId,
    pub conversation: ConversationId,
    pub users: Vec<UserId>,
}

impl AddMembers {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Conversation(self.conversation));
    }

    pub(crate) fn decide(&self, state: &State, context: &mut Context) -> Result<Vec<Fact>, Refusal> {
        let conversation = state.conversations.get(&self.conversation).ok_or(Refusal::NoSuchConversation)?;
        conversation.active_member(self.by)?;
        if conversation.owner().is_none() {
            return Err(Refusal::NotAGroup);
        }
        let new: BTreeSet<UserId> =
            self.users.iter().copied().filter(|user| conversation.active_member(*user).is_err()).collect();
        if new.is_empty() {
            return Ok(vec![]);
        }
        if conversation.recipients.len() + new.len() > state.settings.group_members_max {
            return Err(Refusal::GroupFull);
        }
        let users: Vec<UserId> = new.into_iter().collect();
        let note = SystemNote::MembersAdded { by: self.by, users: users.clone() };
        Ok(vec![
            Fact::MembersAdded { conversation: self.conversation, users },
            post_note(conversation, self.by, note, context),
        ])
    }
}
