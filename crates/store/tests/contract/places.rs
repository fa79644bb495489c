//! Places where stores are, that can be opened again, and what is put into them.

use laisee_core::{
    fact::Fact,
    ids::{Millis, Position, ShardId, UserId},
};
use laisee_store::{Batch, Log, Store, TableSpec, Value, memory::MemoryStore, sqlite::SqliteStore, views::TABLES};
use tempfile::TempDir;

pub const ONE: ShardId = ShardId(0);
pub const OTHER: ShardId = ShardId(1);

/// 2026-11-23T12:00:00Z.
pub const NOON: Millis = Millis(1_795_435_200_000);

/// Where a store is kept. It has two shards.
pub trait Place {
    type Store: Store;

    /// What was opened before must be gone.
    fn open(&self) -> Self::Store;
}

pub struct Memory(MemoryStore);

impl Memory {
    pub fn new() -> Self {
        Self(MemoryStore::new(2))
    }
}

impl Place for Memory {
    type Store = MemoryStore;

    fn open(&self) -> MemoryStore {
        self.0.clone()
    }
}

pub struct Folder(pub TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }
}

impl Place for Folder {
    type Store = SqliteStore;

    fn open(&self) -> SqliteStore {
        SqliteStore::open_or_create(self.0.path(), 2).unwrap()
    }
}

/// A batch of `count` facts that say where they stand.
pub fn batch(first: u64, count: u64, at: Millis) -> Batch {
    let facts: Vec<_> = (first..first + count).map(fact).collect();
    Batch::encode(Position(first), at, &facts)
}

fn fact(position: u64) -> Fact {
    Fact::ProfileUpdated { user: UserId(position), display_name: format!("name {position}"), face: String::new() }
}

/// Batches of so many facts each, from position 1.
pub fn batches(counts: &[u64]) -> Vec<Batch> {
    let mut first = 1;
    let each = counts.iter().map(|count| {
        let batch = batch(first, *count, NOON);
        first += count;
        batch
    });
    each.collect()
}

/// The log of a shard, claimed.
pub fn writer<S: Store>(store: &S, shard: ShardId) -> S::Log {
    let epoch = store.claim(shard).unwrap();
    store.log(shard, epoch).unwrap()
}

/// A store whose first shard's log has these batches.
pub fn with<P: Place>(place: &P, batches: &[Batch]) -> P::Store {
    let store = place.open();
    writer(&store, ONE).append(batches).unwrap();
    store
}

/// A table of the views, by name.
pub fn table(name: &str) -> &'static TableSpec {
    TABLES.iter().find(|table| table.name == name).unwrap()
}

pub fn int(value: i64) -> Value {
    Value::Integer(value)
}

pub fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

pub fn bytes(value: &[u8]) -> Value {
    Value::Bytes(value.to_vec())
}
