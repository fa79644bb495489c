//! How often something may happen.

use std::{hash::Hash, sync::Mutex};

use hashbrown::HashMap;

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

    /// Gives a token back: what it was taken for does not count.
    pub fn give(&mut self, rate: Rate) {
        self.level = (self.level + 1_000).min(rate.burst * 1_000);
    }

    /// Whether it has filled up, so that forgetting it changes nothing.
    #[must_use]
    pub fn idle(&self, rate: Rate, now_ms: i64) -> bool {
        self.level + (now_ms - self.at_ms).clamp(0, 3_600_000) * rate.per_1000_s / 1_000 >= rate.burst * 1_000
    }
}

/// Buckets remembered at most.
const BUCKETS_MAX: usize = 100_000;

/// A bucket for each address, name or user. Those that have filled up are forgotten when there are many.
pub struct Rates<K> {
    rate: Rate,
    buckets: Mutex<HashMap<K, Bucket>>,
}

impl<K: Eq + Hash> Rates<K> {
    #[must_use]
    pub fn new(rate: Rate) -> Self {
        Self { rate, buckets: Mutex::default() }
    }

    /// Lets one try pass.
    ///
    /// # Errors
    /// The time to wait, in ms.
    pub fn take(&self, key: K, now_ms: i64) -> Result<(), u32> {
        let rate = self.rate;
        if rate.per_1000_s == 0 {
            return Ok(());
        }
        let mut buckets = self.buckets.lock().expect("nothing panics under this lock");
        if buckets.len() >= BUCKETS_MAX {
            buckets.retain(|_, bucket| !bucket.idle(rate, now_ms));
            // All are in use, so somebody plays many: forgetting them lets each try once more, and costs no memory.
            if buckets.len() >= BUCKETS_MAX {
                buckets.clear();
            }
        }
        buckets.entry(key).or_insert_with(|| Bucket::full(rate, now_ms)).take(rate, now_ms)
    }

    /// The try turned out not to count.
    pub fn give(&self, key: &K) {
        let mut buckets = self.buckets.lock().expect("nothing panics under this lock");
        if let Some(bucket) = buckets.get_mut(key) {
            bucket.give(self.rate);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_has_a_bucket_and_what_is_given_back_does_not_count() {
        let rates = Rates::new(Rate::per_minute(60, 1));
        assert_eq!(rates.take("ann", 0), Ok(()));
        assert_eq!(rates.take("bob", 0), Ok(()));
        assert!(rates.take("ann", 0).is_err());
        rates.give(&"ann");
        assert_eq!(rates.take("ann", 0), Ok(()));
        assert!(Rates::new(Rate::per_minute(0, 0)).take("ann", 0).is_ok(), "0: no limit");
    }

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
