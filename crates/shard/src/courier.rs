//! Carries what one shard owes the others. A courier works out the notes of its shard's facts in order and delivers
//! them to each target with one delivery in flight; while that is under way, more collect. The target stores how far it has
//! read, so a delivery may be lost, repeated or late: each note takes effect exactly once.
//!
//! Sans-IO: facts and answers come in, `Receive` commands go out.

use std::collections::VecDeque;

use laisee_core::{
    command::Receive,
    ids::{Position, ShardId},
    note::{Addressee, Note},
    notes,
};

use crate::engine::FactBatch;

/// Notes in one delivery at most (more only when one fact owes more).
const DELIVERY_MAX: usize = 4_096;
/// Notes held for one target at most; beyond, the courier reads them from the log again later.
const OUTBOX_MAX: usize = 262_144;
/// A target that is owed nothing is told the position after so many facts, so that a restart need not read them again.
const SILENCE_MAX: u64 = 50_000;

/// One shard's courier to all targets (itself among them: money on its way home takes the same road).
#[derive(Debug)]
pub struct Courier {
    from: ShardId,
    targets: Vec<Target>,
    /// The newest durable fact.
    heard: Position,
}

#[derive(Debug)]
struct Target {
    to: ShardId,
    /// How far it has read, by its own word; `None`: must be asked.
    watermark: Option<Position>,
    in_flight: bool,
    /// Notes beyond the watermark, rising, complete up to `filled`.
    outbox: VecDeque<(Position, Note)>,
    filled: Position,
}

impl Courier {
    #[must_use]
    pub fn new(from: ShardId, shards: u16, heard: Position) -> Self {
        let target = |number| Target {
            to: ShardId(number),
            watermark: None,
            in_flight: false,
            outbox: VecDeque::new(),
            filled: Position(0),
        };
        Self { from, targets: (0..shards).map(target).collect(), heard }
    }

    /// Takes in a batch that is durable, whether just appended or read from the log.
    pub fn take(&mut self, batch: &FactBatch) {
        let last = batch.last();
        self.heard = self.heard.max(last);
        let ready = |target: &Target| {
            target.watermark.is_some()
                && target.outbox.len() < OUTBOX_MAX
                && target.filled.0 + 1 >= batch.first.0
                && target.filled < last
        };
        if !self.targets.iter().any(ready) {
            return;
        }
        let takes: Vec<bool> = self.targets.iter().map(ready).collect();
        for (position, fact) in batch.numbered() {
            notes(fact, batch.at, |note| {
                let mut owe = |index: usize, note: Note| {
                    if takes.get(index).copied().unwrap_or(false) && position > self.targets[index].filled {
                        self.targets[index].outbox.push_back((position, note));
                    }
                };
                match note.addressee() {
                    Addressee::Shard(to) => owe(usize::from(to.0), note),
                    Addressee::Others => {
                        let others = (0..takes.len()).filter(|index| *index != usize::from(self.from.0));
                        others.for_each(|index| owe(index, note.clone()));
                    }
                }
            });
        }
        for (target, takes) in self.targets.iter_mut().zip(takes) {
            if takes {
                target.filled = last;
            }
        }
    }

    /// Where the log must be read from (exclusive) for those targets that missed facts.
    #[must_use]
    pub fn behind(&self) -> Option<Position> {
        self.targets
            .iter()
            .filter(|target| {
                target.watermark.is_some() && target.filled < self.heard && target.outbox.len() < OUTBOX_MAX / 2
            })
            .map(|target| target.filled)
            .min()
    }

    /// The next delivery, if one can go out now. Its answer must be given to [`Courier::answered`] before the same
    /// target gets another.
    #[expect(clippy::should_implement_trait, reason = "after none there may be one again")]
    pub fn next(&mut self) -> Option<Receive> {
        let from = self.from;
        self.targets.iter_mut().find_map(|target| target.next(from))
    }

    /// The target's word: how far it has read; `None`: there was no answer, and it must be asked again.
    pub fn answered(&mut self, to: ShardId, through: Option<Position>) {
        let target = &mut self.targets[usize::from(to.0)];
        target.in_flight = false;
        match through {
            Some(through) => {
                // A target whose word is not what the outbox begins after has restarted: fill anew from there.
                if target.watermark.is_none_or(|known| through < known) {
                    target.outbox.clear();
                    target.filled = through;
                }
                target.watermark = Some(through);
                while target.outbox.front().is_some_and(|(position, _)| *position <= through) {
                    target.outbox.pop_front();
                }
                target.filled = target.filled.max(through);
            }
            None => target.watermark = None,
        }
    }

    /// Whether every target has read everything there is.
    #[must_use]
    pub fn idle(&self) -> bool {
        self.targets.iter().all(|target| {
            target.watermark.is_some() && !target.in_flight && target.outbox.is_empty() && target.filled >= self.heard
        })
    }

    /// How many notes wait, over all targets.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.targets.iter().map(|target| target.outbox.len()).sum()
    }
}

impl Target {
    fn next(&mut self, from: ShardId) -> Option<Receive> {
        if self.in_flight {
            return None;
        }
        let Some(after) = self.watermark else {
            self.in_flight = true;
            // Brings nothing; its answer is the watermark.
            let (after, through) = (Position(0), Position(0));
            return Some(Receive { to: self.to, from, after, through, notes: vec![] });
        };
        if self.outbox.is_empty() {
            if self.filled.0 - after.0 <= SILENCE_MAX {
                return None;
            }
            self.in_flight = true;
            return Some(Receive { to: self.to, from, after, through: self.filled, notes: vec![] });
        }
        let mut count = self.outbox.len().min(DELIVERY_MAX);
        // All notes of one fact travel together: the watermark cannot stand inside a fact.
        while count < self.outbox.len() && self.outbox[count].0 == self.outbox[count - 1].0 {
            count += 1;
        }
        let notes: Vec<_> = self.outbox.iter().take(count).cloned().collect();
        let through = if count == self.outbox.len() { self.filled } else { notes[count - 1].0 };
        self.in_flight = true;
        Some(Receive { to: self.to, from, after, through, notes })
    }
}

#[cfg(test)]
#[path = "courier_tests.rs"]
mod tests;
