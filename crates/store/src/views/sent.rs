//! Which message a client id became, for de-duplication.

use laisee_core::{
    cut::Sent,
    ids::{ClientId, ConversationId, MessageId, Millis, Seq, UserId},
};

use super::columns::{Columns, client_id, id, int, minted_before};
use crate::{Changes, ColumnType, Order, Range, RowValues, Snapshot, StoreError, TableSpec};

pub static SENT: TableSpec = TableSpec {
    name: "sent",
    columns: &[
        ("client_id", ColumnType::Bytes),
        ("sender", ColumnType::Integer),
        ("conversation", ColumnType::Integer),
        ("seq", ColumnType::Integer),
        ("message", ColumnType::Integer),
        ("at_ms", ColumnType::Integer),
    ],
    key: 2,
};

pub fn put(changes: &mut Changes, id_: ClientId, sender: UserId, sent: &Sent) {
    let row =
        [client_id(id_), id(sender.0), id(sent.conversation.0), int(sent.seq.0), id(sent.message.0), int(sent.at.0)];
    changes.put(&SENT, row);
}

fn read(row: RowValues) -> Result<(UserId, ClientId, Sent), StoreError> {
    let mut columns = Columns::of(&SENT, row);
    let client_id = columns.client_id()?;
    let sender = UserId(columns.id()?);
    let sent = Sent {
        conversation: ConversationId(columns.id()?),
        seq: Seq(columns.small()?),
        message: MessageId(columns.id()?),
        at: Millis(columns.int()?),
    };
    Ok((sender, client_id, sent))
}

pub(super) fn sent(views: &mut dyn Snapshot, sender: UserId, id_: ClientId) -> Result<Option<Sent>, StoreError> {
    let row = views.get(&SENT, &[client_id(id_), id(sender.0)])?;
    row.map(|row| read(row).map(|(_, _, sent)| sent)).transpose()
}

/// Everything sent under ids minted at or after `since`.
///
/// # Errors
/// The store's.
pub fn recent_sent(views: &mut dyn Snapshot, since: Millis) -> Result<Vec<(UserId, ClientId, Sent)>, StoreError> {
    let range = Range { prefix: vec![], after: Some(minted_before(since)), before: None };
    views.scan(&SENT, &range, Order::Rising, usize::MAX)?.into_iter().map(read).collect()
}
