use laisee_core::wallet::{Movement, MovementKind};
use laisee_wire::v1;

/// A line of a statement.
#[must_use]
pub fn movement(movement: &Movement) -> v1::Movement {
    let kind = match movement.kind {
        MovementKind::TopUp => v1::MovementKind::TopUp,
        MovementKind::PacketSent => v1::MovementKind::PacketSent,
        MovementKind::PacketOpened => v1::MovementKind::PacketOpened,
        MovementKind::PacketRefund => v1::MovementKind::PacketRefund,
        MovementKind::TransferSent => v1::MovementKind::TransferSent,
        MovementKind::TransferRefund => v1::MovementKind::TransferRefund,
        MovementKind::TransferReceived => v1::MovementKind::TransferReceived,
        MovementKind::TransferGivenBack => v1::MovementKind::TransferGivenBack,
    };
    v1::Movement {
        number: movement.number,
        at_ms: movement.at.0,
        kind: kind.into(),
        amount: movement.amount.0,
        balance: movement.balance.0,
        packet: movement.packet.map_or(0, |packet| packet.0),
        counterpart: movement.counterpart.map_or(0, |user| user.0),
        transfer: movement.transfer.map_or(0, |transfer| transfer.0),
    }
}
