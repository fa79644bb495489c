//! `laisee operator` with the server running and stopped, over the real binary: what it makes can sign in, what it changes
//! holds at once, all of it stands in the audit log, and no secret in what is printed.

#![allow(clippy::unwrap_used)]

#[path = "place/mod.rs"]
mod place;

use std::{
    os::unix::fs::PermissionsExt,
    process::Output,
    time::{SystemTime, UNIX_EPOCH},
};

use laisee_client::{device::Jitter, http::Http};
use place::Place;
use serde_json::{Value, json};

/// What `laisee operator add` and `reset` print.
struct Secrets {
    password: String,
    totp: [u8; 20],
}

fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64
}

/// Runs `laisee operator` with these words, beside a server or without one.
fn operator(place: &Place, words: &[&str]) -> Output {
    let mut laisee = std::process::Command::new(env!("CARGO_BIN_EXE_laisee"));
    laisee.arg("operator").args(words).args(["--addr", &place.address]).arg("--data").arg(place.path("data"));
    laisee.env("LAISEE_SET", "gateway.password_cost=test").output().unwrap()
}

fn must(place: &Place, words: &[&str]) -> String {
    let done = operator(place, words);
    assert!(done.status.success(), "{words:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

fn refused(place: &Place, words: &[&str], why: &str) {
    let done = operator(place, words);
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(!done.status.success() && said.contains(why), "{words:?}: {said}");
    assert!(done.stdout.is_empty(), "{words:?}");
}

fn secrets(said: &str) -> Secrets {
    let of = |name: &str| said.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim().to_owned();
    let uri = of("2nd factor");
    let base32 = uri.split("secret=").nth(1).unwrap().split('&').next().unwrap();
    let mut bits = 0_u64;
    let (mut held, mut bytes) = (0, vec![]);
    for letter in base32.bytes() {
        let digit = if letter.is_ascii_uppercase() { letter - b'A' } else { letter - b'2' + 26 };
        (bits, held) = ((bits << 5) | u64::from(digit), held + 5);
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    Secrets { password: of("password"), totp: bytes.try_into().unwrap() }
}

fn ask(place: &Place, method: &str, path: &str, token: Option<&str>, body: &Value) -> (u16, Value) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let body = body.to_string();
    let asked = async { Http::new(&place.address).exchange(method, path, token, body.as_bytes()).await };
    let (status, answer) = runtime.block_on(asked).unwrap();
    (status, serde_json::from_slice(&answer).unwrap_or(Value::Null))
}

/// Signs in with the code of this moment, or of a step later or earlier: each is good once.
fn sign_in(place: &Place, name: &str, with: &Secrets, steps: i64) -> (u16, Value) {
    let code = laisee_gateway::totp::code(&with.totp, now_ms() + steps * 30_000);
    let body = json!({ "name": name, "password": with.password, "code": code, "device": "test" });
    ask(place, "POST", "/v1/admin/sign-in", None, &body)
}

fn token(answer: (u16, Value)) -> String {
    assert_eq!(answer.0, 200, "{}", answer.1);
    answer.1["token"].as_str().unwrap().to_owned()
}

#[test]
fn operators_are_made_and_changed_while_the_server_runs() {
    let seed = now_ms() as u64;
    eprintln!("seed {seed}");
    let place = Place::new(&mut Jitter::new(seed));
    let server = place.spawn("");
    server.wait_until_it_listens(&place);
    // Nobody but the server's own user comes near the socket.
    let folder = std::fs::metadata(place.path("data").join("host")).unwrap();
    assert_eq!(folder.permissions().mode() & 0o777, 0o700);

    let olga = secrets(&must(&place, &["add", "olga", "--role", "admin"]));
    let admin = token(sign_in(&place, "olga", &olga, 0));
    refused(&place, &["add", "olga", "--role", "viewer"], "taken");
    refused(&place, &["add", "No Name", "--role", "viewer"], "");
    refused(&place, &["reset", "nobody"], "no operator nobody");

    let before = secrets(&must(&place, &["add", "vera", "--role", "viewer"]));
    let vera = token(sign_in(&place, "vera", &before, 0));
    assert!(must(&place, &["change", "vera", "--role", "finance"]).contains("finance"));
    let myself = |token: &str| ask(&place, "GET", "/v1/admin/me", Some(token), &json!({}));
    let (status, shown) = myself(&vera);
    assert_eq!((status, shown["operator"]["role"].as_str()), (200, Some("ROLE_FINANCE")), "{shown}");
    // Who is switched off is out at once, and in again only by signing in.
    assert!(must(&place, &["change", "vera", "--off"]).contains("off"));
    assert_eq!(myself(&vera).0, 401);
    assert_eq!(sign_in(&place, "vera", &before, 1).0, 401);
    assert!(must(&place, &["change", "vera", "--on"]).contains("on"));
    let vera = token(sign_in(&place, "vera", &before, 1));
    let after = secrets(&must(&place, &["reset", "vera"]));
    assert_eq!(myself(&vera).0, 401, "a reset signs out");
    assert_ne!((&before.password, before.totp), (&after.password, after.totp));
    assert_eq!(sign_in(&place, "vera", &before, 1).0, 401);
    token(sign_in(&place, "vera", &after, 1));

    let list = must(&place, &["list"]);
    assert_eq!(list.lines().map(|line| line.split_whitespace().next().unwrap()).collect::<Vec<_>>(), ["olga", "vera"]);
    // Each stands in the audit log, by the host and with a reason.
    let (_, rows) = ask(&place, "GET", "/v1/admin/audit", Some(&admin), &json!({}));
    let rows = rows["rows"].as_array().unwrap();
    let host = |row: &&Value| row["reason"].as_str().is_some_and(|reason| reason.ends_with("on the server's machine"));
    assert_eq!(rows.iter().filter(host).count(), 6, "{rows:?}");

    server.kill();
    // What a killed server leaves of its socket is in nobody's way; and without a server it works as well.
    must(&place, &["add", "paul", "--role", "support"]);
    let server = place.spawn("");
    server.wait_until_it_listens(&place);
    assert_eq!(must(&place, &["list"]).lines().count(), 3);
    server.kill();

    let log = String::from_utf8(place.laisee("log").output().unwrap().stdout).unwrap();
    assert!(log.contains("OperatorCreated") && log.contains("OperatorReset") && log.contains("(hidden)"));
    assert!(!log.contains("argon2"), "no hash of a password is printed");
    let bytes = after.totp.map(|byte| byte.to_string()).join(",");
    assert!(!log.contains(&bytes), "no secret of a second factor is printed");
}
