use std::sync::Arc;

use laisee_core::{
    conversation::ConversationKind,
    fact::Fact,
    fen::Fen,
    ids::{ConversationId, Millis, PacketId, UserId},
};
use proptest::prelude::*;

use super::*;

const FROM: ShardId = ShardId(0);

fn user(shard: u16) -> UserId {
    UserId(u64::from(shard) << 12 | 1)
}

/// A fact that owes one note to a shard.
fn claimed(to: u16, amount: i64) -> Fact {
    let (packet, sender) = (PacketId(1), user(0));
    Fact::Claimed { packet, sender, user: user(to), index: 0, amount: Fen(amount) }
}

/// A fact that owes `members` notes to a shard.
fn created(to: u16, members: u16) -> Fact {
    let (conversation, kind, title) = (ConversationId(1), ConversationKind::Direct, String::new());
    let members = vec![user(to); usize::from(members)];
    Fact::ConversationCreated { conversation, kind, title, members, once: None }
}

/// A fact that owes nothing.
fn silent() -> Fact {
    Fact::Received { from: ShardId(9), through: Position(1) }
}

/// Batches of facts, numbered from 1.
fn log(batches: Vec<Vec<Fact>>) -> Vec<Arc<FactBatch>> {
    let mut first = Position(1);
    let numbered = batches.into_iter().filter(|facts| !facts.is_empty()).map(|facts| {
        let batch = FactBatch { first, at: Millis(0), facts };
        first = Position(batch.last().0 + 1);
        Arc::new(batch)
    });
    numbered.collect()
}

/// All notes for a shard in the log, with their positions.
fn owed(log: &[Arc<FactBatch>], to: ShardId) -> Vec<(Position, Note)> {
    let mut owed = vec![];
    for batch in log {
        for (position, fact) in batch.numbered() {
            notes(fact, batch.at, |note| {
                if note.addressee().is(FROM, to) {
                    owed.push((position, note));
                }
            });
        }
    }
    owed
}

/// A shard as the courier sees it: it keeps its word in the batch that applies the notes.
#[derive(Default)]
struct Reader {
    watermark: Position,
    taken: Vec<(Position, Note)>,
}

impl Reader {
    fn receive(&mut self, delivery: &Receive) -> Position {
        if delivery.after <= self.watermark && delivery.through > self.watermark {
            let fresh = delivery.notes.iter().filter(|(position, _)| *position > self.watermark).cloned();
            self.taken.extend(fresh);
            self.watermark = delivery.through;
        }
        self.watermark
    }
}

/// Gives the courier what it missed, as the loop around it does.
fn read_behind(courier: &mut Courier, log: &[Arc<FactBatch>]) {
    while let Some(after) = courier.behind() {
        let batch = log.iter().find(|batch| batch.last() > after).expect("what it heard of is in the log");
        courier.take(batch);
    }
}

/// Delivers until nothing is left to do.
fn deliver_all(courier: &mut Courier, log: &[Arc<FactBatch>], readers: &mut [Reader]) {
    loop {
        read_behind(courier, log);
        let Some(delivery) = courier.next() else { break };
        let through = readers[usize::from(delivery.to.0)].receive(&delivery);
        courier.answered(delivery.to, Some(through));
    }
}

#[test]
fn a_target_is_asked_before_it_is_told() {
    let log = log(vec![vec![claimed(1, 5)]]);
    let mut courier = Courier::new(FROM, 2, Position(1));
    for to in [0, 1] {
        let asked = courier.next().unwrap();
        assert_eq!((asked.to.0, asked.after, asked.through, asked.notes.len()), (to, Position(0), Position(0), 0));
    }
    assert_eq!(courier.next(), None, "one delivery in flight for each target");
    assert!(!courier.idle());
    courier.answered(ShardId(0), Some(Position(1)));
    courier.answered(ShardId(1), Some(Position(0)));
    read_behind(&mut courier, &log);
    let delivery = courier.next().unwrap();
    assert_eq!((delivery.to, delivery.notes.len()), (ShardId(1), 1));
    assert_eq!(courier.next(), None);
    courier.answered(ShardId(1), Some(Position(1)));
    assert!(courier.idle());
}

#[test]
fn while_one_delivery_is_under_way_more_collect() {
    let log = log((1..=5).map(|amount| vec![claimed(1, amount)]).collect());
    let mut courier = Courier::new(FROM, 2, Position(0));
    for to in [0, 1] {
        courier.next().unwrap();
        courier.answered(ShardId(to), Some(Position(0)));
    }
    courier.take(&log[0]);
    let first = courier.next().unwrap();
    log[1..].iter().for_each(|batch| courier.take(batch));
    assert_eq!(courier.next(), None);
    courier.answered(ShardId(1), Some(first.through));
    let second = courier.next().unwrap();
    assert_eq!((second.after, second.through, second.notes.len()), (Position(1), Position(5), 4));
}

/// The watermark cannot stand inside a fact.
#[test]
fn notes_of_one_fact_travel_together() {
    let members = DELIVERY_MAX as u16 - 1;
    let log = log(vec![vec![created(1, members), created(1, members), claimed(1, 1)]]);
    let mut courier = Courier::new(FROM, 2, Position(3));
    let mut sizes = vec![];
    for to in [0, 1] {
        courier.next().unwrap();
        courier.answered(ShardId(to), Some(Position(0)));
    }
    read_behind(&mut courier, &log);
    while let Some(delivery) = courier.next() {
        sizes.push((delivery.notes.len(), delivery.through.0));
        courier.answered(delivery.to, Some(delivery.through));
    }
    assert_eq!(sizes, [(2 * usize::from(members), 2), (1, 3)]);
}

