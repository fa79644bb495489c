//! How often something may happen.

/// A token bucket. Time comes in as an argument, in ms.
#[derive(Clone, Copy, Debug)]
pub struct Bucket {
    /// In thousandths of a token.
    level: i64,
    at_ms: i64,
}

/// The size of a bucket and how fast it fills.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// Tokens per 1,000 s. 0: no limit.
    pub per_1000_s: i64,
    pub burst: i64,
}

impl Rate {
    #[must_use]
    pub fn per_second(tokens: u32, burst: u32) -> Self {
        Self { per_1000_s: i64::from(tokens) * 1_000, burst: i64::from(burst) }
    }

    #[must_use]
    pub fn per_minute(tokens: u32, burst: u32) -> Self {
        Self { per_1000_s: i64::from(tokens) * 1_000 / 60, burst: i64::from(burst) }
    }
}

impl Bucket {
    #[must_use]
    pub fn full(rate: Rate, now_ms: i64) -> Self {
        Self { level: rate.burst * 1_000, at_ms: now_ms }
    }

    /// Takes a token, or says in how many ms there will be one.
    ///
    /// # Errors
    /// The time to wait, in ms.
    pub fn take(&mut self, rate: Rate, now_ms: i64) -> Result<(), u32> {
        if rate.per_1000_s == 0 {
            return Ok(());
        }
        let passed = (now_ms - self.at_ms).clamp(0, 3_600_000);
        self.at_ms = now_ms;
        self.level = (self.level + passed * rate.per_1000_s / 1_000).min(rate.burst * 1_000);
        if self.level >= 1_000 {
            self.level -= 1_000;
            return Ok(());
        }
        Err(((1_000 - self.level) * 1_000 / rate.per_1000_s + 1) as u32)
    }

    /// Whether it has filled up, so that forgetting it changes nothing.
    #[must_use]
    pub fn idle(&self, rate: Rate, now_ms: i64) -> bool {
        self.level + (now_ms - self.at_ms).clamp(0, 3_600_000) * rate.per_1000_s / 1_000 >= rate.burst * 1_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_then_a_steady_rate() {
        let rate = Rate::per_second(10, 3);
        let mut bucket = Bucket::full(rate, 0);
        for _ in 0..3 {
            assert_eq!(bucket.take(rate, 0), Ok(()));
        }
        let wait = bucket.take(rate, 0).expect_err("the burst is used up");
        assert!((90..=110).contains(&wait), "{wait}");
        assert_eq!(bucket.take(rate, i64::from(wait)), Ok(()));
    }
}
