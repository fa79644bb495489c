//! Amounts and counts at and beyond their limits (W1, W3, P2).

use laisee_core::{fen::Fen, settings::Settings};
use laisee_wire::v1::{self, ErrorCode, PacketKind, client_frame::Body as Ask, server_frame::Body as Answer};

use crate::world::{World, config, made_up_id, packet, text, top_up};

const NEVER: [i64; 6] = [0, -1, -100, i64::MIN, i64::MIN + 1, i64::MAX];

/// Rules W1 and W3.
#[tokio::test]
async fn a_top_up_is_more_than_nothing_and_not_too_much() {
    let world = World::new();
    let ann = world.sign_up("ann").await;
    let mut live = world.live(&ann).await;
    for amount in NEVER.into_iter().chain([5_000_001]) {
        assert_eq!(live.refused(top_up(amount)).await, ErrorCode::AmountInvalid, "{amount}");
    }
    for n in 1..=20 {
        let answer = live.ask(top_up(5_000_000)).await;
        let Answer::ToppedUp(v1::ToppedUp { amount: 5_000_000, balance, .. }) = answer else { panic!("{answer:?}") };
        assert_eq!(balance, n * 5_000_000);
    }
    assert_eq!(live.refused(top_up(1)).await, ErrorCode::LimitPerDay);
}

/// Rule P2, and E2: what is refused costs nothing.
#[tokio::test]
async fn a_packet_is_within_its_limits() {
    let world = World::with(config(), Settings { pin_required_from: Fen(50_000), ..Settings::default() });
    let (ann, bob, direct) = world.ann_and_bob().await;
    let group = world.group(&ann, &[&bob]).await;
    let mut live = world.live(&ann).await;
    live.ask(top_up(100_000)).await;
    let of = |kind: PacketKind, packet: v1::SendPacket| v1::SendPacket { kind: kind.into(), ..packet };
    let mut cases = vec![
        (packet(group, 1, 2), ErrorCode::ShareAmountInvalid),
        (packet(group, 40_001, 2), ErrorCode::ShareAmountInvalid),
        (packet(group, 100, 0), ErrorCode::ShareCountInvalid),
        (packet(group, 101, 101), ErrorCode::ShareCountInvalid),
        (packet(group, 100, u32::MAX), ErrorCode::ShareCountInvalid),
        (of(PacketKind::Equal, packet(group, 101, 2)), ErrorCode::AmountNotDivisible),
        (packet(made_up_id(9), 100, 1), ErrorCode::NotFound),
        (of(PacketKind::Unspecified, packet(group, 100, 2)), ErrorCode::Malformed),
        (v1::SendPacket { kind: 99, ..packet(group, 100, 2) }, ErrorCode::Malformed),
        (v1::SendPacket { recipient: bob.user, ..packet(group, 100, 2) }, ErrorCode::RecipientInvalid),
        (v1::SendPacket { greeting: "x".repeat(61), ..packet(group, 100, 2) }, ErrorCode::GreetingTooLong),
    ];
    cases.extend(NEVER.map(|amount| (packet(group, amount, 2), ErrorCode::AmountInvalid)));
    for (packet, code) in cases {
        let what = format!("{packet:?}");
        let found = live.refused(Ask::SendPacket(packet)).await;
        let amounts = [ErrorCode::AmountInvalid, ErrorCode::ShareAmountInvalid];
        assert!(found == code || amounts.contains(&code) && amounts.contains(&found), "{what}: {found:?}");
    }
    // Who the members are is known where the conversation is; from there everything comes back (P1).
    for (packet, code) in [
        (packet(group, 100, 3), ErrorCode::ShareCountInvalid),
        (packet(direct, 100, 2), ErrorCode::ShareCountInvalid),
        (of(PacketKind::Named, packet(group, 100, 1)), ErrorCode::RecipientInvalid),
        (packet(made_up_id(0), 100, 1), ErrorCode::NoSuchConversation),
    ] {
        let funded = match live.ask(Ask::SendPacket(packet)).await {
            Answer::PacketFunded(funded) => funded,
            other => panic!("{other:?}"),
        };
        let refunded = |notice: &Answer| match notice {
            Answer::PacketNotice(notice) if notice.packet == funded.packet => Some(*notice),
            _ => None,
        };
        let told = live.notice(refunded).await;
        let found = ErrorCode::try_from(told.error_code as i32);
        assert_eq!((told.status(), found), (v1::PacketStatus::Refunded, Ok(code)));
    }
    live.ask(Ask::SendPacket(packet(group, 40_000, 2))).await;
    live.ask(Ask::SendPacket(packet(group, 40_000, 2))).await;
    assert_eq!(live.refused(Ask::SendPacket(packet(group, 20_001, 2))).await, ErrorCode::InsufficientFunds, "W3");
    let wallet = live.ask(Ask::GetWallet(v1::GetWallet {})).await;
    assert!(matches!(wallet, Answer::Wallet(v1::Wallet { balance: 20_000, .. })), "{wallet:?}");
}

