//! Who may open a packet, as it was posted. Stands apart from the packet, which changes with every cut.

use laisee_core::ids::{PacketId, UserId};

use super::columns::{Columns, encoded, id};
use crate::{Changes, ColumnType, Snapshot, StoreError, TableSpec};

pub static PACKET_ELIGIBLE: TableSpec = TableSpec {
    name: "packet_eligible",
    columns: &[("packet", ColumnType::Integer), ("users", ColumnType::Bytes)],
    key: 1,
};

pub fn put(changes: &mut Changes, packet: PacketId, users: &[UserId]) {
    changes.put(&PACKET_ELIGIBLE, [id(packet.0), encoded(&users)]);
}

/// Who may open it, rising; nobody before it is posted.
///
/// # Errors
/// The store's.
pub fn eligible(views: &mut dyn Snapshot, packet: PacketId) -> Result<Vec<UserId>, StoreError> {
    let Some(row) = views.get(&PACKET_ELIGIBLE, &[id(packet.0)])? else { return Ok(vec![]) };
    let mut columns = Columns::of(&PACKET_ELIGIBLE, row);
    columns.id()?;
    columns.encoded()
}
