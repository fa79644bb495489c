//! What must hold over all facts of all shards. Facts come in the order of cause and effect: before a shard takes in what
//! another sent, that other's facts up to there were taken ([`crate::follow`] sees to it). So a payment that nobody owed,
//! and a debt that was read past and not paid, are certain when they are seen, and nothing must be waited for.

use std::collections::{BTreeMap, BTreeSet};

use laisee_core::{
    fact::Fact,
    fen::Fen,
    ids::{Millis, OrderId, PacketId, Position, ShardId, TransferId},
    reconciliation::{Difference, DifferenceKind, Place},
};
use serde::{Deserialize, Serialize};

pub use crate::debts::Finding;
use crate::{
    debts::{Debts, Owed, Paid},
    order_log::OrderLog,
    packets::{PacketRows, Packets},
    reading::{Debt, read},
    sums::Sums,
    transfers::{TransferRows, Transfers},
    wallets::Wallets,
};

/// Packets, wallets, transfers and orders kept in memory at most.
const PACKETS_MAX: usize = 200_000;
const WALLETS_MAX: usize = 200_000;
const TRANSFERS_MAX: usize = 200_000;
const ORDERS_MAX: usize = 200_000;

/// Finds in the views what memory has let go of.
pub trait Look {
    /// None: the views do not know it, or cannot be read now.
    fn packet(&mut self, packet: PacketId) -> Option<PacketRows>;

    /// As before.
    fn transfer(&mut self, transfer: TransferId) -> Option<TransferRows>;
}

/// For when there are no views to look at.
pub struct NoLook;

impl Look for NoLook {
    fn packet(&mut self, _: PacketId) -> Option<PacketRows> {
        None
    }

    fn transfer(&mut self, _: TransferId) -> Option<TransferRows> {
        None
    }
}

/// What is kept over a restart; the rest is found again in the views.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Standing {
    pub positions: BTreeMap<ShardId, Position>,
    pub at: BTreeMap<ShardId, Millis>,
    pub sums: BTreeMap<ShardId, Sums>,
    pub debts: Debts,
}

/// Facts that were appended together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Appended {
    pub shard: ShardId,
    /// The position of the first.
    pub first: Position,
    pub at: Millis,
    pub facts: Vec<Fact>,
}

impl Appended {
    #[must_use]
    pub fn last(&self) -> Position {
        Position(self.first.0 + self.facts.len() as u64 - 1)
    }
}

/// How often and how much, by kind of movement.
pub type Movements = BTreeMap<String, (u64, Fen)>;

#[derive(Debug)]
pub struct Reckoner {
    pub standing: Standing,
    pub movements: Movements,
    pub facts: u64,
    /// Moments at which the books are to be cut, rising.
    pub cuts: Vec<Cut>,
    /// The orders that were made or ended in what is reported on, where somebody wants to know them.
    pub orders_moved: Option<BTreeSet<OrderId>>,
    packets: Packets,
    wallets: Wallets,
    transfers: Transfers,
    orders: OrderLog,
}

/// How the books stood before the first fact at or after a moment, by shard. A shard without a later fact stands there
/// as it stands now.
#[derive(Clone, Debug)]
pub struct Cut {
    pub moment: Millis,
    pub stood: BTreeMap<ShardId, (Position, Sums)>,
}

impl Reckoner {
    #[must_use]
    pub fn new(standing: Standing) -> Self {
        Self {
            standing,
            movements: Movements::new(),
            facts: 0,
            cuts: vec![],
            packets: Packets::new(PACKETS_MAX),
            wallets: Wallets::new(WALLETS_MAX),
            transfers: Transfers::new(TRANSFERS_MAX),
            orders: OrderLog::new(ORDERS_MAX),
            orders_moved: None,
        }
    }

    #[must_use]
    pub fn position(&self, shard: ShardId) -> Position {
        self.standing.positions.get(&shard).copied().unwrap_or_default()
    }

