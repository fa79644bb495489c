use crate::{
    Context, State,
    command::Reply,
    content::{Content, SystemNote},
    conversation::Conversation,
    cut::Key,
    fact::Fact,
    ids::{ClientId, ConversationId, Seq, UserId},
    pair::answer_friend::server_client_id,
    refusal::Refusal,
    settings::Settings,
    state::check_client_id,
};

/// Puts a message into a conversation. Repeated with the same client id it has no further effect (M2).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PostMessage {
    pub sender: UserId,
    pub conversation: ConversationId,
    pub client_id: ClientId,
    pub content: Content,
}

impl PostMessage {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Conversation(self.conversation));
        keys.push(Key::Sent(self.sender, self.client_id));
    }

    pub(crate) fn decide(&self, state: &State, context: &mut Context) -> Result<Vec<Fact>, Refusal> {
        if let Some(sent) = state.sent.get(self.sender, self.client_id) {
            return if sent.conversation == self.conversation { Ok(vec![]) } else { Err(Refusal::IdReused) };
        }
        check_client_id(state, context, self.client_id)?;
        let conversation = state.conversations.get(&self.conversation).ok_or(Refusal::NoSuchConversation)?;
        conversation.active_member(self.sender)?;
        check_content(&self.content, &state.settings)?;
        Ok(vec![Fact::MessagePosted {
            conversation: self.conversation,
            seq: conversation.head.head.next(),
            message: context.id(),
            sender: self.sender,
            client_id: self.client_id,
            content: self.content.clone(),
            eligible: vec![],
        }])
    }

    pub(crate) fn reply(&self, state: &State) -> Reply {
        let sent = state.sent.get(self.sender, self.client_id).expect("it is posted now or was before");
        Reply::Posted {
            conversation: self.conversation,
            client_id: self.client_id,
            id: sent.message,
            seq: sent.seq,
            at: sent.at,
        }
    }
}

/// Rule M9.
fn check_content(content: &Content, settings: &Settings) -> Result<(), Refusal> {
    let valid = match content {
        Content::Text { text, mentions, .. } => {
            !text.trim().is_empty()
                && text.chars().count() <= settings.text_chars_max
                && mentions.len() <= settings.mentions_max
        }
        Content::Extension { kind, body, fallback } => {
            !kind.is_empty()
                && kind.len() <= 64
                && body.len() <= settings.extension_bytes_max
                && fallback.chars().count() <= 500
        }
        Content::Packet(_) | Content::Note(_) => false,
    };
    if valid { Ok(()) } else { Err(Refusal::ContentInvalid) }
}

/// A note by the server, as the next message of a conversation.
pub(super) fn post_note(conversation: &Conversation, by: UserId, note: SystemNote, context: &mut Context) -> Fact {
    Fact::MessagePosted {
        conversation: conversation.id,
        seq: Seq(conversation.head.head.0 + 1),
        message: context.id(),
        sender: by,
        client_id: server_client_id(context),
        content: Content::Note(note),
        eligible: vec![],
    }
}
