//! How far reconciliation is, for metrics and operators.

use std::fmt::Write as _;

use laisee_core::ids::{Millis, Position, ShardId};
use laisee_gateway::{Following, FollowingShard};
use laisee_reconcile::reckoner::Reckoner;
use parking_lot::Mutex;

/// Shared with whoever shows it.
#[derive(Default)]
pub struct Status(Mutex<Seen>);

#[derive(Clone, Default)]
pub struct Seen {
    pub shards: Vec<FollowingShard>,
    /// Debts between shards that are not paid yet, and packets that have not ended, in memory.
    pub debts: u64,
    pub packets: u64,
    /// Rounds over all rows of the views that were completed since the start.
    pub rounds: u64,
    /// Findings and repairs that wait.
    pub waiting: u64,
    /// Why it does not go on; empty: it does.
    pub failure: String,
}

impl Status {
    pub(super) fn tell(&self, reckoner: &Reckoner, ends: &[Position], now: Millis, rounds: u64, waiting: usize) {
        let shard = |(number, end): (usize, &Position)| {
            let shard = ShardId(number as u16);
            let compared = reckoner.position(shard);
            let at = reckoner.standing.at.get(&shard).copied().unwrap_or_default();
            let behind = if compared < *end { now.0.saturating_sub(at.0).max(1) } else { 0 };
            FollowingShard { shard, behind_ms: behind, compared }
        };
        *self.0.lock() = Seen {
            shards: ends.iter().enumerate().map(shard).collect(),
            debts: reckoner.standing.debts.open() as u64,
            packets: reckoner.packets_open() as u64,
            rounds,
            waiting: waiting as u64,
            failure: String::new(),
        };
    }

    pub(super) fn fail(&self, why: &str) {
        why.clone_into(&mut self.0.lock().failure);
    }

    #[must_use]
    pub fn seen(&self) -> Seen {
        self.0.lock().clone()
    }

    /// What operators are shown.
    #[must_use]
    pub fn following(&self) -> Following {
        let seen = self.seen();
        Following { shards: seen.shards, failure: seen.failure }
    }

    /// Lines for the metrics page.
    #[must_use]
    pub fn figures(&self) -> String {
        let seen = self.seen();
        let mut lines = String::new();
        // Writing to a string cannot fail.
        for FollowingShard { shard, behind_ms, compared } in &seen.shards {
            let behind = *behind_ms as f64 / 1e3;
            let _ = writeln!(lines, "laisee_reconciliation_behind_seconds{{shard=\"{shard}\"}} {behind}");
            let _ = writeln!(lines, "laisee_reconciliation_compared{{shard=\"{shard}\"}} {compared}");
        }
        for (name, figure) in [
            ("debts", seen.debts),
            ("packets", seen.packets),
            ("rounds_total", seen.rounds),
            ("waiting", seen.waiting),
            ("failed", u64::from(!seen.failure.is_empty())),
        ] {
            let _ = writeln!(lines, "laisee_reconciliation_{name} {figure}");
        }
        lines
    }
}
