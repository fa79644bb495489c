//! Orders to payment providers, in the order of their making.

use laisee_core::{
    fen::Fen,
    ids::{Millis, OrderId, UserId},
    order::{Order, OrderKind, OrderState, Provider, Raised},
};

use super::columns::{Columns, encoded, id, int, text};
use crate::{Changes, ColumnType, Range, RowValues, Snapshot, StoreError, TableSpec};

pub static PAYMENT_ORDER: TableSpec = TableSpec {
    name: "payment_order",
    columns: &[
        ("order_id", ColumnType::Integer),
        ("user", ColumnType::Integer),
        ("kind", ColumnType::Text),
        ("provider", ColumnType::Text),
        ("amount", ColumnType::Integer),
        ("destination", ColumnType::Text),
        ("state", ColumnType::Text),
        ("attempts", ColumnType::Integer),
        ("reference", ColumnType::Text),
        ("reason", ColumnType::Text),
        ("created_at_ms", ColumnType::Integer),
        ("changed_at_ms", ColumnType::Integer),
        ("raised", ColumnType::Bytes),
        ("asked", ColumnType::Integer),
    ],
    key: 1,
};

/// A user's orders.
pub static ORDER_OF_USER: TableSpec = TableSpec {
    name: "order_of_user",
    columns: &[("user", ColumnType::Integer), ("order_id", ColumnType::Integer)],
    key: 2,
};

/// Orders whose provider owes a word.
pub static ORDER_OPEN: TableSpec =
    TableSpec { name: "order_open", columns: &[("order_id", ColumnType::Integer)], key: 1 };

/// Orders of which the provider said what does not fit.
pub static ORDER_RAISED: TableSpec =
    TableSpec { name: "order_raised", columns: &[("order_id", ColumnType::Integer)], key: 1 };

pub fn put(changes: &mut Changes, order: &Order) {
    let kind = match order.kind {
        OrderKind::TopUp => "top-up",
        OrderKind::Withdrawal => "withdrawal",
    };
    let provider = match order.provider {
        Provider::Sandbox => "sandbox",
        Provider::Webhook => "webhook",
    };
    let row = [
        id(order.order.0),
        id(order.user.0),
        text(kind),
        text(provider),
        int(order.amount.0),
        text(&order.destination),
        text(order.state.word()),
        int(order.attempts),
        text(&order.reference),
        text(&order.reason),
        int(order.created_at.0),
        int(order.changed_at.0),
        encoded(&order.raised),
        int(order.asked),
    ];
    changes.put(&PAYMENT_ORDER, row);
    changes.put(&ORDER_OF_USER, [id(order.user.0), id(order.order.0)]);
    for (index, listed) in [(&ORDER_OPEN, !order.state.settled()), (&ORDER_RAISED, !order.raised.is_empty())] {
        if listed {
            changes.put(index, [id(order.order.0)]);
        } else {
            changes.delete(index, [id(order.order.0)]);
        }
    }
}

fn read(row: RowValues) -> Result<Order, StoreError> {
    let unknown = |what: &str, word: &str| StoreError::Corrupt(format!("table payment_order: unknown {what} {word}"));
    let mut columns = Columns::of(&PAYMENT_ORDER, row);
    let (order, user) = (OrderId(columns.id()?), UserId(columns.id()?));
    let kind = match columns.text()?.as_str() {
        "top-up" => OrderKind::TopUp,
        "withdrawal" => OrderKind::Withdrawal,
        other => return Err(unknown("kind", other)),
    };
    let provider = match columns.text()?.as_str() {
        "sandbox" => Provider::Sandbox,
        "webhook" => Provider::Webhook,
        other => return Err(unknown("provider", other)),
    };
    let (amount, destination) = (Fen(columns.int()?), columns.text()?);
    let state = match columns.text()?.as_str() {
        "created" => OrderState::Created,
        "unknown" => OrderState::Unknown,
        "submitted" => OrderState::Submitted,
        "succeeded" => OrderState::Succeeded,
        "failed" => OrderState::Failed,
        "returned" => OrderState::Returned,
        other => return Err(unknown("state", other)),
    };
    Ok(Order {
        order,
        user,
        kind,
        provider,
        amount,
        destination,
        state,
        attempts: columns.small()?,
        reference: columns.text()?,
        reason: columns.text()?,
        created_at: Millis(columns.int()?),
        changed_at: Millis(columns.int()?),
        raised: columns.encoded::<Vec<Raised>>()?,
        asked: columns.small()?,
    })
}

