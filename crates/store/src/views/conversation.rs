//! Conversations.

use laisee_core::{
    conversation::{ConversationHead, ConversationKind},
    ids::{ConversationId, Millis, Seq, UserId},
};

use super::columns::{Columns, encoded, id, int, text};
use crate::{Changes, ColumnType, Snapshot, StoreError, TableSpec};

pub static CONVERSATION: TableSpec = TableSpec {
    name: "conversation",
    columns: &[
        ("conversation", ColumnType::Integer),
        ("owner", ColumnType::Integer),
        ("title", ColumnType::Text),
        ("announcement", ColumnType::Text),
        ("head", ColumnType::Integer),
        ("last_at_ms", ColumnType::Integer),
        ("revision", ColumnType::Integer),
        ("members", ColumnType::Integer),
        ("acked_most", ColumnType::Bytes),
        ("read_most", ColumnType::Bytes),
    ],
    key: 1,
};

pub fn put(changes: &mut Changes, conversation: ConversationId, head: &ConversationHead) {
    let owner = match head.kind {
        ConversationKind::Direct => 0,
        ConversationKind::Group { owner } => owner.0,
    };
    changes.put(
        &CONVERSATION,
        [
            id(conversation.0),
            id(owner),
            text(&head.title),
            text(&head.announcement),
            int(head.head.0),
            int(head.last_at.0),
            int(head.revision),
            int(head.active_members),
            encoded(&head.acked_most),
            encoded(&head.read_most),
        ],
    );
}

/// A conversation without its members.
///
/// # Errors
/// The store's.
pub fn conversation_head(
    views: &mut dyn Snapshot,
    conversation: ConversationId,
) -> Result<Option<ConversationHead>, StoreError> {
    let Some(row) = views.get(&CONVERSATION, &[id(conversation.0)])? else { return Ok(None) };
    let mut columns = Columns::of(&CONVERSATION, row);
    columns.id()?;
    let kind = match columns.optional_id()? {
        None => ConversationKind::Direct,
        Some(owner) => ConversationKind::Group { owner: UserId(owner) },
    };
    Ok(Some(ConversationHead {
        kind,
        title: columns.text()?,
        announcement: columns.text()?,
        head: Seq(columns.small()?),
        last_at: Millis(columns.int()?),
        revision: columns.small()?,
        active_members: columns.small()?,
        acked_most: columns.encoded()?,
        read_most: columns.encoded()?,
    }))
}
