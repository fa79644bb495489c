//! Sync and offline messages, a page at a time (S1 to S6).

use laisee_gateway::GatewayConfig;
use laisee_wire::v1::{self, ErrorCode, PageOrder, client_frame::Body as Ask, server_frame::Body as Answer};
use serde_json::json;

use crate::{
    live::{Came, Live},
    web,
    world::{Person, World, config, id, say},
};

/// One page: its segments.
async fn page(live: &mut Live, sync: v1::Sync) -> Vec<v1::SyncSegment> {
    let number = live.send(Ask::Sync(sync)).await;
    let mut segments = Vec::new();
    loop {
        match live.next().await {
            Came::Frame(frame) if frame.request == 0 => {}
            Came::Frame(frame) if frame.request == number => match frame.body {
                Some(Answer::SyncSegment(segment)) => {
                    let end = segment.page_end;
                    assert!(end || segment.next_page_token.is_empty(), "S2");
                    segments.push(segment);
                    if end {
                        return segments;
                    }
                }
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }
}

/// Ann, and five friends who have each written some words to her.
async fn popular(world: &World) -> (Person, Vec<u64>) {
    let ann = world.sign_up("ann").await;
    let mut conversations = Vec::new();
    for n in 0..5 {
        let friend = world.sign_up(&format!("friend{n}")).await;
        let conversation = world.befriend(&ann, &friend).await;
        let mut live = world.live(&friend).await;
        for words in ["one", "two", "three"] {
            live.ask(say(conversation, words)).await;
        }
        conversations.push(conversation);
    }
    (ann, conversations)
}

/// Rules S1, S2 and S4.
#[tokio::test]
async fn a_full_sync_brings_everything_in_pages_and_segments() {
    let config = GatewayConfig { sync_page_conversations: 2, sync_segment_messages: 3, ..config() };
    let world = World::configured(config);
    let (ann, conversations) = popular(&world).await;
    let mut live = world.live(&ann).await;
    let (mut token, mut pages, mut found) = (String::new(), 0, Vec::new());
    let mut positions = Vec::new();
    loop {
        let segments = page(&mut live, v1::Sync { positions: vec![], page_token: token }).await;
        pages += 1;
        for segment in &segments {
            let messages: usize = segment.conversations.iter().map(|change| change.messages.len()).sum();
            assert!(messages <= 3, "S2: {messages} messages in a segment");
            for change in &segment.conversations {
                let conversation = change.conversation.as_ref().unwrap();
                assert!(!change.reload);
                if found.last().is_none_or(|(last, _)| *last != conversation.id) {
                    found.push((conversation.id, Vec::new()));
                    let (seq, read) = (conversation.head, conversation.read);
                    let revision = conversation.revision;
                    positions.push(v1::Position { conversation: conversation.id, seq, read, revision });
                }
                found.last_mut().unwrap().1.extend(change.messages.iter().map(|message| message.seq));
            }
        }
        token = segments.last().unwrap().next_page_token.clone();
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(pages, 3);
    let newest_first: Vec<u64> = conversations.iter().rev().copied().collect();
    assert_eq!(found.iter().map(|(id, _)| *id).collect::<Vec<_>>(), newest_first);
    for (_, seqs) in found {
        assert!(seqs.iter().enumerate().all(|(n, seq)| *seq as usize == n + 1), "M6: {seqs:?}");
    }
    let nothing_new = page(&mut live, v1::Sync { positions, page_token: String::new() }).await;
    assert_eq!(nothing_new, [v1::SyncSegment { page_end: true, ..Default::default() }], "S1");
    let rest = web::post(&world.addr, "/v1/sync", Some(&ann.token), &json!({})).await.json();
    assert_eq!(rest["conversations"].as_array().unwrap().len(), 2, "a whole page as one segment");
    assert_eq!(rest["pageEnd"], json!(true));
}

/// Rule S3.
#[tokio::test]
async fn a_device_that_missed_too_much_reloads() {
    let world = World::configured(GatewayConfig { sync_messages_max: 4, sync_segment_messages: 3, ..config() });
    let (ann, bob, conversation) = world.ann_and_bob().await;
    let mut live = world.live(&ann).await;
    let mut head = 0;
    for _ in 0..10 {
        let Answer::MessageSent(sent) = live.ask(say(conversation, "hello")).await else { panic!("not sent") };
        head = sent.seq;
    }
    let mut away = world.live(&bob).await;
    for (seq, reload) in [(1, true), (head - 5, true), (head - 4, false)] {
        let position = v1::Position { conversation, seq, ..Default::default() };
        let segments = page(&mut away, v1::Sync { positions: vec![position], page_token: String::new() }).await;
        let parts: Vec<_> = segments.iter().flat_map(|segment| &segment.conversations).collect();
        let seqs: Vec<u32> = parts.iter().flat_map(|part| &part.messages).map(|message| message.seq).collect();
        assert_eq!(seqs, (head - 3..=head).collect::<Vec<_>>());
        let reloads: Vec<bool> = parts.iter().map(|part| part.reload).collect();
        assert_eq!(reloads, [reload, false], "once, before the first messages");
    }
}

async fn pull(live: &mut Live, order: PageOrder, limit: u32, page_token: &str) -> v1::OfflinePage {
    let pull = v1::PullOffline { order: order.into(), limit, page_token: page_token.into() };
    match live.ask(Ask::PullOffline(pull)).await {
        Answer::OfflinePage(page) => page,
        other => panic!("{other:?}"),
    }
}

async fn count(live: &mut Live) -> u32 {
    match live.ask(Ask::CountOffline(v1::CountOffline {})).await {
        Answer::OfflineCount(count) => {
            assert_eq!(count.conversations.iter().map(|one| one.count).sum::<u32>(), count.total);
            count.total
        }
        other => panic!("{other:?}"),
    }
}

/// Rule S5: n pages cost n+1 requests.
#[tokio::test]
async fn offline_messages_are_pulled_in_pages_and_acknowledged_by_the_next() {
    for order in [PageOrder::OldestFirst, PageOrder::NewestFirst] {
        let world = World::new();
        let (ann, _) = popular(&world).await;
        let mut live = world.live(&ann).await;
        let all = count(&mut live).await;
        assert!(all >= 15, "{all}");
        let (mut token, mut seen, mut requests) = (String::new(), Vec::new(), 0);
        loop {
            let page = pull(&mut live, order, 6, &token).await;
            requests += 1;
            assert_eq!(count(&mut live).await, all - seen.len() as u32, "the former pages are acknowledged");
            if page.messages.is_empty() {
                assert!(page.next_page_token.is_empty());
                break;
            }
            seen.extend(page.messages.iter().map(|message| message.id));
            token = page.next_page_token;
        }
        assert_eq!((seen.len() as u32, requests), (all, all.div_ceil(6) + 1));
        let mut sorted = seen.clone();
        sorted.sort_unstable();
        if order == PageOrder::NewestFirst {
            sorted.reverse();
        }
        assert_eq!(seen, sorted);
        assert_eq!(count(&mut live).await, 0);
    }
}

/// Rule S6.
#[tokio::test]
async fn a_page_token_is_for_one_account_and_one_order() {
    let world = World::configured(GatewayConfig { sync_page_conversations: 1, ..config() });
    let (ann, _) = popular(&world).await;
    let friend = web::get(&world.addr, "/v1/friends", Some(&ann.token)).await.json();
    let friend = friend["friends"][0]["user"].clone();
    let name = friend["name"].as_str().unwrap().to_owned();
    let other = world.sign_in(&Person { name, user: id(&friend["id"]), ..ann.clone() }).await;
    let (mut live, mut others) = (world.live(&ann).await, world.live(&other).await);
    let offline = pull(&mut live, PageOrder::OldestFirst, 2, "").await.next_page_token;
    let sync = page(&mut live, v1::Sync::default()).await.pop().unwrap().next_page_token;
    let mut changed = offline.clone().into_bytes();
    changed[3] = if changed[3] == b'A' { b'B' } else { b'A' };
    let changed = String::from_utf8(changed).unwrap();

    let pulling = |order: PageOrder, page_token: &str| {
        Ask::PullOffline(v1::PullOffline { order: order.into(), limit: 2, page_token: page_token.into() })
    };
    let syncing = |page_token: &str| Ask::Sync(v1::Sync { page_token: page_token.into(), ..Default::default() });
    for bad in [
        pulling(PageOrder::NewestFirst, &offline),
        pulling(PageOrder::OldestFirst, &sync),
        pulling(PageOrder::OldestFirst, &changed),
        pulling(PageOrder::OldestFirst, &offline[1..]),
        pulling(PageOrder::OldestFirst, "x"),
        syncing(&offline),
        syncing("AAAA"),
    ] {
        assert_eq!(live.refused(bad).await, ErrorCode::BadPageToken);
    }
    assert_eq!(others.refused(pulling(PageOrder::OldestFirst, &offline)).await, ErrorCode::BadPageToken);
    assert_eq!(others.refused(syncing(&sync)).await, ErrorCode::BadPageToken);
    let over_rest = format!("/v1/offline?pageToken={changed}");
    let refused = web::get(&world.addr, &over_rest, Some(&ann.token)).await;
    assert_eq!((refused.status, refused.code().as_str()), (400, "BAD_PAGE_TOKEN"));

    // A stale one, asked for again, is no error: it acknowledges what is acknowledged, and goes on from its place.
    let next = pull(&mut live, PageOrder::OldestFirst, 2, &offline).await;
    assert_eq!(pull(&mut live, PageOrder::OldestFirst, 2, &offline).await.messages, next.messages);
    let again = page(&mut live, v1::Sync { page_token: sync.clone(), ..Default::default() }).await;
    assert_eq!(page(&mut live, v1::Sync { page_token: sync, ..Default::default() }).await, again);
}

/// Answers do not grow without bound, and nothing is lost by it.
#[tokio::test]
async fn large_messages_come_in_frames_that_fit() {
    let world = World::configured(GatewayConfig { sync_segment_messages: 100, ..config() });
    let (ann, bob, conversation) = world.ann_and_bob().await;
    let mut live = world.live(&ann).await;
    let extension = v1::content::Kind::Extension(v1::Extension { r#type: "x".into(), body: vec![7; 16 * 1024] });
    let mut head = 0;
    for _ in 0..40 {
        let content = Some(v1::Content { fallback: String::new(), kind: Some(extension.clone()) });
        let message = v1::SendMessage { conversation, client_msg_id: crate::world::new_id(), content };
        let Answer::MessageSent(sent) = live.ask(Ask::SendMessage(message)).await else { panic!("not sent") };
        head = sent.seq;
    }
    const FITS: usize = 300 * 1024;
    let size = |messages: &[v1::Message]| messages.iter().map(prost::Message::encoded_len).sum::<usize>();
    let mut away = world.live(&bob).await;
    let segments = page(&mut away, v1::Sync::default()).await;
    let mut seqs = Vec::new();
    for change in segments.iter().flat_map(|segment| &segment.conversations) {
        assert!(size(&change.messages) < FITS);
        seqs.extend(change.messages.iter().map(|message| message.seq));
    }
    assert_eq!(seqs, (1..=head).collect::<Vec<_>>());
    assert!(segments.len() >= 3, "{}", segments.len());

    let mut after = 0;
    for direction in ["after", "before"] {
        let mut place = if direction == "after" { 0 } else { head + 1 };
        let mut seen = 0;
        loop {
            let (mut pull, limit) = (v1::GetHistory { conversation, limit: 100, ..Default::default() }, FITS);
            if direction == "after" {
                pull.after = place.max(1);
            } else {
                pull.before = place;
            }
            let Answer::History(found) = away.ask(Ask::GetHistory(pull)).await else { panic!("no history") };
            assert!(size(&found.messages) < limit);
            seen += found.messages.len() as u32;
            let edge = if direction == "after" { found.messages.last() } else { found.messages.first() };
            place = edge.unwrap().seq;
            if !found.more {
                break;
            }
        }
        after += seen;
    }
    assert_eq!(after, head - 1 + head, "after the first one, and before the end");
    let (mut token, mut seen) = (String::new(), 0);
    loop {
        let found = pull(&mut away, PageOrder::OldestFirst, 100, &token).await;
        assert!(size(&found.messages) < FITS);
        seen += found.messages.iter().filter(|message| message.sender == ann.user).count();
        token = found.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(seen, 40);
}
