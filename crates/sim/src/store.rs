//! The store in memory, with a disk that can be full, fail, or keep only a part of what was being written.

use std::sync::Arc;

use laisee_core::ids::{Position, ShardId};
use laisee_store::{
    Batch, Epoch, Log, ReadLog, Store, StoreError,
    memory::{MemoryLog, MemoryStore, MemoryTables},
};
use parking_lot::Mutex;

/// What becomes of the next append of a shard.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Fate {
    #[default]
    Good,
    /// Nothing is written; the disk is full.
    Full,
    /// Only the first batches are written, then it fails. All of them may be.
    Torn(usize),
}

/// Shared by all who hold a clone, and by all lives of the shards.
#[derive(Clone)]
pub struct FaultyStore {
    pub memory: MemoryStore,
    fates: Arc<Mutex<Vec<Fate>>>,
}

impl FaultyStore {
    #[must_use]
    pub fn new(shards: u16) -> Self {
        let fates = Arc::new(Mutex::new(vec![Fate::Good; usize::from(shards)]));
        Self { memory: MemoryStore::new(shards), fates }
    }

    /// Decides what becomes of the shard's next append.
    pub fn decree(&self, shard: ShardId, fate: Fate) {
        self.fates.lock()[usize::from(shard.0)] = fate;
    }
}

impl Store for FaultyStore {
    type Log = FaultyLog;
    type Tables = MemoryTables;
    type Reader = MemoryTables;

    fn shards(&self) -> u16 {
        self.memory.shards()
    }

    fn claim(&self, shard: ShardId) -> Result<Epoch, StoreError> {
        self.memory.claim(shard)
    }

    fn log(&self, shard: ShardId, epoch: Epoch) -> Result<FaultyLog, StoreError> {
        Ok(FaultyLog { shard, log: self.memory.log(shard, epoch)?, fates: self.fates.clone() })
    }

    fn log_reader(&self, shard: ShardId) -> Result<Box<dyn ReadLog>, StoreError> {
        self.memory.log_reader(shard)
    }

    fn tables(&self, shard: ShardId) -> Result<MemoryTables, StoreError> {
        self.memory.tables(shard)
    }

    fn reader(&self, shard: ShardId) -> Result<MemoryTables, StoreError> {
        self.memory.reader(shard)
    }
}

/// A log on the faulty disk.
pub struct FaultyLog {
    shard: ShardId,
    log: MemoryLog,
    fates: Arc<Mutex<Vec<Fate>>>,
}

impl ReadLog for FaultyLog {
    fn end(&mut self) -> Result<Position, StoreError> {
        self.log.end()
    }

    fn read(&mut self, after: Position, bytes_max: usize) -> Result<Vec<Batch>, StoreError> {
        self.log.read(after, bytes_max)
    }
}

impl Log for FaultyLog {
    fn append(&mut self, batches: &[Batch]) -> Result<(), StoreError> {
        let fate = std::mem::take(&mut self.fates.lock()[usize::from(self.shard.0)]);
        match fate {
            Fate::Good => self.log.append(batches),
            Fate::Full => Err(StoreError::Full("simulated".into())),
            Fate::Torn(kept) => {
                self.log.append(&batches[..kept.min(batches.len())])?;
                Err(StoreError::Unavailable("simulated".into()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use laisee_core::{
        fact::Fact,
        ids::{Millis, Position},
    };

    use super::*;

    #[test]
    fn what_is_decreed_happens_once() {
        let store = FaultyStore::new(1);
        let shard = ShardId(0);
        let mut log = store.log(shard, store.claim(shard).unwrap()).unwrap();
        let fact = Fact::Received { from: shard, through: Position(1) };
        let batch = |first| Batch::encode(Position(first), Millis(0), std::slice::from_ref(&fact));
        store.decree(shard, Fate::Full);
        assert!(matches!(log.append(&[batch(1)]), Err(StoreError::Full(_))));
        store.decree(shard, Fate::Torn(1));
        assert!(matches!(log.append(&[batch(1), batch(2)]), Err(StoreError::Unavailable(_))));
        assert_eq!(log.end().unwrap(), Position(1), "the first was kept, the second was not");
        log.append(&[batch(2)]).unwrap();
        assert_eq!(log.end().unwrap(), Position(2));
    }
}
