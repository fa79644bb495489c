use laisee_core::{
    content::{Content, Message, PacketCard, SystemNote, TransferCard},
    ids::{Seq, UserId},
    packet::PacketKind,
    refusal::Refusal,
};
use laisee_wire::v1::{self, NoteKind, content::Kind};

use super::{ids::client_id_text, refused};

/// What a client wants to say. Kinds that only the server writes are refused (M9).
///
/// # Errors
/// `CONTENT_INVALID`.
pub fn content(content: Option<v1::Content>) -> Result<Content, v1::Error> {
    let invalid = || refused(Refusal::ContentInvalid);
    let v1::Content { fallback, kind } = content.ok_or_else(invalid)?;
    match kind.ok_or_else(invalid)? {
        Kind::Text(text) => Ok(Content::Text {
            text: text.text,
            mentions: text.mentions.into_iter().map(UserId).collect(),
            reply_to: Seq(text.reply_to),
        }),
        Kind::Extension(extension) => Ok(Content::Extension { kind: extension.r#type, body: extension.body, fallback }),
        Kind::Packet(_) | Kind::Transfer(_) | Kind::Note(_) => Err(invalid()),
    }
}

/// A message as clients see it.
#[must_use]
pub fn message(message: &Message) -> v1::Message {
    v1::Message {
        conversation: message.conversation.0,
        seq: message.seq.0,
        id: message.id.0,
        sender: message.sender.0,
        client_msg_id: client_id_text(message.client_id),
        at_ms: message.at.0,
        content: Some(shown(&message.content)),
    }
}

fn shown(content: &Content) -> v1::Content {
    let (fallback, kind) = match content {
        Content::Text { text, mentions, reply_to } => (
            String::new(),
            Kind::Text(v1::Text {
                text: text.clone(),
                mentions: mentions.iter().map(|user| user.0).collect(),
                reply_to: reply_to.0,
            }),
        ),
        Content::Packet(card) => (String::new(), Kind::Packet(packet_card(card))),
        Content::Note(note) => (String::new(), Kind::Note(system_note(note))),
        Content::Transfer(card) => (String::new(), Kind::Transfer(transfer_card(card))),
        Content::Extension { kind, body, fallback } => {
            (fallback.clone(), Kind::Extension(v1::Extension { r#type: kind.clone(), body: body.clone() }))
        }
    };
    v1::Content { fallback, kind: Some(kind) }
}

fn packet_card(card: &PacketCard) -> v1::PacketCard {
    let (kind, recipient) = packet_kind(card.kind);
    v1::PacketCard {
        packet: card.packet.0,
        kind: kind.into(),
        greeting: card.greeting.clone(),
        recipient,
        count: card.count,
    }
}

fn transfer_card(card: &TransferCard) -> v1::TransferCard {
    v1::TransferCard {
        transfer: card.transfer.0,
        receiver: card.receiver.0,
        amount: card.amount.0,
        note: card.note.clone(),
        arrives_at_ms: card.arrives_at.0,
    }
}

pub(super) fn packet_kind(kind: PacketKind) -> (v1::PacketKind, u64) {
    match kind {
        PacketKind::Equal => (v1::PacketKind::Equal, 0),
        PacketKind::Lucky => (v1::PacketKind::Lucky, 0),
        PacketKind::Named(user) => (v1::PacketKind::Named, user.0),
    }
}

fn system_note(note: &SystemNote) -> v1::SystemNote {
    let shown = |kind: NoteKind, actor: UserId, users: &[UserId], text: &str| v1::SystemNote {
        kind: kind.into(),
        actor: actor.0,
        users: users.iter().map(|user| user.0).collect(),
        text: text.to_owned(),
    };
    match note {
        SystemNote::FriendsNow => shown(NoteKind::FriendsNow, UserId(0), &[], ""),
        SystemNote::GroupCreated { by, users } => shown(NoteKind::GroupCreated, *by, users, ""),
        SystemNote::MembersAdded { by, users } => shown(NoteKind::MembersAdded, *by, users, ""),
        SystemNote::MemberLeft { user } => shown(NoteKind::MemberLeft, *user, &[], ""),
        SystemNote::MemberRemoved { by, user } => shown(NoteKind::MemberRemoved, *by, &[*user], ""),
        SystemNote::TitleChanged { by, title } => shown(NoteKind::TitleChanged, *by, &[], title),
        SystemNote::AnnouncementChanged { by, text } => shown(NoteKind::AnnouncementChanged, *by, &[], text),
    }
}
