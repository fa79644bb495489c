//! Batches of facts as they stand in the log.

use std::sync::Arc;

use laisee_core::{
    fact::Fact,
    ids::{Millis, Position},
};

use crate::StoreError;

/// Facts that were appended together, all of one moment, encoded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Batch {
    /// The position of its first fact; 1 is the first of all.
    pub first: Position,
    pub at: Millis,
    /// How many facts, at least one.
    pub count: u32,
    /// A format byte, then the facts in postcard, one after another.
    pub bytes: Arc<[u8]>,
}

/// The encoding of facts this version writes.
const FORMAT: u8 = 1;

impl Batch {
    /// Encodes facts, of which there is at least one.
    #[must_use]
    pub fn encode(first: Position, at: Millis, facts: &[Fact]) -> Self {
        let mut bytes = Vec::with_capacity(1 + facts.len() * 48);
        bytes.push(FORMAT);
        for fact in facts {
            bytes = postcard::to_extend(fact, bytes).expect("facts have no unencodable values");
        }
        Self { first, at, count: facts.len() as u32, bytes: bytes.into() }
    }

    /// The position of its last fact.
    #[must_use]
    pub fn last(&self) -> Position {
        Position(self.first.0 + u64::from(self.count) - 1)
    }

    /// Decodes the facts.
    ///
    /// # Errors
    /// `Corrupt` when the bytes are not `count` facts, whatever they are.
    pub fn facts(&self) -> Result<Vec<Fact>, StoreError> {
        let corrupt = |why: &str| StoreError::Corrupt(format!("the batch at {}: {why}", self.first));
        let (format, mut rest) = self.bytes.split_first().ok_or_else(|| corrupt("it is empty"))?;
        if *format != FORMAT {
            return Err(corrupt(&format!("format {format} is unknown to this version")));
        }
        // A damaged count must not reserve memory: no fact takes less than a byte.
        let mut facts = Vec::with_capacity((self.count as usize).min(rest.len()));
        for _ in 0..self.count {
            let (fact, after) = postcard::take_from_bytes(rest).map_err(|error| corrupt(&error.to_string()))?;
            facts.push(fact);
            rest = after;
        }
        if rest.is_empty() { Ok(facts) } else { Err(corrupt("there are bytes left over")) }
    }

    /// CRC-32 over everything, stored beside it.
    #[must_use]
    pub fn checksum(&self) -> u32 {
        let mut hash = crc32fast::Hasher::new();
        hash.update(&self.first.0.to_be_bytes());
        hash.update(&self.at.0.to_be_bytes());
        hash.update(&self.count.to_be_bytes());
        hash.update(&self.bytes);
        hash.finalize()
    }
}

#[cfg(test)]
mod tests {
    use laisee_core::ids::ShardId;

    use super::*;

    #[test]
    fn facts_come_back_as_they_went_in() {
        let facts = vec![Fact::Received { from: ShardId(1), through: Position(7) }; 3];
        let batch = Batch::encode(Position(5), Millis(9), &facts);
        assert_eq!(batch.last(), Position(7));
        assert_eq!(batch.facts().expect("it was just encoded"), facts);
    }

    #[test]
    fn damage_is_an_error() {
        let batch = Batch::encode(Position(1), Millis(0), &[Fact::Received { from: ShardId(1), through: Position(7) }]);
        for bytes in [vec![], vec![9], vec![1], vec![1, 255, 255], [&batch.bytes[..], &[0]].concat()] {
            let damaged = Batch { bytes: bytes.into(), ..batch.clone() };
            assert!(matches!(damaged.facts(), Err(StoreError::Corrupt(_))));
        }
    }
}
