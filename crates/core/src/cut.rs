//! What the viewer saves. The state of an entity is saved as it stands at a cut, once however often it changed
//! ([`Cut`]); history is saved as rows that follow from facts ([`Row`]).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    audit::Audit,
    content::Message,
    conversation::{ConversationHead, Member},
    fen::Fen,
    file::{File, Uploads},
    guard::Guard,
    ids::{
        ClientId, ConversationId, DeviceId, DifferenceId, FileId, MessageId, Millis, Mint, OperatorId, OrderId,
        PacketId, Position, Seq, SessionId, ShardId, TransferId, UserId,
    },
    ledger::Books,
    operator::Operator,
    order::{Order, step::StepSeen},
    packet::{Claim, Commitment, PacketHead, Terms},
    pair::{Pair, PairKey, Relation},
    reconciliation::{DayNumber, Recorded, Run},
    risk::{Device, Effect, LiftedBy, Record, RuleBook, RuleId, Suspension},
    settings::Changed,
    timer::TimerKey,
    transfer::{Received, Transfer},
    user::User,
    wallet::{Movement, Wallet},
};

/// The entities that changed since the cut before, as they stand at `position`.
#[derive(Clone, Debug)]
pub struct Cut {
    pub position: Position,
    pub meta: Meta,
    pub users: Vec<(UserId, User)>,
    pub wallets: Vec<(UserId, Wallet)>,
    pub guards: Vec<(UserId, Guard)>,
    pub orders: Vec<Order>,
    pub pairs: Vec<(PairKey, Pair)>,
    pub conversations: Vec<(ConversationId, ConversationHead)>,
    pub members: Vec<(ConversationId, UserId, Member)>,
    pub packets: Vec<PacketHead>,
    pub transfers: Vec<Transfer>,
    pub received: Vec<(TransferId, Received)>,
    pub files: Vec<(FileId, File)>,
    pub uploads: Vec<(UserId, Uploads)>,
    /// Timers that were set (`true`) or cleared.
    pub timers: Vec<((Millis, TimerKey), bool)>,
    pub operators: Vec<(OperatorId, Operator)>,
    pub differences: Vec<(DifferenceId, Recorded)>,
    pub runs: Vec<(DayNumber, Run)>,
    pub risks: Vec<(UserId, Record)>,
    pub devices: Vec<(DeviceId, Device)>,
}

/// What a shard knows of itself.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Meta {
    /// The time of the newest batch; time never runs backwards.
    pub at: Millis,
    pub mint: Mint,
    pub books: Books,
    /// How far it has read the other shards' logs.
    pub received: BTreeMap<ShardId, Position>,
    /// What operators changed of the settings, as far as this shard has heard of it.
    pub settings: Changed,
}

/// A row of history that follows from one fact.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Row {
    /// A name and its owner.
    Name {
        name: String,
        user: UserId,
    },
    Session {
        user: UserId,
        session: SessionId,
        token_hash: [u8; 32],
        device: String,
        opened_at: Millis,
    },
    SessionGone {
        user: UserId,
        session: SessionId,
    },
    Relation {
        user: UserId,
        other: UserId,
        relation: Relation,
        conversation: Option<ConversationId>,
        greeting: String,
        since: Millis,
    },
    RelationGone {
        user: UserId,
        other: UserId,
    },
    Mailbox {
        user: UserId,
        conversation: ConversationId,
    },
    Message(Message),
    /// For de-duplication: which message a client id became.
    Sent {
        client_id: ClientId,
        sender: UserId,
        sent: Sent,
    },
    PacketTerms(Terms),
    /// Who may open a packet, rising.
    PacketEligible {
        packet: PacketId,
        users: Vec<UserId>,
    },
    /// A transfer that a user sent or was sent.
    TransferOf {
        user: UserId,
        transfer: TransferId,
    },
    Claim {
        packet: PacketId,
        claim: Claim,
    },
    Movement {
        user: UserId,
        movement: Movement,
    },
    /// The hash of a user's PIN.
    Pin {
        user: UserId,
        hash: String,
    },
    /// For idempotency: what a client id did, forever.
    Once {
        user: UserId,
        id: ClientId,
        once: Once,
    },
    /// A name of an operator and its owner.
    OperatorName {
        name: String,
        operator: OperatorId,
    },
    /// What an operator did, at the position of its fact.
    Audit {
        position: Position,
        at: Millis,
        audit: Audit,
    },
    /// The rules of risk control from a moment on; `by` and `reason` only where they were changed.
    RuleBook {
        book: RuleBook,
        at: Millis,
        by: Option<OperatorId>,
        reason: String,
    },
    RuleHit {
        user: UserId,
        number: u64,
        at: Millis,
        rule: RuleId,
        sequence: u64,
        count: u32,
        device: Option<DeviceId>,
        effect: Effect,
    },
    /// A user's newest suspension, and how it ended if before its time.
    Suspension {
        user: UserId,
        suspension: Suspension,
        lifted: Option<(Millis, LiftedBy)>,
    },
    /// Until when a shard refuses a user; a moment that is past: it does not.
    Suspended {
        user: UserId,
        until: Millis,
    },
    /// A step in the life of an order.
    OrderStep {
        order: OrderId,
        seen: StepSeen,
    },
    /// A change of a setting.
    SettingChange(SettingChange),
}

