//! What a shard knows of itself: one row.

use laisee_core::{cut::Meta, ids::Millis};

use super::columns::{Columns, encoded, int};
use crate::{Changes, ColumnType, Snapshot, StoreError, TableSpec};

pub static META: TableSpec = TableSpec {
    name: "meta",
    columns: &[("only", ColumnType::Integer), ("at_ms", ColumnType::Integer), ("meta", ColumnType::Bytes)],
    key: 1,
};

pub fn put(changes: &mut Changes, meta: &Meta) {
    changes.put(&META, [int(0), int(meta.at.0), encoded(meta)]);
}

/// The time of the newest batch that the views have.
///
/// # Errors
/// The store's.
pub fn time(views: &mut dyn Snapshot) -> Result<Millis, StoreError> {
    let Some(row) = views.get(&META, &[int(0)])? else { return Ok(Millis(i64::MIN)) };
    let mut columns = Columns::of(&META, row);
    columns.int()?;
    columns.int().map(Millis)
}

/// What the shard knew of itself at the views' position; none: nothing ever happened in it.
///
/// # Errors
/// The store's.
pub fn meta(views: &mut dyn Snapshot) -> Result<Option<Meta>, StoreError> {
    let Some(row) = views.get(&META, &[int(0)])? else { return Ok(None) };
    let mut columns = Columns::of(&META, row);
    columns.int()?;
    columns.int()?;
    columns.encoded().map(Some)
}
