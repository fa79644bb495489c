//! `laisee backup` and `laisee restore`: copies of a store that is served, and stores made from them.

mod ends;
mod files;
mod manifest;
mod restore;
#[cfg(test)]
mod tests;

use std::{fs, path::Path, time::SystemTime};

use anyhow::{Context, Result, ensure};
use laisee_core::ids::{Position, ShardId};
use laisee_store::{
    Store,
    sqlite::{Copied, ShardPlace, SqliteStore, copy_log},
};

use crate::cli::BackupArgs;
use manifest::{Manifest, ShardEnd};

pub use restore::run as restore;

/// What one run took.
#[derive(PartialEq, Eq, Debug, Default)]
pub struct Taken {
    pub sealed_days: u64,
    pub log_bytes: u64,
    pub files: u64,
    /// Shards that had to go further because others knew more of them; more than none only where a clock was set.
    pub extended: usize,
}

/// Copies a store, beside the process that serves it. What an earlier backup in the folder has is not copied again.
///
/// # Errors
/// When the store or the folder cannot be read or written, or the folder has a backup of another store.
pub fn run(args: &BackupArgs) -> Result<()> {
    let store = SqliteStore::open_read_only(&args.data)?;
    let taken = take(&store, &args.data, &args.destination)?;
    let manifest = Manifest::read(&args.destination)?.context("the backup was just written")?;
    println!("backup of {} in {}", manifest.taken_at, args.destination.display());
    println!("copied {} sealed days and {} files, {} bytes of log", taken.sealed_days, taken.files, taken.log_bytes);
    for (number, stand) in manifest.shards.iter().enumerate() {
        println!("shard {number} up to fact {}", stand.position);
    }
    Ok(())
}

/// # Errors
/// As [`run`].
pub fn take(store: &SqliteStore, data: &Path, destination: &Path) -> Result<Taken> {
    let taken_at = humantime::format_rfc3339_millis(SystemTime::now()).to_string();
    fs::create_dir_all(destination).with_context(|| format!("cannot make {}", destination.display()))?;
    let last = Manifest::read(destination)?;
    ensure!(
        last.as_ref().is_none_or(|last| last.shards.len() == usize::from(store.shards())),
        "{} has a backup of another store",
        destination.display()
    );
    let mut stands = last.map_or_else(|| vec![ShardEnd::default(); usize::from(store.shards())], |last| last.shards);
    let mut noted: Vec<Position> = stands.iter().map(ShardEnd::end).collect();
    for (stand, end) in stands.iter_mut().zip(ends::now(store)?) {
        // The former end is in this history, which the copying makes sure of, so it cannot be beyond the new one.
        stand.position = stand.position.max(end.0);
    }

    let mut taken = Taken::default();
    let copies = SqliteStore::for_copies(destination, store.shards())?;
    loop {
        for (number, (stand, noted)) in (0..).zip(stands.iter_mut().zip(&mut noted)) {
            let shard = ShardId(number);
            let to: ShardPlace = copies.place(shard);
            let Copied { days, bytes } = copy_log(&store.place(shard), &to, shard, stand.end())
                .with_context(|| format!("cannot copy shard {shard}"))?;
            taken.sealed_days += days;
            taken.log_bytes += bytes;
            ends::note_received(&mut *copies.log_reader(shard)?, *noted, stand)?;
            *noted = stand.end();
        }
        let extended = ends::extend(store, &mut stands)?;
        if extended.is_empty() {
            break;
        }
        taken.extended += extended.len();
    }
    // After the logs: a file is durable before the fact that names it.
    taken.files = files::copy(data, destination)?;
    Manifest::new(taken_at, stands).write(destination)?;
    Ok(taken)
}
