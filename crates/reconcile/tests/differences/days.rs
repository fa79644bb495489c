use laisee_core::ids::{Millis, Position, ShardId};
use laisee_reconcile::{
    day::{Day, Scope},
    follow::Follower,
    reckoner::{NoLook, Reckoner, Standing},
};

use super::world::{NOON, World, credited, packet, received};

const DAY: i64 = 86_400_000;

fn scope(now: i64, opening: Standing) -> Scope {
    Scope { day: Some(Day::of(Millis(now))), opening, overdue_since: Millis(0) }
}

/// Three days with a packet each; what is claimed on the second day is dropped, on the third it is credited.
fn world() -> World {
    let mut world = World::new();
    for n in 0..3 {
        world.now = NOON + DAY * n as i64;
        let at = world.claimed(n);
        match n {
            1 => world.append(1, &[received(at)]),
            2 => world.append(1, &[credited(packet(n), 40, 80, 2), received(at)]),
            _ => world.append(1, &[credited(packet(n), 40, 40, 1), received(at)]),
        };
    }
    world
}

#[test]
fn each_day_answers_for_itself() {
    let world = world();
    for (n, clean) in [(0, true), (1, false), (2, true)] {
        let report = world.report_of(&scope(NOON + DAY * n, Standing::default()));
        assert_eq!((report.clean, report.facts), (clean, [7, 6, 7][n as usize]), "{report:?}");
        assert_eq!(report.movements["claimed"], (1, 40));
        let (opening, closing) = (&report.shards[0].opening, &report.shards[0].closing);
        assert_eq!(closing["to-1"], 40 * (n + 1));
        assert_eq!(opening.get("to-1").copied().unwrap_or_default(), 40 * n);
    }
}

/// What is claimed before midnight and credited after it belongs to the day of the claim, and agrees.
#[test]
fn a_credit_after_midnight_is_in_order() {
    let mut world = World::new();
    let at = world.claimed(0);
    world.now += DAY;
    world.append(1, &[credited(packet(0), 40, 40, 1), received(at)]);
    for day in [NOON, NOON + DAY] {
        assert_eq!(world.report_of(&scope(day, Standing::default())).differences, []);
    }
}

/// A day that begins where the books were kept reports the same as one that begins with the log.
#[test]
fn a_kept_opening_gives_the_same_report() {
    let world = world();
    let mut follower = Follower::new(&world.store, Reckoner::new(Standing::default())).unwrap();
    // The facts of the first day.
    let end = |shard| if shard == ShardId(0) { Position(5) } else { Position(2) };
    let taken = follower.step(10, end, |_| true, &mut NoLook, |finding| panic!("{finding:?}")).unwrap();
    assert_eq!(taken, 3);
    let bytes = postcard::to_stdvec(&follower.reckoner.standing).unwrap();
    let kept: Standing = postcard::from_bytes(&bytes).unwrap();
    for n in 1..3 {
        let whole = world.report_of(&scope(NOON + DAY * n, Standing::default()));
        let mut short = world.report_of(&scope(NOON + DAY * n, kept.clone()));
        short.unjudged = whole.unjudged;
        assert_eq!(short, whole);
    }
}
