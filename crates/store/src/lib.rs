//! The log, which is the truth, and the views, which are derived from it, in memory and on SQLite.
//!
//! A store knows nothing of what facts mean. It offers, for each shard, a log to append to and read from, and tables
//! with typed columns to keep views in; the tables' meaning stands in [`views`]. One contract suite
//! runs on every store.

pub mod answer;
pub mod batch;
mod changes;
mod error;
pub mod memory;
pub mod sqlite;
mod table;
pub mod views;

use laisee_core::ids::{Position, ShardId};

pub use batch::Batch;
pub use changes::{Change, Changes};
pub use error::StoreError;
pub use table::{ColumnType, Order, Range, RowValues, TableSpec, Value};

/// The right to write a shard: whoever claims it later has a higher one, and the earlier can append no more.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Epoch(pub u64);

/// Where all shards are kept.
pub trait Store: Send + Sync + 'static {
    type Log: Log;
    type Tables: Tables;
    type Reader: ReadTables + Send;

    /// How many shards it was created with.
    fn shards(&self) -> u16;

    /// Becomes the writer of a shard.
    fn claim(&self, shard: ShardId) -> Result<Epoch, StoreError>;

    /// The log, to append to under `epoch`.
    fn log(&self, shard: ShardId, epoch: Epoch) -> Result<Self::Log, StoreError>;

    /// The log, to read from; any number at a time.
    fn log_reader(&self, shard: ShardId) -> Result<Box<dyn ReadLog>, StoreError>;

    /// The views, to write to; one at a time.
    fn tables(&self, shard: ShardId) -> Result<Self::Tables, StoreError>;

    /// The views, to read from; any number at a time.
    fn reader(&self, shard: ShardId) -> Result<Self::Reader, StoreError>;
}

/// Reads a shard's log.
pub trait ReadLog: Send {
    /// The position of the newest fact; 0: empty.
    fn end(&mut self) -> Result<Position, StoreError>;

    /// The batches after `after`, in order, until `bytes_max` is exceeded (at least one, if there is one). `after`
    /// may lie inside a batch: then that batch comes first, whole.
    fn read(&mut self, after: Position, bytes_max: usize) -> Result<Vec<Batch>, StoreError>;
}

/// Appends to a shard's log.
pub trait Log: ReadLog {
    /// Puts batches at the end; they are durable, all or none, when this returns.
    ///
    /// # Errors
    /// `Fenced` when another has claimed the shard; `Gap` when the first does not follow the end. After any error the
    /// caller must open the log anew: what is durable is unknown.
    fn append(&mut self, batches: &[Batch]) -> Result<(), StoreError>;
}

/// Reads a shard's views. What one closure sees is one consistent state.
pub trait ReadTables {
    /// Runs `read` on a snapshot.
    fn snapshot<R>(&mut self, read: impl FnOnce(&mut dyn Snapshot) -> Result<R, StoreError>) -> Result<R, StoreError>;
}

/// One consistent state of a shard's views.
pub trait Snapshot {
    /// The log position the views stand at.
    fn position(&mut self) -> Result<Position, StoreError>;

    /// The row with this whole key.
    fn get(&mut self, table: &'static TableSpec, key: &[Value]) -> Result<Option<RowValues>, StoreError>;

    /// Rows in key order (or against it) within a range, at most `limit`.
    fn scan(
        &mut self,
        table: &'static TableSpec,
        range: &Range,
        order: Order,
        limit: usize,
    ) -> Result<Vec<RowValues>, StoreError>;
}

/// Writes a shard's views.
pub trait Tables: ReadTables + Send {
    /// Makes all changes and moves the position, in one transaction. Need not be durable by itself: views know their
    /// position and can always be rebuilt.
    fn save(&mut self, changes: &Changes, position: Position) -> Result<(), StoreError>;
}
