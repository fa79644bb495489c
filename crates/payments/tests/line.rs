//! The line to a provider, over TLS and against a peer that does not keep to the rules: whatever comes that is not the
//! answer, the order counts as unheard, and within its time.

#![allow(clippy::unwrap_used)]

use std::{
    io::{BufRead, BufReader, ErrorKind, Read, Write},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use laisee_core::{
    fen::Fen,
    ids::{Millis, OrderId, UserId},
    order::{Order, OrderKind, OrderState, Provider as Carrier, Word},
};
use laisee_payments::{
    PaymentsConfig, ProviderChoice, WebhookConfig,
    provider::{Provider, Said, Unheard},
    signature::{Purpose, SIGNATURE, Secret, TIMESTAMP},
    webhook::Webhook,
};
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use rustls::{ServerConfig, ServerConnection, StreamOwned, pki_types::PrivateKeyDer};
use tempfile::TempDir;

const SECRET: &str = "sixteen bytes or more";
const PATIENCE_MS: u64 = 600;
/// How much longer than its patience a client may take to notice, on a machine that does other things.
const NOTICED_WITHIN: Duration = Duration::from_millis(PATIENCE_MS + 2_000);

/// What the peer does with a request.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Manner {
    Answers,
    /// Answers, and hangs up without a word about it.
    AnswersOnce,
    /// Says nothing, not even in the handshake.
    Silent,
    /// Takes the request and never answers.
    Mute,
    /// Answers a byte at a time, for ever.
    Drips,
    /// Answers with more than is read.
    Floods,
    /// Announces a body and hangs up in the middle of it.
    BreaksOff,
    /// Points elsewhere.
    Redirects,
    /// Believable, but of another order.
    OtherOrder,
    /// Speaks no TLS.
    Plain,
}

/// A peer with a certificate for `name`.
struct Peer {
    port: u16,
    connections: Arc<AtomicU32>,
    folder: TempDir,
}

impl Peer {
    fn new(manner: Manner) -> Self {
        Self::certified(manner, &["127.0.0.1"], |_| {})
    }

    fn certified(manner: Manner, names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(names.iter().map(ToString::to_string).collect::<Vec<_>>()).unwrap();
        change(&mut params);
        let certificate = params.self_signed(&key).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.pem"), certificate.pem()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
            .unwrap();
        let (config, connections) = (Arc::new(config), Arc::new(AtomicU32::new(0)));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let counted = connections.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                counted.fetch_add(1, Ordering::Relaxed);
                let config = config.clone();
                thread::spawn(move || serve(manner, stream, config));
            }
        });
        Self { port, connections, folder }
    }

    fn ca(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    fn client_with(&self, url: &str, ca_file: PathBuf) -> Webhook {
        let webhook = WebhookConfig {
            url: url.into(),
            secret: SECRET.into(),
            ca_file,
            timeout_ms: PATIENCE_MS,
            ..WebhookConfig::default()
        };
        let config = PaymentsConfig { provider: ProviderChoice::Webhook, webhook, ..PaymentsConfig::default() };
        config.client().unwrap().unwrap()
    }

    fn client(&self) -> Webhook {
        self.client_with(&format!("https://127.0.0.1:{}/laisee/", self.port), self.ca())
    }
}

fn serve(manner: Manner, mut stream: TcpStream, config: Arc<ServerConfig>) {
    match manner {
        Manner::Silent => thread::sleep(Duration::from_secs(60)),
        Manner::Plain => drop(exchange(manner, &mut stream)),
        _ => {
            let mut stream = StreamOwned::new(ServerConnection::new(config).unwrap(), stream);
            while exchange(manner, &mut stream).is_ok() && manner == Manner::Answers {}
        }
    }
}

