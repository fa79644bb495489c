//! The lives of orders, step by step.

use laisee_core::{
    ids::{Millis, OrderId, Position},
    order::step::StepSeen,
};

use super::columns::{Columns, encoded, id, int};
use crate::{Changes, ColumnType, Order, Range, RowValues, Snapshot, StoreError, TableSpec};

pub static ORDER_STEP: TableSpec = TableSpec {
    name: "order_step",
    columns: &[
        ("order_id", ColumnType::Integer),
        ("position", ColumnType::Integer),
        ("at_ms", ColumnType::Integer),
        ("step", ColumnType::Bytes),
    ],
    key: 2,
};

pub fn put(changes: &mut Changes, order: OrderId, seen: &StepSeen) {
    changes.put(&ORDER_STEP, [id(order.0), id(seen.position.0), int(seen.at.0), encoded(&seen.step)]);
}

fn read(row: RowValues) -> Result<StepSeen, StoreError> {
    let mut columns = Columns::of(&ORDER_STEP, row);
    columns.id()?;
    Ok(StepSeen { position: Position(columns.id()?), at: Millis(columns.int()?), step: columns.encoded()? })
}

/// The newest steps of an order, at most `limit`, oldest first.
///
/// # Errors
/// The store's.
pub fn order_steps(views: &mut dyn Snapshot, order: OrderId, limit: usize) -> Result<Vec<StepSeen>, StoreError> {
    let range = Range { prefix: vec![id(order.0)], after: None, before: None };
    let rows = views.scan(&ORDER_STEP, &range, Order::Falling, limit)?;
    rows.into_iter().rev().map(read).collect()
}
