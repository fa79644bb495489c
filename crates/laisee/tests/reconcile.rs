//! Differences made below the ledger, in a real server's files: each is found by name, and repaired or raised.

#![allow(clippy::unwrap_used)]

use std::{
    fs::{self, File},
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use laisee_core::{
    cut::Meta,
    fact::Fact,
    fen::Fen,
    ids::{Millis, Position, ShardId, TransferId, UserId},
};
use laisee_store::{Batch, Log, ReadLog, Store, sqlite::SqliteStore};
use laisee_storm::{Mix, Plan};
use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;

const WITHIN: Duration = Duration::from_secs(60);

struct Place {
    folder: TempDir,
    address: String,
}

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Server {
    /// Lets it end by itself: views saved, standing kept.
    fn stop(mut self) {
        let id = i32::try_from(self.0.id()).unwrap();
        rustix::process::kill_process(rustix::process::Pid::from_raw(id).unwrap(), rustix::process::Signal::TERM)
            .unwrap();
        self.0.wait().unwrap();
    }
}

impl Place {
    fn new() -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        Self { folder: TempDir::new().unwrap(), address: free.local_addr().unwrap().to_string() }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn laisee(&self, command: &str) -> Command {
        let mut laisee = Command::new(env!("CARGO_BIN_EXE_laisee"));
        laisee.arg(command).arg("--data").arg(self.data());
        laisee
    }

    /// `continuous`: whether it reconciles by itself.
    fn serve(&self, continuous: bool) -> Server {
        let words = File::options().create(true).append(true).open(self.folder.path().join("server.log")).unwrap();
        let set = format!(
            "shards=2 gateway.password_cost=test gateway.sign_ins_per_min=0 gateway.requests_per_s=0 \
             settings.packet_life_ms=20000 settings.transfer_short_ms=5000 reconciliation.continuous={continuous} reconciliation.overdue_ms=15000 \
             reconciliation.round_s=1"
        );
        let mut child = self
            .laisee("serve")
            .args(["--addr", &self.address])
            .env("LAISEE_SET", set)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(words)
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("listening on "), "{line}{}", self.server_log());
        Server(child)
    }

    fn server_log(&self) -> String {
        fs::read_to_string(self.folder.path().join("server.log")).unwrap_or_default()
    }

    /// Many people send each other packets for a while; false: they have not ended within `patience`.
    fn storm(&self, seed: u64, seconds: u64, patience: Duration) -> bool {
        let plan = Plan {
            addresses: vec![self.address.clone()],
            seed,
            users: 8,
            group_size: 4,
            top_up: 3_000,
            duration_ms: seconds * 1_000,
            in_flight: 2,
            think_ms: 5,
            mix: Mix { message: 10, packet: 30, open: 50, read: 5, repeat: 5, ..Mix::NOTHING },
            ..Plan::default()
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let storm = laisee_storm::run_until(plan, std::future::pending());
            // A storm that waits for money which was passed over would wait for long.
            match tokio::time::timeout(patience, storm).await {
                Ok(report) => {
                    let report = report.unwrap();
                    assert!(report.is_clean(), "seed {seed}: {:?}", report.violations);
                    true
                }
                Err(_) => false,
            }
        })
    }

    /// What `laisee reconcile` says, and whether it was content.
    fn reconcile(&self) -> (bool, Value) {
        let ran = self.laisee("reconcile").arg("--json").output().unwrap();
        let words = String::from_utf8_lossy(&ran.stdout);
        let report =
            serde_json::from_str(&words).unwrap_or_else(|_| panic!("{words}{}", String::from_utf8_lossy(&ran.stderr)));
        (ran.status.success(), report)
    }

    fn kinds(&self) -> Vec<String> {
        let (content, report) = self.reconcile();
        let kinds: Vec<String> = report["differences"]
            .as_array()
            .unwrap()
            .iter()
            .map(|difference| difference["kind"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(content, kinds.is_empty(), "{report}");
        kinds
    }

    /// Waits until nothing differs any more.
    fn until_clean(&self, why: &str) {
        let begun = Instant::now();
        loop {
            let kinds = self.kinds();
            if kinds.is_empty() {
                return;
            }
            assert!(begun.elapsed() < WITHIN, "{why}: {kinds:?}\n{}", self.server_log());
            thread::sleep(Duration::from_millis(500));
        }
    }

    fn views(&self, shard: u16) -> Connection {
        Connection::open(self.data().join(format!("shard-{shard}/views.db"))).unwrap()
    }

    /// What was taken down of differences, from the log of shard 0: kinds found, and states they came to.
    fn taken_down(&self) -> (Vec<String>, Vec<String>) {
        let store = SqliteStore::open_read_only(&self.data()).unwrap();
        let mut log = store.log_reader(ShardId(0)).unwrap();
        let (mut found, mut states) = (vec![], vec![]);
        let mut after = Position(0);
        loop {
            let batches = log.read(after, 1 << 20).unwrap();
            let Some(last) = batches.last() else { return (found, states) };
            after = last.last();
            for fact in batches.iter().flat_map(|batch| batch.facts().unwrap()) {
                match fact {
                    Fact::DifferenceFound { difference, state, .. } => {
                        found.push(difference.kind.word().to_owned());
                        states.push(state.word().to_owned());
                    }
                    Fact::DifferenceSettled { state, .. } => states.push(state.word().to_owned()),
                    _ => {}
                }
            }
        }
    }

    /// The body of an answer.
    fn http(&self, method: &str, path: &str, token: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n\
             Authorization: Bearer {token}\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{method} {path} {body}: {answer}");
        answer.split_once("\r\n\r\n").unwrap().1.to_owned()
    }

    fn post(&self, path: &str, token: &str, body: &Value) -> Value {
        serde_json::from_str(&self.http("POST", path, token, &body.to_string())).unwrap()
    }

    fn get(&self, path: &str, token: &str) -> Value {
        serde_json::from_str(&self.http("GET", path, token, "")).unwrap()
    }

    /// A new user's id and token.
    fn sign_up(&self, name: &str) -> (String, String) {
        let body = json!({ "name": name, "displayName": name, "password": "a long password", "device": "test" });
        let signed = self.post("/v1/sign-up", "", &body);
        (signed["user"]["id"].as_str().unwrap().to_owned(), signed["token"].as_str().unwrap().to_owned())
    }

    fn metrics(&self) -> String {
        self.http("GET", "/metrics", "", "")
    }
}

/// Waits for something that reconciliation does by itself.
fn until(place: &Place, what: &str, mut done: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < WITHIN, "{what}: {:?}\n{}", place.taken_down(), place.server_log());
        thread::sleep(Duration::from_millis(200));
    }
}

