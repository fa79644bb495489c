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
    server: Option<Server>,
    token: String,
    ids: u64,
}

impl World {
    fn new(with_tls: bool) -> Self {
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
        let mut world = Self { place, provider, line, server: None, token: String::new(), ids: 0 };
        world.start();
        let sign_up = json!({ "name": "ann", "displayName": "Ann", "password": PASSWORD, "device": "test" });
        world.token = world.ask("POST", "/v1/sign-up", &sign_up)["token"].as_str().unwrap().to_owned();
        world.ask("PUT", "/v1/wallet/pin", &json!({ "pin": PIN, "password": PASSWORD }));
        world
    }

    fn start(&mut self) {
        let settings = format!(
            "payments.provider=webhook {} payments.webhook.secret={SECRET} payments.webhook.timeout_ms=1000 \
             payments.retry_min_ms=100 payments.retry_max_ms=500 payments.tick_ms=50",
            self.line
        );
        let server = self.place.spawn(&settings);
        server.wait_until_it_listens(&self.place);
        self.server = Some(server);
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
