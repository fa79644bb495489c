//! Members of conversations and their marks.

use laisee_core::{
    conversation::Member,
    ids::{ConversationId, Seq, UserId},
};

use super::columns::{Columns, id, int};
use crate::{Changes, ColumnType, Order, Range, RowValues, Snapshot, StoreError, TableSpec};

pub static MEMBER: TableSpec = TableSpec {
    name: "member",
    columns: &[
        ("conversation", ColumnType::Integer),
        ("user", ColumnType::Integer),
        ("joined", ColumnType::Integer),
        ("left", ColumnType::Integer),
        ("acked", ColumnType::Integer),
        ("acked_from", ColumnType::Integer),
        ("acked_to", ColumnType::Integer),
        ("read", ColumnType::Integer),
        ("last_own", ColumnType::Integer),
        ("quiet", ColumnType::Integer),
    ],
    key: 2,
};

pub fn put(changes: &mut Changes, conversation: ConversationId, user: UserId, member: &Member) {
    changes.put(
        &MEMBER,
        [
            id(conversation.0),
            id(user.0),
            int(member.joined.0),
            int(member.left.0),
            int(member.acked.0),
            int(member.acked_from.0),
            int(member.acked_to.0),
            int(member.read.0),
            int(member.last_own.0),
            int(member.quiet),
        ],
    );
}

fn read(row: RowValues) -> Result<(UserId, Member), StoreError> {
    let mut columns = Columns::of(&MEMBER, row);
    columns.id()?;
    let user = UserId(columns.id()?);
    Ok((
        user,
        Member {
            joined: Seq(columns.small()?),
            left: Seq(columns.small()?),
            acked: Seq(columns.small()?),
            acked_from: Seq(columns.small()?),
            acked_to: Seq(columns.small()?),
            read: Seq(columns.small()?),
            last_own: Seq(columns.small()?),
            quiet: columns.int()? != 0,
        },
    ))
}

/// A present or former member.
///
/// # Errors
/// The store's.
pub fn member_of(
    views: &mut dyn Snapshot,
    conversation: ConversationId,
    user: UserId,
) -> Result<Option<Member>, StoreError> {
    let row = views.get(&MEMBER, &[id(conversation.0), id(user.0)])?;
    row.map(|row| read(row).map(|(_, member)| member)).transpose()
}

/// Present and former members after `after`, in order of id.
///
/// # Errors
/// The store's.
pub fn members_of(
    views: &mut dyn Snapshot,
    conversation: ConversationId,
    after: UserId,
    limit: usize,
) -> Result<Vec<(UserId, Member)>, StoreError> {
    let range = Range { prefix: vec![id(conversation.0)], after: Some(id(after.0)), before: None };
    views.scan(&MEMBER, &range, Order::Rising, limit)?.into_iter().map(read).collect()
}
