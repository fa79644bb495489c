//! What one shard owes another (money, or a message that money waits for), and whether it was paid: once, in full, and by
//! when the target had read of it.

use std::collections::{BTreeMap, VecDeque};

use laisee_core::{
    fen::Fen,
    ids::{Millis, Position, ShardId, UserId},
    reconciliation::{Difference, DifferenceKind, Place},
};
use serde::{Deserialize, Serialize};

use crate::reading::{Debt, Owing};

/// Debts kept as missing or late at most; beyond, the oldest are only in what was reported.
const MISSING_MAX: usize = 100_000;
/// Paid debts remembered, to tell a second payment from one that nobody owed.
const PAID_MAX: usize = 100_000;

/// A debt that is not paid yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Owed {
    pub place: Place,
    pub at: Millis,
    pub amount: Fen,
}

/// A debt is paid by the fact at `place`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Paid {
    pub place: Place,
    pub at: Millis,
    pub amount: Fen,
}

/// What a payment or the passing of time shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Finding {
    Differs(Difference),
    /// What was found under this key earlier is in order now.
    Settled(String),
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Debts {
    /// By source and target, in the order of the source's log.
    open: BTreeMap<(ShardId, ShardId), BTreeMap<Position, Debt>>,
    owed: BTreeMap<Debt, Owed>,
    /// Those that were reported and may still be paid.
    reported: BTreeMap<Debt, (Owed, DifferenceKind)>,
    #[serde(skip)]
    paid: BTreeMap<Debt, Place>,
    #[serde(skip)]
    paid_order: VecDeque<Debt>,
    /// How far each target has read each source, by target and source.
    read: BTreeMap<(ShardId, ShardId), Position>,
}

impl Debts {
    pub fn owe(&mut self, debt: Debt, to: ShardId, owed: Owed) {
        self.open.entry((owed.place.shard, to)).or_default().insert(owed.place.position, debt);
        self.owed.insert(debt, owed);
    }

    /// Takes a payment in. `known`: whether the views know of such a debt, asked only when memory does not.
    pub fn pay(&mut self, debt: Debt, paid: Paid, mut find: impl FnMut(Finding), known: impl FnOnce() -> bool) {
        let Paid { place, at, amount } = paid;
        let difference = |kind, expected: Fen, other, words| {
            Finding::Differs(Difference {
                kind,
                subject: debt.of,
                user: debt.user,
                place,
                other,
                at,
                expected,
                found: amount,
                words,
            })
        };
        let (of, user, paid) = (debt.of, whose(debt), amount.0);
        let late = self.reported.remove(&debt);
        if let Some((owed, kind)) = late {
            let settled = unpaid(kind, debt, owed, place);
            find(Finding::Settled(settled.key()));
        }
        let credit = debt.what == Owing::Credit;
        let owed = self.owed.remove(&debt).or(late.map(|(owed, _)| owed));
        let Some(owed) = owed else {
            if !credit {
                let words = format!("{} has come at fact {}, and nobody sent it", named(debt), place.position);
                return find(difference(DifferenceKind::DeliveryUnfounded, Fen::ZERO, None, words));
            }
            let before = self.paid.get(&debt).copied();
            let twice = before.is_some() || known();
            let (kind, words) = if twice {
                (DifferenceKind::CreditTwice, format!("{of} paid user {user} {paid} fen again"))
            } else {
                (DifferenceKind::CreditUnfounded, format!("{of} paid user {user} {paid} fen that nobody owed"))
            };
            return find(difference(kind, Fen::ZERO, before, words));
        };
        if let Some(open) = self.open.get_mut(&(owed.place.shard, place.shard)) {
            open.remove(&owed.place.position);
        }
        if !credit {
            return;
        }
        self.remember(debt, place);
        if owed.amount != amount {
            let words = format!("{of} owed user {user} {} fen and paid {paid}", owed.amount.0);
            find(difference(DifferenceKind::CreditAmount, owed.amount, Some(owed.place), words));
        }
    }

    fn remember(&mut self, debt: Debt, place: Place) {
        if self.paid.insert(debt, place).is_none() {
            self.paid_order.push_back(debt);
        }
        if self.paid_order.len() > PAID_MAX
            && let Some(oldest) = self.paid_order.pop_front()
        {
            self.paid.remove(&oldest);
        }
    }

    /// The target (where `place` is) has read the source through there: what was owed up to there must be paid.
    pub fn received(&mut self, from: ShardId, through: Position, place: Place, mut find: impl FnMut(Finding)) {
        let read = self.read.entry((place.shard, from)).or_default();
        *read = (*read).max(through);
        let Some(open) = self.open.get_mut(&(from, place.shard)) else { return };
        let after = open.split_off(&Position(through.0.saturating_add(1)));
        for (_, debt) in std::mem::replace(open, after) {
            if let Some(owed) = self.owed.remove(&debt) {
                self.report(debt, owed, missing(debt), place, &mut find);
            }
        }
    }

