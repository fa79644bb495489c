//! A snapshot on SQLite stays what it was while another connection saves.

use std::fs;

use laisee_core::ids::Position;
use laisee_store::{Changes, Order, Range, ReadTables, Store, StoreError, Tables, sqlite::SqliteStore};

use super::places::{Folder, ONE, Place, int, table, text};

#[test]
fn a_snapshot_does_not_move() {
    let folder = Folder::new();
    let store = folder.open();
    let mut tables = store.tables(ONE).unwrap();
    let wallet = |user| {
        let mut changes = Changes::default();
        changes.put(table("wallet"), [int(user), int(1), int(1)]);
        changes
    };
    tables.save(&wallet(1), Position(1)).unwrap();

    let mut reader = store.reader(ONE).unwrap();
    let seen = reader.snapshot(|views| {
        let before = views.position()?;
        tables.save(&wallet(2), Position(2))?;
        let rows = views.scan(table("wallet"), &Range::default(), Order::Rising, usize::MAX)?;
        Ok((before, rows.len(), views.position()?))
    });
    assert_eq!(seen.unwrap(), (Position(1), 1, Position(1)));
    assert_eq!(reader.snapshot(|views| views.position()).unwrap(), Position(2));
}

#[test]
fn changes_that_fail_leave_nothing_behind() {
    let folder = Folder::new();
    let store = folder.open();
    let mut tables = store.tables(ONE).unwrap();
    let mut changes = Changes::default();
    changes.put(table("wallet"), [int(1), int(1), int(1)]);
    // A name is no integer.
    changes.put(table("name"), [int(1), text("ann")]);
    assert!(tables.save(&changes, Position(1)).is_err());
    let seen = tables.snapshot(|views| Ok((views.position()?, views.get(table("wallet"), &[int(1)])?)));
    assert_eq!(seen.unwrap(), (Position(0), None));
}

#[test]
fn views_that_were_deleted_begin_anew() {
    let folder = Folder::new();
    let store = folder.open();
    store.tables(ONE).unwrap().save(&Changes::default(), Position(9)).unwrap();
    for name in ["views.db", "views.db-wal", "views.db-shm"] {
        let _ = fs::remove_file(folder.0.path().join("shard-0").join(name));
    }
    assert_eq!(store.reader(ONE).unwrap().snapshot(|views| views.position()).unwrap(), Position(0));
}

#[test]
fn a_folder_has_one_owner_at_a_time() {
    let folder = Folder::new();
    let store = folder.open();
    assert!(matches!(SqliteStore::open(folder.0.path()), Err(StoreError::Unusable(_))));
    assert!(SqliteStore::open_read_only(folder.0.path()).is_ok());
    drop(store);
    assert!(SqliteStore::open(folder.0.path()).is_ok());
}

#[test]
fn a_folder_of_another_version_is_left_alone() {
    let folder = Folder::new();
    drop(folder.open());
    let description = folder.0.path().join("store.toml");
    fs::write(&description, "format = 9\nshards = 2\n").unwrap();
    assert!(matches!(SqliteStore::open(folder.0.path()), Err(StoreError::Unusable(_))));
    fs::write(&description, "shards = many").unwrap();
    assert!(matches!(SqliteStore::open(folder.0.path()), Err(StoreError::Corrupt(_))));
    let nowhere = folder.0.path().join("nowhere");
    assert!(matches!(SqliteStore::open(&nowhere), Err(StoreError::Unusable(_))));
}
