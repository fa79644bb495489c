//! The conversations each user is or was in.

use laisee_core::ids::{ConversationId, UserId};

use super::columns::{Columns, id};
use crate::{Changes, ColumnType, Order, Range, Snapshot, StoreError, TableSpec};

pub static MAILBOX: TableSpec = TableSpec {
    name: "mailbox",
    columns: &[("user", ColumnType::Integer), ("conversation", ColumnType::Integer)],
    key: 2,
};

pub fn put(changes: &mut Changes, user: UserId, conversation: ConversationId) {
    changes.put(&MAILBOX, [id(user.0), id(conversation.0)]);
}

/// A user's conversations.
///
/// # Errors
/// The store's.
pub fn mailbox_of(views: &mut dyn Snapshot, user: UserId) -> Result<Vec<ConversationId>, StoreError> {
    let range = Range { prefix: vec![id(user.0)], ..Range::default() };
    let rows = views.scan(&MAILBOX, &range, Order::Rising, usize::MAX)?;
    rows.into_iter()
        .map(|row| {
            let mut columns = Columns::of(&MAILBOX, row);
            columns.id()?;
            Ok(ConversationId(columns.id()?))
        })
        .collect()
}
