//! Names and their owners.

use laisee_core::ids::UserId;

use super::columns::{Columns, id, text};
use crate::{Changes, ColumnType, Snapshot, StoreError, TableSpec};

pub static NAME: TableSpec =
    TableSpec { name: "name", columns: &[("name", ColumnType::Text), ("user", ColumnType::Integer)], key: 1 };

pub fn put(changes: &mut Changes, name: &str, user: UserId) {
    changes.put(&NAME, [text(name), id(user.0)]);
}

/// Who has this name.
///
/// # Errors
/// The store's.
pub fn user_by_name(views: &mut dyn Snapshot, name: &str) -> Result<Option<UserId>, StoreError> {
    let Some(row) = views.get(&NAME, &[text(name)])? else { return Ok(None) };
    let mut columns = Columns::of(&NAME, row);
    columns.text()?;
    Ok(Some(UserId(columns.id()?)))
}
