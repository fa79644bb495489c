//! Where a copy of several logs may end: where no shard knows of another's fact that the other does not have.
//!
//! Shards are copied one after another while all go on. Money between two shards is in both logs: what left one, and, later,
//! that the other has read of it (`Received`). A copy in which the receiver has read further than its sender's copy goes
//! would have money that nobody sent. The other way round is sound: what was sent and not read of is in transit, and the
//! courier brings it after the restore, as after any restart.

use laisee_core::{
    fact::Fact,
    ids::{Millis, Position, ShardId},
};
use laisee_store::{Batch, ReadLog, Store, StoreError, sqlite::SqliteStore};

use super::manifest::ShardEnd;

const READ_BYTES: usize = 4 << 20;

/// Shows every batch of a log after `after` until `see` has enough.
pub fn each_batch(
    log: &mut dyn ReadLog,
    after: Position,
    mut see: impl FnMut(&Batch) -> Result<bool, StoreError>,
) -> Result<(), StoreError> {
    let mut after = after;
    loop {
        let batches = log.read(after, READ_BYTES)?;
        let Some(last) = batches.last() else { return Ok(()) };
        after = last.last();
        for batch in &batches {
            if !see(batch)? {
                return Ok(());
            }
        }
    }
}

/// Where each shard is to end so that everything durable now is in it: the ends, and beyond them what is of the same
/// time. What hangs together without notes, such as a user and its first message in another shard, is then there
/// together, because effects come later than their causes.
pub fn now(store: &SqliteStore) -> Result<Vec<Position>, StoreError> {
    let (mut ends, mut newest) = (Vec::new(), Millis(i64::MIN));
    for number in 0..store.shards() {
        let mut log = store.log_reader(ShardId(number))?;
        let end = log.end()?;
        if let Some(last) = log.read(Position(end.0.saturating_sub(1)), 0)?.last() {
            newest = newest.max(last.at);
        }
        ends.push(end);
    }
    for (number, end) in (0..).zip(&mut ends) {
        let mut log = store.log_reader(ShardId(number))?;
        *end = last_until(&mut *log, *end, newest)?;
    }
    Ok(ends)
}

/// The last fact up to a moment, at or after `from`.
fn last_until(log: &mut dyn ReadLog, from: Position, moment: Millis) -> Result<Position, StoreError> {
    let mut end = from;
    each_batch(log, from, |batch| {
        let before = batch.at <= moment;
        if before {
            end = batch.last();
        }
        Ok(before)
    })?;
    Ok(end)
}

/// Takes down what a shard read of others between two positions of its log.
pub fn note_received(log: &mut dyn ReadLog, after: Position, stand: &mut ShardEnd) -> Result<(), StoreError> {
    let through = stand.end();
    each_batch(log, after, |batch| {
        if batch.last() > through {
            return Ok(false);
        }
        for (from, read) in received(batch)? {
            stand.receive(from, read);
        }
        Ok(true)
    })
}

fn received(batch: &Batch) -> Result<Vec<(ShardId, Position)>, StoreError> {
    let facts = batch.facts()?.into_iter();
    Ok(facts
        .filter_map(|fact| if let Fact::Received { from, through } = fact { Some((from, through)) } else { None })
        .collect())
}

/// Lets shards that others know more of go further, and says which. With clocks that run evenly there are none.
pub fn extend(store: &SqliteStore, stands: &mut [ShardEnd]) -> Result<Vec<ShardId>, StoreError> {
    let known: Vec<_> = stands.iter().flat_map(|stand| stand.received().collect::<Vec<_>>()).collect();
    let mut extended = Vec::new();
    for (from, through) in known {
        let stand = &mut stands[usize::from(from.0)];
        if through > stand.end() {
            // It is durable there, or nobody would know of it.
            let batch = store.log_reader(from)?.read(Position(through.0 - 1), 0)?;
            let batch = batch.first().ok_or_else(|| {
                StoreError::Corrupt(format!("shard {from}: fact {through} was delivered and is not in its log"))
            })?;
            stand.position = batch.last().0;
            extended.push(from);
        }
    }
    Ok(extended)
}

/// Takes logs that go up to `stands` back to a moment: nothing later is left, nor anything that knows of it.
pub fn back(store: &SqliteStore, stands: &mut [ShardEnd], moment: Millis) -> Result<(), StoreError> {
    for (number, stand) in (0..).zip(stands.iter_mut()) {
        let mut log = store.log_reader(ShardId(number))?;
        stand.position = last_until(&mut *log, Position(0), moment)?.0.min(stand.position);
    }
    loop {
        let ends: Vec<Position> = stands.iter().map(ShardEnd::end).collect();
        for (number, stand) in (0..).zip(stands.iter_mut()) {
            stand.received.clear();
            let (through, mut end) = (stand.end(), Position(0));
            let mut log = store.log_reader(ShardId(number))?;
            each_batch(&mut *log, Position(0), |batch| {
                let received = received(batch)?;
                if batch.last() > through || received.iter().any(|(from, read)| *read > ends[usize::from(from.0)]) {
                    return Ok(false);
                }
                received.into_iter().for_each(|(from, read)| stand.receive(from, read));
                end = batch.last();
                Ok(true)
            })?;
            stand.position = end.0;
        }
        // Whoever was shortened may now lack what another has read.
        if stands.iter().map(ShardEnd::end).eq(ends) {
            return Ok(());
        }
    }
}
