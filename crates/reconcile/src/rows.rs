//! The views against the log: each fact that moved money has its rows, and each wallet stands where its statement ends.

use laisee_core::{
    fact::Fact,
    fen::Fen,
    ids::{Millis, OrderId, PacketId, Position, ShardId, TransferId, UserId},
    order::{Order as PaymentOrder, OrderState, Word},
    packet::{Claim, PacketStatus},
    reconciliation::{Difference, DifferenceKind, Place},
    transfer::{Transfer, TransferStatus},
};
use laisee_store::{Order, Range, ReadLog, ReadTables, Snapshot, Store, StoreError, Value, views};

use crate::{
    order_log::OrderStep,
    packets::PacketRows,
    reading::{Account, Line, Step, read},
    reckoner::{Look, Standing},
    transfers::{TransferRows, TransferStep},
};

/// Compares the rows of facts after `after`, in about `bytes` of log, as far as the views are and no further than
/// `through`. Returns up to where; `after` itself: there is no more for now.
///
/// # Errors
/// The store's.
pub fn compare_stretch<R: ReadTables>(
    shard: ShardId,
    log: &mut dyn ReadLog,
    reader: &mut R,
    after: Position,
    through: Position,
    bytes: usize,
    mut differ: impl FnMut(Difference),
) -> Result<(Position, u64), StoreError> {
    let batches = log.read(after, bytes)?;
    let (mut at_position, mut rows) = (after, 0);
    reader.snapshot(|views| {
        let through = through.min(views.position()?);
        for batch in &batches {
            if batch.last() > through {
                break;
            }
            for (n, fact) in batch.facts()?.iter().enumerate() {
                let position = Position(batch.first.0 + n as u64);
                if position > after {
                    rows += compare_fact(views, Place { shard, position }, batch.at, fact, &mut differ)?;
                }
            }
            at_position = batch.last();
        }
        Ok(())
    })?;
    Ok((at_position, rows))
}

/// Compares the rows of one fact that the views have; how many were compared.
fn compare_fact(
    views: &mut dyn Snapshot,
    place: Place,
    at: Millis,
    fact: &Fact,
    differ: &mut impl FnMut(Difference),
) -> Result<u64, StoreError> {
    let said = read(fact);
    let mut rows = 0;
    if let Some(line) = said.line {
        rows += 1;
        compare_line(views, place, at, line, differ)?;
    }
    match said.packet {
        Some((packet, Step::Claimed { user, index, amount })) => {
            rows += 1;
            compare_claim(views, place, at, (packet, user, index, amount), differ)?;
        }
        Some((packet, Step::Ended { refund })) => {
            rows += 1;
            compare_end(views, place, at, packet, refund, differ)?;
        }
        _ => {}
    }
    if let Some((order, user, step)) = said.order {
        rows += 1;
        compare_order(views, place, at, (order, user, step), differ)?;
    }
    if let Some((transfer, step)) = said.life {
        rows += 1;
        compare_life(views, place, at, (transfer, step), differ)?;
    }
    Ok(rows)
}

fn compare_line(
    views: &mut dyn Snapshot,
    place: Place,
    at: Millis,
    line: Line,
    differ: &mut impl FnMut(Difference),
) -> Result<(), StoreError> {
    let found = readable(views::movements_of(views, line.user, line.number + 1, 1))?;
    let found = found.unwrap_or_default().into_iter().next().filter(|found| found.number == line.number);
    if found.as_ref().is_some_and(|found| found.amount == line.amount && found.balance == line.balance) {
        return Ok(());
    }
    let words = match &found {
        Some(found) => format!(
            "line {} of user {}: fact {} of shard {} moves {} fen to {}, the views show {} to {}",
            line.number,
            line.user,
            place.position,
            place.shard,
            line.amount.0,
            line.balance.0,
            found.amount.0,
            found.balance.0
        ),
        None => format!(
            "line {} of user {}, which fact {} of shard {} made, is not in the views",
            line.number, line.user, place.position, place.shard
        ),
    };
    differ(Difference {
        kind: DifferenceKind::ViewMovement,
        // Each line is a matter of its own.
        subject: line.number,
        user: Some(line.user),
        place,
        other: None,
        at,
        expected: line.balance,
        found: found.map_or(Fen::ZERO, |found| found.balance),
        words,
    });
    Ok(())
}

