//! What users have uploaded on their newest days.

use laisee_core::{
    file::Uploads,
    ids::{FileId, UserId},
};

use super::columns::{Columns, id, int, optional_id};
use crate::{Changes, ColumnType, Snapshot, StoreError, TableSpec};

pub static UPLOADS: TableSpec = TableSpec {
    name: "uploads",
    columns: &[
        ("user", ColumnType::Integer),
        ("day", ColumnType::Integer),
        ("bytes", ColumnType::Integer),
        ("newest", ColumnType::Integer),
    ],
    key: 1,
};

pub fn put(changes: &mut Changes, user: UserId, uploads: &Uploads) {
    let newest = optional_id(uploads.newest.map(|file| file.0));
    changes.put(&UPLOADS, [id(user.0), int(uploads.day), id(uploads.bytes), newest]);
}

/// # Errors
/// The store's.
pub fn uploads(views: &mut dyn Snapshot, user: UserId) -> Result<Option<Uploads>, StoreError> {
    let Some(row) = views.get(&UPLOADS, &[id(user.0)])? else { return Ok(None) };
    let mut columns = Columns::of(&UPLOADS, row);
    columns.id()?;
    let (day, bytes) = (columns.int()?, columns.id()?);
    Ok(Some(Uploads { day, bytes, newest: columns.optional_id()?.map(FileId) }))
}
