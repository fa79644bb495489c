//! Copying a shard's log into another folder, up to a position: for backups and for bringing them back.
//!
//! Sealed days are copied as they are, once. What is not sealed is written batch by batch, so that the copy ends exactly
//! where it should, beside a writer that goes on.

use std::{fs, fs::File, io, ops::ControlFlow};

use laisee_core::ids::{Position, ShardId};
use rusqlite::{Connection, params};

use super::{
    archive::{Seal, place_seal, read_seal, whole},
    log::SCHEMA,
    log_reader::{SqliteLogReader, days_in},
    places::ShardPlace,
};
use crate::{Batch, ReadLog, StoreError};

/// Batches written in one transaction, in bytes.
const COMMIT_BYTES: usize = 8 << 20;

/// What a copy took.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Copied {
    /// Sealed days that were not there before.
    pub days: u64,
    /// Their files' bytes, and the batches' of what is not sealed.
    pub bytes: u64,
}

/// Makes the log in `to` the log in `from` up to `through`, the last fact of a batch. What is there already is not copied
/// again.
///
/// # Errors
/// `Unusable` when `to` has another log's facts; `Corrupt` when what was read is damaged.
pub fn copy_log(from: &ShardPlace, to: &ShardPlace, shard: ShardId, through: Position) -> Result<Copied, StoreError> {
    fs::create_dir_all(to.log())?;
    fs::create_dir_all(to.archive())?;
    same_log(from, to, shard)?;
    let mut copied = Copied::default();
    for day in days_in(&from.archive(), "day")? {
        let seal = read_seal(from, shard, &day)?;
        if seal.last > through {
            break;
        }
        if read_seal(to, shard, &day).ok().as_ref() != Some(&seal) || !has_bytes(to, &seal) {
            copy_sealed(from, to, &seal)?;
            copied.days += 1;
            copied.bytes += seal.bytes;
        }
        // A part of it may have been copied before it was sealed.
        for suffix in ["", "-wal", "-shm"] {
            remove(&to.live_day(&day).with_extension(format!("db{suffix}")))?;
        }
    }
    File::open(to.archive())?.sync_all()?;
    copied.bytes += copy_batches(from, to, shard, through)?;
    File::open(to.log())?.sync_all()?;
    File::open(to.folder())?.sync_all()?;
    Ok(copied)
}

/// That the newest batch in `to` is in `from`, too.
fn same_log(from: &ShardPlace, to: &ShardPlace, shard: ShardId) -> Result<(), StoreError> {
    let mut there = SqliteLogReader::open(shard, to)?;
    let end = there.end()?;
    if end == Position(0) {
        return Ok(());
    }
    let before = Position(end.0 - 1);
    let newest = |reader: &mut SqliteLogReader| reader.read(before, 0).map(|batches| batches.first().cloned());
    if newest(&mut there)? == newest(&mut SqliteLogReader::open(shard, from)?)? {
        return Ok(());
    }
    let place = to.folder().display();
    Err(StoreError::Unusable(format!(
        "{place} has another history than the store to be copied: choose an empty folder"
    )))
}

fn has_bytes(place: &ShardPlace, seal: &Seal) -> bool {
    fs::metadata(place.sealed_day(&seal.day)).is_ok_and(|found| found.len() == seal.bytes)
}

/// A file of another disk cannot be renamed into place, so it is copied beside its place first; then it is read back.
fn copy_sealed(from: &ShardPlace, to: &ShardPlace, seal: &Seal) -> Result<(), StoreError> {
    let draft = to.sealed_day(&seal.day).with_extension("day.new");
    fs::copy(from.sealed_day(&seal.day), &draft)?;
    File::open(&draft)?.sync_all()?;
    whole(&draft, seal)?;
    place_seal(to, seal)?;
    Ok(fs::rename(draft, to.sealed_day(&seal.day))?)
}

fn copy_batches(from: &ShardPlace, to: &ShardPlace, shard: ShardId, through: Position) -> Result<u64, StoreError> {
    let begin = SqliteLogReader::open(shard, to)?.end()?;
    let mut writer = None::<DayCopy>;
    let mut bytes = 0;
    if begin >= through {
        return Ok(0);
    }
    let mut end = begin;
    SqliteLogReader::open(shard, from)?.visit_after(begin, &mut |day, batch| {
        if batch.last() > through {
            return Ok(ControlFlow::Break(()));
        }
        if writer.as_ref().is_none_or(|writer| writer.day != day) {
            if let Some(writer) = writer.take() {
                writer.close()?;
            }
            writer = Some(DayCopy::open(to, day)?);
        }
        if let Some(writer) = &mut writer {
            writer.put(&batch)?;
        }
        bytes += batch.bytes.len() as u64;
        end = batch.last();
        Ok(ControlFlow::Continue(()))
    })?;
    if let Some(writer) = writer {
        writer.close()?;
    }
    if end != through {
        return Err(StoreError::Corrupt(format!(
            "shard {shard}: the log to be copied ends at {end}, before {through}"
        )));
    }
    Ok(bytes)
}

/// A day of the copy, being written.
struct DayCopy {
    day: String,
    connection: Connection,
    uncommitted: usize,
}

impl DayCopy {
    fn open(to: &ShardPlace, day: &str) -> Result<Self, StoreError> {
        let connection = Connection::open(to.live_day(day))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.execute_batch(SCHEMA)?;
        connection.execute_batch("BEGIN")?;
        Ok(Self { day: day.to_owned(), connection, uncommitted: 0 })
    }

    fn put(&mut self, batch: &Batch) -> Result<(), StoreError> {
        self.connection.prepare_cached("INSERT INTO batch VALUES (?1, ?2, ?3, ?4, ?5)")?.execute(params![
            batch.first.0 as i64,
            batch.count,
            batch.at.0,
            batch.checksum(),
            &*batch.bytes
        ])?;
        self.uncommitted += batch.bytes.len();
        if self.uncommitted >= COMMIT_BYTES {
            self.uncommitted = 0;
            self.connection.execute_batch("COMMIT; BEGIN")?;
        }
        Ok(())
    }

    /// Puts everything into the file itself, durably.
    fn close(self) -> Result<(), StoreError> {
        self.connection.execute_batch("COMMIT")?;
        self.connection.close().map_err(|(_, error)| error.into())
    }
}

fn remove(path: &std::path::Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
