//! Amounts that are none: nothing, less than nothing, more than there can be, parts of a fen, and what is no number at all
//! (W1, W3), in both encodings.

use laisee_gateway::http::{admin_routes::ADMIN_ROUTES, openapi::message};
use laisee_wire::v1::server_frame::Body as Answer;
use prost_reflect::{Kind, MessageDescriptor};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use super::{
    ledger::Findings,
    roads::{Road, frame_field, frames},
    rows::{Again, OPERATORS, Row, USERS},
    scene::Scene,
};
use crate::live::{Encoding, Live};

/// A field that holds an amount, and what its request says to one that cannot be.
struct Amount {
    request: &'static str,
    field: &'static str,
    /// To zero and less, and to more than anybody has.
    codes: &'static [&'static str],
}

/// The fields of requests that hold amounts: all of 64 bits with a sign that are no times.
const AMOUNTS: [Amount; 7] = [
    Amount { request: "TopUp", field: "amount", codes: &["AMOUNT_INVALID"] },
    Amount { request: "Withdraw", field: "amount", codes: &["AMOUNT_INVALID", "LIMIT_PER_TRANSACTION"] },
    Amount { request: "SendPacket", field: "amount", codes: &["AMOUNT_INVALID", "SHARE_AMOUNT_INVALID"] },
    Amount { request: "SendTransfer", field: "amount", codes: &["AMOUNT_INVALID"] },
    Amount { request: "ChangeSetting", field: "value", codes: &["SETTING_UNFIT"] },
    // These look for amounts and move none: any whole number is one to look for.
    Amount { request: "GetStatement", field: "amountMin", codes: &[] },
    Amount { request: "GetStatement", field: "amountMax", codes: &[] },
];

/// What cannot be an amount, as it would stand in JSON.
const NEVER: [&str; 8] = [
    "0",
    "\"0\"",
    "-1",
    "\"-1\"",
    "\"-9223372036854775808\"",
    "-9223372036854775808",
    "\"9223372036854775807\"",
    "9223372036854775807",
];

/// What is no whole number of 64 bits.
const NO_NUMBERS: [&str; 32] = [
    "\"9223372036854775808\"",
    "9223372036854775808",
    "\"18446744073709551615\"",
    "18446744073709551615",
    "\"-9223372036854775809\"",
    "1e400",
    "-1e400",
    "1e3",
    "1E2",
    "\"1e3\"",
    "1.5",
    "\"1.5\"",
    "1.0",
    "\"1.0\"",
    "0.1",
    "\"0,1\"",
    "null",
    "true",
    "\"\"",
    "\" 1\"",
    "\"1 \"",
    "\"1_000\"",
    "\"1,000\"",
    "\"0x10\"",
    "\"\u{0661}\"",
    "\"\u{ff11}\"",
    "\"NaN\"",
    "\"Infinity\"",
    "NaN",
    "[1]",
    "{}",
    "\"1\\u0000\"",
];

fn row_of(request: &str) -> &'static Row {
    USERS.iter().chain(OPERATORS).find(|row| row.request == request).unwrap()
}

/// Fields with 64 bits and a sign, in a message and in those within it.
fn signed(of: &MessageDescriptor, found: &mut Vec<String>) {
    for field in of.fields() {
        match field.kind() {
            Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => found.push(field.json_name().to_owned()),
            Kind::Double | Kind::Float => panic!("W1: {} has fractions", field.full_name()),
            // What is in it is posted by the server alone: a client that writes a card is refused (M9).
            Kind::Message(within) if within.name() == "Content" => {}
            Kind::Message(within) => signed(&within, found),
            _ => {}
        }
    }
}

/// A new amount in a request fails here until it has a row.
#[test]
fn every_amount_has_a_row() {
    let users = frames().into_iter().map(|(request, _)| request);
    let operators = ADMIN_ROUTES.iter().map(|route| route.request.to_owned());
    let mut found = vec![];
    for request in users.chain(operators) {
        let mut fields = vec![];
        signed(&message(&request), &mut fields);
        found.extend(fields.into_iter().filter(|field| !field.ends_with("Ms")).map(|field| (request.clone(), field)));
    }
    let mut rows: Vec<_> = AMOUNTS.iter().map(|row| (row.request.to_owned(), row.field.to_owned())).collect();
    found.sort_unstable();
    rows.sort_unstable();
    assert_eq!(found, rows);
}

