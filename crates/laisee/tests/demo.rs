//! The demo's world, as its visitors find it.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

/// Long enough for a debug build on a machine that has other work.
const PATIENCE: Duration = Duration::from_secs(120);

struct Demo(Child);

impl Drop for Demo {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(data: &Path) -> Demo {
    let mut command = Command::new(env!("CARGO_BIN_EXE_laisee"));
    command.args(["demo", "--addr", "127.0.0.1:0", "--data"]).arg(data).stdout(Stdio::piped());
    Demo(command.env("LAISEE_SET", "gateway.password_cost=test").spawn().expect("the binary was built"))
}

/// Waits until it says how to sign in, which it does when its world is there.
fn whole(demo: &mut Demo) {
    let out = BufReader::new(demo.0.stdout.take().expect("it is piped"));
    let (say, said) = mpsc::channel();
    thread::spawn(move || {
        for line in out.lines().map_while(Result::ok) {
            if line.contains("Sign in as") {
                // Nobody waits any more: the test has failed.
                let _ = say.send(());
            }
        }
    });
    said.recv_timeout(PATIENCE).expect("the demo says how to sign in");
}

/// Facts by kind, without those of visits and of couriers.
fn made(data: &Path) -> Vec<(String, usize)> {
    let mut counts = std::collections::BTreeMap::new();
    let log = Command::new(env!("CARGO_BIN_EXE_laisee")).args(["log", "--data"]).arg(data).output().expect("it runs");
    for line in String::from_utf8(log.stdout).expect("JSON lines").lines() {
        let fact: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let kind = fact["fact"].as_object().and_then(|fact| fact.keys().next().cloned()).expect("a fact has a kind");
        if !["SessionOpened", "SessionClosed", "Received"].contains(&kind.as_str()) {
            *counts.entry(kind).or_insert(0) += 1;
        }
    }
    counts.into_iter().collect()
}

#[test]
fn a_world_whose_making_was_cut_off_is_made_further() {
    let expected = tempfile::tempdir().expect("a folder");
    whole(&mut start(expected.path()));
    let expected = made(expected.path());
    assert!(expected.iter().any(|(kind, _)| kind == "Claimed"), "{expected:?}");

    let cut = tempfile::tempdir().expect("a folder");
    for pause in [50, 150, 250, 400] {
        let demo = start(cut.path());
        thread::sleep(Duration::from_millis(pause));
        drop(demo);
    }
    for run in ["the one that ends it", "one more"] {
        whole(&mut start(cut.path()));
        assert_eq!(made(cut.path()), expected, "after {run}");
    }
}
