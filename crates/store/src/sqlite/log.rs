//! The log on SQLite: a file for each day, a row for each batch.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::{Path, PathBuf},
    sync::Arc,
};

use laisee_core::ids::{Millis, Position, ShardId};
use parking_lot::Mutex;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};

use super::day;
use crate::{Batch, Epoch, Log, ReadLog, StoreError};

/// WAL pages after which the writer checkpoints: larger is rarer but longer.
const CHECKPOINT_PAGES: u32 = 4_000;

const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS batch (
    first INTEGER PRIMARY KEY,
    count INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    crc INTEGER NOT NULL,
    facts BLOB NOT NULL
) STRICT";

/// Appends.
pub struct SqliteLog {
    shard: ShardId,
    folder: PathBuf,
    epoch: Epoch,
    current: Arc<Mutex<u64>>,
    end: Position,
    day: Option<(String, Connection)>,
    reader: SqliteLogReader,
}

impl SqliteLog {
    pub(super) fn open(
        shard: ShardId,
        folder: &Path,
        epoch: Epoch,
        current: Arc<Mutex<u64>>,
    ) -> Result<Self, StoreError> {
        let mut reader = SqliteLogReader::open(shard, folder)?;
        let end = reader.end()?;
        Ok(Self { shard, folder: folder.to_owned(), epoch, current, end, day: None, reader })
    }

