//! How two people stand to each other, as their pair's shard knows it.

use laisee_core::{
    ids::{ConversationId, UserId},
    pair::{Bond, Pair, PairKey},
};

use super::columns::{Columns, id, optional_id, text};
use crate::{Changes, ColumnType, Snapshot, StoreError, TableSpec};

pub static PAIR: TableSpec = TableSpec {
    name: "pair",
    columns: &[
        ("low", ColumnType::Integer),
        ("high", ColumnType::Integer),
        ("bond", ColumnType::Text),
        ("requested_by", ColumnType::Integer),
        ("greeting", ColumnType::Text),
        ("conversation", ColumnType::Integer),
    ],
    key: 2,
};

pub fn put(changes: &mut Changes, key: &PairKey, pair: &Pair) {
    let (bond, by, greeting) = match &pair.bond {
        Bond::None => ("none", 0, ""),
        Bond::Requested { by, greeting } => ("requested", by.0, greeting.as_str()),
        Bond::Friends => ("friends", 0, ""),
    };
    let conversation = optional_id(pair.conversation.map(|conversation| conversation.0));
    changes.put(&PAIR, [id(key.low.0), id(key.high.0), text(bond), id(by), text(greeting), conversation]);
}

pub fn pair(views: &mut dyn Snapshot, key: &PairKey) -> Result<Option<Pair>, StoreError> {
    let Some(row) = views.get(&PAIR, &[id(key.low.0), id(key.high.0)])? else { return Ok(None) };
    let mut columns = Columns::of(&PAIR, row);
    columns.id()?;
    columns.id()?;
    let (bond, by, greeting) = (columns.text()?, UserId(columns.id()?), columns.text()?);
    let bond = match bond.as_str() {
        "requested" => Bond::Requested { by, greeting },
        "friends" => Bond::Friends,
        _ => Bond::None,
    };
    Ok(Some(Pair { bond, conversation: columns.optional_id()?.map(ConversationId) }))
}
