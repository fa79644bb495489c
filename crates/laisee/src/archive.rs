//! Sealing closed days: `laisee archive`, and the same on a schedule in a running server.

use std::{
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel},
    thread::{self, JoinHandle},
    time::{Duration, SystemTime},
};

use anyhow::{Result, ensure};
use laisee_core::ids::Millis;
use laisee_store::{
    StoreError,
    sqlite::{SqliteStore, archive::Seal, day},
};
use serde::{Deserialize, Serialize};
use tracing::{error, info};

use crate::cli::ArchiveArgs;

/// When the running server seals days.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ArchiveConfig {
    /// Whether it does; otherwise only `laisee archive` seals.
    pub scheduled: bool,
    /// Hours after its end at which a day is sealed.
    pub after_hours: u32,
    /// How often is looked, in seconds.
    pub every_s: u64,
}

impl Default for ArchiveConfig {
    fn default() -> Self {
        Self { scheduled: true, after_hours: 24, every_s: 600 }
    }
}

/// Seals what is closed, beside a running server or not.
///
/// # Errors
/// When a day cannot be sealed; those before it were.
pub fn run(args: &ArchiveArgs) -> Result<()> {
    let store = SqliteStore::open_read_only(&args.data)?;
    let yesterday = day::name(now().plus(-DAY_MS));
    let through = args.through.as_deref().unwrap_or(&yesterday);
    ensure!(day::end(through).is_some(), "{through} is no day; write it as 2026-11-24");
    ensure!(through <= yesterday.as_str(), "{through} is not over yet");
    let archiving = store.archiving()?;
    let mut days = 0;
    for shard in archiving.shards() {
        for day in shard.closed(through)? {
            if args.dry_run {
                println!("shard {} day {day}: would be sealed", shard.shard);
            } else {
                let seal = shard.seal(&day, &mut |_| Ok(()))?;
                println!("shard {} day {day}: {}", shard.shard, words(&seal));
            }
            days += 1;
        }
    }
    println!("{days} days {}", if args.dry_run { "are closed" } else { "sealed" });
    Ok(())
}

fn words(seal: &Seal) -> String {
    let facts = seal.last.0 + 1 - seal.first.0;
    format!("{facts} facts in {} bytes, seal {}", seal.bytes, seal.hash().hex())
}

/// Seals days while the server runs. Ends with this value.
pub struct Schedule {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Schedule {
    /// Starts. A start has more urgent things to do, so the first look waits as long as the others.
    #[must_use]
    pub fn start(config: &ArchiveConfig, store: SqliteStore) -> Self {
        if !config.scheduled {
            return Self { stop: None, thread: None };
        }
        let after_hours = config.after_hours;
        let every = Duration::from_secs(config.every_s.max(1));
        let (stop, stopped) = channel();
        let thread = thread::Builder::new().name("archive".into());
        let thread = thread.spawn(move || keep(&store, after_hours, every, &stopped));
        Self { stop: Some(stop), thread: Some(thread.expect("the system can start a thread")) }
    }
}

impl Drop for Schedule {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It ends after the day it is in; a panic in it was printed.
            let _ = thread.join();
        }
    }
}

fn keep(store: &SqliteStore, after_hours: u32, every: Duration, stopped: &Receiver<()>) {
    while stopped.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
        let over = now().plus(-i64::from(after_hours) * HOUR_MS - DAY_MS);
        if let Err(failure) = seal_through(store, &day::name(over), stopped) {
            error!(error = %failure, "a closed day was not sealed");
        }
    }
}

fn seal_through(store: &SqliteStore, through: &str, stopped: &Receiver<()>) -> Result<(), StoreError> {
    let archiving = store.archiving()?;
    let mut sealed = Ok(());
    for shard in archiving.shards() {
        // One damaged shard does not keep the others from being archived.
        let one = shard.closed(through).and_then(|days| {
            for day in days {
                if stopped.try_recv() != Err(TryRecvError::Empty) {
                    return Ok(());
                }
                let seal = shard.seal(&day, &mut |_| Ok(()))?;
                info!(shard = %shard.shard, %day, bytes = seal.bytes, seal = %seal.hash().hex(), "sealed");
            }
            Ok(())
        });
        sealed = sealed.and(one);
    }
    sealed
}

const HOUR_MS: i64 = 60 * 60 * 1000;
const DAY_MS: i64 = 24 * HOUR_MS;

fn now() -> Millis {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Millis(since.as_millis() as i64)
}