/// A world that is at rest: everything is credited, nothing differs.
fn world() -> Place {
    let place = Place::new();
    let server = place.serve(true);
    assert!(place.storm(7, 3, WITHIN));
    place.until_clean("a storm that broke nothing");
    let page = place.metrics();
    assert!(page.contains("laisee_reconciliation_behind_seconds{shard=\"0\"} "), "{page}");
    assert_eq!(place.taken_down().0, Vec::<String>::new(), "nothing was found in a clean run");
    server.stop();
    place
}

#[test]
fn spoilt_views_are_found_and_rebuilt_while_the_server_runs() {
    let place = world();
    let spoil = [
        ("view-wallet", "UPDATE wallet SET balance = balance + 1 WHERE user = (SELECT min(user) FROM wallet)"),
        ("view-movement", "UPDATE movement SET balance = balance + 1 WHERE number = 1"),
        (
            "view-order",
            "UPDATE payment_order SET state = 'failed' WHERE order_id = (SELECT min(order_id) FROM payment_order)",
        ),
        ("view-claim", "DELETE FROM claim WHERE share = 0 AND packet = (SELECT min(packet) FROM claim)"),
        (
            "view-packet",
            "UPDATE packet SET status = 'open' WHERE packet = (SELECT max(packet) FROM packet WHERE status = 'finished')",
        ),
    ];
    for (kind, sql) in spoil {
        let changed: usize = (0..2).map(|shard| place.views(shard).execute(sql, []).unwrap()).sum();
        assert!(changed > 0, "{kind}");
        let kinds = place.kinds();
        assert!(kinds.contains(&kind.to_owned()), "{kind}: {kinds:?}");
    }
    let server = place.serve(true);
    place.until_clean("rebuilt");
    until(&place, "repaired", || {
        let (found, states) = place.taken_down();
        let kinds = spoil.iter().all(|(kind, _)| found.contains(&(*kind).to_owned()));
        kinds && states.iter().filter(|state| *state == "repaired").count() >= found.len()
    });
    assert!(!place.taken_down().1.contains(&"raised".to_owned()), "{:?}", place.taken_down());
    // The server that went on is right about everything it shows.
    assert!(place.storm(8, 1, WITHIN));
    place.until_clean("after going on");
    server.stop();
    let check = place.laisee("check").output().unwrap();
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
}