fn compare_claim(
    views: &mut dyn Snapshot,
    place: Place,
    at: Millis,
    (packet, user, index, amount): (PacketId, UserId, u32, Fen),
    differ: &mut impl FnMut(Difference),
) -> Result<(), StoreError> {
    let claims = readable(views::claims_of(views, packet))?.unwrap_or_default();
    compare_finish(views, place, at, (packet, index), &claims, differ)?;
    let found = claims.into_iter().find(|claim| claim.index == index);
    if found.is_some_and(|claim| claim.user == user && claim.amount == amount) {
        return Ok(());
    }
    let words = match &found {
        Some(claim) => format!(
            "share {index} of packet {packet}: fact {} of shard {} gives user {user} {} fen, the views give user {} {}",
            place.position, place.shard, amount.0, claim.user, claim.amount.0
        ),
        None => format!("share {index} of packet {packet}, claimed by user {user}, is not in the views"),
    };
    differ(Difference {
        kind: DifferenceKind::ViewClaim,
        subject: packet.0,
        user: Some(user),
        place,
        other: None,
        at,
        expected: amount,
        found: found.map_or(Fen::ZERO, |claim| claim.amount),
        words,
    });
    Ok(())
}

/// A packet whose last share this is has finished, with all of them claimed.
fn compare_finish(
    views: &mut dyn Snapshot,
    place: Place,
    at: Millis,
    (packet, index): (PacketId, u32),
    claims: &[Claim],
    differ: &mut impl FnMut(Difference),
) -> Result<(), StoreError> {
    // A packet that cannot be read at all is found where it is told of its end, or by whoever opens it.
    let Some(head) = readable(views::packet_head(views, packet))?.flatten() else { return Ok(()) };
    if index + 1 != head.terms.count {
        return Ok(());
    }
    let claimed = claims.iter().fold(Fen::ZERO, |sum, claim| sum.plus(claim.amount));
    let right = head.status == PacketStatus::Finished && head.claimed == index + 1 && head.claimed_amount == claimed;
    if !right {
        differ(Difference {
            kind: DifferenceKind::ViewPacket,
            subject: packet.0,
            user: None,
            place,
            other: None,
            at,
            expected: claimed,
            found: head.claimed_amount,
            words: format!(
                "packet {packet} finished with {} fen claimed, the views show {:?} with {}",
                claimed.0, head.status, head.claimed_amount.0
            ),
        });
    }
    Ok(())
}

fn compare_end(
    views: &mut dyn Snapshot,
    place: Place,
    at: Millis,
    packet: PacketId,
    refund: Fen,
    differ: &mut impl FnMut(Difference),
) -> Result<(), StoreError> {
    let head = readable(views::packet_head(views, packet))?.flatten();
    let right = |status| matches!(status, PacketStatus::Expired | PacketStatus::Refunded);
    if head.as_ref().is_some_and(|head| right(head.status) && head.refunded == refund) {
        return Ok(());
    }
    differ(Difference {
        kind: DifferenceKind::ViewPacket,
        subject: packet.0,
        user: None,
        place,
        other: None,
        at,
        expected: refund,
        found: head.as_ref().map_or(Fen::ZERO, |head| head.refunded),
        words: format!(
            "packet {packet} ended with {} fen refunded, the views show {:?}",
            refund.0,
            head.map(|head| (head.status, head.refunded))
        ),
    });
    Ok(())
}

/// An order in the views may know of later steps, and must know of this one; while it is open it stands with the open ones.
fn compare_order(
    views: &mut dyn Snapshot,
    place: Place,
    at: Millis,
    (order, user, step): (OrderId, UserId, OrderStep),
    differ: &mut impl FnMut(Difference),
) -> Result<(), StoreError> {
    let found = readable(views::order(views, order))?.flatten();
    let before = OrderId(order.0.saturating_sub(1));
    let next = readable(views::open_orders(views, before, 1))?.unwrap_or_default();
    let listed = next.first().is_some_and(|next| next.order == order);
    let (amount, knows) = match step {
        OrderStep::Made { amount } => (amount, true),
        OrderStep::Ended { amount, outcome, .. } => (amount, found.as_ref().is_some_and(|found| ended(found, outcome))),
    };
    let right =
        |found: &PaymentOrder| knows && (found.user, found.amount) == (user, amount) && listed != found.state.settled();
    if found.as_ref().is_some_and(right) {
        return Ok(());
    }
    let shows = found.as_ref().map(|found| (found.state, found.amount.0));
    differ(Difference {
        kind: DifferenceKind::ViewOrder,
        subject: order.0,
        user: Some(user),
        place,
        other: None,
        at,
        expected: amount,
        found: found.map_or(Fen::ZERO, |found| found.amount),
        words: format!(
            "order {order}: fact {} of shard {} says {step:?}, the views show {shows:?}, among those that are open: {listed}",
            place.position, place.shard
        ),
    });
    Ok(())
}

