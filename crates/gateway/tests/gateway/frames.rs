//! Frames as they must not be (T4, T5, C1, C2).

use laisee_gateway::http::routes::ROUTES;
use laisee_wire::v1::{self, ClientFrame, ErrorCode, client_frame::Body as Ask, server_frame::Body as Answer};
use prost::Message as _;
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use crate::{
    live::{Encoding, Live},
    world::{World, config, say, text},
};

/// Every request there is, with nothing in it, but for those that make or need a token.
pub fn requests() -> Vec<Ask> {
    let routes = ROUTES.iter().map(|route| (route.read)(json!({})).unwrap());
    routes.chain([Ask::Heartbeat(v1::Heartbeat {})]).collect()
}

/// Rule C1.
#[tokio::test]
async fn any_other_first_frame_is_out_of_order() {
    let world = World::new();
    for request in requests() {
        let mut live = Live::connect(&world.addr, Encoding::Protobuf).await;
        live.send(request.clone()).await;
        assert_eq!(live.end().await, (Some(4401), Some(ErrorCode::OutOfOrder)), "{request:?}");
    }
}

/// Rule C1: also between Hello and Welcome, and the answer is that to the request.
#[tokio::test]
async fn nothing_is_asked_before_the_welcome() {
    let world = World::new();
    let ann = world.sign_up("ann").await;
    let mut live = Live::connect(&world.addr, Encoding::Protobuf).await;
    let hello = Ask::Hello(v1::Hello { token: ann.token.clone(), client: String::new() });
    let frames = [(1, hello), (2, Ask::GetWallet(v1::GetWallet {}))];
    for (request, body) in frames {
        let frame = ClientFrame { request, body: Some(body) };
        futures_util::SinkExt::feed(&mut live.socket, Encoding::Protobuf.encode(&frame)).await.unwrap();
    }
    futures_util::SinkExt::flush(&mut live.socket).await.unwrap();
    let Answer::Error(error) = live.answer_to(2).await else { panic!("answered") };
    assert_eq!(error.code(), ErrorCode::OutOfOrder);
    assert_eq!(live.end().await.0, Some(4401));
}

/// Rule C1.
#[tokio::test]
async fn a_wrong_token_closes() {
    let world = World::new();
    let ann = world.sign_up("ann").await;
    let mut other = ann.token.clone();
    other.replace_range(20..21, if &ann.token[20..21] == "A" { "B" } else { "A" });
    // One names a shard that does not exist, in the bits of its user.
    let nowhere = "AAAAAAA_8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    for token in ["", "nonsense", "AAAA", &other, &ann.token[1..], &format!("{}A", ann.token), nowhere] {
        let mut live = Live::connect(&world.addr, Encoding::Protobuf).await;
        live.send(Ask::Hello(v1::Hello { token: token.into(), client: String::new() })).await;
        assert_eq!(live.end().await, (Some(4401), Some(ErrorCode::Unauthenticated)), "{token}");
    }
}

/// Rule C1.
#[tokio::test]
async fn hello_comes_once() {
    let world = World::new();
    let ann = world.sign_up("ann").await;
    let mut live = world.live(&ann).await;
    let Answer::Error(error) = live.hello(&ann.token).await else { panic!("welcome again") };
    assert_eq!(error.code(), ErrorCode::OutOfOrder);
    assert!(matches!(live.ask(Ask::GetWallet(v1::GetWallet {})).await, Answer::Wallet(_)), "nothing else is affected");
}

/// Rule C1.
#[tokio::test]
async fn whoever_says_nothing_is_closed() {
    let world = World::configured(laisee_gateway::GatewayConfig { hello_ms: 100, ..config() });
    let mut live = Live::connect(&world.addr, Encoding::Protobuf).await;
    assert_eq!(live.end().await.0, Some(4408));
}

/// Rule T5: whatever comes, it is answered and closes this connection only.
#[tokio::test]
async fn nonsense_is_malformed() {
    let world = World::new();
    let ann = world.sign_up("ann").await;
    let mut beside = world.live(&ann).await;
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    let texts = ["", "{", "null", "[]", "\"x\"", "{\"request\":-1}", "{\"request\":1e99}", &deep];
    let wrong_kinds = [
        r#"{"request":1,"getWallet":5}"#,
        r#"{"request":1,"openPacket":{"packet":"many"}}"#,
        r#"{"request":1,"openPacket":{"packet":"-1"}}"#,
        r#"{"request":1,"openPacket":{"packet":"18446744073709551616"}}"#,
        r#"{"request":1,"openPacket":{"packet":"1"},"getWallet":{}}"#,
        r#"{"request":1,"topUp":{"id":"x","amount":1.5}}"#,
        r#"{"request":1,"topUp":{"id":"x","amount":"9223372036854775808"}}"#,
    ];
    for text in texts.into_iter().chain(wrong_kinds) {
        let mut live = world.live_in(&ann, Encoding::Json).await;
        live.raw(Message::Text(text.into())).await;
        assert_eq!(live.end().await, (Some(4400), Some(ErrorCode::Malformed)), "{text:.60}");
    }
    let good = ClientFrame { request: 9, body: Some(say(1, "hello")) }.encode_to_vec();
    let cut = good[..good.len() - 1].to_vec();
    // Field 2 as a varint; a length beyond the end; a field number of zero.
    for bytes in [vec![0xff; 40], vec![0x08], vec![0x10, 0x01], vec![0x12, 0xff, 0xff, 0xff, 0x7f], vec![0x00], cut] {
        let mut live = world.live(&ann).await;
        live.raw(Message::Binary(bytes.clone().into())).await;
        assert_eq!(live.end().await, (Some(4400), Some(ErrorCode::Malformed)), "{bytes:?}");
    }
    assert!(matches!(beside.ask(Ask::GetWallet(v1::GetWallet {})).await, Answer::Wallet(_)));
}

