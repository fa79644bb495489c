//! Scans: in the order of keys, within bounds.

use laisee_core::ids::Position;
use laisee_store::{Changes, Order, Range, ReadTables, RowValues, Store, TableSpec, Tables, Value};

use super::places::{ONE, Place, bytes, int, table, text};

const ALL: usize = usize::MAX;

fn fill(place: &impl Place, table: &'static TableSpec, rows: &[RowValues]) {
    let mut changes = Changes::default();
    rows.iter().for_each(|row| changes.put(table, row.clone()));
    place.open().tables(ONE).unwrap().save(&changes, Position(1)).unwrap();
}

fn scan(place: &impl Place, table: &'static TableSpec, range: &Range, order: Order, limit: usize) -> Vec<RowValues> {
    let mut reader = place.open().reader(ONE).unwrap();
    reader.snapshot(|views| views.scan(table, range, order, limit)).unwrap()
}

/// Puts keys of one column in backwards, and wants them in order, both ways.
fn sorted(place: &impl Place, table: &'static TableSpec, keys: &[Value], rest: &[Value]) {
    let rows: Vec<RowValues> = keys.iter().map(|key| [std::slice::from_ref(key), rest].concat()).collect();
    let backwards: Vec<RowValues> = rows.iter().rev().cloned().collect();
    fill(place, table, &backwards);
    assert_eq!(scan(place, table, &Range::default(), Order::Rising, ALL), rows);
    assert_eq!(scan(place, table, &Range::default(), Order::Falling, ALL), backwards);
}

pub fn integers_sort_by_size(place: &impl Place) {
    let keys = [i64::MIN, -256, -2, -1, 0, 1, 2, 255, 256, 65_536, i64::MAX].map(int);
    sorted(place, table("wallet"), &keys, &[int(1), int(1)]);
}

pub fn text_sorts_bytewise(place: &impl Place) {
    let keys = ["", "-", "0", "10", "9", "A", "Z", "a", "a\0", "a\0b", "aa", "ab", "b", "é", "利", "🧧"].map(text);
    sorted(place, table("name"), &keys, &[int(1)]);
}

pub fn bytes_sort_bytewise(place: &impl Place) {
    let keys: [&[u8]; 8] = [&[], &[0], &[0, 0], &[0, 255], &[1], &[127], &[128], &[255, 1]];
    sorted(place, table("once"), &keys.map(bytes), &[int(1), bytes(&[]), bytes(&[])]);
}

/// A grid of claims: packets -1 to 2, each with shares 0 to 9 but 5.
fn grid() -> Vec<RowValues> {
    let shares = |packet| (0..10).filter(|share| *share != 5).map(move |share| (packet, share));
    let keys = (-1..=2).flat_map(shares);
    keys.map(|(packet, share)| vec![int(packet), int(share), int(7), int(packet * 100 + share), int(0)]).collect()
}

pub fn the_second_column_sorts_within_the_first(place: &impl Place) {
    let mut rows = grid();
    rows.reverse();
    fill(place, table("claim"), &rows);
    let found = scan(place, table("claim"), &Range::default(), Order::Rising, ALL);
    assert_eq!(found, grid());
    assert_eq!(scan(place, table("claim"), &Range::default(), Order::Falling, ALL), rows);
}

fn shares(place: &impl Place, range: &Range, order: Order, limit: usize) -> Vec<i64> {
    let rows = scan(place, table("claim"), range, order, limit);
    let share = |row: RowValues| match (&row[0], &row[1]) {
        (Value::Integer(1), Value::Integer(share)) => *share,
        other => panic!("{other:?} is outside of the range"),
    };
    rows.into_iter().map(share).collect()
}

fn of_packet_one(after: Option<i64>, before: Option<i64>) -> Range {
    Range { prefix: vec![int(1)], after: after.map(int), before: before.map(int) }
}

pub fn bounds_are_exclusive(place: &impl Place) {
    fill(place, table("claim"), &grid());
    let cases: [(Option<i64>, Option<i64>, &[i64]); 9] = [
        (None, None, &[0, 1, 2, 3, 4, 6, 7, 8, 9]),
        (Some(7), None, &[8, 9]),
        (None, Some(2), &[0, 1]),
        (Some(2), Some(7), &[3, 4, 6]),
        (Some(4), Some(6), &[]),
        (Some(5), Some(7), &[6]),
        (Some(9), None, &[]),
        (Some(7), Some(2), &[]),
        (Some(-9), Some(99), &[0, 1, 2, 3, 4, 6, 7, 8, 9]),
    ];
    for (after, before, expected) in cases {
        let range = of_packet_one(after, before);
        assert_eq!(shares(place, &range, Order::Rising, ALL), expected, "{range:?}");
        let backwards: Vec<i64> = expected.iter().rev().copied().collect();
        assert_eq!(shares(place, &range, Order::Falling, ALL), backwards, "{range:?}");
    }
    let whole_key = Range { prefix: vec![int(1), int(3)], ..Range::default() };
    assert_eq!(shares(place, &whole_key, Order::Rising, ALL), [3]);
    let nobody = Range { prefix: vec![int(3)], ..Range::default() };
    assert!(shares(place, &nobody, Order::Falling, ALL).is_empty());
}

pub fn limits_count_from_the_side_that_is_asked_for(place: &impl Place) {
    fill(place, table("claim"), &grid());
    let range = of_packet_one(Some(1), Some(9));
    assert_eq!(shares(place, &range, Order::Rising, 2), [2, 3]);
    assert_eq!(shares(place, &range, Order::Falling, 2), [8, 7]);
    assert!(shares(place, &range, Order::Rising, 0).is_empty());
}

pub fn scans_agree_with_a_plain_filter(place: &impl Place) {
    fill(place, table("claim"), &grid());
    let bounds = [None, Some(-2), Some(-1), Some(0), Some(1), Some(2), Some(3)].map(|bound| bound.map(int));
    for (after, before) in bounds.iter().flat_map(|after| bounds.iter().map(move |before| (after, before))) {
        let range = Range { prefix: vec![], after: after.clone(), before: before.clone() };
        let within = |row: &RowValues| {
            after.as_ref().is_none_or(|after| row[0] > *after) && before.as_ref().is_none_or(|before| row[0] < *before)
        };
        let expected: Vec<_> = grid().into_iter().filter(within).collect();
        assert_eq!(scan(place, table("claim"), &range, Order::Rising, ALL), expected, "{range:?}");
    }
}
