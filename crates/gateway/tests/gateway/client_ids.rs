//! Repeats: the same client id with the same contents, and with others (M2, W2).

use laisee_wire::v1::{self, ErrorCode, PacketKind, client_frame::Body as Ask, server_frame::Body as Answer};

use crate::world::{World, new_id, packet, text, top_up};

/// Rule M2, from two devices and in both orders.
#[tokio::test]
async fn a_message_sent_again_is_there_once() {
    let world = World::new();
    let (ann, bob, conversation) = world.ann_and_bob().await;
    let group = world.group(&ann, &[&bob]).await;
    let (mut live, mut other) = (world.live(&ann).await, world.live(&world.sign_in(&ann).await).await);
    let mut reader = world.live(&bob).await;
    let message = v1::SendMessage { conversation, client_msg_id: new_id(), content: text("once") };
    let first = live.ask(Ask::SendMessage(message.clone())).await;
    assert!(matches!(first, Answer::MessageSent(_)), "{first:?}");
    for live in [&mut live, &mut other] {
        assert_eq!(live.ask(Ask::SendMessage(message.clone())).await, first);
        let elsewhere = v1::SendMessage { conversation: group, ..message.clone() };
        assert_eq!(live.refused(Ask::SendMessage(elsewhere)).await, ErrorCode::IdReused);
    }
    let notices = reader.notices().await;
    let shown = notices.iter().filter(|notice| matches!(notice, Answer::MessageNotice(_))).count();
    assert_eq!(shown, 1, "{notices:?}");
}

