//! Friends and open friend requests, as each user sees them.

use std::collections::BTreeSet;

use laisee_core::{
    ids::{ConversationId, Millis, UserId},
    pair::Relation,
    query::RelationSeen,
};

use super::columns::{Columns, id, int, optional_id, text};
use crate::{Changes, ColumnType, Order, Range, Snapshot, StoreError, TableSpec};

pub static RELATION: TableSpec = TableSpec {
    name: "relation",
    columns: &[
        ("user", ColumnType::Integer),
        ("other", ColumnType::Integer),
        ("relation", ColumnType::Text),
        ("conversation", ColumnType::Integer),
        ("greeting", ColumnType::Text),
        ("since_ms", ColumnType::Integer),
    ],
    key: 2,
};

pub fn put(
    changes: &mut Changes,
    user: UserId,
    other: UserId,
    relation: Relation,
    conversation: Option<ConversationId>,
    greeting: &str,
    since: Millis,
) {
    let conversation = optional_id(conversation.map(|conversation| conversation.0));
    let row = [id(user.0), id(other.0), text(word(relation)), conversation, text(greeting), int(since.0)];
    changes.put(&RELATION, row);
}

pub fn delete(changes: &mut Changes, user: UserId, other: UserId) {
    changes.delete(&RELATION, [id(user.0), id(other.0)]);
}

fn word(relation: Relation) -> &'static str {
    match relation {
        Relation::None => "none",
        Relation::Requested => "requested",
        Relation::Incoming => "incoming",
        Relation::Friend => "friend",
    }
}

/// Everybody a user has to do with.
///
/// # Errors
/// The store's.
pub fn relations_of(views: &mut dyn Snapshot, user: UserId) -> Result<Vec<RelationSeen>, StoreError> {
    let range = Range { prefix: vec![id(user.0)], ..Range::default() };
    let rows = views.scan(&RELATION, &range, Order::Rising, usize::MAX)?;
    rows.into_iter()
        .map(|row| {
            let mut columns = Columns::of(&RELATION, row);
            columns.id()?;
            let other = UserId(columns.id()?);
            let relation = match columns.text()?.as_str() {
                "requested" => Relation::Requested,
                "incoming" => Relation::Incoming,
                "friend" => Relation::Friend,
                _ => Relation::None,
            };
            Ok(RelationSeen {
                other,
                relation,
                conversation: columns.optional_id()?.map(ConversationId),
                greeting: columns.text()?,
                since: Millis(columns.int()?),
            })
        })
        .collect()
}

/// The users who are friends of a user; none: there are no rows about it.
///
/// # Errors
/// The store's.
pub fn friends_of(views: &mut dyn Snapshot, user: UserId) -> Result<Option<BTreeSet<UserId>>, StoreError> {
    let relations = relations_of(views, user)?;
    let friends = relations.iter().filter(|seen| seen.relation == Relation::Friend).map(|seen| seen.other);
    Ok((!relations.is_empty()).then(|| friends.collect()))
}
