//! Reading the log on SQLite, beside a writer.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use laisee_core::ids::{Millis, Position, ShardId};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row};

use crate::{Batch, ReadLog, StoreError};

/// Days kept open by one reader at most: a log has many, and each costs three file handles.
const OPEN_MAX: usize = 2;

/// Reads.
pub struct SqliteLogReader {
    shard: ShardId,
    folder: PathBuf,
    /// File names, with the first position in each; `None`: not known, or nothing was in it when last looked at.
    days: BTreeMap<String, Option<Position>>,
    /// The last used one last.
    open: Vec<(String, Connection)>,
}

impl SqliteLogReader {
    pub(super) fn open(shard: ShardId, folder: &Path) -> Result<Self, StoreError> {
        let mut reader = Self { shard, folder: folder.to_owned(), days: BTreeMap::new(), open: Vec::new() };
        reader.look_for_days()?;
        Ok(reader)
    }

    /// The newest day, even if nothing is in it.
    pub(super) fn newest_day(&self) -> Option<&str> {
        self.days.last_key_value().map(|(name, _)| name.as_str())
    }

    fn look_for_days(&mut self) -> Result<(), StoreError> {
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if path.extension().is_some_and(|extension| extension == "db") && !self.days.contains_key(name) {
                self.days.insert(name.to_owned(), None);
            }
        }
        Ok(())
    }

    /// Names of days, newest first.
    fn newest_first(&self) -> Vec<String> {
        self.days.keys().rev().cloned().collect()
    }

    /// Makes sure that a day is the last of those open.
    fn open_day(&mut self, name: &str) -> Result<(), StoreError> {
        if let Some(at) = self.open.iter().position(|(open, _)| open == name) {
            let day = self.open.remove(at);
            self.open.push(day);
            return Ok(());
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(self.folder.join(name), flags)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        if self.open.len() == OPEN_MAX {
            self.open.remove(0);
        }
        self.open.push((name.to_owned(), connection));
        Ok(())
    }

    fn opened(&self) -> &Connection {
        &self.open.last().expect("a day was opened before").1
    }

    /// The first position in a day; none: nothing is in it yet.
    fn first_of(&mut self, name: &str) -> Result<Option<Position>, StoreError> {
        if let Some(Some(first)) = self.days.get(name) {
            return Ok(Some(*first));
        }
        let first =
            self.open_day(name).and_then(|()| first(self.opened())).map_err(|error| self.in_day(name, error))?;
        self.days.insert(name.to_owned(), first);
        Ok(first)
    }

    /// The days from which to read what comes after `after`: the last that begins at or before it, and all later.
    fn days_after(&mut self, after: Position) -> Result<Vec<String>, StoreError> {
        let mut days = Vec::new();
        for name in self.newest_first() {
            let Some(first) = self.first_of(&name)? else { continue };
            days.push(name);
            if first <= Position(after.0.saturating_add(1)) {
                break;
            }
        }
        days.reverse();
        Ok(days)
    }

    fn last_of(&mut self, name: &str) -> Result<Option<Batch>, StoreError> {
        if self.first_of(name)?.is_none() {
            return Ok(None);
        }
        self.open_day(name)?;
        let mut select = self
            .opened()
            .prepare_cached("SELECT first, count, at_ms, crc, facts FROM batch ORDER BY first DESC LIMIT 1")?;
        let last = select.query_row([], |row| Ok(self.batch(name, row))).optional();
        last.map_err(|error| self.in_day(name, error.into()))?.transpose()
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

    fn corrupt(&self, day: &str, first: u64, why: &str) -> StoreError {
        StoreError::Corrupt(format!("shard {}, day {}, batch {first}: {why}", self.shard, day.trim_end_matches(".db")))
    }

    /// Adds to what is damaged in which file.
    fn in_day(&self, day: &str, error: StoreError) -> StoreError {
        match error {
            StoreError::Corrupt(why) => {
                StoreError::Corrupt(format!("shard {}, day {}: {why}", self.shard, day.trim_end_matches(".db")))
            }
            other => other,
        }
    }
}

fn first(connection: &Connection) -> Result<Option<Position>, StoreError> {
    let first = "SELECT min(first) FROM batch";
    match connection.query_row(first, [], |row| row.get::<_, Option<i64>>(0)) {
        Ok(first) => Ok(first.map(|first| Position(first as u64))),
        // The writer has made the file and not yet the table.
        Err(rusqlite::Error::SqliteFailure(_, Some(why))) if why.contains("no such table") => Ok(None),
        Err(error) => Err(error.into()),
    }
}

impl ReadLog for SqliteLogReader {
    fn end(&mut self) -> Result<Position, StoreError> {
        self.look_for_days()?;
        for name in self.newest_first() {
            if let Some(batch) = self.last_of(&name)? {
                return Ok(batch.last());
            }
        }
        Ok(Position(0))
    }

    fn read(&mut self, after: Position, bytes_max: usize) -> Result<Vec<Batch>, StoreError> {
        self.look_for_days()?;
        let mut batches: Vec<Batch> = Vec::new();
        let mut bytes = 0;
        for name in self.days_after(after)? {
            self.open_day(&name)?;
            let mut select = self.opened().prepare_cached(
                "SELECT first, count, at_ms, crc, facts FROM batch WHERE first >= (
                     SELECT coalesce(max(first), 0) FROM batch WHERE first <= ?1
                 ) ORDER BY first",
            )?;
            let mut rows = select.query([after.0.saturating_add(1) as i64])?;
            while let Some(row) = rows.next().map_err(|error| self.in_day(&name, error.into()))? {
                let batch = self.batch(&name, row)?;
                if batch.last() <= after {
                    continue;
                }
                let follows = batches.last().map_or(after.0 + 1, |before| before.last().0 + 1);
                if batch.first.0 > follows || (!batches.is_empty() && batch.first.0 != follows) {
                    return Err(self.corrupt(&name, batch.first.0, &format!("fact {follows} is missing before it")));
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
