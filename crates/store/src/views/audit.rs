//! What operators did to things of this shard.

use laisee_core::{
    audit::Audit,
    ids::{Millis, OperatorId, Position},
    query::{AuditFilter, AuditSeen},
};

use super::columns::{Columns, id, int, text};
use crate::{Changes, ColumnType, Order, Range, RowValues, Snapshot, StoreError, TableSpec};

pub static AUDIT: TableSpec = TableSpec {
    name: "audit",
    columns: &[
        ("position", ColumnType::Integer),
        ("at_ms", ColumnType::Integer),
        ("operator", ColumnType::Integer),
        ("action", ColumnType::Text),
        ("target_kind", ColumnType::Text),
        ("target", ColumnType::Text),
        ("reason", ColumnType::Text),
        ("before", ColumnType::Text),
        ("after", ColumnType::Text),
    ],
    key: 1,
};

/// Rows read at a time.
const PAGE: usize = 500;
/// Rows looked at for one answer at most. With a filter that fits few, the answer may be short and say that there is more.
const LOOKED_AT_MAX: usize = 20_000;

pub fn put(changes: &mut Changes, position: Position, at: Millis, audit: &Audit) {
    changes.put(
        &AUDIT,
        [
            id(position.0),
            int(at.0),
            id(audit.by.0),
            text(&audit.action),
            text(&audit.target_kind),
            text(&audit.target),
            text(&audit.reason),
            text(&audit.before),
            text(&audit.after),
        ],
    );
}

fn read(row: RowValues) -> Result<AuditSeen, StoreError> {
    let mut columns = Columns::of(&AUDIT, row);
    let (position, at) = (Position(columns.id()?), Millis(columns.int()?));
    let audit = Audit {
        by: OperatorId(columns.id()?),
        action: columns.text()?,
        target_kind: columns.text()?,
        target: columns.text()?,
        reason: columns.text()?,
        before: columns.text()?,
        after: columns.text()?,
    };
    Ok(AuditSeen { position, at, audit })
}

/// The newest rows before `before` (0: from the newest) that fit, at most `limit`, newest first; up to where was looked,
/// and whether there may be more.
///
/// # Errors
/// The store's.
pub fn audit_of(
    views: &mut dyn Snapshot,
    filter: &AuditFilter,
    before: Position,
    limit: usize,
) -> Result<(Vec<AuditSeen>, Position, bool), StoreError> {
    let (mut found, mut through, mut looked_at) = (vec![], before, 0);
    loop {
        let before = (through.0 > 0).then(|| id(through.0));
        let rows = views.scan(&AUDIT, &Range { prefix: vec![], after: None, before }, Order::Falling, PAGE)?;
        let last = rows.len() < PAGE;
        for row in rows {
            let seen = read(row)?;
            if found.len() >= limit || looked_at >= LOOKED_AT_MAX {
                return Ok((found, through, true));
            }
            looked_at += 1;
            through = seen.position;
            if filter.fits(seen.at, &seen.audit) {
                found.push(seen);
            }
        }
        if last {
            return Ok((found, through, false));
        }
    }
}
