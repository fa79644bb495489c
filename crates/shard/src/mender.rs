//! Putting rows of the views right. It is done between two lives of a shard: only then nobody writes them, and nothing in
//! memory was loaded from the wrong ones.

use std::sync::Arc;

use laisee_core::ids::ShardId;
use laisee_store::{Changes, ReadLog, ReadTables, Snapshot, Store, StoreError, Tables};
use parking_lot::Mutex;

use crate::serve::Stop;

/// Works out, from the log, the rows as they must be where the views stand.
pub type Repair = Box<dyn FnOnce(&mut dyn ReadLog, &mut dyn Snapshot) -> Result<Changes, StoreError> + Send>;

/// Repairs that wait for a shard's next life.
#[derive(Default)]
pub(crate) struct Repairs(Mutex<Vec<Repair>>);

impl Repairs {
    /// Carries out what waits. A repair that fails is dropped: whoever wanted it looks whether it was done.
    pub fn carry_out<S: Store>(&self, store: &S, shard: ShardId) -> Result<(), StoreError> {
        let waiting = std::mem::take(&mut *self.0.lock());
        if waiting.is_empty() {
            return Ok(());
        }
        let (mut tables, mut log) = (store.tables(shard)?, store.log_reader(shard)?);
        for repair in waiting {
            let (position, changes) = tables.snapshot(|views| Ok((views.position()?, repair(&mut *log, views)?)))?;
            tables.save(&changes, position)?;
        }
        Ok(())
    }
}

/// A way to have views put right while the shards run.
#[derive(Clone)]
pub struct Mender {
    pub(crate) shards: Vec<Arc<Stop>>,
}

impl Mender {
    /// Lets a shard end, carry out the repair and start again from its log. Whoever calls it meanwhile is told to try
    /// again.
    pub fn mend(&self, shard: ShardId, repair: Repair) {
        if let Some(stop) = self.shards.get(usize::from(shard.0)) {
            stop.repairs.0.lock().push(repair);
            stop.notify.notify_one();
        }
    }
}
