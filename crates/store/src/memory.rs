//! A store in memory, for tests and the simulator. Opening it again finds everything: it outlives "restarts".

use std::{collections::BTreeMap, ops::Bound, sync::Arc};

use laisee_core::ids::{Position, ShardId};
use parking_lot::Mutex;

use crate::{
    Batch, Change, Changes, Epoch, Log, Order, Range, ReadLog, ReadTables, RowValues, Snapshot, Store, StoreError,
    TableSpec, Tables, Value,
};

/// Shared by all who hold a clone.
#[derive(Clone)]
pub struct MemoryStore {
    shards: Arc<Vec<Mutex<Shard>>>,
}

#[derive(Default)]
struct Shard {
    epoch: u64,
    log: Vec<Batch>,
    views: Views,
}

#[derive(Default, Clone)]
struct Views {
    position: Position,
    tables: BTreeMap<&'static str, BTreeMap<Vec<Value>, RowValues>>,
}

/// Views as they once stood.
#[derive(Clone)]
pub struct KeptViews(Views);

impl MemoryStore {
    #[must_use]
    pub fn new(shards: u16) -> Self {
        Self { shards: Arc::new((0..shards).map(|_| Mutex::default()).collect()) }
    }

    /// Forgets a shard's views, as if their file had been lost.
    pub fn lose_views(&self, shard: ShardId) {
        self.shard(shard).lock().views = Views::default();
    }

    /// A copy of a shard's views, to come back to.
    #[must_use]
    pub fn keep_views(&self, shard: ShardId) -> KeptViews {
        KeptViews(self.shard(shard).lock().views.clone())
    }

    /// Puts a shard's views back to where they stood, as if the machine had gone down before they were synced.
    pub fn bring_back_views(&self, shard: ShardId, kept: KeptViews) {
        self.shard(shard).lock().views = kept.0;
    }

    /// Forgets the newest batch, as a disk would that lied about its sync: what must never happen, for tests of what
    /// watches over it.
    pub fn lose_newest(&self, shard: ShardId) {
        self.shard(shard).lock().log.pop();
    }

    fn shard(&self, shard: ShardId) -> &Mutex<Shard> {
        &self.shards[usize::from(shard.0)]
    }
}

impl Store for MemoryStore {
    type Log = MemoryLog;
    type Tables = MemoryTables;
    type Reader = MemoryTables;

    fn shards(&self) -> u16 {
        self.shards.len() as u16
    }

    fn claim(&self, shard: ShardId) -> Result<Epoch, StoreError> {
        let mut shard = self.shard(shard).lock();
        shard.epoch += 1;
        Ok(Epoch(shard.epoch))
    }

    fn log(&self, shard: ShardId, epoch: Epoch) -> Result<MemoryLog, StoreError> {
        Ok(MemoryLog { store: self.clone(), shard, epoch })
    }

    fn log_reader(&self, shard: ShardId) -> Result<Box<dyn ReadLog>, StoreError> {
        Ok(Box::new(MemoryLog { store: self.clone(), shard, epoch: Epoch(0) }))
    }

    fn tables(&self, shard: ShardId) -> Result<MemoryTables, StoreError> {
        Ok(MemoryTables { store: self.clone(), shard })
    }

    fn reader(&self, shard: ShardId) -> Result<MemoryTables, StoreError> {
        self.tables(shard)
    }
}

pub struct MemoryLog {
    store: MemoryStore,
    shard: ShardId,
    epoch: Epoch,
}

impl ReadLog for MemoryLog {
    fn end(&mut self) -> Result<Position, StoreError> {
        Ok(self.store.shard(self.shard).lock().log.last().map_or(Position(0), Batch::last))
    }

