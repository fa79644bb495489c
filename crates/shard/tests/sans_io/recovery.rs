use laisee_core::{
    command::{Acknowledge, AddMembers, Command, MarkRead, OpenPacket, OpenSession, RemoveFriend, RemoveMember, Reply},
    cut::Key,
    fen::Fen,
    ids::{Position, Seq},
    pair::PairKey,
    refusal::Refusal,
    settings::Settings,
};
use laisee_shard::ShardOptions;
use laisee_store::memory::KeptViews;

use super::lone_shard::{LoneShard, SHARD, START};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// A shard's busy life.
struct Life {
    shard: LoneShard,
    /// Everything that was told apart in it.
    keys: Vec<Key>,
    /// The views as they stood after each cut; the first are those of a new shard.
    kept: Vec<(Position, KeptViews)>,
    /// Commands that were carried out, and what was answered.
    repeats: Vec<(Command, Reply)>,
}

/// Talk and money for a while, with a cut now and then.
fn life() -> Life {
    let settings = Settings { packet_life_ms: 30_000, recent_ms: 20_000, ..Settings::default() };
    let mut shard = LoneShard::new(settings);
    let mut kept = vec![(Position(0), shard.store.keep_views(SHARD))];
    let [ann, bob, eve] = [shard.rich("ann", 10_000), shard.rich("bob", 500), shard.user("eve")];
    let direct = shard.friends(ann, bob);
    let group = shard.group(ann, &[bob, eve]);
    let people = [ann, bob, eve];
    let mut keys: Vec<Key> = people.iter().flat_map(|user| [Key::User(*user), Key::Wallet(*user)]).collect();
    keys.extend([Key::Conversation(direct), Key::Conversation(group)]);
    keys.extend([Key::Pair(PairKey::of(ann, bob)), Key::Pair(PairKey::of(ann, eve)), Key::Name("eve".into())]);
    let mut repeats = vec![];
    for round in 0..24_u32 {
        let sender = people[round as usize % 3];
        let place = if round % 4 == 0 { direct } else { group };
        let (say, send) = (shard.say(sender, place), shard.send(ann, place, 10 + i64::from(round), 1 + round % 3));
        let replies = shard.batch([say.clone(), send.clone()]);
        for (command, reply) in [say, send].into_iter().zip(replies) {
            if let Ok(reply) = reply {
                match (&command, &reply) {
                    (Command::PostMessage(post), _) => keys.push(Key::Sent(post.sender, post.client_id)),
                    (Command::SendPacket(send), Reply::PacketFunded { packet, .. }) => {
                        keys.extend([Key::Packet(*packet), Key::Once(send.sender, send.id)]);
                    }
                    other => panic!("{other:?}"),
                }
                repeats.push((command, reply));
            }
        }
        if round % 3 != 1 {
            shard.settle();
        }
        let packets: Vec<_> = keys
            .iter()
            .filter_map(|key| match key {
                Key::Packet(packet) => Some(*packet),
                _ => None,
            })
            .collect();
        let open = |user| Command::OpenPacket(OpenPacket { user, packet: packets[packets.len() * 2 / 3] });
        shard.batch([open(people[round as usize % 3]), open(people[(round as usize + 1) % 3])]);
        let (user, conversation, through) = (bob, group, Seq(round / 2));
        shard.batch([
            Command::Acknowledge(Acknowledge { user, conversation, from: Seq(round / 3), through }),
            Command::MarkRead(MarkRead { user: eve, conversation, through }),
        ]);
        match round {
            5 => shard.must(Command::RemoveMember(RemoveMember { by: ann, conversation: group, user: eve })),
            9 => shard.must(Command::AddMembers(AddMembers { by: bob, conversation: group, users: vec![eve] })),
            12 => shard.must(Command::OpenSession(OpenSession {
                user: ann,
                token_hash: [1; 32],
                device: "a".into(),
                device_id: None,
            })),
            15 => shard.must(Command::RemoveFriend(RemoveFriend { by: bob, other: ann })),
            _ => Reply::Done,
        };
        shard.tick();
        shard.now = shard.now.plus(3_000);
        if round % 5 == 2 {
            shard.cut();
            kept.push((shard.engine.state.position, shard.store.keep_views(SHARD)));
        }
    }
    Life { shard, keys, kept, repeats }
}

