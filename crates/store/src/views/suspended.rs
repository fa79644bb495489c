//! Until when this shard refuses users, its own and others'.

use laisee_core::ids::{Millis, UserId};

use super::columns::{Columns, id, int};
use crate::{Changes, ColumnType, Order, Range, Snapshot, StoreError, TableSpec};

pub static SUSPENDED: TableSpec = TableSpec {
    name: "suspended",
    columns: &[("user", ColumnType::Integer), ("until_ms", ColumnType::Integer)],
    key: 1,
};

pub fn put(changes: &mut Changes, user: UserId, until: Millis) {
    changes.put(&SUSPENDED, [id(user.0), int(until.0)]);
}

/// Who is refused at or after the moment, and until when.
///
/// # Errors
/// The store's.
pub fn suspended(views: &mut dyn Snapshot, now: Millis) -> Result<Vec<(UserId, Millis)>, StoreError> {
    let rows = views.scan(&SUSPENDED, &Range::default(), Order::Rising, usize::MAX)?;
    let mut found = Vec::new();
    for row in rows {
        let mut columns = Columns::of(&SUSPENDED, row);
        let (user, until) = (UserId(columns.id()?), Millis(columns.int()?));
        if until > now {
            found.push((user, until));
        }
    }
    Ok(found)
}
