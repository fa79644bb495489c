//! Without a token, with a dead one, and with that of somebody else.

use laisee_gateway::http::routes::{Method, ROUTES};
use laisee_wire::v1::{self, ErrorCode, client_frame::Body as Ask, server_frame::Body as Answer};
use serde_json::json;

use crate::{
    live::{Encoding, Live},
    web,
    world::{World, made_up_id, new_id, packet, say, send_packet, top_up},
};

fn verb(method: Method) -> String {
    format!("{method:?}").to_uppercase()
}

/// A route's path with some id in it.
fn filled(path: &str) -> String {
    let mut parts = path.split(['{', '}']);
    std::iter::from_fn(|| Some(format!("{}{}", parts.next()?, parts.next().map_or("", |_| "1")))).collect()
}

#[tokio::test]
async fn every_path_needs_a_token_that_lives() {
    let world = World::new();
    let ann = world.sign_up("ann").await;
    let gone = world.sign_in(&ann).await;
    let close = format!("/v1/sessions/{}", gone.session);
    assert_eq!(web::get(&world.addr, "/v1/wallet", Some(&gone.token)).await.status, 200);
    assert_eq!(world.rest("DELETE", &close, &ann, &json!({})).await.status, 200);
    for route in ROUTES {
        let (method, path) = (verb(route.method), filled(route.path));
        for token in [None, Some(""), Some("nonsense"), Some(gone.token.as_str())] {
            let answer = web::call(&world.addr, &method, &path, token, "{}").await;
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (401, "UNAUTHENTICATED"),
                "{method} {path} with {token:?}"
            );
        }
        let basic = "authorization: Basic YW5uOnNlY3JldA==\r\n";
        assert_eq!(web::send(&world.addr, &method, &path, basic, b"{}").await.status, 401, "{path}");
    }
}

/// What everybody may see.
#[tokio::test]
async fn the_open_paths_need_no_token() {
    let world = World::new();
    for path in ["/healthz", "/readyz", "/metrics", "/v1/openapi.json"] {
        assert_eq!(web::get(&world.addr, path, None).await.status, 200, "{path}");
    }
}

/// Rules P3, P6 and M: a conversation and what lies in it are its members'.
#[tokio::test]
async fn somebody_elses_conversation_is_out_of_reach() {
    let world = World::new();
    let (ann, bob, direct) = world.ann_and_bob().await;
    let group = world.group(&ann, &[&bob]).await;
    let mallory = world.sign_up("mallory").await;
    world.befriend(&mallory, &ann).await;
    let mut inside = world.live(&ann).await;
    inside.ask(say(group, "between us")).await;
    let state = async || {
        let history = web::get(&world.addr, &format!("/v1/conversations/{group}/messages"), Some(&ann.token)).await;
        let members = web::get(&world.addr, &format!("/v1/conversations/{group}/members"), Some(&ann.token)).await;
        (history.json()["messages"].clone(), members.json()["members"].as_array().unwrap().len())
    };
    let before = state().await;
    let mut outside = world.live(&mallory).await;
    for conversation in [direct, group, made_up_id(0), made_up_id(1), made_up_id(9), 0] {
        for request in [
            say(conversation, "let me in"),
            Ask::Acknowledge(v1::Acknowledge { conversation, through: 1 }),
            Ask::MarkRead(v1::MarkRead { conversation, through: 1 }),
            Ask::GetHistory(v1::GetHistory { conversation, ..Default::default() }),
            Ask::GetConversation(v1::GetConversation { conversation }),
            Ask::GetMembers(v1::GetMembers { conversation, ..Default::default() }),
            Ask::SetQuiet(v1::SetQuiet { conversation, quiet: true }),
            Ask::UpdateGroup(v1::UpdateGroup { conversation, title: Some("mine".into()), announcement: None }),
            Ask::AddMembers(v1::AddMembers { conversation, users: vec![ann.user] }),
            Ask::RemoveMember(v1::RemoveMember { conversation, user: bob.user }),
        ] {
            let code = outside.refused(request.clone()).await;
            let expected =
                [ErrorCode::NotAMember, ErrorCode::NoSuchConversation, ErrorCode::NotFound, ErrorCode::NotAGroup];
            assert!(expected.contains(&code), "{request:?}: {code:?}");
        }
    }
    assert_eq!(before, state().await, "E2: a refused request has changed nothing");
    let notices = inside.notices().await;
    let told = notices.iter().any(|notice| matches!(notice, Answer::MessageNotice(_) | Answer::ConversationNotice(_)));
    assert!(!told, "{notices:?}");
}