/// A shard that believes it has read further passes over what it is owed; that is credited from the log.
#[test]
fn a_couriers_position_that_ran_ahead_is_found_and_delivered_again() {
    let place = Place::new();
    let server = place.serve(true);
    let Friends { ann: (_, ann_token), bob: (_, bob_token), conversation } = Friends::of(&place);
    let packet = json!({
        "id": id(), "conversation": conversation, "kind": "PACKET_KIND_LUCKY", "amount": 888, "count": 1
    });
    let packet = place.post("/v1/packets", &ann_token, &packet)["packet"].as_str().unwrap().to_owned();
    let open = format!("/v1/packets/{packet}");
    until(&place, "posted", || place.get(&open, &ann_token)["status"] == json!("PACKET_STATUS_OPEN"));
    until(&place, "at rest", || place.kinds().is_empty());
    server.stop();
    for shard in 0..2 {
        let views = place.views(shard);
        // A shard in which nobody lives has nothing to say of itself.
        let Ok(bytes) = views.query_row("SELECT meta FROM meta", [], |row| row.get::<_, Vec<u8>>(0)) else { continue };
        let mut meta: Meta = postcard::from_bytes(&bytes).unwrap();
        for from in 0..2 {
            // Somewhere in what is to come.
            meta.received.entry(ShardId(from)).or_default().0 += 1_000;
        }
        views.execute("UPDATE meta SET meta = ?1", [postcard::to_stdvec(&meta).unwrap()]).unwrap();
    }
    assert!(place.kinds().contains(&"view-books".to_owned()));
    // Nobody reconciles yet, so that the credit is passed over.
    let server = place.serve(false);
    place.post(&format!("{open}/open"), &bob_token, &json!({}));
    thread::sleep(Duration::from_secs(1));
    assert_eq!(place.get("/v1/wallet", &bob_token)["balance"], json!("0"), "nothing has arrived");
    server.stop();
    let server = place.serve(true);
    until(&place, "delivered again", || place.get("/v1/wallet", &bob_token)["balance"] == json!("888"));
    until(&place, "taken down as repaired", || place.taken_down().1.contains(&"repaired".to_owned()));
    place.until_clean("all of it");
    server.stop();
    let check = place.laisee("check").output().unwrap();
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
}

/// Two friends, the first of whom has 888 fen: ids and tokens, and their conversation.
struct Friends {
    ann: (UserId, String),
    bob: (UserId, String),
    conversation: Value,
}

fn id() -> String {
    uuid::Uuid::now_v7().to_string()
}

impl Friends {
    fn of(place: &Place) -> Self {
        let (ann, ann_token) = place.sign_up("ann");
        let (bob, bob_token) = place.sign_up("bob");
        place.post(&format!("/v1/friends/{bob}/request"), &ann_token, &json!({}));
        let friends = place.post(&format!("/v1/friends/{ann}/answer"), &bob_token, &json!({ "accept": true }));
        place.post("/v1/wallet/top-up", &ann_token, &json!({ "id": id(), "amount": 888 }));
        let user = |id: String| UserId(id.parse().unwrap());
        let conversation = friends["conversation"].clone();
        Self { ann: (user(ann), ann_token), bob: (user(bob), bob_token), conversation }
    }

    /// Sends so much and waits until it has come to this.
    fn transfer(&self, place: &Place, amount: i64, arrival: &str, status: &str) -> TransferId {
        let body = json!({
            "id": id(), "conversation": self.conversation, "receiver": self.bob.0.to_string(), "amount": amount,
            "arrival": arrival
        });
        let sent = place.post("/v1/transfers", &self.ann.1, &body)["transfer"].as_str().unwrap().to_owned();
        let path = format!("/v1/transfers/{sent}");
        until(place, status, || place.get(&path, &self.ann.1)["status"] == json!(status));
        TransferId(sent.parse().unwrap())
    }
}

impl Place {
    /// Puts facts at the end of a shard's log, below everything. Gives the position of the last.
    fn append(&self, shard: ShardId, facts: &[Fact]) -> Position {
        let store = SqliteStore::open(&self.data()).unwrap();
        let mut log = store.log(shard, store.claim(shard).unwrap()).unwrap();
        let end = log.end().unwrap();
        let at = log.read(Position(end.0 - 1), 1).unwrap().last().unwrap().at;
        let batch = Batch::encode(Position(end.0 + 1), at, facts);
        log.append(std::slice::from_ref(&batch)).unwrap();
        batch.last()
    }
}