    fn day(&mut self, at: Millis) -> Result<&mut Connection, StoreError> {
        let name = day::file_name(at);
        if self.day.as_ref().is_none_or(|(open, _)| *open != name) {
            let path = self.folder.join(&name);
            let connection = Connection::open(&path)?;
            connection.pragma_update(None, "journal_mode", "WAL")?;
            connection.pragma_update(None, "synchronous", "FULL")?;
            connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
            connection.execute_batch(SCHEMA)?;
            // The file's name must be as durable as what will be in it.
            File::open(&self.folder)?.sync_all()?;
            self.day = Some((name, connection));
        }
        Ok(&mut self.day.as_mut().expect("opened above").1)
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
        let current = self.current.clone();
        let current = current.lock();
        if *current != self.epoch.0 {
            return Err(StoreError::Fenced { shard: self.shard, ours: self.epoch });
        }
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
        let transaction = self.day(first.at)?.transaction()?;
        {
            let mut insert = transaction.prepare_cached("INSERT INTO batch VALUES (?1, ?2, ?3, ?4, ?5)")?;
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

/// Reads, beside a writer.
pub struct SqliteLogReader {
    shard: ShardId,
    folder: PathBuf,
    days: BTreeMap<String, Day>,
}

struct Day {
    connection: Connection,
    /// The first position in it; `None`: nothing was in it when last looked at.
    first: Option<Position>,
}

impl SqliteLogReader {
    pub(super) fn open(shard: ShardId, folder: &Path) -> Result<Self, StoreError> {
        let mut reader = Self { shard, folder: folder.to_owned(), days: BTreeMap::new() };
        reader.look_for_days()?;
        Ok(reader)
    }

    fn look_for_days(&mut self) -> Result<(), StoreError> {
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if path.extension().is_none_or(|extension| extension != "db") || self.days.contains_key(name) {
                continue;
            }
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let connection = Connection::open_with_flags(&path, flags)?;
            connection.busy_timeout(std::time::Duration::from_secs(5))?;
            self.days.insert(name.to_owned(), Day { connection, first: None });
        }
        for (name, day) in self.days.iter_mut().filter(|(_, day)| day.first.is_none()) {
            day.first = day.first().map_err(|error| damaged_day(self.shard, name, error))?;
        }
        Ok(())
    }

    fn corrupt(&self, day: &str, first: u64, why: &str) -> StoreError {
        StoreError::Corrupt(format!("shard {}, day {}, batch {first}: {why}", self.shard, day.trim_end_matches(".db")))
    }

    /// A row's batch, checked.
    fn batch(&self, day: &str, row: &Row<'_>) -> Result<Batch, StoreError> {
        let first = row.get::<_, i64>(0)? as u64;
        let columns = || -> rusqlite::Result<(Batch, u32)> {
            let (count, at, bytes) = (row.get(1)?, Millis(row.get(2)?), row.get::<_, Vec<u8>>(4)?.into());
            Ok((Batch { first: Position(first), count, at, bytes }, row.get(3)?))
        };
        match columns() {
            Ok((batch, checksum)) if batch.count > 0 && batch.checksum() == checksum => Ok(batch),
            Ok(_) => Err(self.corrupt(day, first, "the checksum does not match")),
            Err(error) => match error.into() {
                StoreError::Corrupt(why) => Err(self.corrupt(day, first, &why)),
                other => Err(other),
            },
        }
    }
}

/// Adds to what is damaged in which file.
fn damaged_day(shard: ShardId, day: &str, error: StoreError) -> StoreError {
    match error {
        StoreError::Corrupt(why) => {
            StoreError::Corrupt(format!("shard {shard}, day {}: {why}", day.trim_end_matches(".db")))
        }
        other => other,
    }
}

impl Day {
    fn first(&self) -> Result<Option<Position>, StoreError> {
        let first = "SELECT min(first) FROM batch";
        match self.connection.query_row(first, [], |row| row.get::<_, Option<i64>>(0)) {
            Ok(first) => Ok(first.map(|first| Position(first as u64))),
            // The writer has made the file and not yet the table.
            Err(rusqlite::Error::SqliteFailure(_, Some(why))) if why.contains("no such table") => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

impl ReadLog for SqliteLogReader {
    fn end(&mut self) -> Result<Position, StoreError> {
        self.look_for_days()?;
        for day in self.days.values().rev().filter(|day| day.first.is_some()) {
            let last = "SELECT first + count - 1 FROM batch ORDER BY first DESC LIMIT 1";
            if let Some(end) = day.connection.query_row(last, [], |row| row.get::<_, i64>(0)).optional()? {
                return Ok(Position(end as u64));
            }
        }
        Ok(Position(0))
    }

    fn read(&mut self, after: Position, bytes_max: usize) -> Result<Vec<Batch>, StoreError> {
        self.look_for_days()?;
        let mut batches: Vec<Batch> = Vec::new();
        let mut bytes = 0;
        // The last day that begins at or before the wanted fact, and all after it.
        let wanted = Position(after.0 + 1);
        let begin = self.days.iter().rev().find(|(_, day)| day.first.is_some_and(|first| first <= wanted));
        let begin = begin.or_else(|| self.days.iter().find(|(_, day)| day.first.is_some()));
        let Some((begin, _)) = begin else { return Ok(batches) };
        for (name, day) in self.days.range(begin.clone()..).filter(|(_, day)| day.first.is_some()) {
            let mut select = day.connection.prepare_cached(
                "SELECT first, count, at_ms, crc, facts FROM batch WHERE first >= (
                     SELECT coalesce(max(first), 0) FROM batch WHERE first <= ?1
                 ) ORDER BY first",
            )?;
            let mut rows = select.query([wanted.0 as i64])?;
            while let Some(row) = rows.next().map_err(|error| damaged_day(self.shard, name, error.into()))? {
                let batch = self.batch(name, row)?;
                if batch.last() <= after {
                    continue;
                }
                let follows = batches.last().map_or(after.0 + 1, |before| before.last().0 + 1);
                if batch.first.0 > follows || (!batches.is_empty() && batch.first.0 != follows) {
                    return Err(self.corrupt(name, batch.first.0, &format!("fact {follows} is missing before it")));
                }
                bytes += batch.bytes.len();
                if !batches.is_empty() && bytes > bytes_max {
                    return Ok(batches);
                }
                batches.push(batch);
            }
        }
        Ok(batches)
    }
}
