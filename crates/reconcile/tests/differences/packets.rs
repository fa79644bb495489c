use laisee_core::{ids::Millis, reconciliation::DifferenceKind::*};
use laisee_reconcile::day::Scope;

use super::world::{
    ANN, BOB, NOON, World, carded, claimed, credited, expired, funded, packet, posted, received, top_up,
};

/// Everything Ann does, in one batch; Bob is paid what he claimed.
fn world_of(last: &[laisee_core::fact::Fact], paid: i64) -> World {
    let mut world = World::new();
    let begin = [top_up(ANN(), 100, 100, 1), funded(packet(0), 100, 2, 0, 2), carded(packet(0)), posted(packet(0))];
    let at = world.append(0, &[&begin, last].concat());
    world.append(1, &[credited(packet(0), paid, paid, 1), received(at)]);
    world
}

#[test]
fn claims_and_refund_make_the_amount() {
    let world = world_of(&[claimed(packet(0), BOB(), 0, 40), expired(packet(0), 60, 60, 3)], 40);
    assert_eq!(world.kinds(), []);
    let world = world_of(&[claimed(packet(0), BOB(), 0, 40), expired(packet(0), 59, 59, 3)], 40);
    let report = world.report();
    let [wrong] = &report.differences[..] else { panic!("{:?}", report.differences) };
    assert_eq!((wrong.kind, wrong.subject, wrong.expected.0, wrong.found.0), (PacketSum, packet(0).0, 100, 99));
}

#[test]
fn all_shares_make_the_amount() {
    let mut world = World::new();
    let begin = [top_up(ANN(), 100, 100, 1), funded(packet(0), 100, 1, 0, 2), carded(packet(0)), posted(packet(0))];
    let at = world.append(0, &[&begin[..], &[claimed(packet(0), BOB(), 0, 99)]].concat());
    world.append(1, &[credited(packet(0), 99, 99, 1), received(at)]);
    assert_eq!(world.kinds(), [PacketSum]);
}

#[test]
fn a_second_claim_and_a_share_out_of_order_are_found() {
    let last = [claimed(packet(0), BOB(), 1, 40), expired(packet(0), 60, 60, 3)];
    assert_eq!(world_of(&last, 40).kinds(), [PacketUnfounded]);
}

#[test]
fn a_packet_that_nobody_posts_is_late() {
    let mut world = World::new();
    world.append(0, &[top_up(ANN(), 100, 100, 1), funded(packet(0), 100, 2, 0, 2)]);
    let since = |ms| Scope { overdue_since: Millis(world.now + ms), ..Scope::default() };
    assert_eq!(world.report_of(&since(0)).differences, []);
    let report = world.report_of(&since(1));
    let [late] = &report.differences[..] else { panic!("{:?}", report.differences) };
    assert_eq!((late.kind, late.expected.0, late.place.position.0), (DeliveryLate, 100, 2));
}

#[test]
fn a_packet_that_stays_open_is_stuck_until_it_ends() {
    let mut world = World::new();
    let begin = [top_up(ANN(), 100, 100, 1), funded(packet(0), 100, 2, 0, 2), carded(packet(0)), posted(packet(0))];
    world.append(0, &begin);
    let since = |ms| Scope { overdue_since: Millis(NOON + 86_400_000 + ms), ..Scope::default() };
    assert_eq!(world.report_of(&since(0)).differences, []);
    let report = world.report_of(&since(1));
    let [stuck] = &report.differences[..] else { panic!("{:?}", report.differences) };
    assert_eq!((stuck.kind, stuck.found.0, stuck.place.position.0), (PacketStuck, 100, 2));
    world.append(0, &[expired(packet(0), 100, 100, 3)]);
    assert_eq!(
        world.report_of(&Scope { overdue_since: Millis(NOON + 86_400_001), ..Scope::default() }).differences,
        []
    );
}
