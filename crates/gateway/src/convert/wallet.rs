use laisee_core::{
    fen::Fen,
    guard::{Guard, Level, limits::LimitKind},
    ids::Millis,
    order::{Order, OrderKind, OrderState},
    query::StatementFilter,
    settings::Settings,
    wallet::{Movement, MovementKind},
};
use laisee_wire::v1;

use super::bad_request;

/// A user's money and what may be done with it.
#[must_use]
pub fn wallet(balance: Fen, guard: &Guard, settings: &Settings, now: Millis) -> v1::Wallet {
    let limit = |kind| {
        let limit = settings.limit(guard.level, kind);
        let left = guard.left_today(settings, kind, now);
        Some(v1::Limit { each: limit.each.0, day: limit.day.0, left: left.0 })
    };
    let level = match guard.level {
        Level::New => v1::AccountLevel::New,
        Level::Ordinary => v1::AccountLevel::Ordinary,
        Level::Verified => v1::AccountLevel::Verified,
    };
    v1::Wallet {
        balance: balance.0,
        held: guard.held.0,
        level: level.into(),
        pin: Some(pin(guard, settings, now)),
        pin_required_from: settings.pin_required_from.0,
        send: limit(LimitKind::Send),
        top_up: limit(LimitKind::TopUp),
        withdraw: limit(LimitKind::Withdraw),
        day_ends_ms: settings.day_ends(now).0,
    }
}

/// A level that a request names.
///
/// # Errors
/// `MALFORMED` when it names none.
pub fn level(level: v1::AccountLevel) -> Result<Level, v1::Error> {
    match level {
        v1::AccountLevel::Unspecified => Err(bad_request("a level is new, ordinary or verified")),
        v1::AccountLevel::New => Ok(Level::New),
        v1::AccountLevel::Ordinary => Ok(Level::Ordinary),
        v1::AccountLevel::Verified => Ok(Level::Verified),
    }
}

/// How it stands with a PIN.
#[must_use]
pub fn pin(guard: &Guard, settings: &Settings, now: Millis) -> v1::Pin {
    let locked = guard.pin.locked(now);
    v1::Pin {
        set: guard.pin_set.is_some(),
        tries_left: guard.pin.left(settings, now),
        locked_until_ms: if locked { guard.pin.locked_until.0 } else { 0 },
    }
}

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
        MovementKind::Withdrawal => v1::MovementKind::Withdrawal,
        MovementKind::WithdrawalReturned => v1::MovementKind::WithdrawalReturned,
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
        order: movement.order.map_or(0, |order| order.0),
        note: movement.note.clone(),
    }
}

/// Which lines of a statement are asked for.
///
/// # Errors
/// `MALFORMED` when a kind is none.
pub fn statement_filter(request: &v1::GetStatement) -> Result<StatementFilter, v1::Error> {
    let kinds = request.kinds.iter().map(|kind| match v1::MovementKind::try_from(*kind) {
        Ok(v1::MovementKind::TopUp) => Ok(MovementKind::TopUp),
        Ok(v1::MovementKind::PacketSent) => Ok(MovementKind::PacketSent),
        Ok(v1::MovementKind::PacketOpened) => Ok(MovementKind::PacketOpened),
        Ok(v1::MovementKind::PacketRefund) => Ok(MovementKind::PacketRefund),
        Ok(v1::MovementKind::TransferSent) => Ok(MovementKind::TransferSent),
        Ok(v1::MovementKind::TransferRefund) => Ok(MovementKind::TransferRefund),
        Ok(v1::MovementKind::TransferReceived) => Ok(MovementKind::TransferReceived),
        Ok(v1::MovementKind::TransferGivenBack) => Ok(MovementKind::TransferGivenBack),
        Ok(v1::MovementKind::Withdrawal) => Ok(MovementKind::Withdrawal),
        Ok(v1::MovementKind::WithdrawalReturned) => Ok(MovementKind::WithdrawalReturned),
        Ok(v1::MovementKind::Unspecified) | Err(_) => Err(bad_request("there is no such kind of movement")),
    });
    let set = |value: i64, otherwise| if value == 0 { otherwise } else { value };
    Ok(StatementFilter {
        kinds: kinds.collect::<Result<_, _>>()?,
        incoming: match request.direction() {
            v1::Direction::Unspecified => None,
            direction => Some(direction == v1::Direction::In),
        },
        from: Millis(set(request.from_ms, i64::MIN)),
        to: Millis(set(request.to_ms, i64::MAX)),
        amount_min: Fen(request.amount_min),
        amount_max: Fen(set(request.amount_max, i64::MAX)),
    })
}

#[must_use]
pub fn order_status(state: OrderState) -> v1::OrderStatus {
    match state {
        OrderState::Created => v1::OrderStatus::Created,
        OrderState::Unknown => v1::OrderStatus::Unknown,
        OrderState::Submitted => v1::OrderStatus::Submitted,
        OrderState::Succeeded => v1::OrderStatus::Succeeded,
        OrderState::Failed => v1::OrderStatus::Failed,
        OrderState::Returned => v1::OrderStatus::Returned,
    }
}

/// An order as its user sees it. What the provider said that does not fit is for operators.
#[must_use]
pub fn order(order: &Order) -> v1::Order {
    let kind = match order.kind {
        OrderKind::TopUp => v1::OrderKind::TopUp,
        OrderKind::Withdrawal => v1::OrderKind::Withdrawal,
    };
    v1::Order {
        id: order.order.0,
        kind: kind.into(),
        status: order_status(order.state).into(),
        amount: order.amount.0,
        destination: order.destination.clone(),
        reference: order.reference.clone(),
        reason: order.reason.clone(),
        created_at_ms: order.created_at.0,
        changed_at_ms: order.changed_at.0,
    }
}

/// An amount in yuan with two digits behind the point.
#[must_use]
pub fn yuan(amount: Fen) -> String {
    let sign = if amount.0 < 0 { "-" } else { "" };
    let fen = amount.0.unsigned_abs();
    format!("{sign}{}.{:02}", fen / 100, fen % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_two_digits() {
        for (fen, words) in
            [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (12_345, "123.45"), (i64::MIN, "-92233720368547758.08")]
        {
            assert_eq!(yuan(Fen(fen)), words);
        }
    }
}
