//! What a power cut or a bad disk does to the log's files.

use std::{
    fs,
    path::{Path, PathBuf},
};

use laisee_core::ids::{Millis, Position};
use laisee_store::{Batch, Log, ReadLog, Store, StoreError, sqlite::SqliteStore};

use super::places::{Folder, NOON, ONE, Place, batch, writer};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const FILE: &str = "shard-0/log/2026-11-23.db";

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        // The shared memory belongs to processes that live.
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else if !target.to_str().unwrap().ends_with("-shm") {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn read_all(folder: &Path) -> Result<Vec<Batch>, StoreError> {
    let store = SqliteStore::open(folder)?;
    store.log_reader(ONE)?.read(Position(0), usize::MAX)
}

#[test]
fn a_torn_wal_leaves_whole_appends_and_can_be_written_on() {
    let folder = Folder::new();
    let store = folder.open();
    let mut log = writer(&store, ONE);
    // Each append has two batches, so that half an append would show.
    let appends: Vec<[Batch; 2]> = (0..12).map(|n| [batch(n * 50 + 1, 1, NOON), batch(n * 50 + 2, 49, NOON)]).collect();
    for append in &appends {
        log.append(append).unwrap();
    }
    let whole = fs::metadata(folder.0.path().join(format!("{FILE}-wal"))).unwrap().len();
    let mut kept = Vec::new();
    for cut in (0..=whole).rev().step_by(1_777) {
        let torn = tempfile::tempdir().unwrap();
        copy(folder.0.path(), torn.path());
        let wal = fs::OpenOptions::new().write(true).open(torn.path().join(format!("{FILE}-wal"))).unwrap();
        wal.set_len(cut).unwrap();
        drop(wal);

        let read = read_all(torn.path()).unwrap();
        assert_eq!(read.len() % 2, 0, "half an append is there with {cut} of {whole} bytes");
        assert_eq!(read, appends.as_flattened()[..read.len()], "with {cut} of {whole} bytes");
        kept.push(read.len() / 2);

        let store = SqliteStore::open(torn.path()).unwrap();
        let mut log = writer(&store, ONE);
        let next = batch(read.last().map_or(0, |batch| batch.last().0) + 1, 1, NOON);
        log.append(std::slice::from_ref(&next)).unwrap();
        assert_eq!(log.read(Position(0), usize::MAX).unwrap().last(), Some(&next));
    }
    assert_eq!(kept.first(), Some(&appends.len()), "nothing was cut from it");
    assert_eq!(kept.last(), Some(&0), "all was cut from it");
    assert!(kept.is_sorted_by(|a, b| a >= b), "less file holds less");
    assert!(kept.iter().any(|appends| (1..12).contains(appends)));
}

/// Two days of log, closed, so that all stands in the files themselves.
fn closed() -> (Folder, PathBuf) {
    let folder = Folder::new();
    let store = folder.open();
    let mut log = writer(&store, ONE);
    let yesterday = Millis(NOON.0 - DAY_MS);
    log.append(&[batch(1, 3, yesterday)]).unwrap();
    log.append(&[batch(4, 3, NOON), batch(7, 3, NOON)]).unwrap();
    drop((store, log));
    let file = folder.0.path().join(FILE);
    assert!(!file.with_extension("db-wal").exists(), "closing puts everything into the file");
    (folder, file)
}

fn assert_corrupt(folder: &Folder, parts: &[&str]) {
    match read_all(folder.0.path()) {
        Err(StoreError::Corrupt(why)) => {
            assert!(parts.iter().all(|part| why.contains(part)), "{why:?} does not say {parts:?}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_flipped_byte_is_reported_with_its_place() {
    let (folder, file) = closed();
    let mut bytes = fs::read(&file).unwrap();
    let name = b"name 8";
    let at = bytes.windows(name.len()).position(|window| window == name).unwrap();
    bytes[at + 5] ^= 1;
    fs::write(&file, bytes).unwrap();
    assert_corrupt(&folder, &["shard 0", "day 2026-11-23", "batch 7"]);
    // What comes before can still be read.
    let store = folder.open();
    let mut log = store.log_reader(ONE).unwrap();
    assert_eq!(log.read(Position(0), 0).unwrap(), [batch(1, 3, Millis(NOON.0 - DAY_MS))]);
}

#[test]
fn damaged_columns_are_damage_too() {
    for damage in [
        "UPDATE batch SET count = count + 1 WHERE first = 7",
        "UPDATE batch SET count = -1 WHERE first = 7",
        "UPDATE batch SET count = 0 WHERE first = 7",
        "UPDATE batch SET at_ms = at_ms - 1 WHERE first = 7",
        "UPDATE batch SET crc = crc + 1 WHERE first = 7",
        "UPDATE batch SET crc = -5 WHERE first = 7",
        "UPDATE batch SET facts = x'01' WHERE first = 7",
    ] {
        let (folder, file) = closed();
        rusqlite::Connection::open(&file).unwrap().execute_batch(damage).unwrap();
        assert_corrupt(&folder, &["shard 0", "day 2026-11-23", "batch 7"]);
    }
}

#[test]
fn a_batch_that_is_missing_is_damage() {
    for (damage, first) in
        [("DELETE FROM batch WHERE first = 4", "batch 7"), ("UPDATE batch SET first = 8 WHERE first = 7", "batch 8")]
    {
        let (folder, file) = closed();
        rusqlite::Connection::open(&file).unwrap().execute_batch(damage).unwrap();
        assert_corrupt(&folder, &["shard 0", "day 2026-11-23", first]);
    }
}

#[test]
fn a_file_that_is_no_database_is_damage() {
    let (folder, file) = closed();
    fs::write(&file, vec![b'x'; 8_192]).unwrap();
    assert_corrupt(&folder, &["shard 0", "day 2026-11-23"]);
}

#[test]
fn a_day_that_is_missing_is_damage() {
    let (folder, file) = closed();
    fs::remove_file(file.with_file_name("2026-11-22.db")).unwrap();
    assert_corrupt(&folder, &["shard 0", "fact 1 is missing"]);
}
