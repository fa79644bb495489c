//! The provider's calls, each of them made a little wrong (W11).

use laisee_core::{order::Payments, settings::Settings};
use laisee_payments::signature::{CALL_PATH, Purpose, Secret};
use serde_json::json;

use super::scene::now_ms;
use crate::{
    web,
    world::{PROVIDER_SECRET, Person, World, config, id, new_id},
};

/// Somebody with two open orders of 500.
async fn ordered() -> (World, Person, [u64; 2]) {
    let world = World::with(config(), Settings { payments: Payments::Webhook, ..Settings::default() });
    let ann = world.sign_up("ann").await;
    let mut orders = [0; 2];
    for order in &mut orders {
        let body = json!({ "id": new_id(), "amount": "500" });
        *order = id(&web::post(&world.addr, "/v1/wallet/top-up", Some(&ann.token), &body).await.json()["order"]);
    }
    world.settled().await;
    (world, ann, orders)
}

fn word(order: u64) -> String {
    json!({ "number": order.to_string(), "status": "succeeded", "amount": 500 }).to_string()
}

async fn call(world: &World, fields: &[(&str, &str)], body: &[u8]) -> (u16, String) {
    let fields: String = fields.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let reply = web::send(&world.addr, "POST", CALL_PATH, &fields, body).await;
    (reply.status, if reply.status == 200 { String::new() } else { reply.code() })
}

fn sign(at: i64, body: &[u8]) -> String {
    Secret::new(PROVIDER_SECRET).sign(Purpose::Call, at, body)
}

const TIME: &str = "laisee-timestamp";
const SIGNATURE: &str = "laisee-signature";

#[tokio::test]
async fn one_wrong_byte_anywhere_is_no_signature() {
    let (world, _, [order, other]) = ordered().await;
    let (now, body) = (now_ms() / 1_000, word(order));
    let (at, signature) = (now.to_string(), sign(now, body.as_bytes()));
    let wrong = (401, "SIGNATURE_INVALID".to_owned());
    let before = world.ends();
    for at_byte in 0..body.len() {
        let mut changed = body.clone().into_bytes();
        changed[at_byte] ^= 1;
        assert_eq!(call(&world, &[(TIME, &at), (SIGNATURE, &signature)], &changed).await, wrong, "byte {at_byte}");
    }
    for at_byte in 3..signature.len() {
        let digit = if &signature[at_byte..=at_byte] == "0" { "1" } else { "0" };
        let mut changed = signature.clone();
        changed.replace_range(at_byte..=at_byte, digit);
        assert_eq!(
            call(&world, &[(TIME, &at), (SIGNATURE, &changed)], body.as_bytes()).await,
            wrong,
            "digit {at_byte}"
        );
    }
    let longer = format!("{body} ");
    let shorter = &body[..body.len() - 1];
    for changed in [longer.as_str(), shorter, "", "{}", &word(other), &body.replace("500", "501")] {
        assert_eq!(call(&world, &[(TIME, &at), (SIGNATURE, &signature)], changed.as_bytes()).await, wrong, "{changed}");
    }
    let another_secret = Secret::new(b"another").sign(Purpose::Call, now, body.as_bytes());
    let of = |purpose| Secret::new(PROVIDER_SECRET).sign(purpose, now, body.as_bytes());
    let (request, answer) = (of(Purpose::Request { path: "/orders" }), of(Purpose::Answer { request: &signature }));
    let of_other_time = sign(now - 1, body.as_bytes());
    let bare = signature.trim_start_matches("v1=").to_owned();
    let second_version = format!("v2={bare}");
    for signature in [
        "",
        "v1=",
        "null",
        &another_secret,
        &request,
        &answer,
        &of_other_time,
        &bare,
        &second_version,
        &signature[..66],
        &format!("{signature}0"),
        &format!("v1= {bare}"),
        &"f".repeat(10_000),
    ] {
        assert_eq!(
            call(&world, &[(TIME, &at), (SIGNATURE, signature)], body.as_bytes()).await,
            wrong,
            "{signature:.80}"
        );
    }
    for time in [
        "",
        "now",
        "1e9",
        "-1",
        &format!("{now}.0"),
        &(now + 1).to_string(),
        "9223372036854775808",
        &format!("{now}000"),
    ] {
        assert_eq!(call(&world, &[(TIME, time), (SIGNATURE, &signature)], body.as_bytes()).await, wrong, "{time}");
    }
    assert_eq!(call(&world, &[(TIME, &at)], body.as_bytes()).await, wrong);
    assert_eq!(call(&world, &[(SIGNATURE, &signature)], body.as_bytes()).await, wrong);
    assert_eq!(call(&world, &[], body.as_bytes()).await, wrong);
    assert_eq!(world.ends(), before, "E2");
    assert_eq!(call(&world, &[(TIME, &at), (SIGNATURE, &signature)], body.as_bytes()).await, (200, String::new()));
}