/// Rule C2.
#[tokio::test]
async fn a_request_has_a_number() {
    let world = World::new();
    let ann = world.sign_up("ann").await;
    for encoding in Encoding::BOTH {
        let mut live = world.live_in(&ann, encoding).await;
        let frame = ClientFrame { request: 0, body: Some(Ask::GetWallet(v1::GetWallet {})) };
        live.raw(encoding.encode(&frame)).await;
        assert_eq!(live.end().await, (Some(4400), Some(ErrorCode::Malformed)));
    }
}

/// Rule C2: a request of a later version of the protocol is unsupported, and nothing else is affected.
#[tokio::test]
async fn an_unknown_request_is_unsupported() {
    let world = World::new();
    let ann = world.sign_up("ann").await;
    let mut protobuf = world.live(&ann).await;
    // Request 5 with field 1000, a message.
    protobuf.raw(Message::Binary(vec![0x08, 5, 0xc2, 0x3e, 0].into())).await;
    let mut json = world.live_in(&ann, Encoding::Json).await;
    json.raw(Message::Text(r#"{"request":5,"beamMeUp":{}}"#.into())).await;
    for live in [&mut protobuf, &mut json] {
        let Answer::Error(error) = live.answer_to(5).await else { panic!("answered") };
        assert_eq!(error.code(), ErrorCode::Unsupported);
        assert!(matches!(live.ask(Ask::GetWallet(v1::GetWallet {})).await, Answer::Wallet(_)));
    }
}

/// Rule C2: many at once, and every answer bears its request's number.
#[tokio::test]
async fn answers_bear_the_numbers_of_their_requests() {
    let world = World::new();
    let (ann, _, conversation) = world.ann_and_bob().await;
    let mut live = world.live(&ann).await;
    let mut numbers = Vec::new();
    for n in 0..300 {
        let words = format!("{n}");
        let id = crate::world::new_id();
        let message = v1::SendMessage { conversation, client_msg_id: id.clone(), content: text(&words) };
        numbers.push((live.send(Ask::SendMessage(message)).await, id));
    }
    for (number, id) in numbers.into_iter().rev() {
        let Answer::MessageSent(sent) = live.answer_to(number).await else { panic!("not sent") };
        assert_eq!(sent.client_msg_id, id);
    }
}

/// Rule T4: at the limit it is a frame, above it the connection ends; in pieces as well.
#[tokio::test]
async fn a_frame_has_a_largest_size() {
    let world = World::configured(laisee_gateway::GatewayConfig { frame_max_bytes: 2_000, ..config() });
    let (ann, _, conversation) = world.ann_and_bob().await;
    let of_size = |size: usize| {
        let frame = |words: &str| ClientFrame { request: 3, body: Some(say(conversation, words)) }.encode_to_vec();
        let more = size - frame(&"x".repeat(1_000)).len();
        frame(&"x".repeat(1_000 + more))
    };
    let mut live = world.live(&ann).await;
    live.raw(Message::Binary(of_size(2_000).into())).await;
    assert!(matches!(live.answer_to(3).await, Answer::MessageSent(_)));
    live.raw(Message::Binary(of_size(2_001).into())).await;
    assert_eq!(live.end().await, (Some(4413), Some(ErrorCode::TooLarge)));

    let mut live = world.live(&ann).await;
    let large = of_size(2_001);
    for (n, piece) in large.chunks(500).enumerate() {
        use tokio_tungstenite::tungstenite::protocol::frame::{
            Frame,
            coding::{Data, OpCode},
        };
        let kind = OpCode::Data(if n == 0 { Data::Binary } else { Data::Continue });
        live.raw(Message::Frame(Frame::message(piece.to_vec(), kind, (n + 1) * 500 >= large.len()))).await;
    }
    assert_eq!(live.end().await, (Some(4413), Some(ErrorCode::TooLarge)));
}

/// What the lower protocol allows is no frame and does no harm.
#[tokio::test]
async fn pings_are_answered() {
    let world = World::new();
    let ann = world.sign_up("ann").await;
    let mut live = world.live(&ann).await;
    live.raw(Message::Ping(vec![1, 2, 3].into())).await;
    let answer = futures_util::StreamExt::next(&mut live.socket).await.unwrap().unwrap();
    assert_eq!(answer, Message::Pong(vec![1, 2, 3].into()));
    assert!(matches!(live.ask(Ask::GetWallet(v1::GetWallet {})).await, Answer::Wallet(_)));
}
