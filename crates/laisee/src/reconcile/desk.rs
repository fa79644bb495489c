//! Where findings become facts: taken down in shard 0, repaired where the rule is certain, raised otherwise.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, mpsc::Sender},
    time::{Duration, Instant},
};

use laisee_bus::{Bus, Failure, LocalBus};
use laisee_core::{
    command::{AdvanceTransfer, Command, ExpirePacket, RecordDifference, Redeliver, SettleDifference},
    fen::Fen,
    ids::{DifferenceId, Millis, OrderId, PacketId, Position, ShardId, TransferId},
    notes,
    query::{Answer, DifferenceFilter, DifferenceOrder, Query},
    reconciliation::{Difference, DifferenceKind, DifferenceState, RECONCILIATION_SHARD, Recorded},
    refusal::Refusal,
};
use laisee_reconcile::{
    reckoner::{Finding, Standing},
    rows::{self, ViewLook},
};
use laisee_shard::Mender;
use laisee_store::{
    ReadTables, Store, StoreError,
    sqlite::{SqliteStore, SqliteTables},
    views,
};
use tracing::{info, warn};

use super::{mend::Mending, now};

/// Findings that wait at most; what is beyond is found again by the next round or day.
const FOUND_MAX: usize = 100_000;
/// Findings worked off in one turn.
const TURN: usize = 64;
/// Repairs under way at most. Where more is wrong, it is no matter of single rows.
const REPAIRS_MAX: usize = 1_000;
/// Findings remembered, so that the same one is not told shard 0 in every round.
const KNOWN_MAX: usize = 10_000;
/// How often a repair is tried, and after how long it is looked whether it has held.
const TRIES_MAX: u32 = 3;
const LOOK_AFTER: Duration = Duration::from_secs(2);
/// As before, where somebody outside is asked.
const ASKED_AFTER: Duration = Duration::from_secs(5);
/// The least time between two restarts of a shard for repairs of its views.
const MEND_EVERY: Duration = Duration::from_secs(5);

pub(super) struct Desk {
    bus: Arc<LocalBus>,
    mender: Mender,
    /// Where orders go that their providers are to be asked about once more.
    ask: Sender<OrderId>,
    runtime: tokio::runtime::Runtime,
    found: VecDeque<Finding>,
    known: BTreeMap<DifferenceId, (Fen, Fen)>,
    repairs: BTreeMap<DifferenceId, Repair>,
    mended: BTreeMap<ShardId, Instant>,
    /// Whether what was open when the server stopped has been taken up again.
    adopted: bool,
}

/// A repair that is under way.
struct Repair {
    difference: Difference,
    tries: u32,
    /// When to look whether it has held, or to try again.
    look_at: Instant,
}

impl Desk {
    pub fn new(bus: Arc<LocalBus>, mender: Mender, ask: Sender<OrderId>) -> std::io::Result<Self> {
        Ok(Self {
            bus,
            mender,
            ask,
            runtime: tokio::runtime::Builder::new_current_thread().enable_time().build()?,
            found: VecDeque::new(),
            known: BTreeMap::new(),
            repairs: BTreeMap::new(),
            mended: BTreeMap::new(),
            adopted: false,
        })
    }

    pub fn find(&mut self, finding: Finding) {
        if let Finding::Differs(difference) = &finding
            && self.known.get(&difference.id()) == Some(&(difference.expected, difference.found))
        {
            return;
        }
        if self.found.len() < FOUND_MAX {
            self.found.push_back(finding);
        }
    }

    /// Whether everything that was found is a fact.
    #[must_use]
    pub fn is_taken_down(&self) -> bool {
        self.found.is_empty()
    }

    #[must_use]
    pub fn waiting(&self) -> usize {
        self.found.len() + self.repairs.len()
    }

    /// Works off some of what waits. Where a shard does not answer, it is tried again in the next turn.
    pub fn work(
        &mut self,
        store: &SqliteStore,
        look: &mut ViewLook<SqliteTables>,
        standing: &Standing,
        breathe: impl Fn() -> bool,
    ) -> Result<(), StoreError> {
        if !self.adopted {
            self.adopted = self.adopt();
        }
        for _ in 0..TURN {
            let Some(finding) = self.found.front().cloned() else { break };
            if self.take_down(&finding).is_err() {
                break;
            }
            self.found.pop_front();
        }
        self.repair(store, look, standing, breathe)
    }

    /// Takes up what was open when the server stopped; false: shard 0 does not answer yet.
    fn adopt(&mut self) -> bool {
        let filter = DifferenceFilter { state: Some(DifferenceState::Open), ..DifferenceFilter::default() };
        let query =
            Query::Differences { filter, order: DifferenceOrder::Found, rising: true, after: None, limit: REPAIRS_MAX };
        match self.runtime.block_on(self.bus.query(RECONCILIATION_SHARD, query)) {
            Ok(Answer::Differences { rows, .. }) => {
                for (_, Recorded { difference, .. }) in rows {
                    self.begin(difference);
                }
                true
            }
            _ => false,
        }
    }

