//! How operators look for orders.

use super::{Order, OrderKind, OrderState};
use crate::ids::{Millis, UserId};

/// Which orders are wanted; `None`: any.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct OrderFilter {
    pub state: Option<OrderState>,
    pub kind: Option<OrderKind>,
    pub user: Option<UserId>,
    /// Those of which the provider said what does not fit.
    pub raised: bool,
    /// Made from this moment on, and before that one.
    pub from: Option<Millis>,
    pub to: Option<Millis>,
}

impl OrderFilter {
    #[must_use]
    pub fn fits(&self, order: &Order) -> bool {
        self.state.is_none_or(|state| state == order.state)
            && self.kind.is_none_or(|kind| kind == order.kind)
            && self.user.is_none_or(|user| user == order.user)
            && (!self.raised || !order.raised.is_empty())
            && self.from.is_none_or(|from| order.created_at >= from)
            && self.to.is_none_or(|to| order.created_at < to)
    }
}

/// By what orders are sorted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OrderBy {
    Created,
    Changed,
    Amount,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OrderSort {
    pub by: OrderBy,
    pub descending: bool,
}

/// Where an order stands in a list: these rise along it, however it is sorted.
pub type OrderPlace = (i64, u64);

impl OrderSort {
    #[must_use]
    pub fn place(self, order: &Order) -> OrderPlace {
        let value = match self.by {
            OrderBy::Created => order.created_at.0,
            OrderBy::Changed => order.changed_at.0,
            OrderBy::Amount => order.amount.0,
        };
        let id = order.order.0;
        if self.descending { (-value, u64::MAX - id) } else { (value, id) }
    }
}
