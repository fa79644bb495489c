//! When packets expire; those that have ended are gone from here.

use laisee_core::{
    ids::{Millis, PacketId},
    packet::Terms,
};

use super::columns::{Columns, id, int};
use crate::{Changes, ColumnType, Order, Range, Snapshot, StoreError, TableSpec, Value};

pub static TIMER: TableSpec =
    TableSpec { name: "timer", columns: &[("due_ms", ColumnType::Integer), ("packet", ColumnType::Integer)], key: 2 };

/// A packet's timer, from its sending on.
pub fn put(changes: &mut Changes, terms: &Terms) {
    changes.put(&TIMER, key(terms));
}

/// A packet that has ended needs none.
pub fn delete(changes: &mut Changes, terms: &Terms) {
    changes.delete(&TIMER, key(terms));
}

fn key(terms: &Terms) -> [Value; 2] {
    [int(terms.expires_at.0), id(terms.packet.0)]
}

/// Timers due before `before`, soonest first.
///
/// # Errors
/// The store's.
pub fn timers(views: &mut dyn Snapshot, before: Millis, limit: usize) -> Result<Vec<(Millis, PacketId)>, StoreError> {
    let range = Range { prefix: vec![], after: None, before: Some(int(before.0)) };
    let rows = views.scan(&TIMER, &range, Order::Rising, limit)?;
    rows.into_iter()
        .map(|row| {
            let mut columns = Columns::of(&TIMER, row);
            Ok((Millis(columns.int()?), PacketId(columns.id()?)))
        })
        .collect()
}
