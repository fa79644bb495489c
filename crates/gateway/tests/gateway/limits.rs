//! How much one client may ask for at a time.

use laisee_gateway::GatewayConfig;
use laisee_wire::v1::{self, ErrorCode, client_frame::Body as Ask, server_frame::Body as Answer};

use crate::{
    live::Live,
    web,
    world::{World, config, say},
};

fn wallet() -> Ask {
    Ask::GetWallet(v1::GetWallet {})
}

async fn burst(live: &mut Live, count: usize) -> Vec<Answer> {
    let mut numbers = Vec::new();
    for _ in 0..count {
        numbers.push(live.send(wallet()).await);
    }
    let mut answers = Vec::new();
    for number in numbers {
        answers.push(live.answer_to(number).await);
    }
    answers
}

/// Rules C9 and E1: the hint is true.
#[tokio::test]
async fn too_many_requests_are_refused_with_a_hint() {
    let world = World::configured(GatewayConfig { requests_per_s: 20, requests_burst: 5, ..config() });
    let ann = world.sign_up("ann").await;
    let mut live = world.live(&ann).await;
    let answers = burst(&mut live, 8).await;
    let refused: Vec<&v1::Error> = answers
        .iter()
        .filter_map(|answer| match answer {
            Answer::Error(error) => Some(error),
            _ => None,
        })
        .collect();
    assert!((1..=3).contains(&refused.len()), "{answers:?}");
    for error in &refused {
        assert_eq!(error.code(), ErrorCode::RateLimited);
        assert!((1..=60).contains(&error.retry_after_ms), "{error:?}");
    }
    tokio::time::sleep(std::time::Duration::from_millis(refused.last().unwrap().retry_after_ms.into())).await;
    assert!(matches!(live.ask(wallet()).await, Answer::Wallet(_)));
    let mut beside = world.live(&ann).await;
    assert!(matches!(beside.ask(wallet()).await, Answer::Wallet(_)), "another connection has its own measure");
}

/// Rule C9.
#[tokio::test]
async fn whoever_does_not_listen_is_cut_off() {
    let world = World::configured(GatewayConfig { requests_per_s: 1, requests_burst: 1, ..config() });
    let ann = world.sign_up("ann").await;
    let mut live = world.live(&ann).await;
    for _ in 0..1_100 {
        let frame = v1::ClientFrame { request: 9, body: Some(wallet()) };
        let message = crate::live::Encoding::Protobuf.encode(&frame);
        if futures_util::SinkExt::feed(&mut live.socket, message).await.is_err() {
            break;
        }
    }
    let _ = futures_util::SinkExt::flush(&mut live.socket).await;
    assert_eq!(live.end().await, (Some(4429), Some(ErrorCode::RateLimited)));
}

#[tokio::test]
async fn over_rest_a_user_has_a_rate_too() {
    let world = World::configured(GatewayConfig { requests_per_s: 1, requests_burst: 3, ..config() });
    let (ann, bob) = (world.sign_up("ann").await, world.sign_up("bob").await);
    for _ in 0..3 {
        assert_eq!(web::get(&world.addr, "/v1/wallet", Some(&ann.token)).await.status, 200);
    }
    let refused = web::get(&world.addr, "/v1/wallet", Some(&ann.token)).await;
    assert_eq!((refused.status, refused.code().as_str()), (429, "RATE_LIMITED"));
    assert!(["1", "2"].contains(&refused.field("retry-after").unwrap()));
    assert_eq!(web::get(&world.addr, "/v1/wallet", Some(&bob.token)).await.status, 200);
}

/// Rule C9.
#[tokio::test]
async fn a_connection_has_so_many_requests_in_work() {
    let world = World::configured(GatewayConfig { in_flight_max: 2, ..config() });
    let (ann, _, conversation) = world.ann_and_bob().await;
    let mut live = world.live(&ann).await;
    let mut numbers = Vec::new();
    for _ in 0..50 {
        let frame = v1::ClientFrame { request: 100 + numbers.len() as u32, body: Some(say(conversation, "hello")) };
        numbers.push(frame.request);
        let message = crate::live::Encoding::Protobuf.encode(&frame);
        futures_util::SinkExt::feed(&mut live.socket, message).await.unwrap();
    }
    futures_util::SinkExt::flush(&mut live.socket).await.unwrap();
    let (mut sent, mut busy) = (0, 0);
    for number in numbers {
        match live.answer_to(number).await {
            Answer::MessageSent(_) => sent += 1,
            Answer::Error(error) => {
                assert_eq!(error.code(), ErrorCode::Busy);
                assert!(error.retry_after_ms > 0);
                busy += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(sent >= 2 && busy > 0, "{sent} sent, {busy} busy");
    assert!(matches!(live.ask(wallet()).await, Answer::Wallet(_)), "places are given back");
}

#[tokio::test]
async fn lists_have_their_lengths() {
    let world = World::new();
    let ann = world.sign_up("ann").await;
    let mut live = world.live(&ann).await;
    let ids = vec![ann.user; 201];
    assert_eq!(live.refused(Ask::GetUsers(v1::GetUsers { ids })).await, ErrorCode::TooLarge);
    let found = live.ask(Ask::GetUsers(v1::GetUsers { ids: vec![ann.user; 200] })).await;
    assert!(matches!(found, Answer::Users(users) if users.users.len() == 1));
}

#[tokio::test]
async fn there_are_so_many_connections() {
    let world = World::configured(GatewayConfig { connections_max: 4, ..config() });
    let ann = world.sign_up("ann").await;
    let mut open = Vec::new();
    for _ in 0..3 {
        open.push(world.live(&ann).await);
    }
    // The place of the last HTTP request may not be free yet, so one or two more find none.
    let mut turned_away = 0;
    for _ in 0..3 {
        let mut stream = tokio::net::TcpStream::connect(&world.addr).await.unwrap();
        let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, b"GET /v1/ws HTTP/1.1\r\n").await;
        let mut answer = [0; 1];
        let read = tokio::time::timeout(
            std::time::Duration::from_millis(200),
            tokio::io::AsyncReadExt::read(&mut stream, &mut answer),
        );
        if matches!(read.await, Ok(Ok(0) | Err(_))) {
            turned_away += 1;
        } else {
            std::mem::forget(stream);
        }
    }
    assert!(turned_away >= 2, "{turned_away}");
    for live in &mut open {
        assert!(matches!(live.ask(wallet()).await, Answer::Wallet(_)));
    }
}
