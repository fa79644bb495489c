//! `laisee check`: the views rebuilt from the log must equal the views that are there, and every law of money and
//! messages must hold.

mod compare;
mod laws;
pub mod rebuild;

use std::{collections::BTreeMap, fmt::Write as _};

use anyhow::Result;
use laisee_core::ids::ShardId;
use laisee_store::{Store, sqlite::SqliteStore};
use serde::Serialize;

use crate::cli::CheckArgs;

/// What was found.
#[derive(Serialize, Debug, Default)]
pub struct Report {
    pub clean: bool,
    pub shards: u16,
    pub facts: u64,
    /// Days in the archive that are what they were when they were sealed.
    pub sealed_days: u64,
    /// Rows compared, by table.
    pub rows: BTreeMap<String, u64>,
    pub users: u64,
    pub conversations: u64,
    pub messages: u64,
    pub packets: u64,
    pub claims: u64,
    pub transfers: u64,
    /// In fen.
    pub wallets_total: i64,
    pub held_total: i64,
    pub escrow_total: i64,
    pub transfers_total: i64,
    pub in_transit_total: i64,
    /// One sentence for each difference; the first hundred.
    pub differences: Vec<String>,
}

const DIFFERENCES_MAX: usize = 100;

impl Report {
    /// Notes a difference.
    pub fn differ(&mut self, what: impl Into<String>) {
        if self.differences.len() < DIFFERENCES_MAX {
            self.differences.push(what.into());
        }
    }

    /// For people.
    pub fn words(&self) -> String {
        let mut words = String::new();
        let _ = writeln!(words, "{} facts in {} shards, {} sealed days", self.facts, self.shards, self.sealed_days);
        let _ = writeln!(
            words,
            "{} users, {} conversations, {} messages, {} packets, {} claims, {} transfers",
            self.users, self.conversations, self.messages, self.packets, self.claims, self.transfers
        );
        let _ = writeln!(
            words,
            "{} fen in wallets, {} held, {} in packets, {} in transfers, {} in transit",
            self.wallets_total, self.held_total, self.escrow_total, self.transfers_total, self.in_transit_total
        );
        for difference in &self.differences {
            let _ = writeln!(words, "DIFFERENCE {difference}");
        }
        words.push_str(if self.clean { "clean" } else { "NOT CLEAN" });
        words
    }
}

/// Checks a store that nobody writes. `Ok(false)`: there are differences.
///
/// # Errors
/// When the store cannot be opened or read at all.
pub fn run(args: &CheckArgs) -> Result<bool> {
    let store = SqliteStore::open(&args.data)?;
    let report = check_store(&store)?;
    if args.json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        println!("{}", report.words());
    }
    Ok(report.clean)
}

/// Checks every shard, what lies between them, and the archive.
///
/// # Errors
/// When the store cannot be read at all.
pub fn check_store(store: &SqliteStore) -> Result<Report> {
    let mut report = check(store)?;
    for number in 0..store.shards() {
        let verified = store.verify_archive(ShardId(number), &mut |what| report.differ(what))?;
        report.sealed_days += verified.days;
    }
    report.clean = report.differences.is_empty();
    Ok(report)
}

/// Checks every shard, and what lies between them.
///
/// # Errors
/// When the store cannot be read at all; damage that can be named is a difference.
pub fn check<S: Store>(store: &S) -> Result<Report> {
    let mut report = Report { shards: store.shards(), ..Report::default() };
    let mut transit = laws::Transit::default();
    for number in 0..store.shards() {
        let shard = ShardId(number);
        match rebuild::rebuild(store, shard, &mut transit) {
            Ok(rebuilt) => {
                report.facts += rebuilt.end.0;
                compare::compare(store, shard, rebuilt, &mut report)?;
            }
            Err(error) => report.differ(format!("shard {shard}: the log cannot be replayed: {error:#}")),
        }
    }
    transit.verify(&mut report);
    report.clean = report.differences.is_empty();
    Ok(report)
}
