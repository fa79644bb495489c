//! What connected devices are told (M3 to M5, M8, P1).

use laisee_gateway::GatewayConfig;
use laisee_wire::v1::{self, PacketStatus, client_frame::Body as Ask, server_frame::Body as Answer};

use crate::{
    live::{Encoding, Live},
    world::{World, config, packet, say, send_packet, top_up},
};

fn message(notice: &Answer) -> Option<u32> {
    match notice {
        Answer::MessageNotice(notice) => Some(notice.message.as_ref().unwrap().seq),
        _ => None,
    }
}

async fn send(live: &mut Live, conversation: u64) -> u32 {
    match live.ask(say(conversation, "hello")).await {
        Answer::MessageSent(sent) => sent.seq,
        other => panic!("{other:?}"),
    }
}

/// Rule M3: also the sender's other devices, and another connection of the same device.
#[tokio::test]
async fn everybody_is_told_but_the_connection_that_sent_it() {
    let world = World::new();
    let (ann, bob, conversation) = world.ann_and_bob().await;
    let other = world.sign_in(&ann).await;
    let mut sender = world.live(&ann).await;
    let mut others = [
        world.live(&ann).await,
        world.live(&other).await,
        world.live_in(&other, Encoding::Json).await,
        world.live(&bob).await,
        world.live_in(&bob, Encoding::Json).await,
    ];
    let seq = send(&mut sender, conversation).await;
    for live in &mut others {
        assert_eq!(live.notice(message).await, seq);
    }
    assert_eq!(sender.notices().await.iter().filter_map(message).count(), 0);
}

/// Rule M4.
#[tokio::test]
async fn what_is_not_acknowledged_comes_three_times_more() {
    let world = World::configured(GatewayConfig { resend_ms: 100, ..config() });
    let (ann, bob, conversation) = world.ann_and_bob().await;
    let (mut deaf, mut good) = (world.live(&bob).await, world.live(&bob).await);
    let seq = send(&mut world.live(&ann).await, conversation).await;
    assert_eq!(good.notice(message).await, seq);
    good.ask(Ask::Acknowledge(v1::Acknowledge { conversation, through: seq })).await;
    for _ in 0..4 {
        assert_eq!(deaf.notice(message).await, seq);
    }
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(deaf.notices().await.iter().filter_map(message).count(), 0, "then it is left to heartbeats");
    assert_eq!(good.notices().await.iter().filter_map(message).count(), 0);
}

/// Rules M5 and M8.
#[tokio::test]
async fn senders_are_told_what_was_delivered_and_read() {
    let world = World::new();
    let (ann, bob, conversation) = world.ann_and_bob().await;
    let (mut sender, mut reader, mut second) = (world.live(&ann).await, world.live(&bob).await, world.live(&bob).await);
    let seq = send(&mut sender, conversation).await;
    reader.ask(Ask::Acknowledge(v1::Acknowledge { conversation, through: seq })).await;
    let delivered = |notice: &Answer| match notice {
        Answer::DeliveredNotice(notice) => Some(*notice),
        _ => None,
    };
    let told = sender.notice(delivered).await;
    assert_eq!(told, v1::DeliveredNotice { conversation, user: bob.user, through: seq });
    reader.ask(Ask::MarkRead(v1::MarkRead { conversation, through: seq })).await;
    let read = |notice: &Answer| match notice {
        Answer::ReadNotice(notice) => Some(*notice),
        _ => None,
    };
    for live in [&mut sender, &mut second] {
        let told = live.notice(read).await;
        assert_eq!(told, v1::ReadNotice { conversation, user: bob.user, through: seq, unread: 0 });
    }
}

/// Rules P1, P4 and W4.
#[tokio::test]
async fn a_packets_sender_and_its_openers_are_told() {
    let world = World::new();
    let (ann, bob, _) = world.ann_and_bob().await;
    let group = world.group(&ann, &[&bob]).await;
    let (mut sender, mut opener) = (world.live(&ann).await, world.live(&bob).await);
    sender.ask(top_up(1_000)).await;
    let sent = send_packet(&mut sender, packet(group, 888, 1)).await;
    let card = opener
        .notice(|notice| match notice {
            Answer::MessageNotice(notice) => match notice.message.clone()?.content?.kind? {
                v1::content::Kind::Packet(card) => Some(card),
                _ => None,
            },
            _ => None,
        })
        .await;
    assert_eq!((card.packet, card.count), (sent, 1));
    opener.ask(Ask::OpenPacket(v1::OpenPacket { packet: sent })).await;
    let money = opener
        .notice(|notice| match notice {
            Answer::BalanceNotice(notice) => Some(notice.clone()),
            _ => None,
        })
        .await;
    assert_eq!((money.balance, money.movement.unwrap().counterpart), (888, ann.user));
    let ended = sender
        .notice(|notice| match notice {
            Answer::PacketNotice(notice) if notice.status() == PacketStatus::Finished => Some(*notice),
            _ => None,
        })
        .await;
    let claim = ended.claim.unwrap();
    assert_eq!((claim.user, claim.amount, ended.left), (bob.user, 888, 0));
}

/// Rule C3, and one write tells of many shares: what nobody waits for goes with the next frame, or a little later by itself.
#[tokio::test]
async fn notices_of_shares_and_marks_wait_for_company() {
    for (company_ms, comes_alone) in [(3_600_000, false), (20, true)] {
        let world = World::configured(GatewayConfig { company_ms, ..config() });
        let (ann, bob, _) = world.ann_and_bob().await;
        let group = world.group(&ann, &[&bob]).await;
        let mut sender = world.live(&ann).await;
        let mut opener = world.live(&bob).await;
        sender.notice(|notice| matches!(notice, Answer::PresenceNotice(_)).then_some(())).await;
        sender.ask(top_up(1_000)).await;
        let sent = send_packet(&mut sender, packet(group, 888, 2)).await;
        sender.notices().await;
        sender.ask(Ask::GetWallet(v1::GetWallet {})).await;
        sender.notices().await;
        opener.ask(Ask::OpenPacket(v1::OpenPacket { packet: sent })).await;
        let claimed = |notices: &[Answer]| notices.iter().any(|notice| matches!(notice, Answer::PacketNotice(_)));
        assert_eq!(claimed(&sender.notices().await), comes_alone, "after {company_ms} ms");
        sender.ask(Ask::GetWallet(v1::GetWallet {})).await;
        assert_eq!(claimed(&sender.notices().await), !comes_alone, "with the answer");
    }
}
