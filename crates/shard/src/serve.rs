//! Puts a shard's threads together, and starts them anew when something failed.

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use laisee_bus::{LocalBus, ShardInbox};
use laisee_core::ids::{Position, ShardId};
use laisee_store::{ReadLog, Store, StoreError};
use parking_lot::Mutex;
use rand::Rng;
use tokio::{
    runtime::Builder,
    sync::{Notify, mpsc},
};
use tracing::{error, info};

use crate::{
    appender::{Appender, refuse_all},
    courier::Courier,
    courier_loop,
    engine::{Engine, Replying},
    mender::{Mender, Repairs},
    options::ShardOptions,
    progress::Progress,
    readers,
    recovery::recover,
    viewer::Viewer,
    writer::{Writer, now},
};

/// Applied batches that may wait for the appender.
const APPLIED_MAX: usize = 8;
/// Appended batches that may wait for the courier.
const APPENDED_MAX: usize = 256;
/// The niceness of threads that may come after others: about a third of the usual share.
const BEHIND_OTHERS: i32 = 5;
const RESTART_AFTER: Duration = Duration::from_millis(500);
/// How often a shard that stays down tells those who wait in its queue.
const REFUSE_EVERY: Duration = Duration::from_millis(50);

/// Figures of one shard, for health pages and metrics.
#[derive(Default, Debug)]
pub struct ShardStatus {
    pub shard: u16,
    pub ready: AtomicBool,
    pub counters: Counters,
}

#[derive(Default, Debug)]
pub struct Counters {
    /// Facts appended since the start.
    pub facts: AtomicU64,
    /// Transactions they took.
    pub appends: AtomicU64,
    /// Times the shard was started.
    pub starts: AtomicU64,
    /// Facts appended whose notes the courier has not seen answered yet; 0: everything is delivered.
    pub courier_waiting: AtomicU64,
    /// Facts appended that the views do not have yet.
    pub views_waiting: AtomicU64,
}

/// All shards of this process, running.
pub struct Shards {
    threads: Vec<JoinHandle<()>>,
    stop: Vec<Arc<Stop>>,
    pub status: Vec<Arc<ShardStatus>>,
}

#[derive(Default)]
pub(crate) struct Stop {
    asked: AtomicBool,
    pub notify: Notify,
    /// To be carried out before the next life.
    pub repairs: Repairs,
}

impl Shards {
    /// Whether every shard serves.
    #[must_use]
    pub fn ready(&self) -> bool {
        self.status.iter().all(|status| status.ready.load(Ordering::Acquire))
    }

