//! Copies of a log: they end where they should, take sealed days once, and never mix two logs.

use std::fs;

use laisee_core::ids::Position;
use laisee_store::{
    Batch, Store, StoreError,
    sqlite::{Copied, ShardPlace, SqliteStore, copy_log},
};

use super::world::{ONE, World};

struct Copy(tempfile::TempDir);

impl Copy {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        drop(SqliteStore::open_or_create(folder.path(), 2).unwrap());
        Self(folder)
    }

    fn take(&self, world: &World, through: Position) -> Result<Copied, StoreError> {
        copy_log(&world.store().place(ONE), &ShardPlace::new(self.0.path(), ONE), ONE, through)
    }

    fn read(&self) -> Vec<Batch> {
        let store = SqliteStore::open_read_only(self.0.path()).unwrap();
        store.verify_archive(ONE, &mut |what| panic!("{what}")).unwrap();
        store.log_reader(ONE).unwrap().read(Position(0), usize::MAX).unwrap()
    }
}

#[test]
fn a_copy_ends_at_any_batch() {
    let world = World::with(&[5, 5, 5, 5], 60);
    for sealed in [false, true] {
        if sealed {
            world.seal();
        }
        for (n, batch) in world.written.iter().enumerate() {
            let copy = Copy::new();
            copy.take(&world, batch.last()).unwrap();
            assert_eq!(copy.read(), world.written[..=n], "sealed: {sealed}");
        }
    }
}

#[test]
fn a_copy_grows_and_takes_nothing_twice() {
    let world = World::with(&[5, 5, 5, 5], 3_000);
    let copy = Copy::new();
    let end = |n: usize| world.written[n].last();
    let first = copy.take(&world, end(7)).unwrap();
    assert_eq!(first.days, 0);
    assert_eq!(copy.take(&world, end(7)).unwrap(), Copied::default());
    world.seal();
    // The second day is there in part, unsealed; its sealed file takes its place.
    let second = copy.take(&world, end(12)).unwrap();
    assert_eq!(second.days, 2);
    assert_eq!(copy.read(), world.written[..13]);
    let third = copy.take(&world, end(19)).unwrap();
    assert_eq!(third.days, 1);
    assert!(third.bytes < first.bytes + second.bytes);
    assert_eq!(copy.take(&world, end(19)).unwrap(), Copied::default());
    assert_eq!(copy.read(), world.written);
    let log = fs::read_dir(copy.0.path().join("shard-0/log")).unwrap();
    let days = log.map(|entry| entry.unwrap().path()).filter(|path| path.extension().unwrap() == "db").count();
    assert_eq!(days, 1, "only the day that is not sealed is left in the log");
}

#[test]
fn a_sealed_day_that_was_damaged_in_the_copy_is_taken_again() {
    let world = World::with(&[5, 5, 5, 5], 60);
    world.seal();
    let copy = Copy::new();
    let end = world.written.last().unwrap().last();
    copy.take(&world, end).unwrap();
    fs::write(copy.0.path().join("shard-0/archive/2026-11-23.seal"), "x").unwrap();
    assert_eq!(copy.take(&world, end).unwrap().days, 1);
    assert_eq!(copy.read(), world.written);
}

#[test]
fn a_damaged_day_is_not_copied() {
    let world = World::with(&[50, 5, 5, 5], 60);
    world.seal();
    let day = world.path("archive/2026-11-23.day");
    let mut bytes = fs::read(&day).unwrap();
    bytes[100] ^= 1;
    fs::write(day, bytes).unwrap();
    match Copy::new().take(&world, world.written.last().unwrap().last()) {
        Err(StoreError::Corrupt(why)) => assert!(why.contains("shard 0, sealed day 2026-11-23"), "{why}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn two_logs_are_never_mixed() {
    let (world, other) = (World::with(&[5, 5, 5, 5], 60), World::with(&[5, 5, 5, 5], 90));
    let copy = Copy::new();
    copy.take(&world, world.written[3].last()).unwrap();
    let refused = copy.take(&other, other.written[9].last());
    assert!(matches!(refused, Err(StoreError::Unusable(_))), "{refused:?}");
}
