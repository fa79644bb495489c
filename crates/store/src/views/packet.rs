//! Red packets.

use std::sync::Arc;

use laisee_core::{
    fen::Fen,
    ids::{MessageId, Millis, PacketId, Seq, UserId},
    packet::{PacketHead, PacketStatus, Terms},
};

use super::columns::{Columns, encoded, id, int, optional_id, text};
use crate::{Change, ColumnType, RowValues, Snapshot, StoreError, TableSpec};

pub const PACKET: TableSpec = TableSpec {
    name: "packet",
    columns: &[
        ("packet", ColumnType::Integer),
        ("sender", ColumnType::Integer),
        ("conversation", ColumnType::Integer),
        ("status", ColumnType::Text),
        ("amount", ColumnType::Integer),
        ("count", ColumnType::Integer),
        ("claimed", ColumnType::Integer),
        ("claimed_amount", ColumnType::Integer),
        ("refunded", ColumnType::Integer),
        ("created_at_ms", ColumnType::Integer),
        ("expires_at_ms", ColumnType::Integer),
        ("ended_at_ms", ColumnType::Integer),
        ("seq", ColumnType::Integer),
        ("message", ColumnType::Integer),
        ("terms", ColumnType::Bytes),
        ("eligible", ColumnType::Bytes),
    ],
    key: 1,
};

pub fn put(head: &PacketHead) -> Change {
    let terms = &head.terms;
    Change::Put(
        &PACKET,
        vec![
            id(terms.packet.0),
            id(terms.sender.0),
            id(terms.conversation.0),
            text(word(head.status)),
            int(terms.amount.0),
            int(terms.count),
            int(head.claimed),
            int(head.claimed_amount.0),
            int(head.refunded.0),
            int(terms.created_at.0),
            int(terms.expires_at.0),
            int(head.ended_at.map_or(0, |at| at.0)),
            int(head.seq.0),
            optional_id(head.message.map(|message| message.0)),
            encoded(&**terms),
            encoded(&&*head.eligible),
        ],
    )
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
    views.get(&PACKET, &[id(packet.0)])?.map(read).transpose()
}

/// A packet from its row.
///
/// # Errors
/// `Corrupt`.
pub fn read(row: RowValues) -> Result<PacketHead, StoreError> {
    let mut columns = Columns::of(&PACKET, row);
    for _ in 0..3 {
        columns.id()?;
    }
    let status = match columns.text()?.as_str() {
        "funded" => PacketStatus::Funded,
        "open" => PacketStatus::Open,
        "finished" => PacketStatus::Finished,
        "expired" => PacketStatus::Expired,
        "refunded" => PacketStatus::Refunded,
        other => return Err(StoreError::Corrupt(format!("table packet: unknown status {other}"))),
    };
    columns.int()?;
    columns.int()?;
    let claimed = columns.small()?;
    let claimed_amount = Fen(columns.int()?);
    let refunded = Fen(columns.int()?);
    columns.int()?;
    columns.int()?;
    let ended_at = match columns.int()? {
        0 => None,
        at => Some(Millis(at)),
    };
    let seq = Seq(columns.small()?);
    let message = columns.optional_id()?.map(MessageId);
    let terms: Terms = columns.encoded()?;
    let eligible: Vec<UserId> = columns.encoded()?;
    Ok(PacketHead {
        terms: Arc::new(terms),
        status,
        seq,
        message,
        eligible: eligible.into(),
        claimed,
        claimed_amount,
        refunded,
        ended_at,
    })
}
