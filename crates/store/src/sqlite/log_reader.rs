//! Reading the log beside a writer: days on SQLite, and before them days in the archive.

use std::{collections::BTreeMap, fs, io, ops::ControlFlow, path::Path};

use laisee_core::ids::{Position, ShardId};

use super::{archive::SealedDay, live_day::LiveDay, places::ShardPlace};
use crate::{Batch, ReadLog, StoreError};

/// Days kept open by one reader at most: a log has many, and each costs up to three file handles, or an unpacked block.
const OPEN_MAX: usize = 2;

/// Reads.
pub struct SqliteLogReader {
    shard: ShardId,
    place: ShardPlace,
    /// Days, with the first position in each; `None`: not known, or nothing was in it when last looked at.
    days: BTreeMap<String, Option<Position>>,
    /// The last used one last.
    open: Vec<(String, Day)>,
}

/// One day, wherever it is.
enum Day {
    Live(LiveDay),
    Sealed(SealedDay),
}

impl Day {
    fn first(&self) -> Result<Option<Position>, StoreError> {
        match self {
            Self::Live(day) => day.first(),
            Self::Sealed(day) => Ok(Some(day.first())),
        }
    }

    fn last(&mut self) -> Result<Option<Batch>, StoreError> {
        match self {
            Self::Live(day) => day.last(),
            Self::Sealed(day) => day.last(),
        }
    }

    fn visit(
        &mut self,
        after: Position,
        see: &mut dyn FnMut(Batch) -> Result<ControlFlow<()>, StoreError>,
    ) -> Result<ControlFlow<()>, StoreError> {
        match self {
            Self::Live(day) => day.visit(after, see),
            Self::Sealed(day) => day.visit(after, see),
        }
    }
}

impl SqliteLogReader {
    pub(super) fn open(shard: ShardId, place: &ShardPlace) -> Result<Self, StoreError> {
        let mut reader = Self { shard, place: place.clone(), days: BTreeMap::new(), open: Vec::new() };
        reader.look_for_days()?;
        Ok(reader)
    }

    /// The newest day, even if nothing is in it.
    pub(super) fn newest_day(&self) -> Option<&str> {
        self.days.last_key_value().map(|(name, _)| name.as_str())
    }

    fn look_for_days(&mut self) -> Result<(), StoreError> {
        for (folder, extension) in [(self.place.log(), "db"), (self.place.archive(), "day")] {
            for day in days_in(&folder, extension)? {
                self.days.entry(day).or_default();
            }
        }
        Ok(())
    }

    /// Names of days, newest first.
    fn newest_first(&self) -> Vec<String> {
        self.days.keys().rev().cloned().collect()
    }

    /// A day, opened.
    fn day(&mut self, name: &str) -> Result<&mut Day, StoreError> {
        let day = match self.open.iter().position(|(open, _)| open == name) {
            Some(at) => self.open.remove(at).1,
            None => {
                if self.open.len() == OPEN_MAX {
                    self.open.remove(0);
                }
                self.find(name)?
            }
        };
        self.open.push((name.to_owned(), day));
        Ok(&mut self.open.last_mut().expect("it was just pushed").1)
    }

    /// A day in the archive is whole; one in the log may be going to be removed, or have been removed just now.
    fn find(&self, name: &str) -> Result<Day, StoreError> {
        let (live, sealed) = (self.place.live_day(name), self.place.sealed_day(name));
        if !sealed.exists() {
            match LiveDay::open(&live, self.shard, name) {
                Ok(day) => return Ok(Day::Live(day)),
                Err(error) if !sealed.exists() => return Err(error),
                Err(_) => {}
            }
        }
        SealedDay::open(&sealed, self.shard, name).map(Day::Sealed)
    }

    /// The first position in a day; none: nothing is in it yet.
    fn first_of(&mut self, name: &str) -> Result<Option<Position>, StoreError> {
        if let Some(Some(first)) = self.days.get(name) {
            return Ok(Some(*first));
        }
        let first = self.day(name)?.first()?;
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

    /// Shows the batches after `after`, in order, until `see` has enough. `after` may lie inside the first.
    pub(super) fn visit_after(&mut self, after: Position, see: SeeBatch<'_>) -> Result<(), StoreError> {
        self.look_for_days()?;
        let shard = self.shard;
        let mut last = None::<Position>;
        for name in self.days_after(after)? {
            let enough = self.day(&name)?.visit(after, &mut |batch| {
                let follows = last.unwrap_or(after).0 + 1;
                if batch.first.0 > follows || (last.is_some() && batch.first.0 != follows) {
                    let first = batch.first;
                    return Err(StoreError::Corrupt(format!(
                        "shard {shard}, day {name}, batch {first}: fact {follows} is missing before it"
                    )));
                }
                last = Some(batch.last());
                see(&name, batch)
            })?;
            if enough.is_break() {
                break;
            }
        }
        Ok(())
    }
}

/// A batch, and the day it is in.
pub(super) type SeeBatch<'a> = &'a mut dyn FnMut(&str, Batch) -> Result<ControlFlow<()>, StoreError>;

/// The days that have a file in a folder; none where there is no folder.
pub(super) fn days_in(folder: &Path, extension: &str) -> Result<Vec<String>, StoreError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(vec![]),
        Err(error) => return Err(error.into()),
    };
    let mut days = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|found| found == extension) {
            days.extend(path.file_stem().and_then(|name| name.to_str()).map(str::to_owned));
        }
    }
    days.sort();
    Ok(days)
}

impl ReadLog for SqliteLogReader {
    fn end(&mut self) -> Result<Position, StoreError> {
        self.look_for_days()?;
        for name in self.newest_first() {
            if let Some(batch) = self.day(&name)?.last()? {
                return Ok(batch.last());
            }
        }
        Ok(Position(0))
    }

    fn read(&mut self, after: Position, bytes_max: usize) -> Result<Vec<Batch>, StoreError> {
        let mut batches: Vec<Batch> = Vec::new();
        let mut bytes = 0;
        self.visit_after(after, &mut |_, batch| {
            bytes += batch.bytes.len();
            if !batches.is_empty() && bytes > bytes_max {
                return Ok(ControlFlow::Break(()));
            }
            batches.push(batch);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(batches)
    }
}
