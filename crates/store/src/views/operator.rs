//! Operators.

use laisee_core::{ids::OperatorId, operator::Operator};

use super::columns::{Columns, encoded, id, text};
use crate::{Changes, ColumnType, Order, Range, RowValues, Snapshot, StoreError, TableSpec};

pub static OPERATOR: TableSpec = TableSpec {
    name: "operator",
    columns: &[
        ("operator", ColumnType::Integer),
        ("name", ColumnType::Text),
        ("role", ColumnType::Text),
        ("all", ColumnType::Bytes),
    ],
    key: 1,
};

pub fn put(changes: &mut Changes, operator: OperatorId, found: &Operator) {
    changes.put(&OPERATOR, [id(operator.0), text(&found.name), text(found.role.word()), encoded(found)]);
}

fn read(row: RowValues) -> Result<(OperatorId, Operator), StoreError> {
    let mut columns = Columns::of(&OPERATOR, row);
    let operator = OperatorId(columns.id()?);
    columns.text()?;
    columns.text()?;
    Ok((operator, columns.encoded()?))
}

/// An operator.
///
/// # Errors
/// The store's.
pub fn operator(views: &mut dyn Snapshot, operator: OperatorId) -> Result<Option<Operator>, StoreError> {
    let row = views.get(&OPERATOR, &[id(operator.0)])?;
    row.map(|row| read(row).map(|(_, operator)| operator)).transpose()
}

/// All operators, in the order in which they were made, at most `limit`.
///
/// # Errors
/// The store's.
pub fn operators(views: &mut dyn Snapshot, limit: usize) -> Result<Vec<(OperatorId, Operator)>, StoreError> {
    views.scan(&OPERATOR, &Range::default(), Order::Rising, limit)?.into_iter().map(read).collect()
}
