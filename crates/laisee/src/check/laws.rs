//! The laws of money and messages, verified on what is stored.

use std::collections::BTreeMap;

use laisee_core::{
    cut::Meta,
    fact::Fact,
    fen::Fen,
    ids::{ConversationId, OrderId, PacketId, Position, Seq, ShardId, TransferId, UserId},
    order::OrderKind,
    transfer::TransferStatus,
};
use laisee_shard::engine::FactBatch;
use laisee_store::{Snapshot, StoreError, Value, views};

use super::{Report, compare::Pages};

/// Money between shards: what left one must have arrived at the other, or still be on its way.
#[derive(Default)]
pub struct Transit {
    /// Credits owed, by source and target: where each stands in the source's log.
    owed: BTreeMap<(ShardId, ShardId), Vec<(Position, Fen)>>,
    arrived: BTreeMap<(ShardId, ShardId), Fen>,
    /// How far each target has read each source.
    received: BTreeMap<(ShardId, ShardId), Position>,
    metas: BTreeMap<ShardId, Meta>,
}

impl Transit {
    /// Takes a batch of a shard's log in.
    pub fn take(&mut self, shard: ShardId, batch: &FactBatch) {
        for (position, fact) in batch.numbered() {
            match fact {
                Fact::Claimed { user, amount, .. } => {
                    self.owed.entry((shard, user.shard())).or_default().push((position, *amount));
                }
                Fact::Credited { packet, amount, .. } => {
                    let arrived = self.arrived.entry((packet.shard(), shard)).or_default();
                    *arrived = arrived.plus(*amount);
                }
                Fact::TransferAccepted { receiver, amount, .. } => {
                    self.owed.entry((shard, receiver.shard())).or_default().push((position, *amount));
                }
                Fact::TransferCredited { transfer, amount, .. } => {
                    let arrived = self.arrived.entry((transfer.shard(), shard)).or_default();
                    *arrived = arrived.plus(*amount);
                }
                Fact::TransferGivenBack { transfer, amount, .. } => {
                    self.owed.entry((shard, transfer.shard())).or_default().push((position, *amount));
                }
                Fact::TransferRepaid { receiver, amount, .. } => {
                    let arrived = self.arrived.entry((receiver.shard(), shard)).or_default();
                    *arrived = arrived.plus(*amount);
                }
                Fact::Received { from, through } => {
                    self.received.insert((*from, shard), *through);
                }
                _ => {}
            }
        }
    }

    /// What a shard knows of itself at the end of its log.
    pub fn stands(&mut self, shard: ShardId, meta: &Meta) {
        self.metas.insert(shard, meta.clone());
    }

    /// Every credit a target has read of has arrived, no other has, and the books say the same.
    pub fn verify(&self, report: &mut Report) {
        let sum = |fen: &mut dyn Iterator<Item = Fen>| fen.fold(Fen::ZERO, Fen::plus);
        for (pair, owed) in &self.owed {
            let read = self.received.get(pair).copied().unwrap_or_default();
            let due = sum(&mut owed.iter().filter(|(position, _)| *position <= read).map(|(_, fen)| *fen));
            let arrived = self.arrived.get(pair).copied().unwrap_or_default();
            if due != arrived {
                report.differ(format!("from shard {} to {}: {due:?} were read, {arrived:?} credited", pair.0, pair.1));
            }
            let all = sum(&mut owed.iter().map(|(_, fen)| *fen));
            let left = self.metas.get(&pair.0).and_then(|meta| meta.books.transit_to.get(&pair.1)).copied();
            if left.unwrap_or_default() != all {
                report.differ(format!(
                    "from shard {} to {}: what left sums to {all:?}, the books say {left:?}",
                    pair.0, pair.1
                ));
            }
            report.in_transit_total += all.minus(arrived).0;
        }
        for (shard, meta) in &self.metas {
            report.wallets_total += meta.books.wallets.0;
            report.held_total += meta.books.held.0;
            report.escrow_total += meta.books.escrows.0;
            report.transfers_total += meta.books.transfers.0;
            if meta.books.total() != Fen::ZERO {
                report.differ(format!("shard {shard}: the books add up to {:?}, not to zero", meta.books.total()));
            }
        }
    }
}

