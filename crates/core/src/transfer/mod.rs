//! A transfer: money from one person to another, with time between sending and arrival. Funded, posted (pending),
//! arrived, and then accepted, returned or expired; before it arrives its sender may ask for it back, which freezes it
//! until an operator decides. Until it ends all its money stands in its own account: sent = credited + gone back + held.
//!
//! It lives in its sender's shard, so paying for it and making it are one fact. What races with what (a recall with
//! the arrival, a return with the acceptance, the expiry with either) is decided by the order in that shard's log.

pub mod accept;
pub mod advance;
pub(crate) mod evolve;
pub mod give_back;
mod life;
pub mod posted;
pub mod recall;
pub mod send;
pub mod send_back;

use serde::{Deserialize, Serialize};

use crate::{
    State,
    cut::Key,
    fact::Fact,
    fen::Fen,
    ids::{ConversationId, FileId, Millis, OperatorId, Seq, TransferId, UserId},
    refusal::Refusal,
};

/// When a transfer arrives. How long that takes is a setting.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Arrival {
    AtOnce,
    /// After 2 hours.
    Soon,
    /// After 24 hours.
    Later,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum TransferStatus {
    /// Paid for, on its way into the conversation.
    Funded,
    /// In the conversation, and not arrived yet.
    Pending,
    /// The sender has asked for it back; an operator decides.
    Frozen,
    /// To be accepted.
    Arrived,
    Accepted,
    /// The receiver sent it back without accepting it.
    Returned,
    /// Nobody accepted it in time.
    Expired,
    /// An operator decided that it goes back.
    Recalled,
    /// It could not be posted.
    Refunded,
    /// The receiver accepted it and gave it back later.
    GivenBack,
}

impl TransferStatus {
    /// Whether the money is still in it.
    #[must_use]
    pub fn holds(self) -> bool {
        matches!(self, Self::Funded | Self::Pending | Self::Frozen | Self::Arrived)
    }
}

/// Why the money went back to the sender out of the transfer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum WentBack {
    /// The receiver did not want it.
    Receiver,
    /// Nobody accepted it in time.
    Expiry,
    /// An operator decided so.
    Operator,
}

impl WentBack {
    #[must_use]
    pub fn status(self) -> TransferStatus {
        match self {
            Self::Receiver => TransferStatus::Returned,
            Self::Expiry => TransferStatus::Expired,
            Self::Operator => TransferStatus::Recalled,
        }
    }
}

/// What was agreed at sending; never changes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TransferTerms {
    pub transfer: TransferId,
    pub sender: UserId,
    pub receiver: UserId,
    pub conversation: ConversationId,
    pub amount: Fen,
    pub note: String,
    pub arrival: Arrival,
    pub created_at: Millis,
    pub arrives_at: Millis,
    /// How long it can be accepted after it has arrived, in ms.
    pub accept_ms: i64,
}

/// The sender's request to have it back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Recall {
    pub at: Millis,
    pub reason: String,
    /// The sender's files, in its order.
    pub evidence: Vec<FileId>,
    pub decision: Option<Decision>,
}

/// What an operator decided.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Decision {
    pub at: Millis,
    pub by: OperatorId,
    /// `true`: back to the sender; `false`: on to the receiver.
    pub returned: bool,
    pub reason: String,
}

/// A transfer as memory and views have it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Transfer {
    pub terms: TransferTerms,
    pub status: TransferStatus,
    /// Its card's place in the conversation; 0 until posted.
    pub seq: Seq,
    /// Set when it arrives.
    pub accept_by: Option<Millis>,
    /// When the money left it, in whichever direction.
    pub ended_at: Option<Millis>,
    /// Why it could not be posted.
    pub refusal: Option<Refusal>,
    pub recall: Option<Recall>,
}

impl Transfer {
    #[must_use]
    pub fn held(&self) -> Fen {
        if self.status.holds() { self.terms.amount } else { Fen::ZERO }
    }

    /// When something happens to it by itself.
    #[must_use]
    pub fn waits(&self) -> Option<Millis> {
        match self.status {
            TransferStatus::Pending => Some(self.terms.arrives_at),
            TransferStatus::Arrived => self.accept_by,
            _ => None,
        }
    }

    /// The sender sees it, and the receiver once it lies in the conversation.
    #[must_use]
    pub fn visible_to(&self, user: UserId) -> bool {
        let posted = !matches!(self.status, TransferStatus::Funded | TransferStatus::Refunded);
        self.terms.sender == user || (self.terms.receiver == user && posted)
    }

    /// As `user` sees it: what the sender says against the receiver is not for the receiver.
    #[must_use]
    pub fn seen_by(&self, user: UserId) -> Option<Self> {
        let mut seen = self.visible_to(user).then(|| self.clone())?;
        if let Some(recall) = seen.recall.as_mut().filter(|_| self.terms.sender != user) {
            recall.reason.clear();
            recall.evidence.clear();
        }
        Some(seen)
    }

    /// Lets it arrive at `at`.
    pub(crate) fn arrive(&mut self, at: Millis) {
        self.status = TransferStatus::Arrived;
        self.accept_by = Some(at.plus(self.terms.accept_ms));
    }
}

/// Accepted money in the receiver's shard, which alone can give it back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Received {
    pub user: UserId,
    pub sender: UserId,
    pub amount: Fen,
    pub given_back: bool,
}

/// The transfer, if `user` may know of it.
///
/// # Errors
/// `NoSuchTransfer`: whoever may not see it learns not even that it exists.
pub(crate) fn visible(state: &State, transfer: TransferId, user: UserId) -> Result<&Transfer, Refusal> {
    state.transfers.get(&transfer).filter(|found| found.visible_to(user)).ok_or(Refusal::NoSuchTransfer)
}

/// The transfer, and its sender's wallet, which only the transfer names.
pub(crate) fn with_wallet(state: &State, transfer: TransferId, keys: &mut Vec<Key>) {
    keys.push(Key::Transfer(transfer));
    if let Some(found) = state.transfers.peek(&transfer) {
        keys.push(Key::Wallet(found.terms.sender));
    }
}

/// The fact that everything goes back to the sender.
pub(crate) fn goes_back(state: &State, found: &Transfer, why: WentBack) -> Fact {
    let sender = found.terms.sender;
    let wallet = state.wallets.get(&sender).copied().unwrap_or_default();
    Fact::TransferWentBack {
        transfer: found.terms.transfer,
        sender,
        receiver: found.terms.receiver,
        why,
        amount: found.terms.amount,
        balance: wallet.balance.plus(found.terms.amount),
        line: wallet.lines + 1,
    }
}

/// What a command about a transfer answers: the transfer as the one who asked sees it.
pub(crate) fn state_reply(state: &State, transfer: TransferId, user: UserId) -> crate::command::Reply {
    let found = state.transfers.get(&transfer).and_then(|found| found.seen_by(user)).expect("decided on it");
    crate::command::Reply::Transfer(Box::new(found))
}
