//! How settings were changed. Only shard 0 has rows.

use laisee_core::{
    cut::SettingChange,
    ids::{Millis, OperatorId},
};

use super::columns::{Columns, id, int, text};
use crate::{Changes, ColumnType, Order, Range, RowValues, Snapshot, StoreError, TableSpec};

pub static SETTING_CHANGE: TableSpec = TableSpec {
    name: "setting_change",
    columns: &[
        ("sequence", ColumnType::Integer),
        ("at_ms", ColumnType::Integer),
        ("operator", ColumnType::Integer),
        ("name", ColumnType::Text),
        ("before", ColumnType::Integer),
        ("after", ColumnType::Integer),
        ("reason", ColumnType::Text),
    ],
    key: 1,
};

/// Rows read at a time.
const PAGE: usize = 500;

pub fn put(changes: &mut Changes, change: &SettingChange) {
    changes.put(
        &SETTING_CHANGE,
        [
            id(change.sequence),
            int(change.at.0),
            id(change.by.0),
            text(&change.name),
            int(change.before),
            int(change.after),
            text(&change.reason),
        ],
    );
}

fn read(row: RowValues) -> Result<SettingChange, StoreError> {
    let mut columns = Columns::of(&SETTING_CHANGE, row);
    Ok(SettingChange {
        sequence: columns.id()?,
        at: Millis(columns.int()?),
        by: OperatorId(columns.id()?),
        name: columns.text()?,
        before: columns.int()?,
        after: columns.int()?,
        reason: columns.text()?,
    })
}

/// The newest changes of one setting (empty: of any) before change `before` (0: from the newest), at most `limit`, and
/// whether there are more.
///
/// # Errors
/// The store's.
pub fn setting_changes(
    views: &mut dyn Snapshot,
    name: &str,
    before: u64,
    limit: usize,
) -> Result<(Vec<SettingChange>, bool), StoreError> {
    let (mut found, mut before) = (vec![], before);
    loop {
        let range = Range { prefix: vec![], after: None, before: (before > 0).then(|| id(before)) };
        let rows = views.scan(&SETTING_CHANGE, &range, Order::Falling, PAGE)?;
        let last = rows.len() < PAGE;
        for row in rows {
            let change = read(row)?;
            before = change.sequence;
            if name.is_empty() || change.name == name {
                if found.len() >= limit {
                    return Ok((found, true));
                }
                found.push(change);
            }
        }
        if last {
            return Ok((found, false));
        }
    }
}
