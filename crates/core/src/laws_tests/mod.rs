//! Laws that hold after any commands in any order. What should be is worked out from the facts alone, by means that
//! share nothing with the state machines.

mod steps;
mod sums;

use std::collections::BTreeSet;

use proptest::prelude::*;
use steps::{Step, World, step};
use sums::Sums;

use crate::{fen::Fen, refusal::Refusal, trial::Trial};

/// Lives through the steps, holding every fact and the state after every step against the laws.
fn live(steps: &[Step]) -> World {
    let mut world = World::new();
    let (mut sums, mut counted) = (Sums::default(), 0);
    for step in steps {
        world.take(step);
        world.trial.log[counted..].iter().for_each(|(fact, _)| sums.add(fact));
        counted = world.trial.log.len();
        sums.compare(&world.trial);
    }
    world
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn laws_hold_whatever_is_done(steps in prop::collection::vec(step(), 0..80)) {
        let mut world = live(&steps);
        // The same life again is the same to the last letter, and the log alone tells it, too.
        let mut again = live(&steps);
        prop_assert_eq!(&world.trial.log, &again.trial.log);
        prop_assert_eq!(&world.replies, &again.replies);
        let words = Trial::words(&mut world.trial.state);
        prop_assert_eq!(&words, &Trial::words(&mut again.trial.state));
        prop_assert_eq!(&words, &Trial::words(&mut world.trial.replayed()));
    }

    /// Rules P1 and F8: once everything is delivered and decided no packet and no transfer is on its way, and once its
    /// time is over none holds money.
    #[test]
    fn every_packet_and_transfer_ends(steps in prop::collection::vec(step(), 0..80)) {
        let mut world = live(&steps);
        world.trial.settle();
        world.decide_all();
        // What arrives waits once more, for being accepted.
        for _ in 0..3 {
            world.trial.later(1_500);
            for (_, key) in world.trial.state.due(world.trial.context.now, usize::MAX) {
                world.trial.must(key.command());
            }
            world.trial.settle();
        }
        let books = &world.trial.state.meta.books;
        prop_assert_eq!(books.escrows, Fen::ZERO);
        prop_assert_eq!(books.transfers, Fen::ZERO);
        prop_assert_eq!(books.wallets.0 + books.held.0, -books.provider.0);
        prop_assert!(world.trial.state.timers.is_empty());
    }
}

/// The steps above reach what they are meant to reach.
#[test]
fn random_lives_are_eventful() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let (mut kinds, mut refusals) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..800 {
        let steps = prop::collection::vec(step(), 80).new_tree(&mut runner).unwrap().current();
        let world = live(&steps);
        kinds.extend(world.trial.log.iter().map(|(fact, _)| {
            let words = format!("{fact:?}");
            words.split_whitespace().next().unwrap().to_owned()
        }));
        refusals.extend(world.replies.iter().filter_map(|reply| reply.as_ref().err().map(|refusal| refusal.code())));
    }
    for kind in [
        "TryBegun",
        "TryPassed",
        "PinSet",
        "LimitUsed",
        "OrderCreated",
        "OrderSubmitting",
        "OrderPending",
        "OrderNotFound",
        "OrderSettled",
        "OrderRaised",
        "OrderAsked",
        "OrderDecided",
        "RaisedClosed",
        "PacketFunded",
        "PacketPosted",
        "PacketDeclined",
        "PacketRefunded",
        "PacketExpired",
        "TransferRefunded",
        "TransferArrived",
        "TransferAccepted",
        "TransferWentBack",
        "TransferRecalled",
        "DisputeDecided",
        "TransferCredited",
        "TransferGivenBack",
        "TransferRepaid",
        "Claimed",
        "Credited",
        "MembersAdded",
        "MemberLeft",
        "GroupUpdated",
        "QuietSet",
        "Acknowledged",
        "ReadMarked",
        "FriendAccepted",
        "FriendRemoved",
        "FriendNoted",
        "MailboxNoted",
    ] {
        assert!(kinds.contains(kind), "no life had {kind}: {kinds:?}");
    }
    for refusal in [
        Refusal::PacketFinished,
        Refusal::PacketExpired,
        Refusal::PacketNotForYou,
        Refusal::PacketNotOpenYet,
        Refusal::InsufficientFunds,
        Refusal::PinNotSet,
        Refusal::PinRequired,
        Refusal::PinLocked,
        Refusal::LimitPerTransaction,
        Refusal::LimitPerDay,
        Refusal::OrderNotNew,
        Refusal::OrderUncertain,
        Refusal::BalanceLimit,
        Refusal::AmountNotDivisible,
        Refusal::NotAMember,
        Refusal::NotOwner,
        Refusal::GroupFull,
        Refusal::PositionAhead,
    ] {
        assert!(refusals.contains(&refusal.code()), "no life met {refusal:?}");
    }
}
