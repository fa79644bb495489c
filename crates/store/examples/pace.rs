//! How fast a store on this machine's disk is, without anything around it:
//! `cargo run --release -p laisee-store --example pace [seconds for each row] [folder]`.
//! It says nothing of a whole server, whose writer and viewer share the processor.

use std::{
    error::Error,
    path::PathBuf,
    time::{Duration, Instant},
};

use laisee_core::{
    cut::{Cut, Meta, Row},
    fact::Fact,
    fen::Fen,
    ids::{ID_EPOCH_MS, Millis, Mint, PacketId, Position, ShardId, UserId},
    ledger::Books,
    packet::Claim,
    wallet::{Movement, MovementKind, Wallet},
};
use laisee_store::{Batch, Changes, Log, ReadTables, Store, Tables, sqlite::SqliteStore, views};

const SHARD: ShardId = ShardId(0);
const AT: Millis = Millis(ID_EPOCH_MS + 200_000_000_000);
/// Changes in one save of the views, as many as a cut brings at most.
const CHANGES: u64 = 40_000;
const WALLETS: u64 = 1_000_000;

type Outcome = Result<(), Box<dyn Error>>;

fn main() -> Outcome {
    let mut arguments = std::env::args().skip(1);
    let seconds = arguments.next().map_or(Ok(3), |seconds| seconds.parse())?;
    let folder = arguments.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let time = Duration::from_secs(seconds);
    for per_commit in [1, 16, 64, 512, 4_096] {
        appends(&folder, time, per_commit)?;
    }
    saves(&folder, time)
}

fn appends(folder: &std::path::Path, time: Duration, per_commit: u64) -> Outcome {
    let place = tempfile::tempdir_in(folder)?;
    let store = SqliteStore::open_or_create(place.path(), 1)?;
    let epoch = store.claim(SHARD)?;
    let mut log = store.log(SHARD, epoch)?;
    let mut next = 1;
    let mut took = Vec::new();
    let begun = Instant::now();
    while begun.elapsed() < time {
        let facts: Vec<_> = (next..next + per_commit).map(claimed).collect();
        let commit = Instant::now();
        log.append(&[Batch::encode(Position(next), AT, &facts)])?;
        took.push(commit.elapsed());
        next += per_commit;
    }
    let rate = (next - 1) as f64 / begun.elapsed().as_secs_f64();
    println!("log, {per_commit:>5} facts a commit: {rate:>10.0} facts/s   {}", Spread(took));
    Ok(())
}

fn saves(folder: &std::path::Path, time: Duration) -> Outcome {
    let place = tempfile::tempdir_in(folder)?;
    let store = SqliteStore::open_or_create(place.path(), 1)?;
    let mut tables = store.tables(SHARD)?;
    let (mut sorting, mut saving) = (Vec::new(), Vec::new());
    let mut position = 0;
    let mut changes = Changes::default();
    let begun = Instant::now();
    while begun.elapsed() < time * 3 {
        let (rows, cut) = cut(position);
        let started = Instant::now();
        changes.clear();
        rows.iter().for_each(|row| views::put_row(&mut changes, row));
        views::put_cut(&mut changes, &cut);
        changes.coalesce();
        sorting.push(started.elapsed());
        let started = Instant::now();
        tables.save(&changes, cut.position)?;
        saving.push(started.elapsed());
        position = cut.position.0;
    }
    println!("views, sorting {CHANGES} changes: {}", Spread(sorting));
    println!("views, saving {CHANGES} changes:  {}", Spread(saving));

    let mut reader = store.reader(SHARD)?;
    let started = Instant::now();
    let mut found = 0_u64;
    reader.snapshot(|views| {
        for n in 0..200_000 {
            found += u64::from(views::wallet(views, user(scatter(n)))?.is_some());
        }
        Ok(())
    })?;
    println!("views, reading: {:.0} wallets/s ({found} found)", 200_000.0 / started.elapsed().as_secs_f64());
    Ok(())
}

/// A third claims in a row, a third statement lines and a third wallets, both anywhere.
fn cut(position: u64) -> (Vec<Row>, Cut) {
    let each = CHANGES / 3;
    let wallet = |n| user(scatter(position + n));
    let mut rows = Vec::new();
    for n in 0..each {
        let Fact::Claimed { packet, user, index, amount, .. } = claimed(position + n) else { continue };
        rows.push(Row::Claim { packet, claim: Claim { user, index, amount, at: AT } });
        let kind = MovementKind::PacketOpened;
        let (packet, counterpart) = (Some(packet), Some(user));
        let (number, balance) = (position + n + 1, Fen(1_000));
        let (transfer, order, note) = (None, None, String::new());
        let movement = Movement { number, at: AT, kind, amount, balance, packet, transfer, counterpart, order, note };
        rows.push(Row::Movement { user: wallet(n), movement });
    }
    let wallets = (0..each).map(|n| (wallet(n), Wallet { balance: Fen(1_000), lines: position + n + 1 })).collect();
    let meta = Meta {
        at: AT,
        mint: Mint::new(SHARD),
        books: Books::default(),
        received: Default::default(),
        settings: Default::default(),
    };
    let cut = Cut {
        position: Position(position + each),
        meta,
        users: vec![],
        wallets,
        guards: vec![],
        orders: vec![],
        pairs: vec![],
        conversations: vec![],
        members: vec![],
        packets: vec![],
        transfers: vec![],
        received: vec![],
        files: vec![],
        uploads: vec![],
        timers: vec![],
        operators: vec![],
        differences: vec![],
        runs: vec![],
        risks: vec![],
        devices: vec![],
    };
    (rows, cut)
}

/// An open of one of a thousand packets.
fn claimed(n: u64) -> Fact {
    let packet = PacketId((AT.0 as u64 - ID_EPOCH_MS as u64 + n % 1_000) << 22);
    Fact::Claimed { packet, sender: user(n % 1_000), user: user(n), index: (n / 1_000) as u32, amount: Fen(888) }
}

fn user(n: u64) -> UserId {
    UserId((1_000_000_000 + n) << 22)
}

fn scatter(n: u64) -> u64 {
    n.wrapping_mul(0x9e37_79b9_7f4a_7c15) % WALLETS
}

struct Spread(Vec<Duration>);

impl std::fmt::Display for Spread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let at = |share: f64| {
            let index = ((sorted.len() as f64 * share) as usize).min(sorted.len().saturating_sub(1));
            sorted.get(index).copied().unwrap_or_default().as_secs_f64() * 1_000.0
        };
        write!(f, "p50 {:.2} ms, p99 {:.2} ms, max {:.2} ms of {}", at(0.5), at(0.99), at(1.0), sorted.len())
    }
}
