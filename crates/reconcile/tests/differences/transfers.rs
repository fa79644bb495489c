//! Transfers, written into logs by hand.

use laisee_core::{
    content::{Content, TransferCard},
    fact::Fact,
    fen::Fen,
    ids::{ClientId, ConversationId, Millis, OperatorId, Seq, TransferId},
    reconciliation::DifferenceKind::*,
    transfer::{Arrival, Transfer, TransferStatus, WentBack},
};
use laisee_reconcile::day::Scope;

use super::world::{ANN, BOB, NOON, World, id, message, received, received_from, top_up};

pub fn transfer(n: u64) -> TransferId {
    TransferId(id(0, 500 + n))
}

/// Ann's transfer to Bob, which arrives after an hour and can be accepted for another. Their conversation is in shard 1.
pub fn funded(n: u64, amount: i64, balance: i64, line: u64) -> Fact {
    Fact::TransferFunded {
        transfer: transfer(n),
        sender: ANN(),
        id: ClientId(u128::from(n)),
        digest: [0; 32],
        receiver: BOB(),
        conversation: ConversationId(id(1, 2)),
        amount: Fen(amount),
        note: String::new(),
        arrival: Arrival::Soon,
        arrives_at: Millis(NOON + 3_600_000),
        accept_ms: 3_600_000,
        balance: Fen(balance),
        line,
    }
}

/// Its card in their conversation.
pub fn with_card(n: u64, amount: i64) -> Fact {
    let card = TransferCard {
        transfer: transfer(n),
        receiver: BOB(),
        amount: Fen(amount),
        note: String::new(),
        arrives_at: Millis(NOON + 3_600_000),
    };
    message(ConversationId(id(1, 2)), transfer(n).0, Content::Transfer(card))
}

pub fn posted(n: u64) -> Fact {
    Fact::TransferPosted { transfer: transfer(n), receiver: BOB(), seq: Seq(1) }
}

pub fn noted(n: u64) -> Fact {
    Fact::TransferNoted { user: BOB(), transfer: transfer(n) }
}

pub fn accepted(n: u64, amount: i64) -> Fact {
    Fact::TransferAccepted { transfer: transfer(n), sender: ANN(), receiver: BOB(), amount: Fen(amount) }
}

pub fn credited(n: u64, amount: i64, balance: i64, line: u64) -> Fact {
    Fact::TransferCredited {
        user: BOB(),
        transfer: transfer(n),
        sender: ANN(),
        amount: Fen(amount),
        balance: Fen(balance),
        line,
    }
}

fn went_back(n: u64, amount: i64, balance: i64, line: u64) -> Fact {
    Fact::TransferWentBack {
        transfer: transfer(n),
        sender: ANN(),
        receiver: BOB(),
        why: WentBack::Expiry,
        amount: Fen(amount),
        balance: Fen(balance),
        line,
    }
}

pub fn arrived(n: u64) -> Fact {
    Fact::TransferArrived { transfer: transfer(n) }
}

fn recalled(n: u64) -> Fact {
    Fact::TransferRecalled { transfer: transfer(n), reason: "too much".into(), evidence: vec![] }
}

fn decided(n: u64, returned: bool) -> Fact {
    Fact::DisputeDecided { by: OperatorId(1), transfer: transfer(n), returned, reason: "seen".into() }
}

/// Ann's transfer of 300 fen lies in the conversation, and Bob has been told.
fn pending() -> World {
    let mut world = World::new();
    let at = world.append(0, &[top_up(ANN(), 300, 300, 1), funded(0, 300, 0, 2)]);
    world.append(1, &[with_card(0, 300), received(at)]);
    let at = world.append(0, &[posted(0), received_from(1, 1)]);
    world.append(1, &[noted(0), received(at)]);
    world
}

pub const ARRIVAL: i64 = NOON + 3_600_000;

#[test]
fn every_way_that_a_transfer_may_go_agrees() {
    let ways: [(&str, Vec<(i64, Fact)>); 5] = [
        ("expires", vec![(ARRIVAL, arrived(0)), (ARRIVAL + 3_600_000, went_back(0, 300, 300, 3))]),
        ("is returned before it arrives", vec![(NOON + 1, went_back(0, 300, 300, 3))]),
        (
            "is recalled and goes back",
            vec![(NOON + 1, recalled(0)), (NOON + 2, decided(0, true)), (NOON + 2, went_back(0, 300, 300, 3))],
        ),
        (
            "is recalled and released",
            vec![
                (NOON + 1, recalled(0)),
                (ARRIVAL + 1, decided(0, false)),
                (ARRIVAL + 1, arrived(0)),
                (ARRIVAL + 9, went_back(0, 300, 300, 3)),
            ],
        ),
        ("is released in time", vec![(NOON + 1, recalled(0)), (NOON + 2, decided(0, false)), (ARRIVAL, arrived(0))]),
    ];
    for (way, steps) in ways {
        let mut world = pending();
        for (at, fact) in steps {
            world.now = at;
            world.append(0, &[fact]);
        }
        assert_eq!(world.kinds(), [], "it {way}");
    }
}

