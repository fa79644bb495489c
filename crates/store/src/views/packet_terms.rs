//! What was agreed when a packet was sent. Stands apart from the packet, which changes with every cut.

use laisee_core::{ids::PacketId, packet::Terms};

use super::columns::{Columns, encoded, id, int};
use crate::{Changes, ColumnType, Snapshot, StoreError, TableSpec};

pub static PACKET_TERMS: TableSpec = TableSpec {
    name: "packet_terms",
    columns: &[
        ("packet", ColumnType::Integer),
        ("sender", ColumnType::Integer),
        ("conversation", ColumnType::Integer),
        ("amount", ColumnType::Integer),
        ("count", ColumnType::Integer),
        ("created_at_ms", ColumnType::Integer),
        ("expires_at_ms", ColumnType::Integer),
        ("terms", ColumnType::Bytes),
    ],
    key: 1,
};

pub fn put(changes: &mut Changes, terms: &Terms) {
    let row = [
        id(terms.packet.0),
        id(terms.sender.0),
        id(terms.conversation.0),
        int(terms.amount.0),
        int(terms.count),
        int(terms.created_at.0),
        int(terms.expires_at.0),
        encoded(terms),
    ];
    changes.put(&PACKET_TERMS, row);
}

/// # Errors
/// The store's.
pub fn terms(views: &mut dyn Snapshot, packet: PacketId) -> Result<Option<Terms>, StoreError> {
    let Some(row) = views.get(&PACKET_TERMS, &[id(packet.0)])? else { return Ok(None) };
    let mut columns = Columns::of(&PACKET_TERMS, row);
    for _ in 0..7 {
        columns.int()?;
    }
    columns.encoded().map(Some)
}
