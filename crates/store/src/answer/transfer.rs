use laisee_core::{
    ids::{FileId, TransferId, UserId},
    query::{Answer, Answered, DisputeFilter, DisputeOrder, DisputePlace},
    refusal::Refusal,
    transfer::Transfer,
};

use super::LIST_MAX;
use crate::{Snapshot, StoreError, views};

/// Disputes looked at for one list: of more, the oldest are left out, and the answer says so.
const DISPUTES_MAX: usize = 10_000;

pub fn transfers(views: &mut dyn Snapshot, user: UserId, transfers: &[TransferId]) -> Result<Answered, StoreError> {
    let mut seen = Vec::new();
    for transfer in transfers.iter().take(LIST_MAX) {
        seen.extend(views::transfer(views, *transfer)?.and_then(|found| found.seen_by(user)));
    }
    Ok(Ok(Answer::Transfers(seen)))
}

pub fn list(views: &mut dyn Snapshot, user: UserId, before: TransferId, limit: usize) -> Result<Answered, StoreError> {
    let limit = limit.min(LIST_MAX);
    let mut transfers = views::transfers_of(views, user, before, limit + 1)?;
    let more = transfers.len() > limit;
    transfers.truncate(limit);
    Ok(Ok(Answer::TransferList { transfers, more }))
}

pub fn file(views: &mut dyn Snapshot, file: FileId) -> Result<Answered, StoreError> {
    match views::file(views, file)? {
        Some(found) => Ok(Ok(Answer::File(Box::new(found)))),
        None => Ok(Err(Refusal::NoSuchFile)),
    }
}

pub fn dispute(views: &mut dyn Snapshot, transfer: TransferId) -> Result<Answered, StoreError> {
    match views::transfer(views, transfer)?.filter(|found| found.recall.is_some()) {
        Some(found) => Ok(Ok(Answer::Transfers(vec![found]))),
        None => Ok(Err(Refusal::NoSuchDispute)),
    }
}

pub fn disputes(
    views: &mut dyn Snapshot,
    filter: &DisputeFilter,
    order: DisputeOrder,
    after: Option<DisputePlace>,
    limit: usize,
) -> Result<Answered, StoreError> {
    let mut found = Vec::new();
    let mut all = true;
    for open in [true, false] {
        if filter.open.is_none_or(|wanted| wanted == open) {
            let ids = views::disputes(views, open, DISPUTES_MAX + 1)?;
            all &= ids.len() <= DISPUTES_MAX;
            for id in ids.into_iter().take(DISPUTES_MAX) {
                found.extend(views::transfer(views, id)?.filter(|found| fits(found, filter)));
            }
        }
    }
    let beyond = |found: &Transfer| after.is_none_or(|after| order.place(found) > after);
    let mut found: Vec<Transfer> = found.into_iter().filter(beyond).collect();
    found.sort_unstable_by_key(|found| order.place(found));
    let limit = limit.min(LIST_MAX);
    let more = found.len() > limit;
    found.truncate(limit);
    Ok(Ok(Answer::Disputes { disputes: found, more, all }))
}

fn fits(found: &Transfer, filter: &DisputeFilter) -> bool {
    let of_user = |user: &UserId| [found.terms.sender, found.terms.receiver].contains(user);
    let decided = found.recall.as_ref().and_then(|recall| recall.decision.as_ref()).map(|decision| decision.returned);
    filter.user.as_ref().is_none_or(of_user) && filter.returned.is_none_or(|wanted| decided == Some(wanted))
}
