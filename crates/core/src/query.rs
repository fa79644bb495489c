//! Everything that can be read. Queries are answered from the views and never pass through the writer; each is
//! answered from a view that has reached what was durable when the query arrived.

use serde::{Deserialize, Serialize};

use crate::{
    audit::Audit,
    content::Message,
    conversation::ConversationSeen,
    cut::SettingChange,
    fen::Fen,
    file::File,
    guard::Guard,
    ids::{
        ClientId, ConversationId, DeviceId, DifferenceId, FileId, MessageId, Millis, OperatorId, OrderId, PacketId,
        Position, Seq, SessionId, ShardId, TransferId, UserId,
    },
    operator::Operator,
    order::{
        Order,
        list::{OrderFilter, OrderPlace, OrderSort},
        step::StepSeen,
    },
    packet::{Claim, Commitment, PacketKind, PacketStatus, Secret},
    pair::Relation,
    reconciliation::{DayNumber, DifferenceKind, DifferenceState, Recorded, Run},
    refusal::Refusal,
    risk::{Effect, LiftedBy, Record, RuleBook, RuleId, Suspension, SuspensionReason},
    settings::Changed,
    transfer::Transfer,
    wallet::{Movement, MovementKind},
};

/// A question for one shard; everything named in it lives there. `user` is who asks and is checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Query {
    /// By name, for signing in and for finding people. Answer: `Account`.
    UserByName { name: String },
    /// Unknown ids are left out. Answer: `Profiles`.
    Profiles { users: Vec<UserId> },
    /// Which session of `user` has this token? Answer: `Session`.
    Session { user: UserId, token_hash: [u8; 32] },
    /// Answer: `Sessions`.
    Sessions { user: UserId },
    /// Friends and open requests. Answer: `Relations`.
    Relations { user: UserId },
    /// Those of `others` who are friends of `user`, by the word of the shard that their pairs belong to: friends know a
    /// moment later. Answer: `FriendsAmong`.
    FriendsAmong { user: UserId, others: Vec<UserId> },
    /// The conversations `user` is or was in. Answer: `Mailbox`.
    Mailbox { user: UserId },
    /// As `user` sees them; those that `user` never was in are left out. Answer: `Conversations`.
    Conversations { user: UserId, conversations: Vec<ConversationId> },
    /// Heads of those among `conversations` whose newest message came at or after `since`, by the shard's own time.
    /// Answer: `Heads`.
    Heads { user: UserId, conversations: Vec<ConversationId>, since: Millis },
    /// Members in order of id after `after`. Answer: `Members`.
    Members { user: UserId, conversation: ConversationId, after: UserId, limit: usize },
    /// Stretches of history, each in rising order. Answer: `Stretches`, one for each in order.
    History { user: UserId, stretches: Vec<Stretch> },
    /// How many messages `user` has not acknowledged, by conversation (zeros left out). Answer: `OfflineCounts`.
    OfflineCounts { user: UserId, conversations: Vec<ConversationId> },
    /// Unacknowledged messages over all of `conversations` in order of message id, beyond `beyond`. Answer: `Messages`.
    Offline {
        user: UserId,
        conversations: Vec<ConversationId>,
        newest_first: bool,
        beyond: Option<MessageId>,
        limit: usize,
    },
    /// Answer: `Wallet`.
    Wallet { user: UserId },
    /// Newest first, before line `before` (0: from the newest), those that fit. Answer: `Statement`.
    Statement { user: UserId, before: u64, limit: usize, filter: StatementFilter },
    /// What the gateway compares a PIN or password with, and whether `once` did something before. Answer: `Secrets`.
    Secrets { user: UserId, once: Option<ClientId> },
    /// Answer: `Order`.
    Order { user: UserId, order: OrderId },
    /// Newest first, before `before` (0: from the newest). Answer: `Orders`.
    OrdersOf { user: UserId, before: OrderId, limit: usize },
    /// Orders of this shard whose provider owes a word, rising after `after`. For the cashier. Answer: `Orders`.
    OpenOrders { after: OrderId, limit: usize },
    /// For operators: those beyond `after`. Answer: `OrderList`.
    OrderList { filter: OrderFilter, sort: OrderSort, after: Option<OrderPlace>, limit: usize },
    /// For operators: anybody's. Answer: `OrderLife`.
    OrderLife { order: OrderId },
    /// Only for the sender and those who may open it. Answer: `Packet`.
    Packet { user: UserId, packet: PacketId },
    /// Whoever asks: for operators. Answer: `Packet`.
    AnyPacket { packet: PacketId },
    /// As `user` sees them; others are left out. Answer: `Transfers`.
    Transfers { user: UserId, transfers: Vec<TransferId> },
    /// Those that `user` sent or was sent, newest first, before `before` (0: from the newest). Answer: `TransferList`.
    TransferList { user: UserId, before: TransferId, limit: usize },
    /// Whoever asks checks who may have it. Answer: `File`.
    File { file: FileId },
    /// For operators: a transfer that was recalled. Answer: `Transfers`, with one.
    Dispute { transfer: TransferId },
    /// For operators: those beyond `after`. Answer: `Disputes`.
    Disputes { filter: DisputeFilter, order: DisputeOrder, after: Option<DisputePlace>, limit: usize },
    /// Answer: `Operator`.
    OperatorByName { name: String },
    /// Answer: `Operator`.
    Operator { operator: OperatorId },
    /// All, in the order in which they were made. Answer: `Operators`.
    Operators,
    /// What operators did to things of this shard, newest first, before `before` (0: from the newest). Answer: `Audit`.
    Audit { filter: AuditFilter, before: Position, limit: usize },
    /// A page of differences, sorted; `after` is the last one of the page before. Answer: `Differences`.
    Differences {
        filter: DifferenceFilter,
        order: DifferenceOrder,
        rising: bool,
        after: Option<DifferenceId>,
        limit: usize,
    },
    /// Answer: `Difference`.
    Difference { id: DifferenceId },
    /// The newest run of each day, newest day first. Answer: `Runs`.
    Runs { limit: usize },
    /// Answer: `Risk`.
    Risk { user: UserId },
    /// The rules of risk control, newest first, before the sequence `before` (0: from the newest). Answer: `RuleBooks`.
    RuleBooks { before: u64, limit: usize },
    /// What rules did to users of this shard, newest first. Answer: `RuleHits`.
    RuleHits { filter: HitFilter, before: HitPlace, limit: usize },
    /// Each user's newest suspension, in order of user after `after`. Answer: `Suspensions`.
    Suspensions { filter: SuspensionFilter, after: UserId, limit: usize },
    /// What operators changed of the settings. Answer: `Settings`.
    Settings,
    /// Changes of one setting (empty: of any), newest first, before change `before` (0: from the newest).
    /// Answer: `SettingChanges`.
    SettingChanges { name: String, before: u64, limit: usize },
}