/// An order as it stands.
///
/// # Errors
/// The store's.
pub fn order(views: &mut dyn Snapshot, order: OrderId) -> Result<Option<Order>, StoreError> {
    views.get(&PAYMENT_ORDER, &[id(order.0)])?.map(read).transpose()
}

/// A user's newest orders before `before` (0: from the newest), newest first.
///
/// # Errors
/// The store's.
pub fn orders_of(
    views: &mut dyn Snapshot,
    user: UserId,
    before: OrderId,
    limit: usize,
) -> Result<Vec<Order>, StoreError> {
    let before = (before.0 > 0).then(|| id(before.0));
    let range = Range { prefix: vec![id(user.0)], after: None, before };
    listed(views, &ORDER_OF_USER, 1, &range, crate::Order::Falling, limit)
}

/// Orders whose provider owes a word, rising after `after`.
///
/// # Errors
/// The store's.
pub fn open_orders(views: &mut dyn Snapshot, after: OrderId, limit: usize) -> Result<Vec<Order>, StoreError> {
    let range = Range { prefix: vec![], after: Some(id(after.0)), before: None };
    listed(views, &ORDER_OPEN, 0, &range, crate::Order::Rising, limit)
}

/// The newest orders before `before` (0: from the newest), newest first.
///
/// # Errors
/// The store's.
pub fn orders_before(views: &mut dyn Snapshot, before: OrderId, limit: usize) -> Result<Vec<Order>, StoreError> {
    views.scan(&PAYMENT_ORDER, &below(before), crate::Order::Falling, limit)?.into_iter().map(read).collect()
}

/// Of those whose provider owes a word, the newest before `before` (0: from the newest), newest first.
///
/// # Errors
/// The store's.
pub fn open_orders_before(views: &mut dyn Snapshot, before: OrderId, limit: usize) -> Result<Vec<Order>, StoreError> {
    listed(views, &ORDER_OPEN, 0, &below(before), crate::Order::Falling, limit)
}

/// Of those that were raised, the newest before `before` (0: from the newest), newest first.
///
/// # Errors
/// The store's.
pub fn raised_orders(views: &mut dyn Snapshot, before: OrderId, limit: usize) -> Result<Vec<Order>, StoreError> {
    listed(views, &ORDER_RAISED, 0, &below(before), crate::Order::Falling, limit)
}

fn below(before: OrderId) -> Range {
    Range { prefix: vec![], after: None, before: (before.0 > 0).then(|| id(before.0)) }
}

/// All orders strictly between two ids, newest first. Ids rise with time, so this is also how to find those of a day.
///
/// # Errors
/// The store's.
pub fn orders_between(
    views: &mut dyn Snapshot,
    after: OrderId,
    before: OrderId,
    limit: usize,
) -> Result<Vec<Order>, StoreError> {
    let range = Range { prefix: vec![], after: Some(id(after.0)), before: Some(id(before.0)) };
    views.scan(&PAYMENT_ORDER, &range, crate::Order::Falling, limit)?.into_iter().map(read).collect()
}

/// The orders that an index names in one of its columns.
fn listed(
    views: &mut dyn Snapshot,
    index: &'static TableSpec,
    column: usize,
    range: &Range,
    by: crate::Order,
    limit: usize,
) -> Result<Vec<Order>, StoreError> {
    let mut found = Vec::new();
    for row in views.scan(index, range, by, limit)? {
        let mut columns = Columns::of(index, row);
        for _ in 0..column {
            columns.id()?;
        }
        let number = OrderId(columns.id()?);
        let order = order(views, number)?;
        found.push(order.ok_or_else(|| StoreError::Corrupt(format!("table {}: {number:?} is none", index.name)))?);
    }
    Ok(found)
}