#[test]
fn a_step_that_those_before_it_do_not_allow_is_found() {
    let back = || went_back(0, 300, 300, 3);
    let wrong: [(&str, Vec<(i64, Fact)>); 6] = [
        ("arrives before its time", vec![(ARRIVAL - 1, arrived(0))]),
        ("is accepted before it arrives", vec![(NOON + 1, accepted(0, 300))]),
        ("is recalled after it arrived", vec![(ARRIVAL, arrived(0)), (ARRIVAL, recalled(0))]),
        ("arrives while it is frozen", vec![(NOON + 1, recalled(0)), (ARRIVAL, arrived(0))]),
        ("is decided and nobody asked", vec![(NOON + 1, decided(0, false))]),
        ("ends twice", vec![(ARRIVAL, arrived(0)), (ARRIVAL, back()), (ARRIVAL, went_back(0, 300, 600, 4))]),
    ];
    for (what, steps) in wrong {
        let mut world = pending();
        for (at, fact) in steps {
            world.now = at;
            world.append(0, &[fact]);
        }
        let kinds = world.kinds();
        assert!(kinds.contains(&TransferUnfounded), "it {what}: {kinds:?}");
    }
}

#[test]
fn what_leaves_is_what_was_paid_in() {
    let mut world = pending();
    world.append(0, &[went_back(0, 299, 299, 3)]);
    let report = world.report();
    let [wrong] = &report.differences[..] else { panic!("{:?}", report.differences) };
    assert_eq!((wrong.kind, wrong.expected.0, wrong.found.0), (TransferSum, 300, 299));
}

#[test]
fn one_that_does_not_arrive_or_go_back_is_stuck_until_it_moves() {
    let since = |ms| Scope { overdue_since: Millis(ms), ..Scope::default() };
    let mut world = pending();
    assert_eq!(world.report_of(&since(ARRIVAL)).differences, []);
    let report = world.report_of(&since(ARRIVAL + 1));
    let [stuck] = &report.differences[..] else { panic!("{:?}", report.differences) };
    assert_eq!((stuck.kind, stuck.subject, stuck.found.0), (TransferStuck, transfer(0).0, 300));
    world.now = ARRIVAL + 5;
    world.append(0, &[arrived(0)]);
    assert_eq!(world.report_of(&since(ARRIVAL + 2)).differences, []);
    let kinds = |ms| world.report_of(&since(ms)).differences.iter().map(|found| found.kind).collect::<Vec<_>>();
    assert_eq!(kinds(ARRIVAL + 3_600_005), []);
    assert_eq!(kinds(ARRIVAL + 3_600_006), [TransferStuck]);
    world.now = ARRIVAL + 3_600_010;
    world.append(0, &[went_back(0, 300, 300, 3)]);
    assert_eq!(world.report_of(&since(ARRIVAL + 9_000_000)).differences, []);
}

/// Columns of the transfer's row: that it is there, and what it says.
#[test]
fn views_that_show_another_transfer_are_found() {
    let mut world = pending();
    world.append(0, &[recalled(0)]);
    world.view();
    assert_eq!(world.kinds(), []);
    let show = |status, amount, recall: bool| {
        world.show_transfer(0, |found: &mut Transfer| {
            found.status = status;
            found.terms.amount = Fen(amount);
            if !recall {
                found.recall = None;
            }
        });
    };
    show(TransferStatus::Pending, 300, false);
    assert_eq!(world.kinds(), [ViewTransfer]);
    show(TransferStatus::Frozen, 299, true);
    assert_eq!(world.kinds(), [ViewTransfer]);
}

#[test]
fn a_frozen_one_without_a_dispute_in_the_queue_is_found() {
    let mut world = pending();
    world.append(0, &[recalled(0)]);
    world.view();
    world.remove(0, "dispute");
    let report = world.report();
    let [wrong] = &report.differences[..] else { panic!("{:?}", report.differences) };
    assert_eq!((wrong.kind, wrong.subject, wrong.user), (ViewDispute, transfer(0).0, Some(ANN())));
}
