//! Days that were missed while no server ran, and days that lie in the archive, are reconciled as any other.

#![allow(clippy::unwrap_used)]

#[path = "place/mod.rs"]
mod place;

use std::{
    fs, thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use laisee_client::device::Jitter;
use laisee_core::{
    ids::{Millis, Position, ShardId},
    reconciliation::Day,
};
use laisee_store::{Batch, Log, Store, sqlite::SqliteStore};
use laisee_storm::{Mix, Plan};
use place::{Place, Server};
use rusqlite::Connection;
use serde_json::Value;

const WITHIN: Duration = Duration::from_secs(60);
const DAY_MS: i64 = 86_400_000;

fn now() -> Millis {
    Millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64)
}

fn start(place: &Place, settings: &str) -> Server {
    let server = place.spawn(&format!("archive.scheduled=false {settings}"));
    server.wait_until_it_listens(place);
    server
}

fn play(place: &Place, seed: u64) {
    let plan = Plan {
        addresses: vec![place.address.clone()],
        seed,
        users: 8,
        group_size: 4,
        top_up: 3_000,
        duration_ms: 1_500,
        in_flight: 2,
        think_ms: 10,
        mix: Mix { message: 20, packet: 30, open: 40, read: 5, repeat: 5, ..Mix::NOTHING },
        quiet: true,
        ..Plan::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let report = runtime.block_on(laisee_storm::run(plan)).unwrap();
    assert!(report.is_clean(), "seed {seed}: {:?}", report.violations);
}

/// Writes the logs anew as if the first half of all had happened on one day of the past and the rest on another.
fn let_it_be(place: &Place, first: Day, second: Day) {
    let (data, aged) = (place.path("data"), place.path("aged"));
    let mut logs = vec![];
    {
        let store = SqliteStore::open_read_only(&data).unwrap();
        for number in 0..store.shards() {
            logs.push(store.log_reader(ShardId(number)).unwrap().read(Position(0), usize::MAX).unwrap());
        }
        let times = || logs.iter().flatten().map(|batch| batch.at);
        let middle = Millis(i64::midpoint(times().min().unwrap().0, times().max().unwrap().0));
        let today = Day::of(middle).begin();
        let made = SqliteStore::open_or_create(&aged, store.shards()).unwrap();
        for (number, batches) in logs.iter().enumerate() {
            let shard = ShardId(number as u16);
            let mut log = made.log(shard, made.claim(shard).unwrap()).unwrap();
            for batch in batches {
                let day = if batch.at < middle { first } else { second };
                let at = day.begin().plus((batch.at.0 - today.0).rem_euclid(DAY_MS));
                log.append(&[Batch::encode(batch.first, at, &batch.facts().unwrap())]).unwrap();
            }
        }
    }
    fs::remove_dir_all(&data).unwrap();
    fs::rename(aged, data).unwrap();
}

/// The status it ended with, and its report.
fn reconcile(place: &Place, day: Day) -> (Option<i32>, Value) {
    let ran = place.laisee("reconcile").args(["--json", "--day", &day.to_string()]).output().unwrap();
    let words = String::from_utf8_lossy(&ran.stdout);
    let report = serde_json::from_str(&words);
    (ran.status.code(), report.unwrap_or_else(|_| panic!("{words}{}", String::from_utf8_lossy(&ran.stderr))))
}

/// Lines of shard 0's log that contain all this.
fn logged(place: &Place, wanted: &[&str]) -> usize {
    let log = place.laisee("log").args(["--shard", "0"]).output().unwrap();
    let words = String::from_utf8_lossy(&log.stdout).into_owned();
    words.lines().filter(|line| wanted.iter().all(|part| line.contains(part))).count()
}

fn until(place: &Place, what: &str, mut done: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < WITHIN, "{what}\n{}", place.server_log());
        thread::sleep(Duration::from_millis(300));
    }
}

#[test]
fn a_difference_in_an_archived_day_that_was_missed_is_found_at_the_next_start() {
    let seed = now().0 as u64;
    eprintln!("seed {seed}");
    let place = Place::new(&mut Jitter::new(seed));
    let still = "reconciliation.continuous=false reconciliation.nightly=false";
    let server = start(&place, still);
    play(&place, seed);
    server.kill();
    let today = Day::of(now()).0;
    let (first, second) = (Day(today - 5), Day(today - 3));
    let_it_be(&place, first, second);
    let archived = place.laisee("archive").output().unwrap();
    assert!(archived.status.success(), "{}", String::from_utf8_lossy(&archived.stderr));
    assert!(place.path(&format!("data/shard-0/archive/{first}.day")).exists(), "the first day is in the archive");

    // Its views are made, and one row of them is changed.
    let server = start(&place, still);
    let line = "SELECT user, number FROM movement WHERE at_ms < ?1 ORDER BY user, number LIMIT 1";
    let spoil = format!("UPDATE movement SET balance = balance + 1 WHERE (user, number) = ({line})");
    let rows = |day| reconcile(&place, day).1["rows"].as_u64().unwrap();
    until(&place, "the views are made", || rows(first) > 0 && rows(second) > 0);
    server.kill();
    let views = |shard| Connection::open(place.path(&format!("data/shard-{shard}/views.db"))).unwrap();
    let shard = (0..4).find(|shard| views(*shard).query_row(line, [first.end().0], |_| Ok(())).is_ok()).unwrap();
    assert_eq!(views(shard).execute(&spoil, [first.end().0]).unwrap(), 1);
    let (status, report) = reconcile(&place, first);
    let kinds: Vec<&Value> = report["differences"].as_array().unwrap().iter().map(|found| &found["kind"]).collect();
    assert_eq!((status, kinds), (Some(1), vec![&Value::from("view-movement")]), "{report}");
    assert!(report["facts"].as_u64().unwrap() > 0 && report["movements"]["claimed"].is_array(), "{report}");
    assert_eq!(reconcile(&place, second).0, Some(0), "the other day has nothing to do with it");

    // A server that starts now has both days to make good.
    let server = start(&place, "reconciliation.round_s=3600");
    let ran = |day: Day| logged(&place, &["ReconciliationRan", &format!("\"day\":{}", day.0)]);
    until(&place, "both days ran", || ran(first) == 1 && ran(second) == 1);
    until(&place, "repaired", || {
        logged(&place, &["DifferenceFound", "view-movement"]) > 0 && logged(&place, &["DifferenceSettled"]) > 0
    });
    let done = || fs::read_to_string(place.path("data/reconciliation/days-done")).unwrap_or_default();
    until(&place, "all days are done", || done().trim() == Day(Day::of(now()).0 - 1).to_string());
    server.kill();
    until(&place, "in order", || reconcile(&place, first).0 == Some(0));
    let server = start(&place, "");
    thread::sleep(Duration::from_secs(3));
    assert_eq!((ran(first), ran(second)), (1, 1), "once is enough");
    server.kill();
}
