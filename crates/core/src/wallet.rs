//! A user's money and the lines of its statement.

use serde::{Deserialize, Serialize};

use crate::{
    fen::Fen,
    ids::{Millis, OrderId, PacketId, TransferId, UserId},
};

/// What a wallet holds. The balance is never below zero.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Wallet {
    pub balance: Fen,
    /// Number of the newest statement line; 0: none.
    pub lines: u64,
}

/// Why money moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum MovementKind {
    TopUp,
    PacketSent,
    PacketOpened,
    PacketRefund,
    TransferSent,
    /// It could not be posted, or came back.
    TransferRefund,
    TransferReceived,
    /// Accepted, and given back.
    TransferGivenBack,
    Withdrawal,
    /// What was held or paid out came back.
    WithdrawalReturned,
}

/// One line of a statement.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Movement {
    /// 1, 2, 3 ... without gaps in each wallet.
    pub number: u64,
    pub at: Millis,
    pub kind: MovementKind,
    /// Signed.
    pub amount: Fen,
    /// After it.
    pub balance: Fen,
    pub packet: Option<PacketId>,
    pub transfer: Option<TransferId>,
    pub counterpart: Option<UserId>,
    pub order: Option<OrderId>,
    /// What the one who moved the money wrote to it.
    pub note: String,
}
