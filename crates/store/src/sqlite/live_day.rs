//! Reading one day of the log that is still in SQLite.

use std::{ops::ControlFlow, path::Path, time::Duration};

use laisee_core::ids::{Millis, Position, ShardId};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row};

use crate::{Batch, StoreError};

/// A connection to a day's file.
pub struct LiveDay {
    connection: Connection,
    shard: ShardId,
    day: String,
}

impl LiveDay {
    pub fn open(path: &Path, shard: ShardId, day: &str) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        Ok(Self { connection, shard, day: day.to_owned() })
    }

    /// The first position in the day; none: nothing is in it yet.
    pub fn first(&self) -> Result<Option<Position>, StoreError> {
        match self.connection.query_row("SELECT min(first) FROM batch", [], |row| row.get::<_, Option<i64>>(0)) {
            Ok(first) => Ok(first.map(|first| Position(first as u64))),
            // The writer has made the file and not yet the table.
            Err(rusqlite::Error::SqliteFailure(_, Some(why))) if why.contains("no such table") => Ok(None),
            Err(error) => Err(self.in_day(error.into())),
        }
    }

    pub fn last(&self) -> Result<Option<Batch>, StoreError> {
        if self.first()?.is_none() {
            return Ok(None);
        }
        let mut select = self
            .connection
            .prepare_cached("SELECT first, count, at_ms, crc, facts FROM batch ORDER BY first DESC LIMIT 1")?;
        let last = select.query_row([], |row| Ok(self.batch(row))).optional();
        last.map_err(|error| self.in_day(error.into()))?.transpose()
    }

    /// Shows batches in order, from the one that holds the fact after `after` or an earlier one.
    pub fn visit(
        &self,
        after: Position,
        see: &mut dyn FnMut(Batch) -> Result<ControlFlow<()>, StoreError>,
    ) -> Result<ControlFlow<()>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT first, count, at_ms, crc, facts FROM batch WHERE first >= (
                 SELECT coalesce(max(first), 0) FROM batch WHERE first <= ?1
             ) ORDER BY first",
        )?;
        let mut rows = select.query([after.0.saturating_add(1) as i64])?;
        while let Some(row) = rows.next().map_err(|error| self.in_day(error.into()))? {
            let batch = self.batch(row)?;
            if batch.last() > after && see(batch)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// A row's batch, checked.
    fn batch(&self, row: &Row<'_>) -> Result<Batch, StoreError> {
        let first = row.get::<_, i64>(0)? as u64;
        let columns = || -> rusqlite::Result<(Batch, u32)> {
            let (count, at, bytes) = (row.get(1)?, Millis(row.get(2)?), row.get::<_, Vec<u8>>(4)?.into());
            Ok((Batch { first: Position(first), count, at, bytes }, row.get(3)?))
        };
        let corrupt =
            |why: &str| StoreError::Corrupt(format!("shard {}, day {}, batch {first}: {why}", self.shard, self.day));
        match columns() {
            Ok((batch, checksum)) if batch.count > 0 && batch.checksum() == checksum => Ok(batch),
            Ok(_) => Err(corrupt("the checksum does not match")),
            Err(error) => match error.into() {
                StoreError::Corrupt(why) => Err(corrupt(&why)),
                other => Err(other),
            },
        }
    }

    /// Adds to what is damaged in which file.
    fn in_day(&self, error: StoreError) -> StoreError {
        match error {
            StoreError::Corrupt(why) => StoreError::Corrupt(format!("shard {}, day {}: {why}", self.shard, self.day)),
            other => other,
        }
    }
}
