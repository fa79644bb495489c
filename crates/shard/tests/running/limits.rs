use std::time::Duration;

use laisee_bus::{Failure, ShardLimits};
use laisee_core::{
    command::{Command, Reply, SendPacket},
    fen::Fen,
    ids::{ConversationId, PacketId, Seq},
    packet::PacketKind,
};

use super::world::World;

fn busy(outcome: &Result<(), Failure>) -> bool {
    matches!(outcome, Err(Failure::Busy { retry_after_ms }) if *retry_after_ms > 0)
}

/// While the disk hangs, so many requests wait and no more; who is refused has changed nothing.
#[tokio::test]
async fn the_queue_has_an_end() {
    let mut world = World::new(ShardLimits { queue_max: 16, ..ShardLimits::default() });
    let ann = world.user("ann").await;
    let group = world.group(ann, &[]).await;
    world.store.mood.close();
    let mut taken = 0;
    loop {
        let say = world.say(ann, group);
        let sent = world.send(taken, say);
        if busy(&sent) {
            // The shard may be about to take more in; then it is not full yet.
            tokio::time::sleep(Duration::from_millis(50)).await;
            let say = world.say(ann, group);
            if busy(&world.send(taken, say)) {
                break;
            }
        }
        taken += 1;
        assert!(taken < 200, "there is no end to the queue");
    }
    assert!(taken >= 16);
    world.store.mood.open();
    let outcomes = world.outcomes(taken as usize).await;
    assert!(outcomes.iter().all(|(_, outcome)| outcome.is_ok()), "{outcomes:?}");
    world.until("nothing more comes", async || world.delivered(Duration::from_millis(50)).await.is_empty()).await;
    let say = world.say(ann, group);
    let Reply::Posted { seq: Seq(seq), .. } = world.must(say).await else { panic!("not posted") };
    assert_eq!(u64::from(seq), taken + 2, "the note, what was taken, and this");
    world.shards.stop();
}

/// One packet that everybody wants leaves room for others.
#[tokio::test]
async fn a_packet_has_a_cap_of_its_own() {
    let mut world = World::new(ShardLimits { packet_in_flight_max: 3, ..ShardLimits::default() });
    let mut people = vec![world.rich("ann", 1_000).await];
    for n in 0..4 {
        people.push(world.user(&format!("user-{n}")).await);
    }
    let group = world.group(people[0], &people[1..]).await;
    let (wanted, other) = (world.packet(people[0], group, 100, 5).await, world.packet(people[0], group, 100, 5).await);
    world.store.mood.close();
    for (n, user) in people[..3].iter().enumerate() {
        assert_eq!(world.send(n as u64, World::open(*user, wanted)), Ok(()));
    }
    assert!(busy(&world.send(9, World::open(people[3], wanted))));
    assert!(busy(&world.send(9, World::open(people[3], wanted))), "a refusal takes no place, and frees none");
    assert_eq!(world.send(3, World::open(people[3], other)), Ok(()));
    let say = world.say(people[0], group);
    assert_eq!(world.send(4, say), Ok(()));
    world.store.mood.open();
    assert!(world.outcomes(5).await.iter().all(|(_, outcome)| outcome.is_ok()));
    for user in &people {
        world.must(World::open(*user, wanted)).await;
    }
    world.shards.stop();
}

#[tokio::test]
async fn ids_of_shards_that_do_not_exist_are_refused_before_anything_is_done() {
    let mut world = World::new(ShardLimits::default());
    let ann = world.rich("ann", 1_000).await;
    let nowhere = 900 << 12;
    assert_eq!(world.call(World::open(ann, PacketId(nowhere))).await, Err(Failure::NoSuchShard));
    let say = world.say(ann, ConversationId(nowhere));
    assert_eq!(world.call(say).await, Err(Failure::NoSuchShard));
    // Rule P1: nobody could ever post it or send it back.
    let send = SendPacket {
        sender: ann,
        id: world.id(),
        conversation: ConversationId(nowhere),
        kind: PacketKind::Lucky,
        amount: Fen(100),
        count: 1,
        greeting: String::new(),
        pass: None,
    };
    assert_eq!(world.call(Command::SendPacket(send)).await, Err(Failure::NoSuchShard));
    assert_eq!(world.balance(ann).await, Fen(1_000));
    world.shards.stop();
}
