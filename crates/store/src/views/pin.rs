//! Hashes of payment PINs. No shard keeps them in memory: only gateways compare.

use laisee_core::ids::UserId;

use super::columns::{Columns, id, text};
use crate::{Changes, ColumnType, Snapshot, StoreError, TableSpec};

pub static PIN: TableSpec =
    TableSpec { name: "pin", columns: &[("user", ColumnType::Integer), ("hash", ColumnType::Text)], key: 1 };

pub fn put(changes: &mut Changes, user: UserId, hash: &str) {
    changes.put(&PIN, [id(user.0), text(hash)]);
}

/// The hash of a user's PIN, if one is set.
///
/// # Errors
/// The store's.
pub fn pin_hash(views: &mut dyn Snapshot, user: UserId) -> Result<Option<String>, StoreError> {
    let Some(row) = views.get(&PIN, &[id(user.0)])? else { return Ok(None) };
    let mut columns = Columns::of(&PIN, row);
    columns.id()?;
    columns.text().map(Some)
}
