//! `laisee-sim`: lives many worlds, and says which seeds break a law.

use std::{
    process::ExitCode,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use clap::Parser;
use laisee_sim::{Life, live_aloud, stats::Stats};

/// Simulates whole worlds of clients, gateways and shards, one for each seed.
#[derive(Parser)]
#[command(version, about)]
struct Args {
    /// How many seeds
    #[arg(long, default_value_t = 1_000)]
    seeds: u64,
    /// The first of them
    #[arg(long, default_value_t = 1)]
    first: u64,
    /// Worlds at a time; 0: as many as there are processors
    #[arg(long, default_value_t = 0)]
    threads: usize,
    /// Tell everything that happens; for one seed
    #[arg(long)]
    aloud: bool,
    /// How many failing seeds to look for before giving up
    #[arg(long, default_value_t = 1)]
    failures: usize,
}

/// How often progress is told.
const TELL_EVERY: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    let args = Args::parse();
    // A world's panic is told with its seed, once.
    std::panic::set_hook(Box::new(|_| {}));
    let begun = Instant::now();
    let next = AtomicU64::new(0);
    let done = Mutex::new((Stats::default(), Vec::<Life>::new()));
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let threads = if args.threads == 0 { processors } else { args.threads };
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= args.seeds || done.lock().expect("nothing panics under it").1.len() >= args.failures {
                        return;
                    }
                    let life = live_aloud(args.first.wrapping_add(n), None, args.aloud);
                    let mut done = done.lock().expect("nothing panics under it");
                    done.0.add(&life.stats);
                    if life.violation.is_some() {
                        tell_failure(&life);
                        done.1.push(life);
                    }
                }
            });
        }
        scope.spawn(|| {
            let mut told = Instant::now();
            loop {
                thread::sleep(Duration::from_millis(50));
                let worlds = done.lock().expect("nothing panics under it").0.worlds;
                if worlds >= args.seeds || next.load(Ordering::Relaxed) >= args.seeds + threads as u64 {
                    return;
                }
                if done.lock().expect("nothing panics under it").1.len() >= args.failures {
                    return;
                }
                if told.elapsed() >= TELL_EVERY {
                    told = Instant::now();
                    println!("{worlds} of {} worlds, {}/s", args.seeds, rate(worlds, begun));
                }
            }
        });
    });
    let (stats, failures) = done.into_inner().expect("nothing panics under it");
    print!("{stats}");
    println!();
    let (worlds, seconds) = (stats.worlds, begun.elapsed().as_secs_f64());
    println!("{worlds} worlds in {seconds:.1} s, {}/s: {} broken", rate(worlds, begun), failures.len());
    if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn rate(worlds: u64, begun: Instant) -> u64 {
    (worlds as f64 / begun.elapsed().as_secs_f64().max(0.001)) as u64
}

fn tell_failure(life: &Life) {
    if let Some(violation) = &life.violation {
        println!("seed {}: {violation}", life.seed);
        println!("  the same again: make sim SEEDS=1 FIRST={}", life.seed);
    }
}
