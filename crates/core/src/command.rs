//! Everything that can be asked of a shard, and what it answers.
//!
//! To add a command: a file with its struct and `decide` in the concept's folder, a variant here, a fact if it
//! changes something new, and an arm in [`crate::decide`]. The compiler names every other place.

use serde::{Deserialize, Serialize};

pub use crate::{
    conversation::{
        acknowledge::Acknowledge, add_members::AddMembers, create_group::CreateGroup, mark_read::MarkRead,
        post_message::PostMessage, remove_member::RemoveMember, set_quiet::SetQuiet, update_group::UpdateGroup,
    },
    file::record::RecordFile,
    guard::{begin_try::BeginTry, pass_try::PassTry, set_level::SetLevel, set_pin::SetPin},
    operator::{
        change::ChangeOperator, change_setting::ChangeSetting, create::CreateOperator, reset::ResetOperator,
        sign_in::SignInOperator, sign_out::SignOutOperator,
    },
    order::{
        ask::AskOrder, close_raised::CloseRaised, hear::HearOrder, settle::SettleOrder, submit::SubmitOrder,
        top_up::TopUp, withdraw::Withdraw,
    },
    packet::{expire::ExpirePacket, grab::GrabPacket, open::OpenPacket, send::SendPacket},
    pair::{answer_friend::AnswerFriend, remove_friend::RemoveFriend, request_friend::RequestFriend},
    receive::Receive,
    reconciliation::{
        ask::AskReconciliation, close::CloseDifference, record::RecordDifference, record_run::RecordRun,
        redeliver::Redeliver, settle::SettleDifference,
    },
    risk::{
        change_rules::ChangeRules, lift::LiftSuspension, release::ReleaseSuspension, request_code::RequestReleaseCode,
        suspend::SuspendUser,
    },
    transfer::{
        accept::AcceptTransfer,
        advance::AdvanceTransfer,
        give_back::GiveBackTransfer,
        recall::{DecideDispute, RecallTransfer},
        send::SendTransfer,
        send_back::ReturnTransfer,
    },
    user::{close_session::CloseSession, open_session::OpenSession, sign_up::SignUp, update_profile::UpdateProfile},
};
use crate::{
    fen::Fen,
    ids::{
        ClientId, ConversationId, FileId, MessageId, Millis, OperatorId, OrderId, PacketId, Position, Seq, SessionId,
        ShardId, TransferId, UserId,
    },
    operator::OPERATORS_SHARD,
    order::OrderState,
    packet::{Commitment, PacketStatus},
    pair::Relation,
    reconciliation::RECONCILIATION_SHARD,
    risk::change_rules::RULES_SHARD,
    transfer::Transfer,
};

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    SignUp(SignUp),
    OpenSession(OpenSession),
    CloseSession(CloseSession),
    UpdateProfile(UpdateProfile),
    RequestFriend(RequestFriend),
    AnswerFriend(AnswerFriend),
    RemoveFriend(RemoveFriend),
    CreateGroup(CreateGroup),
    AddMembers(AddMembers),
    RemoveMember(RemoveMember),
    UpdateGroup(UpdateGroup),
    SetQuiet(SetQuiet),
    PostMessage(PostMessage),
    Acknowledge(Acknowledge),
    MarkRead(MarkRead),
    TopUp(TopUp),
    SendPacket(SendPacket),
    GrabPacket(GrabPacket),
    OpenPacket(OpenPacket),
    /// Sent by the engine when a packet's time is over (see [`crate::timer`]), never by a client.
    ExpirePacket(ExpirePacket),
    SendTransfer(SendTransfer),
    AcceptTransfer(AcceptTransfer),
    ReturnTransfer(ReturnTransfer),
    GiveBackTransfer(GiveBackTransfer),
    RecallTransfer(RecallTransfer),
    DecideDispute(DecideDispute),
    /// Sent by the engine when a transfer's time has come (see [`crate::timer`]), never by a client.
    AdvanceTransfer(AdvanceTransfer),
    /// Sent by a gateway that has taken the bytes, never by a client.
    RecordFile(RecordFile),
    /// Sent by a courier, never by a client.
    Receive(Receive),
    CreateOperator(CreateOperator),
    ChangeOperator(ChangeOperator),
    ResetOperator(ResetOperator),
    SignInOperator(SignInOperator),
    SignOutOperator(SignOutOperator),
    /// The next four are sent by reconciliation, never by a client.
    RecordDifference(RecordDifference),
    SettleDifference(SettleDifference),
    RecordRun(RecordRun),
    Redeliver(Redeliver),
    CloseDifference(CloseDifference),
    AskReconciliation(AskReconciliation),
    ChangeRules(ChangeRules),
    SuspendUser(SuspendUser),
    LiftSuspension(LiftSuspension),
    RequestReleaseCode(RequestReleaseCode),
    ReleaseSuspension(ReleaseSuspension),
    ChangeSetting(ChangeSetting),
    /// Sent by gateways about a PIN or password that a client sent them.
    BeginTry(BeginTry),
    PassTry(PassTry),
    SetPin(SetPin),
    SetLevel(SetLevel),
    Withdraw(Withdraw),
    /// Sent by the cashier and by the provider's webhook, never by a client.
    SubmitOrder(SubmitOrder),
    HearOrder(HearOrder),
    AskOrder(AskOrder),
    SettleOrder(SettleOrder),
    CloseRaised(CloseRaised),
}

