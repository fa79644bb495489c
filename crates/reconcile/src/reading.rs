//! What one fact says of money.

use laisee_core::{
    content::Content,
    fact::Fact,
    fen::Fen,
    ids::{Millis, OrderId, PacketId, Position, ShardId, TransferId, UserId},
    order::{OrderKind, Word},
};
use serde::{Deserialize, Serialize};

use crate::{order_log::OrderStep, transfers::TransferStep};

/// Where money can stand in a shard's books.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Account {
    /// The world outside.
    Outside,
    Wallets,
    /// What withdrawals hold.
    Held,
    Packets,
    /// Transfers between two people.
    Transfers,
    /// On its way to another shard.
    To(ShardId),
    /// Come from another shard.
    From(ShardId),
}

/// What a courier brings.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Owing {
    /// Money, to a wallet.
    Credit,
    /// The card of a packet or transfer, to a conversation.
    Card,
    /// The conversation's word on a card, to the packet or transfer.
    Word,
    /// To the receiver: there is a transfer.
    Notice,
}

/// What one shard owes another: known by what it comes from and for whom it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Debt {
    pub what: Owing,
    /// The packet, or the transfer.
    pub of: u64,
    /// Whose it is; of a card or a word nobody's.
    pub user: Option<UserId>,
}

impl Debt {
    fn credit(of: u64, user: UserId) -> Self {
        Self { what: Owing::Credit, of, user: Some(user) }
    }

    fn card(of: u64) -> Self {
        Self { what: Owing::Card, of, user: None }
    }

    fn word(of: u64) -> Self {
        Self { what: Owing::Word, of, user: None }
    }

    fn notice(of: u64, user: UserId) -> Self {
        Self { what: Owing::Notice, of, user: Some(user) }
    }
}

/// A line of a wallet's statement, as the fact states it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Line {
    pub user: UserId,
    pub number: u64,
    /// Below zero: it leaves the wallet.
    pub amount: Fen,
    pub balance: Fen,
}

/// What a fact does to a packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    Funded {
        amount: Fen,
        count: u32,
        expires_at: Millis,
    },
    Posted,
    Claimed {
        user: UserId,
        index: u32,
        amount: Fen,
    },
    /// It ends, and this goes back.
    Ended {
        refund: Fen,
    },
}

/// What a fact says of money, each part where it says it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Reading {
    /// How it is counted in reports.
    pub movement: Option<(&'static str, Fen)>,
    /// From, to, how much.
    pub transfer: Option<(Account, Account, Fen)>,
    pub line: Option<Line>,
    /// Owed from here on, to which shard, and how much money hangs on it.
    pub owes: Option<(Debt, ShardId, Fen)>,
    /// Paid here.
    pub pays: Option<(Debt, Fen)>,
    pub packet: Option<(PacketId, Step)>,
    /// To a user's order.
    pub order: Option<(OrderId, UserId, OrderStep)>,
    /// To a transfer of this shard.
    pub life: Option<(TransferId, TransferStep)>,
    /// How far another shard's log has taken effect here.
    pub received: Option<(ShardId, Position)>,
    /// What of another shard's log must be known before it can be judged.
    pub caused_by: Option<(ShardId, Position)>,
}