/// Which differences are asked for; `None`: any.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DifferenceFilter {
    pub state: Option<DifferenceState>,
    pub kind: Option<DifferenceKind>,
    pub shard: Option<ShardId>,
    pub user: Option<UserId>,
}

impl DifferenceFilter {
    #[must_use]
    pub fn fits(&self, recorded: &Recorded) -> bool {
        let difference = &recorded.difference;
        self.state.is_none_or(|state| state == recorded.state)
            && self.kind.is_none_or(|kind| kind == difference.kind)
            && self.shard.is_none_or(|shard| shard == difference.place.shard)
            && self.user.is_none_or(|user| Some(user) == difference.user)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum DifferenceOrder {
    /// When it changed last.
    #[default]
    Changed,
    Found,
    /// The gap between what should be and what is.
    Amount,
    Kind,
}

/// Which rows of the audit log are asked for; `None` and empty: any.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AuditFilter {
    pub by: Option<OperatorId>,
    pub action: String,
    pub target_kind: String,
    pub target: String,
    /// From this moment on, and before that one.
    pub from: Option<Millis>,
    pub to: Option<Millis>,
}

impl AuditFilter {
    #[must_use]
    pub fn fits(&self, at: Millis, audit: &Audit) -> bool {
        let is = |asked: &str, found: &str| asked.is_empty() || asked == found;
        self.by.is_none_or(|by| by == audit.by)
            && is(&self.action, &audit.action)
            && is(&self.target_kind, &audit.target_kind)
            && is(&self.target, &audit.target)
            && self.from.is_none_or(|from| at >= from)
            && self.to.is_none_or(|to| at < to)
    }
}

/// Which lines of a statement are wanted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StatementFilter {
    /// Empty: all.
    pub kinds: Vec<MovementKind>,
    /// In alone, out alone, or `None`: both.
    pub incoming: Option<bool>,
    /// From this moment on, and before that one.
    pub from: Millis,
    pub to: Millis,
    /// Whatever the sign, in fen.
    pub amount_min: Fen,
    pub amount_max: Fen,
}

