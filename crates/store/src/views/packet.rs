//! Red packets as they stand.

use std::sync::Arc;

use laisee_core::{
    fen::Fen,
    ids::{MessageId, Millis, PacketId, Seq},
    packet::{PacketHead, PacketStatus},
};

use super::{
    columns::{Columns, id, int, optional_id, text},
    packet_eligible, packet_terms,
};
use crate::{Changes, ColumnType, Snapshot, StoreError, TableSpec};

pub static PACKET: TableSpec = TableSpec {
    name: "packet",
    columns: &[
        ("packet", ColumnType::Integer),
        ("status", ColumnType::Text),
        ("claimed", ColumnType::Integer),
        ("claimed_amount", ColumnType::Integer),
        ("refunded", ColumnType::Integer),
        ("ended_at_ms", ColumnType::Integer),
        ("seq", ColumnType::Integer),
        ("message", ColumnType::Integer),
    ],
    key: 1,
};

pub fn put(changes: &mut Changes, head: &PacketHead) {
    let row = [
        id(head.terms.packet.0),
        text(word(head.status)),
        int(head.claimed),
        int(head.claimed_amount.0),
        int(head.refunded.0),
        int(head.ended_at.map_or(0, |at| at.0)),
        int(head.seq.0),
        optional_id(head.message.map(|message| message.0)),
    ];
    changes.put(&PACKET, row);
}

fn word(status: PacketStatus) -> &'static str {
    match status {
        PacketStatus::Funded => "funded",
        PacketStatus::Open => "open",
        PacketStatus::Finished => "finished",
        PacketStatus::Expired => "expired",
        PacketStatus::Refunded => "refunded",
    }
}

/// A packet without its claims.
///
/// # Errors
/// The store's.
pub fn packet_head(views: &mut dyn Snapshot, packet: PacketId) -> Result<Option<PacketHead>, StoreError> {
    let Some(row) = views.get(&PACKET, &[id(packet.0)])? else { return Ok(None) };
    let Some(terms) = packet_terms::terms(views, packet)? else {
        return Err(StoreError::Corrupt(format!("table packet: {packet:?} has no terms")));
    };
    let mut columns = Columns::of(&PACKET, row);
    columns.id()?;
    let status = match columns.text()?.as_str() {
        "funded" => PacketStatus::Funded,
        "open" => PacketStatus::Open,
        "finished" => PacketStatus::Finished,
        "expired" => PacketStatus::Expired,
        "refunded" => PacketStatus::Refunded,
        other => return Err(StoreError::Corrupt(format!("table packet: unknown status {other}"))),
    };
    let claimed = columns.small()?;
    let claimed_amount = Fen(columns.int()?);
    let refunded = Fen(columns.int()?);
    let ended_at = match columns.int()? {
        0 => None,
        at => Some(Millis(at)),
    };
    let seq = Seq(columns.small()?);
    let message = columns.optional_id()?.map(MessageId);
    let eligible = packet_eligible::eligible(views, packet)?.into();
    let terms = Arc::new(terms);
    Ok(Some(PacketHead { terms, status, seq, message, eligible, claimed, claimed_amount, refunded, ended_at }))
}
