//! Backups of a server under load, and stores made from them.

#![allow(clippy::unwrap_used)]

#[path = "place/days.rs"]
mod days;
#[path = "place/mod.rs"]
mod place;

use std::{
    fs,
    process::{Command, Output},
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use laisee_client::device::Jitter;
use serde_json::Value;

use days::{SHARDS, let_it_be, play, still_there};
use place::{Place, Server};

const SETTINGS: &str = "archive.scheduled=false";

fn now_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64
}

fn seed() -> u64 {
    let seed = std::env::var("LAISEE_BACKUP_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| now_ms() * 1_000);
    eprintln!("LAISEE_BACKUP_SEED={seed}");
    seed
}

fn start(place: &Place) -> Server {
    let server = place.spawn(SETTINGS);
    server.wait_until_it_listens(place);
    server
}

fn output(place: &Place, arguments: &[&str]) -> Output {
    let mut laisee = Command::new(env!("CARGO_BIN_EXE_laisee"));
    laisee.current_dir(place.path("")).args(arguments).output().unwrap()
}

fn said(place: &Place, arguments: &[&str]) -> String {
    let output = output(place, arguments);
    let (words, complaint) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{arguments:?}: {words} {complaint}");
    words
}

/// The facts of a store, as JSON.
fn log(place: &Place, data: &str) -> Vec<Value> {
    let lines = said(place, &["log", "--data", data]);
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Whether each shard's facts are the first ones of the other's.
fn is_part(part: &[Value], whole: &[Value]) -> bool {
    let of = |facts: &[Value], shard: usize| -> Vec<Value> {
        facts.iter().filter(|fact| fact["shard"] == shard).cloned().collect()
    };
    (0..SHARDS).all(|shard| of(whole, shard).starts_with(&of(part, shard)))
}

fn rfc3339(ms: u64) -> String {
    humantime::format_rfc3339_millis(UNIX_EPOCH + Duration::from_millis(ms)).to_string()
}

#[test]
fn what_was_acknowledged_before_a_backup_began_is_in_it() {
    let seed = seed();
    let place = Place::new(&mut Jitter::new(seed));
    let server = start(&place);
    play(&place, "ledger-0", seed, 800);
    // Under load, one after another into the same folder.
    thread::scope(|scope| {
        let place = &place;
        let storm = scope.spawn(move || play(place, "ledger-1", seed + 1, 4_000));
        let first = said(place, &["backup", "backup", "--data", "data"]);
        assert!(first.contains("copied 0 sealed days"), "{first}");
        while !storm.is_finished() {
            said(place, &["backup", "backup", "--data", "data"]);
        }
        storm.join().unwrap();
    });
    // The last one began after everything was answered.
    said(&place, &["backup", "backup", "--data", "data"]);
    play(&place, "ledger-2", seed + 2, 300);
    server.kill();

    fs::rename(place.path("data"), place.path("lost")).unwrap();
    let words = said(&place, &["restore", "backup", "data"]);
    assert!(words.contains("clean"), "{words}");
    let checked = said(&place, &["check", "--data", "data"]);
    assert!(checked.ends_with("clean\n") && !checked.contains("NOT"), "{checked}");
    let (lost, back) = (log(&place, "lost"), log(&place, "data"));
    assert!(back.len() < lost.len() && is_part(&back, &lost), "seed {seed}");
    let server = start(&place);
    still_there(&place, "ledger-0");
    still_there(&place, "ledger-1");
    play(&place, "ledger-3", seed + 3, 500);
    server.kill();

    // Twice to the same place would bury what is there.
    let refused = output(&place, &["restore", "backup", "data"]);
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("not empty"));
}

#[test]
fn a_store_comes_back_as_it_stood_at_any_moment() {
    let seed = seed();
    let mut dice = Jitter::new(seed);
    let place = Place::new(&mut dice);
    let server = start(&place);
    play(&place, "ledger-0", seed, 500);
    let between = now_ms();
    thread::sleep(Duration::from_millis(50));
    play(&place, "ledger-1", seed + 1, 1_500);
    let end = now_ms();
    server.kill();
    said(&place, &["backup", "backup", "--data", "data"]);
    let whole = log(&place, "data");

    for n in 0..6 {
        let until = if n == 0 { between } else { between + dice.below(end - between) };
        let target = format!("at-{n}");
        let words = said(&place, &["restore", "backup", &target, "--until", &rfc3339(until)]);
        assert!(words.contains("clean") && !words.contains("NOT"), "seed {seed}, until {until}: {words}");
        let then: Vec<&Value> = whole.iter().filter(|fact| fact["at_ms"].as_u64().unwrap() <= until).collect();
        assert!(log(&place, &target).iter().eq(then), "seed {seed}, until {until}");
    }
    fs::rename(place.path("data"), place.path("lost")).unwrap();
    fs::rename(place.path("at-0"), place.path("data")).unwrap();
    let server = start(&place);
    still_there(&place, "ledger-0");
    server.kill();
}

#[test]
fn sealed_days_are_copied_once_and_come_back_sealed() {
    let seed = seed();
    let place = Place::new(&mut Jitter::new(seed));
    for (n, day) in ["2001-01-01", "2001-01-02"].into_iter().enumerate() {
        let server = start(&place);
        play(&place, &format!("ledger-{n}"), seed + n as u64, 400);
        server.kill();
        let_it_be(&place.path("data"), day);
    }
    let backup = || said(&place, &["backup", "backup", "--data", "data"]);
    // The first day is not sealed yet when it is copied first.
    assert!(backup().contains("copied 0 sealed days"));
    let server = start(&place);
    play(&place, "ledger-2", seed + 2, 400);
    server.kill();
    said(&place, &["archive", "--data", "data"]);
    assert!(backup().contains(&format!("copied {} sealed days", 2 * SHARDS)));
    let third = backup();
    assert!(third.contains("copied 0 sealed days and 0 files, 0 bytes"), "{third}");

    let words = said(&place, &["restore", "backup", "again"]);
    assert!(words.contains(&format!("{} sealed days", 2 * SHARDS)), "{words}");
    assert_eq!(log(&place, "again"), log(&place, "data"));
    for shard in 0..SHARDS {
        let seal = |data: &str| fs::read(place.path(&format!("{data}/shard-{shard}/archive/2001-01-02.seal"))).unwrap();
        assert_eq!(seal("again"), seal("data"));
    }

    // Damage in the backup is found before anything takes the place of the data.
    let day = place.path("backup/shard-1/archive/2001-01-01.day");
    let mut bytes = fs::read(&day).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(day, bytes).unwrap();
    let refused = output(&place, &["restore", "backup", "third"]);
    let complaint = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && complaint.contains("shard 1, sealed day 2001-01-01"), "{complaint}");
    assert!(!place.path("third").exists());
}

#[test]
fn a_backup_goes_into_no_other_stores_backup() {
    let seed = seed();
    let place = Place::new(&mut Jitter::new(seed));
    for data in ["data", "other"] {
        let server = start(&place);
        play(&place, &format!("ledger-{data}"), seed, 200);
        server.kill();
        if data == "data" {
            said(&place, &["backup", "backup", "--data", "data"]);
            fs::rename(place.path("data"), place.path("first")).unwrap();
        }
    }
    let refused = output(&place, &["backup", "backup", "--data", "data"]);
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("another history"));
    // Nor is there anything to restore where no backup was finished.
    assert!(!output(&place, &["restore", "first", "new"]).status.success());
}
