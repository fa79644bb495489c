//! What a shard tells online people without being asked. Pushes follow from facts and are soft: whatever is lost is
//! found again by pulling.

use std::sync::Arc;

use crate::{
    content::Message,
    conversation::Conversation,
    fen::Fen,
    ids::{ConversationId, Millis, PacketId, Seq, SessionId, UserId},
    order::Order,
    packet::{Claim, PacketStatus},
    pair::Relation,
    refusal::Refusal,
    risk::Suspension,
    settings::Changed,
    transfer::Transfer,
    wallet::Movement,
};

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Push {
    pub to: Recipients,
    pub what: PushKind,
    /// The session whose command caused it, which has its answer and needs no push.
    pub origin: Option<SessionId>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Recipients {
    One(UserId),
    Many(Arc<[UserId]>),
    /// The gateways themselves: facts they may answer from.
    Gateways,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PushKind {
    Message(Arc<Message>),
    Delivered {
        conversation: ConversationId,
        user: UserId,
        through: Seq,
    },
    /// `unread` is right for `user` alone.
    Read {
        conversation: ConversationId,
        user: UserId,
        through: Seq,
        unread: u32,
    },
    /// As it stands now; each recipient is shown its own view of it.
    Conversation(Arc<Conversation>),
    Friend {
        other: UserId,
        relation: Relation,
        conversation: Option<ConversationId>,
        greeting: String,
        since: Millis,
    },
    Balance {
        balance: Fen,
        movement: Movement,
    },
    Packet {
        packet: PacketId,
        conversation: ConversationId,
        status: PacketStatus,
        claim: Option<Claim>,
        left: u32,
        refusal: Option<Refusal>,
    },
    /// As the recipient sees it.
    Transfer(Box<Transfer>),
    /// An order of the recipient's, as it stands.
    Order(Arc<Order>),
    SessionClosed {
        session: SessionId,
    },
    /// The red-packet function is suspended; `None`: no longer.
    Suspension {
        suspension: Option<Suspension>,
    },
    /// The code by which the user may end its suspension.
    ReleaseCode {
        code: u32,
        expires_at: Millis,
    },
    /// To gateways: what operators changed of the settings, whole.
    Settings(Arc<Changed>),
    /// Nothing can be claimed from this packet any more. Whoever knows this can answer for its shard: those in
    /// `claims` (rising by user) have their shares, the others of `eligible` (rising) came too late.
    PacketEnded {
        packet: PacketId,
        status: PacketStatus,
        eligible: Arc<[UserId]>,
        claims: Arc<[(UserId, u32, Fen)]>,
    },
}
