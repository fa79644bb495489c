//! How far a shard has come, shared between its threads.

use std::{
    sync::{
        Condvar, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use laisee_core::ids::Position;
use tokio::sync::Notify;

use crate::serve::Counters;

/// Positions that only rise while the shard runs, and ways to wait for them.
#[derive(Default)]
pub(crate) struct Progress {
    durable: Gauge,
    viewed: Gauge,
    /// The highest position a reader waits for.
    wanted: AtomicU64,
    failed: AtomicBool,
    /// Wakes the writer: the viewer is free, a reader waits, or something failed.
    pub writer: Notify,
}

#[derive(Default)]
struct Gauge {
    at: AtomicU64,
    lock: Mutex<()>,
    risen: Condvar,
}

impl Gauge {
    fn rise(&self, position: Position) {
        self.at.store(position.0, Ordering::Release);
        drop(self.lock.lock());
        self.risen.notify_all();
    }

    fn get(&self) -> Position {
        Position(self.at.load(Ordering::Acquire))
    }

    fn wait(&self, position: Position, failed: &AtomicBool, time: Duration) -> bool {
        if self.get() >= position {
            return true;
        }
        let end = Instant::now() + time;
        let mut guard = self.lock.lock().expect("nothing panics under this lock");
        loop {
            if self.get() >= position {
                return true;
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() || failed.load(Ordering::Acquire) {
                return false;
            }
            guard = self.risen.wait_timeout(guard, left).expect("nothing panics under this lock").0;
        }
    }
}

impl Progress {
    pub fn new(durable: Position, viewed: Position) -> Self {
        let progress = Self::default();
        progress.durable.rise(durable);
        progress.viewed.rise(viewed);
        progress
    }

    pub fn durable(&self) -> Position {
        self.durable.get()
    }

    pub fn viewed(&self) -> Position {
        self.viewed.get()
    }

    pub fn appended(&self, through: Position) {
        self.durable.rise(through);
    }

    pub fn saved(&self, through: Position) {
        self.viewed.rise(through);
        self.writer.notify_one();
    }

    /// Says how far the views are behind the log.
    pub fn tell_waiting(&self, counters: &Counters) {
        let waiting = self.durable().0.saturating_sub(self.viewed().0);
        counters.views_waiting.store(waiting, Ordering::Relaxed);
    }

    /// Waits until `position` is durable; false: it failed or took too long.
    pub fn wait_durable(&self, position: Position, time: Duration) -> bool {
        self.durable.wait(position, &self.failed, time)
    }

    /// Waits until the views have `position`, and lets the writer know that somebody does.
    pub fn wait_viewed(&self, position: Position, time: Duration) -> bool {
        if self.viewed() >= position {
            return true;
        }
        self.wanted.fetch_max(position.0, Ordering::AcqRel);
        self.writer.notify_one();
        self.viewed.wait(position, &self.failed, time)
    }

    /// Whether a reader waits for more than the views have.
    pub fn view_wanted(&self) -> bool {
        self.wanted.load(Ordering::Acquire) > self.viewed().0
    }

    pub fn fail(&self) {
        self.failed.store(true, Ordering::Release);
        self.durable.rise(self.durable());
        self.viewed.rise(self.viewed());
        self.writer.notify_one();
    }

    pub fn failed(&self) -> bool {
        self.failed.load(Ordering::Acquire)
    }
}