impl Default for StatementFilter {
    /// Every line fits.
    fn default() -> Self {
        let (from, to) = (Millis(i64::MIN), Millis(i64::MAX));
        Self { kinds: vec![], incoming: None, from, to, amount_min: Fen::ZERO, amount_max: Fen(i64::MAX) }
    }
}

impl StatementFilter {
    #[must_use]
    pub fn fits(&self, line: &Movement) -> bool {
        let amount = Fen(line.amount.0.saturating_abs());
        (self.kinds.is_empty() || self.kinds.contains(&line.kind))
            && self.incoming.is_none_or(|incoming| incoming == (line.amount > Fen::ZERO))
            && (self.from..self.to).contains(&line.at)
            && (self.amount_min..=self.amount_max).contains(&amount)
    }
}

/// Which hits are asked for; `None`: any.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct HitFilter {
    pub rule: Option<RuleId>,
    pub user: Option<UserId>,
    pub dry_run: Option<bool>,
}

/// A hit's place among those of its shard.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct HitPlace {
    pub at: Millis,
    pub user: UserId,
    pub number: u64,
}

/// Which suspensions are asked for; `None`: any.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SuspensionFilter {
    /// In force at this moment, which is the shard's caller's.
    pub active_at: Option<Millis>,
    pub reason: Option<SuspensionReason>,
}

/// A stretch of one conversation's history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stretch {
    pub conversation: ConversationId,
    pub from: StretchFrom,
    /// Older messages are left out.
    pub not_before: Millis,
    pub limit: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StretchFrom {
    /// The newest `limit` messages before this one (`Seq(0)`: the newest of all).
    Before(Seq),
    /// The oldest `limit` messages after this one.
    After(Seq),
    /// The newest `limit` messages after this one.
    NewestAfter(Seq),
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    Account(Option<Account>),
    Profiles(Vec<Profile>),
    Session(Option<SessionId>),
    Sessions(Vec<SessionSeen>),
    Relations(Vec<RelationSeen>),
    FriendsAmong(Vec<UserId>),
    Mailbox(Vec<ConversationId>),
    Conversations(Vec<ConversationSeen>),
    /// `at` is the shard's time that the answer reaches up to: whoever asks again asks since then.
    Heads {
        heads: Vec<(ConversationId, Seq)>,
        at: Millis,
    },
    Members {
        members: Vec<MemberSeen>,
        more: bool,
    },
    Stretches(Vec<StretchSeen>),
    OfflineCounts(Vec<(ConversationId, u32)>),
    Messages(Vec<Message>),
    Wallet {
        balance: Fen,
        guard: Guard,
    },
    Secrets {
        password_hash: Option<String>,
        pin_hash: Option<String>,
        done: bool,
    },
    Order(Box<Order>),
    Orders {
        orders: Vec<Order>,
        more: bool,
    },
    /// `all` is false when there are more orders than one list looks at.
    OrderList {
        orders: Vec<Order>,
        more: bool,
        all: bool,
    },
    /// An order with its life, oldest step first.
    OrderLife {
        order: Box<Order>,
        steps: Vec<StepSeen>,
    },
    /// With `more`, older lines may fit too: ask again before `next_before`, even when none fitted here.
    Statement {
        movements: Vec<Movement>,
        more: bool,
        next_before: u64,
    },
    Packet(Box<PacketSeen>),
    Transfers(Vec<Transfer>),
    TransferList {
        transfers: Vec<TransferId>,
        more: bool,
    },
    File(Box<File>),
    /// `all` is false when there are more disputes than one list looks at.
    Disputes {
        disputes: Vec<Transfer>,
        more: bool,
        all: bool,
    },
    Operator(Option<(OperatorId, Operator)>),
    Operators(Vec<(OperatorId, Operator)>),
    /// `through`: up to where (downwards) the shard has looked; ask before it for more.
    Audit {
        rows: Vec<AuditSeen>,
        through: Position,
        more: bool,
    },
    /// `total`: how many fit the filter altogether; `pending`: how many of all are open or raised.
    Differences {
        rows: Vec<(DifferenceId, Recorded)>,
        more: bool,
        total: u64,
        pending: u64,
    },
    Difference(Option<(DifferenceId, Box<Recorded>)>),
    Runs(Vec<(DayNumber, Run)>),
    Settings(Changed),
    SettingChanges {
        changes: Vec<SettingChange>,
        more: bool,
    },
    Risk(Box<Record>),
    RuleBooks {
        books: Vec<RuleBookSeen>,
        more: bool,
    },
    RuleHits {
        hits: Vec<HitSeen>,
        more: bool,
    },
    Suspensions {
        suspensions: Vec<SuspensionSeen>,
        more: bool,
    },
}

