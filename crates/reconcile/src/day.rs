//! One closed day, or everything there is: read from the log, compared, and reported on.

use std::collections::{BTreeMap, BTreeSet};

pub use laisee_core::reconciliation::Day;
use laisee_core::{
    fen::Fen,
    ids::{Millis, OrderId, Position, ShardId},
    reconciliation::Difference,
};
use laisee_store::{Store, StoreError};
use serde::{Deserialize, Serialize};

use crate::{
    follow::Follower,
    reading::Account,
    reckoner::{Cut, Finding, Reckoner, Standing},
    rows::{self, ViewLook},
    sums::Sums,
};

/// Differences listed in one report at most; all are counted.
const LISTED_MAX: usize = 1_000;
const FOUND_MAX: usize = 100_000;
/// Batches taken, log bytes compared and wallets looked at between two breaths.
const BATCHES: usize = 1_024;
const STRETCH_BYTES: usize = 1 << 20;
const WALLETS: usize = 1_000;
const TRANSFERS: usize = 1_000;

/// What is to be reconciled.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// None: everything.
    pub day: Option<Day>,
    /// How the books stood at some moment before the day; without, they are kept from the beginning of the log.
    pub opening: Standing,
    /// What has not come to its end since before then is overdue.
    pub overdue_since: Millis,
}

/// What a run found.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Report {
    pub clean: bool,
    /// Such as 2026-11-24; none: everything there is.
    pub day: Option<String>,
    /// Facts of the day.
    pub facts: u64,
    /// How often and how much (in fen) moved, by kind.
    pub movements: BTreeMap<String, (u64, i64)>,
    pub shards: Vec<ShardReport>,
    pub pairs: Vec<PairReport>,
    /// Rows of the views compared with facts.
    pub rows: u64,
    pub wallets: u64,
    /// Packets of which too little was known to judge them, because the views are behind the log.
    pub unjudged: u64,
    /// Orders compared with what their providers say, and those of which none said anything; 0: nobody asked.
    pub orders: u64,
    pub orders_unanswered: u64,
    pub difference_count: u64,
    /// The first thousand.
    pub differences: Vec<Difference>,
    /// The orders that were made or ended, to be compared with what their providers say.
    #[serde(skip)]
    pub orders_moved: BTreeSet<OrderId>,
}

impl Report {
    /// Adds what differs from what the providers of so many orders say; of others they said nothing.
    pub fn add_orders(&mut self, orders: u64, unanswered: u64, differences: Vec<Difference>) {
        (self.orders, self.orders_unanswered) = (orders, unanswered);
        self.difference_count += differences.len() as u64;
        let room = LISTED_MAX.saturating_sub(self.differences.len());
        self.differences.extend(differences.into_iter().take(room));
        self.clean = self.difference_count == 0;
    }
}

/// A shard's books, in fen by account, as the day began and as it ended.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ShardReport {
    pub shard: u16,
    /// The newest fact before the day, and the newest of it.
    pub from: u64,
    pub through: u64,
    pub opening: BTreeMap<String, i64>,
    pub closing: BTreeMap<String, i64>,
}

/// Money between two shards as the run ended, in fen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PairReport {
    pub from: u16,
    pub to: u16,
    pub left: i64,
    pub arrived: i64,
    pub in_transit: i64,
    /// How far the target has read the source.
    pub watermark: u64,
}

/// Reconciles. Reads beside a running server or alone; writes nothing. `breathe` is called between small steps; it may
/// sleep, and says false when the run is to be given up.
///
/// # Errors
/// The store's: above all, a damaged log.
pub fn reconcile<S: Store>(
    store: &S,
    scope: &Scope,
    mut breathe: impl FnMut() -> bool,
) -> Result<Option<Report>, StoreError> {
    let mut look = ViewLook::new(store)?;
    let (begin, end) = scope.day.map_or((Millis(i64::MIN), Millis(i64::MAX)), |day| (day.begin(), day.end()));
    let mut reckoner = Reckoner::new(scope.opening.clone());
    reckoner.cuts = [begin, end].map(|moment| Cut { moment, stood: BTreeMap::new() }).into();
    reckoner.orders_moved = Some(BTreeSet::new());
    let mut follower = Follower::new(store, reckoner)?;
    let ends = follower.ends()?;
    let mut listed = Listed::default();
    let within = |at: Millis| at >= begin && at < end;
    loop {
        let through = |shard: ShardId| ends.get(usize::from(shard.0)).copied().unwrap_or_default();
        let found = |finding| listed.take(finding, within);
        let taken = follower.step(BATCHES, through, within, &mut look, found)?;
        if taken == 0 || day_is_done(&follower, store.shards(), end) {
            break;
        }
        if !breathe() {
            return Ok(None);
        }
    }
    follower.reckoner.overdue(scope.overdue_since, |finding| listed.take(finding, within));

    let mut report = Report { day: scope.day.map(|day| day.to_string()), ..Report::default() };
    for number in 0..store.shards() {
        let shard = ShardId(number);
        let stood = |cut: usize, now: Position| {
            let standing = &follower.reckoner.standing;
            let stood = follower.reckoner.cuts.get(cut).and_then(|cut| cut.stood.get(&shard)).cloned();
            stood.unwrap_or_else(|| (now, standing.sums.get(&shard).cloned().unwrap_or_default()))
        };
        let now = follower.reckoner.position(shard);
        let ((from, opening), (through, closing)) = (stood(0, now), stood(1, now));
        let Some(reader) = look.reader(shard) else { continue };
        let mut log = store.log_reader(shard)?;
        let mut after = from;
        loop {
            let differ = |difference| listed.differ(difference);
            let (at, rows) = rows::compare_stretch(shard, &mut *log, reader, after, through, STRETCH_BYTES, differ)?;
            report.rows += rows;
            if at == after {
                break;
            }
            after = at;
            if !breathe() {
                return Ok(None);
            }
        }
        let mut user = None;
        loop {
            let differ = |difference| listed.differ(difference);
            let last = rows::compare_wallets(shard, reader, user, WALLETS, differ)?;
            let Some((last, looked)) = last else { break };
            user = Some(last);
            report.wallets += looked;
            if !breathe() {
                return Ok(None);
            }
        }
        let mut transfer = None;
        loop {
            let differ = |difference| listed.differ(difference);
            let since = scope.overdue_since;
            transfer = rows::compare_transfers(shard, reader, transfer, TRANSFERS, since, differ)?;
            if transfer.is_none() {
                break;
            }
            if !breathe() {
                return Ok(None);
            }
        }
        let differ = |difference| listed.differ(difference);
        rows::compare_books(shard, reader, &follower.reckoner.standing, store.shards(), differ)?;
        let (opening, closing) = (words(&opening), words(&closing));
        report.shards.push(ShardReport { shard: number, from: from.0, through: through.0, opening, closing });
    }
    report.pairs = pairs(&follower.reckoner, store.shards());
    report.facts = follower.reckoner.facts;
    report.movements =
        follower.reckoner.movements.iter().map(|(word, (count, fen))| (word.clone(), (*count, fen.0))).collect();
    report.orders_moved = follower.reckoner.orders_moved.take().unwrap_or_default();
    report.unjudged = follower.reckoner.unjudged();
    report.difference_count = listed.found.len() as u64 + listed.more;
    report.differences = listed.found.into_values().take(LISTED_MAX).collect();
    report.clean = report.difference_count == 0;
    Ok(Some(report))
}

