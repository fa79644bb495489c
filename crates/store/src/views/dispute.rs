//! Which transfers were ever recalled, those that wait for an operator first.

use laisee_core::{ids::TransferId, transfer::Transfer};

use super::columns::{Columns, id, int};
use crate::{Changes, ColumnType, Order, Range, Snapshot, StoreError, TableSpec};

pub static DISPUTE: TableSpec = TableSpec {
    name: "dispute",
    columns: &[("ended", ColumnType::Integer), ("transfer", ColumnType::Integer)],
    key: 2,
};

/// Keeps the place of a transfer that was recalled; of others nothing.
pub fn put(changes: &mut Changes, found: &Transfer) {
    if let Some(recall) = &found.recall {
        let open = recall.open(found.status);
        let transfer = found.terms.transfer;
        changes.put(&DISPUTE, [int(!open), id(transfer.0)]);
        changes.delete(&DISPUTE, [int(open), id(transfer.0)]);
    }
}

/// The newest disputes that are open, or ended; at most `limit`.
///
/// # Errors
/// The store's.
pub fn disputes(views: &mut dyn Snapshot, open: bool, limit: usize) -> Result<Vec<TransferId>, StoreError> {
    let range = Range { prefix: vec![int(!open)], ..Range::default() };
    let rows = views.scan(&DISPUTE, &range, Order::Falling, limit)?;
    rows.into_iter()
        .map(|row| {
            let mut columns = Columns::of(&DISPUTE, row);
            columns.int()?;
            columns.id().map(TransferId)
        })
        .collect()
}

/// Whether this transfer stands in the queue.
///
/// # Errors
/// The store's.
pub fn dispute_waits(views: &mut dyn Snapshot, transfer: TransferId) -> Result<bool, StoreError> {
    Ok(views.get(&DISPUTE, &[int(false), id(transfer.0)])?.is_some())
}
