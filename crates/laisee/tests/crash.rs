//! The server is killed with SIGKILL again and again under a storm; everything it acknowledged must be there exactly
//! once afterwards, and the books must balance (rules M1, M2, P4, P5, W2, W8, F8).
//!
//! `LAISEE_CRASH_SEED` repeats the moments of a run, `LAISEE_CRASH_KILLS` kills more often.

#![allow(clippy::unwrap_used)]

#[path = "place/mod.rs"]
mod place;

use std::{
    env,
    path::Path,
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use laisee_client::device::Jitter;
use laisee_storm::{Mix, Plan, Report, StormError};
use tokio::sync::oneshot;

use place::Place;

/// Packets and transfers expire during the run, transfers arrive at once and later, the provider takes its time, and
/// some of what is sent needs the PIN. Tries that a kill cuts off count as wrong, so there are more of them than usual.
const SETTINGS: &str = "settings.packet_life_ms=15000 settings.transfer_short_ms=1500 settings.transfer_long_ms=6000 \
                        settings.transfer_accept_ms=4000 settings.pin_required_from=600 settings.pin_tries=20 \
                        payments.sandbox_settle_ms=300 payments.tick_ms=50";

fn plan(place: &Place, seed: u64) -> Plan {
    Plan {
        addresses: vec![place.address.clone()],
        seed,
        users: 16,
        group_size: 4,
        top_up: 3_000,
        duration_ms: 600_000,
        in_flight: 3,
        think_ms: 15,
        transfer_max: 900,
        withdrawal_max: 200,
        mix: Mix {
            message: 25,
            packet: 8,
            open: 25,
            read: 5,
            repeat: 8,
            transfer: 12,
            receive: 12,
            recall: 5,
            top_up: 1,
            withdraw: 6,
        },
        json_every: 4,
        ledger: Some(place.path("ledger.jsonl")),
        json: Some(place.path("report.json")),
        ..Plan::default()
    }
}

fn number(name: &str) -> Option<u64> {
    env::var(name).ok()?.parse().ok()
}

#[test]
fn killed_again_and_again_nothing_acknowledged_is_lost_or_doubled() {
    let clock = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let seed = number("LAISEE_CRASH_SEED").unwrap_or(clock.as_micros() as u64);
    let kills = number("LAISEE_CRASH_KILLS").unwrap_or(50);
    eprintln!("LAISEE_CRASH_SEED={seed} ({kills} kills)");
    let mut dice = Jitter::new(seed);
    let place = Place::new(&mut dice);
    let mut server = place.spawn(SETTINGS);
    server.wait_until_it_listens(&place);

    let (stop, stopped) = oneshot::channel::<()>();
    let plan = plan(&place, seed);
    let storm = thread::spawn(move || -> Result<Report, StormError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(laisee_storm::run_until(plan, async {
            let _ = stopped.await;
        }))
    });
    for kill in 0..kills {
        assert!(!storm.is_finished(), "the storm ended after {kill} kills: {:?}", storm.join());
        if dice.below(5) == 0 {
            // Killed while it starts, perhaps in the middle of recovery.
            thread::sleep(Duration::from_millis(dice.below(150)));
        } else {
            if kill > 0 {
                server.wait_until_it_listens(&place);
            }
            thread::sleep(Duration::from_millis(100 + dice.below(1_400)));
        }
        server.kill();
        thread::sleep(Duration::from_millis(dice.below(50)));
        server = place.spawn(SETTINGS);
    }
    server.wait_until_it_listens(&place);
    thread::sleep(Duration::from_secs(1));
    stop.send(()).unwrap();
    let report = storm.join().unwrap().unwrap_or_else(|error| panic!("{error}\n{}", place.server_log()));
    let what = (&report.violations, &report.verification.violations, report.unresolved);
    assert!(report.is_clean(), "seed {seed}: {what:?}\n{}", place.server_log());
    assert!(report.reconnects > kills, "the storm noticed {} of {kills} kills", report.reconnects);
    let count = |kind: &str| report.operations.get(kind).map_or(0, |operation| operation.count);
    for kind in ["message", "packet", "open", "top_up", "transfer", "accept", "withdraw", "order"] {
        assert!(count(kind) > kills / 2, "{kind}: {:?}", report.operations);
    }
    for kind in ["return", "give_back", "recall"] {
        assert!(count(kind) > 0, "{kind}: {:?}", report.operations);
    }

    server.kill();
    check(&place, seed);
    reconcile(&place, seed);
    still_there(&place, seed);
}

/// `laisee check` finds no difference between log and views and no law of money broken.
fn check(place: &Place, seed: u64) {
    let checked = place.laisee("check").arg("--json").output().unwrap();
    let words = String::from_utf8_lossy(&checked.stdout);
    let complaint = String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success(), "seed {seed}: check says {words} {complaint}");
    serde_json::from_str::<serde_json::Value>(&words).expect("check --json prints JSON");
}

/// `laisee reconcile` finds that claims were credited, packets add up, and views say what the log says.
fn reconcile(place: &Place, seed: u64) {
    let ran = place.laisee("reconcile").arg("--json").output().unwrap();
    let words = String::from_utf8_lossy(&ran.stdout);
    let complaint = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "seed {seed}: reconcile says {words} {complaint}");
    let report: serde_json::Value = serde_json::from_str(&words).expect("reconcile --json prints JSON");
    assert!(report["movements"]["credited"][0].as_u64() > Some(30), "seed {seed}: {words}");
    eprintln!("reconciled: {} facts, {} rows, {}", report["facts"], report["rows"], report["movements"]);
}

/// The ledger is all that a later storm knows; it must verify against a server started afresh.
fn still_there(place: &Place, seed: u64) {
    let server = place.spawn(SETTINGS);
    server.wait_until_it_listens(place);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ledger: &Path = &place.path("ledger.jsonl");
    let addresses = [place.address.clone()];
    let verification = runtime.block_on(laisee_storm::verify(&addresses, ledger)).unwrap();
    assert_eq!(verification.violation_count, 0, "seed {seed}: {:?}", verification.violations);
    eprintln!("compared: {verification:?}");
    server.kill();
}
