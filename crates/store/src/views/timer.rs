//! What falls due, and when; what came to nothing or is done is gone from here.

use laisee_core::{ids::Millis, timer::TimerKey};

use super::columns::{Columns, encoded, int};
use crate::{Changes, ColumnType, Order, Range, Snapshot, StoreError, TableSpec};

pub static TIMER: TableSpec =
    TableSpec { name: "timer", columns: &[("due_ms", ColumnType::Integer), ("key", ColumnType::Bytes)], key: 2 };

/// A timer that was set, or (`set` is false) cleared.
pub fn put(changes: &mut Changes, due: Millis, key: TimerKey, set: bool) {
    let row = [int(due.0), encoded(&key)];
    if set {
        changes.put(&TIMER, row);
    } else {
        changes.delete(&TIMER, row);
    }
}

/// Timers due before `before`, soonest first.
///
/// # Errors
/// The store's.
pub fn timers(views: &mut dyn Snapshot, before: Millis, limit: usize) -> Result<Vec<(Millis, TimerKey)>, StoreError> {
    let range = Range { prefix: vec![], after: None, before: Some(int(before.0)) };
    let rows = views.scan(&TIMER, &range, Order::Rising, limit)?;
    rows.into_iter()
        .map(|row| {
            let mut columns = Columns::of(&TIMER, row);
            Ok((Millis(columns.int()?), columns.encoded()?))
        })
        .collect()
}