/// What one shard's views alone must satisfy.
pub fn verify_views(shard: ShardId, views: &mut dyn Snapshot, report: &mut Report) -> Result<(), StoreError> {
    let books = views::meta(views)?.map(|meta| meta.books).unwrap_or_default();
    let mut differ = |what: String| report.differ(format!("shard {shard}: {what}"));

    let mut wallets = Fen::ZERO;
    each(views, "wallet", |views, row| {
        let (user, balance, lines) = (UserId(integer(row, 0) as u64), Fen(integer(row, 1)), integer(row, 2) as u64);
        wallets = wallets.plus(balance);
        if balance < Fen::ZERO {
            differ(format!("{user:?} has {balance:?}"));
        }
        let newest = views::movements_of(views, user, 0, 1)?;
        let (number, stands) = newest.first().map_or((0, Fen::ZERO), |line| (line.number, line.balance));
        if number != lines || stands != balance {
            differ(format!(
                "{user:?} has {balance:?} after {lines} lines, its statement ends with {stands:?} after {number}"
            ));
        }
        Ok(())
    })?;
    let (mut held, mut held_for) = (Fen::ZERO, BTreeMap::new());
    each(views, "guard", |_, row| {
        let (user, fen) = (integer(row, 0), Fen(integer(row, 2)));
        held = held.plus(fen);
        if fen != Fen::ZERO {
            held_for.insert(user, fen);
        }
        Ok(())
    })?;
    each(views, "payment_order", |views, row| {
        let number = OrderId(integer(row, 0) as u64);
        let Some(order) = views::order(views, number)? else { return Ok(()) };
        let open = !order.state.settled();
        if open && order.kind == OrderKind::Withdrawal {
            let fen = held_for.entry(integer(row, 1)).or_insert(Fen::ZERO);
            *fen = fen.minus(order.amount);
        }
        let after = OrderId(number.0 - 1);
        let listed = views::open_orders(views, after, 1)?.first().is_some_and(|first| first.order == number);
        if listed != open {
            differ(format!("{number:?} is {:?}, and among the open ones: {listed}", order.state));
        }
        Ok(())
    })?;
    for (user, fen) in held_for.into_iter().filter(|(_, fen)| *fen != Fen::ZERO) {
        differ(format!("{:?}: {fen:?} more are held than its withdrawals ask for", UserId(user as u64)));
    }
    if held != books.held {
        differ(format!("{held:?} are held, the books say {:?}", books.held));
    }
    if wallets != books.wallets {
        differ(format!("wallets hold {wallets:?}, the books say {:?}", books.wallets));
    }

    // Lines come sorted by wallet and number: each must continue the one before.
    let mut before = (0, 0, 0);
    each(views, "movement", |_, row| {
        let (user, number, amount, balance) = (integer(row, 0), integer(row, 1), integer(row, 4), integer(row, 5));
        let (last, stood) = if before.0 == user { (before.1, before.2) } else { (0, 0) };
        if number != last + 1 || stood + amount != balance {
            differ(format!("{:?}: line {number} moves {stood} by {amount} to {balance}", UserId(user as u64)));
        }
        before = (user, number, balance);
        Ok(())
    })?;

    let (mut escrows, mut packets, mut claims) = (Fen::ZERO, 0, 0);
    each(views, "packet", |views, row| {
        let packet = PacketId(integer(row, 0) as u64);
        packets += 1;
        claims += verify_packet(views, packet, &mut escrows, &mut differ)?;
        Ok(())
    })?;
    if escrows != books.escrows {
        differ(format!("packets hold {escrows:?}, the books say {:?}", books.escrows));
    }

    let (mut held, mut transfers) = (Fen::ZERO, 0);
    each(views, "transfer", |views, row| {
        let transfer = TransferId(integer(row, 0) as u64);
        transfers += 1;
        held = held.plus(verify_transfer(views, transfer, &mut differ)?);
        Ok(())
    })?;
    if held != books.transfers {
        differ(format!("transfers hold {held:?}, the books say {:?}", books.transfers));
    }

    let (mut conversations, mut messages) = (0, 0);
    each(views, "conversation", |_, row| {
        conversations += 1;
        messages += integer(row, 4) as u64;
        Ok(())
    })?;
    // Messages come sorted by conversation and place.
    let (mut stored, mut last) = (0, (0, 0));
    each(views, "message", |_, row| {
        let (conversation, seq) = (integer(row, 0), integer(row, 1));
        if last.0 != conversation {
            last = (conversation, 0);
        }
        if seq != last.1 + 1 {
            differ(format!(
                "{:?}: {:?} follows {:?}",
                ConversationId(conversation as u64),
                Seq(seq as u32),
                Seq(last.1 as u32)
            ));
        }
        last.1 = seq;
        stored += 1;
        Ok(())
    })?;
    if stored != messages {
        differ(format!("{stored} messages are stored, the conversations' heads say {messages}"));
    }
    let mut users = 0;
    each(views, "user", |_, _| {
        users += 1;
        Ok(())
    })?;
    report.users += users;
    report.conversations += conversations;
    report.messages += stored;
    report.packets += packets;
    report.claims += claims;
    report.transfers += transfers;
    Ok(())
}

