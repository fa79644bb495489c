//! Appending to the log on SQLite: a file for each day, a row for each batch.

use std::fs::File;

use laisee_core::ids::{Millis, Position, ShardId};
use rusqlite::{Connection, params};

use super::{day, log_reader::SqliteLogReader, owner, places::ShardPlace};
use crate::{Batch, Epoch, Log, ReadLog, StoreError};

/// WAL pages after which the writer checkpoints: larger is rarer but longer, and appends wait for it.
const CHECKPOINT_PAGES: u32 = 1_000;
/// A WAL that grew beyond this, because a reader held it, is cut back. Below, its space is written again, which is
/// faster than to grow a file.
const WAL_BYTES_KEPT: u32 = 64 << 20;

pub(super) const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS batch (
    first INTEGER PRIMARY KEY,
    count INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    crc INTEGER NOT NULL,
    facts BLOB NOT NULL
) STRICT";

/// Appends.
pub struct SqliteLog {
    shard: ShardId,
    place: ShardPlace,
    epoch: Epoch,
    end: Position,
    /// The first day that may still be appended to.
    newest: String,
    open: Option<(String, Connection)>,
    reader: SqliteLogReader,
}

impl SqliteLog {
    pub(super) fn open(shard: ShardId, place: &ShardPlace, epoch: Epoch) -> Result<Self, StoreError> {
        let mut reader = SqliteLogReader::open(shard, place)?;
        let end = reader.end()?;
        let newest = reader.newest_day().map(str::to_owned).unwrap_or_default();
        // A sealed day never grows again. It is the newest only where a log was brought back up to its end.
        let sealed = place.sealed_day(&newest).exists();
        let newest = if sealed { day::after(&newest).unwrap_or(newest) } else { newest };
        Ok(Self { shard, place: place.clone(), epoch, end, newest, open: None, reader })
    }

    /// The file for a batch of this moment. Readers pass over days in order, so a clock that was set back cannot make
    /// an older day grow again.
    fn day(&mut self, at: Millis) -> Result<&mut Connection, StoreError> {
        let name = day::name(at).max(self.newest.clone());
        if self.open.as_ref().is_none_or(|(open, _)| *open != name) {
            let connection = Connection::open(self.place.live_day(&name))?;
            connection.pragma_update(None, "journal_mode", "WAL")?;
            connection.pragma_update(None, "synchronous", "FULL")?;
            connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
            connection.pragma_update(None, "journal_size_limit", WAL_BYTES_KEPT)?;
            connection.execute_batch(SCHEMA)?;
            owner::attach(&connection, &self.place.owner())?;
            // The file's name must be as durable as what will be in it.
            File::open(self.place.log())?.sync_all()?;
            self.newest.clone_from(&name);
            self.open = Some((name, connection));
        }
        Ok(&mut self.open.as_mut().expect("opened above").1)
    }
}

impl ReadLog for SqliteLog {
    fn end(&mut self) -> Result<Position, StoreError> {
        Ok(self.end)
    }

    fn read(&mut self, after: Position, bytes_max: usize) -> Result<Vec<Batch>, StoreError> {
        self.reader.read(after, bytes_max)
    }
}

impl Log for SqliteLog {
    fn append(&mut self, batches: &[Batch]) -> Result<(), StoreError> {
        let mut end = self.end;
        for batch in batches {
            if batch.first.0 != end.0 + 1 {
                return Err(StoreError::Gap { end, first: batch.first });
            }
            end = batch.last();
        }
        // Batches of one call that lie on two days would need two transactions; the whole call goes to the day of its
        // first batch instead, so that it stays all or none.
        let Some(first) = batches.first() else { return Ok(()) };
        let (shard, epoch) = (self.shard, self.epoch);
        let transaction = owner::begin(self.day(first.at)?, shard, epoch)?;
        {
            let mut insert = transaction.prepare_cached("INSERT INTO main.batch VALUES (?1, ?2, ?3, ?4, ?5)")?;
            for batch in batches {
                insert.execute(params![
                    batch.first.0 as i64,
                    batch.count,
                    batch.at.0,
                    batch.checksum(),
                    &*batch.bytes
                ])?;
            }
        }
        transaction.commit()?;
        self.end = end;
        Ok(())
    }
}
