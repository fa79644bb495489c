use crate::{
    Context, State,
    content::SystemNote,
    conversation::post_message::post_note,
    cut::Key,
    fact::Fact,
    ids::{ConversationId, UserId},
    refusal::Refusal,
};

/// Leaves a group (`user` is oneself), or removes another from it, which only the owner may.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RemoveMember {
    pub by: UserId,
    pub conversation: ConversationId,
    pub user: UserId,
}

impl RemoveMember {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Conversation(self.conversation));
    }

    pub(crate) fn decide(&self, state: &State, context: &mut Context) -> Result<Vec<Fact>, Refusal> {
        let conversation = state.conversations.get(&self.conversation).ok_or(Refusal::NoSuchConversation)?;
        conversation.active_member(self.by)?;
        let owner = conversation.owner().ok_or(Refusal::NotAGroup)?;
        if self.user != self.by && self.by != owner {
            return Err(Refusal::NotOwner);
        }
        if self.user == owner {
            return Err(Refusal::OwnerCannotLeave);
        }
        if conversation.active_member(self.user).is_err() {
            return Ok(vec![]);
        }
        let note = if self.user == self.by {
            SystemNote::MemberLeft { user: self.user }
        } else {
            SystemNote::MemberRemoved { by: self.by, user: self.user }
        };
        // The note comes first, so that it is the last thing the leaving member sees.
        Ok(vec![
            post_note(conversation, self.by, note, context),
            Fact::MemberLeft { conversation: self.conversation, user: self.user },
        ])
    }
}
