//! When packets expire; those that have ended are gone from here.

use laisee_core::{
    ids::{Millis, PacketId},
    packet::PacketHead,
};

use super::columns::{Columns, id, int};
use crate::{Change, ColumnType, Order, Range, Snapshot, StoreError, TableSpec};

pub const TIMER: TableSpec =
    TableSpec { name: "timer", columns: &[("due_ms", ColumnType::Integer), ("packet", ColumnType::Integer)], key: 2 };

/// The timer that belongs to a packet as it stands.
pub fn of(head: &PacketHead) -> Change {
    let key = vec![int(head.terms.expires_at.0), id(head.terms.packet.0)];
    if head.status.ended() { Change::Delete(&TIMER, key) } else { Change::Put(&TIMER, key) }
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
