//! Differences that reconciliation found, and what became of them.

use laisee_core::{ids::DifferenceId, reconciliation::Recorded};

use super::columns::{Columns, encoded, id, int, optional_id, text};
use crate::{Changes, ColumnType, Order, Range, RowValues, Snapshot, StoreError, TableSpec};

pub static DIFFERENCE: TableSpec = TableSpec {
    name: "difference",
    columns: &[
        ("difference", ColumnType::Integer),
        ("kind", ColumnType::Text),
        ("state", ColumnType::Text),
        ("shard", ColumnType::Integer),
        ("position", ColumnType::Integer),
        ("subject", ColumnType::Integer),
        ("user", ColumnType::Integer),
        ("expected", ColumnType::Integer),
        ("found", ColumnType::Integer),
        ("found_at_ms", ColumnType::Integer),
        ("changed_at_ms", ColumnType::Integer),
        ("words", ColumnType::Text),
        ("all", ColumnType::Bytes),
    ],
    key: 1,
};

pub fn put(changes: &mut Changes, difference: DifferenceId, recorded: &Recorded) {
    let found = &recorded.difference;
    changes.put(
        &DIFFERENCE,
        [
            id(difference.0),
            text(found.kind.word()),
            text(recorded.state.word()),
            int(found.place.shard.0),
            id(found.place.position.0),
            id(found.subject),
            optional_id(found.user.map(|user| user.0)),
            int(found.expected.0),
            int(found.found.0),
            int(recorded.found_at.0),
            int(recorded.changed_at.0),
            text(&found.words),
            encoded(recorded),
        ],
    );
}

fn read(row: RowValues) -> Result<(DifferenceId, Recorded), StoreError> {
    let all = row.get(DIFFERENCE.columns.len() - 1..).map(<[_]>::to_vec).unwrap_or_default();
    let id = DifferenceId(Columns::of(&DIFFERENCE, row).id()?);
    Ok((id, Columns::of(&DIFFERENCE, all).encoded()?))
}

/// One difference.
///
/// # Errors
/// The store's.
pub fn difference(views: &mut dyn Snapshot, difference: DifferenceId) -> Result<Option<Recorded>, StoreError> {
    let row = views.get(&DIFFERENCE, &[id(difference.0)])?;
    row.map(|row| read(row).map(|(_, recorded)| recorded)).transpose()
}

/// All differences in the order of their ids, at most `limit`.
///
/// # Errors
/// The store's.
pub fn differences(views: &mut dyn Snapshot, limit: usize) -> Result<Vec<(DifferenceId, Recorded)>, StoreError> {
    views.scan(&DIFFERENCE, &Range::default(), Order::Rising, limit)?.into_iter().map(read).collect()
}
