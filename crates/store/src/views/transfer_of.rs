//! The transfers that a user sent or was sent. They themselves live with their senders.

use laisee_core::ids::{TransferId, UserId};

use super::columns::{Columns, id};
use crate::{Changes, ColumnType, Order, Range, Snapshot, StoreError, TableSpec};

pub static TRANSFER_OF: TableSpec = TableSpec {
    name: "transfer_of",
    columns: &[("user", ColumnType::Integer), ("transfer", ColumnType::Integer)],
    key: 2,
};

pub fn put(changes: &mut Changes, user: UserId, transfer: TransferId) {
    changes.put(&TRANSFER_OF, [id(user.0), id(transfer.0)]);
}

/// The newest before `before` (0: from the newest), newest first.
///
/// # Errors
/// The store's.
pub fn transfers_of(
    views: &mut dyn Snapshot,
    user: UserId,
    before: TransferId,
    limit: usize,
) -> Result<Vec<TransferId>, StoreError> {
    let before = (before.0 > 0).then(|| id(before.0));
    let range = Range { prefix: vec![id(user.0)], after: None, before };
    let rows = views.scan(&TRANSFER_OF, &range, Order::Falling, limit)?;
    rows.into_iter()
        .map(|row| {
            let mut columns = Columns::of(&TRANSFER_OF, row);
            columns.id()?;
            columns.id().map(TransferId)
        })
        .collect()
}
