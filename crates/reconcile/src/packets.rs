//! Each packet: claims in order, and claims + refund = amount at the end.

use std::collections::{BTreeMap, VecDeque};

use laisee_core::{
    fen::Fen,
    ids::{Millis, PacketId, UserId},
    reconciliation::{Difference, DifferenceKind, Place},
};

use crate::{reading::Step, reckoner::Finding};

/// A packet that has not ended, as the log tells of it.
#[derive(Clone, Debug)]
pub struct Open {
    pub amount: Fen,
    pub count: u32,
    pub claimed: Fen,
    /// In the order of opening.
    pub claimers: Vec<UserId>,
    pub posted: bool,
    pub expires_at: Millis,
    pub funded: Option<(Place, Millis)>,
    /// It was reported as stuck.
    reported: bool,
}

/// A packet as the views have it; its claims in the order of opening.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PacketRows {
    pub amount: Fen,
    pub count: u32,
    pub expires_at: Millis,
    pub claims: Vec<(UserId, Fen)>,
    pub refunded: Fen,
    pub ended: bool,
}

#[derive(Debug, Default)]
pub struct Packets {
    open: BTreeMap<PacketId, Open>,
    order: VecDeque<PacketId>,
    max: usize,
    /// Steps of packets of which neither memory nor the views knew enough to judge.
    pub unjudged: u64,
}

impl Packets {
    /// Keeps so many packets in memory; others are looked up when they are claimed or end.
    #[must_use]
    pub fn new(max: usize) -> Self {
        Self { max, ..Self::default() }
    }

    pub fn take(
        &mut self,
        packet: PacketId,
        step: Step,
        at: Millis,
        place: Place,
        look: impl FnOnce() -> Option<PacketRows>,
        find: &mut impl FnMut(Finding),
    ) {
        let mut wrong = |kind, user, expected, found, words| {
            let (subject, other) = (packet.0, None);
            find(Finding::Differs(Difference { kind, subject, user, place, other, at, expected, found, words }));
        };
        if let Step::Funded { amount, count, expires_at } = step {
            let funded = Some((place, at));
            let new = Open {
                amount,
                count,
                claimed: Fen::ZERO,
                claimers: vec![],
                posted: false,
                expires_at,
                funded,
                reported: false,
            };
            if self.insert(packet, new).is_some() {
                let words = format!("packet {packet} is funded a second time");
                wrong(DifferenceKind::PacketUnfounded, None, Fen::ZERO, amount, words);
            }
            return;
        }
        if !self.open.contains_key(&packet) {
            match look().and_then(|rows| as_of(&rows, step)) {
                Some(open) => drop(self.insert(packet, open)),
                None => {
                    self.unjudged += 1;
                    return;
                }
            }
        }
        let Some(open) = self.open.get_mut(&packet) else { return };
        let was_stuck = open.funded.filter(|_| open.reported).map(|(place, at)| stuck(packet, open, place, at));
        match step {
            Step::Funded { .. } => {}
            Step::Posted => open.posted = true,
            Step::Claimed { user, index, amount } => {
                if open.claimers.contains(&user) || index as usize != open.claimers.len() || index >= open.count {
                    let (claims, count) = (open.claimers.len(), open.count);
                    let words = format!(
                        "user {user} claims share {index} of packet {packet}, where {claims} of {count} are claimed"
                    );
                    wrong(DifferenceKind::PacketUnfounded, Some(user), Fen::ZERO, amount, words);
                }
                open.claimers.push(user);
                open.claimed = open.claimed.plus(amount);
                if open.claimers.len() >= open.count as usize {
                    let (expected, found) = (open.amount, open.claimed);
                    if expected != found {
                        let words = format!("packet {packet} of {} fen ends with {} claimed", expected.0, found.0);
                        wrong(DifferenceKind::PacketSum, None, expected, found, words);
                    }
                    self.open.remove(&packet);
                }
            }
            Step::Ended { refund } => {
                let (expected, found) = (open.amount, open.claimed.plus(refund));
                if expected != found {
                    let words = format!(
                        "packet {packet} of {} fen ends with {} claimed and {} refunded",
                        expected.0, open.claimed.0, refund.0
                    );
                    wrong(DifferenceKind::PacketSum, None, expected, found, words);
                }
                self.open.remove(&packet);
            }
        }
        if !self.open.contains_key(&packet)
            && let Some(over) = was_stuck
        {
            find(Finding::Settled(over.key()));
        }
    }

    /// Packets that are open though they expired before `since`. What is not posted waits for a delivery, which is
    /// looked after as one.
    pub fn stuck(&mut self, since: Millis, differ: &mut impl FnMut(Difference)) {
        for (packet, open) in &mut self.open {
            let Some((place, at)) = open.funded else { continue };
            if open.posted && open.expires_at < since && !open.reported {
                open.reported = true;
                differ(stuck(*packet, open, place, at));
            }
        }
    }

    fn insert(&mut self, packet: PacketId, open: Open) -> Option<Open> {
        let before = self.open.insert(packet, open);
        if before.is_none() {
            self.order.push_back(packet);
        }
        while self.order.len() > self.max {
            let Some(oldest) = self.order.pop_front() else { break };
            // One that has ended left its place in the order; it costs nothing more.
            self.open.remove(&oldest);
        }
        before
    }

    #[must_use]
    pub fn open(&self) -> usize {
        self.open.len()
    }
}

fn stuck(packet: PacketId, open: &Open, place: Place, at: Millis) -> Difference {
    Difference {
        kind: DifferenceKind::PacketStuck,
        subject: packet.0,
        user: None,
        place,
        other: None,
        at,
        expected: Fen::ZERO,
        found: open.amount.minus(open.claimed),
        words: format!("packet {packet}, funded at fact {} of shard {}, is still open", place.position, place.shard),
    }
}

/// The packet as it stood before a step, from rows that may know of later ones. None: they know too little.
fn as_of(rows: &PacketRows, step: Step) -> Option<Open> {
    let claims = match step {
        Step::Claimed { index, .. } => index as usize,
        // Nothing is claimed after the end, and nothing before it is posted.
        Step::Ended { .. } if rows.ended => rows.claims.len(),
        Step::Posted => 0,
        Step::Ended { .. } | Step::Funded { .. } => return None,
    };
    let claims = rows.claims.get(..claims)?;
    Some(Open {
        amount: rows.amount,
        count: rows.count,
        claimed: claims.iter().fold(Fen::ZERO, |sum, (_, amount)| sum.plus(*amount)),
        claimers: claims.iter().map(|(user, _)| *user).collect(),
        posted: true,
        expires_at: rows.expires_at,
        funded: None,
        reported: false,
    })
}
