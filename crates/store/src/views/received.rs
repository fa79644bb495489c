//! Accepted transfers that were credited to a wallet of this shard, and can be given back from it.

use laisee_core::{
    fen::Fen,
    ids::{TransferId, UserId},
    transfer::Received,
};

use super::columns::{Columns, id, int};
use crate::{Changes, ColumnType, Snapshot, StoreError, TableSpec};

pub static RECEIVED: TableSpec = TableSpec {
    name: "received",
    columns: &[
        ("transfer", ColumnType::Integer),
        ("user", ColumnType::Integer),
        ("sender", ColumnType::Integer),
        ("amount", ColumnType::Integer),
        ("given_back", ColumnType::Integer),
    ],
    key: 1,
};

pub fn put(changes: &mut Changes, transfer: TransferId, received: &Received) {
    let Received { user, sender, amount, given_back } = received;
    changes.put(&RECEIVED, [id(transfer.0), id(user.0), id(sender.0), int(amount.0), int(*given_back)]);
}

/// # Errors
/// The store's.
pub fn received(views: &mut dyn Snapshot, transfer: TransferId) -> Result<Option<Received>, StoreError> {
    let Some(row) = views.get(&RECEIVED, &[id(transfer.0)])? else { return Ok(None) };
    let mut columns = Columns::of(&RECEIVED, row);
    columns.id()?;
    Ok(Some(Received {
        user: UserId(columns.id()?),
        sender: UserId(columns.id()?),
        amount: Fen(columns.int()?),
        given_back: columns.int()? != 0,
    }))
}
