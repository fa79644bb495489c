//! Top-ups and withdrawals through a provider that misbehaves, and a server that is killed at each step (rules W2, W8).
//!
//! The provider is a program of its own (`tests/misbehaving`). Whatever it does and whenever the server dies, each order has
//! one end, money moved once on both sides, and `laisee check` is clean.

#![allow(clippy::unwrap_used)]

#[path = "place/mod.rs"]
mod place;

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use laisee_client::device::Jitter;
use place::{Place, Server};
use serde_json::{Value, json};

const SECRET: &str = "a-secret-of-the-two-of-us";
const PIN: &str = "135790";
const PASSWORD: &str = "correct horse";
const WITHIN: Duration = Duration::from_secs(60);

/// Where a certificate for the provider's address lies, and its key.
struct Tls {
    certificate: PathBuf,
    key: PathBuf,
}

impl Tls {
    fn new(place: &Place) -> Self {
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".into()]).unwrap();
        let tls = Self { certificate: place.path("provider.pem"), key: place.path("provider.key") };
        fs::write(&tls.certificate, made.cert.pem()).unwrap();
        fs::write(&tls.key, made.signing_key.serialize_pem()).unwrap();
        tls
    }
}

/// The provider, and what it prints.
struct Provider {
    child: Child,
    address: String,
    lines: Receiver<String>,
}

