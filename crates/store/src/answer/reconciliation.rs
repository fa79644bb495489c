use laisee_core::{
    ids::DifferenceId,
    query::{Answer, Answered, DifferenceFilter, DifferenceOrder},
    reconciliation::Recorded,
};

use crate::{Snapshot, StoreError, views};

/// Differences looked at for one page at most. A product with more has other worries than the order of its list.
const LOOKED_AT_MAX: usize = 50_000;

pub fn differences(
    views: &mut dyn Snapshot,
    filter: &DifferenceFilter,
    order: (DifferenceOrder, bool),
    after: Option<DifferenceId>,
    limit: usize,
) -> Result<Answered, StoreError> {
    let mut rows = views::differences(views, LOOKED_AT_MAX)?;
    let pending = rows.iter().filter(|(_, recorded)| recorded.state.pending()).count() as u64;
    let after = match after {
        Some(after) => views::difference(views, after)?.map(|recorded| place(order, after, &recorded)),
        None => None,
    };
    rows.retain(|(_, recorded)| filter.fits(recorded));
    let total = rows.len() as u64;
    rows.sort_by_cached_key(|(id, recorded)| place(order, *id, recorded));
    rows.retain(|(id, recorded)| after.as_ref().is_none_or(|after| place(order, *id, recorded) > *after));
    let more = rows.len() > limit;
    rows.truncate(limit);
    Ok(Ok(Answer::Differences { rows, more, total, pending }))
}

/// What differences are sorted by, the id last, so that a page begins exactly where the one before ended.
fn place(
    (order, rising): (DifferenceOrder, bool),
    id: DifferenceId,
    recorded: &Recorded,
) -> (&'static str, i64, DifferenceId) {
    let difference = &recorded.difference;
    let by = match order {
        DifferenceOrder::Changed => recorded.changed_at.0,
        DifferenceOrder::Found => recorded.found_at.0,
        DifferenceOrder::Amount => (difference.expected.0 - difference.found.0).abs(),
        DifferenceOrder::Kind => return (difference.kind.word(), -recorded.changed_at.0, id),
    };
    ("", if rising { by } else { -by }, id)
}