/// Rule M9.
#[tokio::test]
async fn a_text_has_its_length_and_cards_are_the_servers() {
    let world = World::new();
    let (ann, _, conversation) = world.ann_and_bob().await;
    let mut live = world.live(&ann).await;
    let mut send = async |content: Option<v1::Content>| {
        let client_msg_id = crate::world::new_id();
        live.ask(Ask::SendMessage(v1::SendMessage { conversation, client_msg_id, content })).await
    };
    let kind = |kind| Some(v1::Content { fallback: String::new(), kind: Some(kind) });
    use v1::content::Kind;
    for content in [
        None,
        Some(v1::Content::default()),
        text(""),
        text(&"红".repeat(4_001)),
        kind(Kind::Packet(v1::PacketCard { packet: 1, ..Default::default() })),
        kind(Kind::Note(v1::SystemNote::default())),
        kind(Kind::Extension(v1::Extension { r#type: "x".into(), body: vec![0; 16 * 1024 + 1] })),
        kind(Kind::Extension(v1::Extension::default())),
    ] {
        let what = format!("{content:.80?}");
        match send(content).await {
            Answer::Error(error) => assert_eq!(error.code(), ErrorCode::ContentInvalid, "{what}"),
            other => panic!("{what}: {other:?}"),
        }
    }
    for content in [
        text("a"),
        text(&"红".repeat(4_000)),
        kind(Kind::Extension(v1::Extension { r#type: "x".into(), body: vec![0; 16 * 1024] })),
    ] {
        assert!(matches!(send(content).await, Answer::MessageSent(_)));
    }
}

/// Rules M5 and M8.
#[tokio::test]
async fn marks_do_not_pass_the_head() {
    let world = World::new();
    let (ann, _, conversation) = world.ann_and_bob().await;
    let mut live = world.live(&ann).await;
    let Answer::MessageSent(sent) = live.ask(crate::world::say(conversation, "hello")).await else {
        panic!("not sent")
    };
    for through in [sent.seq + 1, u32::MAX] {
        let acknowledge = v1::Acknowledge { conversation, through };
        assert_eq!(live.refused(Ask::Acknowledge(acknowledge)).await, ErrorCode::PositionAhead);
        let read = v1::MarkRead { conversation, through };
        assert_eq!(live.refused(Ask::MarkRead(read)).await, ErrorCode::PositionAhead);
    }
    let acknowledge = v1::Acknowledge { conversation, through: sent.seq };
    let answer = live.ask(Ask::Acknowledge(acknowledge)).await;
    assert_eq!(answer, Answer::Acknowledged(v1::Acknowledged { conversation, through: sent.seq }));
    live.ask(Ask::Acknowledge(v1::Acknowledge { conversation, through: 1 })).await;
    let seen = live.ask(Ask::GetConversation(v1::GetConversation { conversation })).await;
    let Answer::ConversationState(v1::ConversationState { conversation: Some(seen) }) = seen else {
        panic!("{seen:?}")
    };
    assert_eq!(seen.acked, sent.seq, "never backwards");
}