/// Nothing in the protocol has fractions (W1), whichever way it goes.
#[test]
fn there_are_no_fractions_anywhere() {
    for name in ["ClientFrame", "ServerFrame"] {
        for field in message(name).fields() {
            if let Kind::Message(of) = field.kind() {
                signed(&of, &mut vec![]);
            }
        }
    }
}

fn with_text(body: &Value, field: &str, literal: &str) -> String {
    let mut body = body.clone();
    body[field] = json!("@@");
    body.to_string().replace("\"@@\"", literal)
}

/// Rules W1, W3, E2: refused with one of a few codes, on every road that takes JSON, and nothing has happened.
#[tokio::test]
async fn what_is_no_amount_is_refused_in_json() {
    let scene = Scene::new().await;
    let mut findings = Findings::default();
    let entries = scene.world.settled().await;
    for amount in AMOUNTS.iter().filter(|amount| !amount.codes.is_empty()) {
        let row = row_of(amount.request);
        let token = (row.by)(&scene);
        for road in Road::of(row.request).filter(|road| *road != Road::Live(Encoding::Protobuf)) {
            for (literals, codes) in [(&NEVER[..], amount.codes), (&NO_NUMBERS[..], &["MALFORMED"])] {
                for literal in literals {
                    let what = format!("{} {} on {road:?}: {literal}", row.request, amount.field);
                    let (body, ends) = ((row.body)(&scene), scene.world.ends());
                    let text = with_text(&body, amount.field, literal);
                    let told = scene.world.tell_text(road, token, row.request, &body, &text).await;
                    let status = if codes == ["MALFORMED"] { 400 } else { 422 };
                    let status = if road == Road::Rest { status } else { 0 };
                    findings.check(codes.contains(&told.code.as_str()) && told.status == status, || {
                        format!("{what}: {told:?}")
                    });
                    findings.nothing_happened(&scene.world, &ends, &what);
                }
            }
        }
    }
    findings.none_of(500);
    assert_eq!(scene.world.settled().await, entries);
}

/// A field of protobuf by hand.
fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = vec![];
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

/// A frame whose request has these bytes besides its own.
fn frame_with(row: &Row, body: &Value, more: &[u8]) -> Vec<u8> {
    let field = frame_field(row.request).unwrap();
    let frame: laisee_wire::v1::ClientFrame =
        serde_json::from_value(json!({ "request": 7, field.clone(): body })).unwrap();
    let bytes = prost::Message::encode_to_vec(&frame);
    // Request 7 takes two bytes; then comes the tag of the body, its length, and its bytes to the end.
    let tag_end = 2 + bytes[2..].iter().position(|byte| byte & 0x80 == 0).unwrap() + 1;
    let length_end = tag_end + bytes[tag_end..].iter().position(|byte| byte & 0x80 == 0).unwrap() + 1;
    let inner = [&bytes[length_end..], more].concat();
    [&bytes[..tag_end], &varint(inner.len() as u64), &inner].concat()
}

