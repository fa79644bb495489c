//! What anybody was told, in numbers and words. It does not matter by whom: what a shard let go of is checked when it
//! reaches a gateway, and again when it reaches a device.

use super::{
    fact::{Outcome, Relation},
    packets::Shown,
    seen::Seen,
};

/// One statement. `user` (or `sender`, `by`) is whom it is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Told {
    SignedUp {
        name: String,
        user: u64,
    },
    GroupCreated {
        by: u64,
        id: u128,
        conversation: u64,
    },
    /// The server has the message.
    Posted {
        sender: u64,
        id: u128,
        conversation: u64,
        message: u64,
        seq: u32,
        at_ms: i64,
    },
    /// A message as others see it.
    Message {
        conversation: u64,
        seq: u32,
        message: u64,
        sender: u64,
        id: u128,
        at_ms: i64,
        body: String,
    },
    /// The server knows that the user holds everything up to there.
    Acknowledged {
        user: u64,
        conversation: u64,
        through: u32,
    },
    Delivered {
        user: u64,
        conversation: u64,
        through: u32,
    },
    /// A read mark; `unread` only where it is told to the user itself.
    Read {
        user: u64,
        conversation: u64,
        through: u32,
        unread: Option<u32>,
    },
    /// How a conversation stands for a user.
    Conversation {
        user: u64,
        conversation: u64,
        head: u32,
        joined: u32,
        read: u32,
        unread: u32,
        member: bool,
    },
    ToppedUp {
        user: u64,
        id: u128,
        amount: i64,
        balance: i64,
    },
    Withdrawn {
        user: u64,
        id: u128,
        order: u64,
        balance: i64,
    },
    /// An order, and how it ended, if it has.
    Order {
        user: u64,
        order: u64,
        amount: i64,
        outcome: Option<Outcome>,
    },
    /// The transfers a user may see, and its orders: all there are.
    Lists {
        user: u64,
        transfers: Option<Vec<u64>>,
        orders: Option<Vec<u64>>,
    },
    /// A code by which a user may end its suspension.
    ReleaseCode {
        user: u64,
        code: u32,
    },
    PacketFunded {
        sender: u64,
        id: u128,
        packet: u64,
        balance: i64,
        commitment: [u8; 32],
    },
    Opened {
        user: u64,
        packet: u64,
        index: u32,
        amount: i64,
    },
    /// The user's share, as a grab shows it; `None`: it has none yet.
    Mine {
        user: u64,
        packet: u64,
        amount: Option<i64>,
    },
    Packet {
        user: u64,
        shown: Box<Shown>,
    },
    TransferFunded {
        sender: u64,
        id: u128,
        transfer: u64,
        balance: i64,
        arrives_at_ms: i64,
    },
    /// A transfer; as it stands now, where somebody asked for it.
    Transfer {
        user: u64,
        seen: Box<Seen>,
        asked: bool,
    },
    /// A balance; the present one, where somebody asked for it.
    Balance {
        user: u64,
        balance: i64,
        asked: bool,
    },
    /// A line of a statement.
    Line {
        user: u64,
        number: u64,
        amount: i64,
        balance: i64,
    },
    Friends {
        user: u64,
        friends: Vec<(u64, Relation)>,
    },
}
