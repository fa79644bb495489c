//! How the server goes (C7).

use std::time::Duration;

use laisee_bus::ShardLimits;
use laisee_core::{command::Reply, fen::Fen, ids::PacketId, settings::Settings};
use laisee_gateway::GatewayConfig;
use laisee_wire::v1::{self, ErrorCode, client_frame::Body as Ask, server_frame::Body as Answer};

use crate::world::{World, config, made_up_id, name_in};

/// Rule C7.
#[tokio::test]
async fn connections_are_told_to_go_elsewhere() {
    let mut world = World::new();
    let ann = world.sign_up("ann").await;
    let (mut one, mut two) = (world.live(&ann).await, world.live(&ann).await);
    let gone = world.go_away();
    for live in [&mut one, &mut two] {
        assert_eq!(live.end().await.0, Some(4503));
    }
    let begun = std::time::Instant::now();
    tokio::task::spawn_blocking(move || gone.join()).await.unwrap().unwrap();
    assert!(begun.elapsed() < Duration::from_secs(2), "nobody is left to wait for");
    assert!(tokio::net::TcpStream::connect(&world.addr).await.is_err());
}

/// Rule C10: what is in work ends first; nothing new is taken on.
#[tokio::test]
async fn requests_in_work_are_answered_before_the_goodbye() {
    let config = GatewayConfig { drain_ms: 5_000, ..config() };
    let mut world = World::built(config, Settings::default(), ShardLimits::default(), 1);
    let ann = world.sign_up(&name_in(0)).await;
    let mut live = world.live(&ann).await;
    let packet = made_up_id(1);
    let number = live.send(Ask::OpenPacket(v1::OpenPacket { packet })).await;
    let request = world.held_request().await;
    let gone = world.go_away();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let late = live.refused(Ask::GetWallet(v1::GetWallet {})).await;
    assert_eq!(late, ErrorCode::Unavailable);
    let opened = Reply::PacketOpened { packet: PacketId(packet), amount: Fen(5), index: 0, first: true };
    world.reply(&request, Ok(opened));
    assert!(matches!(live.answer_to(number).await, Answer::PacketOpened(_)));
    assert_eq!(live.end().await.0, Some(4503));
    tokio::task::spawn_blocking(move || gone.join()).await.unwrap().unwrap();
}

/// Rule C10, also when a request never ends.
#[tokio::test]
async fn the_goodbye_does_not_wait_for_ever() {
    let config = GatewayConfig { drain_ms: 100, ..config() };
    let mut world = World::built(config, Settings::default(), ShardLimits::default(), 1);
    let ann = world.sign_up(&name_in(0)).await;
    let mut live = world.live(&ann).await;
    live.send(Ask::OpenPacket(v1::OpenPacket { packet: made_up_id(1) })).await;
    world.held_request().await;
    let gone = world.go_away();
    assert_eq!(live.end().await.0, Some(4503));
    tokio::task::spawn_blocking(move || gone.join()).await.unwrap().unwrap();
}
