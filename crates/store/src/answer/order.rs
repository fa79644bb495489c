//! Orders as operators look for them.

use laisee_core::{
    ids::{Millis, OrderId},
    order::{
        Order, OrderState,
        list::{OrderBy, OrderFilter, OrderPlace, OrderSort},
    },
    query::{Answer, Answered},
    refusal::Refusal,
};

use super::LIST_MAX;
use crate::{Snapshot, StoreError, views};

/// Orders read at a time.
const PAGE: usize = 500;
/// Orders looked at for one list: of more, the oldest are left out, and the answer says so.
const LOOKED_AT_MAX: usize = 20_000;
/// How far the time in an id may be ahead of the moment it was minted at, in ms: thousands minted in one moment take the
/// numbers of the next ones.
const IDS_AHEAD_MS: i64 = 1_000;
/// Steps of a life that are shown. An order that goes to and fro for weeks shows the last ones.
const STEPS_MAX: usize = 500;

pub fn life(views: &mut dyn Snapshot, order: OrderId) -> Result<Answered, StoreError> {
    let Some(found) = views::order(views, order)? else { return Ok(Err(Refusal::NoSuchOrder)) };
    let steps = views::order_steps(views, order, STEPS_MAX)?;
    Ok(Ok(Answer::OrderLife { order: Box::new(found), steps }))
}

/// Where the orders of a list are read from, newest first.
enum Source {
    OfUser,
    Open,
    Raised,
    All,
}

impl Source {
    /// The narrowest that has all of them.
    fn of(filter: &OrderFilter) -> Self {
        match filter.state {
            _ if filter.raised => Self::Raised,
            Some(OrderState::Created | OrderState::Unknown | OrderState::Submitted) => Self::Open,
            _ if filter.user.is_some() => Self::OfUser,
            _ => Self::All,
        }
    }

    fn read(&self, views: &mut dyn Snapshot, filter: &OrderFilter, before: OrderId) -> Result<Vec<Order>, StoreError> {
        match (self, filter.user) {
            (Self::OfUser, Some(user)) => views::orders_of(views, user, before, PAGE),
            (Self::Open, _) => views::open_orders_before(views, before, PAGE),
            (Self::Raised, _) => views::raised_orders(views, before, PAGE),
            (Self::OfUser | Self::All, _) => views::orders_before(views, before, PAGE),
        }
    }
}

pub fn list(
    views: &mut dyn Snapshot,
    filter: &OrderFilter,
    sort: OrderSort,
    after: Option<OrderPlace>,
    limit: usize,
) -> Result<Answered, StoreError> {
    let limit = limit.clamp(1, LIST_MAX);
    let source = Source::of(filter);
    // Read newest first, a list in that order is done as soon as it is full.
    let in_order = sort == OrderSort { by: OrderBy::Created, descending: true };
    let until = match after {
        Some((place, _)) if in_order => Some(Millis(place.saturating_neg())),
        _ => filter.to,
    };
    let mut before = until.map_or(OrderId(0), |until| OrderId::earliest(until.plus(IDS_AHEAD_MS)));
    let (mut found, mut looked_at) = (Vec::new(), 0);
    let all = 'read: loop {
        let orders = source.read(views, filter, before)?;
        let last = orders.len() < PAGE;
        for order in orders {
            if looked_at >= LOOKED_AT_MAX {
                break 'read false;
            }
            looked_at += 1;
            before = order.order;
            if filter.from.is_some_and(|from| before < OrderId::earliest(from)) || (in_order && found.len() > limit) {
                break 'read true;
            }
            let beyond = after.is_none_or(|after| sort.place(&order) > after);
            if beyond && filter.fits(&order) {
                found.push(order);
            }
        }
        if last {
            break true;
        }
    };
    found.sort_unstable_by_key(|order| sort.place(order));
    let more = found.len() > limit;
    found.truncate(limit);
    Ok(Ok(Answer::OrderList { orders: found, more, all }))
}
