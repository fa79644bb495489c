//! Wallets.

use laisee_core::{fen::Fen, ids::UserId, wallet::Wallet};

use super::columns::{Columns, id, int};
use crate::{Changes, ColumnType, Snapshot, StoreError, TableSpec};

pub static WALLET: TableSpec = TableSpec {
    name: "wallet",
    columns: &[("user", ColumnType::Integer), ("balance", ColumnType::Integer), ("lines", ColumnType::Integer)],
    key: 1,
};

pub fn put(changes: &mut Changes, user: UserId, wallet: &Wallet) {
    changes.put(&WALLET, [id(user.0), int(wallet.balance.0), id(wallet.lines)]);
}

/// A user's wallet; none: it never held anything.
///
/// # Errors
/// The store's.
pub fn wallet(views: &mut dyn Snapshot, user: UserId) -> Result<Option<Wallet>, StoreError> {
    let Some(row) = views.get(&WALLET, &[id(user.0)])? else { return Ok(None) };
    let mut columns = Columns::of(&WALLET, row);
    columns.id()?;
    Ok(Some(Wallet { balance: Fen(columns.int()?), lines: columns.id()? }))
}