impl Provider {
    fn start(server: &str, tls: Option<&Tls>) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_laisee-test-provider"))
            .args([SECRET, server])
            .args(tls.into_iter().flat_map(|tls| [&tls.certificate, &tls.key]))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (tell, lines) = channel();
        let out = BufReader::new(child.stdout.take().unwrap()).lines();
        thread::spawn(move || out.map_while(Result::ok).for_each(|line| drop(tell.send(line))));
        let first = lines.recv_timeout(WITHIN).unwrap();
        let address = first.strip_prefix("listening on ").unwrap().to_owned();
        Self { child, address, lines }
    }

    /// Has it have an order otherwise than it was.
    fn spoil(&self, wanted: &Value) {
        let (status, _) = http(&self.address, "POST", "/spoil", "", &wanted.to_string());
        assert_eq!(status, 200);
    }

    /// Waits until it prints a line that begins so and mentions the order.
    fn waits_for(&self, begin: &str, order: &str) {
        let until = Instant::now() + WITHIN;
        loop {
            match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(line) if line.starts_with(begin) && line.contains(order) => return,
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("the provider never said `{begin}` of {order}")
                }
            }
        }
    }

    /// How often each order was carried out, by its number.
    fn book(&self) -> BTreeMap<String, (u64, String)> {
        let (status, book) = http(&self.address, "POST", "/book", "", "");
        assert_eq!(status, 200);
        let book: Vec<Value> = serde_json::from_str(&book).unwrap();
        let entry = |order: &Value| {
            let status = order["status"].as_str().unwrap().to_owned();
            (order["number"].as_str().unwrap().to_owned(), (order["carriedOut"].as_u64().unwrap(), status))
        };
        book.iter().map(entry).collect()
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A server with this provider, and Ann, who has a PIN.
struct World {
    place: Place,
    provider: Provider,
    /// How the server is to reach the provider.
    line: String,
    /// Further settings of the server.
    extra: &'static str,
    server: Option<Server>,
    token: String,
    ids: u64,
}

impl World {
    fn new(with_tls: bool) -> Self {
        Self::with(with_tls, "")
    }

    fn with(with_tls: bool, extra: &'static str) -> Self {
        let seed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros() as u64;
        eprintln!("seed {seed}");
        let place = Place::new(&mut Jitter::new(seed));
        let tls = with_tls.then(|| Tls::new(&place));
        let provider = Provider::start(&place.address, tls.as_ref());
        let at = &provider.address;
        let line = match &tls {
            None => format!("payments.webhook.url=http://{at}"),
            Some(tls) => {
                format!("payments.webhook.url=https://{at} payments.webhook.ca_file={}", tls.certificate.display())
            }
        };
        let mut world = Self { place, provider, line, extra, server: None, token: String::new(), ids: 0 };
        world.start();
        let sign_up = json!({ "name": "ann", "displayName": "Ann", "password": PASSWORD, "device": "test" });
        world.token = world.ask("POST", "/v1/sign-up", &sign_up)["token"].as_str().unwrap().to_owned();
        world.ask("PUT", "/v1/wallet/pin", &json!({ "pin": PIN, "password": PASSWORD }));
        world
    }

    fn start(&mut self) {
        let server = self.place.spawn(&self.settings());
        server.wait_until_it_listens(&self.place);
        self.server = Some(server);
    }

    fn settings(&self) -> String {
        let retries = match self.extra {
            "" => "payments.retry_min_ms=100 payments.retry_max_ms=500",
            extra => extra,
        };
        format!(
            "payments.provider=webhook {} payments.webhook.secret={SECRET} payments.webhook.timeout_ms=1000 \
             payments.tick_ms=50 {retries}",
            self.line
        )
    }

    fn kill(&mut self) {
        self.server.take().unwrap().kill();
    }

    /// Asks until there is an answer: the server may be starting.
    fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        let until = Instant::now() + WITHIN;
        loop {
            let (status, answer) = http(&self.place.address, method, path, &self.token, &body.to_string());
            match status {
                200 => return serde_json::from_str(&answer).unwrap(),
                0 | 503 | 504 if Instant::now() < until => thread::sleep(Duration::from_millis(50)),
                _ => panic!("{method} {path}: {status} {answer}\n{}", self.place.server_log()),
            }
        }
    }

    fn id(&mut self) -> String {
        self.ids += 1;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64;
        let random = u128::from(self.ids).to_be_bytes();
        uuid::Builder::from_unix_timestamp_millis(now, &random[6..].try_into().unwrap()).into_uuid().to_string()
    }

    fn top_up(&mut self, amount: i64) -> String {
        let body = json!({ "id": self.id(), "amount": amount.to_string() });
        let answer = self.ask("POST", "/v1/wallet/top-up", &body);
        answer["order"].as_str().unwrap().to_owned()
    }

    fn withdraw(&mut self, amount: i64, manner: &str) -> String {
        let destination = format!("bank {manner}");
        let body = json!({ "id": self.id(), "amount": amount.to_string(), "destination": destination, "pin": PIN });
        let answer = self.ask("POST", "/v1/wallet/withdraw", &body);
        answer["order"].as_str().unwrap().to_owned()
    }

    fn status(&self, order: &str) -> String {
        let order = self.ask("GET", &format!("/v1/wallet/orders/{order}"), &json!({}));
        order["status"].as_str().unwrap_or_default().trim_start_matches("ORDER_STATUS_").to_owned()
    }

    fn becomes(&self, order: &str, expected: &str) {
        let until = Instant::now() + WITHIN;
        let mut last = String::new();
        while Instant::now() < until {
            last = self.status(order);
            if last == expected {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("order {order} is {last}, not {expected}\n{}", self.place.server_log());
    }

    /// Balance and what is held.
    fn wallet(&self) -> (i64, i64) {
        let wallet = self.ask("GET", "/v1/wallet", &json!({}));
        let fen = |name: &str| wallet[name].as_str().map_or(0, |text| text.parse().unwrap());
        (fen("balance"), fen("held"))
    }

    /// The server dies; the books must be in order, and the provider must have carried out each order as expected.
    fn ends(mut self, carried_out: &[(String, u64)]) {
        let book = self.provider.book();
        for (order, times) in carried_out {
            assert_eq!(book[order].0, *times, "order {order}: {book:?}");
        }
        self.kill();
        for command in ["check", "reconcile"] {
            let done = self.place.laisee(command).arg("--json").output().unwrap();
            let words = String::from_utf8_lossy(&done.stdout);
            assert!(done.status.success(), "{command}: {words} {}", String::from_utf8_lossy(&done.stderr));
        }
    }
}

/// One exchange; status 0: nobody answered.
fn http(address: &str, method: &str, path: &str, token: &str, body: &str) -> (u16, String) {
    let exchange = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(15)))?;
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\
             content-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes())?;
        stream.write_all(body.as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    let Ok(answer) = exchange() else { return (0, String::new()) };
    let Some((head, body)) = answer.split_once("\r\n\r\n") else { return (0, String::new()) };
    (head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0), body.to_owned())
}