    fn take_down(&mut self, finding: &Finding) -> Result<(), Failure> {
        match finding {
            Finding::Differs(difference) => {
                let repairable = repairable(difference.kind) && self.repairs.len() < REPAIRS_MAX;
                let record = RecordDifference { difference: difference.clone(), repairable };
                self.call(Command::RecordDifference(record))?;
                warn!(key = %difference.key(), words = %difference.words, "books differ");
                if self.known.len() >= KNOWN_MAX {
                    self.known.clear();
                }
                self.known.insert(difference.id(), (difference.expected, difference.found));
                if repairable {
                    self.begin(difference.clone());
                }
            }
            Finding::Settled(key) => {
                let id = DifferenceId::of_key(key);
                // What was passed over is brought by nobody but a repair.
                let redone = [DifferenceKind::CreditMissing, DifferenceKind::DeliveryMissing];
                let redone = redone.iter().any(|kind| key.starts_with(kind.word()));
                let tried = self.repairs.get(&id).is_some_and(|repair| repair.tries > 0);
                self.settle(id, if redone || tried { DifferenceState::Repaired } else { DifferenceState::Settled })?;
            }
        }
        Ok(())
    }

    fn begin(&mut self, difference: Difference) {
        let repair = Repair { tries: 0, look_at: Instant::now(), difference };
        self.repairs.insert(repair.difference.id(), repair);
    }

    fn settle(&mut self, id: DifferenceId, state: DifferenceState) -> Result<(), Failure> {
        match self.call(Command::SettleDifference(SettleDifference { id, state })) {
            Ok(()) | Err(Failure::Refused(Refusal::NoSuchDifference)) => {
                self.known.remove(&id);
                self.repairs.remove(&id);
                info!(id = %id, state = state.word(), "a difference is over");
                Ok(())
            }
            Err(failure) => Err(failure),
        }
    }

    fn call(&self, command: Command) -> Result<(), Failure> {
        self.runtime.block_on(self.bus.call(command, None)).map(|_| ())
    }

    /// Looks after the repairs whose time has come.
    fn repair(
        &mut self,
        store: &SqliteStore,
        look: &mut ViewLook<SqliteTables>,
        standing: &Standing,
        breathe: impl Fn() -> bool,
    ) -> Result<(), StoreError> {
        let now = Instant::now();
        let due: Vec<DifferenceId> =
            self.repairs.iter().filter(|(_, repair)| repair.look_at <= now).map(|(id, _)| *id).take(TURN).collect();
        let mut mendings: BTreeMap<ShardId, Vec<Mending>> = BTreeMap::new();
        for id in due {
            let Some(repair) = self.repairs.get(&id) else { continue };
            let (difference, tries) = (repair.difference.clone(), repair.tries);
            let shard = difference.place.shard;
            let passed_over =
                matches!(difference.kind, DifferenceKind::CreditMissing | DifferenceKind::DeliveryMissing);
            let stuck = matches!(difference.kind, DifferenceKind::PacketStuck | DifferenceKind::TransferStuck);
            let of_provider = matches!(difference.kind, DifferenceKind::OrderUnheard | DifferenceKind::OrderStuck);
            let of_views = !passed_over && !stuck && !of_provider;
            if !passed_over && !still(store, look, standing, &difference)? {
                // One that nobody mended was right again by itself: the row was written anew.
                let state = if tries > 0 { DifferenceState::Repaired } else { DifferenceState::Settled };
                // Where shard 0 does not answer, it is looked at again in the next turn.
                let _ = self.settle(id, state);
                continue;
            }
            if tries >= TRIES_MAX {
                if self.settle(id, DifferenceState::Raised).is_ok() {
                    // It stays known: it is in an operator's hands.
                    self.known.insert(id, (difference.expected, difference.found));
                }
                continue;
            }
            if of_views {
                let waits = self.mended.get(&shard).is_some_and(|at| at.elapsed() < MEND_EVERY);
                if waits {
                    continue;
                }
                if let Some(mending) = prepared(store, look, &difference, &breathe)? {
                    mendings.entry(shard).or_default().push(mending);
                }
            } else if of_provider {
                // Whoever asks ends only with the server.
                let _ = self.ask.send(OrderId(difference.subject));
            } else if stuck {
                if !self.wake(&difference) {
                    continue;
                }
            } else if !self.redeliver(store, &difference)? {
                continue;
            }
            if let Some(repair) = self.repairs.get_mut(&id) {
                repair.tries += 1;
                repair.look_at = Instant::now() + if of_provider { ASKED_AFTER } else { LOOK_AFTER };
            }
        }
        for (shard, mendings) in mendings {
            self.mended.insert(shard, Instant::now());
            for mut mending in mendings {
                let repair = move |log: &mut dyn laisee_store::ReadLog, views: &mut dyn laisee_store::Snapshot| {
                    mending.read(log, views.position()?, || true)?;
                    mending.changes(views)
                };
                self.mender.mend(shard, Box::new(repair));
            }
        }
        Ok(())
    }