/// One change of a setting, as its history shows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SettingChange {
    pub sequence: u64,
    pub at: Millis,
    pub by: OperatorId,
    pub name: String,
    pub before: i64,
    pub after: i64,
    pub reason: String,
}

/// What a message's client id became.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Sent {
    pub conversation: ConversationId,
    pub seq: Seq,
    pub message: MessageId,
    pub at: Millis,
}

/// What an idempotent command did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Once {
    /// SHA-256 of the command's contents.
    pub digest: [u8; 32],
    pub done: Done,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Done {
    Ordered { order: OrderId, at_once: bool, balance: Fen },
    PacketFunded { packet: PacketId, balance: Fen, commitment: Commitment },
    GroupCreated { conversation: ConversationId },
    Redelivered,
    TransferFunded { transfer: TransferId, balance: Fen, arrives_at: Millis },
}

/// What the state asks to be loaded.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Key {
    Name(String),
    User(UserId),
    Wallet(UserId),
    Guard(UserId),
    Order(OrderId),
    Pair(PairKey),
    Conversation(ConversationId),
    Packet(PacketId),
    Transfer(TransferId),
    Received(TransferId),
    File(FileId),
    Uploads(UserId),
    /// What risk control has counted of a user.
    Risk(UserId),
    Friends(UserId),
    Device(DeviceId),
    Sent(UserId, ClientId),
    Once(UserId, ClientId),
    OperatorName(String),
    Operator(OperatorId),
    Difference(DifferenceId),
    Run(DayNumber),
}

/// What was found under a [`Key`]; `None` where there is nothing.
#[derive(Clone, Debug)]
pub enum Loaded {
    Name(String, Option<UserId>),
    User(UserId, Option<User>),
    Wallet(UserId, Option<Wallet>),
    Guard(UserId, Option<Guard>),
    Order(OrderId, Option<Order>),
    Pair(PairKey, Option<Pair>),
    Conversation(ConversationId, Option<(ConversationHead, Vec<(UserId, Member)>)>),
    Packet(PacketId, Option<(PacketHead, Vec<(UserId, u32)>)>),
    Transfer(TransferId, Option<Transfer>),
    Received(TransferId, Option<Received>),
    File(FileId, Option<File>),
    Uploads(UserId, Option<Uploads>),
    Risk(UserId, Option<Record>),
    Friends(UserId, Option<BTreeSet<UserId>>),
    Device(DeviceId, Option<Device>),
    Sent(UserId, ClientId, Option<Sent>),
    Once(UserId, ClientId, Option<Once>),
    OperatorName(String, Option<OperatorId>),
    Operator(OperatorId, Option<Operator>),
    Difference(DifferenceId, Option<Recorded>),
    Run(DayNumber, Option<Run>),
}
