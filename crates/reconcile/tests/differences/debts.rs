use laisee_core::{ids::Millis, reconciliation::DifferenceKind::*};
use laisee_reconcile::day::Scope;

use super::world::{World, credited, packet, received};

#[test]
fn what_was_claimed_and_credited_agrees() {
    let mut world = World::new();
    for n in 0..20 {
        let at = world.claimed(n);
        let paid = 40 * (n as i64 + 1);
        world.append(1, &[credited(packet(n), 40, paid, n + 1), received(at)]);
    }
    let report = world.report();
    assert_eq!(report.differences, []);
    assert!(report.clean);
    assert_eq!(report.movements["credited"], (20, 800));
    let pair = report.pairs.iter().find(|pair| (pair.from, pair.to) == (0, 1)).unwrap();
    assert_eq!((pair.left, pair.arrived, pair.in_transit), (800, 800, 0));
}

/// The target has read past the claim: a courier's position that ran ahead, or a note that was dropped.
#[test]
fn a_credit_that_was_dropped_is_missing() {
    let mut world = World::new();
    let first = world.claimed(0);
    let second = world.claimed(1);
    world.append(1, &[credited(packet(1), 40, 40, 1), received(second)]);
    let report = world.report();
    let [missing] = &report.differences[..] else { panic!("{:?}", report.differences) };
    assert_eq!(
        (missing.kind, missing.subject, missing.expected.0, missing.found.0),
        (CreditMissing, packet(0).0, 40, 0)
    );
    assert_eq!((missing.place.position.0, missing.other.unwrap().position.0), (first, 2));
    assert!(!report.clean);
}

/// What arrives after it was found to be missing (a repair) settles it.
#[test]
fn a_credit_that_comes_after_all_settles_it() {
    let mut world = World::new();
    let at = world.claimed(0);
    world.append(1, &[received(at)]);
    assert_eq!(world.kinds(), [CreditMissing]);
    world.append(1, &[credited(packet(0), 40, 40, 1)]);
    assert_eq!(world.kinds(), []);
}

#[test]
fn a_second_credit_is_found_and_told_from_one_nobody_owed() {
    let mut world = World::new();
    let at = world.claimed(0);
    let again = credited(packet(0), 40, 80, 2);
    world.append(1, &[credited(packet(0), 40, 40, 1), again, received(at)]);
    world.append(1, &[credited(packet(7), 5, 85, 3)]);
    assert_eq!(world.kinds(), [CreditTwice, CreditUnfounded]);
}

#[test]
fn a_credit_of_another_amount_is_found() {
    let mut world = World::new();
    let at = world.claimed(0);
    world.append(1, &[credited(packet(0), 41, 41, 1), received(at)]);
    let report = world.report();
    let [wrong] = &report.differences[..] else { panic!("{:?}", report.differences) };
    assert_eq!((wrong.kind, wrong.expected.0, wrong.found.0), (CreditAmount, 40, 41));
}

#[test]
fn what_nobody_brings_is_late_after_its_time_and_not_before() {
    let mut world = World::new();
    world.claimed(0);
    let since = |ms| Scope { overdue_since: Millis(world.now + ms), ..Scope::default() };
    assert_eq!(world.report_of(&since(0)).differences, []);
    let late = world.report_of(&since(1));
    let kinds: Vec<_> = late.differences.iter().map(|difference| difference.kind).collect();
    assert_eq!(kinds, [CreditLate]);
    assert_eq!(late.pairs[0].in_transit, 40);
}

#[test]
fn a_watermark_beyond_the_log_is_found() {
    let mut world = World::new();
    let at = world.claimed(0);
    world.append(1, &[credited(packet(0), 40, 40, 1), received(at + 1)]);
    assert_eq!(world.kinds(), [WatermarkAhead]);
}

/// Shards are read side by side; what one received is looked at only after the other has sent it.
#[test]
fn the_order_of_reading_makes_no_difference() {
    let mut world = World::new();
    let mut last = 0;
    for n in 0..200 {
        last = world.claimed(n);
    }
    let mut delivery: Vec<_> = (0..200).map(|n| credited(packet(n), 40, 40 * (n as i64 + 1), n + 1)).collect();
    delivery.push(received(last));
    world.append(1, &delivery);
    assert_eq!(world.kinds(), []);
}
