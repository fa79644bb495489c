//! What a message says.

use serde::{Deserialize, Serialize};

use crate::{
    fen::Fen,
    ids::{Millis, PacketId, Seq, TransferId, UserId},
    packet::PacketKind,
};

/// The kinds of content. New kinds are added at the end: the order is part of the log's encoding.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Content {
    Text {
        text: String,
        mentions: Vec<UserId>,
        reply_to: Seq,
    },
    /// Written by the server only.
    Packet(PacketCard),
    /// Written by the server only.
    Note(SystemNote),
    /// A kind this version does not know, kept whole.
    Extension {
        kind: String,
        body: Vec<u8>,
        fallback: String,
    },
    /// Written by the server only.
    Transfer(TransferCard),
}

/// A red packet as it lies in a conversation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PacketCard {
    pub packet: PacketId,
    pub kind: PacketKind,
    pub greeting: String,
    pub count: u32,
}

/// A transfer as it lies in a direct conversation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TransferCard {
    pub transfer: TransferId,
    pub receiver: UserId,
    pub amount: Fen,
    pub note: String,
    pub arrives_at: Millis,
}

/// Something that happened in the conversation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum SystemNote {
    FriendsNow,
    GroupCreated { by: UserId, users: Vec<UserId> },
    MembersAdded { by: UserId, users: Vec<UserId> },
    MemberLeft { user: UserId },
    MemberRemoved { by: UserId, user: UserId },
    TitleChanged { by: UserId, title: String },
    AnnouncementChanged { by: UserId, text: String },
}

/// A message as it is stored and delivered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Message {
    pub conversation: crate::ids::ConversationId,
    pub seq: Seq,
    pub id: crate::ids::MessageId,
    pub sender: UserId,
    pub client_id: crate::ids::ClientId,
    pub at: crate::ids::Millis,
    pub content: Content,
}
