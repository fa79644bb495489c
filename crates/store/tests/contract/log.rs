//! The log: appended at the end, by one writer, all or none.

use laisee_core::ids::Position;
use laisee_store::{Batch, Log, ReadLog, Store, StoreError};

use super::places::{NOON, ONE, OTHER, Place, batch, batches, with, writer};

const ALL: usize = usize::MAX;

fn firsts(batches: &[Batch]) -> Vec<u64> {
    batches.iter().map(|batch| batch.first.0).collect()
}

pub fn an_empty_log_ends_at_zero(place: &impl Place) {
    let store = place.open();
    let mut log = writer(&store, ONE);
    assert_eq!(log.end().unwrap(), Position(0));
    assert!(log.read(Position(0), ALL).unwrap().is_empty());
    let mut reader = store.log_reader(ONE).unwrap();
    assert_eq!(reader.end().unwrap(), Position(0));
    assert!(reader.read(Position(0), ALL).unwrap().is_empty());
}

pub fn batches_come_back_in_order(place: &impl Place) {
    let written = batches(&[1, 3, 2]);
    let store = place.open();
    let mut log = writer(&store, ONE);
    log.append(&written[..1]).unwrap();
    log.append(&written[1..]).unwrap();
    assert_eq!(log.end().unwrap(), Position(6));
    let read = log.read(Position(0), ALL).unwrap();
    assert_eq!(read, written);
    assert_eq!(read.iter().map(|batch| batch.facts().unwrap().len()).sum::<usize>(), 6);
}

pub fn reading_begins_with_the_batch_that_holds_the_wanted_fact(place: &impl Place) {
    let store = with(place, &batches(&[1, 3, 2]));
    let mut log = store.log_reader(ONE).unwrap();
    // The batches hold 1, then 2 to 4, then 5 and 6.
    let expected: [(u64, &[u64]); 8] =
        [(0, &[1, 2, 5]), (1, &[2, 5]), (2, &[2, 5]), (3, &[2, 5]), (4, &[5]), (5, &[5]), (6, &[]), (99, &[])];
    for (after, begins) in expected {
        assert_eq!(firsts(&log.read(Position(after), ALL).unwrap()), begins, "after {after}");
    }
}

pub fn a_read_stops_after_bytes_max_but_gives_one_batch(place: &impl Place) {
    let written = batches(&[1, 1, 1, 1]);
    let size = written[0].bytes.len();
    let store = with(place, &written);
    let mut log = store.log_reader(ONE).unwrap();
    let expected = [(0, 1), (1, 1), (size, 1), (2 * size - 1, 1), (2 * size, 2), (3 * size, 3), (9 * size, 4)];
    for (bytes_max, count) in expected {
        assert_eq!(log.read(Position(0), bytes_max).unwrap().len(), count, "with {bytes_max} of {size} each");
    }
}

pub fn pages_put_together_are_the_whole_log(place: &impl Place) {
    let written = batches(&[2, 1, 5, 1, 1, 3]);
    let store = with(place, &written);
    let mut log = store.log_reader(ONE).unwrap();
    let mut read: Vec<Batch> = Vec::new();
    loop {
        let page = log.read(read.last().map_or(Position(0), Batch::last), 60).unwrap();
        if page.is_empty() {
            break;
        }
        read.extend(page);
    }
    assert_eq!(read, written);
}

pub fn a_batch_that_does_not_follow_is_refused_with_all_its_call(place: &impl Place) {
    let store = with(place, &batches(&[2]));
    for wrong in [
        vec![batch(4, 1, NOON)],
        vec![batch(2, 1, NOON)],
        vec![batch(3, 2, NOON), batch(6, 1, NOON)],
        vec![batch(3, 2, NOON), batch(4, 1, NOON)],
        vec![batch(3, 1, NOON), batch(3, 1, NOON)],
    ] {
        let mut log = writer(&store, ONE);
        let refused = log.append(&wrong);
        assert!(matches!(refused, Err(StoreError::Gap { .. })), "{:?} gave {refused:?}", firsts(&wrong));
        assert_eq!(store.log_reader(ONE).unwrap().end().unwrap(), Position(2), "all or none");
    }
    writer(&store, ONE).append(&[batch(3, 1, NOON)]).unwrap();
}

pub fn appending_nothing_changes_nothing(place: &impl Place) {
    let store = with(place, &batches(&[2]));
    let mut log = writer(&store, ONE);
    log.append(&[]).unwrap();
    assert_eq!(log.end().unwrap(), Position(2));
}

pub fn a_claim_fences_the_former_writer(place: &impl Place) {
    let store = place.open();
    let first = store.claim(ONE).unwrap();
    let mut former = store.log(ONE, first).unwrap();
    former.append(&[batch(1, 1, NOON)]).unwrap();

    let second = store.claim(ONE).unwrap();
    assert!(second > first);
    for late in [vec![batch(2, 1, NOON)], vec![]] {
        let refused = former.append(&late);
        assert!(late.is_empty() || matches!(refused, Err(StoreError::Fenced { shard: ONE, .. })), "{refused:?}");
    }
    // Opening the log anew under the old epoch gives the right back to nobody.
    let refused = store.log(ONE, first).and_then(|mut log| log.append(&[batch(2, 1, NOON)]));
    assert!(matches!(refused, Err(StoreError::Fenced { .. })), "{refused:?}");

    let mut log = store.log(ONE, second).unwrap();
    assert_eq!(log.end().unwrap(), Position(1));
    log.append(&[batch(2, 1, NOON)]).unwrap();
    assert_eq!(former.read(Position(0), ALL).unwrap().len(), 2, "reading stays allowed");
}

pub fn a_fence_is_for_one_shard(place: &impl Place) {
    let store = place.open();
    let mut log = writer(&store, ONE);
    writer(&store, OTHER).append(&[batch(1, 7, NOON)]).unwrap();
    log.append(&[batch(1, 1, NOON)]).unwrap();
    assert_eq!(store.log_reader(ONE).unwrap().end().unwrap(), Position(1));
    assert_eq!(store.log_reader(OTHER).unwrap().end().unwrap(), Position(7));
}

pub fn readers_see_what_was_appended_after_they_were_made(place: &impl Place) {
    let store = place.open();
    let mut reader = store.log_reader(ONE).unwrap();
    let mut log = writer(&store, ONE);
    for first in 1..=3 {
        log.append(&[batch(first, 1, NOON)]).unwrap();
        assert_eq!(reader.end().unwrap(), Position(first));
        assert_eq!(firsts(&reader.read(Position(first - 1), ALL).unwrap()), [first]);
        assert_eq!(firsts(&log.read(Position(first - 1), ALL).unwrap()), [first], "the writer can read as well");
    }
}

pub fn another_opening_finds_the_log(place: &impl Place) {
    let written = batches(&[1, 3, 2]);
    drop(with(place, &written));
    let store = place.open();
    let mut log = writer(&store, ONE);
    assert_eq!(log.end().unwrap(), Position(6));
    assert_eq!(log.read(Position(0), ALL).unwrap(), written);
    log.append(&[batch(7, 1, NOON)]).unwrap();
}
