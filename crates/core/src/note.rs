//! What one shard owes another. Notes follow from the facts in the sender's log; a courier carries them in order, and
//! the receiver stores with their effects how far it has read, so each takes effect exactly once.

use serde::{Deserialize, Serialize};

use crate::{
    content::PacketCard,
    fen::Fen,
    ids::{ClientId, ConversationId, MessageId, Millis, PacketId, Seq, ShardId, UserId},
    pair::Relation,
    refusal::Refusal,
};

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Note {
    /// To the conversation: post this packet, or refuse.
    PostPacket { conversation: ConversationId, sender: UserId, client_id: ClientId, card: PacketCard },
    /// To the packet: it lies in the conversation; these may open it.
    PacketPosted { packet: PacketId, seq: Seq, message: MessageId, eligible: Vec<UserId> },
    /// To the packet: it was not posted.
    PacketRefused { packet: PacketId, refusal: Refusal },
    /// To the wallet: a claimed share arrives.
    Credit { user: UserId, packet: PacketId, sender: UserId, amount: Fen, claimed_at: Millis },
    /// To the user: how it stands between you and `other`.
    Friend { user: UserId, other: UserId, relation: Relation, conversation: Option<ConversationId>, greeting: String },
    /// To the user: you are in this conversation now (or no longer).
    Mailbox { user: UserId, conversation: ConversationId, member: bool },
}

impl Note {
    /// The shard it is for.
    #[must_use]
    pub fn shard(&self) -> ShardId {
        match self {
            Self::PostPacket { conversation, .. } => conversation.shard(),
            Self::PacketPosted { packet, .. } | Self::PacketRefused { packet, .. } => packet.shard(),
            Self::Credit { user, .. } | Self::Friend { user, .. } | Self::Mailbox { user, .. } => user.shard(),
        }
    }
}