/// Every way to misbehave, for a top-up and for a withdrawal, over TLS.
#[test]
fn however_the_provider_behaves_money_moves_once() {
    let mut world = World::new(true);
    let first = world.top_up(100_000);
    world.becomes(&first, "SUCCEEDED");
    let mut expected = 100_000;
    let manners = [
        ("at-once", "SUCCEEDED", 1),
        ("later", "SUCCEEDED", 1),
        ("fails", "FAILED", 0),
        ("slow", "SUCCEEDED", 1),
        ("lost-answer", "SUCCEEDED", 1),
        ("lost-order", "SUCCEEDED", 1),
        ("duplicate", "SUCCEEDED", 1),
        ("wrong-order", "SUCCEEDED", 1),
        ("bad-signature", "SUCCEEDED", 1),
        ("old-timestamp", "SUCCEEDED", 1),
        ("contradicts", "SUCCEEDED", 1),
        ("other-amount", "SUCCEEDED", 1),
        ("returns", "RETURNED", 1),
        ("replays", "SUCCEEDED", 1),
        ("answer-called", "SUCCEEDED", 1),
        ("stale-answer", "SUCCEEDED", 1),
    ];
    let mut carried_out = vec![(first, 1)];
    for (n, (manner, ends, times)) in manners.into_iter().enumerate() {
        let withdrawal = world.withdraw(100 + n as i64, manner);
        world.becomes(&withdrawal, ends);
        expected -= if ends == "SUCCEEDED" { 100 + n as i64 } else { 0 };
        assert_eq!(world.wallet(), (expected, 0), "after a withdrawal, {manner}");
        if manner == "answer-called" {
            // It would have moved nothing; but nobody who overheard an answer can bring it as a call.
            world.provider.waits_for(&format!("called {withdrawal} answer 401"), "");
        }
        carried_out.push((withdrawal, times));
        // A top-up tells by its amount what is wanted. One that came back has no money to take it from: it is raised.
        if manner != "returns" {
            let top_up = world.top_up(1_000 + n as i64);
            world.becomes(&top_up, ends);
            expected += if ends == "SUCCEEDED" { 1_000 + n as i64 } else { 0 };
            assert_eq!(world.wallet(), (expected, 0), "after a top-up, {manner}");
            carried_out.push((top_up, times));
        }
    }
    // What comes later than all that changes nothing.
    thread::sleep(Duration::from_millis(500));
    assert_eq!(world.wallet(), (expected, 0));
    world.ends(&carried_out);
}

/// SIGKILL between each two steps of an order.
#[test]
fn a_server_killed_at_any_step_goes_on_where_it_was() {
    let mut world = World::new(false);
    let mut expected = 50_000;
    let first = world.top_up(50_000);
    world.becomes(&first, "SUCCEEDED");
    let mut carried_out = vec![(first, 1)];
    // What the provider says when the step before is over, and how long after that the server dies.
    let steps = [
        ("lost-order", "submitted", 0),
        ("lost-answer", "submitted", 0),
        ("slow", "submitted", 0),
        ("slow", "submitted", 700),
        ("at-once", "submitted", 0),
        ("later", "submitted", 0),
        ("later", "submitted", 50),
        ("wrong-order", "called", 0),
        ("duplicate", "called", 0),
        ("returns", "called", 0),
        ("lost-answer", "asked", 0),
    ];
    for (manner, says, ms) in steps {
        let order = world.withdraw(300, manner);
        world.provider.waits_for(says, &order);
        thread::sleep(Duration::from_millis(ms));
        world.kill();
        world.start();
        let ends = if manner == "returns" { "RETURNED" } else { "SUCCEEDED" };
        world.becomes(&order, ends);
        expected -= if ends == "SUCCEEDED" { 300 } else { 0 };
        assert_eq!(world.wallet(), (expected, 0), "{manner}, killed {ms} ms after `{says}`");
        carried_out.push((order, 1));
    }
    // Killed as soon as it is ordered, before the provider heard of it, perhaps.
    for _ in 0..3 {
        let (top_up, withdrawal) = (world.top_up(1_001), world.withdraw(200, "later"));
        world.kill();
        world.start();
        world.becomes(&top_up, "SUCCEEDED");
        world.becomes(&withdrawal, "SUCCEEDED");
        expected += 1_001 - 200;
        assert_eq!(world.wallet(), (expected, 0));
        carried_out.extend([(top_up, 1), (withdrawal, 1)]);
    }
    world.ends(&carried_out);
}

impl World {
    /// What `laisee reconcile` finds when it asks the provider, and with which status it ends.
    fn reconciled(&self) -> (Option<i32>, Value) {
        let mut reconcile = self.place.laisee("reconcile");
        let ran = reconcile.args(["--providers", "--json"]).env("LAISEE_SET", self.settings()).output().unwrap();
        let words = String::from_utf8_lossy(&ran.stdout).into_owned();
        let report = serde_json::from_str(&words);
        (ran.status.code(), report.unwrap_or_else(|_| panic!("{words}{}", String::from_utf8_lossy(&ran.stderr))))
    }

