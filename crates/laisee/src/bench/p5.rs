//! P5: idle signed-in connections, heartbeats on: memory of the gateway's process for each, and its work at rest.

use std::{
    collections::BTreeMap,
    fs,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use laisee_storm::idle::{self, IdlePlan};

use super::{
    BenchArgs, Figures, Findings, Row,
    child::Child,
    hardware::{commit, hardware},
};

/// A process may open 20,000 files on the machine this was made for.
const CONNECTIONS: usize = 18_000;
const CONNECTIONS_PER_USER: usize = 20;

/// # Errors
/// When the server cannot be started or refuses connections.
pub fn run(args: &BenchArgs) -> Result<Findings> {
    let connections = args.connections.unwrap_or(CONNECTIONS);
    let server = Child::serve()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let plan = |connections| IdlePlan {
        addresses: vec![server.address.clone()],
        connections,
        connections_per_user: CONNECTIONS_PER_USER,
        ..IdlePlan::default()
    };
    // Everybody signs up and connects once before, so that only connections are weighed.
    let people = connections.div_ceil(CONNECTIONS_PER_USER);
    let once = IdlePlan { connections_per_user: 1, ..plan(people) };
    runtime.block_on(idle::idle(once, Duration::from_secs(1)))?;
    let before = resident_kib(server.pid())?;
    let held = runtime.block_on(idle::open(plan(connections)))?;
    runtime.block_on(async { tokio::time::sleep(Duration::from_secs(3)).await });
    let after = resident_kib(server.pid())?;
    let (cpu, begun) = (cpu_seconds(server.pid())?, Instant::now());
    let report = runtime.block_on(held.hold(Duration::from_secs(args.seconds.max(30))));
    let at_rest = (cpu_seconds(server.pid())? - cpu) / begun.elapsed().as_secs_f64();
    let mut ours = Figures {
        per_s: connections as f64 / report.connecting_s,
        p50_ms: Some(report.connects.p50_ms),
        p99_ms: Some(report.connects.p99_ms),
        ..Figures::default()
    };
    ours.more.insert("resident_kib_each".into(), (after - before) / connections as f64);
    ours.more.insert("cpu_share_at_rest".into(), at_rest);
    ours.more.insert("standing".into(), report.standing as f64);
    ours.more.insert("lost".into(), report.lost as f64);
    let settings = BTreeMap::from([
        ("connections".into(), connections.to_string()),
        ("heartbeat".into(), "30 s".into()),
        ("per_s".into(), "connections made, until the welcome".into()),
    ]);
    let rows = vec![Row::new(format!("{connections} idle connections"), ours)];
    Ok(Findings { scenario: "p5".into(), commit: commit(), hardware: hardware(&server.folder), settings, rows })
}

fn resident_kib(pid: u32) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()).and_then(|kib| kib.parse().ok());
    kib.context("the process says how much memory it has")
}

/// User and system time of a process so far.
fn cpu_seconds(pid: u32) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name may hold spaces; what follows it does not.
    let rest = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 = rest.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Ok(ticks as f64 / 100.0)
}
