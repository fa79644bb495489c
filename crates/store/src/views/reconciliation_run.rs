//! The newest run of reconciliation for each day.

use laisee_core::{
    ids::Millis,
    reconciliation::{DayNumber, Run},
};

use super::columns::{Columns, encoded, int};
use crate::{Changes, ColumnType, Order, Range, RowValues, Snapshot, StoreError, TableSpec};

pub static RECONCILIATION_RUN: TableSpec = TableSpec {
    name: "reconciliation_run",
    columns: &[
        ("day", ColumnType::Integer),
        ("ended_at_ms", ColumnType::Integer),
        ("differences", ColumnType::Integer),
        ("all", ColumnType::Bytes),
    ],
    key: 1,
};

pub fn put(changes: &mut Changes, day: DayNumber, run: &Run) {
    let (ended, differences) = run.ran.map_or((Millis(0), 0), |ran| (ran.ended, ran.differences));
    changes.put(&RECONCILIATION_RUN, [int(day), int(ended.0), int(differences as i64), encoded(run)]);
}

fn read(row: RowValues) -> Result<(DayNumber, Run), StoreError> {
    let mut columns = Columns::of(&RECONCILIATION_RUN, row);
    let day = columns.int()?;
    columns.int()?;
    columns.int()?;
    Ok((day, columns.encoded()?))
}

/// A day's newest run.
///
/// # Errors
/// The store's.
pub fn run(views: &mut dyn Snapshot, day: DayNumber) -> Result<Option<Run>, StoreError> {
    let row = views.get(&RECONCILIATION_RUN, &[int(day)])?;
    row.map(|row| read(row).map(|(_, run)| run)).transpose()
}

/// Runs, newest day first, at most `limit`.
///
/// # Errors
/// The store's.
pub fn runs(views: &mut dyn Snapshot, limit: usize) -> Result<Vec<(DayNumber, Run)>, StoreError> {
    views.scan(&RECONCILIATION_RUN, &Range::default(), Order::Falling, limit)?.into_iter().map(read).collect()
}
