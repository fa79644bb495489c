//! Each transfer: steps in an order that its funding allows, and sent = accepted + gone back + held at all times.

use std::collections::{BTreeMap, VecDeque};

use laisee_core::{
    fen::Fen,
    ids::{Millis, TransferId},
    reconciliation::{Difference, DifferenceKind, Place},
};

use crate::reckoner::Finding;

/// What a fact does to a transfer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TransferStep {
    Funded {
        amount: Fen,
        arrives_at: Millis,
        accept_ms: i64,
    },
    Posted,
    Arrived,
    Recalled,
    /// `returned`: the money goes back, as the next fact says.
    Decided {
        returned: bool,
    },
    /// All of it goes to the receiver.
    Accepted {
        amount: Fen,
    },
    /// All of it goes back: it could not be posted.
    Refunded {
        amount: Fen,
    },
    /// All of it goes back: by the receiver, by an operator, or because nobody accepted it.
    WentBack {
        amount: Fen,
    },
    /// What was accepted was given back.
    Repaid {
        amount: Fen,
    },
}

/// How a transfer stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    Funded,
    Pending,
    Frozen,
    Arrived { accept_by: Millis },
    Accepted,
    Over,
}

#[derive(Clone, Debug)]
struct Life {
    amount: Fen,
    arrives_at: Millis,
    accept_ms: i64,
    stage: Stage,
    funded: Option<(Place, Millis)>,
    /// It was reported as stuck.
    reported: bool,
}

/// What the views know of a transfer that memory has let go of, and that never changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TransferRows {
    pub amount: Fen,
    pub arrives_at: Millis,
    pub accept_ms: i64,
}

#[derive(Debug, Default)]
pub struct Transfers {
    lives: BTreeMap<TransferId, Life>,
    order: VecDeque<TransferId>,
    max: usize,
    /// Steps of transfers of which neither memory nor the views knew enough to judge.
    pub unjudged: u64,
}

impl Transfers {
    /// Keeps so many transfers in memory, also those that have ended, so that a second end is seen; of others the terms
    /// are looked up.
    #[must_use]
    pub fn new(max: usize) -> Self {
        Self { max, ..Self::default() }
    }

    pub fn take(
        &mut self,
        transfer: TransferId,
        step: TransferStep,
        at: Millis,
        place: Place,
        look: impl FnOnce() -> Option<TransferRows>,
        find: &mut impl FnMut(Finding),
    ) {
        let differs = |kind, expected, found, words| {
            let (subject, user, other) = (transfer.0, None, None);
            Finding::Differs(Difference { kind, subject, user, place, other, at, expected, found, words })
        };
        if let TransferStep::Funded { amount, arrives_at, accept_ms } = step {
            let (stage, funded) = (Stage::Funded, Some((place, at)));
            let new = Life { amount, arrives_at, accept_ms, stage, funded, reported: false };
            if self.insert(transfer, new) {
                let words = format!("transfer {transfer} is funded a second time");
                find(differs(DifferenceKind::TransferUnfounded, Fen::ZERO, amount, words));
            }
            return;
        }
        if !self.lives.contains_key(&transfer) {
            let Some(rows) = look() else {
                self.unjudged += 1;
                return;
            };
            let TransferRows { amount, arrives_at, accept_ms } = rows;
            let stage = before(step, at);
            self.insert(transfer, Life { amount, arrives_at, accept_ms, stage, funded: None, reported: false });
        }
        let Some(life) = self.lives.get_mut(&transfer) else { return };
        if life.reported
            && let Some((place, at)) = life.funded
        {
            life.reported = false;
            find(Finding::Settled(stuck(transfer, life, place, at).key()));
        }
        let Some(stage) = life.after(step, at) else {
            let words =
                format!("transfer {transfer} is {:?}, and fact {} makes it {step:?}", life.stage, place.position);
            let moved = step.moves().unwrap_or_default();
            return find(differs(DifferenceKind::TransferUnfounded, Fen::ZERO, moved, words));
        };
        life.stage = stage;
        if let Some(moved) = step.moves()
            && moved != life.amount
        {
            let expected = life.amount;
            let words = format!("of transfer {transfer} of {} fen, {} move: {step:?}", expected.0, moved.0);
            find(differs(DifferenceKind::TransferSum, expected, moved, words));
        }
    }