/// A row of the audit log, with its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditSeen {
    pub position: Position,
    pub at: Millis,
    pub audit: Audit,
}

/// Which disputes are wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct DisputeFilter {
    /// Those that wait for an operator, or those that do not.
    pub open: Option<bool>,
    /// Those decided so.
    pub returned: Option<bool>,
    /// Those between this one and somebody.
    pub user: Option<UserId>,
}

/// In which order disputes are listed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DisputeOrder {
    pub by: DisputeBy,
    pub descending: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DisputeBy {
    AskedAt,
    Amount,
}

/// Where a dispute stands in a list: these rise along it, whatever its order is.
pub type DisputePlace = (i64, u64);

impl DisputeOrder {
    #[must_use]
    pub fn place(self, found: &Transfer) -> DisputePlace {
        let value = match self.by {
            DisputeBy::AskedAt => found.recall.as_ref().map_or(0, |recall| recall.at.0),
            DisputeBy::Amount => found.terms.amount.0,
        };
        let id = found.terms.transfer.0;
        if self.descending { (-value, u64::MAX - id) } else { (value, id) }
    }
}

pub type Answered = Result<Answer, Refusal>;

/// A rule book and how it came to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RuleBookSeen {
    pub book: RuleBook,
    pub at: Millis,
    pub by: Option<OperatorId>,
    pub reason: String,
}

/// What a rule did, or would have done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HitSeen {
    pub place: HitPlace,
    pub rule: RuleId,
    pub sequence: u64,
    pub count: u32,
    pub device: Option<DeviceId>,
    pub effect: Effect,
}

/// A user's newest suspension, and how it ended if before its time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SuspensionSeen {
    pub user: UserId,
    pub suspension: Suspension,
    pub lifted: Option<(Millis, LiftedBy)>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Profile {
    pub user: UserId,
    pub name: String,
    pub display_name: String,
    pub face: String,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Account {
    pub profile: Profile,
    pub password_hash: String,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionSeen {
    pub session: SessionId,
    pub device: String,
    pub opened_at: Millis,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RelationSeen {
    pub other: UserId,
    pub relation: Relation,
    pub conversation: Option<ConversationId>,
    pub greeting: String,
    pub since: Millis,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MemberSeen {
    pub user: UserId,
    pub acked: Seq,
    pub read: Seq,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StretchSeen {
    pub messages: Vec<Message>,
    /// Whether there is more in the direction asked for.
    pub more: bool,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PacketSeen {
    pub packet: PacketId,
    pub sender: UserId,
    pub conversation: ConversationId,
    pub kind: PacketKind,
    pub status: PacketStatus,
    pub amount: Fen,
    pub count: u32,
    pub greeting: String,
    pub created_at: Millis,
    pub expires_at: Millis,
    pub ended_at: Option<Millis>,
    pub claimed_amount: Fen,
    pub refunded: Fen,
    pub claims: Vec<Claim>,
    pub commitment: Commitment,
    /// Only when the packet has ended.
    pub secret: Option<Secret>,
    pub seq: Seq,
    pub share_min: Fen,
    pub share_max: Fen,
}
