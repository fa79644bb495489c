//! What one shard owes another. Notes follow from the facts in the sender's log; a courier carries them in order, and
//! the receiver stores with their effects how far it has read, so each takes effect exactly once.

use serde::{Deserialize, Serialize};

use crate::{
    content::{PacketCard, TransferCard},
    fen::Fen,
    ids::{ClientId, ConversationId, DeviceId, MessageId, Millis, PacketId, Seq, ShardId, TransferId, UserId},
    pair::Relation,
    refusal::Refusal,
    risk::{Rule, RuleBook},
    settings::Changed,
};

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Note {
    /// To the conversation: post this packet, or refuse.
    PostPacket { conversation: ConversationId, sender: UserId, client_id: ClientId, card: PacketCard },
    /// To the packet: it lies in the conversation; these may open it.
    PacketPosted { packet: PacketId, seq: Seq, message: MessageId, eligible: Vec<UserId> },
    /// To the packet: it was not posted.
    PacketRefused { packet: PacketId, refusal: Refusal },
    /// To the conversation: post this transfer's card, or refuse.
    PostTransfer { conversation: ConversationId, sender: UserId, client_id: ClientId, card: TransferCard },
    /// To the transfer: its card lies in the conversation.
    TransferPosted { transfer: TransferId, seq: Seq },
    /// To the transfer: it was not posted.
    TransferRefused { transfer: TransferId, refusal: Refusal },
    /// To the receiver: there is a transfer for you.
    TransferKnown { user: UserId, transfer: TransferId },
    /// To the receiver's wallet: accepted money arrives.
    CreditTransfer { user: UserId, transfer: TransferId, sender: UserId, amount: Fen },
    /// To the transfer, and so to its sender's wallet: accepted money comes back.
    RepayTransfer { transfer: TransferId, amount: Fen },
    /// To the wallet: a claimed share arrives.
    Credit { user: UserId, packet: PacketId, sender: UserId, amount: Fen, claimed_at: Millis },
    /// To the user: how it stands between you and `other`.
    Friend { user: UserId, other: UserId, relation: Relation, conversation: Option<ConversationId>, greeting: String },
    /// To the user: you are in this conversation now (or no longer).
    Mailbox { user: UserId, conversation: ConversationId, member: bool },
    /// To all others: what operators changed of the settings, whole.
    Settings { changed: Changed },
    /// To the device: this user signed in on it.
    Device { device: DeviceId, user: UserId },
    /// To the user: a rule found too many accounts on its device.
    DeviceHit { user: UserId, device: DeviceId, rule: Rule, sequence: u64, count: u32 },
    /// To all others: the rules of risk control.
    Rules { book: RuleBook },
    /// To all others: until when the user is suspended.
    Suspension { user: UserId, until: Millis },
}

/// Who a note is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Addressee {
    Shard(ShardId),
    /// Every shard but the one that owes it.
    Others,
}

impl Addressee {
    /// Whether `from` owes it to `to`.
    #[must_use]
    pub fn is(self, from: ShardId, to: ShardId) -> bool {
        match self {
            Self::Shard(shard) => shard == to,
            Self::Others => from != to,
        }
    }
}

impl Note {
    /// Whether it brings money, or what money waits for, and means the same however late it comes. Others tell how
    /// something stands, and one that was passed over may be out of date.
    #[must_use]
    pub fn redeliverable(&self) -> bool {
        match self {
            Self::PostPacket { .. }
            | Self::PacketPosted { .. }
            | Self::PacketRefused { .. }
            | Self::PostTransfer { .. }
            | Self::TransferPosted { .. }
            | Self::TransferRefused { .. }
            | Self::TransferKnown { .. }
            | Self::CreditTransfer { .. }
            | Self::RepayTransfer { .. }
            | Self::Credit { .. } => true,
            Self::Friend { .. }
            | Self::Mailbox { .. }
            | Self::Settings { .. }
            | Self::Device { .. }
            | Self::DeviceHit { .. }
            | Self::Rules { .. }
            | Self::Suspension { .. } => false,
        }
    }

    /// The shards it is for.
    #[must_use]
    pub fn addressee(&self) -> Addressee {
        Addressee::Shard(match self {
            Self::PostPacket { conversation, .. } | Self::PostTransfer { conversation, .. } => conversation.shard(),
            Self::TransferPosted { transfer, .. }
            | Self::TransferRefused { transfer, .. }
            | Self::RepayTransfer { transfer, .. } => transfer.shard(),
            Self::TransferKnown { user, .. } | Self::CreditTransfer { user, .. } => user.shard(),
            Self::PacketPosted { packet, .. } | Self::PacketRefused { packet, .. } => packet.shard(),
            Self::Credit { user, .. } | Self::Friend { user, .. } | Self::Mailbox { user, .. } => user.shard(),
            Self::DeviceHit { user, .. } => user.shard(),
            Self::Device { device, .. } => device.shard(),
            Self::Rules { .. } | Self::Suspension { .. } | Self::Settings { .. } => return Addressee::Others,
        })
    }
}