    /// Debts owed since before `since` are late. They stay open: the courier may still bring them.
    pub fn late(&mut self, since: Millis, shards: &[Place], mut find: impl FnMut(Finding)) {
        let mut late = Vec::new();
        for ((_, to), open) in &self.open {
            for debt in open.values() {
                let Some(owed) = self.owed.get(debt) else { continue };
                // In a source's log time never runs backwards.
                if owed.at >= since {
                    break;
                }
                if !self.reported.contains_key(debt) {
                    late.push((*debt, *owed, *to));
                }
            }
        }
        for (debt, owed, to) in late {
            let looked = shards.iter().find(|place| place.shard == to).copied();
            let place = looked.unwrap_or(Place { shard: to, position: Position(0) });
            self.report(debt, owed, late_kind(debt), place, &mut find);
        }
    }

    fn report(&mut self, debt: Debt, owed: Owed, kind: DifferenceKind, place: Place, find: &mut impl FnMut(Finding)) {
        if let Some((_, before)) = self.reported.insert(debt, (owed, kind))
            && before != kind
        {
            find(Finding::Settled(unpaid(before, debt, owed, place).key()));
        }
        if self.reported.len() > MISSING_MAX {
            self.reported.pop_first();
        }
        find(Finding::Differs(unpaid(kind, debt, owed, place)));
    }

    /// What money is on its way from a shard to another.
    #[must_use]
    pub fn in_transit(&self, from: ShardId, to: ShardId) -> Fen {
        let open = self.open.get(&(from, to)).into_iter().flat_map(BTreeMap::values);
        let open = open.filter(|debt| debt.what == Owing::Credit);
        open.filter_map(|debt| self.owed.get(debt)).fold(Fen::ZERO, |sum, owed| sum.plus(owed.amount))
    }

    /// How far `to` has read `from`.
    #[must_use]
    pub fn watermark(&self, to: ShardId, from: ShardId) -> Position {
        self.read.get(&(to, from)).copied().unwrap_or_default()
    }

    /// Debts that are open and not reported.
    #[must_use]
    pub fn open(&self) -> usize {
        self.owed.len()
    }

    /// Since when the oldest debt is open.
    #[must_use]
    pub fn oldest(&self) -> Option<Millis> {
        let first = self.open.values().filter_map(|open| open.first_key_value());
        first.filter_map(|(_, debt)| self.owed.get(debt)).map(|owed| owed.at).min()
    }
}

fn missing(debt: Debt) -> DifferenceKind {
    if debt.what == Owing::Credit { DifferenceKind::CreditMissing } else { DifferenceKind::DeliveryMissing }
}

fn late_kind(debt: Debt) -> DifferenceKind {
    if debt.what == Owing::Credit { DifferenceKind::CreditLate } else { DifferenceKind::DeliveryLate }
}

fn whose(debt: Debt) -> UserId {
    debt.user.unwrap_or(UserId(0))
}

/// What is delivered, in words.
fn named(debt: Debt) -> String {
    let of = debt.of;
    match debt.what {
        Owing::Credit => format!("the credit of {of} to user {}", whose(debt)),
        Owing::Card => format!("the card of {of} to its conversation"),
        Owing::Word => format!("the conversation's word on {of}"),
        Owing::Notice => format!("the notice of {of} to user {}", whose(debt)),
    }
}

fn unpaid(kind: DifferenceKind, debt: Debt, owed: Owed, looked: Place) -> Difference {
    let (of, user, amount) = (debt.of, whose(debt), owed.amount.0);
    let (from, to) = (owed.place.shard, looked.shard);
    let words = match kind {
        DifferenceKind::CreditMissing => format!(
            "{of} owes user {user} {amount} fen since fact {} of shard {from}; shard {to} has read past it at fact {} and \
             credited nothing",
            owed.place.position, looked.position
        ),
        DifferenceKind::DeliveryMissing => format!(
            "{} is owed since fact {} of shard {from}; shard {to} has read past it at fact {} and took nothing in",
            named(debt),
            owed.place.position,
            looked.position
        ),
        DifferenceKind::DeliveryLate => format!(
            "{} is owed since fact {} of shard {from}, and shard {to} has not read so far yet",
            named(debt),
            owed.place.position
        ),
        _ => format!(
            "{of} owes user {user} {amount} fen since fact {} of shard {from}, and shard {to} has not read so far yet",
            owed.place.position
        ),
    };
    Difference {
        kind,
        subject: debt.of,
        user: debt.user,
        place: owed.place,
        other: Some(looked),
        at: owed.at,
        expected: owed.amount,
        found: Fen::ZERO,
        words,
    }
}