impl Command {
    /// The shard that must carry it out. `shards` is how many the store has.
    #[must_use]
    pub fn shard(&self, shards: u16) -> ShardId {
        match self {
            Self::SignUp(c) => crate::user::shard_of_name(&c.name, shards),
            Self::OpenSession(c) => c.user.shard(),
            Self::CloseSession(c) => c.user.shard(),
            Self::UpdateProfile(c) => c.user.shard(),
            Self::RequestFriend(c) => c.by.min(c.other).shard(),
            Self::AnswerFriend(c) => c.by.min(c.other).shard(),
            Self::RemoveFriend(c) => c.by.min(c.other).shard(),
            Self::CreateGroup(c) => c.by.shard(),
            Self::AddMembers(c) => c.conversation.shard(),
            Self::RemoveMember(c) => c.conversation.shard(),
            Self::UpdateGroup(c) => c.conversation.shard(),
            Self::SetQuiet(c) => c.conversation.shard(),
            Self::PostMessage(c) => c.conversation.shard(),
            Self::Acknowledge(c) => c.conversation.shard(),
            Self::MarkRead(c) => c.conversation.shard(),
            Self::TopUp(c) => c.user.shard(),
            Self::SendPacket(c) => c.sender.shard(),
            Self::GrabPacket(c) => c.packet.shard(),
            Self::OpenPacket(c) => c.packet.shard(),
            Self::ExpirePacket(c) => c.packet.shard(),
            Self::SendTransfer(c) => c.sender.shard(),
            Self::AcceptTransfer(c) => c.transfer.shard(),
            Self::ReturnTransfer(c) => c.transfer.shard(),
            Self::GiveBackTransfer(c) => c.user.shard(),
            Self::RecallTransfer(c) => c.transfer.shard(),
            Self::DecideDispute(c) => c.transfer.shard(),
            Self::AdvanceTransfer(c) => c.transfer.shard(),
            Self::RecordFile(c) => c.user.shard(),
            Self::Receive(c) => c.to,
            Self::CreateOperator(_)
            | Self::ChangeOperator(_)
            | Self::ResetOperator(_)
            | Self::SignInOperator(_)
            | Self::SignOutOperator(_)
            | Self::ChangeSetting(_) => OPERATORS_SHARD,
            Self::RecordDifference(_)
            | Self::SettleDifference(_)
            | Self::RecordRun(_)
            | Self::CloseDifference(_)
            | Self::AskReconciliation(_) => RECONCILIATION_SHARD,
            Self::Redeliver(c) => c.to,
            Self::ChangeRules(_) => RULES_SHARD,
            Self::SuspendUser(c) => c.user.shard(),
            Self::LiftSuspension(c) => c.user.shard(),
            Self::RequestReleaseCode(c) => c.user.shard(),
            Self::ReleaseSuspension(c) => c.user.shard(),
            Self::BeginTry(c) => c.user.shard(),
            Self::PassTry(c) => c.user.shard(),
            Self::SetPin(c) => c.user.shard(),
            Self::SetLevel(c) => c.user.shard(),
            Self::Withdraw(c) => c.user.shard(),
            Self::SubmitOrder(c) => c.order.shard(),
            Self::HearOrder(c) => c.order.shard(),
            Self::AskOrder(c) => c.order.shard(),
            Self::SettleOrder(c) => c.order.shard(),
            Self::CloseRaised(c) => c.order.shard(),
        }
    }