/// Reads a request and treats it. An error: the other side is gone.
fn exchange<S: Read + Write>(manner: Manner, stream: &mut S) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let (mut request, mut signature, mut length) = (String::new(), String::new(), 0);
    if reader.read_line(&mut request)? == 0 {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        match name.to_lowercase().as_str() {
            SIGNATURE => value.clone_into(&mut signature),
            "content-length" => length = value.parse().unwrap(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let asked: serde_json::Value = serde_json::from_slice(&body)?;
    // The path is that of the configuration and the one of the protocol.
    assert!(request.starts_with("POST /laisee/orders"), "{request}");
    let number = if manner == Manner::OtherOrder { "1" } else { asked["number"].as_str().unwrap() };
    let said = format!("{{\"number\":\"{number}\",\"status\":\"succeeded\",\"amount\":300}}");
    let at_s = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs() as i64;
    let signed = Secret::new(SECRET.as_bytes()).sign(Purpose::Answer { request: &signature }, at_s, said.as_bytes());
    let fields = format!("{TIMESTAMP}: {at_s}\r\n{SIGNATURE}: {signed}\r\ncontent-length: ");
    let stream = reader.into_inner();
    match manner {
        Manner::Silent => unreachable!("it reads nothing"),
        Manner::Mute => thread::sleep(Duration::from_secs(60)),
        Manner::Answers | Manner::AnswersOnce | Manner::OtherOrder | Manner::Plain => {
            stream.write_all(format!("HTTP/1.1 200 OK\r\n{fields}{}\r\n\r\n{said}", said.len()).as_bytes())?;
        }
        Manner::Drips => {
            stream.write_all(format!("HTTP/1.1 200 OK\r\n{fields}60000\r\n\r\n").as_bytes())?;
            loop {
                stream.write_all(b" ")?;
                stream.flush()?;
                thread::sleep(Duration::from_millis(50));
            }
        }
        Manner::Floods => {
            stream.write_all(format!("HTTP/1.1 200 OK\r\n{fields}70000\r\n\r\n{said}").as_bytes())?;
            stream.write_all(&vec![b' '; 70_000 - said.len()])?;
        }
        Manner::BreaksOff => {
            stream.write_all(format!("HTTP/1.1 200 OK\r\n{fields}{}\r\n\r\n{said}", said.len() + 1).as_bytes())?;
        }
        Manner::Redirects => {
            let answer = format!("HTTP/1.1 302 -\r\nlocation: /laisee/orders/elsewhere\r\n{fields}0\r\n\r\n");
            stream.write_all(answer.as_bytes())?;
        }
    }
    stream.flush()
}

fn order(number: u64) -> Order {
    Order {
        order: OrderId(number),
        user: UserId(7),
        kind: OrderKind::Withdrawal,
        provider: Carrier::Webhook,
        amount: Fen(300),
        destination: "bank".into(),
        state: OrderState::Unknown,
        attempts: 1,
        reference: String::new(),
        reason: String::new(),
        created_at: Millis(1),
        changed_at: Millis(1),
        raised: Vec::new(),
        asked: 0,
    }
}

fn heard(answer: &Result<Said, Unheard>) -> bool {
    answer.as_ref().is_ok_and(|said| (said.word, said.amount) == (Word::Succeeded, Some(Fen(300))))
}

#[test]
fn questions_and_orders_share_one_connection() {
    let peer = Peer::new(Manner::Answers);
    let client = peer.client();
    for number in 1..=5 {
        let (submitted, asked) = (client.submit(&order(number)), client.ask(&order(number)));
        assert!(heard(&submitted) && heard(&asked), "{number}: {submitted:?} {asked:?}");
    }
    assert_eq!(peer.connections.load(Ordering::Relaxed), 1, "a handshake each would double the way");
}

/// A connection that the other side closed is not used again, and costs no order its answer.
#[test]
fn a_connection_that_ended_is_left() {
    let peer = Peer::new(Manner::AnswersOnce);
    let client = peer.client();
    for number in 1..=3 {
        let answer = client.ask(&order(number));
        assert!(heard(&answer), "{number}: {answer:?}");
        // So that its end is here before the next question.
        thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(peer.connections.load(Ordering::Relaxed), 3);
}

#[test]
fn what_is_no_answer_is_unheard_and_within_its_time() {
    for (manner, expected) in [
        (Manner::Silent, "timeout"),
        (Manner::Mute, "timeout"),
        (Manner::Drips, "timeout"),
        (Manner::Floods, "limit"),
        (Manner::BreaksOff, ""),
        (Manner::Redirects, "signature"),
        (Manner::OtherOrder, "answered of 1"),
        (Manner::Plain, ""),
    ] {
        let peer = Peer::new(manner);
        let client = peer.client();
        let begun = Instant::now();
        for answer in [client.ask(&order(9)), client.submit(&order(9))] {
            let Unheard(problem) = answer.expect_err(&format!("{manner:?}"));
            assert!(problem.contains(expected), "{manner:?}: {problem}");
        }
        assert!(begun.elapsed() < 2 * NOTICED_WITHIN, "{manner:?} took {:?}", begun.elapsed());
    }
}

/// Nothing of an order, not even that there is one, goes to somebody whose certificate is not right.
#[test]
fn nobody_is_told_of_an_order_whose_certificate_is_not_right() {
    let at_home = |port: u16| format!("https://127.0.0.1:{port}/laisee");
    let right = Peer::new(Manner::Answers);
    assert!(heard(&right.client().ask(&order(1))));

    // Of no authority that the public knows.
    let unknown = right.client_with(&at_home(right.port), PathBuf::new());
    // Of another authority than the one of the file.
    let another = Peer::new(Manner::Answers);
    let foreign = right.client_with(&at_home(right.port), another.ca());
    // For another name.
    let elsewhere = Peer::certified(Manner::Answers, &["pay.example"], |_| {});
    let misnamed = elsewhere.client_with(&at_home(elsewhere.port), elsewhere.ca());
    // Of the day before yesterday, and of the day after tomorrow.
    let old = Peer::certified(Manner::Answers, &["127.0.0.1"], |params| params.not_after = date_time_ymd(2020, 1, 1));
    let expired = old.client();
    let new = Peer::certified(Manner::Answers, &["127.0.0.1"], |params| params.not_before = date_time_ymd(2999, 1, 1));
    let early = new.client();
    for (client, why) in [
        (unknown, "UnknownIssuer"),
        (foreign, "certificate"),
        (misnamed, "not valid for"),
        (expired, "expired"),
        (early, "not valid yet"),
    ] {
        let Unheard(problem) = client.submit(&order(1)).expect_err(why);
        assert!(problem.contains(why), "{why}: {problem}");
    }
}
