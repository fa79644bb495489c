//! The comparison that follows a running server: some seconds behind, with low priority, in bounded memory.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use laisee_bus::LocalBus;
use laisee_core::{
    ids::{Millis, OrderId, Position, ShardId, TransferId, UserId},
    reconciliation::Difference,
};
use laisee_payments::providers::Providers;
use laisee_reconcile::{
    follow::Follower,
    reckoner::{Finding, Reckoner, Standing},
    rows::{self, ViewLook},
};
use laisee_shard::Mender;
use laisee_store::{
    ReadLog, ReadTables, Store, StoreError,
    sqlite::{SqliteStore, SqliteTables},
};
use serde::{Deserialize, Serialize};
use tracing::{error, warn};

use super::{desk::Desk, keep, nightly, now, orders, status::Status};

/// When and how the running server reconciles.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReconciliationConfig {
    /// Whether it follows the log all the time.
    pub continuous: bool,
    /// Whether it reconciles each day when it is over.
    pub nightly: bool,
    /// How long after its end a day is reconciled, in s.
    pub nightly_after_s: u32,
    /// How long what is on its way may take before it is overdue, in ms.
    pub overdue_ms: u32,
    /// How long a round over all rows of the views takes at least, in s.
    pub round_s: u32,
    /// How often providers are asked about open orders, in s.
    pub orders_round_s: u32,
    /// How long an order may be open before it is raised, in s.
    pub order_overdue_s: u32,
}

impl Default for ReconciliationConfig {
    fn default() -> Self {
        Self {
            continuous: true,
            nightly: true,
            nightly_after_s: 600,
            overdue_ms: 60_000,
            round_s: 300,
            orders_round_s: 60,
            order_overdue_s: 3_600,
        }
    }
}

/// Batches taken in between two breaths; what one turn of the round compares.
const BATCHES: usize = 256;
const STRETCH_BYTES: usize = 32 << 10;
const WALLETS: usize = 50;
const TRANSFERS: usize = 50;
/// How long it sleeps when there is nothing new, and when there is more.
const IDLE: Duration = Duration::from_millis(200);
const BREATH: Duration = Duration::from_millis(2);
/// How often it is kept how the books stand, and how often is looked for what is overdue.
const KEEP_EVERY: Duration = Duration::from_secs(5);
const OVERDUE_EVERY: Duration = Duration::from_secs(2);
/// How long it waits after the store failed.
const AGAIN_AFTER: Duration = Duration::from_secs(2);
/// As far behind others as it goes.
const NICENESS: i32 = 19;

/// What both threads need.
pub(super) struct Surroundings {
    pub store: SqliteStore,
    pub bus: Arc<LocalBus>,
    pub data: PathBuf,
    pub config: ReconciliationConfig,
    pub providers: Arc<Providers>,
    pub status: Arc<Status>,
    pub stop: Arc<AtomicBool>,
}

impl Surroundings {
    pub fn stopping(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }

    /// Sleeps in small steps, so that a stop is soon noticed.
    pub fn sleep(&self, time: Duration) {
        let until = Instant::now() + time;
        while !self.stopping() && Instant::now() < until {
            thread::sleep(IDLE.min(until.saturating_duration_since(Instant::now())));
        }
    }
}

