//! Days go to the archive beside a server and without one, through kills, and everything stays readable.

#![allow(clippy::unwrap_used)]

#[path = "place/days.rs"]
mod days;
#[path = "place/mod.rs"]
mod place;

use std::{
    fs,
    process::Stdio,
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use laisee_client::device::Jitter;
use serde_json::Value;

use days::{SHARDS, let_it_be, play, still_there};
use place::{Place, Server};

const DAYS: [&str; 3] = ["2001-01-01", "2001-01-02", "2001-01-05"];

fn seed() -> u64 {
    let clock = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let seed = std::env::var("LAISEE_ARCHIVE_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or(clock.as_micros() as u64);
    eprintln!("LAISEE_ARCHIVE_SEED={seed}");
    seed
}

/// Three days of the past, and today.
fn four_days(place: &Place, seed: u64) {
    for (n, day) in DAYS.into_iter().enumerate() {
        let server = start(place, "");
        play(place, &format!("ledger-{n}"), seed + n as u64, 700);
        server.kill();
        let_it_be(&place.path("data"), day);
    }
    let server = start(place, "");
    play(place, "ledger-3", seed + 3, 700);
    server.kill();
}

fn start(place: &Place, settings: &str) -> Server {
    let server = place.spawn(settings);
    server.wait_until_it_listens(place);
    server
}

/// What a command of the binary says; it must succeed.
fn said(place: &Place, command: &str, arguments: &[&str]) -> String {
    let output = place.laisee(command).args(arguments).output().unwrap();
    let (words, complaint) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command} {arguments:?}: {words} {complaint}");
    words
}

fn check(place: &Place) -> Value {
    serde_json::from_str(&said(place, "check", &["--json"])).unwrap()
}

/// Files of the past days in all shards' `folder`.
fn past(place: &Place, folder: &str, extension: &str) -> usize {
    let of_shard = |shard| {
        let entries = fs::read_dir(place.path(&format!("data/shard-{shard}/{folder}"))).ok();
        let names = entries.into_iter().flatten().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.starts_with("2001") && name.ends_with(extension)).count()
    };
    (0..SHARDS).map(of_shard).sum()
}

#[test]
fn killed_again_and_again_archiving_goes_on_and_loses_nothing() {
    let seed = seed();
    let mut dice = Jitter::new(seed);
    let place = Place::new(&mut dice);
    four_days(&place, seed);
    let log = said(&place, "log", &[]);
    let dry = said(&place, "archive", &["--dry-run"]);
    assert_eq!(dry.lines().filter(|line| line.ends_with("would be sealed")).count(), DAYS.len() * SHARDS, "{dry}");
    assert_eq!(past(&place, "archive", ".day"), 0);

    let (mut kills, mut whole) = (0, Duration::from_millis(60));
    while past(&place, "log", ".db") > 0 {
        let begun = Instant::now();
        let mut archive = place.laisee("archive").stdout(Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_micros(dice.below(whole.as_micros() as u64)));
        if archive.try_wait().unwrap().is_some() {
            // It was faster than we: aim earlier.
            whole = begun.elapsed().min(whole);
            continue;
        }
        archive.kill().unwrap();
        archive.wait().unwrap();
        kills += 1;
        if kills % 5 == 0 {
            assert_eq!(said(&place, "log", &[]), log, "seed {seed}, after {kills} kills");
        }
        if kills > 300 {
            said(&place, "archive", &[]);
        }
    }
    eprintln!("{kills} kills");
    assert!(kills > 0, "seed {seed}: it was never killed");
    said(&place, "archive", &[]);
    assert_eq!(past(&place, "archive", ".day"), DAYS.len() * SHARDS);
    assert_eq!(past(&place, "archive", ".new"), 0);
    assert_eq!(said(&place, "log", &[]), log, "seed {seed}");
    let report = check(&place);
    assert_eq!(report["sealed_days"], DAYS.len() * SHARDS, "seed {seed}: {report}");

    let server = start(&place, "");
    for n in 0..4 {
        still_there(&place, &format!("ledger-{n}"));
    }
    server.kill();
}

#[test]
fn a_running_server_archives_by_itself_and_serves_on() {
    let seed = seed();
    let place = Place::new(&mut Jitter::new(seed));
    four_days(&place, seed);
    let server = start(&place, "archive.every_s=1");
    play(&place, "ledger-4", seed + 4, 2_500);
    for n in 0..5 {
        still_there(&place, &format!("ledger-{n}"));
    }
    let until = Instant::now() + Duration::from_secs(30);
    while past(&place, "log", ".db") > 0 && Instant::now() < until {
        thread::sleep(Duration::from_millis(100));
    }
    server.kill();
    assert_eq!(past(&place, "archive", ".day"), DAYS.len() * SHARDS, "{}", place.server_log());
    // Without views, all of them are made anew from the archive.
    for shard in 0..SHARDS {
        for suffix in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(place.path(&format!("data/shard-{shard}/views.db{suffix}")));
        }
    }
    let server = start(&place, "archive.scheduled=false");
    for n in 0..5 {
        still_there(&place, &format!("ledger-{n}"));
    }
    server.kill();
    let report = check(&place);
    assert_eq!(report["sealed_days"], DAYS.len() * SHARDS, "seed {seed}: {report}");
}

#[test]
fn check_names_damage_in_the_archive() {
    let seed = seed();
    let place = Place::new(&mut Jitter::new(seed));
    let server = start(&place, "");
    play(&place, "ledger-0", seed, 500);
    server.kill();
    let_it_be(&place.path("data"), DAYS[0]);
    let server = start(&place, "");
    play(&place, "ledger-1", seed + 1, 500);
    server.kill();
    said(&place, "archive", &[]);
    let day = place.path("data/shard-2/archive/2001-01-01.day");
    let whole = fs::read(&day).unwrap();
    for at in [0, 30, whole.len() / 2, whole.len() - 1] {
        let mut flipped = whole.clone();
        flipped[at] ^= 4;
        fs::write(&day, flipped).unwrap();
        let output = place.laisee("check").output().unwrap();
        let words = String::from_utf8(output.stdout).unwrap();
        assert!(!output.status.success(), "byte {at}: {words}");
        assert!(words.contains("shard 2, sealed day 2001-01-01"), "byte {at}: {words}");
    }
    fs::write(&day, whole).unwrap();
    assert_eq!(check(&place)["sealed_days"], SHARDS);
}
