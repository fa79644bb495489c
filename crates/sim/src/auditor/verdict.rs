//! The laws, and what it looks like when one is broken.

use std::fmt;

/// What must always hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Law {
    /// A log only grows; what was durable stays.
    LogKept,
    /// Money moves between accounts and never comes or goes.
    MoneyConserved,
    /// No wallet goes below zero, nor any other account that holds money.
    NoOverdraft,
    /// An order to the provider moves its money once, on the provider's word.
    OrderOnce,
    /// Nobody moves more at once, or in a day, than its level allows.
    LimitKept,
    /// Withdrawals and large sums need a right PIN, of which there are only so many tries.
    PinAsked,
    /// At the end a list has everything that belongs into it.
    ListsWhole,
    /// An order is handed over once unless the provider never got it, and ends as the provider carried it out.
    ProviderAgrees,
    /// Claims and refund never exceed a packet, and equal it at its end.
    PacketExact,
    /// Nobody claims twice.
    ClaimOnce,
    /// The shares are those of the secret, and the commitment binds it.
    DrawFair,
    /// A transfer ends once: accepted, returned, expired, recalled or refunded.
    TransferOnce,
    /// What was sent in transfers is what was credited, went back, is on its way and is still held.
    TransferExact,
    /// A transfer arrives after its delay and not before; it is recalled before, taken and returned while it may be, and
    /// expires afterwards.
    TransferInTime,
    /// What is frozen neither arrives nor expires nor is accepted, until an operator has decided.
    FreezeKept,
    /// A transfer's card is posted, or its money goes back whole: never both, never neither.
    CardOrRefund,
    /// A client id takes effect once.
    OnceOnly,
    /// Whatever anybody is told stands in the log already, and as it was told.
    ToldIsDurable,
    /// A conversation's sequence has no gap, and only members write.
    SeqUnbroken,
    /// A reader gets every message it may see, once and in order.
    ReaderInOrder,
    /// All readers end equal.
    ReadersAgree,
    /// Unread counts follow from marks.
    UnreadRight,
    /// Whoever is suspended takes nothing and sends nothing where that is known.
    SuspensionKept,
    /// Both sides of a friendship, members and mailboxes, and what shards know of suspensions, come to agree.
    NewsArrive,
    /// What the log says again is what was there before.
    ReplayEqual,
    /// When the faults stop, everything comes to its end.
    Converges,
    /// Books that are kept apart agree: debts with payments, packets with claims and refunds, views with the log.
    BooksAgree,
    /// The code under test stopped itself: something it relies on does not hold.
    NoPanic,
}

/// A broken law, and how.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    pub law: Law,
    pub what: String,
}

pub type Verdict = Result<(), Violation>;

impl Law {
    pub fn broken<T>(self, what: String) -> Result<T, Violation> {
        Err(Violation { law: self, what })
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.law, self.what)
    }
}