/// The log says that the receiver's shard has read an acceptance, and nothing came of it: the money is brought from the fact
/// that owes it.
#[test]
fn a_delivery_of_a_transfer_that_did_not_land_is_made_again() {
    let place = Place::new();
    let server = place.serve(true);
    let friends = Friends::of(&place);
    let transfer = friends.transfer(&place, 300, "ARRIVAL_AT_ONCE", "TRANSFER_STATUS_ARRIVED");
    until(&place, "at rest", || place.kinds().is_empty());
    server.stop();
    let (ann, bob) = (friends.ann.0, friends.bob.0);
    let accepted = Fact::TransferAccepted { transfer, sender: ann, receiver: bob, amount: Fen(300) };
    let through = place.append(ann.shard(), &[accepted]);
    place.append(bob.shard(), &[Fact::Received { from: ann.shard(), through }]);
    assert_eq!(place.kinds(), ["credit-missing"]);
    let server = place.serve(true);
    until(&place, "delivered again", || place.get("/v1/wallet", &friends.bob.1)["balance"] == json!("300"));
    until(&place, "taken down as repaired", || {
        place.taken_down() == (vec!["credit-missing".into()], vec!["open".into(), "repaired".into()])
    });
    place.until_clean("all of it");
    server.stop();
    let check = place.laisee("check").output().unwrap();
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
}

/// A timer that was lost, and a dispute that no operator would ever see.
#[test]
fn transfers_that_stand_still_are_found_and_moved_on() {
    let place = Place::new();
    let server = place.serve(true);
    let friends = Friends::of(&place);
    let frozen = friends.transfer(&place, 100, "ARRIVAL_AFTER_24_H", "TRANSFER_STATUS_PENDING");
    place.post(&format!("/v1/transfers/{frozen}/recall"), &friends.ann.1, &json!({ "reason": "the wrong person" }));
    let pending = friends.transfer(&place, 300, "ARRIVAL_AFTER_2_H", "TRANSFER_STATUS_PENDING");
    server.stop();
    assert_eq!(place.kinds(), Vec::<String>::new());
    let views = place.views(friends.ann.0.shard().0);
    assert!(views.execute("DELETE FROM timer", []).unwrap() > 0);
    assert_eq!(views.execute("DELETE FROM dispute", []).unwrap(), 1);
    drop(views);
    assert_eq!(place.kinds(), ["view-dispute"]);
    let server = place.serve(true);
    until(&place, "both repaired", || {
        let (found, states) = place.taken_down();
        let both = ["transfer-stuck", "view-dispute"].iter().all(|kind| found.iter().any(|other| other == kind));
        both && states.iter().filter(|state| *state == "repaired").count() == 2
    });
    assert!(!place.taken_down().1.contains(&"raised".to_owned()), "{:?}", place.taken_down());
    let stands = place.get(&format!("/v1/transfers/{pending}"), &friends.ann.1)["status"].clone();
    assert_eq!(stands, json!("TRANSFER_STATUS_ARRIVED"));
    let dispute = "SELECT count(*) FROM dispute WHERE ended = 0";
    let waits: i64 = place.views(friends.ann.0.shard().0).query_row(dispute, [], |row| row.get(0)).unwrap();
    assert_eq!(waits, 1, "an operator sees it again");
    place.until_clean("all of it");
    server.stop();
    let check = place.laisee("check").output().unwrap();
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
}

/// What nothing certain follows from is raised.
#[test]
fn a_doubled_credit_is_found_and_raised() {
    let place = world();
    {
        let store = SqliteStore::open(&place.data()).unwrap();
        let shard = ShardId(1);
        let mut log = store.log(shard, store.claim(shard).unwrap()).unwrap();
        let (mut last, mut lines, mut at) = (None, std::collections::BTreeMap::new(), Millis(0));
        let mut after = Position(0);
        loop {
            let batches = log.read(after, 1 << 20).unwrap();
            let Some(end) = batches.last() else { break };
            after = end.last();
            for batch in batches {
                at = batch.at;
                for fact in batch.facts().unwrap() {
                    if let Some(line) = laisee_reconcile::reading::read(&fact).line {
                        lines.insert(line.user, (line.balance, line.number));
                    }
                    if matches!(fact, Fact::Credited { .. }) {
                        last = Some(fact);
                    }
                }
            }
        }
        let Some(Fact::Credited { user, packet, sender, amount, .. }) = last else { panic!("nobody got anything") };
        let (stood, number) = lines[&user];
        let again = Fact::Credited { user, packet, sender, amount, balance: stood.plus(amount), line: number + 1 };
        log.append(&[Batch::encode(Position(after.0 + 1), at, &[again])]).unwrap();
    }
    assert_eq!(place.kinds(), ["credit-twice"]);
    let server = place.serve(true);
    until(&place, "raised", || place.taken_down() == (vec!["credit-twice".into()], vec!["raised".into()]));
    server.stop();
    let again = place.serve(true);
    thread::sleep(Duration::from_secs(3));
    assert_eq!(place.taken_down().0.len(), 1, "it is told once, over restarts too");
    again.stop();
}