/// Rules P3 and P6.
#[tokio::test]
async fn somebody_elses_packet_stays_shut() {
    let world = World::new();
    let (ann, bob, direct) = world.ann_and_bob().await;
    let group = world.group(&ann, &[&bob]).await;
    let mallory = world.sign_up("mallory").await;
    let mut sender = world.live(&ann).await;
    sender.ask(top_up(10_000)).await;
    let mut outside = world.live(&mallory).await;
    for conversation in [direct, group] {
        let count = if conversation == direct { 1 } else { 2 };
        let packet = send_packet(&mut sender, packet(conversation, 888, count)).await;
        let refused = outside.ask(Ask::OpenPacket(v1::OpenPacket { packet })).await;
        let Answer::Error(error) = refused else { panic!("opened: {refused:?}") };
        assert_eq!(error.code(), ErrorCode::PacketNotForYou);
        assert!(!error.message.contains(|c: char| c.is_ascii_digit()), "P6: {}", error.message);
        let grab = outside.refused(Ask::GrabPacket(v1::GrabPacket { packet })).await;
        assert_eq!(grab, ErrorCode::PacketNotForYou);
        let export = outside.refused(Ask::ExportPacket(v1::ExportPacket { packet })).await;
        assert_eq!(export, ErrorCode::NoSuchPacket);
        let details = outside.refused(Ask::GetPacket(v1::GetPacket { packet })).await;
        assert_eq!(details, ErrorCode::NoSuchPacket, "not even that there is one");
    }
    for packet in [made_up_id(0), made_up_id(1), 0] {
        assert_eq!(outside.refused(Ask::OpenPacket(v1::OpenPacket { packet })).await, ErrorCode::NoSuchPacket);
    }
    let nowhere = v1::OpenPacket { packet: made_up_id(9) };
    assert_eq!(outside.refused(Ask::OpenPacket(nowhere)).await, ErrorCode::NotFound);
}

#[tokio::test]
async fn somebody_elses_device_stays_signed_in() {
    let world = World::new();
    let (ann, bob, _) = world.ann_and_bob().await;
    let mut victim = world.live(&bob).await;
    let mut live = world.live(&ann).await;
    for session in [bob.session, made_up_id(0), 1] {
        let close = Ask::CloseSession(v1::CloseSession { session });
        assert_eq!(live.refused(close).await, ErrorCode::NoSuchSession);
    }
    assert!(matches!(victim.ask(Ask::GetWallet(v1::GetWallet {})).await, Answer::Wallet(_)));
}

#[tokio::test]
async fn who_is_no_friend_is_not_brought_into_a_group() {
    let world = World::new();
    let (ann, bob, _) = world.ann_and_bob().await;
    let eve = world.sign_up("eve").await;
    let mut live = world.live(&ann).await;
    for members in [vec![eve.user], vec![bob.user, eve.user], vec![made_up_id(0)], vec![made_up_id(9)]] {
        let group = v1::CreateGroup { client_id: new_id(), title: "tea".into(), members };
        assert_eq!(live.refused(Ask::CreateGroup(group)).await, ErrorCode::NotFriends);
    }
    let group = world.group(&ann, &[&bob]).await;
    let mut guest = world.live(&bob).await;
    let update = v1::UpdateGroup { conversation: group, title: Some("bob's".into()), announcement: None };
    assert_eq!(guest.refused(Ask::UpdateGroup(update)).await, ErrorCode::NotOwner);
    let remove = v1::RemoveMember { conversation: group, user: ann.user };
    assert_eq!(guest.refused(Ask::RemoveMember(remove)).await, ErrorCode::NotOwner);
}

/// The list of friends hears of a new one by courier; nobody has to wait for that.
#[tokio::test]
async fn a_friend_of_this_moment_is_brought_into_a_group() {
    let world = World::new();
    let owner = world.sign_up("owner").await;
    for n in 0..12 {
        let friend = world.sign_up(&format!("friend{n}")).await;
        let [a, b] = if n % 2 == 0 { [&owner, &friend] } else { [&friend, &owner] };
        world.just_friends(a, b).await;
        world.group(&owner, &[&friend]).await;
        let path = format!("/v1/friends/{}", friend.user);
        assert_eq!(world.rest("DELETE", &path, &owner, &json!({})).await.status, 200);
    }
}

/// Rule C7: signing a device out closes its connections, and those of no other device.
#[tokio::test]
async fn a_signed_out_device_is_told_and_closed() {
    let world = World::new();
    let ann = world.sign_up("ann").await;
    let other = world.sign_in(&ann).await;
    let (mut here, mut there, mut there_too) =
        (world.live(&ann).await, world.live(&other).await, world.live_in(&other, Encoding::Json).await);
    here.ask(Ask::CloseSession(v1::CloseSession { session: other.session })).await;
    for live in [&mut there, &mut there_too] {
        assert_eq!(live.end().await.0, Some(4403));
    }
    assert!(matches!(here.ask(Ask::GetWallet(v1::GetWallet {})).await, Answer::Wallet(_)));
    let mut again = Live::connect(&world.addr, Encoding::Protobuf).await;
    let Answer::Error(error) = again.hello(&other.token).await else { panic!("welcome") };
    assert_eq!(error.code(), ErrorCode::Unauthenticated);
}

/// 0 means: this one. The answer still comes.
#[tokio::test]
async fn a_device_signs_itself_out() {
    let world = World::new();
    let ann = world.sign_up("ann").await;
    let mut live = world.live(&ann).await;
    let answer = live.ask(Ask::CloseSession(v1::CloseSession { session: 0 })).await;
    assert!(matches!(answer, Answer::SessionClosed(_)), "{answer:?}");
    assert_eq!(live.end().await.0, Some(4403));
}
