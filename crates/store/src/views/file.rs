//! Whose the uploaded files are. Their bytes lie in the data folder under their hash.

use laisee_core::{file::File, ids::FileId};

use super::columns::{Columns, bytes, encoded, id, text};
use crate::{Changes, ColumnType, Snapshot, StoreError, TableSpec};

pub static FILE: TableSpec = TableSpec {
    name: "file",
    columns: &[
        ("file", ColumnType::Integer),
        ("owner", ColumnType::Integer),
        ("name", ColumnType::Text),
        ("content_type", ColumnType::Text),
        ("bytes", ColumnType::Integer),
        ("sha256", ColumnType::Bytes),
        ("all", ColumnType::Bytes),
    ],
    key: 1,
};

pub fn put(changes: &mut Changes, file: FileId, found: &File) {
    let row = [
        id(file.0),
        id(found.owner.0),
        text(&found.name),
        text(found.file_type.content_type()),
        id(found.bytes),
        bytes(&found.sha256),
        encoded(found),
    ];
    changes.put(&FILE, row);
}

/// # Errors
/// The store's.
pub fn file(views: &mut dyn Snapshot, file: FileId) -> Result<Option<File>, StoreError> {
    let Some(row) = views.get(&FILE, &[id(file.0)])? else { return Ok(None) };
    let mut columns = Columns::of(&FILE, row);
    columns.id()?;
    columns.id()?;
    columns.text()?;
    columns.text()?;
    columns.int()?;
    columns.bytes()?;
    columns.encoded().map(Some)
}
