//! Rule C4: heartbeats bring the heads of what changed.

use laisee_gateway::GatewayConfig;
use laisee_wire::v1::{self, client_frame::Body as Ask, server_frame::Body as Answer};

use crate::{
    live::Live,
    world::{World, config, say},
};

async fn beat(live: &mut Live) -> Vec<(u64, u32)> {
    match live.ask(Ask::Heartbeat(v1::Heartbeat {})).await {
        Answer::HeartbeatAnswer(answer) => answer.heads.iter().map(|head| (head.conversation, head.head)).collect(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_heartbeat_brings_the_heads_of_conversations_that_changed() {
    let world = World::new();
    let (ann, bob, direct) = world.ann_and_bob().await;
    let group = world.group(&ann, &[&bob]).await;
    let mut live = world.live(&bob).await;
    let Answer::MessageSent(sent) = world.live(&ann).await.ask(say(direct, "hello")).await else { panic!("not sent") };
    let heads = beat(&mut live).await;
    assert!(heads.contains(&(direct, sent.seq)), "{heads:?}");
    // What changed shortly before may be told twice, because clocks differ; what is told is always true.
    for (conversation, head) in heads {
        let history = v1::GetHistory { conversation, after: head, ..Default::default() };
        let Answer::History(beyond) = live.ask(Ask::GetHistory(history)).await else { panic!("no history") };
        assert!(beyond.messages.is_empty(), "{conversation}");
        assert!([direct, group].contains(&conversation));
    }
}

#[tokio::test]
async fn welcome_says_how_often() {
    let world = World::configured(GatewayConfig { heartbeat_ms: 12_345, ..config() });
    let ann = world.sign_up("ann").await;
    let mut live = Live::connect(&world.addr, crate::live::Encoding::Protobuf).await;
    let Answer::Welcome(welcome) = live.hello(&ann.token).await else { panic!("no welcome") };
    let settings = welcome.settings.unwrap();
    assert_eq!((settings.heartbeat_ms, settings.frame_max_bytes), (12_345, 64 * 1024));
    assert_eq!((welcome.session, welcome.user.unwrap().id), (ann.session, ann.user));
}

#[tokio::test]
async fn a_silent_connection_is_closed_and_one_that_beats_is_not() {
    let world = World::configured(GatewayConfig { heartbeat_ms: 100, ..config() });
    let ann = world.sign_up("ann").await;
    let (mut silent, mut alive) = (world.live(&ann).await, world.live(&ann).await);
    for _ in 0..6 {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        beat(&mut alive).await;
    }
    assert_eq!(silent.end().await.0, Some(4408));
    beat(&mut alive).await;
}