    /// Sends what the timer should have sent, which looks itself whether there is anything to do; false: nobody answered.
    fn wake(&self, difference: &Difference) -> bool {
        let command = match difference.kind {
            DifferenceKind::PacketStuck => Command::ExpirePacket(ExpirePacket { packet: PacketId(difference.subject) }),
            _ => Command::AdvanceTransfer(AdvanceTransfer { transfer: TransferId(difference.subject) }),
        };
        matches!(self.call(command), Ok(()) | Err(Failure::Refused(_)))
    }

    /// Has a note redelivered that was passed over; false: nobody answered.
    fn redeliver(&self, store: &SqliteStore, difference: &Difference) -> Result<bool, StoreError> {
        let place = difference.place;
        let mut log = store.log_reader(place.shard)?;
        let before = Position(place.position.0.saturating_sub(1));
        let Some(batch) = log.read(before, 1)?.into_iter().next() else { return Ok(true) };
        let n = place.position.0.saturating_sub(batch.first.0) as usize;
        let facts = batch.facts()?;
        let (Some(fact), Some(target)) = (facts.get(n), difference.other) else { return Ok(true) };
        let (to, from, position) = (target.shard, place.shard, place.position);
        let mut owed = vec![];
        notes(fact, batch.at, |note| owed.push(note));
        owed.retain(|note| note.redeliverable() && note.addressee().is(from, to));
        for note in owed {
            match self.call(Command::Redeliver(Redeliver { to, from, position, note })) {
                Ok(()) | Err(Failure::Refused(_)) => {}
                Err(_) => return Ok(false),
            }
        }
        Ok(true)
    }
}

/// Whether what is to be done is certain: it follows from the log alone, or an ordinary command decides it.
fn repairable(kind: DifferenceKind) -> bool {
    use DifferenceKind::*;
    let stuck = matches!(kind, PacketStuck | TransferStuck);
    let ask = matches!(kind, OrderUnheard | OrderStuck);
    stuck
        || ask
        || matches!(
            kind,
            CreditMissing
                | DeliveryMissing
                | ViewTransfer
                | ViewDispute
                | ViewOrder
                | ViewWallet
                | ViewMovement
                | ViewClaim
                | ViewPacket
                | ViewBooks
        )
}

/// A mending that has read the log up to where the views stand now.
fn prepared(
    store: &SqliteStore,
    look: &mut ViewLook<SqliteTables>,
    difference: &Difference,
    breathe: &impl Fn() -> bool,
) -> Result<Option<Mending>, StoreError> {
    let shard = difference.place.shard;
    let (Some(mut mending), Some(reader)) = (Mending::of(difference), look.reader(shard)) else { return Ok(None) };
    let through = reader.snapshot(|views| views.position())?;
    let mut log = store.log_reader(shard)?;
    mending.read(&mut *log, through, breathe)?;
    Ok(Some(mending))
}

/// Whether the views still differ in this way.
fn still(
    store: &SqliteStore,
    look: &mut ViewLook<SqliteTables>,
    standing: &Standing,
    difference: &Difference,
) -> Result<bool, StoreError> {
    let (shard, shards) = (difference.place.shard, store.shards());
    let Some(reader) = look.reader(shard) else { return Ok(true) };
    let key = difference.key();
    let mut found = false;
    let mut differ = |other: Difference| found |= other.key() == key;
    match difference.kind {
        DifferenceKind::ViewWallet => {
            let before = difference.user.map(|user| laisee_core::ids::UserId(user.0.saturating_sub(1)));
            rows::compare_wallets(shard, reader, before, 1, &mut differ)?;
        }
        DifferenceKind::PacketStuck => {
            let head = reader.snapshot(|views| views::packet_head(views, PacketId(difference.subject)))?;
            return Ok(head.is_some_and(|head| !head.status.ended() && head.terms.expires_at < now()));
        }
        DifferenceKind::TransferStuck => {
            let found = reader.snapshot(|views| views::transfer(views, TransferId(difference.subject)))?;
            return Ok(found.and_then(|found| found.waits()).is_some_and(|due: Millis| due < now()));
        }
        DifferenceKind::OrderUnheard | DifferenceKind::OrderStuck => {
            let found = reader.snapshot(|views| views::order(views, OrderId(difference.subject)))?;
            let unheard = difference.kind == DifferenceKind::OrderUnheard;
            return Ok(found.is_some_and(|order| {
                if unheard { order.changed_at == difference.at } else { !order.state.settled() }
            }));
        }
        DifferenceKind::ViewDispute => {
            let before = TransferId(difference.subject.saturating_sub(1));
            rows::compare_transfers(shard, reader, Some(before), 1, Millis(i64::MIN), &mut differ)?;
        }
        DifferenceKind::ViewBooks => {
            // Only where both stand at one position anything can be said.
            if !rows::compare_books(shard, reader, standing, shards, &mut differ)? {
                return Ok(true);
            }
        }
        _ => {
            let mut log = store.log_reader(shard)?;
            let after = Position(difference.place.position.0.saturating_sub(1));
            rows::compare_stretch(shard, &mut *log, reader, after, Position(u64::MAX), 1, &mut differ)?;
        }
    }
    Ok(found)
}
