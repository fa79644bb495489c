/// A small deterministic source of random numbers (SplitMix64): enough for jitter and for choosing work in tests,
/// never for secrets.
#[derive(Clone, Debug)]
pub struct Jitter(u64);

impl Jitter {
    /// The same seed gives the same numbers.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        x ^ (x >> 31)
    }

    /// A number below `bound`; 0 for a bound of 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next_u64()) * u128::from(bound)) >> 64) as u64
    }

    /// Between half of `base_ms * 2^doublings`, capped at `max_ms`, and the whole of it.
    pub fn doubled_ms(&mut self, base_ms: i64, max_ms: i64, doublings: u32) -> i64 {
        let whole = capped(base_ms, max_ms, doublings);
        whole / 2 + self.below((whole - whole / 2 + 1) as u64) as i64
    }

    /// Between 0 and `base_ms * 2^doublings`, capped at `max_ms`: full jitter.
    pub fn full_ms(&mut self, base_ms: i64, max_ms: i64, doublings: u32) -> i64 {
        self.below(capped(base_ms, max_ms, doublings) as u64 + 1) as i64
    }
}

fn capped(base_ms: i64, max_ms: i64, doublings: u32) -> i64 {
    base_ms.max(0).saturating_mul(1 << doublings.min(30)).min(max_ms).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_cap() {
        for (doublings, whole) in [(0, 500), (1, 1_000), (3, 4_000), (6, 30_000), (63, 30_000)] {
            let mut jitter = Jitter::new(7);
            for _ in 0..200 {
                let half = jitter.doubled_ms(500, 30_000, doublings);
                assert!((whole / 2..=whole).contains(&half), "{half} for {doublings}");
                assert!((0..=whole).contains(&jitter.full_ms(500, 30_000, doublings)));
            }
        }
    }

    #[test]
    fn same_seed_same_numbers() {
        let draw = |seed| (0..5).map(|_| Jitter::new(seed).next_u64()).collect::<Vec<_>>();
        assert_eq!(draw(3), draw(3));
        assert_ne!(draw(3), draw(4));
        assert_eq!(Jitter::new(1).below(0), 0);
    }
}
