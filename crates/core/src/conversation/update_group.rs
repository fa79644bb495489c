use super::check_title;
use crate::{
    Context, State,
    content::SystemNote,
    conversation::post_message::post_note,
    cut::Key,
    fact::Fact,
    ids::{ConversationId, Seq, UserId},
    refusal::Refusal,
};

/// Changes a group's title or announcement; only the owner may. `None` leaves it as it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UpdateGroup {
    pub by: UserId,
    pub conversation: ConversationId,
    pub title: Option<String>,
    pub announcement: Option<String>,
}

impl UpdateGroup {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Conversation(self.conversation));
    }

    pub(crate) fn decide(&self, state: &State, context: &mut Context) -> Result<Vec<Fact>, Refusal> {
        let conversation = state.conversations.get(&self.conversation).ok_or(Refusal::NoSuchConversation)?;
        conversation.active_member(self.by)?;
        if conversation.owner().ok_or(Refusal::NotAGroup)? != self.by {
            return Err(Refusal::NotOwner);
        }
        let head = &conversation.head;
        let title = self.title.clone().unwrap_or_else(|| head.title.clone());
        let announcement = self.announcement.clone().unwrap_or_else(|| head.announcement.clone());
        check_title(&title)?;
        if announcement.chars().count() > 2_000 {
            return Err(Refusal::TitleInvalid);
        }
        let mut facts = Vec::new();
        if title != head.title {
            facts.push(SystemNote::TitleChanged { by: self.by, title: title.clone() });
        }
        if announcement != head.announcement {
            facts.push(SystemNote::AnnouncementChanged { by: self.by, text: announcement.clone() });
        }
        if facts.is_empty() {
            return Ok(vec![]);
        }
        let mut facts: Vec<Fact> =
            facts.into_iter().map(|note| post_note(conversation, self.by, note, context)).collect();
        // Each note was made for the next place; the second one comes after the first.
        if let Some(Fact::MessagePosted { seq, .. }) = facts.get_mut(1) {
            *seq = Seq(seq.0 + 1);
        }
        facts.push(Fact::GroupUpdated { conversation: self.conversation, title, announcement });
        Ok(facts)
    }
}
