//! Sealed days hold on to each other: none can be left out, exchanged or written anew.

use std::fs;

use laisee_store::sqlite::archive::Seal;

use super::world::World;

fn sealed() -> World {
    let world = World::with(&[5, 5, 5, 5], 60);
    world.seal();
    world
}

#[track_caller]
fn assert_named(world: &World, parts: &[&str]) {
    let found = world.differences();
    assert!(found.iter().any(|what| parts.iter().all(|part| what.contains(part))), "{found:?}");
}

#[test]
fn each_seal_holds_on_to_the_one_before() {
    let world = World::with(&[5, 5, 5, 5], 60);
    let seals = world.seal();
    assert_eq!(seals[1].before, seals[0].hash());
    assert_eq!(seals[2].before, seals[1].hash());
    let verified = world.store().verify_archive(super::world::ONE, &mut |what| panic!("{what}")).unwrap();
    assert_eq!((verified.days, verified.through, verified.newest), (3, seals[2].last, Some(seals[2].hash())));
}

#[test]
fn a_day_that_is_gone_is_named() {
    let world = sealed();
    fs::remove_file(world.path("archive/2026-11-24.day")).unwrap();
    assert_named(&world, &["shard 0", "day 2026-11-24", "missing"]);
    fs::remove_file(world.path("archive/2026-11-24.seal")).unwrap();
    assert_named(&world, &["shard 0", "day 2026-11-26", "seal of day 2026-11-23"]);
}

#[test]
fn the_first_day_that_is_gone_is_named() {
    let world = sealed();
    fs::remove_file(world.path("archive/2026-11-23.day")).unwrap();
    fs::remove_file(world.path("archive/2026-11-23.seal")).unwrap();
    assert_named(&world, &["shard 0", "day 2026-11-24", "the day before it is missing"]);
}

#[test]
fn a_seal_that_is_gone_is_named() {
    let world = sealed();
    fs::remove_file(world.path("archive/2026-11-24.seal")).unwrap();
    assert_named(&world, &["shard 0", "day 2026-11-24", "seal is missing"]);
}

#[test]
fn days_that_changed_places_are_named() {
    let world = sealed();
    for extension in ["day", "seal"] {
        let (a, b) = (format!("archive/2026-11-23.{extension}"), format!("archive/2026-11-24.{extension}"));
        fs::rename(world.path(&a), world.path("archive/aside")).unwrap();
        fs::rename(world.path(&b), world.path(&a)).unwrap();
        fs::rename(world.path("archive/aside"), world.path(&b)).unwrap();
    }
    assert_named(&world, &["shard 0", "day 2026-11-23"]);
    assert_named(&world, &["shard 0", "day 2026-11-24"]);
}

/// Somebody makes a day anew, with a seal that fits it: the next day does not hold on to it.
#[test]
fn a_day_made_anew_with_its_seal_is_named() {
    let world = sealed();
    let other = World::with(&[5, 5, 5, 5], 90);
    other.seal();
    for extension in ["day", "seal"] {
        let name = format!("archive/2026-11-23.{extension}");
        fs::copy(other.path(&name), world.path(&name)).unwrap();
    }
    assert_named(&world, &["shard 0", "day 2026-11-24", "does not hold on to"]);
}

#[test]
fn a_seal_made_anew_is_named() {
    let world = sealed();
    let path = world.path("archive/2026-11-24.seal");
    let seal = Seal::parse(&fs::read_to_string(&path).unwrap()).unwrap();
    for forged in [
        Seal { first: laisee_core::ids::Position(17), ..seal.clone() },
        Seal { batches: 6, ..seal.clone() },
        Seal { bytes: seal.bytes + 1, ..seal.clone() },
        Seal { facts: seal.file, ..seal.clone() },
        Seal { file: seal.facts, ..seal.clone() },
        Seal { before: seal.file, ..seal.clone() },
        Seal { day: "2026-11-25".into(), ..seal.clone() },
        Seal { shard: laisee_core::ids::ShardId(1), ..seal.clone() },
    ] {
        fs::write(&path, forged.text()).unwrap();
        assert_named(&world, &["shard 0", "sealed day 2026-11-24"]);
    }
}
