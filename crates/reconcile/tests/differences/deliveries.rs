//! What money waits for: cards, words and notices that a courier brings.

use laisee_core::{ids::Millis, reconciliation::DifferenceKind::*};
use laisee_reconcile::day::Scope;

use super::{
    transfers::{ARRIVAL, accepted, arrived, credited, funded, noted, posted, transfer, with_card},
    world::{World, carded, packet, received, received_from, top_up},
};

/// A transfer of Ann's to Bob, whose conversation and wallet are in shard 1: each step with its courier.
struct Steps {
    world: World,
    funded: u64,
}

impl Steps {
    fn funded() -> Self {
        let mut world = World::new();
        let funded = world.append(0, &[top_up(super::world::ANN(), 300, 300, 1), funded(0, 300, 0, 2)]);
        Self { world, funded }
    }

    fn carded() -> (Self, u64) {
        let mut steps = Self::funded();
        let at = steps.world.append(1, &[with_card(0, 300), received(steps.funded)]) - 1;
        (steps, at)
    }

    fn posted() -> (Self, u64) {
        let (mut steps, at) = Self::carded();
        let at = steps.world.append(0, &[posted(0), received_from(1, at)]) - 1;
        (steps, at)
    }
}

/// Whatever the target reads past without taking it in is missing, is named by what owes it, and is settled by a repair.
#[test]
fn each_delivery_that_was_passed_over_is_found() {
    let mut card = Steps::funded();
    card.world.append(1, &[received(card.funded)]);
    let (mut word, carded_at) = Steps::carded();
    word.world.append(0, &[received_from(1, carded_at)]);
    let (mut notice, posted_at) = Steps::posted();
    notice.world.append(1, &[received(posted_at)]);
    for (steps, at, shard, words, repair) in [
        (card.world, 2, 0, "the card of", (1, vec![with_card(0, 300)])),
        (word.world, carded_at, 1, "the conversation's word on", (0, vec![posted(0)])),
        (notice.world, posted_at, 0, "the notice of", (1, vec![noted(0)])),
    ] {
        let mut world = steps;
        let report = world.report();
        let [missing] = &report.differences[..] else { panic!("{:?}", report.differences) };
        assert_eq!((missing.kind, missing.subject), (DeliveryMissing, transfer(0).0));
        assert_eq!((missing.place.position.0, missing.place.shard.0), (at, shard));
        assert!(missing.words.starts_with(words), "{}", missing.words);
        world.append(repair.0, &repair.1);
        assert_eq!(world.kinds(), [], "{words}");
    }
}

#[test]
fn a_whole_way_agrees() {
    let (mut steps, posted_at) = Steps::posted();
    let world = &mut steps.world;
    world.append(1, &[noted(0), received(posted_at)]);
    world.now = ARRIVAL;
    let at = world.append(0, &[arrived(0), accepted(0, 300)]);
    world.append(1, &[credited(0, 300, 300, 1), received(at)]);
    assert_eq!(world.kinds(), []);
}

#[test]
fn what_nobody_brings_is_late() {
    let (steps, _) = Steps::carded();
    let since = |ms| Scope { overdue_since: Millis(steps.world.now + ms), ..Scope::default() };
    assert_eq!(steps.world.report_of(&since(0)).differences, []);
    let late = steps.world.report_of(&since(1));
    let kinds: Vec<_> = late.differences.iter().map(|difference| difference.kind).collect();
    assert_eq!(kinds, [DeliveryLate]);
}

#[test]
fn a_card_nobody_sent_is_found() {
    let mut world = World::new();
    world.claimed(0);
    world.append(0, &[carded(packet(7))]);
    assert!(world.kinds().contains(&DeliveryUnfounded));
}
