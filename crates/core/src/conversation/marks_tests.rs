//! What marks promise, against a member that remembers every single message.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::{Furthest, Member};
use crate::ids::{Seq, UserId};

/// Stretches of messages within a head, none of them empty.
fn stretches(head: u32) -> impl Strategy<Value = Vec<(u32, u32)>> {
    let stretch = (1..=head).prop_flat_map(move |from| (Just(from), from..=(from + 12).min(head)));
    prop::collection::vec(stretch, 0..40)
}

/// A member of a conversation with a head, and stretches that it comes to hold.
fn lives() -> impl Strategy<Value = (u32, u32, Vec<(u32, u32)>)> {
    (1..60_u32).prop_flat_map(|head| (Just(head), 0..=head, stretches(head)))
}

proptest! {
    /// A message counted as held is held; one that is held may be forgotten, and is then pulled once more.
    #[test]
    fn nothing_is_held_that_never_came((head, joined, stretches) in lives()) {
        let mut member = Member { joined: Seq(joined), ..Member::default() };
        let mut held: BTreeSet<u32> = (1..=joined).collect();
        for (from, through) in stretches {
            let before = member;
            member.hold(Seq(from), Seq(through));
            held.extend(from..=through);
            for n in 1..=head {
                prop_assert!(!member.holds(Seq(n), Seq(n)) || held.contains(&n), "{} in {:?}", n, member);
            }
            let missing = (1..=head).filter(|n| !held.contains(n)).count() as u32;
            let counted = (1..=head).filter(|n| !member.holds(Seq(*n), Seq(*n))).count() as u32;
            prop_assert!(member.unacked(Seq(head)) >= missing);
            prop_assert_eq!(member.unacked(Seq(head)), counted, "{:?}", member);
            prop_assert!(member.acked >= before.acked);
            let floor = member.acked.max(member.joined);
            prop_assert!(member.acked_to == Seq(0) || member.acked_from > floor.next(), "{:?} is no gap", member);
        }
    }

    /// Rules M5 and S5: whoever acknowledges page by page, from either end, is done after the last page, and each
    /// page counts exactly once.
    #[test]
    fn pages_from_either_end_add_up(joined in 0..50_u32, more in 1..50_u32, page in 1..20_u32, newest_first: bool) {
        let head = joined + more;
        let mut member = Member { joined: Seq(joined), ..Member::default() };
        let mut left = more;
        while left > 0 {
            let taken = page.min(left);
            let from = if newest_first { joined + left - taken + 1 } else { head - left + 1 };
            member.hold(Seq(from), Seq(from + taken - 1));
            left -= taken;
            prop_assert_eq!(member.unacked(Seq(head)), left, "{:?}", member);
        }
        prop_assert_eq!(member.acked, Seq(head));
    }

    /// However it came about, acknowledging everything leaves nothing.
    #[test]
    fn the_mark_at_the_head_is_the_end((head, joined, stretches) in lives()) {
        let mut member = Member { joined: Seq(joined), ..Member::default() };
        for (from, through) in stretches {
            member.hold(Seq(from), Seq(through));
        }
        member.hold(Seq(1), Seq(head));
        prop_assert_eq!(member.unacked(Seq(head)), 0);
        prop_assert_eq!((member.acked, member.acked_from, member.acked_to), (Seq(head), Seq(0), Seq(0)));
    }

    /// Rule M8, counted one by one: what it can see, after its read mark, its own last word and its joining.
    #[test]
    fn unread_is_counted_from_marks(
        (head, joined, left) in (1..60_u32).prop_flat_map(|head| (Just(head), 0..=head, 0..=head)),
        (read, last_own) in (0..60_u32, 0..60_u32),
    ) {
        let member = Member {
            joined: Seq(joined), left: Seq(left), read: Seq(read), last_own: Seq(last_own), ..Member::default()
        };
        let seen = if left == 0 { head } else { left };
        let unread = (1..=seen).filter(|n| *n > read && *n > last_own && *n > joined).count() as u32;
        prop_assert_eq!(member.unread(Seq(head)), unread);
        prop_assert_eq!(member.sees_to(Seq(head)), Seq(seen));
        prop_assert_eq!(member.active(), left == 0);
    }

    /// Two places are enough to tell everybody how far somebody else has come, as marks only rise.
    #[test]
    fn the_furthest_of_the_others_is_known(steps in prop::collection::vec((0..5_u64, 1..10_u32), 0..40)) {
        let mut furthest = Furthest::default();
        let mut marks = BTreeMap::<u64, u32>::new();
        for (user, rise) in steps {
            let mark = marks.entry(user).or_default();
            // Now and then a mark is told again unchanged.
            *mark += rise.saturating_sub(3);
            furthest.observe(UserId(user), Seq(*mark));
            for asking in 0..6 {
                let others = marks.iter().filter(|(user, _)| **user != asking).map(|(_, mark)| *mark);
                prop_assert_eq!(furthest.besides(UserId(asking)), Seq(others.max().unwrap_or(0)), "{:?}", marks);
            }
        }
    }
}