    /// Whether a line of shard 0's log has all this.
    fn taken_down(&self, about: &[&str]) -> bool {
        let log = self.place.laisee("log").args(["--shard", "0"]).output().unwrap();
        let words = String::from_utf8_lossy(&log.stdout).into_owned();
        words.lines().any(|line| about.iter().all(|wanted| line.contains(wanted)))
    }

    fn until(&self, what: &str, done: impl Fn() -> bool) {
        let begun = Instant::now();
        while !done() {
            assert!(begun.elapsed() < WITHIN, "{what}\n{}", self.place.server_log());
            thread::sleep(Duration::from_millis(200));
        }
    }
}

/// Differences injected in the provider's answers: in its list, and in what it says when it is asked.
#[test]
fn what_the_provider_has_otherwise_is_found_by_name() {
    let mut world = World::new(false);
    let paid = world.top_up(100_000);
    world.becomes(&paid, "SUCCEEDED");
    let refused = world.top_up(1_002);
    let [gone, amount, twice] = ["at-once"; 3].map(|manner| world.withdraw(500, manner));
    let back = world.withdraw(600, "fails");
    let lost = world.withdraw(700, "never");
    for (order, status) in [(&refused, "FAILED"), (&gone, "SUCCEEDED"), (&amount, "SUCCEEDED"), (&twice, "SUCCEEDED")] {
        world.becomes(order, status);
    }
    world.becomes(&back, "FAILED");
    world.becomes(&lost, "SUBMITTED");
    let (status, report) = world.reconciled();
    assert_eq!((status, &report["orders"], &report["orders_unanswered"]), (Some(0), &json!(7), &json!(0)), "{report}");
    for wanted in [
        json!({ "number": paid, "status": "not_found" }),
        json!({ "number": refused, "status": "succeeded" }),
        json!({ "number": gone, "status": "failed" }),
        json!({ "number": amount, "amount": 501 }),
        json!({ "number": twice, "twice": true }),
        json!({ "number": back, "status": "succeeded" }),
        json!({ "number": lost, "status": "not_found" }),
        json!({ "number": "77", "amount": 9 }),
    ] {
        world.provider.spoil(&wanted);
    }
    let (status, report) = world.reconciled();
    let found: BTreeMap<String, String> = report["differences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| (found["subject"].to_string(), found["kind"].as_str().unwrap().to_owned()))
        .collect();
    let expected = [
        (&paid, "order-unpaid"),
        (&refused, "order-uncredited"),
        (&gone, "order-unpaid"),
        (&amount, "order-amount"),
        (&twice, "order-twice"),
        (&back, "order-twice"),
        (&lost, "order-lost"),
        (&"77".to_owned(), "order-unfounded"),
    ];
    let expected = expected.into_iter().map(|(order, kind)| (order.clone(), kind.to_owned())).collect();
    assert_eq!((status, found), (Some(1), expected), "{report}");
    world.kill();
}

/// The cashier is not to ask again for long, and what the provider said was lost: reconciliation asks, and its word is
/// taken by the ordinary command. What nobody says anything of is raised.
#[test]
fn a_word_that_was_lost_is_asked_for_and_taken() {
    let world = &mut World::with(
        false,
        "payments.retry_min_ms=3600000 payments.retry_max_ms=3600000 reconciliation.overdue_ms=1000 \
         reconciliation.orders_round_s=1 reconciliation.order_overdue_s=4",
    );
    let (heard, silent) = (world.top_up(1_016), world.top_up(2_016));
    world.becomes(&heard, "SUBMITTED");
    world.becomes(&silent, "SUBMITTED");
    world.provider.spoil(&json!({ "number": heard, "status": "succeeded" }));
    world.becomes(&heard, "SUCCEEDED");
    assert_eq!(world.wallet(), (1_016, 0));
    world.until("repaired", || world.taken_down(&["DifferenceSettled", "Repaired"]));
    assert!(world.taken_down(&["DifferenceFound", "order-unheard", &heard]));
    world.until("raised", || world.taken_down(&["DifferenceSettled", "Raised"]));
    assert!(world.taken_down(&["DifferenceFound", "order-stuck", &silent]));
    world.provider.spoil(&json!({ "number": silent, "status": "failed" }));
    world.becomes(&silent, "FAILED");
    world.until("settled", || world.taken_down(&["DifferenceSettled", "Settled"]));
    assert_eq!(world.wallet(), (1_016, 0));
    world.kill();
}