/// Runs beside a server, and ends with this value.
pub struct Continuous {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Continuous {
    /// Starts what the configuration says.
    ///
    /// # Errors
    /// The store's.
    pub fn start(
        config: &ReconciliationConfig,
        data: PathBuf,
        bus: &Arc<LocalBus>,
        mender: Mender,
        providers: &Arc<Providers>,
        status: &Arc<Status>,
    ) -> Result<Self, StoreError> {
        let stop = Arc::new(AtomicBool::new(false));
        let mut threads = Vec::new();
        let surroundings = || {
            Ok::<_, StoreError>(Surroundings {
                store: SqliteStore::open_read_only(&data)?,
                bus: bus.clone(),
                data: data.clone(),
                config: config.clone(),
                providers: providers.clone(),
                status: status.clone(),
                stop: stop.clone(),
            })
        };
        // Findings of a day, and of orders, are worked off by the one desk there is.
        let (found, findings) = mpsc::channel();
        let (ask, to_ask) = mpsc::channel();
        if config.nightly {
            let surroundings = surroundings()?;
            let found = found.clone();
            threads.push(spawn("reconcile-day", move || nightly::run(&surroundings, &found)));
        }
        if config.continuous {
            let (following, asking) = (surroundings()?, surroundings()?);
            threads.push(spawn("reconcile", move || run(&following, &mender, &findings, ask)));
            threads.push(spawn("reconcile-orders", move || orders::run(&asking, &found, &to_ask)));
        }
        Ok(Self { stop, threads })
    }
}

impl Drop for Continuous {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        for thread in self.threads.drain(..) {
            // A panic in it was printed.
            let _ = thread.join();
        }
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> JoinHandle<()> {
    let thread = thread::Builder::new().name(name.into());
    let thread = thread.spawn(|| {
        // Where the system does not allow it, it competes with the others.
        let _ = rustix::process::setpriority_process(Some(rustix::thread::gettid()), NICENESS);
        work();
    });
    thread.expect("the system can start a thread")
}

fn run(surroundings: &Surroundings, mender: &Mender, findings: &mpsc::Receiver<Finding>, ask: mpsc::Sender<OrderId>) {
    let Ok(mut desk) = Desk::new(surroundings.bus.clone(), mender.clone(), ask) else {
        error!("no runtime for reconciliation");
        return;
    };
    while !surroundings.stopping() {
        match follow(surroundings, &mut desk, findings) {
            Ok(()) => return,
            Err(failure) if failure.is_final() => {
                surroundings.status.fail(&failure.to_string());
                error!(error = %failure, "reconciliation cannot go on");
                surroundings.sleep(AGAIN_AFTER * 30);
            }
            Err(failure) => {
                surroundings.status.fail(&failure.to_string());
                warn!(error = %failure, "reconciliation begins anew");
                surroundings.sleep(AGAIN_AFTER);
            }
        }
    }
}

/// Follows from where it is kept that the books stand, until it is stopped.
fn follow(surroundings: &Surroundings, desk: &mut Desk, findings: &mpsc::Receiver<Finding>) -> Result<(), StoreError> {
    let Surroundings { store, config, status, .. } = surroundings;
    let shards = store.shards();
    let mut follower = Follower::new(store, Reckoner::new(Standing::default()))?;
    let ends = follower.ends()?;
    // A log that was brought back from a backup may end before what was kept.
    let fits = |standing: &Standing| {
        standing.positions.iter().all(|(shard, at)| ends.get(usize::from(shard.0)).is_some_and(|end| at <= end))
    };
    let mut kept = keep::standing(&surroundings.data).filter(fits);
    follower.reckoner = Reckoner::new(kept.clone().unwrap_or_default());
    let mut look = ViewLook::new(store)?;
    let mut round = Round::new(store, Duration::from_secs(config.round_s.into()))?;
    let (mut kept_at, mut overdue_at) = (Instant::now(), Instant::now());
    while !surroundings.stopping() {
        let views = positions(&mut look, shards)?;
        let through = |shard: ShardId| views.get(usize::from(shard.0)).copied().unwrap_or_default();
        let taken = follower.step(BATCHES, through, |_| true, &mut look, |finding| desk.find(finding))?;
        if overdue_at.elapsed() >= OVERDUE_EVERY {
            overdue_at = Instant::now();
            let since = now().plus(-i64::from(config.overdue_ms));
            follower.reckoner.overdue(since, |finding| desk.find(finding));
        }
        if taken < BATCHES {
            for number in 0..shards {
                let shard = ShardId(number);
                let Some(reader) = look.reader(shard) else { continue };
                let differ = |difference| desk.find(Finding::Differs(difference));
                rows::compare_books(shard, reader, &follower.reckoner.standing, shards, differ)?;
            }
        }
        let since = now().plus(-i64::from(config.overdue_ms));
        round.turn(&mut look, since, |difference| desk.find(Finding::Differs(difference)))?;
        while let Ok(finding) = findings.try_recv() {
            desk.find(finding);
        }
        desk.work(store, &mut look, &follower.reckoner.standing, || !surroundings.stopping())?;
        let ends = follower.ends()?;
        status.tell(&follower.reckoner, &ends, now(), round.rounds, desk.waiting());
        // What is kept counts as looked at, so what was found there must be taken down first.
        if kept_at.elapsed() >= KEEP_EVERY && desk.is_taken_down() {
            kept_at = Instant::now();
            keep_standing(surroundings, &mut kept, &follower.reckoner.standing);
        }
        thread::sleep(if taken < BATCHES { IDLE } else { BREATH });
    }
    if desk.is_taken_down() {
        keep_standing(surroundings, &mut kept, &follower.reckoner.standing);
    }
    Ok(())
}

fn keep_standing(surroundings: &Surroundings, kept: &mut Option<Standing>, standing: &Standing) {
    if kept.as_ref().is_some_and(|kept| kept.positions == standing.positions) {
        return;
    }
    match keep::keep_standing(&surroundings.data, kept.as_ref(), standing) {
        Ok(()) => *kept = Some(standing.clone()),
        // It begins a little earlier at the next start.
        Err(failure) => warn!(error = %failure, "how the books stand was not kept"),
    }
}

fn positions(look: &mut ViewLook<SqliteTables>, shards: u16) -> Result<Vec<Position>, StoreError> {
    let position = |number| match look.reader(ShardId(number)) {
        Some(reader) => reader.snapshot(|views| views.position()),
        None => Ok(Position(0)),
    };
    (0..shards).map(position).collect()
}

/// Goes round and round over all logs, wallets and transfers, a little at a time, and compares the views with them.
struct Round {
    logs: Vec<Box<dyn ReadLog>>,
    /// The shard whose turn it is.
    turn: usize,
    places: BTreeMap<usize, Place>,
    at_least: Duration,
    began: Instant,
    /// Rounds that were completed.
    rounds: u64,
}

#[derive(Default)]
struct Place {
    log: Position,
    user: Option<UserId>,
    transfer: Option<TransferId>,
    log_done: bool,
    users_done: bool,
    transfers_done: bool,
}

impl Round {
    fn new(store: &SqliteStore, at_least: Duration) -> Result<Self, StoreError> {
        let logs = (0..store.shards()).map(|number| store.log_reader(ShardId(number))).collect::<Result<_, _>>()?;
        Ok(Self { logs, turn: 0, places: BTreeMap::new(), at_least, began: Instant::now(), rounds: 0 })
    }