/// Rule M2: ids are each sender's own.
#[tokio::test]
async fn two_senders_may_use_one_id() {
    let world = World::new();
    let (ann, bob, conversation) = world.ann_and_bob().await;
    let message = v1::SendMessage { conversation, client_msg_id: new_id(), content: text("hello") };
    let mut seqs = Vec::new();
    for person in [&ann, &bob] {
        match world.live(person).await.ask(Ask::SendMessage(message.clone())).await {
            Answer::MessageSent(sent) => seqs.push(sent.seq),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(seqs[0] + 1, seqs[1]);
}

#[tokio::test]
async fn an_id_is_a_uuid_of_version_7_in_its_canonical_form() {
    let world = World::new();
    let (ann, _, conversation) = world.ann_and_bob().await;
    let mut live = world.live(&ann).await;
    let good = new_id();
    let far_ahead = uuid::Builder::from_unix_timestamp_millis(1 << 47, &[7; 10]).into_uuid().to_string();
    for id in [
        "",
        "1",
        &good.to_uppercase(),
        &good.replace('-', ""),
        &format!("{{{good}}}"),
        "9b2e4a1c-7a75-4cf2-9a8b-0d2f8a1d6c11",
        "00000000-0000-0000-0000-000000000000",
        &far_ahead,
    ] {
        let message = v1::SendMessage { conversation, client_msg_id: id.into(), content: text("hello") };
        assert_eq!(live.refused(Ask::SendMessage(message)).await, ErrorCode::BadClientId, "{id}");
        let money = v1::TopUp { id: id.into(), amount: 1 };
        assert_eq!(live.refused(Ask::TopUp(money)).await, ErrorCode::BadClientId, "{id}");
        let packet = v1::SendPacket { id: id.into(), ..packet(conversation, 1, 1) };
        assert_eq!(live.refused(Ask::SendPacket(packet)).await, ErrorCode::BadClientId, "{id}");
        let group = v1::CreateGroup { client_id: id.into(), title: "tea".into(), members: vec![] };
        assert_eq!(live.refused(Ask::CreateGroup(group)).await, ErrorCode::BadClientId, "{id}");
    }
}

/// Rule W2.
#[tokio::test]
async fn money_moves_once_for_each_id() {
    let world = World::new();
    let (ann, bob, conversation) = world.ann_and_bob().await;
    let group = world.group(&ann, &[&bob]).await;
    let mut live = world.live(&ann).await;
    let money = v1::TopUp { id: new_id(), amount: 5_000 };
    let first = live.ask(Ask::TopUp(money.clone())).await;
    assert!(matches!(first, Answer::ToppedUp(v1::ToppedUp { amount: 5_000, balance: 5_000, .. })), "{first:?}");
    assert_eq!(live.ask(Ask::TopUp(money.clone())).await, first);
    let more = v1::TopUp { amount: 5_001, ..money.clone() };
    assert_eq!(live.refused(Ask::TopUp(more)).await, ErrorCode::IdReused);

    let sent = v1::SendPacket { greeting: "luck".into(), ..packet(group, 1_000, 2) };
    let first = live.ask(Ask::SendPacket(sent.clone())).await;
    assert!(matches!(first, Answer::PacketFunded(_)), "{first:?}");
    live.ask(top_up(100)).await;
    assert_eq!(live.ask(Ask::SendPacket(sent.clone())).await, first, "the first answer, whatever happened since");
    for other in [
        v1::SendPacket { amount: 1_001, ..sent.clone() },
        v1::SendPacket { count: 1, ..sent.clone() },
        v1::SendPacket { kind: PacketKind::Equal.into(), ..sent.clone() },
        v1::SendPacket { conversation, ..sent.clone() },
        v1::SendPacket { greeting: "bad luck".into(), ..sent.clone() },
        v1::SendPacket { kind: PacketKind::Named.into(), recipient: bob.user, ..sent.clone() },
    ] {
        let what = format!("{other:?}");
        assert_eq!(live.refused(Ask::SendPacket(other)).await, ErrorCode::IdReused, "{what}");
    }
    let across = v1::TopUp { id: sent.id, amount: 1_000 };
    assert_eq!(live.refused(Ask::TopUp(across)).await, ErrorCode::IdReused, "an id is for one thing");
    let wallet = live.ask(Ask::GetWallet(v1::GetWallet {})).await;
    assert!(matches!(wallet, Answer::Wallet(v1::Wallet { balance: 4_100, held: 0, .. })), "{wallet:?}");
}

/// Rule P4.
#[tokio::test]
async fn opening_again_gives_the_same_share() {
    let world = World::new();
    let (ann, bob, _) = world.ann_and_bob().await;
    let group = world.group(&ann, &[&bob]).await;
    let mut live = world.live(&ann).await;
    live.ask(top_up(1_000)).await;
    let packet = crate::world::send_packet(&mut live, packet(group, 888, 2)).await;
    let open = Ask::OpenPacket(v1::OpenPacket { packet });
    let Answer::PacketOpened(first) = live.ask(open.clone()).await else { panic!("not opened") };
    assert!(first.first && first.amount > 0);
    let Answer::PacketOpened(rest) = world.live(&bob).await.ask(open.clone()).await else { panic!("not opened") };
    assert_eq!(first.amount + rest.amount, 888, "P5");
    // From here on the gateway answers by itself.
    for _ in 0..3 {
        let again = live.ask(open.clone()).await;
        assert_eq!(again, Answer::PacketOpened(v1::PacketOpened { first: false, ..first }));
    }
    let stranger = world.sign_up("eve").await;
    assert_eq!(world.live(&stranger).await.refused(open).await, ErrorCode::PacketNotForYou);
}

/// A group is made once for each id.
#[tokio::test]
async fn a_group_asked_for_again_is_the_same_group() {
    let world = World::new();
    let (ann, bob, _) = world.ann_and_bob().await;
    let mut live = world.live(&ann).await;
    let group = v1::CreateGroup { client_id: new_id(), title: "tea".into(), members: vec![bob.user] };
    let mut made = async || match live.ask(Ask::CreateGroup(group.clone())).await {
        Answer::ConversationState(state) => state.conversation.unwrap().id,
        other => panic!("{other:?}"),
    };
    assert_eq!(made().await, made().await);
}
