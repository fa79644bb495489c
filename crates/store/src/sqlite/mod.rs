//! A store on SQLite files, for one machine.
//!
//! ```text
//! <data>/store.toml                       format and number of shards
//! <data>/lock                             held by the process that serves
//! <data>/shard-<n>/owner.db               the epoch of the shard's writer
//! <data>/shard-<n>/log/<YYYY-MM-DD>.db    the log, a file a day (UTC)
//! <data>/shard-<n>/views.db               the views; may be deleted, and is then rebuilt
//! ```

mod day;
mod folder;
mod log;
mod log_reader;
mod owner;
mod tables;

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use laisee_core::ids::ShardId;
use parking_lot::Mutex;

pub use log::SqliteLog;
pub use log_reader::SqliteLogReader;
pub use tables::SqliteTables;

use crate::{Epoch, ReadLog, Store, StoreError};

/// Opened by at most one serving process at a time.
pub struct SqliteStore {
    folder: PathBuf,
    shards: u16,
    /// None: opened to read.
    lock: Option<File>,
    preparing: Mutex<()>,
}

impl SqliteStore {
    /// Opens the store in `folder`, or makes one with so many shards.
    ///
    /// # Errors
    /// `Unusable` when another process has it, or it is of another version.
    pub fn open_or_create(folder: &Path, shards: u16) -> Result<Self, StoreError> {
        folder::make(folder)?;
        let lock = folder::lock(folder)?;
        folder::create(folder, shards)?;
        Ok(Self {
            folder: folder.to_owned(),
            shards: folder::shards(folder)?,
            lock: Some(lock),
            preparing: Mutex::new(()),
        })
    }

    /// Opens a store that exists, to serve it or to check it alone.
    ///
    /// # Errors
    /// `Unusable` when there is none, another process has it, or it is of another version.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let shards = folder::shards(folder)?;
        let lock = folder::lock(folder)?;
        Ok(Self { folder: folder.to_owned(), shards, lock: Some(lock), preparing: Mutex::new(()) })
    }

    /// Opens a store to read beside the process that serves it. Whatever would write is `Unusable`.
    ///
    /// # Errors
    /// `Unusable` when there is none, or it is of another version.
    pub fn open_read_only(folder: &Path) -> Result<Self, StoreError> {
        let shards = folder::shards(folder)?;
        Ok(Self { folder: folder.to_owned(), shards, lock: None, preparing: Mutex::new(()) })
    }

    fn shard_folder(&self, shard: ShardId) -> PathBuf {
        self.folder.join(format!("shard-{shard}"))
    }

    fn log_folder(&self, shard: ShardId) -> PathBuf {
        self.shard_folder(shard).join("log")
    }

    fn owner(&self, shard: ShardId) -> PathBuf {
        self.shard_folder(shard).join("owner.db")
    }

    fn views(&self, shard: ShardId) -> PathBuf {
        self.shard_folder(shard).join("views.db")
    }

    /// Views that were deleted, or are of another shape, begin anew; but not under the process that serves them.
    fn prepare_views(&self, shard: ShardId) -> Result<(), StoreError> {
        if self.lock.is_some() {
            let _one_at_a_time = self.preparing.lock();
            SqliteTables::prepare(&self.views(shard))?;
        }
        Ok(())
    }

    /// That this process has the folder.
    fn ours(&self) -> Result<(), StoreError> {
        match self.lock {
            Some(_) => Ok(()),
            None => Err(StoreError::Unusable(format!("{} was opened to read", self.folder.display()))),
        }
    }
}

impl Store for SqliteStore {
    type Log = SqliteLog;
    type Tables = SqliteTables;
    type Reader = SqliteTables;

    fn shards(&self) -> u16 {
        self.shards
    }

    fn claim(&self, shard: ShardId) -> Result<Epoch, StoreError> {
        self.ours()?;
        owner::claim(&self.owner(shard))
    }

    fn log(&self, shard: ShardId, epoch: Epoch) -> Result<SqliteLog, StoreError> {
        self.ours()?;
        SqliteLog::open(shard, &self.log_folder(shard), &self.owner(shard), epoch)
    }

    fn log_reader(&self, shard: ShardId) -> Result<Box<dyn ReadLog>, StoreError> {
        Ok(Box::new(SqliteLogReader::open(shard, &self.log_folder(shard))?))
    }

    fn tables(&self, shard: ShardId) -> Result<SqliteTables, StoreError> {
        self.ours()?;
        self.prepare_views(shard)?;
        SqliteTables::open(&self.views(shard))
    }

    fn reader(&self, shard: ShardId) -> Result<SqliteTables, StoreError> {
        self.prepare_views(shard)?;
        SqliteTables::open_read_only(&self.views(shard))
    }
}