#[test]
fn the_log_makes_up_for_views_wherever_they_stand() {
    let Life { mut shard, keys, kept, repeats } = life();
    let expected = shard.words(&keys);
    assert!(kept.len() > 4 && shard.engine.state.position > kept.last().unwrap().0);
    let mut rows = None;
    for (position, views) in kept {
        shard.store.bring_back_views(SHARD, views);
        shard = shard.restart();
        assert_eq!(shard.words(&keys), expected, "with views at {position:?}");
        // Whoever repeats what it once did gets the answer it then got.
        let before = shard.engine.state.position;
        for (command, reply) in &repeats {
            assert_eq!(shard.must(command.clone()), *reply, "with views at {position:?}");
        }
        assert_eq!(shard.engine.state.position, before);
        // The next cut brings the rows that the views lack.
        shard.cut();
        let found = shard.rows();
        assert_eq!(*rows.get_or_insert_with(|| found.clone()), found, "with views at {position:?}");
    }
}

/// However much the views lack, memory holds no more of the log than in ordinary work; and what a killed shard leaves is
/// replayed as it is, because somebody waits.
#[test]
fn views_that_lack_much_are_brought_on_in_pieces() {
    let Life { mut shard, keys, kept, .. } = life();
    let (end, expected) = (shard.engine.state.position, shard.words(&keys));
    let mut rows = None;
    let mut in_pieces = 0;
    for (position, views) in &kept {
        for cut_facts in [1, 7, 40, 1_000_000] {
            shard.store.bring_back_views(SHARD, views.clone());
            shard.options.cut_facts = cut_facts;
            shard = shard.restart();
            let case = format!("views at {position:?}, pieces of {cut_facts}");
            assert_eq!(shard.words(&keys), expected, "{case}");
            let (viewed, unsaved) = (shard.viewed(), shard.unsaved());
            if end.0 - position.0 > 2 * cut_facts {
                in_pieces += 1;
                assert!(end.0 - viewed.0 < (cut_facts / 4).max(1), "{case}: {viewed:?} of {end:?}");
            } else {
                assert_eq!(viewed, *position, "{case}: nobody waits for views");
            }
            assert_eq!(unsaved, end.0 - viewed.0, "{case}: what the views lack, and no more");
            shard.cut();
            let found = shard.rows();
            assert_eq!(*rows.get_or_insert_with(|| found.clone()), found, "{case}");
        }
    }
    assert!(in_pieces >= 10, "{in_pieces}");
}

#[test]
fn recovery_changes_nothing_by_itself() {
    let Life { mut shard, keys, .. } = life();
    let expected = shard.words(&keys);
    for _ in 0..3 {
        shard = shard.restart();
        assert_eq!(shard.words(&keys), expected);
    }
}

/// What was applied and not appended has never been: nobody was told of it.
#[test]
fn what_was_not_appended_is_forgotten_whole() {
    let mut shard = LoneShard::new(Settings::default());
    let ann = shard.rich("ann", 1_000);
    let group = shard.group(ann, &[]);
    let (say, send) = (shard.say(ann, group), shard.send(ann, group, 100, 1));
    let lost = shard.apply([say.clone(), send.clone()]);
    assert_eq!(
        lost.batch.as_ref().unwrap().facts.len(),
        3,
        "the message, the packet, and what it uses of the day's limit"
    );
    let mut shard = shard.restart();
    assert_eq!(shard.balance(ann), Fen(1_000));
    let outcomes = shard.batch([say, send]);
    assert!(matches!(outcomes[..], [Ok(Reply::Posted { seq: Seq(2), .. }), Ok(Reply::PacketFunded { .. })]));
    assert_eq!(shard.balance(ann), Fen(900));
}

/// A former writer that comes late can append no more, and the newer one has lost nothing by it.
#[test]
fn whoever_claimed_last_is_the_writer() {
    let mut former = LoneShard::new(Settings::default());
    let ann = former.rich("ann", 1_000);
    let group = former.group(ann, &[]);
    let mut newer = LoneShard::open(former.store.clone(), former.now, ShardOptions::default(), 1_000);
    let late = former.say(ann, group);
    let late = former.apply([late]);
    assert!(matches!(former.append(&late), Err(laisee_store::StoreError::Fenced { shard: SHARD, .. })));
    let say = newer.say(ann, group);
    assert!(matches!(newer.must(say), Reply::Posted { seq: Seq(2), .. }));
    let mut restarted = newer.restart();
    let say = restarted.say(ann, group);
    assert!(matches!(restarted.must(say), Reply::Posted { seq: Seq(3), .. }));
}