/// The first day from `day` on of which any log has a fact; none: there is none. `opening` as in [`Scope`].
///
/// # Errors
/// The store's.
pub fn first_day_since<S: Store>(store: &S, day: Day, opening: &Standing) -> Result<Option<Day>, StoreError> {
    let mut first: Option<Day> = None;
    for number in 0..store.shards() {
        let mut log = store.log_reader(ShardId(number))?;
        let mut after = opening.positions.get(&ShardId(number)).copied().unwrap_or_default();
        loop {
            let batches = log.read(after, STRETCH_BYTES)?;
            let Some(last) = batches.last() else { break };
            after = last.last();
            if let Some(batch) = batches.iter().find(|batch| batch.at >= day.begin()) {
                let found = Day::of(batch.at);
                first = Some(first.map_or(found, |first| first.min(found)));
                break;
            }
        }
    }
    Ok(first)
}

/// Whether every shard is beyond the day, and all that was owed on it is settled.
fn day_is_done(follower: &Follower, shards: u16, end: Millis) -> bool {
    let standing = &follower.reckoner.standing;
    let beyond = |number| standing.at.get(&ShardId(number)).is_some_and(|at| *at >= end);
    (0..shards).all(beyond) && standing.debts.oldest().is_none_or(|oldest| oldest >= end)
}

fn pairs(reckoner: &Reckoner, shards: u16) -> Vec<PairReport> {
    let standing = &reckoner.standing;
    let of = |shard, account| standing.sums.get(&shard).map_or(Fen::ZERO, |sums: &Sums| sums.of(account)).0;
    let each = (0..shards).flat_map(|from| (0..shards).map(move |to| (ShardId(from), ShardId(to))));
    each.map(|(from, to)| PairReport {
        from: from.0,
        to: to.0,
        left: of(from, Account::To(to)),
        arrived: -of(to, Account::From(from)),
        in_transit: standing.debts.in_transit(from, to).0,
        watermark: standing.debts.watermark(to, from).0,
    })
    .filter(|pair| pair.left != 0 || pair.arrived != 0 || pair.watermark != 0)
    .collect()
}

fn words(sums: &Sums) -> BTreeMap<String, i64> {
    let word = |account| match account {
        Account::Outside => "outside".to_owned(),
        Account::Wallets => "wallets".to_owned(),
        Account::Held => "held".to_owned(),
        Account::Packets => "packets".to_owned(),
        Account::Transfers => "transfers".to_owned(),
        Account::To(shard) => format!("to-{shard}"),
        Account::From(shard) => format!("from-{shard}"),
    };
    sums.accounts().map(|(account, fen)| (word(account), fen.0)).collect()
}

/// Differences by key, so that each stands there once; without those that settled themselves.
#[derive(Default)]
struct Listed {
    found: BTreeMap<String, Difference>,
    /// Found when the list was full.
    more: u64,
}

impl Listed {
    fn take(&mut self, finding: Finding, within: impl Fn(Millis) -> bool) {
        match finding {
            Finding::Differs(difference) if within(difference.at) => self.differ(difference),
            Finding::Differs(_) => {}
            Finding::Settled(key) => drop(self.found.remove(&key)),
        }
    }

    fn differ(&mut self, difference: Difference) {
        let key = difference.key();
        if self.found.len() < FOUND_MAX || self.found.contains_key(&key) {
            self.found.insert(key, difference);
        } else {
            self.more += 1;
        }
    }
}
