//! Money.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An amount in fen, the hundredth of a yuan. Arithmetic is checked: an overflow is a bug and stops the shard.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Fen(pub i64);

impl Fen {
    pub const ZERO: Self = Self(0);

    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.checked_add(other.0).expect("amounts stay far below 2^63 fen"))
    }

    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self(self.0.checked_sub(other.0).expect("amounts stay far below 2^63 fen"))
    }

    #[must_use]
    pub fn times(self, n: u32) -> Self {
        Self(self.0.checked_mul(i64::from(n)).expect("amounts stay far below 2^63 fen"))
    }
}

impl fmt::Debug for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} fen", self.0)
    }
}
