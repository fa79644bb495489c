use std::time::Duration;

use laisee_bus::{Delivery, ShardLimits};
use laisee_core::{command::Reply, fen::Fen, ids::Seq, push::PushKind};

use super::{moody_store::Fault, world::World};

const SHORT: Duration = Duration::from_millis(150);

/// While an append is under way the next batches are applied, and wait; then they are appended together.
#[tokio::test]
async fn nothing_leaves_before_it_is_durable_and_the_next_batches_do_not_wait() {
    let mut world = World::new(ShardLimits::default());
    let ann = world.user("ann").await;
    let group = world.group(ann, &[]).await;
    while !world.delivered(SHORT).await.is_empty() {}
    // A cut made later would bring what is not durable yet, and the views would wait for that.
    assert_eq!(world.head(ann, group).await, Seq(1));
    world.store.mood.close();
    let appends = world.store.mood.appended().len();
    for ticket in 0..30 {
        let say = world.say(ann, group);
        world.send(ticket, say).unwrap();
        if ticket < 4 {
            // So that several batches are applied, not one.
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    let early = world.delivered(SHORT).await;
    assert!(early.is_empty(), "told before it was durable: {early:?}");
    assert_eq!(world.head(ann, group).await, Seq(1), "what is asked meanwhile knows nothing of it");
    world.store.mood.open();

    let mut seen = vec![];
    while seen.len() < 60 {
        let deliveries = world.delivered(Duration::from_secs(5)).await;
        assert!(!deliveries.is_empty(), "only {} of 60 came", seen.len());
        seen.extend(deliveries);
    }
    let (mut replies, mut pushes) = (vec![], vec![]);
    for delivery in &seen {
        match delivery {
            Delivery::Reply { ticket, outcome: Ok(Reply::Posted { seq, .. }) } => replies.push((*ticket, seq.0)),
            Delivery::Push(push) => match &push.what {
                PushKind::Message(message) => pushes.push(message.seq.0),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(replies, (0..30).map(|n| (n, n as u32 + 2)).collect::<Vec<_>>());
    assert_eq!(pushes, (2..32).collect::<Vec<_>>());
    let appended = world.store.mood.appended().split_off(appends);
    assert!(appended.iter().any(|batches| *batches > 1), "each batch waited for the one before: {appended:?}");
    world.shards.stop();
}

/// An append that fails after all was written: nobody knows, and whoever repeats finds that it was done.
#[tokio::test]
async fn what_became_durable_without_a_word_is_found_by_repeating() {
    let mut world = World::new(ShardLimits::default());
    let ann = world.rich("ann", 1_000).await;
    let group = world.group(ann, &[]).await;
    let (say, top_up) = (world.say(ann, group), world.top_up(ann, 10));
    for command in [say, top_up] {
        let starts = world.starts();
        world.store.mood.fail_appends([Fault::FullAfterwards]);
        assert!(matches!(world.call(command.clone()).await, Err(laisee_bus::Failure::Unavailable { .. })));
        let first = world.must(command.clone()).await;
        assert_eq!(world.must(command).await, first);
        assert_eq!(world.starts(), starts + 1);
    }
    assert_eq!(world.balance(ann).await, Fen(1_010));
    assert_eq!(world.head(ann, group).await, Seq(2));
    world.shards.stop();
}

/// What was acknowledged is there after a restart, views or no views.
#[tokio::test]
async fn what_was_acknowledged_outlives_the_views() {
    let mut world = World::new(ShardLimits::default());
    let ann = world.rich("ann", 1_000).await;
    let group = world.group(ann, &[]).await;
    for n in 2..20 {
        let say = world.say(ann, group);
        assert!(matches!(world.must(say).await, Reply::Posted { seq: Seq(seq), .. } if seq == n));
    }
    let mut world = world.restart();
    let say = world.say(ann, group);
    assert!(matches!(world.must(say).await, Reply::Posted { seq: Seq(20), .. }));
    world.shards.stop();
    world.store.memory.lose_views(super::world::SHARD);
    let world = World::start(&world.store, ShardLimits::default(), laisee_shard::ShardOptions::default());
    assert_eq!(world.balance(ann).await, Fen(1_000));
    assert_eq!(world.head(ann, group).await, Seq(20));
    world.shards.stop();
}
