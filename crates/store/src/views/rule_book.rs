//! The rules of risk control, as they were from each change on.

use laisee_core::{
    ids::{Millis, OperatorId},
    query::RuleBookSeen,
    risk::RuleBook,
};

use super::columns::{Columns, encoded, id, int, optional_id, text};
use crate::{Changes, ColumnType, Order, Range, Snapshot, StoreError, TableSpec};

pub static RULE_BOOK: TableSpec = TableSpec {
    name: "rule_book",
    columns: &[
        ("sequence", ColumnType::Integer),
        ("at_ms", ColumnType::Integer),
        ("by_operator", ColumnType::Integer),
        ("reason", ColumnType::Text),
        ("book", ColumnType::Bytes),
    ],
    key: 1,
};

pub fn put(changes: &mut Changes, book: &RuleBook, at: Millis, by: Option<OperatorId>, reason: &str) {
    let by = optional_id(by.map(|by| by.0));
    changes.put(&RULE_BOOK, [id(book.sequence), int(at.0), by, text(reason), encoded(book)]);
}

/// Rule books before the sequence `before` (0: from the newest), newest first.
///
/// # Errors
/// The store's.
pub fn rule_books(views: &mut dyn Snapshot, before: u64, limit: usize) -> Result<Vec<RuleBookSeen>, StoreError> {
    let range = Range { prefix: vec![], after: None, before: (before > 0).then(|| id(before)) };
    let rows = views.scan(&RULE_BOOK, &range, Order::Falling, limit)?;
    rows.into_iter()
        .map(|row| {
            let mut columns = Columns::of(&RULE_BOOK, row);
            columns.id()?;
            let at = Millis(columns.int()?);
            let by = columns.optional_id()?.map(OperatorId);
            Ok(RuleBookSeen { at, by, reason: columns.text()?, book: columns.encoded()? })
        })
        .collect()
}