    /// Takes the facts of one batch in, which follow the shard's last one. `counted`: whether they belong to what is
    /// reported on.
    pub fn take(&mut self, appended: &Appended, counted: bool, look: &mut impl Look, mut find: impl FnMut(Finding)) {
        let Appended { shard, first, at, facts } = appended;
        let (shard, at) = (*shard, *at);
        for cut in &mut self.cuts {
            if at >= cut.moment && !cut.stood.contains_key(&shard) {
                let sums = self.standing.sums.get(&shard).cloned().unwrap_or_default();
                cut.stood.insert(shard, (Position(first.0 - 1), sums));
            }
        }
        for (n, fact) in facts.iter().enumerate() {
            let place = Place { shard, position: Position(first.0 + n as u64) };
            self.fact(place, at, fact, counted, look, &mut find);
            self.standing.positions.insert(shard, place.position);
        }
        self.standing.at.insert(shard, at);
        let total = self.standing.sums.get(&shard).map_or(Fen::ZERO, Sums::total);
        if total != Fen::ZERO {
            let place = Place { shard, position: self.position(shard) };
            find(Finding::Differs(Difference {
                kind: DifferenceKind::BooksUnbalanced,
                subject: 0,
                user: None,
                place,
                other: None,
                at,
                expected: Fen::ZERO,
                found: total,
                words: format!("the accounts of shard {shard} add up to {} fen", total.0),
            }));
        }
    }

    fn fact(
        &mut self,
        place: Place,
        at: Millis,
        fact: &Fact,
        counted: bool,
        look: &mut impl Look,
        find: &mut impl FnMut(Finding),
    ) {
        let said = read(fact);
        if counted {
            self.facts += 1;
            if let Some((word, amount)) = said.movement {
                let movement = self.movements.entry(word.to_owned()).or_default();
                *movement = (movement.0 + 1, movement.1.plus(amount));
            }
        }
        if let Some((from, to, amount)) = said.transfer {
            self.standing.sums.entry(place.shard).or_default().book(from, to, amount);
        }
        if let Some((debt, to, amount)) = said.owes {
            self.standing.debts.owe(debt, to, Owed { place, at, amount });
        }
        if let Some(line) = said.line {
            self.wallets.take(line, at, place, &mut |difference| find(Finding::Differs(difference)));
        }
        if let Some((debt, amount)) = said.pays {
            let known = || owed_by(look.packet(PacketId(debt.of)), debt);
            self.standing.debts.pay(debt, Paid { place, at, amount }, &mut *find, known);
        }
        if let Some((packet, step)) = said.packet {
            let rows = || look.packet(packet);
            self.packets.take(packet, step, at, place, rows, find);
        }
        if let Some((order, user, step)) = said.order {
            self.orders.take((order, user), step, at, place, &mut |difference| find(Finding::Differs(difference)));
            if counted && let Some(moved) = &mut self.orders_moved {
                moved.insert(order);
            }
        }
        if let Some((transfer, step)) = said.life {
            let rows = || look.transfer(transfer);
            self.transfers.take(transfer, step, at, place, rows, find);
        }
        if let Some((from, through)) = said.received {
            self.standing.debts.received(from, through, place, find);
        }
    }

    /// A shard says at `place` that it has read further than the source's log goes.
    pub fn read_ahead(
        &mut self,
        from: ShardId,
        through: Position,
        end: Position,
        at: Millis,
        place: Place,
    ) -> Difference {
        Difference {
            kind: DifferenceKind::WatermarkAhead,
            subject: u64::from(from.0),
            user: None,
            place,
            other: Some(Place { shard: from, position: end }),
            at,
            expected: Fen::ZERO,
            found: Fen::ZERO,
            words: format!(
                "shard {} says at fact {} that it has read shard {from} through fact {through}, whose log ends at {end}",
                place.shard, place.position
            ),
        }
    }

    /// What should have come to its end before `since`.
    pub fn overdue(&mut self, since: Millis, mut find: impl FnMut(Finding)) {
        let places: Vec<Place> =
            self.standing.positions.iter().map(|(shard, at)| Place { shard: *shard, position: *at }).collect();
        self.standing.debts.late(since, &places, &mut find);
        self.packets.stuck(since, &mut |difference| find(Finding::Differs(difference)));
        self.transfers.stuck(since, &mut find);
    }

    /// Steps of packets and transfers that could not be judged, because neither memory nor views knew enough of them.
    #[must_use]
    pub fn unjudged(&self) -> u64 {
        self.packets.unjudged + self.transfers.unjudged
    }

    #[must_use]
    pub fn packets_open(&self) -> usize {
        self.packets.open()
    }
}

fn owed_by(rows: Option<PacketRows>, debt: Debt) -> bool {
    rows.is_some_and(|rows| rows.claims.iter().any(|(user, _)| Some(*user) == debt.user))
}
