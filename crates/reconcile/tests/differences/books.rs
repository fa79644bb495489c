use laisee_core::reconciliation::DifferenceKind::*;

use super::world::{ANN, World, top_up};

#[test]
fn a_line_that_does_not_follow_is_found() {
    for (wrong, why) in [
        (top_up(ANN(), 10, 111, 2), "the balance"),
        (top_up(ANN(), 10, 110, 3), "the number"),
        (top_up(ANN(), -101, -1, 2), "below zero"),
    ] {
        let mut world = World::new();
        world.append(0, &[top_up(ANN(), 100, 100, 1), wrong]);
        assert_eq!(world.kinds(), [WalletChain], "{why}");
    }
}

#[test]
fn a_wallet_begins_with_nothing() {
    let mut world = World::new();
    world.append(0, &[top_up(ANN(), 100, 101, 1)]);
    assert_eq!(world.kinds(), [WalletChain]);
}
