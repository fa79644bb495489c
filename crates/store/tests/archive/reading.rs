//! Whoever reads the log does not notice where its days are.

use std::fs;

use laisee_core::ids::Position;
use laisee_store::{Log, ReadLog, Store, sqlite::SqliteStore};

use super::world::{DAY_MS, DAYS, NOON, ONE, World, batch};

#[test]
fn sealed_days_read_as_they_were_written() {
    let world = World::new();
    let mut before = world.store().log_reader(ONE).unwrap();
    let begun = before.read(Position(600), 0).unwrap();
    let seals = world.seal();
    assert_eq!(seals.iter().map(|seal| seal.day.as_str()).collect::<Vec<_>>(), DAYS[..3], "the newest day stays");
    assert_eq!(world.live_days(), ["2026-11-30"]);
    let end = world.written.last().unwrap().last();
    for reader in [&mut before, &mut world.store().log_reader(ONE).unwrap()] {
        assert_eq!(reader.end().unwrap(), end);
        for after in (0..=end.0).step_by(17).chain([0, 1, 2, 1199, 1200, 1201, 1209, end.0]) {
            let after = Position(after);
            let expected = world.written.iter().filter(|batch| batch.last() > after);
            for bytes_max in [0, 20_000, usize::MAX] {
                let read = reader.read(after, bytes_max).unwrap();
                assert!(read.iter().eq(expected.clone().take(read.len())), "after {after}, at most {bytes_max}");
                assert!(bytes_max < usize::MAX || read.len() == expected.clone().count());
                assert!(!read.is_empty() || after == end);
            }
        }
    }
    assert_eq!(begun, world.written[200..201]);
    assert_eq!(world.differences(), [""; 0]);
}

#[test]
fn a_sealed_day_is_smaller_than_the_day_was() {
    let world = World::with(&[2_000, 1, 1, 1], 60);
    let day = fs::metadata(world.path("log/2026-11-23.db")).unwrap().len();
    let seal = world.seal().remove(0);
    assert!(seal.bytes * 3 < day, "{} bytes sealed, {day} before", seal.bytes);
    assert_eq!((seal.first, seal.last, seal.batches), (Position(1), Position(6_000), 2_000));
}

#[test]
fn only_what_is_closed_is_sealed() {
    let world = World::new();
    let archiving = world.store().archiving().unwrap();
    let shard = &archiving.shards()[0];
    assert_eq!(shard.closed("2026-11-22").unwrap(), [""; 0]);
    assert_eq!(shard.closed("2026-11-25").unwrap(), DAYS[..2]);
    assert_eq!(shard.closed("2099-12-31").unwrap(), DAYS[..3]);
    // The writer has begun a new day, and nothing is in it yet.
    fs::write(world.path("log/2026-12-01.db"), "").unwrap();
    assert_eq!(shard.closed("2099-12-31").unwrap(), DAYS[..3]);
    assert!(world.store().archiving().is_err(), "one at a time");
}

#[test]
fn the_writer_goes_on_while_days_are_sealed() {
    let world = World::new();
    let store = SqliteStore::open(world.folder.path()).unwrap();
    let mut log = store.log(ONE, store.claim(ONE).unwrap()).unwrap();
    world.seal();
    let next = batch(world.written.last().unwrap().last().0 + 1, 1, NOON.plus(7 * DAY_MS), 9);
    log.append(std::slice::from_ref(&next)).unwrap();
    assert_eq!(log.read(Position(next.first.0 - 1), 0).unwrap(), [next]);
    assert_eq!(log.read(Position(0), 0).unwrap(), world.written[..1]);
}

/// A log that was brought back up to the end of a sealed day.
#[test]
fn a_sealed_day_never_grows_again() {
    let world = World::new();
    world.seal();
    fs::remove_file(world.path("log/2026-11-30.db")).unwrap();
    let store = SqliteStore::open(world.folder.path()).unwrap();
    let mut log = store.log(ONE, store.claim(ONE).unwrap()).unwrap();
    let end = log.end().unwrap();
    // The clock still says that it is that day.
    log.append(&[batch(end.0 + 1, 1, NOON.plus(3 * DAY_MS), 9)]).unwrap();
    assert_eq!(world.live_days(), ["2026-11-27"]);
    assert_eq!(world.read().unwrap().last().unwrap().last().0, end.0 + 1);
}

#[cfg(target_os = "linux")]
#[test]
fn a_reader_of_many_sealed_days_holds_few_files() {
    let world = World::with(&[1, 1, 1, 1], 9);
    let store = SqliteStore::open(world.folder.path()).unwrap();
    let mut log = store.log(ONE, store.claim(ONE).unwrap()).unwrap();
    for n in 0..40 {
        log.append(&[batch(13 + n, 1, NOON.plus((8 + n as i64) * DAY_MS), 9)]).unwrap();
    }
    drop(log);
    assert_eq!(world.seal().len(), 43);
    let handles = || {
        let open = fs::read_dir("/proc/self/fd").unwrap().filter_map(|entry| fs::read_link(entry.unwrap().path()).ok());
        open.filter(|path| path.starts_with(world.folder.path())).count()
    };
    let before = handles();
    let mut reader = world.store().log_reader(ONE).unwrap();
    assert_eq!(reader.read(Position(0), usize::MAX).unwrap().len(), 44);
    assert!(handles() - before <= 4, "{} files are open", handles() - before);
}
