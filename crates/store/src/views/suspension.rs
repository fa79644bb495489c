//! Each user's newest suspension.

use laisee_core::{
    ids::{Millis, UserId},
    query::SuspensionSeen,
    risk::{LiftedBy, Suspension},
};

use super::columns::{Columns, encoded, id, int};
use crate::{Changes, ColumnType, Order, Range, Snapshot, StoreError, TableSpec};

pub static SUSPENSION: TableSpec = TableSpec {
    name: "suspension",
    columns: &[
        ("user", ColumnType::Integer),
        ("until_ms", ColumnType::Integer),
        ("suspension", ColumnType::Bytes),
        ("lifted", ColumnType::Bytes),
    ],
    key: 1,
};

pub fn put(changes: &mut Changes, user: UserId, suspension: &Suspension, lifted: &Option<(Millis, LiftedBy)>) {
    changes.put(&SUSPENSION, [id(user.0), int(suspension.until.0), encoded(suspension), encoded(lifted)]);
}

/// Suspensions in order of user after `after`.
///
/// # Errors
/// The store's.
pub fn suspensions(views: &mut dyn Snapshot, after: UserId, limit: usize) -> Result<Vec<SuspensionSeen>, StoreError> {
    let range = Range { prefix: vec![], after: Some(id(after.0)), before: None };
    let rows = views.scan(&SUSPENSION, &range, Order::Rising, limit)?;
    rows.into_iter()
        .map(|row| {
            let mut columns = Columns::of(&SUSPENSION, row);
            let user = UserId(columns.id()?);
            columns.int()?;
            Ok(SuspensionSeen { user, suspension: columns.encoded()?, lifted: columns.encoded()? })
        })
        .collect()
}
