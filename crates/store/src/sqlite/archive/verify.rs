//! Whether sealed days are what they were when they were sealed.

use std::{
    collections::BTreeSet,
    fs::File,
    io::{self, BufReader, Write},
    ops::ControlFlow,
    path::Path,
};

use laisee_core::ids::{Position, ShardId};
use sha2::{Digest, Sha256};

use super::{Hash, Seal, SealedDay, days_in, read_seal, sealed_day::FactsHash};
use crate::{StoreError, sqlite::places::ShardPlace};

/// What was found sound in one shard's archive.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Verified {
    pub days: u64,
    pub bytes: u64,
    /// The newest sealed fact.
    pub through: Position,
    /// The newest seal: whoever keeps it elsewhere can tell later that nobody made the whole chain anew.
    pub newest: Option<Hash>,
}

/// Checks every sealed day of a shard, every seal, and that each continues the one before. What is wrong is told to
/// `differ`, by shard and day.
///
/// # Errors
/// When a file cannot be read at all.
pub fn verify(place: &ShardPlace, shard: ShardId, differ: &mut dyn FnMut(String)) -> Result<Verified, StoreError> {
    let mut days: BTreeSet<String> = days_in(&place.archive(), "day")?.into_iter().collect();
    days.extend(days_in(&place.archive(), "seal")?);
    let mut verified = Verified::default();
    let mut before: Option<Seal> = None;
    for (n, day) in days.into_iter().enumerate() {
        let path = place.sealed_day(&day);
        if !path.exists() && place.live_day(&day).exists() {
            // Its seal was placed when a run was cut off; the next run makes both anew.
            continue;
        }
        let seal = match read_seal(place, shard, &day).and_then(|seal| whole(&path, &seal).map(|()| seal)) {
            Ok(seal) => seal,
            Err(StoreError::Corrupt(why)) => {
                differ(why);
                // What cannot be read cannot be held against the next day either.
                before = read_seal(place, shard, &day).ok();
                continue;
            }
            Err(other) => return Err(other),
        };
        if let Some(why) = breaks(before.as_ref(), &seal, n == 0) {
            differ(format!("shard {shard}, sealed day {day}: {why}"));
        }
        verified.days += 1;
        verified.bytes += seal.bytes;
        verified.through = seal.last;
        verified.newest = Some(seal.hash());
        before = Some(seal);
    }
    Ok(verified)
}

/// How a day does not continue the one before, if it does not.
fn breaks(before: Option<&Seal>, seal: &Seal, first: bool) -> Option<String> {
    match before {
        Some(before) if seal.before != before.hash() => {
            Some(format!("its seal does not hold on to the seal of day {}", before.day))
        }
        Some(before) if seal.first.0 != before.last.0 + 1 => {
            Some(format!("it begins with fact {}, day {} ends with {}", seal.first, before.day, before.last))
        }
        None if first && seal.before != Hash::default() => Some("the day before it is missing from the archive".into()),
        None if first && seal.first != Position(1) => Some(format!("it begins with fact {}", seal.first)),
        _ => None,
    }
}

/// Checks one day's file against its seal, and that every batch in it can be read.
///
/// # Errors
/// `Corrupt`, with the place.
pub fn whole(path: &Path, seal: &Seal) -> Result<(), StoreError> {
    let corrupt = |why: String| StoreError::Corrupt(format!("shard {}, sealed day {}: {why}", seal.shard, seal.day));
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(corrupt("its file is missing".into())),
        Err(error) => return Err(error.into()),
    };
    let mut hash = Hasher(Sha256::new());
    let bytes = io::copy(&mut BufReader::new(file), &mut hash)?;
    let sound = bytes == seal.bytes && Hash(hash.0.finalize().into()) == seal.file;
    // Read in any case: the reader can often say where the damage is.
    let contents = contents(path, seal);
    match (sound, contents) {
        (true, Ok(found)) if found == (seal.first, seal.last, seal.batches, seal.facts, seal.before) => Ok(()),
        (true, Ok(_)) => Err(corrupt("what is in it is not what its seal says".into())),
        (true, Err(error)) => Err(error),
        (false, Err(StoreError::Corrupt(why))) => Err(StoreError::Corrupt(why)),
        (false, _) => Err(corrupt("the file is not the one that was sealed: its checksum differs".into())),
    }
}

type Contents = (Position, Position, u64, Hash, Hash);

fn contents(path: &Path, seal: &Seal) -> Result<Contents, StoreError> {
    let mut day = SealedDay::open(path, seal.shard, &seal.day)?;
    let (mut facts, mut batches, mut last) = (FactsHash::default(), 0, Position(day.first().0.saturating_sub(1)));
    let _ = day.visit(Position(0), &mut |batch| {
        if batch.first.0 != last.0 + 1 || batch.count == 0 {
            let (shard, name, first) = (seal.shard, &seal.day, batch.first);
            return Err(StoreError::Corrupt(format!(
                "shard {shard}, sealed day {name}, batch {first}: it does not follow fact {last}"
            )));
        }
        last = batch.last();
        batches += 1;
        facts.take(&batch);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok((day.first(), last, batches, facts.finish(), day.before()))
}

struct Hasher(Sha256);

impl Write for Hasher {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
