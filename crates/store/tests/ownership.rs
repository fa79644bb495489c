//! Who may write a folder of SQLite files, and how much a reader holds of it.

#![allow(clippy::unwrap_used)]

use std::{fs, path::Path};

use laisee_core::{
    fact::Fact,
    ids::{Millis, Position, ShardId},
};
use laisee_store::{Batch, Changes, Epoch, Log, ReadTables, Store, StoreError, Tables, sqlite::SqliteStore};

const ONE: ShardId = ShardId(0);
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// 2026-11-23T12:00:00Z.
const NOON: Millis = Millis(1_795_435_200_000);

fn batch(first: u64, at: Millis) -> Batch {
    Batch::encode(Position(first), at, &[Fact::Received { from: ONE, through: Position(first) }])
}

/// Lets a second process in, as on a file system without locks.
fn break_lock(folder: &Path) {
    fs::remove_file(folder.join("lock")).unwrap();
}

#[test]
fn a_writer_in_another_process_is_fenced_even_without_the_lock() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open_or_create(folder.path(), 1).unwrap();
    let mut former = store.log(ONE, store.claim(ONE).unwrap()).unwrap();
    former.append(&[batch(1, NOON)]).unwrap();

    break_lock(folder.path());
    let other = SqliteStore::open(folder.path()).unwrap();
    let mut log = other.log(ONE, other.claim(ONE).unwrap()).unwrap();
    // Neither on the day that both know nor on a new one.
    for at in [NOON, NOON.plus(DAY_MS)] {
        let refused = former.append(&[batch(2, at)]);
        assert!(matches!(refused, Err(StoreError::Fenced { shard: ONE, .. })), "{refused:?}");
    }
    log.append(&[batch(2, NOON)]).unwrap();
    assert_eq!(other.log_reader(ONE).unwrap().end().unwrap(), Position(2));
}

#[test]
fn epochs_rise_over_restarts() {
    let folder = tempfile::tempdir().unwrap();
    let claim = || SqliteStore::open_or_create(folder.path(), 1).unwrap().claim(ONE).unwrap();
    assert_eq!([claim(), claim(), claim()], [Epoch(1), Epoch(2), Epoch(3)]);
}

#[test]
fn a_store_opened_to_read_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open_or_create(folder.path(), 1).unwrap();
    let epoch = store.claim(ONE).unwrap();
    store.log(ONE, epoch).unwrap().append(&[batch(1, NOON)]).unwrap();
    store.tables(ONE).unwrap().save(&Changes::default(), Position(1)).unwrap();

    let beside = SqliteStore::open_read_only(folder.path()).unwrap();
    assert_eq!(beside.log_reader(ONE).unwrap().read(Position(0), 0).unwrap(), [batch(1, NOON)]);
    assert_eq!(beside.reader(ONE).unwrap().snapshot(|views| views.position()).unwrap(), Position(1));
    assert!(matches!(beside.claim(ONE), Err(StoreError::Unusable(_))));
    assert!(matches!(beside.log(ONE, epoch), Err(StoreError::Unusable(_))));
    assert!(matches!(beside.tables(ONE), Err(StoreError::Unusable(_))));

    // Views of another version belong to the process that serves them.
    let views = folder.path().join("shard-0/views.db");
    rusqlite::Connection::open(&views).unwrap().pragma_update(None, "user_version", 7).unwrap();
    assert_eq!(beside.reader(ONE).unwrap().snapshot(|views| views.position()).unwrap(), Position(1));
}

#[test]
fn views_of_another_shape_begin_anew() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open_or_create(folder.path(), 1).unwrap();
    store.tables(ONE).unwrap().save(&Changes::default(), Position(9)).unwrap();
    assert_eq!(store.reader(ONE).unwrap().snapshot(|views| views.position()).unwrap(), Position(9));
    let views = folder.path().join("shard-0/views.db");
    rusqlite::Connection::open(&views).unwrap().pragma_update(None, "user_version", 7).unwrap();
    assert_eq!(store.reader(ONE).unwrap().snapshot(|views| views.position()).unwrap(), Position(0));
    drop(store);

    fs::write(&views, vec![b'x'; 8_192]).unwrap();
    let store = SqliteStore::open(folder.path()).unwrap();
    assert_eq!(store.tables(ONE).unwrap().snapshot(|views| views.position()).unwrap(), Position(0));
}

