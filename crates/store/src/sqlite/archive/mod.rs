//! Closed days leave the log for the archive: sealed, compressed, read back and moved into place by renaming. Nothing is
//! deleted from the log but a whole file whose sealed day is durable and was compared with it.
//!
//! A run may end at any step. Then the day is in the log, in the archive or in both, and the next run goes on:
//!
//! 1. the day is packed into `<day>.day.new`, which is synced;
//! 2. the draft is read back, and its facts compared with those in the log;
//! 3. its seal is placed;
//! 4. the draft is renamed to `<day>.day`, and the folder synced: from here on readers take it from the archive;
//! 5. the day in the log is compared once more, and its file removed;
//! 6. what SQLite kept beside the file is removed.

mod seal;
mod sealed_day;
mod verify;

use std::{
    fs::{self, File, TryLockError},
    io::{self, Write},
    ops::ControlFlow,
    path::Path,
};

use laisee_core::ids::{Position, ShardId};
use rusqlite::Connection;

pub use seal::{Hash, Seal};
pub use sealed_day::SealedDay;
pub(super) use verify::whole;
pub use verify::{Verified, verify};

use super::{live_day::LiveDay, log_reader::days_in, places::ShardPlace};
use crate::StoreError;
use sealed_day::{DayWriter, FactsHash};

/// What was done last; a run that ends after any of them can be repeated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    Drafted,
    ReadBack,
    SealPlaced,
    DayPlaced,
    DayRemoved,
    Swept,
}

/// Called after each step. An error from it ends the run there.
pub type OnStep<'a> = &'a mut dyn FnMut(Step) -> Result<(), StoreError>;

/// The right to seal days: one process at a time has it, whether it serves or not.
pub struct Archiving {
    /// Held as long as this lives.
    _lock: File,
    shards: Vec<ShardArchive>,
}

impl Archiving {
    /// # Errors
    /// `Unusable` when another process is sealing days just now.
    pub(super) fn begin(store: &Path, shards: u16) -> Result<Self, StoreError> {
        let lock = File::create(store.join("archive.lock"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError::Unusable(format!("another process is archiving {}", store.display())));
            }
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        let shards = (0..shards).map(ShardId);
        let shards = shards.map(|shard| ShardArchive { shard, place: ShardPlace::new(store, shard) }).collect();
        Ok(Self { _lock: lock, shards })
    }

    #[must_use]
    pub fn shards(&self) -> &[ShardArchive] {
        &self.shards
    }
}

/// The archive of one shard.
pub struct ShardArchive {
    pub shard: ShardId,
    place: ShardPlace,
}

impl ShardArchive {
    /// Days in the log up to `through` that nobody appends to any more, in order. The newest day that has facts is never
    /// among them: the writer may still be in it, however late it is.
    ///
    /// # Errors
    /// The store's.
    pub fn closed(&self, through: &str) -> Result<Vec<String>, StoreError> {
        let mut closed = Vec::new();
        let mut newest = true;
        for day in days_in(&self.place.log(), "db")?.into_iter().rev() {
            if LiveDay::open(&self.place.live_day(&day), self.shard, &day)?.first()?.is_none() {
                continue;
            }
            if !newest && day.as_str() <= through {
                closed.push(day);
            }
            newest = false;
        }
        closed.reverse();
        Ok(closed)
    }

    /// Seals one closed day and removes it from the log. Days must be sealed in order.
    ///
    /// # Errors
    /// `Corrupt` when the day, or what is in the archive already, is damaged: then nothing was removed.
    pub fn seal(&self, day: &str, on_step: OnStep<'_>) -> Result<Seal, StoreError> {
        self.sweep()?;
        let seal = if self.place.sealed_day(day).exists() {
            let seal = read_seal(&self.place, self.shard, day)?;
            verify::whole(&self.place.sealed_day(day), &seal)?;
            seal
        } else {
            self.place_day(day, on_step)?
        };
        if self.live_facts(day)? != seal.facts {
            let why = "the sealed day is not the day in the log; neither was removed";
            return Err(StoreError::Corrupt(format!("shard {}, day {day}: {why}", self.shard)));
        }
        self.remove_live(day, on_step)?;
        self.sweep()?;
        on_step(Step::Swept)?;
        Ok(seal)
    }