    fn read(&mut self, after: Position, bytes_max: usize) -> Result<Vec<Batch>, StoreError> {
        let shard = self.store.shard(self.shard).lock();
        let begin = shard.log.partition_point(|batch| batch.last() <= after);
        let mut bytes = 0;
        let mut batches = Vec::new();
        for batch in &shard.log[begin..] {
            bytes += batch.bytes.len();
            if !batches.is_empty() && bytes > bytes_max {
                break;
            }
            batches.push(batch.clone());
        }
        Ok(batches)
    }
}

impl Log for MemoryLog {
    fn append(&mut self, batches: &[Batch]) -> Result<(), StoreError> {
        let mut shard = self.store.shard(self.shard).lock();
        if shard.epoch != self.epoch.0 {
            return Err(StoreError::Fenced { shard: self.shard, ours: self.epoch });
        }
        let mut end = shard.log.last().map_or(Position(0), Batch::last);
        for batch in batches {
            if batch.first.0 != end.0 + 1 {
                return Err(StoreError::Gap { end, first: batch.first });
            }
            end = batch.last();
        }
        shard.log.extend_from_slice(batches);
        Ok(())
    }
}

pub struct MemoryTables {
    store: MemoryStore,
    shard: ShardId,
}

impl ReadTables for MemoryTables {
    fn snapshot<R>(&mut self, read: impl FnOnce(&mut dyn Snapshot) -> Result<R, StoreError>) -> Result<R, StoreError> {
        let shard = self.store.shard(self.shard).lock();
        read(&mut MemorySnapshot { views: &shard.views })
    }
}

impl Tables for MemoryTables {
    fn save(&mut self, changes: &Changes, position: Position) -> Result<(), StoreError> {
        let mut shard = self.store.shard(self.shard).lock();
        for change in changes.iter() {
            match change {
                Change::Put(table, row) => {
                    let rows = shard.views.tables.entry(table.name).or_default();
                    rows.insert(row[..table.key].to_vec(), row.to_vec());
                }
                Change::Delete(table, key) => {
                    shard.views.tables.entry(table.name).or_default().remove(key);
                }
            }
        }
        shard.views.position = position;
        Ok(())
    }
}

struct MemorySnapshot<'a> {
    views: &'a Views,
}

impl Snapshot for MemorySnapshot<'_> {
    fn position(&mut self) -> Result<Position, StoreError> {
        Ok(self.views.position)
    }

    fn get(&mut self, table: &'static TableSpec, key: &[Value]) -> Result<Option<RowValues>, StoreError> {
        Ok(self.views.tables.get(table.name).and_then(|rows| rows.get(key)).cloned())
    }

    fn scan(
        &mut self,
        table: &'static TableSpec,
        range: &Range,
        order: Order,
        limit: usize,
    ) -> Result<Vec<RowValues>, StoreError> {
        let Some(rows) = self.views.tables.get(table.name) else { return Ok(vec![]) };
        let begin = match &range.after {
            // A key that continues `prefix, after` sorts right behind it, so these are passed over below.
            Some(after) => Bound::Excluded([&range.prefix[..], std::slice::from_ref(after)].concat()),
            None => Bound::Included(range.prefix.clone()),
        };
        let column = range.prefix.len();
        let within = |key: &Vec<Value>| {
            key.starts_with(&range.prefix)
                && range.after.as_ref().is_none_or(|after| key[column] > *after)
                && range.before.as_ref().is_none_or(|before| key[column] < *before)
        };
        let after_all = |key: &Vec<Value>| {
            !key.starts_with(&range.prefix) || range.before.as_ref().is_some_and(|before| key[column] >= *before)
        };
        let fitting = rows.range((begin, Bound::Unbounded)).take_while(|(key, _)| !after_all(key));
        let fitting = fitting.filter(|(key, _)| within(key)).map(|(_, row)| row);
        Ok(match order {
            Order::Rising => fitting.take(limit).cloned().collect(),
            Order::Falling => {
                let fitting: Vec<_> = fitting.collect();
                fitting.into_iter().rev().take(limit).cloned().collect()
            }
        })
    }
}
