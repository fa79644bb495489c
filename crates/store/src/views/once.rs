//! What idempotent commands did, kept forever.

use laisee_core::{
    cut::Once,
    ids::{ClientId, Millis, UserId},
};

use super::columns::{Columns, bytes, client_id, encoded, id, minted_before};
use crate::{Changes, ColumnType, Order, Range, RowValues, Snapshot, StoreError, TableSpec};

pub static ONCE: TableSpec = TableSpec {
    name: "once",
    columns: &[
        ("id", ColumnType::Bytes),
        ("user", ColumnType::Integer),
        ("digest", ColumnType::Bytes),
        ("done", ColumnType::Bytes),
    ],
    key: 2,
};

pub fn put(changes: &mut Changes, user: UserId, id_: ClientId, once: &Once) {
    changes.put(&ONCE, [client_id(id_), id(user.0), bytes(&once.digest), encoded(&once.done)]);
}

fn read(row: RowValues) -> Result<(UserId, ClientId, Once), StoreError> {
    let mut columns = Columns::of(&ONCE, row);
    let client_id = columns.client_id()?;
    let user = UserId(columns.id()?);
    Ok((user, client_id, Once { digest: columns.array()?, done: columns.encoded()? }))
}

/// What a client id did, if anything.
///
/// # Errors
/// The store's.
pub fn once(views: &mut dyn Snapshot, user: UserId, id_: ClientId) -> Result<Option<Once>, StoreError> {
    let row = views.get(&ONCE, &[client_id(id_), id(user.0)])?;
    row.map(|row| read(row).map(|(_, _, once)| once)).transpose()
}

/// Everything done under ids minted at or after `since`.
///
/// # Errors
/// The store's.
pub fn recent_once(views: &mut dyn Snapshot, since: Millis) -> Result<Vec<(UserId, ClientId, Once)>, StoreError> {
    let range = Range { prefix: vec![], after: Some(minted_before(since)), before: None };
    views.scan(&ONCE, &range, Order::Rising, usize::MAX)?.into_iter().map(read).collect()
}
