//! A payment provider that misbehaves on purpose, as a program of its own. It shares no code with the server: what it
//! speaks is what docs/payments.md says.
//!
//! What it does to an order follows from the last word of the order's destination, or for a top-up from its amount:
//! `amount % 100` chooses among the same words. It prints what happens, a line each, for the test to read.
//!
//! `laisee-test-provider SECRET SERVER [CERTIFICATE KEY]`: with the two files (PEM) it speaks TLS with whoever begins so.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use hmac::{Hmac, KeyInit, Mac};
use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use serde_json::{Value, json};
use sha2::Sha256;

/// How it treats an order; the number is that of a top-up's `amount % 100`.
const MANNERS: [&str; 17] = [
    "at-once",       // answers "succeeded"
    "later",         // answers "pending", calls with "succeeded"
    "fails",         // answers "failed"
    "slow",          // carries it out, answers after the client's patience
    "lost-answer",   // carries it out, hangs up
    "lost-order",    // hangs up, the first time, without having taken it
    "duplicate",     // answers "succeeded" and calls twice with it
    "wrong-order",   // calls with "succeeded" first and with "pending" afterwards
    "bad-signature", // its call is signed with another secret; then a right one
    "old-timestamp", // its call is signed an hour ago; then a right one
    "contradicts",   // answers "succeeded", calls with "failed"
    "other-amount",  // calls with another amount; then with the right one
    "returns",       // answers "succeeded", calls with "returned"
    "replays",       // sends one and the same call twice
    "answer-called", // answers "pending", and its answer comes back as a call, which moves nothing; then a right call
    "stale-answer",  // its answers are signed for another request; calls with "succeeded"
    "never",         // answers "pending", and says no more
];

/// What a connection is, with TLS or without.
trait Stream: Read + Write {}
impl<S: Read + Write> Stream for S {}

/// The first byte of whoever begins with TLS.
const TLS_HANDSHAKE: u8 = 22;

struct Provider {
    secret: Vec<u8>,
    /// Where the server takes calls, as host and port.
    server: Mutex<String>,
    tls: Option<Arc<ServerConfig>>,
    orders: Mutex<BTreeMap<String, Order>>,
}

#[derive(Clone)]
struct Order {
    amount: i64,
    manner: &'static str,
    /// How often it moved money: never more than once.
    carried_out: u32,
    status: &'static str,
    submissions: u32,
    /// Its list has it a second time.
    twice: bool,
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (secret, server) = (arguments.next().expect("a secret"), arguments.next().expect("the server's address"));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    println!("listening on {}", listener.local_addr().expect("it listens"));
    let tls = arguments.next().zip(arguments.next()).map(|(certificate, key)| tls(&certificate, &key));
    let (server, orders) = (Mutex::new(server), Mutex::default());
    let provider = Arc::new(Provider { secret: secret.into_bytes(), server, tls, orders });
    for stream in listener.incoming().flatten() {
        let provider = provider.clone();
        // A client that went away is its own affair.
        thread::spawn(move || provider.accept(stream).ok());
    }
}

