//! Reconciliation: `laisee reconcile`, the comparison that follows a running server, and the one of each day.

mod continuous;
mod desk;
mod keep;
mod mend;
mod nightly;
mod orders;
mod status;

use std::fmt::Write as _;

use anyhow::Result;
use laisee_core::ids::Millis;
use laisee_payments::providers::Providers;
use laisee_reconcile::day::{Report, Scope, reconcile};
use laisee_store::sqlite::SqliteStore;

pub use continuous::{Continuous, ReconciliationConfig};
pub use status::Status;

use crate::{
    cli::{Place, ReconcileArgs},
    config::Config,
};

/// How long what is on its way may take before it is overdue, in ms.
const OVERDUE_MS: i64 = 60_000;
/// Differences printed in words.
const PRINTED_MAX: usize = 100;

/// Reconciles a store, whether a server runs on it or not. `Ok(false)`: there are differences.
///
/// # Errors
/// When the store cannot be read, or the day is not over.
pub fn run(args: &ReconcileArgs) -> Result<bool> {
    let now = now();
    if let Some(day) = args.day {
        anyhow::ensure!(day.end() <= now, "{day} is not over yet");
    }
    let store = SqliteStore::open_read_only(&args.data)?;
    let opening = match args.day {
        Some(day) => keep::opening(&args.data, day),
        None => None,
    };
    let overdue_since = now.plus(-OVERDUE_MS);
    let scope = Scope { day: args.day, opening: opening.unwrap_or_default(), overdue_since };
    let mut report = reconcile(&store, &scope, || true)?.unwrap_or_default();
    if args.providers {
        let place = Place { addr: None, data: Some(args.data.clone()), config: args.config.clone() };
        let providers = Providers::new(&Config::load(&place)?.payments).map_err(anyhow::Error::msg)?;
        let moved = &report.orders_moved;
        let compared = orders::compare(&store, &providers, orders::span(args.day), moved, || true)?.unwrap_or_default();
        report.add_orders(compared.orders, compared.unanswered.len() as u64, compared.differences);
    }
    let path = keep::report(&args.data, &report, now)?;
    if args.json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        println!("{}kept as {}", words(&report), path.display());
    }
    Ok(report.clean)
}

fn now() -> Millis {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Millis(since.as_millis() as i64)
}

fn words(report: &Report) -> String {
    let mut words = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(words, "{}: {} facts", report.day.as_deref().unwrap_or("everything"), report.facts);
    for (kind, (count, fen)) in &report.movements {
        let _ = writeln!(words, "  {kind}: {count} of {fen} fen together");
    }
    for shard in &report.shards {
        let _ = writeln!(words, "shard {}, facts {} to {}", shard.shard, shard.from + 1, shard.through);
        for (account, closing) in &shard.closing {
            let opening = shard.opening.get(account).copied().unwrap_or_default();
            let _ = writeln!(words, "  {account}: {opening} -> {closing} fen");
        }
    }
    for pair in &report.pairs {
        let (from, to) = (pair.from, pair.to);
        let _ = writeln!(
            words,
            "from shard {from} to {to}: {} left, {} arrived, {} in transit (read through fact {})",
            pair.left, pair.arrived, pair.in_transit, pair.watermark
        );
    }
    let _ = writeln!(words, "{} rows and {} wallets of the views compared", report.rows, report.wallets);
    if report.orders + report.orders_unanswered > 0 {
        let (orders, silent) = (report.orders, report.orders_unanswered);
        let _ = writeln!(words, "{orders} orders compared with their providers, which said nothing of {silent}");
    }
    if report.unjudged > 0 {
        let _ = writeln!(
            words,
            "{} steps of packets and transfers could not be judged: the views are behind",
            report.unjudged
        );
    }
    for difference in report.differences.iter().take(PRINTED_MAX) {
        let _ = writeln!(words, "DIFFERENCE {}: {}", difference.key(), difference.words);
    }
    let _ = match report.difference_count {
        0 => writeln!(words, "clean"),
        count => writeln!(words, "NOT CLEAN: {count} differences"),
    };
    words
}
