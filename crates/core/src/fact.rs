//! What has happened. Facts are immutable, numbered by their shard, and the only truth.
//!
//! The order of variants and fields is part of the log's encoding: new variants go to the end, and a released variant
//! never changes.

use serde::{Deserialize, Serialize};

use crate::{
    content::{Content, PacketCard},
    conversation::ConversationKind,
    fen::Fen,
    file::FileType,
    guard::{Level, TryOf, limits::LimitKind},
    hidden::Hidden,
    ids::{
        ClientId, ConversationId, DeviceId, DifferenceId, FileId, MessageId, Millis, OperatorId, OrderId, PacketId,
        Position, Seq, SessionId, ShardId, TransferId, UserId,
    },
    operator::{Role, TotpSecret},
    order::{OrderKind, OrderState, Provider, Word},
    packet::{PacketKind, Secret},
    pair::Relation,
    reconciliation::{DayNumber, Difference, DifferenceState, Ran},
    refusal::Refusal,
    risk::{Effect, LiftedBy, ReleaseCode, Rule, RuleBook, RuleId, Suspension},
    settings::Changed,
    transfer::{Arrival, WentBack},
};

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Fact {
    UserCreated {
        user: UserId,
        name: String,
        display_name: String,
        face: String,
        password_hash: Hidden<String>,
    },
    SessionOpened {
        user: UserId,
        session: SessionId,
        token_hash: [u8; 32],
        device: String,
        /// The device by the id its client made, if it made one.
        device_id: Option<DeviceId>,
    },
    SessionClosed {
        user: UserId,
        session: SessionId,
    },
    ProfileUpdated {
        user: UserId,
        display_name: String,
        face: String,
    },

    /// In the pair's shard. `by` asked `other`.
    FriendRequested {
        by: UserId,
        other: UserId,
        greeting: String,
    },
    /// In the pair's shard. `by` accepted `other`'s request; the two talk in `conversation`.
    FriendAccepted {
        by: UserId,
        other: UserId,
        conversation: ConversationId,
    },
    /// In the pair's shard. `by` declined, withdrew or ended it.
    FriendRemoved {
        by: UserId,
        other: UserId,
    },
    /// In the user's shard: what the pair's shard told it.
    FriendNoted {
        user: UserId,
        other: UserId,
        relation: Relation,
        conversation: Option<ConversationId>,
        greeting: String,
    },

    ConversationCreated {
        conversation: ConversationId,
        kind: ConversationKind,
        title: String,
        members: Vec<UserId>,
        once: Option<(ClientId, [u8; 32])>,
    },
    MembersAdded {
        conversation: ConversationId,
        users: Vec<UserId>,
    },
    MemberLeft {
        conversation: ConversationId,
        user: UserId,
    },
    GroupUpdated {
        conversation: ConversationId,
        title: String,
        announcement: String,
    },
    QuietSet {
        conversation: ConversationId,
        user: UserId,
        quiet: bool,
    },
    /// `eligible` is set when it brings a packet: who may open it.
    MessagePosted {
        conversation: ConversationId,
        seq: Seq,
        message: MessageId,
        sender: UserId,
        client_id: ClientId,
        content: Content,
        eligible: Vec<UserId>,
    },
    /// The user holds the messages `from` to `through`.
    Acknowledged {
        conversation: ConversationId,
        user: UserId,
        from: Seq,
        through: Seq,
    },
    ReadMarked {
        conversation: ConversationId,
        user: UserId,
        through: Seq,
    },
    /// A packet that could not be posted, to be told to its shard.
    PacketDeclined {
        packet: PacketId,
        refusal: Refusal,
    },
    /// In the user's shard: the conversations it is in.
    MailboxNoted {
        user: UserId,
        conversation: ConversationId,
        member: bool,
    },

    /// A withdrawal: entry wallet -> held. A top-up moves nothing yet. `at_once`: the next fact settles it, and
    /// `balance` is what the wallet then holds.
    OrderCreated {
        order: OrderId,
        user: UserId,
        id: ClientId,
        digest: [u8; 32],
        kind: OrderKind,
        provider: Provider,
        amount: Fen,
        destination: String,
        at_once: bool,
        balance: Fen,
        line: u64,
    },
    /// Entry wallet -> escrow.
    PacketFunded {
        packet: PacketId,
        sender: UserId,
        id: ClientId,
        digest: [u8; 32],
        conversation: ConversationId,
        kind: PacketKind,
        amount: Fen,
        count: u32,
        share_min: Fen,
        share_max: Fen,
        secret: Secret,
        greeting: String,
        expires_at: Millis,
        balance: Fen,
        line: u64,
    },
    PacketPosted {
        packet: PacketId,
        seq: Seq,
        message: MessageId,
        eligible: Vec<UserId>,
        sender: UserId,
        /// Whether no friend of the sender is among those who may open it; only found out while a rule counts it.
        to_strangers: bool,
    },
    /// Entry escrow -> wallet, all of it: the conversation refused the packet.
    PacketRefunded {
        packet: PacketId,
        sender: UserId,
        refusal: Refusal,
        amount: Fen,
        balance: Fen,
        line: u64,
    },
    /// Entry escrow -> transit to the claimer's shard.
    Claimed {
        packet: PacketId,
        sender: UserId,
        user: UserId,
        index: u32,
        amount: Fen,
    },
    /// Entry escrow -> wallet: what nobody claimed.
    PacketExpired {
        packet: PacketId,
        sender: UserId,
        refund: Fen,
        balance: Fen,
        line: u64,
    },
    /// Entry transit from the packet's shard -> wallet.
    Credited {
        user: UserId,
        packet: PacketId,
        sender: UserId,
        amount: Fen,
        balance: Fen,
        line: u64,
    },

    /// The notes in `from`'s log up to `through` have taken effect here.
    Received {
        from: ShardId,
        through: Position,
    },

    OperatorCreated {
        by: OperatorId,
        operator: OperatorId,
        name: String,
        role: Role,
        password_hash: Hidden<String>,
        totp_secret: Hidden<TotpSecret>,
        reason: String,
    },
    OperatorChanged {
        by: OperatorId,
        operator: OperatorId,
        role_before: Role,
        active_before: bool,
        role: Role,
        active: bool,
        reason: String,
    },
    OperatorReset {
        by: OperatorId,
        operator: OperatorId,
        password_hash: Hidden<String>,
        totp_secret: Option<Hidden<TotpSecret>>,
        reason: String,
    },
    /// `step` is that of the code that was used: it and all before it are used up.
    OperatorSignedIn {
        operator: OperatorId,
        session: SessionId,
        token_hash: [u8; 32],
        device: String,
        step: u64,
        expires_at: Millis,
    },
    /// `wrong` in a row.
    OperatorGuessedWrong {
        operator: OperatorId,
        wrong: u32,
        locked_until: Option<Millis>,
    },
    OperatorSignedOut {
        operator: OperatorId,
        session: SessionId,
    },
    /// In shard 0: two books disagree. `state`: open or raised.
    DifferenceFound {
        id: DifferenceId,
        difference: Box<Difference>,
        state: DifferenceState,
    },
    /// In shard 0: what became of it without an operator.
    DifferenceSettled {
        id: DifferenceId,
        state: DifferenceState,
    },
    DifferenceClosed {
        by: OperatorId,
        id: DifferenceId,
        before: DifferenceState,
        reason: String,
    },
    ReconciliationAsked {
        by: OperatorId,
        day: DayNumber,
        reason: String,
    },
    /// In shard 0: a day was reconciled.
    ReconciliationRan {
        day: DayNumber,
        ran: Ran,
    },
    /// The fact before it is what the fact at `position` of `from` owed, and what a delivery had passed over.
    Redelivered {
        from: ShardId,
        position: Position,
    },

    /// Entry wallet -> transfer.
    TransferFunded {
        transfer: TransferId,
        sender: UserId,
        id: ClientId,
        digest: [u8; 32],
        receiver: UserId,
        conversation: ConversationId,
        amount: Fen,
        note: String,
        arrival: Arrival,
        arrives_at: Millis,
        accept_ms: i64,
        balance: Fen,
        line: u64,
    },
    /// In the conversation's shard: a transfer that could not be posted, to be told to its shard.
    TransferDeclined {
        transfer: TransferId,
        refusal: Refusal,
    },
    TransferPosted {
        transfer: TransferId,
        receiver: UserId,
        seq: Seq,
    },
    /// Entry transfer -> wallet, all of it: the conversation refused it.
    TransferRefunded {
        transfer: TransferId,
        sender: UserId,
        receiver: UserId,
        refusal: Refusal,
        amount: Fen,
        balance: Fen,
        line: u64,
    },
    TransferArrived {
        transfer: TransferId,
    },
    /// Entry transfer -> transit to the receiver's shard.
    TransferAccepted {
        transfer: TransferId,
        sender: UserId,
        receiver: UserId,
        amount: Fen,
    },
    /// Entry transfer -> wallet, all of it.
    TransferWentBack {
        transfer: TransferId,
        sender: UserId,
        receiver: UserId,
        why: WentBack,
        amount: Fen,
        balance: Fen,
        line: u64,
    },
    /// The sender wants it back: frozen from now on.
    TransferRecalled {
        transfer: TransferId,
        reason: String,
        evidence: Vec<FileId>,
    },
    /// What follows from it, such as the money going back, is a fact of its own right after it.
    DisputeDecided {
        by: OperatorId,
        transfer: TransferId,
        returned: bool,
        reason: String,
    },
    /// In the receiver's shard: a transfer for it lies in a conversation.
    TransferNoted {
        user: UserId,
        transfer: TransferId,
    },
    /// Entry transit from the transfer's shard -> wallet, in the receiver's shard.
    TransferCredited {
        user: UserId,
        transfer: TransferId,
        sender: UserId,
        amount: Fen,
        balance: Fen,
        line: u64,
    },
    /// Entry wallet -> transit to the transfer's shard, in the receiver's shard.
    TransferGivenBack {
        transfer: TransferId,
        user: UserId,
        sender: UserId,
        amount: Fen,
        balance: Fen,
        line: u64,
    },
    /// Entry transit from the receiver's shard -> wallet, in the transfer's shard.
    TransferRepaid {
        transfer: TransferId,
        sender: UserId,
        receiver: UserId,
        amount: Fen,
        balance: Fen,
        line: u64,
    },

    /// The bytes are durable, and this user's.
    FileRecorded {
        file: FileId,
        user: UserId,
        name: String,
        file_type: FileType,
        bytes: u64,
        sha256: [u8; 32],
    },
    /// In shard 0. The rules of risk control are these from now on; one was changed, added or dropped.
    RulesChanged {
        book: RuleBook,
        before: Option<Rule>,
        after: Option<Rule>,
        by: OperatorId,
        reason: String,
    },
    /// In every other shard: what shard 0 told it.
    RulesNoted {
        book: RuleBook,
    },
    /// In the device's shard: the user signed in on it.
    DeviceSeen {
        device: DeviceId,
        user: UserId,
    },
    /// In the device's shard: a rule counts too many accounts, and these have not been reported yet.
    DeviceHit {
        device: DeviceId,
        users: Vec<UserId>,
        rule: Rule,
        sequence: u64,
        count: u32,
    },
    /// In the user's shard: a rule of the book with this sequence reached its threshold. It goes on counting from the
    /// event `counted_to`.
    RuleHit {
        user: UserId,
        number: u64,
        rule: RuleId,
        sequence: u64,
        count: u32,
        counted_to: u64,
        device: Option<DeviceId>,
        effect: Effect,
    },
    /// In the user's shard: an operator suspended its red-packet function, or moved the end of a suspension.
    UserSuspended {
        user: UserId,
        before: Option<Suspension>,
        suspension: Suspension,
        by: OperatorId,
    },
    SuspensionLifted {
        user: UserId,
        suspension: Suspension,
        by: LiftedBy,
    },
    /// In every other shard: until when the user is suspended (a moment that is past: no longer).
    SuspensionNoted {
        user: UserId,
        until: Millis,
    },
    ReleaseCodeMade {
        user: UserId,
        code: ReleaseCode,
    },
    ReleaseFailed {
        user: UserId,
        tries_left: u32,
    },
    /// In shard 0. `changed`: everything that operators changed, this included; all others are told.
    SettingChanged {
        by: OperatorId,
        name: String,
        before: i64,
        value: i64,
        reason: String,
        changed: Changed,
    },
    /// In every other shard: what shard 0 told it, whole.
    SettingNoted {
        changed: Changed,
    },
    /// A try of a secret, counted before it was looked at.
    TryBegun {
        user: UserId,
        of: TryOf,
        number: u32,
        wrong: u32,
        locked_until: Millis,
    },
    TryPassed {
        user: UserId,
        of: TryOf,
        number: u32,
    },
    PinSet {
        user: UserId,
        hash: Hidden<String>,
    },
    /// So much of a limit is used on a day.
    LimitUsed {
        user: UserId,
        kind: LimitKind,
        day: i64,
        amount: Fen,
    },
    /// From here on the provider may have it.
    OrderSubmitting {
        order: OrderId,
        attempt: u32,
    },
    OrderPending {
        order: OrderId,
        reference: String,
    },
    /// The provider never got it, so it can be submitted again.
    OrderNotFound {
        order: OrderId,
    },
    /// The end of an order; see [`crate::ledger::entry`] for what moves. `balance` and `line` are those of the
    /// wallet afterwards, whether it moved or not.
    OrderSettled {
        order: OrderId,
        user: UserId,
        kind: OrderKind,
        outcome: Word,
        /// Whether the money was still held.
        held: bool,
        amount: Fen,
        reference: String,
        reason: String,
        balance: Fen,
        line: u64,
    },
    /// The provider said what does not fit, for the first time of this order. Nothing moved.
    OrderRaised {
        order: OrderId,
        word: Word,
        amount: Fen,
        reference: String,
        reason: String,
    },
    /// In the user's shard: its limits go by this level from now on.
    LevelSet {
        by: OperatorId,
        user: UserId,
        before: Level,
        level: Level,
        reason: String,
    },
    /// An operator has the provider asked about it at once.
    OrderAsked {
        by: OperatorId,
        order: OrderId,
        reason: String,
    },
    /// An operator ends it, as it certainly ends. What follows, such as held money going back, is the fact right after.
    OrderDecided {
        by: OperatorId,
        order: OrderId,
        before: OrderState,
        outcome: Word,
        reason: String,
    },
    /// An operator has dealt with the words that did not fit, as they came.
    RaisedClosed {
        by: OperatorId,
        order: OrderId,
        words: Vec<Word>,
        reason: String,
    },
}

impl Fact {
    /// The packet card it brings into a conversation, if any.
    #[must_use]
    pub fn packet_card(&self) -> Option<&PacketCard> {
        match self {
            Self::MessagePosted { content: Content::Packet(card), .. } => Some(card),
            _ => None,
        }
    }
}

#[cfg(test)]
#[path = "fact_tests.rs"]
mod tests;
