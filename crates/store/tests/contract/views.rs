//! The views' tables: changed together, with their position.

use laisee_core::ids::{Position, ShardId};
use laisee_store::{Changes, ReadTables, RowValues, Store, StoreError, Tables, Value};

use super::places::{ONE, OTHER, Place, int, table, text};

/// Wallets with balances, and those that go.
fn wallets(made: &[(i64, Option<i64>)]) -> Changes {
    let mut changes = Changes::default();
    for (user, balance) in made {
        match balance {
            Some(balance) => changes.put(table("wallet"), [int(*user), int(*balance), int(1)]),
            None => changes.delete(table("wallet"), [int(*user)]),
        }
    }
    changes
}

/// What a reader finds: the position, and the balance under each of these users.
fn found(store: &impl Store, shard: ShardId, users: [i64; 2]) -> (u64, [Option<i64>; 2]) {
    let mut reader = store.reader(shard).unwrap();
    let balance = |row: RowValues| match row[1] {
        Value::Integer(balance) => balance,
        _ => panic!("{row:?}"),
    };
    let read = reader.snapshot(|views| {
        let position = views.position()?.0;
        let one = views.get(table("wallet"), &[int(users[0])])?.map(balance);
        let other = views.get(table("wallet"), &[int(users[1])])?.map(balance);
        Ok((position, [one, other]))
    });
    read.unwrap()
}

pub fn changes_and_position_come_together(place: &impl Place) {
    let store = place.open();
    assert_eq!(found(&store, ONE, [1, 2]), (0, [None, None]));
    let mut tables = store.tables(ONE).unwrap();
    let mut changes = wallets(&[(1, Some(10)), (2, Some(20))]);
    changes.put(table("name"), [text("ann"), int(1)]);
    tables.save(&changes, Position(5)).unwrap();
    assert_eq!(found(&store, ONE, [1, 2]), (5, [Some(10), Some(20)]));
    tables.save(&Changes::default(), Position(6)).unwrap();
    assert_eq!(found(&store, ONE, [1, 2]), (6, [Some(10), Some(20)]));
}

pub fn a_put_replaces_and_a_delete_needs_nothing_there(place: &impl Place) {
    let store = place.open();
    let mut tables = store.tables(ONE).unwrap();
    tables.save(&wallets(&[(1, Some(10))]), Position(1)).unwrap();
    tables.save(&wallets(&[(1, Some(11)), (2, None)]), Position(2)).unwrap();
    assert_eq!(found(&store, ONE, [1, 2]), (2, [Some(11), None]));
    tables.save(&wallets(&[(1, None)]), Position(3)).unwrap();
    assert_eq!(found(&store, ONE, [1, 2]), (3, [None, None]));
}

pub fn changes_are_made_in_their_order(place: &impl Place) {
    let store = place.open();
    let mut tables = store.tables(ONE).unwrap();
    let changes = wallets(&[(1, Some(1)), (1, None), (1, Some(2)), (2, Some(1)), (2, Some(3)), (2, None)]);
    tables.save(&changes, Position(1)).unwrap();
    assert_eq!(found(&store, ONE, [1, 2]), (1, [Some(2), None]));
}

pub fn a_snapshot_that_fails_hurts_nobody(place: &impl Place) {
    let store = place.open();
    let mut reader = store.reader(ONE).unwrap();
    let failed: Result<(), _> = reader.snapshot(|views| {
        views.position()?;
        Err(StoreError::Corrupt("as the test wants it".into()))
    });
    assert!(matches!(failed, Err(StoreError::Corrupt(_))));
    store.tables(ONE).unwrap().save(&Changes::default(), Position(1)).unwrap();
    assert_eq!(reader.snapshot(|views| views.position()).unwrap(), Position(1));
}

pub fn shards_are_apart(place: &impl Place) {
    let store = place.open();
    store.tables(ONE).unwrap().save(&wallets(&[(1, Some(10))]), Position(5)).unwrap();
    store.tables(OTHER).unwrap().save(&wallets(&[(2, Some(20))]), Position(6)).unwrap();
    assert_eq!(found(&store, ONE, [1, 2]), (5, [Some(10), None]));
    assert_eq!(found(&store, OTHER, [1, 2]), (6, [None, Some(20)]));
}

pub fn another_opening_finds_the_views(place: &impl Place) {
    let store = place.open();
    store.tables(ONE).unwrap().save(&wallets(&[(1, Some(10))]), Position(5)).unwrap();
    drop(store);
    assert_eq!(found(&place.open(), ONE, [1, 2]), (5, [Some(10), None]));
}