/// The same in protobuf, where the last of two fields with one number counts.
#[tokio::test]
async fn what_is_no_amount_is_refused_in_protobuf() {
    let scene = Scene::new().await;
    let mut findings = Findings::default();
    let entries = scene.world.settled().await;
    let minus_one = vec![0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    for amount in AMOUNTS.iter().filter(|amount| !amount.codes.is_empty() && frame_field(amount.request).is_some()) {
        let row = row_of(amount.request);
        let number = message(row.request).get_field_by_json_name(amount.field).unwrap().number() as u64;
        let tag = |wire: u64| varint(number << 3 | wire);
        let of_varint = |value: Vec<u8>| [tag(0), value].concat();
        let mut eleven = vec![0xff; 10];
        eleven.push(1);
        let cases = [
            (of_varint(varint(0)), amount.codes),
            (of_varint(minus_one.clone()), amount.codes),
            (of_varint(varint(u64::MAX)), amount.codes),
            (of_varint(varint(i64::MAX as u64)), amount.codes),
            (of_varint(varint(1 << 63)), amount.codes),
            // Beyond 64 bits, cut off, and on other wire types.
            (of_varint(eleven), &["MALFORMED"][..]),
            (of_varint(vec![0xff, 0xff]), &["MALFORMED"]),
            ([tag(1), 1.5_f64.to_le_bytes().to_vec()].concat(), &["MALFORMED"]),
            ([tag(5), 1.5_f32.to_le_bytes().to_vec()].concat(), &["MALFORMED"]),
            ([tag(2), vec![3], b"500".to_vec()].concat(), &["MALFORMED"]),
            (tag(3), &["MALFORMED"]),
        ];
        for (bytes, codes) in cases {
            let what = format!("{}: {bytes:?}", row.request);
            let ends = scene.world.ends();
            let mut live = Live::connect(&scene.world.addr, Encoding::Protobuf).await;
            assert!(matches!(live.hello((row.by)(&scene)).await, Answer::Welcome(_)));
            live.raw(Message::Binary(frame_with(row, &(row.body)(&scene), &bytes).into())).await;
            let code = match live.answer_or_end(7).await {
                Ok(Answer::Error(error)) => error.code(),
                Err(Some(code)) => code,
                other => panic!("{what}: {other:?}"),
            };
            findings.check(codes.contains(&super::roads::short(code).as_str()), || format!("{what}: {code:?}"));
            findings.nothing_happened(&scene.world, &ends, &what);
        }
    }
    findings.none_of(40);
    assert_eq!(scene.world.settled().await, entries);
}

/// What only looks for amounts answers or refuses, and changes nothing.
#[tokio::test]
async fn what_looks_for_amounts_takes_any_whole_number_and_nothing_else() {
    let scene = Scene::new().await;
    let ends = scene.world.ends();
    for amount in AMOUNTS.iter().filter(|amount| amount.codes.is_empty()) {
        let row = row_of(amount.request);
        assert_eq!(row.again, Again::Reads);
        for (literals, fits) in [(&NEVER[..], true), (&NO_NUMBERS[..], false)] {
            for literal in literals {
                // A query has neither quotes nor anything but text.
                let Ok(Value::String(value)) = serde_json::from_str::<Value>(literal) else { continue };
                let body = json!({ amount.field: value });
                let told = scene.tell(Road::Rest, (row.by)(&scene), row.request, &body).await;
                let expected = if fits { (200, "") } else { (400, "MALFORMED") };
                assert_eq!((told.status, told.code.as_str()), expected, "{} {literal}", amount.field);
            }
        }
    }
    assert_eq!(scene.world.ends(), ends);
}

/// Every further number of a money command at its edges: counts, kinds, arrivals and ids.
#[tokio::test]
async fn other_numbers_of_money_commands_are_held_to_their_limits() {
    let scene = Scene::new().await;
    let mut findings = Findings::default();
    let entries = scene.world.settled().await;
    for row in USERS.iter().filter(|row| matches!(row.again, Again::Once(_)) && row.request != "SendMessage") {
        let message = message(row.request);
        for field in
            message.fields().filter(|field| matches!(field.kind(), Kind::Uint32 | Kind::Uint64 | Kind::Enum(_)))
        {
            for literal in [
                "-1",
                "\"-1\"",
                "1.5",
                "1e400",
                "18446744073709551616",
                "\"18446744073709551616\"",
                "true",
                "{}",
                "\"x\"",
            ] {
                let (body, ends) = ((row.body)(&scene), scene.world.ends());
                let text = with_text(&body, field.json_name(), literal);
                for road in [Road::Rest, Road::Live(Encoding::Json)] {
                    let told = scene.world.tell_text(road, (row.by)(&scene), row.request, &body, &text).await;
                    let what = format!("{} {} {literal} on {road:?}", row.request, field.name());
                    findings.check(told.code == "MALFORMED", || format!("{what}: {told:?}"));
                    findings.nothing_happened(&scene.world, &ends, &what);
                }
            }
        }
    }
    findings.none_of(50);
    assert_eq!(scene.world.settled().await, entries);
}
