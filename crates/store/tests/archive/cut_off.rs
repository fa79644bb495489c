//! A run that is cut off after any step leaves the day in the log, in the archive or in both, and the next run goes on.

use std::fs;

use laisee_store::{Store, StoreError, sqlite::archive::Step};

use super::world::{DAYS, ONE, World};

const STEPS: [Step; 6] =
    [Step::Drafted, Step::ReadBack, Step::SealPlaced, Step::DayPlaced, Step::DayRemoved, Step::Swept];

/// Seals `day` until just after a step.
fn seal_until(world: &World, day: &str, last: Step) -> Vec<Step> {
    let archiving = world.store().archiving().unwrap();
    let mut steps = Vec::new();
    let cut = archiving.shards()[0].seal(day, &mut |step| {
        steps.push(step);
        if step == last { Err(StoreError::Unavailable("cut off".into())) } else { Ok(()) }
    });
    assert!(cut.is_err(), "{last:?} was not reached: {steps:?}");
    steps
}

#[test]
fn every_step_is_taken_in_order() {
    let world = World::with(&[5, 5, 5, 5], 60);
    assert_eq!(seal_until(&world, DAYS[0], Step::Swept), STEPS);
}

#[test]
fn cut_off_after_each_step_of_each_day() {
    for (sealed, day) in DAYS[..3].iter().enumerate() {
        for last in STEPS {
            let world = World::with(&[5, 5, 5, 5], 60);
            let archiving = world.store().archiving().unwrap();
            for day in &DAYS[..sealed] {
                archiving.shards()[0].seal(day, &mut |_| Ok(())).unwrap();
            }
            drop(archiving);
            let mut reader = world.store().log_reader(ONE).unwrap();
            seal_until(&world, day, last);
            assert_eq!(world.read().unwrap(), world.written, "{day}, {last:?}");
            assert_eq!(reader.end().unwrap(), world.written.last().unwrap().last());
            assert_eq!(world.differences(), [""; 0], "{day}, {last:?}");

            world.seal();
            assert_eq!(world.read().unwrap(), world.written, "{day}, {last:?}");
            assert_eq!(world.differences(), [""; 0], "{day}, {last:?}");
            let archived: Vec<_> =
                DAYS[..3].iter().flat_map(|day| [format!("{day}.day"), format!("{day}.seal")]).collect();
            assert_eq!(world.files("archive"), archived, "{day}, {last:?}");
            let live: Vec<_> = world.files("log").into_iter().filter(|name| !name.starts_with(DAYS[3])).collect();
            assert_eq!(live, [""; 0], "{day}, {last:?}");
        }
    }
}

/// What SQLite kept beside a day is never taken for the day.
#[test]
fn what_was_left_beside_a_removed_day_is_swept() {
    let world = World::with(&[5, 5, 5, 5], 60);
    seal_until(&world, DAYS[0], Step::DayRemoved);
    fs::write(world.path("log/2026-11-23.db-wal"), "left").unwrap();
    fs::write(world.path("log/2026-11-23.db-shm"), "left").unwrap();
    assert_eq!(world.read().unwrap(), world.written);
    world.seal();
    assert!(!world.files("log").iter().any(|name| name.starts_with(DAYS[0])));
}

#[test]
fn a_day_that_differs_from_its_sealed_day_is_not_removed() {
    let world = World::with(&[5, 5, 5, 5], 60);
    seal_until(&world, DAYS[0], Step::DayPlaced);
    let day = rusqlite::Connection::open(world.path("log/2026-11-23.db")).unwrap();
    day.execute_batch("DELETE FROM batch WHERE first = 13").unwrap();
    drop(day);
    match world.try_seal() {
        Err(StoreError::Corrupt(why)) => assert!(why.contains("shard 0, day 2026-11-23"), "{why}"),
        other => panic!("{other:?}"),
    }
    assert!(world.path("log/2026-11-23.db").exists() && world.path("archive/2026-11-23.day").exists());
}

#[test]
fn a_damaged_day_is_not_sealed() {
    let world = World::with(&[5, 5, 5, 5], 60);
    let day = rusqlite::Connection::open(world.path("log/2026-11-24.db")).unwrap();
    day.execute_batch("UPDATE batch SET crc = crc - 1 WHERE first = 22").unwrap();
    drop(day);
    match world.try_seal() {
        Err(StoreError::Corrupt(why)) => assert!(why.contains("shard 0, day 2026-11-24, batch 22"), "{why}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(world.files("archive").len(), 3, "the day before, and a draft: {:?}", world.files("archive"));
    assert!(world.path("log/2026-11-24.db").exists());
}
