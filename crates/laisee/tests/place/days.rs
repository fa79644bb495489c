//! A store whose log has several days, each with a storm in it.

use std::{fs, path::Path};

use laisee_storm::{Mix, Plan};

use super::place::Place;

pub const SHARDS: usize = 4;

/// Plays for so long and asserts that all was well. What was acknowledged stands in the ledger of this name.
pub fn play(place: &Place, ledger: &str, seed: u64, duration_ms: u64) {
    let plan = Plan {
        addresses: vec![place.address.clone()],
        seed,
        users: 8,
        group_size: 4,
        top_up: 3_000,
        duration_ms,
        in_flight: 2,
        think_ms: 10,
        transfer_max: 900,
        withdrawal_max: 200,
        mix: Mix { message: 30, packet: 15, open: 30, transfer: 5, receive: 5, withdraw: 5, ..Mix::default() },
        ledger: Some(place.path(ledger)),
        quiet: true,
        ..Plan::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let report = runtime.block_on(laisee_storm::run(plan)).unwrap();
    assert!(report.is_clean(), "seed {seed}: {:?} {:?}", report.violations, report.verification.violations);
}

/// Asserts that everything in a ledger is there, on the server that runs.
pub fn still_there(place: &Place, ledger: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let addresses = [place.address.clone()];
    let verification = runtime.block_on(laisee_storm::verify(&addresses, &place.path(ledger))).unwrap();
    assert_eq!(verification.violation_count, 0, "{:?}", verification.violations);
}

/// Makes what was written until now a day of the past, in a store that nobody has open: only its file's name says which
/// day a fact is in. After a SIGKILL a part is in the WAL still, and goes along.
pub fn let_it_be(data: &Path, day: &str) {
    for shard in 0..SHARDS {
        let log = data.join(format!("shard-{shard}/log"));
        for entry in fs::read_dir(&log).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let Some((_, suffix)) = name.split_once('.').filter(|(written, _)| !written.starts_with("2001")) else {
                continue;
            };
            fs::rename(log.join(&name), log.join(format!("{day}.{suffix}"))).unwrap();
        }
    }
}