    fn turn(
        &mut self,
        look: &mut ViewLook<SqliteTables>,
        overdue_since: Millis,
        mut differ: impl FnMut(Difference),
    ) -> Result<(), StoreError> {
        let over = |place: &Place| place.log_done && place.users_done && place.transfers_done;
        if self.places.len() == self.logs.len() && self.places.values().all(over) {
            if self.began.elapsed() < self.at_least {
                return Ok(());
            }
            self.rounds += 1;
            self.places.clear();
            self.began = Instant::now();
        }
        self.turn = (self.turn + 1) % self.logs.len().max(1);
        let shard = ShardId(self.turn as u16);
        let (Some(log), Some(reader)) = (self.logs.get_mut(self.turn), look.reader(shard)) else { return Ok(()) };
        let place = self.places.entry(self.turn).or_default();
        if !place.log_done {
            let all = Position(u64::MAX);
            let (at, _) = rows::compare_stretch(shard, &mut **log, reader, place.log, all, STRETCH_BYTES, &mut differ)?;
            place.log_done = at == place.log;
            place.log = at;
        }
        if !place.users_done {
            match rows::compare_wallets(shard, reader, place.user, WALLETS, &mut differ)? {
                Some((user, _)) => place.user = Some(user),
                None => place.users_done = true,
            }
        }
        if !place.transfers_done {
            let after = place.transfer;
            match rows::compare_transfers(shard, reader, after, TRANSFERS, overdue_since, &mut differ)? {
                Some(transfer) => place.transfer = Some(transfer),
                None => place.transfers_done = true,
            }
        }
        Ok(())
    }
}
