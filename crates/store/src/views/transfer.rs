//! Transfers between two people, as they stand.

use laisee_core::{
    ids::TransferId,
    transfer::{Transfer, TransferStatus},
};

use super::columns::{Columns, encoded, id, int, text};
use crate::{Changes, ColumnType, Order, Range, Snapshot, StoreError, TableSpec};

pub static TRANSFER: TableSpec = TableSpec {
    name: "transfer",
    columns: &[
        ("transfer", ColumnType::Integer),
        ("sender", ColumnType::Integer),
        ("receiver", ColumnType::Integer),
        ("amount", ColumnType::Integer),
        ("status", ColumnType::Text),
        ("arrives_at_ms", ColumnType::Integer),
        ("all", ColumnType::Bytes),
    ],
    key: 1,
};

pub fn put(changes: &mut Changes, found: &Transfer) {
    let terms = &found.terms;
    let row = [
        id(terms.transfer.0),
        id(terms.sender.0),
        id(terms.receiver.0),
        int(terms.amount.0),
        text(word(found.status)),
        int(terms.arrives_at.0),
        encoded(found),
    ];
    changes.put(&TRANSFER, row);
}

fn word(status: TransferStatus) -> &'static str {
    match status {
        TransferStatus::Funded => "funded",
        TransferStatus::Pending => "pending",
        TransferStatus::Frozen => "frozen",
        TransferStatus::Arrived => "arrived",
        TransferStatus::Accepted => "accepted",
        TransferStatus::Returned => "returned",
        TransferStatus::Expired => "expired",
        TransferStatus::Recalled => "recalled",
        TransferStatus::Refunded => "refunded",
        TransferStatus::GivenBack => "given-back",
    }
}

/// # Errors
/// The store's.
pub fn transfer(views: &mut dyn Snapshot, transfer: TransferId) -> Result<Option<Transfer>, StoreError> {
    let Some(row) = views.get(&TRANSFER, &[id(transfer.0)])? else { return Ok(None) };
    let mut columns = Columns::of(&TRANSFER, row);
    for _ in 0..4 {
        columns.int()?;
    }
    columns.text()?;
    columns.int()?;
    columns.encoded().map(Some)
}

/// Transfers in the order of their making, after `after`.
///
/// # Errors
/// The store's.
pub fn transfers_after(
    views: &mut dyn Snapshot,
    after: Option<TransferId>,
    limit: usize,
) -> Result<Vec<TransferId>, StoreError> {
    let range = Range { prefix: vec![], after: after.map(|after| id(after.0)), before: None };
    let rows = views.scan(&TRANSFER, &range, Order::Rising, limit)?;
    rows.into_iter().map(|row| Columns::of(&TRANSFER, row).id().map(TransferId)).collect()
}
