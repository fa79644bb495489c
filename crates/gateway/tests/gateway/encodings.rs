//! Both subprotocols, and REST, say the same (T1 to T3).

use laisee_wire::v1::{self, client_frame::Body as Ask, server_frame::Body as Answer};
use serde_json::{Value, json};

use crate::{
    live::{Encoding, Live},
    web,
    world::{World, id, packet, say, send_packet, text, top_up},
};

/// Rule T1.
#[tokio::test]
async fn a_connection_names_one_of_the_two_subprotocols() {
    let world = World::new();
    let upgrade = "upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    for (fields, what) in [
        (String::new(), "no WebSocket at all"),
        (upgrade.to_owned(), "no subprotocol"),
        (format!("{upgrade}sec-websocket-protocol: laisee.v2, chat\r\n"), "unknown subprotocols"),
        (format!("{upgrade}sec-websocket-protocol: laisee.v1\r\n").replace("13", "8"), "an old version"),
    ] {
        let fields = format!("connection: upgrade\r\n{fields}");
        assert_eq!(web::send(&world.addr, "GET", "/v1/ws", &fields, b"").await.status, 400, "{what}");
    }
}

/// Rule T1: of several that are offered the first one known is chosen.
#[tokio::test]
async fn unknown_subprotocols_beside_a_known_one_do_no_harm() {
    let world = World::new();
    let fields = "connection: keep-alive, Upgrade\r\nupgrade: WebSocket\r\nsec-websocket-version: 13\r\n\
                  sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: chat, laisee.v1.json\r\n";
    let mut stream = tokio::net::TcpStream::connect(&world.addr).await.unwrap();
    let head = format!("GET /v1/ws HTTP/1.1\r\nhost: here\r\n{fields}\r\n");
    tokio::io::AsyncWriteExt::write_all(&mut stream, head.as_bytes()).await.unwrap();
    let mut answer = vec![0; 1_000];
    let read = tokio::io::AsyncReadExt::read(&mut stream, &mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer[..read]).to_lowercase();
    assert!(answer.starts_with("http/1.1 101"), "{answer}");
    assert!(answer.contains("sec-websocket-protocol: laisee.v1.json"), "{answer}");
    assert!(answer.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="), "{answer}");
}

/// Rules T1 and T3: whatever one may ask without changing anything has one answer, however it is asked.
#[tokio::test]
async fn every_question_has_one_answer_in_both_encodings_and_over_rest() {
    let world = World::new();
    let (ann, bob, conversation) = world.ann_and_bob().await;
    let group = world.group(&ann, &[&bob]).await;
    let mut live = world.live(&ann).await;
    live.ask(top_up(10_000)).await;
    for words in ["hello", "你好", "🧧 \"quoted\" \\ \u{0}"] {
        live.ask(say(group, words)).await;
    }
    let packet = send_packet(&mut live, packet(group, 888, 2)).await;
    let mut json = world.live_in(&ann, Encoding::Json).await;

    let questions = [
        (Ask::ListSessions(v1::ListSessions {}), "/v1/sessions".to_owned()),
        (Ask::GetWallet(v1::GetWallet {}), "/v1/wallet".into()),
        (Ask::GetStatement(v1::GetStatement { limit: 2, ..Default::default() }), "/v1/wallet/statement?limit=2".into()),
        (Ask::GetPin(v1::GetPin {}), "/v1/wallet/pin".into()),
        (Ask::ListOrders(v1::ListOrders::default()), "/v1/wallet/orders".into()),
        (Ask::GetOrder(v1::GetOrder { order: 1 }), "/v1/wallet/orders/1".into()),
        (
            Ask::GetStatement(v1::GetStatement {
                kinds: vec![v1::MovementKind::TopUp.into()],
                direction: v1::Direction::In.into(),
                search: "top".into(),
                ..Default::default()
            }),
            "/v1/wallet/statement?kinds=MOVEMENT_KIND_TOP_UP&direction=DIRECTION_IN&search=top".into(),
        ),
        (Ask::ListFriends(v1::ListFriends {}), "/v1/friends".into()),
        (Ask::FindUser(v1::FindUser { name: "bob".into(), id: 0 }), "/v1/users/find?name=bob".into()),
        (
            Ask::GetUsers(v1::GetUsers { ids: vec![ann.user, bob.user] }),
            format!("/v1/users?ids={}&ids={}", ann.user, bob.user),
        ),
        (Ask::GetConversation(v1::GetConversation { conversation }), format!("/v1/conversations/{conversation}")),
        (
            Ask::GetHistory(v1::GetHistory { conversation: group, after: 1, ..Default::default() }),
            format!("/v1/conversations/{group}/messages?after=1"),
        ),
        (
            Ask::GetMembers(v1::GetMembers { conversation: group, ..Default::default() }),
            format!("/v1/conversations/{group}/members"),
        ),
        (Ask::GetPacket(v1::GetPacket { packet }), format!("/v1/packets/{packet}")),
        (Ask::ExportPacket(v1::ExportPacket { packet }), format!("/v1/packets/{packet}/export")),
        (Ask::GrabPacket(v1::GrabPacket { packet }), format!("/v1/packets/{packet}/grab")),
        (Ask::CountOffline(v1::CountOffline {}), "/v1/offline/count".into()),
        (Ask::GetPacket(v1::GetPacket { packet: 1 }), "/v1/packets/1".into()),
    ];
    for (question, path) in questions {
        let in_protobuf = live.ask(question.clone()).await;
        assert_eq!(in_protobuf, json.ask(question).await, "{path}");
        let over_rest = web::get(&world.addr, &path, Some(&ann.token)).await.json();
        assert_eq!(inner(&in_protobuf), over_rest, "{path}");
    }
}

/// Rule T2, on the wire itself.
#[tokio::test]
async fn json_is_the_canonical_mapping() {
    let world = World::new();
    let (ann, _, conversation) = world.ann_and_bob().await;
    let mut live = world.live_in(&ann, Encoding::Json).await;
    let asks = json!({
        "request": 7,
        "unknown": { "fields": ["are", "ignored"] },
        "sendMessage": {
            "conversation": conversation.to_string(),
            "clientMsgId": crate::world::new_id(),
            "content": { "fallback": "", "extension": { "type": "sticker", "body": "AP8=" }, "alsoUnknown": 1 },
        },
    });
    live.raw(tokio_tungstenite::tungstenite::Message::Text(asks.to_string().into())).await;
    let Answer::MessageSent(sent) = live.answer_to(7).await else { panic!("not sent") };
    let history = web::get(&world.addr, &format!("/v1/conversations/{conversation}/messages"), Some(&ann.token)).await;
    let message = history.json()["messages"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(id(&message["conversation"]), conversation, "64-bit integers are strings");
    assert_eq!(message["seq"], json!(sent.seq), "others are numbers");
    assert_eq!(message["content"]["extension"]["body"], json!("AP8="), "bytes are base64");
}

/// Rule T1: what one says in one encoding, the other side is told in its own.
#[tokio::test]
async fn a_message_crosses_from_one_encoding_to_the_other() {
    let world = World::new();
    let (ann, bob, conversation) = world.ann_and_bob().await;
    for (from, to) in [(Encoding::Protobuf, Encoding::Json), (Encoding::Json, Encoding::Protobuf)] {
        let (mut ann, mut bob) = (world.live_in(&ann, from).await, world.live_in(&bob, to).await);
        let words = format!("红包 from {from:?}");
        ann.ask(say(conversation, &words)).await;
        let content = bob
            .notice(|notice| match notice {
                Answer::MessageNotice(notice) => notice.message.clone().unwrap().content,
                _ => None,
            })
            .await;
        assert_eq!(Some(content), text(&words));
    }
}

/// Rule T5: a frame of the other kind, text for protobuf or binary for JSON, is none.
#[tokio::test]
async fn the_subprotocol_holds_for_the_whole_connection() {
    let world = World::new();
    for (chosen, spoken) in [(Encoding::Protobuf, Encoding::Json), (Encoding::Json, Encoding::Protobuf)] {
        let mut live = Live::connect(&world.addr, chosen).await;
        let hello = Ask::Hello(v1::Hello::default());
        live.raw(spoken.encode(&v1::ClientFrame { request: 1, body: Some(hello) })).await;
        assert_eq!(live.end().await, (Some(4400), Some(v1::ErrorCode::Malformed)));
    }
}

/// An answer in JSON without the frame around it, as REST gives it.
fn inner(answer: &Answer) -> Value {
    let Value::Object(frame) =
        serde_json::to_value(v1::ServerFrame { request: 1, body: Some(answer.clone()) }).unwrap()
    else {
        unreachable!("a frame is an object")
    };
    frame.into_iter().find(|(name, _)| name != "request").unwrap().1
}
