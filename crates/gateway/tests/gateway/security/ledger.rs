//! What the shards' logs hold, read past the server.

use std::{collections::BTreeMap, time::Duration};

use laisee_core::{
    fact::Fact,
    fen::Fen,
    ids::{Position, ShardId, UserId},
    ledger::{Account, Books, Entry, entry},
};
use laisee_store::Store;

use crate::world::{SHARDS, World};

impl World {
    /// Each shard's newest position: as long as it stays, nothing has happened.
    pub fn ends(&self) -> Vec<u64> {
        let end = |shard| self.store.log_reader(ShardId(shard)).unwrap().end().unwrap().0;
        (0..SHARDS).map(end).collect()
    }

    /// What has happened since, tries of secrets aside: those are counted before anything is looked at (W5).
    pub fn since(&self, ends: &[u64]) -> Vec<Fact> {
        let mut found = vec![];
        for (shard, end) in (0..SHARDS).zip(ends) {
            let mut reader = self.store.log_reader(ShardId(shard)).unwrap();
            if reader.end().unwrap().0 > *end {
                for batch in reader.read(Position(*end), usize::MAX).unwrap() {
                    let numbered = (batch.first.0..).zip(batch.facts().unwrap());
                    found.extend(numbered.filter(|(at, _)| at > end).map(|(_, fact)| fact));
                }
            }
        }
        found.retain(|fact| {
            !matches!(
                fact,
                Fact::TryBegun { .. }
                    | Fact::TryPassed { .. }
                    | Fact::OperatorGuessedWrong { .. }
                    | Fact::ReleaseFailed { .. }
            )
        });
        found
    }

    /// All that has happened.
    pub fn facts(&self) -> Vec<Fact> {
        let of_shard = |shard| {
            let mut reader = self.store.log_reader(ShardId(shard)).unwrap();
            reader.read(Position(0), usize::MAX).unwrap()
        };
        let batches = (0..SHARDS).flat_map(of_shard);
        batches.flat_map(|batch| batch.facts().unwrap()).collect()
    }

    /// All movements of money.
    pub fn entries(&self) -> Vec<Entry> {
        self.facts().iter().filter_map(entry).collect()
    }

    /// Waits until the couriers have brought everything, and holds the books to their laws.
    pub async fn settled(&self) -> Vec<Entry> {
        let (mut ends, mut quiet) = (self.ends(), 0);
        for _ in 0..2_000 {
            tokio::time::sleep(Duration::from_millis(5)).await;
            let now = self.ends();
            quiet = if now == ends { quiet + 1 } else { 0 };
            ends = now;
            if quiet >= 8 {
                let entries = self.entries();
                let mut books = Books::default();
                entries.iter().for_each(|entry| books.book(*entry));
                let transit = books.transit_to.values().chain(books.transit_from.values());
                if transit.fold(Fen::ZERO, |sum, fen| sum.plus(*fen)) == Fen::ZERO {
                    assert_eq!(books.total(), Fen::ZERO);
                    assert!(wallets(&entries).values().all(|fen| *fen >= Fen::ZERO), "W3");
                    return entries;
                }
            }
        }
        panic!("the couriers never came to rest");
    }
}

/// What each wallet holds.
pub fn wallets(entries: &[Entry]) -> BTreeMap<UserId, Fen> {
    let mut wallets: BTreeMap<UserId, Fen> = BTreeMap::new();
    for entry in entries {
        if let Account::Wallet(user) = entry.from {
            let fen = wallets.entry(user).or_default();
            *fen = fen.minus(entry.amount);
        }
        if let Account::Wallet(user) = entry.to {
            let fen = wallets.entry(user).or_default();
            *fen = fen.plus(entry.amount);
        }
    }
    wallets
}

/// What a test over a table finds, told together at its end.
#[derive(Default)]
pub struct Findings {
    tried: usize,
    found: Vec<String>,
}

impl Findings {
    pub fn check(&mut self, holds: bool, what: impl FnOnce() -> String) {
        self.tried += 1;
        if !holds {
            self.found.push(what());
        }
    }

    /// E2: nothing but tries has happened.
    pub fn nothing_happened(&mut self, world: &World, since: &[u64], what: &str) {
        let facts = world.since(since);
        self.check(facts.is_empty(), || format!("{what}: it came to {facts:?}"));
    }

    pub fn none_of(self, at_least: usize) {
        assert!(self.tried >= at_least, "only {} were tried", self.tried);
        assert!(self.found.is_empty(), "{} of {}:\n{}", self.found.len(), self.tried, self.found.join("\n"));
    }
}