#[test]
fn a_store_has_a_sensible_number_of_shards() {
    for shards in [0, laisee_core::ids::SHARDS_MAX + 1] {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(SqliteStore::open_or_create(folder.path(), shards), Err(StoreError::Unusable(_))));
    }
}

#[test]
fn a_clock_that_was_set_back_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open_or_create(folder.path(), 1).unwrap();
    let written = [batch(1, NOON), batch(2, NOON.plus(2 * DAY_MS)), batch(3, NOON), batch(4, NOON.plus(DAY_MS))];
    for batch in &written {
        // Opened anew each time, as after a restart.
        let mut log = store.log(ONE, store.claim(ONE).unwrap()).unwrap();
        log.append(std::slice::from_ref(batch)).unwrap();
    }
    let mut log = store.log_reader(ONE).unwrap();
    assert_eq!(log.end().unwrap(), Position(4));
    assert_eq!(log.read(Position(0), usize::MAX).unwrap(), written);
}

#[test]
fn a_damaged_last_batch_is_found_when_the_log_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open_or_create(folder.path(), 1).unwrap();
    let mut log = store.log(ONE, store.claim(ONE).unwrap()).unwrap();
    log.append(&[batch(1, NOON), batch(2, NOON)]).unwrap();
    drop(log);
    let day = rusqlite::Connection::open(folder.path().join("shard-0/log/2026-11-23.db")).unwrap();
    day.execute_batch("UPDATE batch SET count = 9 WHERE first = 2").unwrap();
    match store.log(ONE, store.claim(ONE).unwrap()).map(|_| ()) {
        Err(StoreError::Corrupt(why)) => assert!(why.contains("shard 0, day 2026-11-23, batch 2"), "{why}"),
        other => panic!("{other:?}"),
    }
}

/// Handles of this process to files under `folder`.
#[cfg(target_os = "linux")]
fn handles(folder: &Path) -> usize {
    let open = fs::read_dir("/proc/self/fd").unwrap().filter_map(|entry| fs::read_link(entry.unwrap().path()).ok());
    open.filter(|path| path.starts_with(folder)).count()
}

#[cfg(target_os = "linux")]
#[test]
fn a_reader_of_many_days_holds_few_files() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open_or_create(folder.path(), 1).unwrap();
    let mut log = store.log(ONE, store.claim(ONE).unwrap()).unwrap();
    let days = 40;
    for n in 0..days {
        log.append(&[batch(n + 1, NOON.plus(n as i64 * DAY_MS))]).unwrap();
    }
    drop(log);
    let before = handles(folder.path());
    let mut reader = store.log_reader(ONE).unwrap();
    assert_eq!(reader.read(Position(0), usize::MAX).unwrap().len(), days as usize);
    assert_eq!(reader.read(Position(days - 1), usize::MAX).unwrap().len(), 1);
    assert!(handles(folder.path()) - before <= 6, "{} files are open", handles(folder.path()) - before);
}

/// The state in which a process that is killed while it makes a file may leave it: pages written, and a journal that takes
/// them back.
fn half_made(file: &Path) {
    let place = tempfile::tempdir().unwrap();
    let original = place.path().join("half.db");
    let connection = rusqlite::Connection::open(&original).unwrap();
    connection.execute_batch("PRAGMA cache_size = 1; CREATE TABLE batch (first); BEGIN").unwrap();
    connection.execute_batch("CREATE TABLE filler (bytes); CREATE TABLE other (bytes)").unwrap();
    for _ in 0..100 {
        connection.execute("INSERT INTO filler VALUES (randomblob(4000))", []).unwrap();
    }
    let journal = place.path().join("half.db-journal");
    assert!(fs::metadata(&journal).unwrap().len() > 0);
    fs::copy(&original, file).unwrap();
    fs::copy(&journal, file.with_extension("db-journal")).unwrap();
}

#[test]
fn files_whose_making_was_cut_off_are_made_anew_or_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    drop(SqliteStore::open_or_create(folder.path(), 1).unwrap());
    let shard = folder.path().join("shard-0");
    for rest in ["views.db", "views.db-wal", "views.db-shm"] {
        let _ = fs::remove_file(shard.join(rest));
    }
    half_made(&shard.join("views.db"));
    half_made(&shard.join("log").join("2026-11-23.db"));

    let store = SqliteStore::open(folder.path()).unwrap();
    assert!(store.log_reader(ONE).unwrap().read(Position(0), 1_000).unwrap().is_empty());
    let mut tables = store.tables(ONE).unwrap();
    tables.save(&Changes::default(), Position(0)).unwrap();
}
