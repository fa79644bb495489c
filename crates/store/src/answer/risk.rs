use laisee_core::{
    ids::UserId,
    query::{Answer, Answered, HitFilter, HitPlace, HitSeen, SuspensionFilter, SuspensionSeen},
    risk::Effect,
};

use super::LIST_MAX;
use crate::{Snapshot, StoreError, views};

/// Rows read at a time while those that fit are looked for.
const READ_ROWS: usize = 1_000;

pub fn rule_books(views: &mut dyn Snapshot, before: u64, limit: usize) -> Result<Answered, StoreError> {
    let limit = limit.clamp(1, LIST_MAX);
    let mut books = views::rule_books(views, before, limit + 1)?;
    let more = books.len() > limit;
    books.truncate(limit);
    Ok(Ok(Answer::RuleBooks { books, more }))
}

/// Hits before a place, newest first. Rows of one moment come together, so the page is read from its moment on.
pub fn rule_hits(
    views: &mut dyn Snapshot,
    filter: &HitFilter,
    before: HitPlace,
    limit: usize,
) -> Result<Answered, StoreError> {
    let limit = limit.clamp(1, LIST_MAX);
    let fits = |hit: &HitSeen| {
        hit.place < before
            && filter.rule.is_none_or(|rule| hit.rule == rule)
            && filter.user.is_none_or(|user| hit.place.user == user)
            && filter.dry_run.is_none_or(|dry| (hit.effect == Effect::DryRun) == dry)
    };
    // Each try reads more, because a moment may have more rows than a page.
    let mut rows = READ_ROWS.max(limit + 1);
    loop {
        let read = views::rule_hits(views, before.at, rows)?;
        let whole = read.len() < rows;
        let mut hits: Vec<HitSeen> = read.into_iter().filter(fits).collect();
        if whole || hits.len() > limit {
            let more = hits.len() > limit;
            hits.truncate(limit);
            return Ok(Ok(Answer::RuleHits { hits, more }));
        }
        rows = rows.saturating_mul(4);
    }
}

pub fn suspensions(
    views: &mut dyn Snapshot,
    filter: &SuspensionFilter,
    after: UserId,
    limit: usize,
) -> Result<Answered, StoreError> {
    let limit = limit.clamp(1, LIST_MAX);
    let fits = |seen: &SuspensionSeen| {
        let active = |now| seen.lifted.is_none() && seen.suspension.active(now);
        filter.active_at.is_none_or(active) && filter.reason.is_none_or(|reason| seen.suspension.reason == reason)
    };
    let (mut found, mut after) = (Vec::new(), after);
    loop {
        let read = views::suspensions(views, after, READ_ROWS)?;
        let Some(last) = read.last() else { break };
        after = last.user;
        found.extend(read.into_iter().filter(fits));
        if found.len() > limit {
            break;
        }
    }
    let more = found.len() > limit;
    found.truncate(limit);
    Ok(Ok(Answer::Suspensions { suspensions: found, more }))
}