#[test]
fn timers_outlive_the_shard_and_come_from_far_ahead() {
    let mut shard = LoneShard::new(Settings { packet_life_ms: DAY_MS, ..Settings::default() });
    let ann = shard.rich("ann", 1_000);
    let group = shard.group(ann, &[]);
    let saved = shard.fund(ann, group, 100, 1);
    shard.settle();
    shard.cut();
    let in_the_log = shard.fund(ann, group, 100, 1);
    shard.settle();
    // Too far ahead to be kept in memory.
    let mut shard = shard.restart();
    assert_eq!(shard.engine.next_due(), None);
    shard.now = START.plus(DAY_MS - 1);
    let mut shard = shard.restart();
    assert_eq!(shard.engine.next_due(), Some(START.plus(DAY_MS)));
    assert_eq!(shard.tick(), 0);
    // It was down when their time came.
    shard.now = START.plus(3 * DAY_MS);
    let mut shard = shard.restart();
    assert_eq!(shard.tick(), 2);
    shard.words(&[Key::Packet(saved), Key::Packet(in_the_log)]);
    for packet in [saved, in_the_log] {
        assert_eq!(shard.engine.state.packets.get(&packet).unwrap().head.refunded, Fen(100));
    }
    assert_eq!(shard.balance(ann), Fen(1_000));
    let mut shard = shard.restart();
    assert_eq!((shard.tick(), shard.engine.next_due()), (0, None));
}

#[test]
fn a_delivery_that_comes_again_after_a_restart_changes_nothing() {
    let mut shard = LoneShard::new(Settings::default());
    let (ann, bob) = (shard.rich("ann", 1_000), shard.user("bob"));
    let group = shard.group(ann, &[bob]);
    let packet = shard.fund(ann, group, 100, 1);
    shard.settle();
    shard.must(Command::OpenPacket(OpenPacket { user: bob, packet }));
    let delivery = shard.stray(Position(0));
    shard.must(Command::Receive(delivery.clone()));
    assert_eq!(shard.balance(bob), Fen(100));
    for cut in [false, true] {
        if cut {
            shard.cut();
        }
        shard = shard.restart();
        let position = shard.engine.state.position;
        shard.must(Command::Receive(delivery.clone()));
        assert_eq!((shard.balance(bob), shard.engine.state.position), (Fen(100), position));
    }
}

/// Live views and views rebuilt from the log are the same, whatever was tried in between.
#[test]
fn a_declined_packet_leaves_nothing_that_the_log_does_not_tell() {
    let mut shard = LoneShard::new(Settings::default());
    let ann = shard.rich("ann", 1_000);
    let group = shard.group(ann, &[]);
    shard.fund(ann, group, 100, 2);
    shard.settle();
    assert_eq!(shard.balance(ann), Fen(1_000), "a group of one has no two shares");
    shard.cut();
    let live = shard.rows();
    shard.store.lose_views(SHARD);
    let mut shard = shard.restart();
    shard.cut();
    assert_eq!(shard.rows(), live);
}

#[test]
fn an_id_is_known_however_old_it_is() {
    let mut shard = LoneShard::new(Settings { recent_ms: 1_000, ..Settings::default() });
    let ann = shard.rich("ann", 1_000);
    let group = shard.group(ann, &[]);
    let send = shard.send(ann, group, 100, 1);
    let first = shard.must(send.clone());
    let Command::SendPacket(send) = send else { panic!("{send:?}") };
    let mut other = send.clone();
    other.amount = Fen(101);
    for days in 0..3 {
        shard.now = START.plus(days * DAY_MS);
        shard.user(&format!("user-{days}"));
        shard.cut();
        shard.cut();
        shard = shard.restart();
        assert_eq!(shard.must(Command::SendPacket(send.clone())), first);
        let outcome = shard.call(Command::SendPacket(other.clone()));
        assert_eq!(super::lone_shard::refused(&outcome), Some(Refusal::IdReused));
    }
}