#[tokio::test]
async fn what_is_not_of_now_or_comes_again_is_turned_away() {
    let (world, _, [order, other]) = ordered().await;
    let body = word(order);
    let signed = async |at: i64, body: &str| {
        call(&world, &[(TIME, &at.to_string()), (SIGNATURE, &sign(at, body.as_bytes()))], body.as_bytes()).await
    };
    let now = now_ms() / 1_000;
    let before = world.ends();
    for away in [310, 600, 86_400, i64::from(i32::MAX), i64::MAX / 2] {
        for at in [now - away, now + away] {
            assert_eq!(signed(at, &body).await, (401, "TIMESTAMP_TOO_OLD".into()), "{away}");
        }
    }
    assert_eq!(world.ends(), before);
    assert_eq!(signed(now, &body).await, (200, String::new()));
    let credited = world.settled().await;
    let ends = world.ends();
    // The very same call, however its fields are spelt.
    let signature = sign(now, body.as_bytes());
    let loud = format!("v1={}", signature.trim_start_matches("v1=").to_uppercase());
    let plus = format!("+{now}");
    let padded = format!("0{now}");
    for (at, signature) in [
        (now.to_string(), signature.clone()),
        (now.to_string(), loud),
        (plus, signature.clone()),
        (padded, signature.clone()),
    ] {
        let told = call(&world, &[(TIME, &at), (SIGNATURE, &signature)], body.as_bytes()).await;
        let turned = [(409, "REPLAYED".to_owned()), (401, "SIGNATURE_INVALID".to_owned())];
        assert!(turned.contains(&told), "{at} {signature}: {told:?}");
        assert_eq!(world.ends(), ends, "{at} {signature}");
    }
    // Signed anew it is heard again, and credits nothing again; nor does it credit another order.
    assert_eq!(signed(now - 1, &body).await, (200, String::new()));
    assert_eq!(world.settled().await, credited, "one effect");
    assert_eq!(signed(now, &word(other)).await, (200, String::new()));
    let both = world.settled().await;
    assert_eq!(both.len(), credited.len() + 1);
    // What was here is not remembered over a restart; the orders are, and take nothing twice.
    let world = world.restarted().await;
    for order in [order, other] {
        let (body, at) = (word(order), now.to_string());
        let told = call(&world, &[(TIME, &at), (SIGNATURE, &sign(now, body.as_bytes()))], body.as_bytes()).await;
        assert_eq!(told, (200, String::new()));
    }
    assert_eq!(world.settled().await, both, "W2: one effect");
}

/// What is signed and cannot be: the provider may make mistakes, too.
#[tokio::test]
async fn a_signed_word_that_cannot_be_changes_nothing() {
    let (world, _, [order, _]) = ordered().await;
    let now = now_ms() / 1_000;
    let entries = world.settled().await;
    let number = order.to_string();
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    let bodies = [
        String::new(),
        "null".into(),
        "[]".into(),
        "{".into(),
        "{}".into(),
        deep,
        json!({ "number": number }).to_string(),
        json!({ "number": order, "status": "succeeded", "amount": 500 }).to_string(),
        json!({ "number": number, "status": "rich", "amount": 500 }).to_string(),
        json!({ "number": number, "status": "succeeded", "amount": "500" }).to_string(),
        json!({ "number": number, "status": "succeeded", "amount": 1.5 }).to_string(),
        json!({ "number": format!("-{number}"), "status": "succeeded", "amount": 500 }).to_string(),
        json!({ "number": format!("../{number}"), "status": "succeeded", "amount": 500 }).to_string(),
        format!("{{\"number\":\"{number}\",\"status\":\"succeeded\",\"amount\":1e400}}"),
        format!("{{\"number\":\"{number}\",\"status\":\"failed\",\"status\":\"succeeded\",\"amount\":500}}"),
    ];
    for (n, body) in bodies.iter().enumerate() {
        let at = now - n as i64;
        let told =
            call(&world, &[(TIME, &at.to_string()), (SIGNATURE, &sign(at, body.as_bytes()))], body.as_bytes()).await;
        assert_eq!(told, (400, "MALFORMED".into()), "{body:.120}");
    }
    for amount in [0, -1, 499, 501, i64::MAX, i64::MIN] {
        let body = json!({ "number": number, "status": "succeeded", "amount": amount }).to_string();
        let (status, code) =
            call(&world, &[(TIME, &now.to_string()), (SIGNATURE, &sign(now, body.as_bytes()))], body.as_bytes()).await;
        // Taken in and raised, or refused: either way nothing moves.
        assert!(status == 200 || (status == 400 && code == "MALFORMED"), "{amount}: {status} {code}");
    }
    assert_eq!(world.settled().await, entries);
    let unknown = json!({ "number": "7", "status": "succeeded", "amount": 500 }).to_string();
    let told =
        call(&world, &[(TIME, &now.to_string()), (SIGNATURE, &sign(now, unknown.as_bytes()))], unknown.as_bytes())
            .await;
    assert_eq!(told, (422, "NO_SUCH_ORDER".into()));
    let large = "x".repeat(70_000);
    let told =
        call(&world, &[(TIME, &now.to_string()), (SIGNATURE, &sign(now, large.as_bytes()))], large.as_bytes()).await;
    assert_eq!(told, (413, "TOO_LARGE".into()));
}