fn tls(certificate: &str, key: &str) -> Arc<ServerConfig> {
    let certificate = CertificateDer::from_pem_file(certificate).expect("a certificate");
    let key = PrivateKeyDer::from_pem_file(key).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("there are versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key);
    Arc::new(config.expect("key and certificate fit"))
}

impl Provider {
    fn accept(self: &Arc<Self>, mut stream: TcpStream) -> std::io::Result<()> {
        let mut first = [0];
        stream.peek(&mut first)?;
        let Some(tls) = self.tls.clone().filter(|_| first[0] == TLS_HANDSHAKE) else { return self.serve(&mut stream) };
        let connection = ServerConnection::new(tls).map_err(std::io::Error::other)?;
        let mut stream = StreamOwned::new(connection, stream);
        let served = self.serve(&mut stream);
        stream.conn.send_close_notify();
        stream.flush()?;
        served
    }

    fn serve(self: &Arc<Self>, stream: &mut dyn Stream) -> std::io::Result<()> {
        let (path, fields, body) = read(stream)?;
        let field = |name: &str| fields.get(name).cloned().unwrap_or_default();
        // The test tells where the server is now, and asks what was carried out.
        if path == "/server" {
            *self.server.lock().expect("no thread panics") = String::from_utf8_lossy(&body).into_owned();
            return answer(stream, 200, "", b"");
        }
        if path == "/book" {
            let orders = self.orders.lock().expect("no thread panics");
            let book: Vec<Value> = orders
                .iter()
                .map(|(number, order)| {
                    json!({ "number": number, "amount": order.amount, "carriedOut": order.carried_out, "status": order.status, "submissions": order.submissions })
                })
                .collect();
            return answer(stream, 200, "", Value::Array(book).to_string().as_bytes());
        }
        // The test changes what it has, below everything.
        if path == "/spoil" {
            self.spoil(&serde_json::from_slice(&body)?);
            return answer(stream, 200, "", b"");
        }
        let timestamp = field("laisee-timestamp");
        let age = now_s() - timestamp.parse::<i64>().unwrap_or(0);
        let signature = field("laisee-signature");
        if signature != sign(&self.secret, &timestamp, &format!("request {path}"), &body) || age.abs() > 300 {
            return answer(stream, 401, "", b"");
        }
        let asked: Value = serde_json::from_slice(&body)?;
        let number = asked["number"].as_str().unwrap_or_default().to_owned();
        match path.as_str() {
            "/orders" => self.submitted(stream, &signature, &number, &asked),
            "/orders/list" => self.list(stream, &signature, asked["after"].as_str().unwrap_or_default()),
            "/orders/query" => {
                let status = self.status(&number);
                say(&format!("asked {number} {status}"));
                self.reply(stream, &signature, &number, status).map(drop)
            }
            _ => answer(stream, 404, "", b""),
        }
    }

    fn submitted(
        self: &Arc<Self>,
        stream: &mut dyn Stream,
        request: &str,
        number: &str,
        asked: &Value,
    ) -> std::io::Result<()> {
        let amount = asked["amount"].as_i64().unwrap_or_default();
        let destination = asked["destination"].as_str().unwrap_or_default();
        let by_word = MANNERS.iter().find(|manner| destination.ends_with(*manner));
        let by_amount = MANNERS.get((amount % 100) as usize).copied().unwrap_or("at-once");
        let manner = by_word.copied().unwrap_or(by_amount);
        let known = self.orders.lock().expect("no thread panics").contains_key(number);
        say(&format!("submitted {number} {manner} {}", if known { "again" } else { "first" }));
        if manner == "lost-order" && !known {
            let lost = Order { amount, manner, carried_out: 0, status: "not_found", submissions: 1, twice: false };
            self.orders.lock().expect("no thread panics").insert(number.to_owned(), lost);
            return Ok(());
        }
        self.take(number, amount, manner);
        match manner {
            "slow" => thread::sleep(Duration::from_millis(1_500)),
            "lost-answer" => return Ok(()),
            _ => {}
        }
        let answered = self.reply(stream, request, number, self.status(number));
        let provider = self.clone();
        let number = number.to_owned();
        // Also when the server died before the answer: the order was taken, and only a call can tell how it ended.
        let (overheard, answered) = match answered {
            Ok(answered) => (Some(answered).filter(|_| manner == "answer-called"), Ok(())),
            Err(unheard) => (None, Err(unheard)),
        };
        thread::spawn(move || {
            if let Some(overheard) = overheard {
                let told = provider.carry(&overheard);
                say(&format!("called {number} answer {}", told.map_or("unheard".into(), |told| told.to_string())));
            }
            provider.calls(&number, manner);
        });
        answered
    }

    /// Two orders at a time, so that whoever wants all must turn pages.
    fn list(&self, stream: &mut dyn Stream, request: &str, after: &str) -> std::io::Result<()> {
        let orders = self.orders.lock().expect("no thread panics").clone();
        let known = orders.iter().filter(|(number, order)| order.status != "not_found" && number.as_str() > after);
        let (mut page, mut next) = (vec![], "");
        for (n, (number, order)) in known.enumerate() {
            if n == 2 {
                break;
            }
            let entry = written(number, order.status, order.amount);
            page.extend(std::iter::repeat_n(entry, if order.twice { 2 } else { 1 }));
            next = number;
        }
        let body = json!({ "orders": page, "next": next });
        let signed = Signed::new(&self.secret, now_s(), &format!("answer {request}"), &body);
        answer(stream, 200, &signed.fields, signed.body.as_bytes())
    }

    /// Has an order otherwise than it was, or one that never was.
    fn spoil(&self, wanted: &Value) {
        let mut orders = self.orders.lock().expect("no thread panics");
        let fresh = Order { amount: 0, manner: "", carried_out: 0, status: "succeeded", submissions: 0, twice: false };
        let order = orders.entry(wanted["number"].as_str().unwrap_or_default().to_owned()).or_insert(fresh);
        let statuses = ["not_found", "pending", "succeeded", "failed", "returned"];
        if let Some(status) = statuses.into_iter().find(|status| wanted["status"] == **status) {
            order.status = status;
        }
        order.amount = wanted["amount"].as_i64().unwrap_or(order.amount);
        order.twice |= wanted["twice"].as_bool().unwrap_or_default();
    }

    /// Carries an order out, unless that was done before under its number.
    fn take(&self, number: &str, amount: i64, manner: &'static str) {
        let mut orders = self.orders.lock().expect("no thread panics");
        let fresh = Order { amount, manner, carried_out: 0, status: "not_found", submissions: 0, twice: false };
        let order = orders.entry(number.to_owned()).or_insert(fresh);
        order.submissions += 1;
        if order.status != "not_found" {
            return;
        }
        order.status = match manner {
            "never" | "later" | "wrong-order" | "bad-signature" | "old-timestamp" | "other-amount" | "replays"
            | "answer-called" | "stale-answer" => "pending",
            "fails" => "failed",
            _ => "succeeded",
        };
        order.carried_out += u32::from(order.status != "failed");
    }

    /// What it says by itself, some time after its answer.
    fn calls(&self, number: &str, manner: &str) {
        let amount = self.orders.lock().expect("no thread panics").get(number).map_or(0, |order| order.amount);
        thread::sleep(Duration::from_millis(100));
        let right = |status: &str| (written(number, status, amount), now_s(), self.secret.clone());
        let calls = match manner {
            "later" | "answer-called" | "stale-answer" => vec![right("succeeded")],
            "duplicate" => vec![right("succeeded"), right("succeeded")],
            "wrong-order" => vec![right("succeeded"), right("pending")],
            "bad-signature" => {
                vec![(written(number, "failed", amount), now_s(), b"another secret".to_vec()), right("succeeded")]
            }
            "old-timestamp" => {
                vec![(written(number, "failed", amount), now_s() - 3_600, self.secret.clone()), right("succeeded")]
            }
            "contradicts" => vec![right("failed")],
            "other-amount" => {
                vec![(written(number, "succeeded", amount + 1), now_s(), self.secret.clone()), right("succeeded")]
            }
            "returns" => vec![right("returned")],
            "replays" => {
                let call = right("succeeded");
                vec![call.clone(), call]
            }
            _ => vec![],
        };
        for (body, at_s, secret) in calls {
            let status = body["status"].as_str().unwrap_or_default().to_owned();
            self.settle(number, &status);
            // Whoever does not answer is called again, for a while.
            for _ in 0..100 {
                let told = self.call(&body, at_s, &secret);
                say(&format!("called {number} {status} {}", told.map_or("unheard".into(), |told| told.to_string())));
                if matches!(told, Some(200..500)) {
                    break;
                }
                thread::sleep(Duration::from_millis(100));
            }
        }
    }

    /// What it answers from now on, when it is asked.
    fn settle(&self, number: &str, status: &str) {
        let mut orders = self.orders.lock().expect("no thread panics");
        let Some(order) = orders.get_mut(number) else { return };
        order.status = match (order.manner, status) {
            ("contradicts" | "bad-signature" | "old-timestamp", "failed") => order.status,
            (_, "succeeded") => "succeeded",
            (_, "returned") => "returned",
            _ => order.status,
        };
    }

    fn status(&self, number: &str) -> &'static str {
        self.orders.lock().expect("no thread panics").get(number).map_or("not_found", |order| order.status)
    }

    /// Answers how an order stands; gives what was signed and said.
    fn reply(
        &self,
        stream: &mut dyn Stream,
        request: &str,
        number: &str,
        status: &'static str,
    ) -> std::io::Result<Signed> {
        let (amount, manner) = match self.orders.lock().expect("no thread panics").get(number) {
            Some(order) => (order.amount, order.manner),
            None => (0, ""),
        };
        let purpose = match manner {
            "stale-answer" => format!("answer {}", request.chars().rev().collect::<String>()),
            _ => format!("answer {request}"),
        };
        let signed = Signed::new(&self.secret, now_s(), &purpose, &written(number, status, amount));
        answer(stream, 200, &signed.fields, signed.body.as_bytes())?;
        Ok(signed)
    }

    fn call(&self, body: &Value, at_s: i64, secret: &[u8]) -> Option<u16> {
        self.carry(&Signed::new(secret, at_s, "call /v1/payments/webhook", body))
    }

    /// Brings something signed to where calls come in.
    fn carry(&self, signed: &Signed) -> Option<u16> {
        let server = self.server.lock().expect("no thread panics").clone();
        let mut stream = TcpStream::connect(&server).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
        let head = format!(
            "POST /v1/payments/webhook HTTP/1.1\r\nhost: {server}\r\nconnection: close\r\ncontent-length: {}\r\n{}\r\n",
            signed.body.len(),
            signed.fields
        );
        stream.write_all(head.as_bytes()).ok()?;
        stream.write_all(signed.body.as_bytes()).ok()?;
        let mut answer = String::new();
        BufReader::new(stream).read_line(&mut answer).ok()?;
        answer.split(' ').nth(1)?.parse().ok()
    }
}