    /// Another shard without which it would never come to an end: a packet is not paid for when nobody can post it.
    #[must_use]
    pub fn relies_on(&self) -> Option<ShardId> {
        match self {
            Self::SendPacket(c) => Some(c.conversation.shard()),
            Self::SendTransfer(c) => Some(c.conversation.shard()),
            _ => None,
        }
    }

    /// The packet it queues for, if any: requests for one packet have a cap of their own.
    #[must_use]
    pub fn packet(&self) -> Option<PacketId> {
        match self {
            Self::GrabPacket(c) => Some(c.packet),
            Self::OpenPacket(c) => Some(c.packet),
            _ => None,
        }
    }
}

/// The answer to a command that was carried out (or had been before, under the same client id).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Reply {
    SignedUp {
        user: UserId,
    },
    SessionOpened {
        session: SessionId,
    },
    Done,
    FriendState {
        other: UserId,
        relation: Relation,
        conversation: Option<ConversationId>,
    },
    GroupCreated {
        conversation: ConversationId,
    },
    Posted {
        conversation: ConversationId,
        client_id: ClientId,
        id: MessageId,
        seq: Seq,
        at: Millis,
    },
    Acknowledged {
        conversation: ConversationId,
        through: Seq,
    },
    ReadMarked {
        conversation: ConversationId,
        through: Seq,
        unread: u32,
    },
    ToppedUp {
        order: OrderId,
        state: OrderState,
        amount: Fen,
        balance: Fen,
    },
    Withdrawn {
        order: OrderId,
        state: OrderState,
        amount: Fen,
        balance: Fen,
    },
    /// The number of the try, how many are left should it be wrong, and until when none is allowed then (0: at once).
    TryBegun {
        number: u32,
        left: u32,
        locked_until: Millis,
    },
    /// `applied`: whether anything came of the command.
    OrderStands {
        order: OrderId,
        state: OrderState,
        applied: bool,
    },
    PacketFunded {
        packet: PacketId,
        balance: Fen,
        commitment: Commitment,
    },
    PacketGrab {
        packet: PacketId,
        status: PacketStatus,
        left: u32,
        mine: Option<Fen>,
    },
    PacketOpened {
        packet: PacketId,
        amount: Fen,
        index: u32,
        first: bool,
    },
    TransferFunded {
        transfer: TransferId,
        balance: Fen,
        arrives_at: Millis,
    },
    /// As the one who asked sees it.
    Transfer(Box<Transfer>),
    /// The money has left the receiver's wallet; the transfer hears of it next.
    TransferGivenBack {
        transfer: TransferId,
    },
    FileRecorded {
        file: FileId,
    },
    /// How far the receiving shard has read the sending shard's log.
    Received {
        from: ShardId,
        through: Position,
    },
    OperatorCreated {
        operator: OperatorId,
    },
    OperatorSignedIn {
        session: SessionId,
        expires_at: Millis,
    },
    /// `left`: guesses until the operator is locked; `locked_until` is 0 where it is not.
    OperatorGuessedWrong {
        left: u32,
        locked_until: Millis,
    },
    /// `first`: it was done now, and had not been done before.
    Redelivered {
        first: bool,
    },
    RulesChanged {
        sequence: u64,
    },
    /// The code itself goes to the user's devices.
    ReleaseCodeMade {
        expires_at: Millis,
        codes_left: u32,
    },
    SuspensionReleased,
    /// The code or the secret was wrong.
    ReleaseFailed {
        tries_left: u32,
    },
    /// The sequence number of the settings that hold now.
    SettingChanged {
        sequence: u64,
    },
}