    /// Waits until couriers have delivered all notes of what is durable now.
    pub fn wait_for_couriers(&self) {
        let idle = |status: &Arc<ShardStatus>| status.counters.courier_waiting.load(Ordering::Acquire) == 0;
        while !self.status.iter().all(idle) {
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// A way to have views put right, which outlives this.
    #[must_use]
    pub fn mender(&self) -> Mender {
        Mender { shards: self.stop.clone() }
    }

    /// Lets every shard finish what it has taken in, save its views, and end.
    pub fn stop(self) {
        for stop in &self.stop {
            stop.asked.store(true, Ordering::Release);
            stop.notify.notify_one();
        }
        for thread in self.threads {
            // A shard thread catches its panics; there is nothing left to report here.
            let _ = thread.join();
        }
    }
}

/// Starts a shard for each inbox.
pub fn start<S: Store>(
    store: &Arc<S>,
    bus: &Arc<LocalBus>,
    inboxes: Vec<ShardInbox>,
    options: &ShardOptions,
) -> Shards {
    let mut shards = Shards { threads: vec![], stop: vec![], status: vec![] };
    for inbox in inboxes {
        let stop = Arc::new(Stop::default());
        let status = Arc::new(ShardStatus { shard: inbox.shard.0, ..ShardStatus::default() });
        shards.stop.push(stop.clone());
        shards.status.push(status.clone());
        let (store, bus, options) = (store.clone(), bus.clone(), options.clone());
        let thread = thread::Builder::new()
            .name(format!("shard-{}", inbox.shard))
            .spawn(move || supervise(&*store, &bus, inbox, &options, &stop, &status))
            .expect("the system can start a thread");
        shards.threads.push(thread);
    }
    shards
}

/// Keeps one shard running. A failed store and a bug alike stop it, drop its memory, and start it from the log; but where
/// somebody must do something first, it stays down.
fn supervise<S: Store>(
    store: &S,
    bus: &LocalBus,
    mut inbox: ShardInbox,
    options: &ShardOptions,
    stop: &Stop,
    status: &ShardStatus,
) {
    while !stop.asked.load(Ordering::Acquire) {
        status.counters.starts.fetch_add(1, Ordering::Relaxed);
        let mut left = Vec::new();
        let ran = catch_unwind(AssertUnwindSafe(|| run(store, bus, &mut inbox, options, stop, status, &mut left)));
        status.ready.store(false, Ordering::Release);
        refuse_all(bus, &mut inbox, left);
        match ran {
            Ok(Ok(())) => continue,
            Ok(Err(failure)) if failure.is_final() => {
                error!(shard = %inbox.shard, error = %failure, "the shard stays down: somebody must look");
                while !stop.asked.load(Ordering::Acquire) {
                    refuse_all(bus, &mut inbox, vec![]);
                    thread::sleep(REFUSE_EVERY);
                }
            }
            Ok(Err(failure)) => {
                error!(shard = %inbox.shard, error = %failure, "the store failed; the shard starts anew")
            }
            Err(_) => {
                error!(shard = %inbox.shard, "the shard stopped at a bug; it starts anew from its log");
                inbox.port.forget_all();
            }
        }
        if !stop.asked.load(Ordering::Acquire) {
            thread::sleep(RESTART_AFTER);
        }
    }
}

fn run<S: Store>(
    store: &S,
    bus: &LocalBus,
    inbox: &mut ShardInbox,
    options: &ShardOptions,
    stop: &Stop,
    status: &ShardStatus,
    left: &mut Vec<Replying>,
) -> Result<(), StoreError> {
    let shard = inbox.shard;
    let epoch = store.claim(shard)?;
    stop.repairs.carry_out(store, shard)?;
    let mut log = store.log(shard, epoch)?;
    let mut courier_log = store.log_reader(shard)?;
    let recovered = recover(store, shard, options, now())?;
    let (durable, viewed) = (log.end()?, views_position(store, shard)?);
    if viewed > durable {
        let lost = format!("the views of shard {shard} know of fact {viewed}, its log ends at {durable}");
        return Err(StoreError::Corrupt(lost));
    }
    info!(%shard, %durable, %viewed, "recovered");

    let progress = &Progress::new(durable, viewed);
    let (applied, to_append) = mpsc::channel(APPLIED_MAX);
    let (view, to_view) = mpsc::channel(1);
    let (courier_feed, appended) = mpsc::channel(APPENDED_MAX);
    let courier = Courier::new(shard, store.shards(), courier_log.end()?);
    let readers_stop = &Notify::new();
    let runtime = &Builder::new_current_thread().build().map_err(StoreError::from)?;
    let questions = &Mutex::new(&mut inbox.questions);
    let tables = store.tables(shard)?;
    let mut query_readers = Vec::new();
    for _ in 0..options.readers {
        query_readers.push(store.reader(shard)?);
    }
    let writer = Writer {
        engine: Engine::new(recovered.state, Box::new(entropy)),
        reader: store.reader(shard)?,
        options,
        requests: &mut inbox.requests,
        applied,
        view,
        progress,
        stop: &stop.notify,
        uncut: recovered.unsaved,
        left,
    };
    let appender = Appender {
        log,
        applied: to_append,
        bus,
        port: &inbox.port,
        progress,
        couriers: courier_feed,
        counters: &status.counters,
    };

    thread::scope(|scope| {
        let name = |role: &str| thread::Builder::new().name(format!("{role}-{shard}"));
        let spawned = "the system can start a thread";
        let appender = name("append").spawn_scoped(scope, || guarded(progress, || appender.run())).expect(spawned);
        let viewer = Viewer { tables, work: to_view, progress, counters: &status.counters };
        let viewer = name("view").spawn_scoped(scope, || {
            stand_back();
            guarded(progress, || viewer.run())
        });
        let viewer = viewer.expect(spawned);
        let courier = name("courier").spawn_scoped(scope, move || {
            guarded(progress, || {
                let runtime = Builder::new_current_thread().enable_time().build().map_err(StoreError::from)?;
                runtime.block_on(courier_loop::run(courier, courier_log, appended, bus, &status.counters))
            })
        });
        let courier = courier.expect(spawned);
        for reader in query_readers {
            let read = move || readers::run(reader, questions, progress, runtime, readers_stop);
            name("read").spawn_scoped(scope, read).expect(spawned);
        }

        status.ready.store(true, Ordering::Release);
        let write = || {
            let runtime = Builder::new_current_thread().enable_time().build().map_err(StoreError::from)?;
            runtime.block_on(writer.run())
        };
        let wrote = catch_unwind(AssertUnwindSafe(|| guarded(progress, write)));
        status.ready.store(false, Ordering::Release);
        // The writer's end closes the appender's and the viewer's channels, the appender's end the courier's. The readers
        // wait for questions and must be told, before any panic goes on: it would wait for them here for ever.
        let ends = [wrote, appender.join(), viewer.join(), courier.join()];
        progress.fail();
        readers_stop.notify_one();
        ends.into_iter().try_for_each(|end| end.unwrap_or_else(|panic| resume_unwind(panic)))
    })
}

/// Runs one part of the shard; its failure or panic stops the others.
fn guarded(progress: &Progress, part: impl FnOnce() -> Result<(), StoreError>) -> Result<(), StoreError> {
    match catch_unwind(AssertUnwindSafe(part)) {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => {
            progress.fail();
            Err(error)
        }
        Err(panic) => {
            progress.fail();
            resume_unwind(panic)
        }
    }
}

/// Lets a thread run after others where the processor is short. Replies wait for appends, nobody waits for the views
/// unless they are far behind, and then the writer slows down.
fn stand_back() {
    // Where the system does not allow it, it is as before.
    let _ = rustix::process::setpriority_process(Some(rustix::thread::gettid()), BEHIND_OTHERS);
}

fn views_position<S: Store>(store: &S, shard: ShardId) -> Result<Position, StoreError> {
    use laisee_store::ReadTables;
    store.reader(shard)?.snapshot(|views| views.position())
}

fn entropy() -> [u8; 32] {
    let mut bytes = [0; 32];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}
