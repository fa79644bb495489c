//! `laisee log`: the facts as JSON lines.

use std::io::{self, BufWriter, Write};

use anyhow::Result;
use laisee_core::{
    fact::Fact,
    ids::{Position, ShardId},
};
use laisee_store::{Store, sqlite::SqliteStore};
use serde::Serialize;

use crate::cli::LogArgs;

/// Log bytes read at a time.
const READ_BYTES: usize = 4 << 20;

#[derive(Serialize)]
struct Line<'a> {
    shard: u16,
    position: u64,
    at_ms: i64,
    fact: &'a Fact,
}

/// Prints facts, shard by shard, in order. Reads beside a running server.
///
/// # Errors
/// When the log cannot be read or is damaged.
pub fn run(args: &LogArgs) -> Result<()> {
    let store = SqliteStore::open_read_only(&args.data)?;
    let mut out = BufWriter::new(io::stdout().lock());
    for number in 0..store.shards() {
        if args.shard.is_some_and(|only| only != number) {
            continue;
        }
        match print_shard(&store, ShardId(number), args, &mut out) {
            // Whoever reads has had enough (`| head`).
            Err(error) if error.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe) => {
                return Ok(());
            }
            other => other?,
        }
    }
    Ok(())
}

fn print_shard(store: &SqliteStore, shard: ShardId, args: &LogArgs, out: &mut impl Write) -> Result<()> {
    let mut log = store.log_reader(shard)?;
    let mut after = Position(args.after);
    let mut left = args.limit.unwrap_or(u64::MAX);
    loop {
        let batches = log.read(after, READ_BYTES)?;
        if batches.is_empty() {
            break;
        }
        for batch in batches {
            for (n, fact) in batch.facts()?.into_iter().enumerate() {
                let position = Position(batch.first.0 + n as u64);
                if position <= after || left == 0 {
                    continue;
                }
                left -= 1;
                let line = Line { shard: shard.0, position: position.0, at_ms: batch.at.0, fact: &fact };
                serde_json::to_writer(&mut *out, &line).map_err(io::Error::from)?;
                writeln!(out)?;
            }
            after = batch.last();
        }
        if left == 0 {
            break;
        }
    }
    out.flush()?;
    Ok(())
}