    fn place_day(&self, day: &str, on_step: OnStep<'_>) -> Result<Seal, StoreError> {
        let folder = self.place.archive();
        if !folder.exists() {
            fs::create_dir(&folder)?;
            File::open(self.place.folder())?.sync_all()?;
        }
        let before = self.seal_before(day)?;
        let draft = self.place.sealed_day(day).with_extension("day.new");
        let link = before.as_ref().map_or_else(Hash::default, Seal::hash);
        let mut writer = DayWriter::create(&draft, self.shard, day, link)?;
        let mut follows = before.map_or(Position(0), |before| before.last);
        let live = LiveDay::open(&self.place.live_day(day), self.shard, day)?;
        let _ = live.visit(Position(0), &mut |batch| {
            if batch.first.0 != follows.0 + 1 {
                let (shard, first) = (self.shard, batch.first);
                let why = format!("shard {shard}, day {day}, batch {first}: it does not follow fact {follows}");
                return Err(StoreError::Corrupt(why));
            }
            follows = batch.last();
            writer.push(&batch)?;
            Ok(ControlFlow::Continue(()))
        })?;
        let seal = writer.finish()?;
        on_step(Step::Drafted)?;

        verify::whole(&draft, &seal)?;
        on_step(Step::ReadBack)?;

        place_seal(&self.place, &seal)?;
        on_step(Step::SealPlaced)?;

        fs::rename(&draft, self.place.sealed_day(day))?;
        File::open(&folder)?.sync_all()?;
        on_step(Step::DayPlaced)?;
        Ok(seal)
    }

    /// The seal of the newest sealed day, which must be before `day`.
    fn seal_before(&self, day: &str) -> Result<Option<Seal>, StoreError> {
        match days_in(&self.place.archive(), "day")?.pop() {
            None => Ok(None),
            Some(newest) if newest.as_str() < day => read_seal(&self.place, self.shard, &newest).map(Some),
            Some(newest) => {
                let why = format!("shard {}, day {day}: day {newest} was sealed before it", self.shard);
                Err(StoreError::Corrupt(why))
            }
        }
    }

    fn live_facts(&self, day: &str) -> Result<Hash, StoreError> {
        let mut facts = FactsHash::default();
        let live = LiveDay::open(&self.place.live_day(day), self.shard, day)?;
        let _ = live.visit(Position(0), &mut |batch| {
            facts.take(&batch);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(facts.finish())
    }

    fn remove_live(&self, day: &str, on_step: OnStep<'_>) -> Result<(), StoreError> {
        let file = self.place.live_day(day);
        // A reader that has just opened the file and looks for the WAL beside it may not find it any more. So that it
        // still sees the whole day, the WAL is put into the file first, as far as readers let us.
        let connection = Connection::open(&file)?;
        let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        drop(connection);
        // First the file: without it nothing takes its WAL for anything.
        fs::remove_file(&file)?;
        File::open(self.place.log())?.sync_all()?;
        on_step(Step::DayRemoved)
    }

    /// Removes drafts, and what SQLite kept beside files that were removed.
    fn sweep(&self) -> Result<(), StoreError> {
        for entry in read_folder(&self.place.archive())? {
            if entry.ends_with(".new") {
                fs::remove_file(self.place.archive().join(entry))?;
            }
        }
        for entry in read_folder(&self.place.log())? {
            let Some((day, "db-wal" | "db-shm")) = entry.split_once('.') else { continue };
            if self.place.sealed_day(day).exists() && !self.place.live_day(day).exists() {
                // A reader that closes its connection may have removed it in between.
                let _ = fs::remove_file(self.place.log().join(entry));
            }
        }
        Ok(())
    }
}

/// A sealed day's seal.
pub(super) fn read_seal(place: &ShardPlace, shard: ShardId, day: &str) -> Result<Seal, StoreError> {
    let corrupt = |why: &str| StoreError::Corrupt(format!("shard {shard}, sealed day {day}: {why}"));
    let bytes = match fs::read(place.seal(day)) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(corrupt("its seal is missing")),
        Err(error) => return Err(error.into()),
    };
    let seal = std::str::from_utf8(&bytes).ok().and_then(Seal::parse);
    let seal = seal.ok_or_else(|| corrupt("its seal is damaged"))?;
    if seal.shard != shard || seal.day != day {
        return Err(corrupt(&format!("its seal is that of shard {}, day {}", seal.shard, seal.day)));
    }
    Ok(seal)
}

/// Puts a seal beside its day, whole or not at all.
pub(super) fn place_seal(place: &ShardPlace, seal: &Seal) -> Result<(), StoreError> {
    let path = place.seal(&seal.day);
    let draft = path.with_extension("seal.new");
    let mut file = File::create(&draft)?;
    file.write_all(seal.text().as_bytes())?;
    file.sync_all()?;
    Ok(fs::rename(draft, path)?)
}

/// The names of files in a folder; none where there is no folder.
fn read_folder(folder: &Path) -> Result<Vec<String>, StoreError> {
    match fs::read_dir(folder) {
        Ok(entries) => Ok(entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(vec![]),
        Err(error) => Err(error.into()),
    }
}
