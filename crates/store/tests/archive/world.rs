//! Logs of several days in a temporary folder.

use std::{fs, path::PathBuf};

use laisee_core::{
    fact::Fact,
    ids::{Millis, Position, ShardId, UserId},
};
use laisee_store::{
    Batch, Log, Store, StoreError,
    sqlite::{SqliteStore, archive::Seal},
};
use tempfile::TempDir;

pub const ONE: ShardId = ShardId(0);
pub const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// 2026-11-23T12:00:00Z.
pub const NOON: Millis = Millis(1_795_435_200_000);
pub const DAYS: [&str; 4] = ["2026-11-23", "2026-11-24", "2026-11-26", "2026-11-30"];
const OFFSETS: [i64; 4] = [0, 1, 3, 7];

pub struct World {
    pub folder: TempDir,
    pub written: Vec<Batch>,
}

/// A batch whose facts say where they stand, each with so many bytes besides.
pub fn batch(first: u64, count: u64, at: Millis, bytes: usize) -> Batch {
    let fact = |position: u64| Fact::ProfileUpdated {
        user: UserId(position),
        display_name: format!("name {position}"),
        // Hard to compress, so that blocks stay large.
        face: (0..bytes as u64).map(|n| char::from(b'!' + (position.wrapping_mul(n * n + 7) % 90) as u8)).collect(),
    };
    Batch::encode(Position(first), at, &(first..first + count).map(fact).collect::<Vec<_>>())
}

impl World {
    /// Four days, the first of them with more than one block.
    pub fn new() -> Self {
        Self::with(&[400, 3, 20, 4], 8_000)
    }

    /// Four days of so many batches of three facts each.
    pub fn with(batches: &[u64; 4], bytes: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open_or_create(folder.path(), 2).unwrap();
        let mut log = store.log(ONE, store.claim(ONE).unwrap()).unwrap();
        let mut written = Vec::new();
        let mut first = 1;
        for (offset, batches) in OFFSETS.into_iter().zip(batches) {
            for n in 0..*batches {
                let batch = batch(first, 3, NOON.plus(offset * DAY_MS + n as i64), bytes / 3);
                log.append(std::slice::from_ref(&batch)).unwrap();
                first = batch.last().0 + 1;
                written.push(batch);
            }
        }
        Self { folder, written }
    }

    pub fn store(&self) -> SqliteStore {
        SqliteStore::open_read_only(self.folder.path()).unwrap()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("shard-0").join(name)
    }

    /// Seals all that is closed.
    pub fn seal(&self) -> Vec<Seal> {
        self.try_seal().unwrap()
    }

    pub fn try_seal(&self) -> Result<Vec<Seal>, StoreError> {
        let archiving = self.store().archiving()?;
        let shard = &archiving.shards()[0];
        shard.closed("2099-01-01")?.iter().map(|day| shard.seal(day, &mut |_| Ok(()))).collect()
    }

    pub fn read(&self) -> Result<Vec<Batch>, StoreError> {
        self.store().log_reader(ONE)?.read(Position(0), usize::MAX)
    }

    /// What is wrong with the archive.
    pub fn differences(&self) -> Vec<String> {
        let mut found = Vec::new();
        self.store().verify_archive(ONE, &mut |what| found.push(what)).unwrap();
        found
    }

    /// Days that are in the log still.
    pub fn live_days(&self) -> Vec<String> {
        self.files("log").iter().filter_map(|name| name.strip_suffix(".db")).map(str::to_owned).collect()
    }

    /// Files of the log or the archive, sorted.
    pub fn files(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.path(folder)) else { return vec![] };
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}
