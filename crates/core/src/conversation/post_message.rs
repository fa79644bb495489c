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
        Content::Packet(_) | Content::Transfer(_) | Content::Note(_) => false,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        content::PacketCard,
        ids::{PacketId, UserId},
        packet::PacketKind,
        trial::{Trial, check_order, id_from_the_future, text},
    };

    #[test]
    fn checks_come_in_this_order() {
        let mut trial = Trial::new();
        let [ann, bob, eve] = ["ann", "bob", "eve"].map(|name| trial.user(name));
        let group = trial.group(ann, &[bob]);
        let other = trial.group(ann, &[]);
        let said = trial.say(ann, group);
        trial.must(said.clone());
        let fresh = trial.id();
        let nowhere = ConversationId(1);
        let post = |sender, conversation, client_id, words: &str| PostMessage {
            sender,
            conversation,
            client_id,
            content: text(words),
        };
        check_order(
            &mut trial,
            vec![
                ("id reused, above all", post(ann, nowhere, said.client_id, ""), Err(Refusal::IdReused)),
                ("id reused elsewhere", post(ann, other, said.client_id, "hello"), Err(Refusal::IdReused)),
                ("no UUIDv7", post(eve, nowhere, ClientId(1), ""), Err(Refusal::BadClientId)),
                ("far ahead", post(eve, nowhere, id_from_the_future(), ""), Err(Refusal::BadClientId)),
                ("conversation", post(eve, nowhere, fresh, ""), Err(Refusal::NoSuchConversation)),
                ("member", post(eve, group, fresh, ""), Err(Refusal::NotAMember)),
                ("content", post(bob, group, fresh, ""), Err(Refusal::ContentInvalid)),
                ("fine", post(bob, group, fresh, "hello"), Ok(())),
                ("ids are each sender's own", post(ann, group, fresh, "hello"), Ok(())),
            ],
        );
    }

    /// Rule M2.
    #[test]
    fn a_resend_gets_the_first_answer_and_stores_nothing() {
        let mut trial = Trial::new();
        let [ann, bob] = ["ann", "bob"].map(|name| trial.user(name));
        let group = trial.group(ann, &[bob]);
        let say = trial.say(bob, group);
        let first = trial.must(say.clone());
        assert!(matches!(first, Reply::Posted { seq: Seq(2), .. }), "{first:?}");
        let between = trial.say(ann, group);
        trial.must(between);
        trial.later(5_000);
        trial.again(say.clone(), &first);
        trial.forget_ids();
        trial.again(say.clone(), &first);
        // Even from who has left since: it was stored, and that is what it wants to know.
        trial.must(crate::command::RemoveMember { by: bob, conversation: group, user: bob });
        trial.again(say, &first);
    }

    /// Rule M9.
    #[test]
    fn contents_have_limits() {
        let settings = Settings::default();
        let words = |text: String, mentions| Content::Text { text, mentions, reply_to: Seq(0) };
        let extension = |kind: usize, body, fallback| Content::Extension {
            kind: "k".repeat(kind),
            body: vec![0; body],
            fallback: "退".repeat(fallback),
        };
        let card = PacketCard { packet: PacketId(1), kind: PacketKind::Lucky, greeting: String::new(), count: 1 };
        for fine in [
            words("字".repeat(4_000), vec![UserId(1); 50]),
            words(" a\n".into(), vec![]),
            extension(64, 16 * 1024, 500),
            extension(1, 0, 0),
        ] {
            assert_eq!(check_content(&fine, &settings), Ok(()), "{fine:?}");
        }
        for invalid in [
            words(String::new(), vec![]),
            words(" \u{3000}\n".into(), vec![]),
            words("字".repeat(4_001), vec![]),
            words("a".into(), vec![UserId(1); 51]),
            extension(0, 0, 0),
            extension(65, 0, 0),
            extension(1, 16 * 1024 + 1, 0),
            extension(1, 0, 501),
            Content::Packet(card),
            Content::Note(SystemNote::FriendsNow),
        ] {
            assert_eq!(check_content(&invalid, &settings), Err(Refusal::ContentInvalid), "{invalid:?}");
        }
    }

    /// Rule M6.
    #[test]
    fn positions_have_no_gap_and_ids_rise_with_them() {
        let mut trial = Trial::new();
        let [ann, bob] = ["ann", "bob"].map(|name| trial.user(name));
        let group = trial.group(ann, &[bob]);
        let mut before = None;
        for place in 2..50 {
            let say = trial.say(if place % 3 == 0 { ann } else { bob }, group);
            let Reply::Posted { seq, id, .. } = trial.must(say) else { panic!("not posted") };
            assert_eq!(seq, Seq(place));
            assert!(Some(id) > before.replace(id));
            trial.later(i64::from(place % 2));
        }
    }
}
