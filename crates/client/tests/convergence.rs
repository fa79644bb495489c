//! Whatever the network does, all devices end with equal, gapless, duplicate-free conversations (rules M2, M6, S1, S3).

#![allow(clippy::unwrap_used)]

mod model;

use model::{Faults, World};
use proptest::prelude::*;

fn run(seed: u64, users: u64, faults: Faults, reload_after: usize) -> usize {
    eprintln!("seed {seed}, {users} users, {faults:?}, reload after {reload_after}");
    let mut world = World::new(seed, users, faults, reload_after);
    for _ in 0..600 {
        world.step();
    }
    world.heal_and_check();
    world.stored()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, max_shrink_iters: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_faults_end_in_agreement(
        seed in any::<u64>(),
        users in 1_u64..4,
        lose in 0_u64..40,
        duplicate in 0_u64..40,
        reorder in 0_u64..60,
        busy in 0_u64..30,
        disconnect in 0_u64..10,
        restart in 0_u64..4,
        reload_after in 4_usize..40,
    ) {
        run(seed, users, Faults { lose, duplicate, reorder, busy, disconnect, restart }, reload_after);
    }
}

#[test]
fn without_faults_much_is_said() {
    let faults = Faults { lose: 0, duplicate: 0, reorder: 0, busy: 0, disconnect: 0, restart: 0 };
    assert!(run(7, 3, faults, 1_000) > 30);
}

/// Where a failing seed is pasted.
#[test]
fn a_single_seed() {
    let faults = Faults { lose: 20, duplicate: 20, reorder: 30, busy: 10, disconnect: 5, restart: 2 };
    run(1, 2, faults, 10);
}
