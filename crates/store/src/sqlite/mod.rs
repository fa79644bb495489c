//! A store on SQLite files, for one machine.
//!
//! ```text
//! <data>/store.toml                       format and number of shards
//! <data>/lock                             held by the process that serves
//! <data>/shard-<n>/owner.db               the epoch of the shard's writer
//! <data>/shard-<n>/log/<YYYY-MM-DD>.db    the log, a file a day (UTC)
//! <data>/shard-<n>/archive/<day>.day      its closed days, sealed and compressed
//! <data>/shard-<n>/archive/<day>.seal     what the sealed day holds, chained to the day before
//! <data>/archive.lock                     held by the process that seals days just now
//! <data>/shard-<n>/views.db               the views; may be deleted, and is then rebuilt
//! ```

pub mod archive;
mod copy;
pub mod day;
mod folder;
mod live_day;
mod log;
mod log_reader;
mod owner;
mod places;
mod tables;

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    time::Duration,
};

use laisee_core::ids::ShardId;
use parking_lot::Mutex;
use rusqlite::{Connection, OpenFlags};

pub use copy::{Copied, copy_log};
pub use log::SqliteLog;
pub use log_reader::SqliteLogReader;
pub use places::ShardPlace;
pub use tables::SqliteTables;

use crate::{Epoch, ReadLog, Store, StoreError};
use archive::{Archiving, Verified};

/// How long a file that another connection is writing is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

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

    /// The copies of a store's logs, in a folder that is no store. Whatever would write is `Unusable`.
    ///
    /// # Errors
    /// `Unusable` when no store has so many shards.
    pub fn for_copies(folder: &Path, shards: u16) -> Result<Self, StoreError> {
        folder::sensible(shards)?;
        Ok(Self { folder: folder.to_owned(), shards, lock: None, preparing: Mutex::new(()) })
    }

    /// Takes the right to seal days, beside a process that serves or not.
    ///
    /// # Errors
    /// `Unusable` when another process is sealing days just now.
    pub fn archiving(&self) -> Result<Archiving, StoreError> {
        Archiving::begin(&self.folder, self.shards)
    }

    /// Checks a shard's sealed days and their chain; what is wrong is told to `differ`.
    ///
    /// # Errors
    /// When a file cannot be read at all.
    pub fn verify_archive(&self, shard: ShardId, differ: &mut dyn FnMut(String)) -> Result<Verified, StoreError> {
        archive::verify(&self.place(shard), shard, differ)
    }

    /// Where a shard's files are.
    #[must_use]
    pub fn place(&self, shard: ShardId) -> ShardPlace {
        ShardPlace::new(&self.folder, shard)
    }

    /// Views that were deleted, or are of another shape, begin anew; but not under the process that serves them.
    fn prepare_views(&self, shard: ShardId) -> Result<(), StoreError> {
        if self.lock.is_some() {
            let _one_at_a_time = self.preparing.lock();
            SqliteTables::prepare(&self.place(shard).views())?;
        }
        Ok(())
    }

    /// Lets a day take back what a process that died was writing when it made the file: who opens it only to read cannot.
    fn settle_newest_day(&self, shard: ShardId) -> Result<(), StoreError> {
        if self.lock.is_none() {
            return Ok(());
        }
        let days = fs::read_dir(self.place(shard).log())?.collect::<Result<Vec<_>, _>>()?;
        let days = days.into_iter().map(|day| day.path()).filter(|day| day.extension().is_some_and(|it| it == "db"));
        let Some(newest) = days.max() else { return Ok(()) };
        settle(&newest)
    }

    /// That this process has the folder.
    fn ours(&self) -> Result<(), StoreError> {
        match self.lock {
            Some(_) => Ok(()),
            None => Err(StoreError::Unusable(format!("{} was opened to read", self.folder.display()))),
        }
    }
}

/// Rolls back what a transaction left in a file's rollback journal, if there is one.
fn settle(file: &Path) -> Result<(), StoreError> {
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.busy_timeout(PATIENCE)?;
    // Damage is for those to tell who read it, with its place.
    let _ = connection.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0));
    Ok(())
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
        owner::claim(&self.place(shard).owner())
    }

    fn log(&self, shard: ShardId, epoch: Epoch) -> Result<SqliteLog, StoreError> {
        self.ours()?;
        self.settle_newest_day(shard)?;
        SqliteLog::open(shard, &self.place(shard), epoch)
    }

    fn log_reader(&self, shard: ShardId) -> Result<Box<dyn ReadLog>, StoreError> {
        self.settle_newest_day(shard)?;
        Ok(Box::new(SqliteLogReader::open(shard, &self.place(shard))?))
    }

    fn tables(&self, shard: ShardId) -> Result<SqliteTables, StoreError> {
        self.ours()?;
        self.prepare_views(shard)?;
        SqliteTables::open(&self.place(shard).views())
    }

    fn reader(&self, shard: ShardId) -> Result<SqliteTables, StoreError> {
        self.prepare_views(shard)?;
        SqliteTables::open_read_only(&self.place(shard).views())
    }
}
