//! Messages.

use laisee_core::{
    content::Message,
    ids::{ConversationId, MessageId, Millis, Seq, UserId},
};

use super::columns::{Columns, client_id, encoded, id, int};
use crate::{Changes, ColumnType, Order, Range, Snapshot, StoreError, TableSpec};

pub static MESSAGE: TableSpec = TableSpec {
    name: "message",
    columns: &[
        ("conversation", ColumnType::Integer),
        ("seq", ColumnType::Integer),
        ("message", ColumnType::Integer),
        ("sender", ColumnType::Integer),
        ("client_id", ColumnType::Bytes),
        ("at_ms", ColumnType::Integer),
        ("content", ColumnType::Bytes),
    ],
    key: 2,
};

pub fn put(changes: &mut Changes, message: &Message) {
    changes.put(
        &MESSAGE,
        [
            id(message.conversation.0),
            int(message.seq.0),
            id(message.id.0),
            id(message.sender.0),
            client_id(message.client_id),
            int(message.at.0),
            encoded(&message.content),
        ],
    );
}

/// Messages of one conversation strictly between two places.
///
/// # Errors
/// The store's.
pub fn messages_between(
    views: &mut dyn Snapshot,
    conversation: ConversationId,
    after: Seq,
    before: Seq,
    order: Order,
    limit: usize,
) -> Result<Vec<Message>, StoreError> {
    let range = Range { prefix: vec![id(conversation.0)], after: Some(int(after.0)), before: Some(int(before.0)) };
    let rows = views.scan(&MESSAGE, &range, order, limit)?;
    rows.into_iter()
        .map(|row| {
            let mut columns = Columns::of(&MESSAGE, row);
            Ok(Message {
                conversation: ConversationId(columns.id()?),
                seq: Seq(columns.small()?),
                id: MessageId(columns.id()?),
                sender: UserId(columns.id()?),
                client_id: columns.client_id()?,
                at: Millis(columns.int()?),
                content: columns.encoded()?,
            })
        })
        .collect()
}
