use laisee_core::{
    cut::Meta,
    fen::Fen,
    ids::{Position, ShardId},
    reconciliation::DifferenceKind::*,
};
use laisee_store::Value;

use super::world::{World, credited, packet, received};

/// Views that were made from the logs, and agree with them.
fn world() -> World {
    let mut world = World::new();
    let at = world.claimed(0);
    world.append(1, &[credited(packet(0), 40, 40, 1), received(at)]);
    world.finish(0);
    world.view();
    let report = world.report();
    assert_eq!(report.differences, []);
    assert_eq!((report.rows, report.wallets, report.unjudged), (7, 2, 0));
    world
}

#[test]
fn a_changed_balance_is_found() {
    let world = world();
    world.spoil(1, "wallet", 1, Value::Integer(41));
    let report = world.report();
    let [wrong] = &report.differences[..] else { panic!("{:?}", report.differences) };
    assert_eq!((wrong.kind, wrong.expected, wrong.found), (ViewWallet, Fen(40), Fen(41)));
}

#[test]
fn a_changed_line_is_found() {
    let world = world();
    world.spoil(0, "movement", 4, Value::Integer(99));
    assert_eq!(world.kinds(), [ViewMovement]);
}

#[test]
fn a_line_of_a_kind_that_never_was_is_found() {
    let world = world();
    world.spoil(0, "movement", 3, Value::Text("gift".into()));
    assert_eq!(world.kinds(), [ViewMovement]);
}

#[test]
fn a_changed_claim_is_found() {
    let world = world();
    world.spoil(0, "claim", 3, Value::Integer(41));
    assert_eq!(world.kinds(), [ViewClaim]);
}

#[test]
fn a_packet_that_ended_otherwise_is_found() {
    for (column, value) in [(1, Value::Text("open".into())), (4, Value::Integer(59))] {
        let world = world();
        world.spoil(0, "packet", column, value);
        assert_eq!(world.kinds(), [ViewPacket]);
    }
}

#[test]
fn an_order_that_stands_otherwise_is_found() {
    for (column, value) in [(6, "submitted"), (6, "failed"), (2, "gift")] {
        let world = world();
        world.spoil(0, "payment_order", column, Value::Text(value.into()));
        assert_eq!(world.kinds(), [ViewOrder], "{value}");
    }
    let world = world();
    world.spoil(0, "payment_order", 4, Value::Integer(101));
    let report = world.report();
    let [wrong] = &report.differences[..] else { panic!("{:?}", report.differences) };
    assert_eq!((wrong.kind, wrong.expected, wrong.found), (ViewOrder, Fen(100), Fen(101)));
}

/// A courier's position that ran ahead, where a shard keeps it.
#[test]
fn a_changed_watermark_is_found() {
    let world = world();
    world.spoil_meta(1, |meta: &mut Meta| {
        meta.received.insert(ShardId(0), Position(1_000));
    });
    let report = world.report();
    let [wrong] = &report.differences[..] else { panic!("{:?}", report.differences) };
    assert_eq!(wrong.kind, ViewBooks);
    assert!(wrong.words.contains("through fact 1000"), "{}", wrong.words);
}

#[test]
fn changed_books_are_found() {
    let world = world();
    world.spoil_meta(1, |meta: &mut Meta| meta.books.wallets = Fen(39));
    assert_eq!(world.kinds(), [ViewBooks]);
}