/// A body, and the fields that sign it.
struct Signed {
    fields: String,
    body: String,
}

impl Signed {
    fn new(secret: &[u8], at_s: i64, purpose: &str, body: &Value) -> Self {
        let body = body.to_string();
        let signature = sign(secret, &at_s.to_string(), purpose, body.as_bytes());
        Self { fields: format!("laisee-timestamp: {at_s}\r\nlaisee-signature: {signature}\r\n"), body }
    }
}

fn sign(secret: &[u8], timestamp: &str, purpose: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("any length is a key");
    mac.update(format!("{timestamp}.{purpose}.").as_bytes());
    mac.update(body);
    let digits: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("v1={digits}")
}

fn written(number: &str, status: &str, amount: i64) -> Value {
    let mut body = json!({ "number": number, "status": status, "reference": format!("p-{number}"), "reason": "" });
    if status != "not_found" {
        body["amount"] = json!(amount);
    }
    body
}

fn read(stream: &mut dyn Stream) -> std::io::Result<(String, BTreeMap<String, String>, Vec<u8>)> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut fields = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        fields.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let length = fields.get("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok((path, fields, body))
}

fn answer(stream: &mut dyn Stream, status: u16, fields: &str, body: &[u8]) -> std::io::Result<()> {
    let head = format!("HTTP/1.1 {status} -\r\ncontent-length: {}\r\nconnection: close\r\n{fields}\r\n", body.len());
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)
}

fn now_s() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64)
}

fn say(what: &str) {
    println!("{what}");
}
