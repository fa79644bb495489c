use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use laisee_core::ids::{OrderId, ShardId};

/// When each open order's turn comes again. By a clock that no setting of the system's time moves: an order neither waits
/// for a day because somebody put the clock back, nor is its provider asked a thousand times because it was put forward.
pub(crate) struct Turns {
    /// How long after the first turn the next one comes; it doubles each time.
    wait_min: Duration,
    wait_max: Duration,
    turns: HashMap<OrderId, Turn>,
}

struct Turn {
    ended: u32,
    next: Instant,
    /// A worker has it.
    busy: bool,
    /// How often operators had it asked about, as far as a turn came of it.
    asked: u32,
}

impl Turns {
    pub fn new(wait_min: Duration, wait_max: Duration) -> Self {
        Self { wait_min, wait_max, turns: HashMap::new() }
    }

    /// Whether it is an order's turn; then it is this caller's.
    pub fn take(&mut self, order: OrderId, now: Instant) -> bool {
        let turn = self.turns.entry(order).or_insert(Turn { ended: 0, next: now, busy: false, asked: 0 });
        if turn.busy || turn.next > now {
            return false;
        }
        turn.busy = true;
        true
    }

    /// Operators had it asked about so many times. Whoever asks does not wait: its turn is now, or when whoever has it
    /// is done, who may have asked the provider before the operator did.
    pub fn asked(&mut self, order: OrderId, times: u32, now: Instant) {
        let turn = self.turns.entry(order).or_insert(Turn { ended: 0, next: now, busy: false, asked: times });
        if !turn.busy && turn.asked < times {
            turn.asked = times;
            turn.next = turn.next.min(now);
        }
    }

    /// It was not used after all.
    pub fn give_back(&mut self, order: OrderId) {
        if let Some(turn) = self.turns.get_mut(&order) {
            turn.busy = false;
        }
    }

    /// The next turn comes later each time: twice as long, up to a maximum.
    pub fn end(&mut self, order: OrderId, now: Instant, again_at_once: bool) {
        let Some(turn) = self.turns.get_mut(&order) else { return };
        let doubled = 1_u32.checked_shl(turn.ended).unwrap_or(u32::MAX);
        let wait = self.wait_min.saturating_mul(doubled).min(self.wait_max);
        turn.next = now + if again_at_once { Duration::ZERO } else { wait };
        turn.ended = turn.ended.saturating_add(1);
        turn.busy = false;
    }

    /// Forgets a shard's orders that are not among those that are open, which are sorted.
    pub fn keep(&mut self, shard: ShardId, open: &[OrderId]) {
        self.turns.retain(|order, turn| turn.busy || order.shard() != shard || open.binary_search(order).is_ok());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDER: OrderId = OrderId(1);

    fn turns() -> (Turns, Instant) {
        (Turns::new(Duration::from_secs(1), Duration::from_secs(300)), Instant::now())
    }

    #[test]
    fn each_wait_is_twice_the_one_before_up_to_the_longest() {
        let (mut turns, mut now) = turns();
        for wait in [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300] {
            assert!(turns.take(ORDER, now), "before the wait of {wait} s");
            turns.end(ORDER, now, false);
            now += Duration::from_secs(wait);
            assert!(!turns.take(ORDER, now - Duration::from_millis(1)), "within the wait of {wait} s");
        }
        // However long it goes on, nothing overflows.
        for _ in 0..200 {
            assert!(turns.take(ORDER, now));
            turns.end(ORDER, now, false);
            now += Duration::from_secs(300);
        }
    }

    #[test]
    fn what_the_provider_never_had_comes_at_once_and_then_as_before() {
        let (mut turns, now) = turns();
        assert!(turns.take(ORDER, now));
        turns.end(ORDER, now, true);
        assert!(turns.take(ORDER, now), "at once");
        turns.end(ORDER, now, false);
        assert!(
            !turns.take(ORDER, now + Duration::from_millis(1_999)),
            "a provider that never has it is not asked for ever"
        );
        assert!(turns.take(ORDER, now + Duration::from_secs(2)));
    }

    #[test]
    fn an_operator_who_asks_waits_for_no_turn() {
        let (mut turns, now) = turns();
        let mut looks = |times| {
            turns.asked(ORDER, times, now);
            let mine = turns.take(ORDER, now);
            if mine {
                turns.end(ORDER, now, false);
            }
            mine
        };
        assert!(looks(3), "its first turn; what was asked before is answered by it");
        assert!(!looks(3), "the next one comes in a second");
        assert!(looks(4) && !looks(4), "one for each time");
        turns.take(ORDER, now + Duration::from_secs(300));
        turns.asked(ORDER, 5, now);
        turns.end(ORDER, now, false);
        turns.asked(ORDER, 5, now);
        assert!(turns.take(ORDER, now), "asked while somebody had it, it comes again");
    }

    #[test]
    fn an_order_is_one_workers_at_a_time() {
        let (mut turns, now) = turns();
        assert!(turns.take(ORDER, now) && turns.take(OrderId(2), now));
        assert!(!turns.take(ORDER, now + Duration::from_secs(1_000)), "however long it takes");
        turns.give_back(ORDER);
        assert!(turns.take(ORDER, now), "giving back costs no wait");
    }

    #[test]
    fn what_is_open_no_more_is_forgotten_unless_somebody_has_it() {
        let (mut turns, now) = turns();
        for order in 1..=4 {
            assert!(turns.take(OrderId(order), now));
        }
        for order in 2..=4 {
            turns.end(OrderId(order), now, false);
        }
        turns.keep(ORDER.shard(), &[OrderId(3)]);
        let mut left: Vec<u64> = turns.turns.keys().map(|order| order.0).collect();
        left.sort_unstable();
        assert_eq!(left, [1, 3]);
        // Another shard's list says nothing of these.
        turns.keep(ShardId(9), &[]);
        assert_eq!(turns.turns.len(), 2);
    }
}
