use super::Jitter;

/// When and where to connect next (rule C8): exponential backoff with full jitter, the addresses in turn.
#[derive(Clone, Debug)]
pub struct Reconnect {
    min_ms: i64,
    max_ms: i64,
    failures: u32,
    turn: usize,
}

/// One attempt to connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Which attempt since the start; the address is this modulo the number of addresses.
    pub turn: usize,
    /// How long to wait first.
    pub wait_ms: i64,
}

impl Reconnect {
    /// Waits between 0 and `min_ms`, doubling up to `max_ms`.
    pub fn new(min_ms: i64, max_ms: i64) -> Self {
        Self { min_ms, max_ms, failures: 0, turn: 0 }
    }

    /// The very first attempt does not wait; every later one waits longer, until [`Reconnect::succeeded`].
    pub fn next(&mut self, jitter: &mut Jitter) -> Attempt {
        let wait_ms = match self.failures {
            0 => 0,
            n => jitter.full_ms(self.min_ms, self.max_ms, n - 1),
        };
        let attempt = Attempt { turn: self.turn, wait_ms };
        self.failures = self.failures.saturating_add(1);
        self.turn = self.turn.wrapping_add(1);
        attempt
    }

    /// A connection stands. The next loss begins again at the shortest wait, at the same address.
    pub fn succeeded(&mut self) {
        self.failures = 1;
        self.turn = self.turn.wrapping_sub(1);
    }

    /// The server is going away (close code 4503): begin with another address.
    pub fn turn_away(&mut self) {
        self.turn = self.turn.wrapping_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c8_backs_off_and_takes_addresses_in_turn() {
        let mut jitter = Jitter::new(1);
        let mut reconnect = Reconnect::new(500, 30_000);
        assert_eq!(reconnect.next(&mut jitter), Attempt { turn: 0, wait_ms: 0 });
        let mut longest = [0; 9];
        for round in 0..500 {
            let mut r = reconnect.clone();
            let mut jitter = Jitter::new(round);
            for (n, most) in longest.iter_mut().enumerate() {
                let attempt = r.next(&mut jitter);
                assert_eq!(attempt.turn, n + 1);
                *most = attempt.wait_ms.max(*most);
            }
        }
        for (most, cap) in longest.iter().zip([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]) {
            assert!(*most <= cap && *most > cap * 9 / 10, "{most} of {cap}");
        }
        reconnect.succeeded();
        assert_eq!(reconnect.next(&mut jitter).turn, 0);
        reconnect.succeeded();
        reconnect.turn_away();
        assert_eq!(reconnect.next(&mut jitter).turn, 1);
    }
}