/// What it holds. It says when it ended or that it holds the money, and what is frozen was recalled and not decided.
fn verify_transfer(
    views: &mut dyn Snapshot,
    transfer: TransferId,
    differ: &mut impl FnMut(String),
) -> Result<Fen, StoreError> {
    let Some(found) = views::transfer(views, transfer)? else { return Ok(Fen::ZERO) };
    if found.status.holds() == found.ended_at.is_some() {
        differ(format!("{transfer:?} is {:?} and ended at {:?}", found.status, found.ended_at));
    }
    let undecided = found.recall.as_ref().is_some_and(|recall| recall.decision.is_none());
    if found.status == TransferStatus::Frozen && !undecided {
        differ(format!("{transfer:?} is frozen, its recall is {:?}", found.recall));
    }
    if found.terms.amount <= Fen::ZERO {
        differ(format!("{transfer:?} is of {:?}", found.terms.amount));
    }
    Ok(found.held())
}

/// Claims + refund + what is left = amount; nobody twice; each share as drawn.
fn verify_packet(
    views: &mut dyn Snapshot,
    packet: PacketId,
    escrows: &mut Fen,
    differ: &mut impl FnMut(String),
) -> Result<u64, StoreError> {
    let Some(head) = views::packet_head(views, packet)? else { return Ok(0) };
    let claims = views::claims_of(views, packet)?;
    let shares = head.terms.draw().shares(&head.terms.secret);
    let claimed = claims.iter().fold(Fen::ZERO, |sum, claim| sum.plus(claim.amount));
    let left = head.escrow();
    *escrows = escrows.plus(left);
    if claimed != head.claimed_amount || claims.len() != head.claimed as usize {
        differ(format!(
            "{packet:?}: {} claims of {claimed:?}, the packet says {} of {:?}",
            claims.len(),
            head.claimed,
            head.claimed_amount
        ));
    }
    if head.status.ended() && left != Fen::ZERO {
        differ(format!("{packet:?} has ended with {left:?} in it"));
    }
    if shares.iter().fold(Fen::ZERO, |sum, share| sum.plus(*share)) != head.terms.amount {
        differ(format!("{packet:?}: the shares do not add up to {:?}", head.terms.amount));
    }
    let mut users: Vec<UserId> = claims.iter().map(|claim| claim.user).collect();
    users.sort_unstable();
    users.dedup();
    if users.len() != claims.len() {
        differ(format!("{packet:?}: somebody claimed twice"));
    }
    for (n, claim) in claims.iter().enumerate() {
        if claim.index as usize != n || shares.get(n) != Some(&claim.amount) {
            differ(format!("{packet:?}: share {n} is {claim:?}, drawn was {:?}", shares.get(n)));
        }
    }
    Ok(claims.len() as u64)
}

fn each(
    views: &mut dyn Snapshot,
    name: &str,
    mut see: impl FnMut(&mut dyn Snapshot, &[Value]) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let table = views::TABLES.iter().find(|table| table.name == name);
    let table = table.ok_or_else(|| StoreError::Corrupt(format!("there is no table {name}")))?;
    let mut pages = Pages::new(table);
    loop {
        let rows = pages.next(views)?;
        if rows.is_empty() {
            return Ok(());
        }
        for row in rows {
            see(views, &row)?;
        }
    }
}

fn integer(row: &[Value], column: usize) -> i64 {
    match row.get(column) {
        Some(Value::Integer(value)) => *value,
        _ => 0,
    }
}
