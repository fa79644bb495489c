//! `laisee bench`: figures that anybody can take again. Every acknowledged operation is durable, limits and checks are
//! on, and peers run in the same call on the same machine.

mod child;
mod closed_loop;
mod hardware;
mod p1;
mod p2;
mod p3;
mod p5;
mod p8;
mod peers;
mod world;

use std::collections::BTreeMap;

use anyhow::Result;
use clap::{Args, ValueEnum};
use serde::Serialize;

#[derive(Args, Debug)]
pub struct BenchArgs {
    /// Which scenario
    pub scenario: Scenario,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    /// Measure the peers too, where their programs are found
    #[arg(long)]
    pub peers: bool,
    /// Seconds for each row
    #[arg(long, default_value_t = 10)]
    pub seconds: u64,
    /// Requests in flight: this row alone (p1, p2)
    #[arg(long)]
    pub in_flight: Option<usize>,
    /// Packets that are stored (p8)
    #[arg(long)]
    pub packets: Option<usize>,
    /// Connections (p3, p5)
    #[arg(long)]
    pub connections: Option<usize>,
}

#[derive(ValueEnum, Clone, Copy, Debug)]
pub enum Scenario {
    /// One hot packet that everybody opens, engine in process
    P1,
    /// 10,000 packets open at once, a million users, wallets credited on all shards
    P2,
    /// Opens through real WebSockets, with the bare echo as the ceiling
    P3,
    /// Idle signed-in connections
    P5,
    /// Killed under load with millions of packets and messages stored: how long until it serves again
    P8,
}

impl BenchArgs {
    /// The rows to measure: the one asked for, or the usual ones.
    fn in_flights(&self, usual: &[usize]) -> Vec<usize> {
        self.in_flight.map_or_else(|| usual.to_vec(), |one| vec![one])
    }
}

/// What a bench found.
#[derive(Serialize, Debug)]
pub struct Findings {
    pub scenario: String,
    pub commit: String,
    pub hardware: BTreeMap<String, String>,
    pub settings: BTreeMap<String, String>,
    pub rows: Vec<Row>,
}

#[derive(Serialize, Debug)]
pub struct Row {
    /// Such as "64 in flight".
    pub at: String,
    pub ours: Figures,
    pub peers: BTreeMap<String, Figures>,
    /// Ours per second over theirs.
    pub ratio: BTreeMap<String, f64>,
}

#[derive(Serialize, Debug, Clone, Default)]
pub struct Figures {
    pub per_s: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p50_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p99_ms: Option<f64>,
    /// Further figures with their own names and units.
    #[serde(flatten)]
    pub more: BTreeMap<String, f64>,
}

impl Row {
    #[must_use]
    pub fn new(at: impl Into<String>, ours: Figures) -> Self {
        Self { at: at.into(), ours, peers: BTreeMap::new(), ratio: BTreeMap::new() }
    }

    /// Puts a peer beside ours.
    pub fn beside(&mut self, name: &str, figures: Figures) {
        if figures.per_s > 0.0 {
            self.ratio.insert(name.to_owned(), (self.ours.per_s / figures.per_s * 1000.0).round() / 1000.0);
        }
        self.peers.insert(name.to_owned(), figures);
    }
}

/// Runs one scenario and prints what it found.
///
/// # Errors
/// When a server or a peer cannot be started.
pub fn run(args: &BenchArgs) -> Result<()> {
    let findings = match args.scenario {
        Scenario::P1 => p1::run(args),
        Scenario::P2 => p2::run(args),
        Scenario::P3 => p3::run(args),
        Scenario::P5 => p5::run(args),
        Scenario::P8 => p8::run(args),
    }?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&findings)?);
    } else {
        print!("{}", table(&findings));
    }
    Ok(())
}

fn table(findings: &Findings) -> String {
    use std::fmt::Write as _;
    let mut text = format!("{} at {}\n", findings.scenario, findings.commit);
    for row in &findings.rows {
        let ms = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |ms| format!("{ms:.2} ms"));
        let line = |name: &str, figures: &Figures| {
            let more: String = figures.more.iter().map(|(name, value)| format!("  {name} {value:.1}")).collect();
            format!(
                "{name:<22}{:>12.0}/s  p50 {:>9}  p99 {:>9}{more}",
                figures.per_s,
                ms(figures.p50_ms),
                ms(figures.p99_ms)
            )
        };
        let _ = writeln!(text, "{}\n  {}", row.at, line("laisee", &row.ours));
        for (name, figures) in &row.peers {
            let ratio = row.ratio.get(name).map_or_else(String::new, |ratio| format!("  ({ratio}x)"));
            let _ = writeln!(text, "  {}{ratio}", line(name, figures));
        }
    }
    text
}