fn ended(found: &PaymentOrder, outcome: Word) -> bool {
    match outcome {
        // It may have bounced since.
        Word::Succeeded => matches!(found.state, OrderState::Succeeded | OrderState::Returned),
        Word::Failed => found.state == OrderState::Failed,
        Word::Returned => found.state == OrderState::Returned,
        Word::NotFound | Word::Pending => false,
    }
}

/// A transfer in the views may know of later steps, and must know of this one.
fn compare_life(
    views: &mut dyn Snapshot,
    place: Place,
    at: Millis,
    (transfer, step): (TransferId, TransferStep),
    differ: &mut impl FnMut(Difference),
) -> Result<(), StoreError> {
    let found = readable(views::transfer(views, transfer))?.flatten();
    if let Some(found) = &found {
        compare_queue(views, place, found, differ)?;
    }
    if found.as_ref().is_some_and(|found| knows(found, step)) {
        return Ok(());
    }
    let shows = found.as_ref().map(|found| (found.status, found.terms.amount.0));
    let words = format!(
        "transfer {transfer}: fact {} of shard {} says {step:?}, the views show {shows:?}",
        place.position, place.shard
    );
    let expected = match step {
        TransferStep::Funded { amount, .. }
        | TransferStep::Accepted { amount }
        | TransferStep::Refunded { amount }
        | TransferStep::WentBack { amount }
        | TransferStep::Repaid { amount } => amount,
        _ => Fen::ZERO,
    };
    differ(Difference {
        kind: DifferenceKind::ViewTransfer,
        subject: transfer.0,
        user: None,
        place,
        other: None,
        at,
        expected,
        found: found.map_or(Fen::ZERO, |found| found.terms.amount),
        words,
    });
    Ok(())
}

fn knows(found: &Transfer, step: TransferStep) -> bool {
    use TransferStatus::{
        Accepted, Arrived, Expired, Frozen, Funded, GivenBack, Pending, Recalled, Refunded, Returned,
    };
    let (status, all) = (found.status, found.terms.amount);
    let ended = matches!(status, Accepted | GivenBack | Returned | Expired | Recalled);
    let decision = found.recall.as_ref().map(|recall| recall.decision.as_ref());
    match step {
        TransferStep::Funded { amount, arrives_at, accept_ms } => {
            (amount, arrives_at, accept_ms) == (all, found.terms.arrives_at, found.terms.accept_ms)
        }
        TransferStep::Posted => !matches!(status, Funded | Refunded),
        TransferStep::Arrived => status == Arrived || ended,
        TransferStep::Recalled => decision.is_some() && (status != Pending || decision.flatten().is_some()),
        TransferStep::Decided { returned } => {
            status != Frozen && decision.flatten().is_some_and(|decision| decision.returned == returned)
        }
        TransferStep::Accepted { amount } => amount == all && matches!(status, Accepted | GivenBack),
        TransferStep::Refunded { amount } => amount == all && status == Refunded,
        TransferStep::WentBack { amount } => amount == all && matches!(status, Returned | Expired | Recalled),
        TransferStep::Repaid { amount } => amount == all && status == GivenBack,
    }
}

/// What is frozen stands in the operators' queue.
fn compare_queue(
    views: &mut dyn Snapshot,
    place: Place,
    found: &Transfer,
    differ: &mut impl FnMut(Difference),
) -> Result<(), StoreError> {
    let transfer = found.terms.transfer;
    if found.status != TransferStatus::Frozen || views::dispute_waits(views, transfer)? {
        return Ok(());
    }
    differ(Difference {
        kind: DifferenceKind::ViewDispute,
        subject: transfer.0,
        user: Some(found.terms.sender),
        place,
        other: None,
        at: found.recall.as_ref().map_or(found.terms.created_at, |recall| recall.at),
        expected: found.terms.amount,
        found: Fen::ZERO,
        words: format!("transfer {transfer} is frozen, and no dispute about it stands in the queue"),
    });
    Ok(())
}

