use laisee_core::{
    command::{Command, GrabPacket, OpenPacket, Reply, TopUp},
    fact::Fact,
    fen::Fen,
    ids::{Millis, Position},
    packet::PacketStatus,
    push::PushKind,
    refusal::Refusal,
    settings::Settings,
};

use super::lone_shard::{LoneShard, START, refused};

#[test]
fn commands_of_one_batch_take_effect_in_order() {
    let mut shard = LoneShard::new(Settings::default());
    let [ann, bob, eve] = [shard.rich("ann", 1_000), shard.user("bob"), shard.user("eve")];
    let group = shard.group(ann, &[bob, eve]);
    let packet = shard.fund(ann, group, 100, 1);
    shard.settle();
    let before = shard.engine.state.position;
    let say = shard.say(bob, group);
    let open = |user| Command::OpenPacket(OpenPacket { user, packet });
    // What is done first is seen by what comes next, and a repetition by whoever it repeats.
    let applied = shard.apply([say.clone(), open(eve), open(bob), say, open(eve)]);
    let batch = applied.batch.as_ref().unwrap();
    assert_eq!(batch.first, Position(before.0 + 1));
    assert!(matches!(batch.facts[..], [Fact::MessagePosted { .. }, Fact::Claimed { .. }]), "{batch:?}");
    let outcomes: Vec<_> = applied.replies.iter().map(|replying| &replying.outcome).collect();
    assert_eq!(outcomes[0], outcomes[3]);
    let amount = Fen(100);
    assert_eq!(*outcomes[1], Ok(Reply::PacketOpened { packet, amount, index: 0, first: true }));
    assert_eq!(refused(outcomes[2]), Some(Refusal::PacketFinished));
    assert_eq!(*outcomes[4], Ok(Reply::PacketOpened { packet, amount, index: 0, first: false }));
    let counted: Vec<_> = applied.replies.iter().map(|replying| replying.packet).collect();
    assert_eq!(counted, [None, Some(packet), Some(packet), None, Some(packet)]);
    assert!(matches!(applied.pushes[0].what, PushKind::Message(_)), "pushes come in the order of facts");
}

#[test]
fn a_batch_in_which_nothing_happens_leaves_no_trace() {
    let mut shard = LoneShard::new(Settings::default());
    let ann = shard.rich("ann", 1_000);
    let group = shard.group(ann, &[]);
    let packet = shard.fund(ann, group, 100, 1);
    let position = shard.engine.state.position;
    let too_much = TopUp { user: ann, id: shard.id(), amount: Fen(i64::MAX) };
    let applied = shard.apply([Command::TopUp(too_much), Command::GrabPacket(GrabPacket { user: ann, packet })]);
    assert!(applied.batch.is_none() && applied.pushes.is_empty());
    assert_eq!(applied.replies.len(), 2);
    assert_eq!(shard.engine.state.position, position);
    shard.cut();
    assert!(shard.apply([]).batch.is_none());
}

#[test]
fn time_stands_still_rather_than_run_back() {
    let mut shard = LoneShard::new(Settings::default());
    let ann = shard.rich("ann", 1_000);
    let group = shard.group(ann, &[]);
    let say = |shard: &mut LoneShard, now: Millis| {
        shard.now = now;
        let say = shard.say(ann, group);
        match shard.must(say) {
            Reply::Posted { at, id, .. } => (at, id),
            other => panic!("{other:?}"),
        }
    };
    let later = say(&mut shard, START.plus(5_000));
    let earlier = say(&mut shard, START.plus(-60_000));
    assert_eq!((later.0, earlier.0), (START.plus(5_000), START.plus(5_000)));
    assert!(earlier.1 > later.1, "ids rise all the same");
    // Not even across a restart.
    let mut shard = shard.restart();
    assert_eq!(say(&mut shard, START.plus(-60_000)).0, START.plus(5_000));
}

#[test]
fn what_is_due_comes_once_and_soonest_first() {
    let mut shard = LoneShard::new(Settings { packet_life_ms: 1_000, ..Settings::default() });
    let ann = shard.rich("ann", 1_000);
    let group = shard.group(ann, &[]);
    let mut packets = vec![];
    for _ in 0..3 {
        packets.push(shard.fund(ann, group, 100, 1));
        shard.now = shard.now.plus(10);
    }
    shard.settle();
    assert_eq!(shard.engine.next_due(), Some(START.plus(1_000)));
    assert_eq!(shard.engine.due(START.plus(999), 9).len(), 0);
    let due = |shard: &mut LoneShard, now, max| -> Vec<_> {
        let due = shard.engine.due(now, max);
        due.into_iter()
            .map(|request| match request.command {
                Command::ExpirePacket(expire) => expire.packet,
                other => panic!("{other:?}"),
            })
            .collect()
    };
    assert_eq!(due(&mut shard, START.plus(1_010), 1), packets[..1]);
    assert_eq!(due(&mut shard, START.plus(1_010), 9), packets[1..2]);
    assert_eq!(shard.engine.next_due(), Some(START.plus(1_020)));
}

#[test]
fn a_packet_on_its_way_when_its_time_is_over_is_tried_again() {
    let mut shard = LoneShard::new(Settings { packet_life_ms: 1_000, ..Settings::default() });
    let ann = shard.rich("ann", 100);
    let group = shard.group(ann, &[]);
    let packet = shard.fund(ann, group, 100, 1);
    shard.now = START.plus(1_500);
    assert_eq!(shard.tick(), 1);
    assert_eq!(shard.engine.next_due(), Some(START.plus(2_500)), "not again at once, which would be a busy loop");
    assert_eq!(shard.tick(), 0);
    shard.settle();
    let open = shard.call(Command::OpenPacket(OpenPacket { user: ann, packet }));
    assert_eq!(refused(&open), Some(Refusal::PacketExpired));
    shard.now = START.plus(2_500);
    assert_eq!(shard.tick(), 1);
    assert_eq!(shard.engine.state.packets.get(&packet).unwrap().head.status, PacketStatus::Expired);
    assert_eq!(shard.balance(ann), Fen(100));
    assert_eq!(shard.engine.next_due(), None);
}

/// However little memory there is, everything is found again in the views.
#[test]
fn what_memory_let_go_of_is_loaded_again() {
    let mut shard = LoneShard::new(Settings { recent_ms: 1_000, ..Settings::default() });
    let people: Vec<_> = (0..40).map(|n| shard.rich(&format!("user-{n}"), 1_000)).collect();
    let groups: Vec<_> = people.iter().map(|user| shard.group(*user, &people[..3])).collect();
    let (said, sent): (Vec<_>, Vec<_>) = people
        .iter()
        .zip(&groups)
        .map(|(user, group)| (shard.say(*user, *group), shard.send(*user, *group, 100, 2)))
        .unzip();
    let first = shard.batch(said.iter().chain(&sent).cloned());
    shard.settle();
    for _ in 0..4 {
        shard.now = shard.now.plus(5_000);
        shard.user(&format!("later-{}", shard.now.0));
        shard.cut();
    }
    assert!(shard.engine.state.wallets.len() < 20, "{} wallets are in memory", shard.engine.state.wallets.len());
    assert!(shard.engine.state.sent.is_empty());
    let position = shard.engine.state.position;
    let again = shard.batch(said.iter().chain(&sent).cloned());
    assert_eq!(again, first);
    assert_eq!(shard.engine.state.position, position);
    assert_eq!(shard.balance(people[39]), Fen(900));
}
