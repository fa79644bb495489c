use laisee_core::{
    ids::{ClientId, OrderId, UserId},
    query::{Answer, Answered, StatementFilter},
    refusal::Refusal,
};

use super::LIST_MAX;
use crate::{Snapshot, StoreError, views};

/// Statement lines looked at for one page, at most: a filter that nothing fits must not read a whole life.
const LINES_SEEN_MAX: usize = 5_000;

pub fn wallet(views: &mut dyn Snapshot, user: UserId) -> Result<Answered, StoreError> {
    let wallet = views::wallet(views, user)?.unwrap_or_default();
    let guard = views::guard(views, user)?.unwrap_or_default();
    Ok(Ok(Answer::Wallet { balance: wallet.balance, guard }))
}

pub fn statement(
    views: &mut dyn Snapshot,
    user: UserId,
    before: u64,
    limit: usize,
    filter: &StatementFilter,
) -> Result<Answered, StoreError> {
    let limit = limit.clamp(1, LIST_MAX);
    let (mut movements, mut before, mut seen) = (Vec::new(), before, 0);
    let more = loop {
        let lines = views::movements_of(views, user, before, limit + 1)?;
        let ended = lines.len() <= limit;
        let mut full = false;
        for line in lines.into_iter().take(limit) {
            if movements.len() == limit {
                full = true;
                break;
            }
            before = line.number;
            seen += 1;
            // Lines come newest first: what is older than asked for ends it.
            if line.at < filter.from {
                return Ok(Ok(Answer::Statement { movements, more: false, next_before: 0 }));
            }
            if filter.fits(&line) {
                movements.push(line);
            }
        }
        if full || (movements.len() == limit && !ended) || (seen >= LINES_SEEN_MAX && !ended) {
            break true;
        }
        if ended {
            break false;
        }
    };
    let next_before = if more { before } else { 0 };
    Ok(Ok(Answer::Statement { movements, more, next_before }))
}

pub fn secrets(views: &mut dyn Snapshot, user: UserId, once: Option<ClientId>) -> Result<Answered, StoreError> {
    let password_hash = views::user(views, user)?.map(|user| user.password_hash);
    let pin_hash = views::pin_hash(views, user)?;
    let done = match once {
        Some(id) => views::once(views, user, id)?.is_some(),
        None => false,
    };
    Ok(Ok(Answer::Secrets { password_hash, pin_hash, done }))
}

pub fn order(views: &mut dyn Snapshot, user: UserId, order: OrderId) -> Result<Answered, StoreError> {
    let found = views::order(views, order)?.filter(|order| order.user == user);
    Ok(found.map(|order| Answer::Order(Box::new(order))).ok_or(Refusal::NoSuchOrder))
}

pub fn orders_of(
    views: &mut dyn Snapshot,
    user: UserId,
    before: OrderId,
    limit: usize,
) -> Result<Answered, StoreError> {
    let limit = limit.clamp(1, LIST_MAX);
    let mut orders = views::orders_of(views, user, before, limit + 1)?;
    let more = orders.len() > limit;
    orders.truncate(limit);
    Ok(Ok(Answer::Orders { orders, more }))
}

pub fn open_orders(views: &mut dyn Snapshot, after: OrderId, limit: usize) -> Result<Answered, StoreError> {
    let limit = limit.clamp(1, LIST_MAX);
    let mut orders = views::open_orders(views, after, limit + 1)?;
    let more = orders.len() > limit;
    orders.truncate(limit);
    Ok(Ok(Answer::Orders { orders, more }))
}
