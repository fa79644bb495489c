//! Copies of logs that grow meanwhile, with clocks that are off: no shard may know of what another's copy lacks.

#![allow(clippy::unwrap_used)]

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use laisee_core::{
    fact::Fact,
    ids::{Millis, Position, ShardId, UserId},
};
use laisee_store::{Batch, Log, ReadLog, Store, sqlite::SqliteStore};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use super::{ends, manifest::Manifest, manifest::ShardEnd, restore::moment, take};

const SHARDS: u16 = 3;
const BEGUN: Millis = Millis(1_795_435_200_000);

/// Shards that do nothing but grow and read of each other.
struct Talkers {
    logs: Vec<<SqliteStore as Store>::Log>,
    /// What each adds to the true time.
    off: Vec<i64>,
    newest: Vec<Millis>,
    now: i64,
    dice: StdRng,
}

impl Talkers {
    fn new(store: &SqliteStore, seed: u64, off_max: i64) -> Self {
        let mut dice = StdRng::seed_from_u64(seed);
        let logs = (0..SHARDS).map(|n| store.log(ShardId(n), store.claim(ShardId(n)).unwrap()).unwrap()).collect();
        let off = (0..SHARDS).map(|_| dice.random_range(-off_max..=off_max)).collect();
        Self { logs, off, newest: vec![BEGUN; usize::from(SHARDS)], now: 0, dice }
    }

    fn append(&mut self, shard: usize, fact: impl Fn() -> Fact) {
        self.now += self.dice.random_range(0..30);
        // A shard's own time never goes back.
        let at = BEGUN.plus(self.now + self.off[shard]).max(self.newest[shard]);
        self.newest[shard] = at;
        let first = Position(self.logs[shard].end().unwrap().0 + 1);
        let count = self.dice.random_range(1..4);
        let facts: Vec<Fact> = (0..count).map(|_| fact()).collect();
        self.logs[shard].append(&[Batch::encode(first, at, &facts)]).unwrap();
    }

    /// Something happens, or somebody reads all there is of another.
    fn step(&mut self) {
        let (shard, from) = (self.dice.random_range(0..SHARDS), self.dice.random_range(0..SHARDS));
        let through = self.logs[usize::from(from)].end().unwrap();
        if through == Position(0) || self.dice.random_range(0..3) == 0 {
            let user = UserId(1);
            self.append(shard.into(), || Fact::ProfileUpdated { user, display_name: "x".into(), face: String::new() });
        } else {
            self.append(shard.into(), || Fact::Received { from: ShardId(from), through });
        }
    }
}

/// How far each log goes, and the furthest anybody has read of it.
fn ends_and_known(store: &SqliteStore, stands: &[Position]) -> (Vec<Position>, Vec<Position>) {
    let (mut ends, mut known) = (Vec::new(), vec![Position(0); usize::from(SHARDS)]);
    for (number, through) in (0..).zip(stands) {
        let mut log = store.log_reader(ShardId(number)).unwrap();
        let mut end = Position(0);
        for batch in log.read(Position(0), usize::MAX).unwrap().iter().filter(|batch| batch.last() <= *through) {
            end = batch.last();
            for fact in batch.facts().unwrap() {
                let Fact::Received { from, through } = fact else { continue };
                let known = &mut known[usize::from(from.0)];
                *known = through.max(*known);
            }
        }
        ends.push(end);
    }
    (ends, known)
}

#[track_caller]
fn assert_sound(store: &SqliteStore, stands: &[Position], seed: u64) -> Vec<Position> {
    let (ends, known) = ends_and_known(store, stands);
    assert!(ends.iter().zip(&known).all(|(end, known)| known <= end), "seed {seed}: {ends:?}, known are {known:?}");
    ends
}

