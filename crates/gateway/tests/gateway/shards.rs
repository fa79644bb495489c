//! What clients are told when a shard is slow, full, or not there. The test holds the second shard's end of the bus.

use std::{sync::atomic::Ordering, time::Duration};

use laisee_bus::ShardLimits;
use laisee_core::{command::Reply, fen::Fen, ids::PacketId, settings::Settings};
use laisee_gateway::GatewayConfig;
use laisee_wire::v1::{self, ErrorCode, client_frame::Body as Ask, server_frame::Body as Answer};

use crate::{
    web,
    world::{World, config, eventually, made_up_id, name_in, new_id},
};

fn open() -> Ask {
    Ask::OpenPacket(v1::OpenPacket { packet: made_up_id(1) })
}

fn history() -> Ask {
    Ask::GetHistory(v1::GetHistory { conversation: made_up_id(1), ..Default::default() })
}

fn half_served(config: GatewayConfig, limits: ShardLimits) -> World {
    World::built(config, Settings::default(), limits, 1)
}

/// Rules C9 and E1: a command, a question, and REST.
#[tokio::test]
async fn what_takes_too_long_is_answered_by_deadline() {
    let limits = ShardLimits { deadline: Duration::from_millis(200), ..ShardLimits::default() };
    let world = half_served(GatewayConfig { deadline_ms: 200, ..config() }, limits);
    let ann = world.sign_up(&name_in(0)).await;
    let mut live = world.live(&ann).await;
    for request in [open(), history()] {
        let Answer::Error(error) = live.ask(request).await else { panic!("answered") };
        assert_eq!(error.code(), ErrorCode::Deadline);
        assert!(error.retry_after_ms > 0, "{error:?}");
    }
    let path = format!("/v1/packets/{}/open", made_up_id(1));
    let refused = web::post(&world.addr, &path, Some(&ann.token), &serde_json::json!({})).await;
    assert_eq!((refused.status, refused.code().as_str()), (504, "DEADLINE"));
    assert!(refused.field("retry-after").is_some());
    assert!(matches!(live.ask(Ask::GetWallet(v1::GetWallet {})).await, Answer::Wallet(_)), "others are served");
}

/// Rule C9: an outcome that comes too late is nobody's, least of all that of whoever asks now.
#[tokio::test]
async fn a_late_outcome_is_told_to_nobody() {
    let mut world = half_served(GatewayConfig { deadline_ms: 100, ..config() }, ShardLimits::default());
    let ann = world.sign_up(&name_in(0)).await;
    let mut live = world.live(&ann).await;
    assert_eq!(live.refused(open()).await, ErrorCode::Deadline);
    let late = world.held_request().await;
    let number = live.send(open()).await;
    let now = world.held_request().await;
    for (request, amount) in [(late, 1), (now, 2)] {
        let packet = PacketId(made_up_id(1));
        world.reply(&request, Ok(Reply::PacketOpened { packet, amount: Fen(amount), index: 0, first: true }));
    }
    let Answer::PacketOpened(opened) = live.answer_to(number).await else { panic!("not opened") };
    assert_eq!(opened.amount, 2);
    assert!(live.notices().await.is_empty());
}

/// E1: the shard is gone, and nothing was done.
#[tokio::test]
async fn a_shard_that_is_gone_is_unavailable() {
    let mut world = half_served(config(), ShardLimits::default());
    let ann = world.sign_up(&name_in(0)).await;
    let mut live = world.live(&ann).await;
    world.held.clear();
    for request in [open(), history()] {
        let Answer::Error(error) = live.ask(request).await else { panic!("answered") };
        assert_eq!(error.code(), ErrorCode::Unavailable);
        assert!(error.retry_after_ms > 0);
    }
    let path = format!("/v1/conversations/{}", made_up_id(1));
    let refused = web::get(&world.addr, &path, Some(&ann.token)).await;
    assert_eq!((refused.status, refused.code().as_str()), (503, "UNAVAILABLE"));
    assert!(refused.field("retry-after").is_some());
    world.ready.store(false, Ordering::Relaxed);
    assert_eq!(web::get(&world.addr, "/readyz", None).await.status, 503);
    assert_eq!(web::get(&world.addr, "/healthz", None).await.status, 200, "the process lives");
}

/// One crowd at one packet is told to wait; other packets are not affected.
#[tokio::test]
async fn one_packet_has_so_many_requests_in_flight() {
    let limits = ShardLimits { packet_in_flight_max: 2, ..ShardLimits::default() };
    let mut world = half_served(config(), limits);
    let ann = world.sign_up(&name_in(0)).await;
    let mut live = world.live(&ann).await;
    live.send(open()).await;
    live.send(open()).await;
    let Answer::Error(error) = live.ask(open()).await else { panic!("answered") };
    assert_eq!(error.code(), ErrorCode::Busy);
    assert!(error.retry_after_ms > 0);
    let other = v1::OpenPacket { packet: made_up_id(1) + 1 };
    live.send(Ask::OpenPacket(other)).await;
    for _ in 0..3 {
        let taken = world.held_request().await;
        world.held[0].port.done(taken.command.packet());
    }
    live.send(open()).await;
    // There is room again.
    world.held_request().await;
}

/// A queue that is full says so at once.
#[tokio::test]
async fn a_full_queue_is_busy() {
    let limits = ShardLimits { queue_max: 1, questions_max: 1, ..ShardLimits::default() };
    let world = half_served(config(), limits);
    let ann = eventually(async || {
        let name = name_in(0);
        let body = serde_json::json!({ "name": name, "displayName": "A", "password": crate::world::PASSWORD });
        let answer = web::post(&world.addr, "/v1/sign-up", None, &body).await;
        (answer.status == 200).then(|| answer.json()["token"].as_str().unwrap().to_owned())
    })
    .await;
    let mut live = crate::live::Live::connect(&world.addr, crate::live::Encoding::Protobuf).await;
    live.hello(&ann).await;
    live.send(Ask::SendMessage(v1::SendMessage {
        conversation: made_up_id(1),
        client_msg_id: new_id(),
        content: crate::world::text("first in the queue"),
    }))
    .await;
    assert_eq!(live.refused(open()).await, ErrorCode::Busy);
    live.send(history()).await;
    assert_eq!(live.refused(history()).await, ErrorCode::Busy);
}
