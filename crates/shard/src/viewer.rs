//! The viewer: follows the log with cuts, each saved in one transaction of the views' own database.

use std::{sync::Arc, time::Duration};

use laisee_core::{cut::Cut, project};
use laisee_store::{Changes, StoreError, Tables, views};
use tokio::sync::mpsc;

use crate::{engine::FactBatch, progress::Progress, serve::Counters};

/// A consistent state at `cut.position`, and the facts since the cut before.
pub struct ViewWork {
    pub cut: Cut,
    pub batches: Vec<Arc<FactBatch>>,
}

pub(crate) struct Viewer<'a, T> {
    pub tables: T,
    pub work: mpsc::Receiver<ViewWork>,
    pub progress: &'a Progress,
    pub counters: &'a Counters,
}

impl<T: Tables> Viewer<'_, T> {
    /// Runs until the writer is gone, or the views fail.
    pub fn run(mut self) -> Result<(), StoreError> {
        let mut changes = Changes::default();
        while let Some(work) = self.work.blocking_recv() {
            // Views must never know more than the log.
            while !self.progress.wait_durable(work.cut.position, Duration::from_secs(1)) {
                if self.progress.failed() {
                    return Ok(());
                }
            }
            if let Err(error) = save(&mut self.tables, &work, &mut changes) {
                self.progress.fail();
                return Err(error);
            }
            self.progress.saved(work.cut.position);
            self.progress.tell_waiting(self.counters);
        }
        Ok(())
    }
}

/// Saves one cut. What was in `changes` does not matter; their memory is used again.
///
/// # Errors
/// The store's.
pub fn save<T: Tables>(tables: &mut T, work: &ViewWork, changes: &mut Changes) -> Result<(), StoreError> {
    changes.clear();
    for batch in &work.batches {
        for (position, fact) in batch.numbered() {
            project(fact, position, batch.at, |row| views::put_row(changes, &row));
        }
    }
    views::put_cut(changes, &work.cut);
    changes.coalesce();
    tables.save(changes, work.cut.position)
}
