//! Statement lines.

use laisee_core::{
    fen::Fen,
    ids::{Millis, OrderId, PacketId, TransferId, UserId},
    wallet::{Movement, MovementKind},
};

use super::columns::{Columns, id, int, optional_id, text};
use crate::{Changes, ColumnType, Order, Range, Snapshot, StoreError, TableSpec};

pub static MOVEMENT: TableSpec = TableSpec {
    name: "movement",
    columns: &[
        ("user", ColumnType::Integer),
        ("number", ColumnType::Integer),
        ("at_ms", ColumnType::Integer),
        ("kind", ColumnType::Text),
        ("amount", ColumnType::Integer),
        ("balance", ColumnType::Integer),
        ("packet", ColumnType::Integer),
        ("counterpart", ColumnType::Integer),
        ("transfer", ColumnType::Integer),
        ("order_id", ColumnType::Integer),
        ("note", ColumnType::Text),
    ],
    key: 2,
};

pub fn put(changes: &mut Changes, user: UserId, movement: &Movement) {
    changes.put(
        &MOVEMENT,
        [
            id(user.0),
            id(movement.number),
            int(movement.at.0),
            text(word(movement.kind)),
            int(movement.amount.0),
            int(movement.balance.0),
            optional_id(movement.packet.map(|packet| packet.0)),
            optional_id(movement.counterpart.map(|user| user.0)),
            optional_id(movement.transfer.map(|transfer| transfer.0)),
            optional_id(movement.order.map(|order| order.0)),
            text(&movement.note),
        ],
    );
}

fn word(kind: MovementKind) -> &'static str {
    match kind {
        MovementKind::TopUp => "top-up",
        MovementKind::PacketSent => "packet-sent",
        MovementKind::PacketOpened => "packet-opened",
        MovementKind::PacketRefund => "packet-refund",
        MovementKind::TransferSent => "transfer-sent",
        MovementKind::TransferRefund => "transfer-refund",
        MovementKind::TransferReceived => "transfer-received",
        MovementKind::TransferGivenBack => "transfer-given-back",
        MovementKind::Withdrawal => "withdrawal",
        MovementKind::WithdrawalReturned => "withdrawal-returned",
    }
}

/// A user's newest lines before line `before` (0: from the newest), newest first.
///
/// # Errors
/// The store's.
pub fn movements_of(
    views: &mut dyn Snapshot,
    user: UserId,
    before: u64,
    limit: usize,
) -> Result<Vec<Movement>, StoreError> {
    let before = (before > 0).then(|| id(before));
    let range = Range { prefix: vec![id(user.0)], after: None, before };
    let rows = views.scan(&MOVEMENT, &range, Order::Falling, limit)?;
    rows.into_iter()
        .map(|row| {
            let mut columns = Columns::of(&MOVEMENT, row);
            columns.id()?;
            let number = columns.id()?;
            let at = Millis(columns.int()?);
            let kind = match columns.text()?.as_str() {
                "top-up" => MovementKind::TopUp,
                "packet-sent" => MovementKind::PacketSent,
                "packet-opened" => MovementKind::PacketOpened,
                "packet-refund" => MovementKind::PacketRefund,
                "transfer-sent" => MovementKind::TransferSent,
                "transfer-refund" => MovementKind::TransferRefund,
                "transfer-received" => MovementKind::TransferReceived,
                "transfer-given-back" => MovementKind::TransferGivenBack,
                "withdrawal" => MovementKind::Withdrawal,
                "withdrawal-returned" => MovementKind::WithdrawalReturned,
                other => return Err(StoreError::Corrupt(format!("table movement: unknown kind {other}"))),
            };
            Ok(Movement {
                number,
                at,
                kind,
                amount: Fen(columns.int()?),
                balance: Fen(columns.int()?),
                packet: columns.optional_id()?.map(PacketId),
                counterpart: columns.optional_id()?.map(UserId),
                transfer: columns.optional_id()?.map(TransferId),
                order: columns.optional_id()?.map(OrderId),
                note: columns.text()?,
            })
        })
        .collect()
}
