//! A store on SQLite files, for one machine.
//!
//! ```text
//! <data>/store.toml                       format and number of shards
//! <data>/lock                             held by the process that serves
//! <data>/shard-<n>/log/<YYYY-MM-DD>.db    the log, a file a day (UTC)
//! <data>/shard-<n>/views.db               the views; may be deleted, and is then rebuilt
//! ```

mod day;
mod folder;
mod log;
mod tables;

use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::Arc,
};

use laisee_core::ids::ShardId;
use parking_lot::Mutex;

pub use log::{SqliteLog, SqliteLogReader};
pub use tables::SqliteTables;

use crate::{Epoch, ReadLog, Store, StoreError};

/// Opened by at most one serving process at a time.
pub struct SqliteStore {
    folder: PathBuf,
    /// The writer of each shard. A writer holds its shard's lock while it appends, so that after a claim nothing of
    /// the former one can still be on its way.
    epochs: Vec<Arc<Mutex<u64>>>,
    _lock: Option<File>,
}

impl SqliteStore {
    /// Opens the store in `folder`, or makes one with so many shards.
    ///
    /// # Errors
    /// `Unusable` when another process has it, or it is of another version.
    pub fn open_or_create(folder: &Path, shards: u16) -> Result<Self, StoreError> {
        folder::create(folder, shards)?;
        Self::open(folder)
    }

    /// Opens a store that exists, to serve it or to check it alone.
    ///
    /// # Errors
    /// `Unusable` when there is none, another process has it, or it is of another version.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let shards = folder::shards(folder)?;
        let lock = folder::lock(folder)?;
        Ok(Self { folder: folder.to_owned(), epochs: epochs(shards), _lock: Some(lock) })
    }

    /// Opens a store to read beside the process that serves it.
    ///
    /// # Errors
    /// `Unusable` when there is none, or it is of another version.
    pub fn open_read_only(folder: &Path) -> Result<Self, StoreError> {
        let shards = folder::shards(folder)?;
        Ok(Self { folder: folder.to_owned(), epochs: epochs(shards), _lock: None })
    }

    fn shard_folder(&self, shard: ShardId) -> PathBuf {
        self.folder.join(format!("shard-{shard}"))
    }
}

fn epochs(shards: u16) -> Vec<Arc<Mutex<u64>>> {
    (0..shards).map(|_| Arc::default()).collect()
}

impl Store for SqliteStore {
    type Log = SqliteLog;
    type Tables = SqliteTables;
    type Reader = SqliteTables;

    fn shards(&self) -> u16 {
        self.epochs.len() as u16
    }

    fn claim(&self, shard: ShardId) -> Result<Epoch, StoreError> {
        let mut epoch = self.epochs[usize::from(shard.0)].lock();
        *epoch += 1;
        Ok(Epoch(*epoch))
    }

    fn log(&self, shard: ShardId, epoch: Epoch) -> Result<SqliteLog, StoreError> {
        let current = self.epochs[usize::from(shard.0)].clone();
        SqliteLog::open(shard, &self.shard_folder(shard).join("log"), epoch, current)
    }

    fn log_reader(&self, shard: ShardId) -> Result<Box<dyn ReadLog>, StoreError> {
        Ok(Box::new(SqliteLogReader::open(shard, &self.shard_folder(shard).join("log"))?))
    }

    fn tables(&self, shard: ShardId) -> Result<SqliteTables, StoreError> {
        SqliteTables::open(&self.shard_folder(shard).join("views.db"))
    }

    fn reader(&self, shard: ShardId) -> Result<SqliteTables, StoreError> {
        SqliteTables::open_read_only(&self.shard_folder(shard).join("views.db"))
    }
}
