//! P3: opens through real WebSockets, signed in, wallets credited, clients on the same machine; a bare echo in the same
//! run is the ceiling.

use std::{collections::BTreeMap, time::Duration};

use anyhow::Result;
use laisee_storm::opens::{self, OpensPlan};

use super::{
    BenchArgs, Figures, Findings, Row,
    child::Child,
    hardware::{commit, hardware},
    peers::echo::echo,
};

/// Connections, and requests in flight on each. With 100 in all the wait for the disk leaves the processor idle for a
/// fifth of the time; with 400 it is busy.
const ROWS: [(usize, usize); 3] = [(100, 1), (400, 1), (100, 16)];

/// # Errors
/// When the server cannot be started or does not answer.
pub fn run(args: &BenchArgs) -> Result<Findings> {
    let time = Duration::from_secs(args.seconds);
    let server = Child::serve()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut rows = Vec::new();
    for (n, (connections, in_flight)) in ROWS.into_iter().enumerate() {
        let connections = args.connections.unwrap_or(connections);
        eprintln!("p3: {connections} connections, {in_flight} in flight each");
        let plan = OpensPlan {
            addresses: vec![server.address.clone()],
            seed: n as u64 + 1,
            connections,
            in_flight,
            // Enough for the whole time at the rate we hope for.
            packets: (args.seconds as usize * 200_000 / connections).max(100),
            duration_ms: args.seconds * 1_000,
            lucky: false,
            ..OpensPlan::default()
        };
        let report = runtime.block_on(opens::opens(plan))?;
        let ours = Figures {
            per_s: report.opens.count as f64 / report.seconds,
            p50_ms: Some(report.opens.p50_ms),
            p99_ms: Some(report.opens.p99_ms),
            ..Figures::default()
        };
        let mut row = Row::new(format!("{in_flight} in flight on each of {connections} connections"), ours);
        row.beside("bare WebSocket echo", echo(connections, in_flight, time)?);
        rows.push(row);
    }
    let settings = BTreeMap::from([
        ("server".into(), "laisee serve, 4 shards, SQLite, log synchronous=FULL".into()),
        ("encoding".into(), "protobuf".into()),
        ("seconds".into(), args.seconds.to_string()),
    ]);
    Ok(Findings { scenario: "p3".into(), commit: commit(), hardware: hardware(&server.folder), settings, rows })
}
