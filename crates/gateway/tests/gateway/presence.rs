//! Who is online, and how friends are told.

use std::time::Duration;

use laisee_gateway::GatewayConfig;
use laisee_wire::v1::{self, client_frame::Body as Ask, server_frame::Body as Answer};

use crate::{
    live::Live,
    world::{World, config, eventually},
};

fn told(notice: &Answer) -> Option<(u64, bool)> {
    match notice {
        Answer::PresenceNotice(notice) => Some((notice.user, notice.online)),
        _ => None,
    }
}

async fn online(live: &mut Live, user: u64) -> bool {
    match live.ask(Ask::ListFriends(v1::ListFriends {})).await {
        Answer::Friends(friends) => {
            friends.friends.iter().find(|friend| friend.user.as_ref().unwrap().id == user).unwrap().online
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn friends_are_told_when_somebody_comes_and_after_a_grace_time_goes() {
    let world = World::configured(GatewayConfig { grace_ms: 200, ..config() });
    let (ann, bob, _) = world.ann_and_bob().await;
    let mut friend = world.live(&ann).await;
    assert!(!online(&mut friend, bob.user).await);
    let first = world.live(&bob).await;
    assert_eq!(friend.notice(told).await, (bob.user, true));
    assert!(online(&mut friend, bob.user).await);

    // Away for less than the grace time, and on two devices: nobody is told.
    drop(first);
    let (second, third) = (world.live(&bob).await, world.live(&bob).await);
    drop(second);
    tokio::time::sleep(Duration::from_millis(400)).await;
    let notices: Vec<_> = friend.notices().await.iter().filter_map(told).collect();
    assert_eq!(notices, []);
    assert!(online(&mut friend, bob.user).await);

    drop(third);
    assert_eq!(friend.notice(told).await, (bob.user, false));
    assert!(!online(&mut friend, bob.user).await);
}

#[tokio::test]
async fn only_friends_are_told() {
    let world = World::new();
    let (ann, bob, _) = world.ann_and_bob().await;
    let eve = world.sign_up("eve").await;
    let (mut friend, mut stranger) = (world.live(&ann).await, world.live(&eve).await);
    let _bob = world.live(&bob).await;
    assert_eq!(friend.notice(told).await, (bob.user, true));
    assert!(stranger.notices().await.iter().filter_map(told).next().is_none());
}

#[tokio::test]
async fn the_list_of_devices_says_which_are_online() {
    let world = World::configured(GatewayConfig { grace_ms: 1, ..config() });
    let ann = world.sign_up("ann").await;
    let other = world.sign_in(&ann).await;
    let mut live = world.live(&ann).await;
    let away = world.live(&other).await;
    drop(away);
    eventually(async || match live.ask(Ask::ListSessions(v1::ListSessions {})).await {
        Answer::Sessions(sessions) => {
            let online = |id| sessions.sessions.iter().find(|session| session.id == id).unwrap().online;
            assert!(online(ann.session));
            (!online(other.session)).then_some(())
        }
        other => panic!("{other:?}"),
    })
    .await;
}