#[test]
fn who_is_owed_nothing_is_told_now_and_then() {
    let log = log((0..=SILENCE_MAX / 100).map(|_| vec![silent(); 100]).collect());
    let (mut courier, mut readers) = (Courier::new(FROM, 1, Position(0)), [Reader::default()]);
    deliver_all(&mut courier, &[], &mut readers);
    for batch in &log {
        courier.take(batch);
        deliver_all(&mut courier, &log, &mut readers);
    }
    assert!(readers[0].watermark.0 > SILENCE_MAX, "a restart would read {:?} again", readers[0].watermark);
    assert!(courier.idle());
}

/// Notes beyond the maximum wait in the log, not in memory.
#[test]
fn a_target_that_does_not_answer_costs_bounded_memory() {
    let batch = 4_096_u64;
    let log = log((0..200).map(|_| vec![claimed(1, 1); batch as usize]).collect());
    let (mut courier, mut readers) = (Courier::new(FROM, 2, Position(0)), [Reader::default(), Reader::default()]);
    deliver_all(&mut courier, &[], &mut readers);
    courier.take(&log[0]);
    let stuck = courier.next().unwrap();
    for batch in &log[1..] {
        courier.take(batch);
        assert!(courier.waiting() < OUTBOX_MAX + 4_096);
    }
    assert!(courier.waiting() >= OUTBOX_MAX);
    // It answers at last, and gets everything.
    courier.answered(stuck.to, Some(readers[1].receive(&stuck)));
    deliver_all(&mut courier, &log, &mut readers);
    assert!(courier.idle());
    assert_eq!(readers[1].taken.len() as u64, 200 * batch);
}

#[test]
fn a_shard_that_does_not_exist_is_passed_over() {
    let log = log(vec![vec![claimed(7, 1), claimed(0, 2)]]);
    let (mut courier, mut readers) = (Courier::new(FROM, 1, Position(1)), [Reader::default()]);
    deliver_all(&mut courier, &log, &mut readers);
    assert_eq!(readers[0].taken, owed(&log, ShardId(0)));
}

/// What may happen between a courier and its targets.
#[derive(Clone, Debug)]
enum Step {
    /// The next batch becomes durable; the courier hears of it, or it is only in the log.
    Append {
        heard: bool,
    },
    /// A delivery goes out; if `lost`, before it arrives.
    Send {
        lost: bool,
    },
    /// The oldest answer under way arrives, or is lost.
    Answer {
        lost: bool,
    },
    /// A delivery that arrived once before comes again.
    Again {
        number: usize,
    },
    /// The courier's process ends; a new one begins with the log.
    Restart,
    ReadLog,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => prop::bool::weighted(0.8).prop_map(|heard| Step::Append { heard }),
        6 => prop::bool::weighted(0.2).prop_map(|lost| Step::Send { lost }),
        6 => prop::bool::weighted(0.2).prop_map(|lost| Step::Answer { lost }),
        2 => (0..20_usize).prop_map(|number| Step::Again { number }),
        1 => Just(Step::Restart),
        4 => Just(Step::ReadLog),
    ];
    prop::collection::vec(step, 0..120)
}

fn batches() -> impl Strategy<Value = Vec<Arc<FactBatch>>> {
    let fact = prop_oneof![
        3 => (0..3_u16, 1..100_i64).prop_map(|(to, amount)| claimed(to, amount)),
        1 => (0..3_u16, 1..4_u16).prop_map(|(to, members)| created(to, members)),
        2 => Just(silent()),
    ];
    prop::collection::vec(prop::collection::vec(fact, 1..4), 1..20).prop_map(log)
}

proptest! {
    #[test]
    fn each_note_arrives_once_and_in_order(all in batches(), steps in steps()) {
        let mut readers: Vec<Reader> = (0..3).map(|_| Reader::default()).collect();
        let mut durable = 0;
        let mut courier = Courier::new(FROM, 3, Position(0));
        let mut under_way: VecDeque<(ShardId, Option<Position>)> = VecDeque::new();
        let mut arrived: Vec<Receive> = vec![];
        for step in steps {
            match step {
                Step::Append { heard } if durable < all.len() => {
                    if heard {
                        courier.take(&all[durable]);
                    }
                    durable += 1;
                }
                Step::Append { .. } => {}
                Step::Send { lost } => if let Some(delivery) = courier.next() {
                    let answer = (!lost).then(|| {
                        arrived.push(delivery.clone());
                        readers[usize::from(delivery.to.0)].receive(&delivery)
                    });
                    under_way.push_back((delivery.to, answer));
                },
                Step::Answer { lost } => if let Some((to, answer)) = under_way.pop_front() {
                    courier.answered(to, answer.filter(|_| !lost));
                },
                Step::Again { number } => if let Some(delivery) = arrived.get(number) {
                    readers[usize::from(delivery.to.0)].receive(delivery);
                },
                Step::Restart => {
                    under_way.clear();
                    courier = Courier::new(FROM, 3, all[..durable].last().map_or(Position(0), |batch| batch.last()));
                }
                Step::ReadLog => read_behind(&mut courier, &all[..durable]),
            }
            for reader in &readers {
                prop_assert!(reader.taken.is_sorted_by_key(|(position, _)| *position));
            }
        }
        // Whatever was lost: once all answer, each has exactly what it is owed.
        for (to, answer) in under_way {
            courier.answered(to, answer);
        }
        // It hears of the newest batch in any case, and finds in the log what it did not hear of.
        courier.take(all.last().unwrap());
        deliver_all(&mut courier, &all, &mut readers);
        prop_assert!(courier.idle());
        for (number, reader) in readers.iter().enumerate() {
            prop_assert_eq!(&reader.taken, &owed(&all, ShardId(number as u16)));
        }
    }
}
