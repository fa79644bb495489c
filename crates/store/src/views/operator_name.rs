//! Names of operators and their owners.

use laisee_core::ids::OperatorId;

use super::columns::{Columns, id, text};
use crate::{Changes, ColumnType, Snapshot, StoreError, TableSpec};

pub static OPERATOR_NAME: TableSpec = TableSpec {
    name: "operator_name",
    columns: &[("name", ColumnType::Text), ("operator", ColumnType::Integer)],
    key: 1,
};

pub fn put(changes: &mut Changes, name: &str, operator: OperatorId) {
    changes.put(&OPERATOR_NAME, [text(name), id(operator.0)]);
}

/// Which operator has this name.
///
/// # Errors
/// The store's.
pub fn operator_by_name(views: &mut dyn Snapshot, name: &str) -> Result<Option<OperatorId>, StoreError> {
    let Some(row) = views.get(&OPERATOR_NAME, &[text(name)])? else { return Ok(None) };
    let mut columns = Columns::of(&OPERATOR_NAME, row);
    columns.text()?;
    Ok(Some(OperatorId(columns.id()?)))
}
