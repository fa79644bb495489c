//! What risk control has counted of each user.

use laisee_core::{ids::UserId, risk::Record};

use super::columns::{Columns, encoded, id};
use crate::{Changes, ColumnType, Snapshot, StoreError, TableSpec};

pub static RISK: TableSpec =
    TableSpec { name: "risk", columns: &[("user", ColumnType::Integer), ("record", ColumnType::Bytes)], key: 1 };

pub fn put(changes: &mut Changes, user: UserId, record: &Record) {
    changes.put(&RISK, [id(user.0), encoded(record)]);
}

/// A user's record; none: nothing was counted.
///
/// # Errors
/// The store's.
pub fn risk(views: &mut dyn Snapshot, user: UserId) -> Result<Option<Record>, StoreError> {
    let Some(row) = views.get(&RISK, &[id(user.0)])? else { return Ok(None) };
    let mut columns = Columns::of(&RISK, row);
    columns.id()?;
    columns.encoded().map(Some)
}