/// Compares up to `limit` transfers after `after` with the time and with the queue of disputes: those that should have
/// arrived or gone back before `since` are stuck. Returns the last one looked at, or none.
///
/// # Errors
/// The store's.
pub fn compare_transfers<R: ReadTables>(
    shard: ShardId,
    reader: &mut R,
    after: Option<TransferId>,
    limit: usize,
    since: Millis,
    mut differ: impl FnMut(Difference),
) -> Result<Option<TransferId>, StoreError> {
    reader.snapshot(|views| {
        let place = Place { shard, position: views.position()? };
        let numbers = views::transfers_after(views, after, limit)?;
        for number in &numbers {
            // One that cannot be read differs from the fact that made it.
            let Some(found) = readable(views::transfer(views, *number))?.flatten() else { continue };
            compare_queue(views, place, &found, &mut differ)?;
            let due = match found.status {
                TransferStatus::Pending => Some(found.terms.arrives_at),
                TransferStatus::Arrived => found.accept_by,
                _ => None,
            };
            if due.is_some_and(|due| due < since) {
                differ(Difference {
                    kind: DifferenceKind::TransferStuck,
                    subject: number.0,
                    user: None,
                    place,
                    other: None,
                    at: found.terms.created_at,
                    expected: Fen::ZERO,
                    found: found.terms.amount,
                    words: format!("transfer {number} is {:?} in the views, though its time is over", found.status),
                });
            }
        }
        Ok(numbers.last().copied())
    })
}

/// Compares up to `limit` wallets after `after` with the ends of their statements. Returns the last user looked at, with
/// how many were; none: there is no further wallet.
///
/// # Errors
/// The store's.
pub fn compare_wallets<R: ReadTables>(
    shard: ShardId,
    reader: &mut R,
    after: Option<UserId>,
    limit: usize,
    mut differ: impl FnMut(Difference),
) -> Result<Option<(UserId, u64)>, StoreError> {
    let table = views::TABLES.iter().find(|table| table.name == "wallet");
    let table = table.ok_or_else(|| StoreError::Corrupt("there is no table wallet".into()))?;
    reader.snapshot(|views| {
        let place = Place { shard, position: views.position()? };
        let after = after.map(|user| Value::Integer(user.0 as i64));
        let range = Range { prefix: vec![], after, before: None };
        let mut last: Option<(UserId, u64)> = None;
        for row in views.scan(table, &range, Order::Rising, limit)? {
            let (Some(Value::Integer(user)), Some(Value::Integer(balance)), Some(Value::Integer(lines))) =
                (row.first(), row.get(1), row.get(2))
            else {
                continue;
            };
            let (user, balance, lines) = (UserId(*user as u64), Fen(*balance), *lines as u64);
            last = Some((user, last.map_or(0, |(_, looked)| looked) + 1));
            let newest = readable(views::movements_of(views, user, 0, 1))?.unwrap_or_default();
            let (number, stands) = newest.first().map_or((0, Fen::ZERO), |line| (line.number, line.balance));
            if (number, stands) != (lines, balance) {
                differ(Difference {
                    kind: DifferenceKind::ViewWallet,
                    subject: user.0,
                    user: Some(user),
                    place,
                    other: None,
                    at: newest.first().map_or(Millis(0), |line| line.at),
                    expected: stands,
                    found: balance,
                    words: format!(
                        "the wallet of user {user} shows {} fen after {lines} lines, its statement ends with {} after {number}",
                        balance.0, stands.0
                    ),
                });
            }
        }
        Ok(last)
    })
}

