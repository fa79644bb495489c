//! Rules T1 and T2: one meaning in two encodings, and room for what later versions add.

#![allow(clippy::unwrap_used)]

use laisee_wire::v1::{
    ClientFrame, Content, ErrorCode, Extension, Message, PageOrder, PullOffline, SendMessage, ServerFrame, SyncSegment,
    Text, Wallet, client_frame, content::Kind, server_frame,
};
use prost::Message as _;
use serde_json::{Value, json};

fn say(kind: Kind) -> ClientFrame {
    let content = Some(Content { fallback: String::new(), kind: Some(kind) });
    let send = SendMessage { conversation: u64::MAX, client_msg_id: "id".into(), content };
    ClientFrame { request: 7, body: Some(client_frame::Body::SendMessage(send)) }
}

#[test]
fn json_has_the_canonical_names_and_numbers() {
    let text = Text { text: "利是".into(), mentions: vec![1 << 60], reply_to: 3 };
    let expected = json!({
        "request": 7,
        "sendMessage": {
            "conversation": "18446744073709551615",
            "clientMsgId": "id",
            "content": { "fallback": "", "text": { "text": "利是", "mentions": ["1152921504606846976"], "replyTo": 3 } },
        },
    });
    assert_eq!(serde_json::to_value(say(Kind::Text(text))).unwrap(), expected);
    let bytes = Extension { r#type: "k".into(), body: vec![0, 255, 16] };
    let value = serde_json::to_value(say(Kind::Extension(bytes))).unwrap();
    assert_eq!(value["sendMessage"]["content"]["extension"], json!({ "type": "k", "body": "AP8Q" }));
    let pull = PullOffline { order: PageOrder::NewestFirst.into(), limit: 5, page_token: String::new() };
    assert_eq!(
        serde_json::to_value(pull).unwrap(),
        json!({ "order": "PAGE_ORDER_NEWEST_FIRST", "limit": 5, "pageToken": "" })
    );
}

/// What a lenient writer may write, a reader takes.
#[test]
fn json_is_read_in_every_spelling_the_mapping_allows() {
    let frame = |value: Value| serde_json::from_value::<ClientFrame>(value);
    let expected = frame(json!({ "request": 1, "acknowledge": { "conversation": "5", "through": 2 } })).unwrap();
    for spelling in [
        json!({ "request": 1, "acknowledge": { "conversation": 5, "through": 2 } }),
        json!({ "request": "1", "acknowledge": { "conversation": "5", "through": "2" } }),
    ] {
        assert_eq!(frame(spelling.clone()).unwrap(), expected, "{spelling}");
    }
    let by_number = serde_json::from_value::<PullOffline>(json!({ "order": 1 })).unwrap();
    assert_eq!(by_number.order(), PageOrder::NewestFirst);
    for wrong in [
        json!({ "request": -1 }),
        json!({ "request": 1.5 }),
        json!({ "acknowledge": { "conversation": "18446744073709551616" } }),
        json!({ "acknowledge": { "conversation": "five" } }),
        json!({ "acknowledge": [] }),
        json!({ "acknowledge": {}, "markRead": {} }),
        json!([]),
    ] {
        assert!(frame(wrong.clone()).is_err(), "{wrong}");
    }
}

#[test]
fn unknown_fields_are_ignored_in_both_encodings() {
    let known = say(Kind::Text(Text { text: "hi".into(), ..Text::default() }));
    let mut json = serde_json::to_value(&known).unwrap();
    json["later"] = json!({ "any": ["thing"] });
    json["sendMessage"]["later"] = json!(1);
    assert_eq!(serde_json::from_value::<ClientFrame>(json).unwrap(), known);
    let mut bytes = known.encode_to_vec();
    // Field 1000, three bytes.
    bytes.extend([0xc2, 0x3e, 3, 1, 2, 3]);
    assert_eq!(ClientFrame::decode(&*bytes).unwrap(), known);
}

/// A number that this version has no name for comes through protobuf whole, and is what it is to whoever asks.
#[test]
fn codes_of_later_versions_are_kept() {
    let error = laisee_wire::v1::Error { code: 4_711, ..Default::default() };
    let frame = ServerFrame { request: 1, body: Some(server_frame::Body::Error(error)) };
    let read = ServerFrame::decode(&*frame.encode_to_vec()).unwrap();
    let Some(server_frame::Body::Error(error)) = read.body else { panic!("{read:?}") };
    assert_eq!((error.code, error.code()), (4_711, ErrorCode::Unspecified));
}

#[test]
fn answers_mean_the_same_in_both_encodings() {
    let message = Message { conversation: 1 << 63, seq: 1, at_ms: -1, ..Message::default() };
    let bodies = [
        server_frame::Body::Wallet(Wallet { balance: i64::MIN, ..Wallet::default() }),
        server_frame::Body::MessageNotice(laisee_wire::v1::MessageNotice { message: Some(message) }),
        server_frame::Body::SyncSegment(SyncSegment { page_end: true, ..SyncSegment::default() }),
    ];
    for body in bodies {
        let frame = ServerFrame { request: 3, body: Some(body) };
        assert_eq!(ServerFrame::decode(&*frame.encode_to_vec()).unwrap(), frame);
        let json = serde_json::to_string(&frame).unwrap();
        assert_eq!(serde_json::from_str::<ServerFrame>(&json).unwrap(), frame, "{json}");
    }
}
