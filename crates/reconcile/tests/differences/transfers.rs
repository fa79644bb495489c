//! Transfers, written into logs by hand.

use laisee_core::{
    content::{Content, TransferCard},
    fact::Fact,
    fen::Fen,
    ids::{ClientId, ConversationId, Millis, Seq, TransferId},
    transfer::Arrival,
};

use super::world::{ANN, BOB, NOON, id, message};

pub fn transfer(n: u64) -> TransferId {
    TransferId(id(0, 500 + n))
}

/// Ann's transfer to Bob, which arrives after an hour and can be accepted for another. Their conversation is in shard 1.
pub fn funded(n: u64, amount: i64, balance: i64, line: u64) -> Fact {
    Fact::TransferFunded {
        transfer: transfer(n),
        sender: ANN(),
        id: ClientId(u128::from(n)),
        digest: [0; 32],
        receiver: BOB(),
        conversation: ConversationId(id(1, 2)),
        amount: Fen(amount),
        note: String::new(),
        arrival: Arrival::Soon,
        arrives_at: Millis(NOON + 3_600_000),
        accept_ms: 3_600_000,
        balance: Fen(balance),
        line,
    }
}

/// Its card in their conversation.
pub fn with_card(n: u64, amount: i64) -> Fact {
    let card = TransferCard {
        transfer: transfer(n),
        receiver: BOB(),
        amount: Fen(amount),
        note: String::new(),
        arrives_at: Millis(NOON + 3_600_000),
    };
    message(ConversationId(id(1, 2)), transfer(n).0, Content::Transfer(card))
}

pub fn posted(n: u64) -> Fact {
    Fact::TransferPosted { transfer: transfer(n), receiver: BOB(), seq: Seq(1) }
}

pub fn noted(n: u64) -> Fact {
    Fact::TransferNoted { user: BOB(), transfer: transfer(n) }
}

pub fn accepted(n: u64, amount: i64) -> Fact {
    Fact::TransferAccepted { transfer: transfer(n), sender: ANN(), receiver: BOB(), amount: Fen(amount) }
}

pub fn credited(n: u64, amount: i64, balance: i64, line: u64) -> Fact {
    Fact::TransferCredited {
        user: BOB(),
        transfer: transfer(n),
        sender: ANN(),
        amount: Fen(amount),
        balance: Fen(balance),
        line,
    }
}