/// Reads a fact. Facts that say nothing of money read as nothing.
#[must_use]
pub fn read(fact: &Fact) -> Reading {
    match fact {
        Fact::OrderCreated { order, user, kind: OrderKind::TopUp, amount, .. } => {
            Reading { order: Some((*order, *user, OrderStep::Made { amount: *amount })), ..Reading::default() }
        }
        Fact::OrderCreated { order, user, kind: OrderKind::Withdrawal, amount, balance, line, .. } => Reading {
            order: Some((*order, *user, OrderStep::Made { amount: *amount })),
            movement: Some(("withdrawals-held", *amount)),
            transfer: Some((Account::Wallets, Account::Held, *amount)),
            line: Some(Line { user: *user, number: *line, amount: Fen(-amount.0), balance: *balance }),
            ..Reading::default()
        },
        Fact::OrderSettled { order, user, kind, outcome, held, amount, balance, line, .. } => {
            let order = Some((*order, *user, OrderStep::Ended { kind: *kind, outcome: *outcome, amount: *amount }));
            let into_wallet = Some(Line { user: *user, number: *line, amount: *amount, balance: *balance });
            let (word, from, to, line) = match (kind, outcome) {
                (OrderKind::TopUp, Word::Succeeded) => ("topped-up", Account::Outside, Account::Wallets, into_wallet),
                (OrderKind::TopUp, _) => return Reading { order, ..Reading::default() },
                (OrderKind::Withdrawal, Word::Succeeded) => ("withdrawn", Account::Held, Account::Outside, None),
                (OrderKind::Withdrawal, _) => {
                    let from = if *held { Account::Held } else { Account::Outside };
                    ("withdrawals-back", from, Account::Wallets, into_wallet)
                }
            };
            let (movement, transfer) = (Some((word, *amount)), Some((from, to, *amount)));
            Reading { movement, transfer, line, order, ..Reading::default() }
        }
        Fact::PacketFunded { packet, sender, conversation, amount, count, expires_at, balance, line, .. } => Reading {
            movement: Some(("packets-funded", *amount)),
            transfer: Some((Account::Wallets, Account::Packets, *amount)),
            line: Some(Line { user: *sender, number: *line, amount: Fen(-amount.0), balance: *balance }),
            owes: Some((Debt::card(packet.0), conversation.shard(), *amount)),
            packet: Some((*packet, Step::Funded { amount: *amount, count: *count, expires_at: *expires_at })),
            ..Reading::default()
        },
        Fact::MessagePosted { content: Content::Packet(card), .. } => {
            has_card(card.packet.0, card.packet.shard(), Fen::ZERO)
        }
        Fact::PacketDeclined { packet, .. } => has_card(packet.0, packet.shard(), Fen::ZERO),
        Fact::PacketPosted { packet, .. } => Reading {
            packet: Some((*packet, Step::Posted)),
            pays: Some((Debt::word(packet.0), Fen::ZERO)),
            ..Reading::default()
        },
        Fact::PacketRefunded { packet, sender, amount, balance, line, .. }
        | Fact::PacketExpired { packet, sender, refund: amount, balance, line } => {
            let refused = matches!(fact, Fact::PacketRefunded { .. });
            let ends = Reading {
                packet: Some((*packet, Step::Ended { refund: *amount })),
                pays: refused.then_some((Debt::word(packet.0), Fen::ZERO)),
                ..Reading::default()
            };
            if *amount == Fen::ZERO {
                return ends;
            }
            Reading {
                movement: Some(("refunded", *amount)),
                transfer: Some((Account::Packets, Account::Wallets, *amount)),
                line: Some(Line { user: *sender, number: *line, amount: *amount, balance: *balance }),
                ..ends
            }
        }
        Fact::Claimed { packet, user, index, amount, .. } => Reading {
            movement: Some(("claimed", *amount)),
            transfer: Some((Account::Packets, Account::To(user.shard()), *amount)),
            owes: Some((Debt::credit(packet.0, *user), user.shard(), *amount)),
            packet: Some((*packet, Step::Claimed { user: *user, index: *index, amount: *amount })),
            ..Reading::default()
        },
        Fact::Credited { user, packet, amount, balance, line, .. } => Reading {
            movement: Some(("credited", *amount)),
            transfer: Some((Account::From(packet.shard()), Account::Wallets, *amount)),
            line: Some(Line { user: *user, number: *line, amount: *amount, balance: *balance }),
            pays: Some((Debt::credit(packet.0, *user), *amount)),
            ..Reading::default()
        },
        Fact::Received { from, through } => {
            let mark = Some((*from, *through));
            Reading { received: mark, caused_by: mark, ..Reading::default() }
        }
        // What was made good stands before it; this says which fact owed it.
        Fact::Redelivered { from, position } => Reading { caused_by: Some((*from, *position)), ..Reading::default() },
        Fact::TransferFunded {
            transfer, sender, conversation, amount, arrives_at, accept_ms, balance, line, ..
        } => Reading {
            life: Some((
                *transfer,
                TransferStep::Funded { amount: *amount, arrives_at: *arrives_at, accept_ms: *accept_ms },
            )),
            owes: Some((Debt::card(transfer.0), conversation.shard(), *amount)),
            movement: Some(("transfers-funded", *amount)),
            transfer: Some((Account::Wallets, Account::Transfers, *amount)),
            line: Some(Line { user: *sender, number: *line, amount: Fen(-amount.0), balance: *balance }),
            ..Reading::default()
        },
        Fact::MessagePosted { content: Content::Transfer(card), .. } => {
            has_card(card.transfer.0, card.transfer.shard(), card.amount)
        }
        Fact::TransferDeclined { transfer, .. } => has_card(transfer.0, transfer.shard(), Fen::ZERO),
        Fact::TransferPosted { transfer, receiver, .. } => Reading {
            life: Some((*transfer, TransferStep::Posted)),
            pays: Some((Debt::word(transfer.0), Fen::ZERO)),
            owes: Some((Debt::notice(transfer.0, *receiver), receiver.shard(), Fen::ZERO)),
            ..Reading::default()
        },
        Fact::TransferArrived { transfer } => step(*transfer, TransferStep::Arrived),
        Fact::TransferRecalled { transfer, .. } => step(*transfer, TransferStep::Recalled),
        Fact::DisputeDecided { transfer, returned, .. } => {
            step(*transfer, TransferStep::Decided { returned: *returned })
        }
        Fact::TransferNoted { user, transfer } => {
            Reading { pays: Some((Debt::notice(transfer.0, *user), Fen::ZERO)), ..Reading::default() }
        }
        Fact::TransferRefunded { transfer, sender, amount, balance, line, .. }
        | Fact::TransferWentBack { transfer, sender, amount, balance, line, .. } => Reading {
            pays: matches!(fact, Fact::TransferRefunded { .. }).then_some((Debt::word(transfer.0), Fen::ZERO)),
            life: Some((
                *transfer,
                match fact {
                    Fact::TransferRefunded { .. } => TransferStep::Refunded { amount: *amount },
                    _ => TransferStep::WentBack { amount: *amount },
                },
            )),
            movement: Some(("transfers-returned", *amount)),
            transfer: Some((Account::Transfers, Account::Wallets, *amount)),
            line: Some(Line { user: *sender, number: *line, amount: *amount, balance: *balance }),
            ..Reading::default()
        },
        Fact::TransferAccepted { transfer, receiver, amount, .. } => Reading {
            movement: Some(("transfers-accepted", *amount)),
            life: Some((*transfer, TransferStep::Accepted { amount: *amount })),
            transfer: Some((Account::Transfers, Account::To(receiver.shard()), *amount)),
            owes: Some((Debt::credit(transfer.0, *receiver), receiver.shard(), *amount)),
            ..Reading::default()
        },
        Fact::TransferCredited { user, transfer, amount, balance, line, .. } => Reading {
            movement: Some(("transfers-credited", *amount)),
            transfer: Some((Account::From(transfer.shard()), Account::Wallets, *amount)),
            line: Some(Line { user: *user, number: *line, amount: *amount, balance: *balance }),
            pays: Some((Debt::credit(transfer.0, *user), *amount)),
            ..Reading::default()
        },
        Fact::TransferGivenBack { transfer, user, sender, amount, balance, line } => Reading {
            movement: Some(("transfers-given-back", *amount)),
            transfer: Some((Account::Wallets, Account::To(transfer.shard()), *amount)),
            line: Some(Line { user: *user, number: *line, amount: Fen(-amount.0), balance: *balance }),
            owes: Some((Debt::credit(transfer.0, *sender), transfer.shard(), *amount)),
            ..Reading::default()
        },
        Fact::TransferRepaid { transfer, sender, receiver, amount, balance, line } => Reading {
            movement: Some(("transfers-repaid", *amount)),
            life: Some((*transfer, TransferStep::Repaid { amount: *amount })),
            transfer: Some((Account::From(receiver.shard()), Account::Wallets, *amount)),
            line: Some(Line { user: *sender, number: *line, amount: *amount, balance: *balance }),
            pays: Some((Debt::credit(transfer.0, *sender), *amount)),
            ..Reading::default()
        },
        _ => Reading::default(),
    }
}

/// A step that moves nothing.
fn step(transfer: TransferId, step: TransferStep) -> Reading {
    Reading { life: Some((transfer, step)), ..Reading::default() }
}

/// A conversation has posted or declined a card, and owes its word.
fn has_card(of: u64, to: ShardId, amount: Fen) -> Reading {
    Reading { pays: Some((Debt::card(of), amount)), owes: Some((Debt::word(of), to, amount)), ..Reading::default() }
}