/// Compares a shard's sums and watermarks with those in the views, if both stand at the same position.
///
/// # Errors
/// The store's.
pub fn compare_books<R: ReadTables>(
    shard: ShardId,
    reader: &mut R,
    standing: &Standing,
    shards: u16,
    mut differ: impl FnMut(Difference),
) -> Result<bool, StoreError> {
    let (position, meta) = reader.snapshot(|views| Ok((views.position()?, views::meta(views)?)))?;
    let Some(meta) = meta else { return Ok(false) };
    if standing.positions.get(&shard) != Some(&position) {
        return Ok(false);
    }
    let sums = standing.sums.get(&shard).cloned().unwrap_or_default();
    let mut found = vec![
        ("outside".to_owned(), sums.of(Account::Outside), meta.books.provider),
        ("wallets".to_owned(), sums.of(Account::Wallets), meta.books.wallets),
        ("held".to_owned(), sums.of(Account::Held), meta.books.held),
        ("packets".to_owned(), sums.of(Account::Packets), meta.books.escrows),
        ("transfers".to_owned(), sums.of(Account::Transfers), meta.books.transfers),
    ];
    for number in 0..shards {
        let other = ShardId(number);
        let to = meta.books.transit_to.get(&other).copied().unwrap_or_default();
        let from = meta.books.transit_from.get(&other).copied().unwrap_or_default();
        found.push((format!("to shard {other}"), sums.of(Account::To(other)), to));
        found.push((format!("from shard {other}"), sums.of(Account::From(other)), from));
    }
    let place = Place { shard, position };
    let difference = |subject, expected, found, words| Difference {
        kind: DifferenceKind::ViewBooks,
        subject,
        user: None,
        place,
        other: None,
        at: meta.at,
        expected,
        found,
        words,
    };
    for (n, (account, expected, found)) in found.into_iter().enumerate() {
        if expected != found {
            let words = format!("shard {shard}, {account}: facts make {} fen, the views say {}", expected.0, found.0);
            differ(difference(n as u64, expected, found, words));
        }
    }
    for number in 0..shards {
        let from = ShardId(number);
        let (expected, found) =
            (standing.debts.watermark(shard, from), meta.received.get(&from).copied().unwrap_or_default());
        if expected != found {
            let words = format!(
                "shard {shard} has read shard {from} through fact {expected}, the views say through fact {found}"
            );
            // Beyond all accounts.
            let subject = u64::from(u16::MAX) + u64::from(number);
            differ(difference(subject, Fen::ZERO, Fen::ZERO, words));
        }
    }
    Ok(true)
}

/// What a damaged row says is not what was written: nothing.
fn readable<T>(read: Result<T, StoreError>) -> Result<Option<T>, StoreError> {
    match read {
        Ok(found) => Ok(Some(found)),
        Err(StoreError::Corrupt(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

/// Looks packets up in the views of all shards.
pub struct ViewLook<R> {
    readers: Vec<R>,
}

impl<R: ReadTables> ViewLook<R> {
    /// # Errors
    /// The store's.
    pub fn new<S: Store<Reader = R>>(store: &S) -> Result<Self, StoreError> {
        let readers = (0..store.shards()).map(|number| store.reader(ShardId(number)));
        Ok(Self { readers: readers.collect::<Result<_, _>>()? })
    }

    /// A shard's views.
    pub fn reader(&mut self, shard: ShardId) -> Option<&mut R> {
        self.readers.get_mut(usize::from(shard.0))
    }
}

impl<R: ReadTables> Look for ViewLook<R> {
    fn packet(&mut self, packet: PacketId) -> Option<PacketRows> {
        let reader = self.readers.get_mut(usize::from(packet.shard().0))?;
        let found = reader.snapshot(|views| {
            let Some(head) = readable(views::packet_head(views, packet))?.flatten() else { return Ok(None) };
            let claims = readable(views::claims_of(views, packet))?.unwrap_or_default();
            Ok(Some(PacketRows {
                amount: head.terms.amount,
                count: head.terms.count,
                expires_at: head.terms.expires_at,
                claims: claims.into_iter().map(|claim| (claim.user, claim.amount)).collect(),
                refunded: head.refunded,
                ended: head.status.ended(),
            }))
        });
        found.ok().flatten()
    }

    fn transfer(&mut self, transfer: TransferId) -> Option<TransferRows> {
        let reader = self.readers.get_mut(usize::from(transfer.shard().0))?;
        let found = reader.snapshot(|views| Ok(readable(views::transfer(views, transfer))?.flatten())).ok()??;
        let terms = found.terms;
        Some(TransferRows { amount: terms.amount, arrives_at: terms.arrives_at, accept_ms: terms.accept_ms })
    }
}