#[test]
fn copies_of_logs_that_grow_are_sound_and_have_all_that_was_there() {
    let mut extended = 0;
    for seed in 0..12 {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open_or_create(&folder.path().join("data"), SHARDS).unwrap();
        // Every second time the clocks are off by minutes.
        let mut talkers = Talkers::new(&store, seed, if seed % 2 == 0 { 0 } else { 300_000 });
        (0..60).for_each(|_| talkers.step());
        let stop = AtomicBool::new(false);
        thread::scope(|scope| {
            let (stop, mut talkers) = (&stop, talkers);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    talkers.step();
                }
            });
            for _ in 0..4 {
                let destination = folder.path().join("backup");
                let before: Vec<Position> =
                    (0..SHARDS).map(|n| store.log_reader(ShardId(n)).unwrap().end().unwrap()).collect();
                extended += take(&store, &folder.path().join("data"), &destination).unwrap().extended;
                let copies = SqliteStore::for_copies(&destination, SHARDS).unwrap();
                let manifest = Manifest::read(&destination).unwrap().unwrap();
                let stands: Vec<Position> = manifest.shards.iter().map(ShardEnd::end).collect();
                let ends = assert_sound(&copies, &stands, seed);
                assert_eq!(ends, stands, "seed {seed}: the copies go as far as they say");
                assert!(ends.iter().zip(&before).all(|(end, before)| end >= before), "seed {seed}: {ends:?}");
                let (_, known) = ends_and_known(&copies, &stands);
                let noted = |from: u16| {
                    let read = manifest.shards.iter().flat_map(ShardEnd::received).filter(|(of, _)| of.0 == from);
                    read.map(|(_, through)| through).max().unwrap_or_default()
                };
                assert_eq!((0..SHARDS).map(noted).collect::<Vec<_>>(), known, "seed {seed}");
            }
            stop.store(true, Ordering::Relaxed);
        });
    }
    eprintln!("{extended} shards had to go further");
}

/// Somebody reads of a fact between the looks at two shards; with clocks that are off, the time does not tell.
#[test]
fn a_shard_that_others_know_more_of_goes_further() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open_or_create(folder.path(), SHARDS).unwrap();
    let mut talkers = Talkers::new(&store, 1, 0);
    let user = UserId(1);
    for _ in 0..5 {
        talkers.append(0, || Fact::ProfileUpdated { user, display_name: "x".into(), face: String::new() });
    }
    let through = talkers.logs[0].end().unwrap();
    talkers.append(1, || Fact::Received { from: ShardId(0), through });
    let mut stands = vec![ShardEnd::default(); usize::from(SHARDS)];
    stands[1].receive(ShardId(0), Position(through.0 - 1));
    assert_eq!(ends::extend(&store, &mut stands).unwrap(), [ShardId(0)]);
    assert_eq!(stands[0].end(), through, "to the end of the batch");
    assert_eq!(ends::extend(&store, &mut stands).unwrap(), []);
    stands[1].receive(ShardId(0), Position(through.0 + 1));
    assert!(ends::extend(&store, &mut stands).is_err(), "what nobody appended cannot have been read");
}

#[test]
fn logs_taken_back_to_any_moment_are_sound() {
    let mut shortened = 0;
    for seed in 0..8 {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open_or_create(folder.path(), SHARDS).unwrap();
        let mut talkers = Talkers::new(&store, seed, if seed % 2 == 0 { 0 } else { 300 });
        (0..80).for_each(|_| talkers.step());
        let whole: Vec<ShardEnd> = (talkers.logs.iter_mut())
            .map(|log| ShardEnd { position: log.end().unwrap().0, ..ShardEnd::default() })
            .collect();
        for part in 0..=10 {
            let until = BEGUN.plus(talkers.now * part / 10);
            let mut stands = whole.clone();
            ends::back(&store, &mut stands, until).unwrap();
            let ends: Vec<Position> = stands.iter().map(ShardEnd::end).collect();
            assert_eq!(assert_sound(&store, &ends, seed), ends, "seed {seed}: whole batches");
            for (number, end) in (0..).zip(&ends) {
                let batches = store.log_reader(ShardId(number)).unwrap().read(Position(0), usize::MAX).unwrap();
                let by_time = batches.iter().take_while(|batch| batch.at <= until).last();
                let by_time = by_time.map_or(Position(0), Batch::last);
                assert!(*end <= by_time, "seed {seed}: later than {until:?}");
                // With clocks that run evenly, nothing but the time shortens them.
                assert!(seed % 2 == 1 || *end == by_time, "seed {seed}: {end:?} of {by_time:?}");
                shortened += usize::from(*end < by_time);
            }
        }
    }
    assert!(shortened > 0, "with clocks that are off, some logs must go back further");
}

#[test]
fn moments_are_read_as_people_write_them() {
    let noon = Millis(1_795_435_200_000);
    for text in ["2026-11-23T12:00:00Z", "2026-11-23 12:00:00", "2026-11-23T12:00:00.000Z"] {
        assert_eq!(moment(text).unwrap(), noon, "{text}");
    }
    assert_eq!(moment("2026-11-23 12:00:00.250").unwrap(), noon.plus(250));
    for text in ["", "yesterday", "2026-11-23", "2026-13-01T00:00:00Z", "1800-01-01T00:00:00Z"] {
        assert!(moment(text).is_err(), "{text}");
    }
}
