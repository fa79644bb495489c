//! The viewer: follows the log with cuts, each saved in one transaction of the views' own database.

use std::{sync::Arc, time::Duration};

use laisee_core::{cut::Cut, project};
use laisee_store::{StoreError, Tables, views};
use tokio::sync::mpsc;

use crate::{engine::FactBatch, progress::Progress};

/// A consistent state at `cut.position`, and the facts since the cut before.
pub struct ViewWork {
    pub cut: Cut,
    pub batches: Vec<Arc<FactBatch>>,
}

pub(crate) struct Viewer<'a, T> {
    pub tables: T,
    pub work: mpsc::Receiver<ViewWork>,
    pub progress: &'a Progress,
}

impl<T: Tables> Viewer<'_, T> {
    /// Runs until the writer is gone, or the views fail.
    pub fn run(mut self) -> Result<(), StoreError> {
        while let Some(work) = self.work.blocking_recv() {
            // Views must never know more than the log.
            while !self.progress.wait_durable(work.cut.position, Duration::from_secs(1)) {
                if self.progress.failed() {
                    return Ok(());
                }
            }
            if let Err(error) = save(&mut self.tables, &work) {
                self.progress.fail();
                return Err(error);
            }
            self.progress.saved(work.cut.position);
        }
        Ok(())
    }
}

/// Saves one cut.
///
/// # Errors
/// The store's.
pub fn save<T: Tables>(tables: &mut T, work: &ViewWork) -> Result<(), StoreError> {
    let mut rows = Vec::new();
    for batch in &work.batches {
        for fact in &batch.facts {
            project(fact, batch.at, |row| rows.push(row));
        }
    }
    tables.save(&views::changes(&rows, &work.cut), work.cut.position)
}
