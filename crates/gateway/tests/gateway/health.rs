//! The pages for operators.

use laisee_wire::v1::{self, ErrorCode, client_frame::Body as Ask};

use crate::{web, world::World};

#[tokio::test]
async fn metrics_count_what_happens() {
    let world = World::new();
    let ann = world.sign_up("ann").await;
    let mut live = world.live(&ann).await;
    let missing = live.refused(Ask::OpenPacket(v1::OpenPacket { packet: 1 })).await;
    assert_eq!(missing, ErrorCode::NoSuchPacket);
    web::get(&world.addr, "/v1/wallet", Some(&ann.token)).await;
    let page = web::get(&world.addr, "/metrics", None).await;
    assert!(page.field("content-type").unwrap().starts_with("text/plain"));
    for line in [
        "laisee_connections 1",
        "laisee_refusals_total{code=\"NO_SUCH_PACKET\"} 1",
        "laisee_request_seconds_count{kind=\"SignUp\"} 1",
        "laisee_request_seconds_count{kind=\"Hello\"} 1",
        "laisee_request_seconds_count{kind=\"OpenPacket\"} 1",
        "laisee_request_seconds_count{kind=\"GetWallet\"} 1",
        "laisee_of_the_shards 1",
    ] {
        assert!(page.body.lines().any(|found| found == line), "{line} is not in\n{}", page.body);
    }
    assert!(!page.body.contains(&ann.token) && !page.body.contains("ann"), "no names, no tokens");
}

#[tokio::test]
async fn ready_means_that_every_shard_serves() {
    let world = World::new();
    assert_eq!(web::get(&world.addr, "/readyz", None).await.status, 200);
    world.ready.store(false, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(web::get(&world.addr, "/readyz", None).await.status, 503);
}

/// What browsers are told not to allow, on every answer.
#[tokio::test]
async fn answers_protect_browsers() {
    let world = World::new();
    for path in ["/", "/healthz", "/v1/wallet", "/v1/nothing", "/assets/x.js"] {
        let reply = web::get(&world.addr, path, None).await;
        assert_eq!(reply.field("x-content-type-options"), Some("nosniff"), "{path}");
        assert!(reply.field("content-security-policy").unwrap().contains("frame-ancestors 'none'"), "{path}");
    }
}
