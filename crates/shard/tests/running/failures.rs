use std::time::{Duration, Instant};

use laisee_bus::{Bus, Failure, ShardLimits};
use laisee_core::{command::Reply, fen::Fen, ids::Seq, query::Query, settings::Settings};
use laisee_store::Store;

use super::{
    moody_store::{Fault, MoodyStore},
    world::{SHARD, World},
};

/// Full disks again and again: nobody is left without an answer, nothing is half done, and it comes back by itself.
#[tokio::test]
async fn a_full_disk_is_told_and_passes() {
    let mut world = World::new(ShardLimits { packet_in_flight_max: 2, ..ShardLimits::default() });
    let ann = world.rich("ann", 1_000).await;
    let group = world.group(ann, &[]).await;
    let packet = world.packet(ann, group, 100, 1).await;
    world.store.mood.fail_appends([Fault::Full; 3]);
    while !world.store.mood.spent() {
        // Each loses its place in the packet's cap together with its answer, or the packet would soon be busy for ever.
        let begun = Instant::now();
        let outcome = world.call(World::open(ann, packet)).await;
        assert!(matches!(outcome, Err(Failure::Unavailable { .. })), "{outcome:?}");
        assert!(begun.elapsed() < Duration::from_secs(5), "the answer came only with the deadline");
    }
    let opened = world.must(World::open(ann, packet)).await;
    assert_eq!(opened, Reply::PacketOpened { packet, amount: Fen(100), index: 0, first: true });
    assert_eq!(world.starts(), 4);
    world.until("the share arrives", async || world.balance(ann).await == Fen(1_000)).await;
    assert!(world.shards.ready());
    world.shards.stop();
}

/// Those who wait behind a batch that fails are told, too, and a gateway by its ticket.
#[tokio::test]
async fn whoever_waits_when_the_disk_fails_is_told() {
    let mut world = World::new(ShardLimits { packet_in_flight_max: 60, ..ShardLimits::default() });
    let ann = world.rich("ann", 1_000).await;
    let group = world.group(ann, &[]).await;
    let packet = world.packet(ann, group, 100, 1).await;
    for round in 0..2 {
        world.store.mood.close();
        world.store.mood.fail_appends([Fault::Full]);
        for ticket in 0..60 {
            world.send(ticket, World::open(ann, packet)).unwrap_or_else(|failure| panic!("{round}: {failure}"));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        world.store.mood.open();
        let mut tickets: Vec<_> = world
            .outcomes(60)
            .await
            .into_iter()
            .map(|(ticket, outcome)| {
                assert!(matches!(outcome, Err(Failure::Unavailable { .. })), "{outcome:?}");
                ticket
            })
            .collect();
        tickets.sort_unstable();
        assert_eq!(tickets, (0..60).collect::<Vec<_>>());
        let say = world.say(ann, group);
        world.must(say).await;
    }
    world.must(World::open(ann, packet)).await;
    world.shards.stop();
}

#[tokio::test]
async fn views_that_fail_lose_nothing() {
    let mut world = World::new(ShardLimits::default());
    let ann = world.rich("ann", 1_000).await;
    let group = world.group(ann, &[]).await;
    world.store.mood.fail_saves([Fault::Full, Fault::FullAfterwards, Fault::Bug]);
    let mut said = 1;
    while !world.store.mood.spent() {
        let say = world.say(ann, group);
        assert!(matches!(world.must(say).await, Reply::Posted { seq: Seq(seq), .. } if seq == said + 1));
        said += 1;
        // A question makes the views follow.
        let _ = world.bus.query(SHARD, Query::Wallet { user: ann }).await;
    }
    assert_eq!(world.balance(ann).await, Fen(1_000));
    assert_eq!(world.head(ann, group).await, Seq(said));
    assert!(world.starts() >= 4);
    world.shards.stop();
}

#[tokio::test]
async fn a_bug_stops_the_shard_and_its_log_brings_it_back() {
    let mut world = World::new(ShardLimits { packet_in_flight_max: 1, ..ShardLimits::default() });
    let ann = world.rich("ann", 1_000).await;
    let group = world.group(ann, &[]).await;
    let packet = world.packet(ann, group, 100, 1).await;
    for starts in 2..4 {
        world.store.mood.fail_appends([Fault::Bug]);
        let outcome = world.call(World::open(ann, packet)).await;
        assert!(matches!(outcome, Err(Failure::Unavailable { .. })), "{outcome:?}");
        world.until("it is back", async || world.starts() == starts && world.shards.ready()).await;
    }
    let opened = world.must(World::open(ann, packet)).await;
    assert_eq!(opened, Reply::PacketOpened { packet, amount: Fen(100), index: 0, first: true });
    world.shards.stop();
}

/// A writer that was replaced must not fight for the shard: it stays down, says so at once, and can be stopped.
#[tokio::test]
async fn a_writer_that_was_replaced_stays_down() {
    let mut former = World::new(ShardLimits::default());
    let ann = former.rich("ann", 1_000).await;
    let group = former.group(ann, &[]).await;
    let say = former.say(ann, group);
    let newer = World::with_settings(&former.store, Settings::default());
    newer.until("the newer one serves", async || newer.shards.ready()).await;
    assert!(matches!(former.call(say.clone()).await, Err(Failure::Unavailable { .. })));
    tokio::time::sleep(Duration::from_millis(700)).await;
    let begun = Instant::now();
    assert!(matches!(former.call(say.clone()).await, Err(Failure::Unavailable { .. })));
    let question = former.bus.query(SHARD, Query::Wallet { user: ann }).await;
    assert!(matches!(question, Err(Failure::Unavailable { .. })), "{question:?}");
    assert!(begun.elapsed() < Duration::from_secs(2));
    assert_eq!(former.starts(), 1);
    assert!(!former.shards.ready());
    assert!(matches!(newer.call(say).await, Ok(Reply::Posted { seq: Seq(2), .. })));
    former.shards.stop();
    newer.shards.stop();
}

/// A disk that lied: views know of facts that the log has lost. Going on would number other facts the same.
#[tokio::test]
async fn a_log_that_has_lost_facts_is_not_written_on() {
    let mut world = World::new(ShardLimits::default());
    let ann = world.rich("ann", 1_000).await;
    world.balance(ann).await;
    world.shards.stop();
    world.store.memory.lose_newest(SHARD);
    let end = |store: &MoodyStore| store.memory.log_reader(SHARD).unwrap().end().unwrap();
    let before = end(&world.store);
    let world = World::with_settings(&world.store, Settings::default());
    let mut other = World::new(ShardLimits::default());
    let top_up = other.top_up(ann, 5);
    assert!(matches!(world.call(top_up).await, Err(Failure::Unavailable { .. })));
    assert_eq!(end(&world.store), before);
    assert_eq!(world.starts(), 1);
    world.shards.stop();
    other.shards.stop();
}

/// Rule P5: the time goes on while nobody is there to watch it.
#[tokio::test]
async fn what_expires_while_the_shard_is_down_is_refunded_when_it_is_up() {
    let store = MoodyStore::new(1);
    let settings = Settings { packet_life_ms: 300, ..Settings::default() };
    let mut world = World::with_settings(&store, settings.clone());
    let ann = world.rich("ann", 1_000).await;
    let group = world.group(ann, &[]).await;
    world.packet(ann, group, 100, 1).await;
    world.shards.stop();
    tokio::time::sleep(Duration::from_millis(350)).await;
    let world = World::with_settings(&store, settings);
    world.until("it is refunded", async || world.balance(ann).await == Fen(1_000)).await;
    world.shards.stop();
}
