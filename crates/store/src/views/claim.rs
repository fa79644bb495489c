//! Claimed shares.

use laisee_core::{
    fen::Fen,
    ids::{Millis, PacketId, UserId},
    packet::Claim,
};

use super::columns::{Columns, id, int};
use crate::{Changes, ColumnType, Order, Range, Snapshot, StoreError, TableSpec};

pub static CLAIM: TableSpec = TableSpec {
    name: "claim",
    columns: &[
        ("packet", ColumnType::Integer),
        ("share", ColumnType::Integer),
        ("user", ColumnType::Integer),
        ("amount", ColumnType::Integer),
        ("at_ms", ColumnType::Integer),
    ],
    key: 2,
};

pub fn put(changes: &mut Changes, packet: PacketId, claim: &Claim) {
    let row = [id(packet.0), int(claim.index), id(claim.user.0), int(claim.amount.0), int(claim.at.0)];
    changes.put(&CLAIM, row);
}

/// A packet's claims in the order of opening.
///
/// # Errors
/// The store's.
pub fn claims_of(views: &mut dyn Snapshot, packet: PacketId) -> Result<Vec<Claim>, StoreError> {
    let range = Range { prefix: vec![id(packet.0)], ..Range::default() };
    let rows = views.scan(&CLAIM, &range, Order::Rising, usize::MAX)?;
    rows.into_iter()
        .map(|row| {
            let mut columns = Columns::of(&CLAIM, row);
            columns.id()?;
            let index = columns.small()?;
            let user = UserId(columns.id()?);
            Ok(Claim { user, index, amount: Fen(columns.int()?), at: Millis(columns.int()?) })
        })
        .collect()
}
