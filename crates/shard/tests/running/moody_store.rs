//! A store in memory that waits or fails when a test tells it to.

use std::{collections::VecDeque, sync::Arc};

use laisee_core::ids::{Position, ShardId};
use laisee_store::{
    Batch, Changes, Epoch, Log, ReadLog, ReadTables, Snapshot, Store, StoreError, Tables,
    memory::{MemoryLog, MemoryStore, MemoryTables},
};
use parking_lot::{Condvar, Mutex};

#[derive(Clone)]
pub struct MoodyStore {
    pub memory: MemoryStore,
    pub mood: Arc<Mood>,
}

#[derive(Default)]
pub struct Mood {
    told: Mutex<Told>,
    changed: Condvar,
}

#[derive(Default)]
struct Told {
    closed: bool,
    /// What becomes of the next appends, and of the next saves of views.
    appends: VecDeque<Fault>,
    saves: VecDeque<Fault>,
    /// How many batches each append brought.
    appended: Vec<usize>,
}

#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// Nothing was written.
    Full,
    /// All was written, and the word of it was lost.
    FullAfterwards,
    Bug,
}

impl MoodyStore {
    pub fn new(shards: u16) -> Self {
        Self { memory: MemoryStore::new(shards), mood: Arc::default() }
    }
}

impl Mood {
    /// From now on appends wait.
    pub fn close(&self) {
        self.told.lock().closed = true;
    }

    pub fn open(&self) {
        self.told.lock().closed = false;
        self.changed.notify_all();
    }

    pub fn fail_appends(&self, faults: impl IntoIterator<Item = Fault>) {
        self.told.lock().appends.extend(faults);
    }

    pub fn fail_saves(&self, faults: impl IntoIterator<Item = Fault>) {
        self.told.lock().saves.extend(faults);
    }

    /// Whether all faults have happened.
    pub fn spent(&self) -> bool {
        let told = self.told.lock();
        told.appends.is_empty() && told.saves.is_empty()
    }

    pub fn appended(&self) -> Vec<usize> {
        self.told.lock().appended.clone()
    }

    fn next(&self, faults: impl Fn(&mut Told) -> &mut VecDeque<Fault>) -> Option<Fault> {
        let mut told = self.told.lock();
        while told.closed {
            self.changed.wait(&mut told);
        }
        faults(&mut told).pop_front()
    }
}

/// Does something as the fault wants it.
fn suffer(fault: Option<Fault>, act: impl FnOnce() -> Result<(), StoreError>) -> Result<(), StoreError> {
    match fault {
        None => act(),
        Some(Fault::Full) => Err(StoreError::Full("as told".into())),
        Some(Fault::FullAfterwards) => act().and_then(|()| Err(StoreError::Full("as told, afterwards".into()))),
        Some(Fault::Bug) => panic!("a bug, as told"),
    }
}

impl Store for MoodyStore {
    type Log = MoodyLog;
    type Tables = MoodyTables;
    type Reader = MemoryTables;

    fn shards(&self) -> u16 {
        self.memory.shards()
    }

    fn claim(&self, shard: ShardId) -> Result<Epoch, StoreError> {
        self.memory.claim(shard)
    }

    fn log(&self, shard: ShardId, epoch: Epoch) -> Result<MoodyLog, StoreError> {
        Ok(MoodyLog { log: self.memory.log(shard, epoch)?, mood: self.mood.clone() })
    }

    fn log_reader(&self, shard: ShardId) -> Result<Box<dyn ReadLog>, StoreError> {
        self.memory.log_reader(shard)
    }

    fn tables(&self, shard: ShardId) -> Result<MoodyTables, StoreError> {
        Ok(MoodyTables { tables: self.memory.tables(shard)?, mood: self.mood.clone() })
    }

    fn reader(&self, shard: ShardId) -> Result<MemoryTables, StoreError> {
        self.memory.reader(shard)
    }
}

pub struct MoodyLog {
    log: MemoryLog,
    mood: Arc<Mood>,
}

impl ReadLog for MoodyLog {
    fn end(&mut self) -> Result<Position, StoreError> {
        self.log.end()
    }

    fn read(&mut self, after: Position, bytes_max: usize) -> Result<Vec<Batch>, StoreError> {
        self.log.read(after, bytes_max)
    }
}

impl Log for MoodyLog {
    fn append(&mut self, batches: &[Batch]) -> Result<(), StoreError> {
        let fault = self.mood.next(|told| &mut told.appends);
        self.mood.told.lock().appended.push(batches.len());
        suffer(fault, || self.log.append(batches))
    }
}

pub struct MoodyTables {
    tables: MemoryTables,
    mood: Arc<Mood>,
}

impl ReadTables for MoodyTables {
    fn snapshot<R>(&mut self, read: impl FnOnce(&mut dyn Snapshot) -> Result<R, StoreError>) -> Result<R, StoreError> {
        self.tables.snapshot(read)
    }
}

impl Tables for MoodyTables {
    fn save(&mut self, changes: &Changes, position: Position) -> Result<(), StoreError> {
        let fault = self.mood.told.lock().saves.pop_front();
        suffer(fault, || self.tables.save(changes, position))
    }
}
