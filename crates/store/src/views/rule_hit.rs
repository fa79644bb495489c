//! What rules of risk control did, or would have done.

use laisee_core::{
    cut::Row,
    ids::{DeviceId, Millis, UserId},
    query::{HitPlace, HitSeen},
    risk::RuleId,
};

use super::columns::{Columns, encoded, id, int, optional_id};
use crate::{Changes, ColumnType, Order, Range, Snapshot, StoreError, TableSpec};

pub static RULE_HIT: TableSpec = TableSpec {
    name: "rule_hit",
    columns: &[
        ("at_ms", ColumnType::Integer),
        ("user", ColumnType::Integer),
        ("number", ColumnType::Integer),
        ("rule", ColumnType::Integer),
        ("sequence", ColumnType::Integer),
        ("count", ColumnType::Integer),
        ("device", ColumnType::Integer),
        ("effect", ColumnType::Bytes),
    ],
    key: 3,
};

pub fn put(changes: &mut Changes, row: &Row) {
    let Row::RuleHit { user, number, at, rule, sequence, count, device, effect } = row else {
        unreachable!("called for this row only")
    };
    let device = optional_id(device.map(|device| device.0));
    changes.put(
        &RULE_HIT,
        [int(at.0), id(user.0), id(*number), int(rule.0), id(*sequence), int(*count), device, encoded(effect)],
    );
}

/// Hits at or before the moment, newest first.
///
/// # Errors
/// The store's.
pub fn rule_hits(views: &mut dyn Snapshot, through: Millis, limit: usize) -> Result<Vec<HitSeen>, StoreError> {
    let range = Range { prefix: vec![], after: None, before: Some(int(through.0.saturating_add(1))) };
    let rows = views.scan(&RULE_HIT, &range, Order::Falling, limit)?;
    rows.into_iter()
        .map(|row| {
            let mut columns = Columns::of(&RULE_HIT, row);
            let at = Millis(columns.int()?);
            let place = HitPlace { at, user: UserId(columns.id()?), number: columns.id()? };
            Ok(HitSeen {
                place,
                rule: RuleId(columns.small()?),
                sequence: columns.id()?,
                count: columns.small()?,
                device: columns.optional_id()?.map(DeviceId),
                effect: columns.encoded()?,
            })
        })
        .collect()
}