    /// Transfers that should have arrived, or gone back, before `since`.
    pub fn stuck(&mut self, since: Millis, find: &mut impl FnMut(Finding)) {
        for (transfer, life) in &mut self.lives {
            let Some((place, at)) = life.funded else { continue };
            let overdue = match life.stage {
                Stage::Pending => life.arrives_at < since,
                Stage::Arrived { accept_by } => accept_by < since,
                Stage::Funded | Stage::Frozen | Stage::Accepted | Stage::Over => false,
            };
            if overdue && !life.reported {
                life.reported = true;
                find(Finding::Differs(stuck(*transfer, life, place, at)));
            }
        }
    }

    /// Whether there was one already.
    fn insert(&mut self, transfer: TransferId, life: Life) -> bool {
        let before = self.lives.insert(transfer, life).is_some();
        if !before {
            self.order.push_back(transfer);
        }
        if self.order.len() > self.max
            && let Some(oldest) = self.order.pop_front()
        {
            self.lives.remove(&oldest);
        }
        before
    }
}

impl TransferStep {
    /// How much leaves the transfer, or comes home.
    fn moves(self) -> Option<Fen> {
        match self {
            Self::Accepted { amount }
            | Self::Refunded { amount }
            | Self::WentBack { amount }
            | Self::Repaid { amount } => Some(amount),
            Self::Funded { .. } | Self::Posted | Self::Arrived | Self::Recalled | Self::Decided { .. } => None,
        }
    }
}

impl Life {
    /// How it stands after a step; none: the step is not allowed here.
    fn after(&self, step: TransferStep, at: Millis) -> Option<Stage> {
        let arrived = Stage::Arrived { accept_by: at.plus(self.accept_ms) };
        let due = at >= self.arrives_at;
        Some(match (self.stage, step) {
            (Stage::Funded, TransferStep::Posted) if due => arrived,
            (Stage::Funded, TransferStep::Posted) => Stage::Pending,
            (Stage::Funded, TransferStep::Refunded { .. }) => Stage::Over,
            (Stage::Pending, TransferStep::Arrived) if due => arrived,
            (Stage::Pending, TransferStep::Recalled) if !due => Stage::Frozen,
            (Stage::Frozen, TransferStep::Decided { returned: true }) => Stage::Frozen,
            (Stage::Frozen, TransferStep::Decided { returned: false }) => Stage::Pending,
            (Stage::Arrived { .. }, TransferStep::Accepted { .. }) => Stage::Accepted,
            (Stage::Pending | Stage::Frozen | Stage::Arrived { .. }, TransferStep::WentBack { .. }) => Stage::Over,
            (Stage::Accepted, TransferStep::Repaid { .. }) => Stage::Over,
            _ => return None,
        })
    }
}

/// How a transfer stood before a step, if the step is taken at its word.
fn before(step: TransferStep, at: Millis) -> Stage {
    match step {
        TransferStep::Funded { .. } | TransferStep::Posted | TransferStep::Refunded { .. } => Stage::Funded,
        TransferStep::Arrived | TransferStep::Recalled => Stage::Pending,
        TransferStep::Decided { .. } => Stage::Frozen,
        TransferStep::Accepted { .. } | TransferStep::WentBack { .. } => Stage::Arrived { accept_by: at },
        TransferStep::Repaid { .. } => Stage::Accepted,
    }
}

fn stuck(transfer: TransferId, life: &Life, place: Place, at: Millis) -> Difference {
    let waits = if life.stage == Stage::Pending { "has not arrived" } else { "has not gone back" };
    Difference {
        kind: DifferenceKind::TransferStuck,
        subject: transfer.0,
        user: None,
        place,
        other: None,
        at,
        expected: Fen::ZERO,
        found: life.amount,
        words: format!(
            "transfer {transfer}, funded at fact {} of shard {}, {waits} though its time is over",
            place.position, place.shard
        ),
    }
}
