//! How an amount becomes shares: fixed by a secret before anybody opens, committed to by a hash, and recomputable by
//! anyone once the secret is shown. `PROTOCOL.md`, "The draw", has the same rules for other implementations.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::PacketKind;
use crate::fen::Fen;

/// 32 random bytes that decide the draw.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret(pub [u8; 32]);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// The hash that binds the sender's server to the secret and the terms.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Commitment(pub [u8; 32]);

/// The terms that enter the draw.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Draw {
    pub kind: PacketKind,
    pub amount: Fen,
    pub count: u32,
    pub share_min: Fen,
    pub share_max: Fen,
}

impl Draw {
    /// Rule D1.
    #[must_use]
    pub fn commitment(&self, secret: &Secret) -> Commitment {
        let kind: u8 = match self.kind {
            PacketKind::Equal => 1,
            PacketKind::Lucky => 2,
            PacketKind::Named(_) => 3,
        };
        let mut hash = Sha256::new();
        hash.update(b"laisee.draw.v1");
        hash.update(secret.0);
        hash.update([kind]);
        hash.update((self.amount.0 as u64).to_be_bytes());
        hash.update(self.count.to_be_bytes());
        hash.update((self.share_min.0 as u64).to_be_bytes());
        hash.update((self.share_max.0 as u64).to_be_bytes());
        Commitment(hash.finalize().into())
    }

    /// Rules D3 to D5: the shares in the order of opening. They sum to `amount` exactly, each between the limits,
    /// given `count * share_min <= amount <= count * share_max`.
    #[must_use]
    pub fn shares(&self, secret: &Secret) -> Vec<Fen> {
        if self.kind != PacketKind::Lucky {
            return vec![Fen(self.amount.0 / i64::from(self.count)); self.count as usize];
        }
        let mut stream = Stream::new(secret);
        let mut shares = Vec::with_capacity(self.count as usize);
        let mut rest = self.amount.0;
        for left in (1..=i64::from(self.count)).rev() {
            let share = if left == 1 { rest } else { self.lucky_share(rest, left, &mut stream) };
            rest -= share;
            shares.push(Fen(share));
        }
        for i in (1..shares.len()).rev() {
            shares.swap(i, stream.below(i as u64 + 1) as usize);
        }
        shares
    }

    /// The double-mean rule within the limits: uniform up to twice what is left for each.
    fn lucky_share(&self, rest: i64, left: i64, stream: &mut Stream) -> i64 {
        let low = self.share_min.0.max(rest - (left - 1) * self.share_max.0);
        let high = self.share_max.0.min(2 * rest / left).min(rest - (left - 1) * self.share_min.0);
        low + stream.below((high - low + 1) as u64) as i64
    }
}

/// Rule D2: random numbers from the secret.
struct Stream {
    seed: Sha256,
    block: [u8; 32],
    next_block: u32,
    used: usize,
}

impl Stream {
    fn new(secret: &Secret) -> Self {
        let mut seed = Sha256::new();
        seed.update(b"laisee.stream.v1");
        seed.update(secret.0);
        Self { seed, block: [0; 32], next_block: 0, used: 32 }
    }

    fn next(&mut self) -> u64 {
        if self.used == 32 {
            let mut hash = self.seed.clone();
            hash.update(self.next_block.to_be_bytes());
            self.block = hash.finalize().into();
            self.next_block += 1;
            self.used = 0;
        }
        let mut word = [0; 8];
        word.copy_from_slice(&self.block[self.used..self.used + 8]);
        self.used += 8;
        u64::from_be_bytes(word)
    }

    /// Uniform in `0..k` by rejection; `k` is above zero.
    fn below(&mut self, k: u64) -> u64 {
        // 2^64 mod k, without leaving 64 bits.
        let excess = (u64::MAX % k + 1) % k;
        let limit = 0_u64.wrapping_sub(excess);
        loop {
            let x = self.next();
            if excess == 0 || x < limit {
                return x % k;
            }
        }
    }
}

#[cfg(test)]
#[path = "draw_tests.rs"]
mod tests;
