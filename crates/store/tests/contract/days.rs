//! The log in files, one a day.

use std::fs;

use laisee_core::ids::{Millis, Position};
use laisee_store::{Batch, Log, ReadLog, Store};

use super::places::{Folder, NOON, ONE, Place, batch, writer};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

fn day(n: i64) -> Millis {
    NOON.plus(n * DAY_MS)
}

/// Two batches a day, with days between on which nothing happened.
fn written() -> Vec<Batch> {
    let days = [0, 1, 4, 40];
    let each = days.iter().zip((1..).step_by(5));
    each.flat_map(|(n, first)| [batch(first, 2, day(*n)), batch(first + 2, 3, day(*n))]).collect()
}

fn files(folder: &Folder) -> Vec<String> {
    let entries = fs::read_dir(folder.0.path().join("shard-0/log")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.filter(|name| name.ends_with(".db")).collect();
    names.sort();
    names
}

#[test]
fn reading_goes_on_across_days() {
    let folder = Folder::new();
    let store = folder.open();
    let mut reader = store.log_reader(ONE).unwrap();
    let mut log = writer(&store, ONE);
    for batch in written() {
        log.append(std::slice::from_ref(&batch)).unwrap();
        assert_eq!(reader.end().unwrap(), batch.last());
    }
    assert_eq!(files(&folder), ["2026-11-23.db", "2026-11-24.db", "2026-11-27.db", "2027-01-02.db"]);
    drop((store, log, reader));

    let store = folder.open();
    let mut reader = store.log_reader(ONE).unwrap();
    for after in 0..=20 {
        let expected: Vec<_> = written().into_iter().filter(|batch| batch.last() > Position(after)).collect();
        assert_eq!(reader.read(Position(after), usize::MAX).unwrap(), expected, "after {after}");
        let one: Vec<_> = expected.into_iter().take(1).collect();
        assert_eq!(reader.read(Position(after), 0).unwrap(), one, "after {after}");
    }
}

#[test]
fn one_append_stays_in_one_file() {
    let folder = Folder::new();
    let store = folder.open();
    let mut log = writer(&store, ONE);
    log.append(&[batch(1, 1, day(0)), batch(2, 1, day(1))]).unwrap();
    assert_eq!(files(&folder), ["2026-11-23.db"], "all or none needs one transaction");
    log.append(&[batch(3, 1, day(1))]).unwrap();
    assert_eq!(files(&folder).len(), 2);
    assert_eq!(log.read(Position(1), usize::MAX).unwrap(), [batch(2, 1, day(1)), batch(3, 1, day(1))]);
}
