//! Rule C5: a reader that is too slow is cut off with a code that says: resume.

use laisee_gateway::GatewayConfig;
use laisee_wire::v1::{self, client_frame::Body as Ask, server_frame::Body as Answer};
use tokio::net::TcpSocket;

use crate::{
    live::{Encoding, Live},
    world::{World, config, say},
};

/// A connection of which the system takes little in while nobody reads.
async fn narrow(world: &World, token: &str) -> Live {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4 * 1024).unwrap();
    let stream = socket.connect(world.addr.parse().unwrap()).await.unwrap();
    let mut live = Live::over(stream, &world.addr, Encoding::Protobuf).await;
    assert!(matches!(live.hello(token).await, Answer::Welcome(_)));
    live
}

#[tokio::test]
async fn a_slow_reader_is_cut_off_and_resumes_without_a_hole() {
    let world = World::configured(GatewayConfig { outbox_max: 20, ..config() });
    let (ann, bob, conversation) = world.ann_and_bob().await;
    let mut slow = narrow(&world, &bob.token).await;
    let mut beside = world.live(&bob).await;
    let mut live = world.live(&ann).await;
    let words = "x".repeat(4_000);
    let (mut sent, mut told) = (0, 0);
    for _ in 0..2_000 {
        let Answer::MessageSent(message) = live.ask(say(conversation, &words)).await else { panic!("not sent") };
        sent = message.seq;
        told = beside
            .notice(|notice| match notice {
                Answer::MessageNotice(notice) => notice.message.as_ref().map(|message| message.seq),
                _ => None,
            })
            .await;
        if crate::web::get(&world.addr, "/metrics", None).await.body.contains("laisee_connections 2\n") {
            break;
        }
    }
    assert_eq!(told, sent, "who reads is not affected");
    assert!(sent < 1_900, "the slow reader was never cut off");

    let mut held = 0;
    let code = loop {
        match slow.next().await {
            crate::live::Came::Closed(code) => break code,
            crate::live::Came::Frame(frame) => {
                if let Some(Answer::MessageNotice(notice)) = frame.body {
                    held = notice.message.unwrap().seq;
                }
            }
        }
    };
    assert!(held < sent, "some of it never came");
    // The goodbye is told if the reader takes it in before the server gives up.
    assert!(matches!(code, Some(4409) | None), "{code:?}");

    let mut again = world.live(&bob).await;
    let mut after = held;
    while after < sent {
        let pull = v1::GetHistory { conversation, after, limit: 100, ..Default::default() };
        let Answer::History(page) = again.ask(Ask::GetHistory(pull)).await else { panic!("no history") };
        for message in page.messages {
            assert_eq!(message.seq, after + 1, "M6");
            after = message.seq;
        }
    }
}

/// Sends to somebody who does not read, until the server has had enough.
async fn overfill(world: &World, live: &mut Live, conversation: u64) {
    let words = "x".repeat(4_000);
    for _ in 0..200 {
        let mut numbers = Vec::new();
        for _ in 0..10 {
            numbers.push(live.send(say(conversation, &words)).await);
        }
        for number in numbers {
            live.answer_to(number).await;
        }
        if crate::web::get(&world.addr, "/metrics", None).await.body.contains("laisee_connections 1\n") {
            return;
        }
    }
    panic!("the slow reader was never cut off");
}

/// The code itself, to a reader that stalls and then reads on; frames and bytes are bounded.
#[tokio::test]
async fn a_reader_that_stalled_is_told_to_resume() {
    let few_frames = GatewayConfig { outbox_max: 20, ..config() };
    let few_bytes = GatewayConfig { outbox_bytes_max: 50_000, ..config() };
    for config in [few_frames, few_bytes] {
        let world = World::configured(config);
        let (ann, bob, conversation) = world.ann_and_bob().await;
        let mut slow = narrow(&world, &bob.token).await;
        overfill(&world, &mut world.live(&ann).await, conversation).await;
        assert_eq!(slow.end().await.0, Some(4409));
    }
}
