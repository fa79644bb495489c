//! Brings the facts of all logs into the order of cause and effect, a little at a time.

use std::collections::VecDeque;

use laisee_core::{
    ids::{Millis, Position, ShardId},
    reconciliation::Place,
};
use laisee_store::{ReadLog, Store, StoreError};

use crate::{
    reading::read,
    reckoner::{Appended, Finding, Look, Reckoner},
};

/// Log bytes of one shard read at a time: what is held in memory.
const READ_BYTES: usize = 256 << 10;

/// Batches of one shard taken in one after another, before the next shard's turn.
const TURN: usize = 32;

struct Source {
    shard: ShardId,
    log: Box<dyn ReadLog>,
    /// Read, and not taken in yet.
    waiting: VecDeque<Appended>,
}

/// Reads all shards' logs side by side.
pub struct Follower {
    pub reckoner: Reckoner,
    sources: Vec<Source>,
}

impl Follower {
    /// Goes on from where the reckoner stands.
    ///
    /// # Errors
    /// The store's.
    pub fn new<S: Store>(store: &S, reckoner: Reckoner) -> Result<Self, StoreError> {
        let source = |number| {
            let shard = ShardId(number);
            Ok(Source { shard, log: store.log_reader(shard)?, waiting: VecDeque::new() })
        };
        let sources = (0..store.shards()).map(source).collect::<Result<_, StoreError>>()?;
        Ok(Self { reckoner, sources })
    }

    /// Takes in about `batches_max` batches. `through` says how far a shard may be read, `counted` of a batch's time
    /// whether it belongs to what is reported on. Returns how many were taken; 0: there is no more for now.
    ///
    /// # Errors
    /// The store's; what was taken before counts.
    pub fn step(
        &mut self,
        batches_max: usize,
        through: impl Fn(ShardId) -> Position,
        counted: impl Fn(Millis) -> bool,
        look: &mut impl Look,
        mut find: impl FnMut(Finding),
    ) -> Result<usize, StoreError> {
        let mut taken = 0;
        loop {
            let before = taken;
            for n in 0..self.sources.len() {
                let turn = taken + TURN;
                while taken < batches_max.min(turn) && self.ready(n, through(self.sources[n].shard), &mut find)? {
                    let source = &mut self.sources[n];
                    let Some(batch) = source.waiting.pop_front() else { break };
                    let counts = counted(batch.at);
                    self.reckoner.take(&batch, counts, look, &mut find);
                    taken += 1;
                }
            }
            if taken == before || taken >= batches_max {
                return Ok(taken);
            }
        }
    }

    /// Whether a shard's next batch is there, may be read, and everything that caused it was taken in.
    fn ready(&mut self, n: usize, through: Position, find: &mut impl FnMut(Finding)) -> Result<bool, StoreError> {
        let shard = self.sources[n].shard;
        let position = self.reckoner.position(shard);
        if position >= through {
            return Ok(false);
        }
        if self.sources[n].waiting.is_empty() {
            for batch in self.sources[n].log.read(position, READ_BYTES)? {
                let (first, at, facts) = (batch.first, batch.at, batch.facts()?);
                self.sources[n].waiting.push_back(Appended { shard, first, at, facts });
            }
        }
        let Some(next) = self.sources[n].waiting.front() else { return Ok(false) };
        let (first, at) = (next.first, next.at);
        if next.last() > through {
            return Ok(false);
        }
        let causes: Vec<(u64, ShardId, Position)> = next
            .facts
            .iter()
            .enumerate()
            .filter_map(|(m, fact)| read(fact).caused_by.map(|(from, mark)| (first.0 + m as u64, from, mark)))
            .collect();
        for (position, from, mark) in causes {
            if from == shard || self.reckoner.position(from) >= mark {
                continue;
            }
            let Some(source) = self.sources.get_mut(usize::from(from.0)) else { continue };
            let end = source.log.end()?;
            if end >= mark {
                return Ok(false);
            }
            // Nothing that is in no log can have been read: take it as it is, and say so.
            let place = Place { shard, position: Position(position) };
            find(Finding::Differs(self.reckoner.read_ahead(from, mark, end, at, place)));
        }
        Ok(true)
    }

    /// The ends of all logs.
    ///
    /// # Errors
    /// The store's.
    pub fn ends(&mut self) -> Result<Vec<Position>, StoreError> {
        self.sources.iter_mut().map(|source| source.log.end()).collect()
    }
}
