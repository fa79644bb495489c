//! The draw, written anew from PROTOCOL.md (D1 to D5).

use sha2::{Digest, Sha256};

use super::fact::Funded;

/// D1.
pub fn commitment(terms: &Funded, secret: &[u8; 32]) -> [u8; 32] {
    let mut text = b"laisee.draw.v1".to_vec();
    text.extend(secret);
    text.push(terms.kind);
    text.extend((terms.amount as u64).to_be_bytes());
    text.extend(terms.count.to_be_bytes());
    text.extend((terms.share_min as u64).to_be_bytes());
    text.extend((terms.share_max as u64).to_be_bytes());
    Sha256::digest(&text).into()
}

/// D3 to D5: the share of each opener in turn.
pub fn shares(terms: &Funded) -> Vec<i64> {
    let n = i64::from(terms.count);
    if !terms.lucky {
        return vec![terms.amount / n; terms.count as usize];
    }
    let mut words = Words { secret: terms.secret, block: 0, left: vec![] };
    let mut shares = vec![];
    let mut money = terms.amount;
    for mine in 0..n - 1 {
        let others = n - mine - 1;
        let low = terms.share_min.max(money - others * terms.share_max);
        let high = [terms.share_max, 2 * money / (others + 1), money - others * terms.share_min].into_iter().min();
        let high = high.expect("of three the least");
        let share = low + words.below((high - low + 1) as u64) as i64;
        shares.push(share);
        money -= share;
    }
    shares.push(money);
    for i in (1..shares.len()).rev() {
        let j = words.below(i as u64 + 1) as usize;
        shares.swap(i, j);
    }
    shares
}

/// D2.
struct Words {
    secret: [u8; 32],
    block: u32,
    left: Vec<u64>,
}

impl Words {
    fn take(&mut self) -> u64 {
        if self.left.is_empty() {
            let mut text = b"laisee.stream.v1".to_vec();
            text.extend(self.secret);
            text.extend(self.block.to_be_bytes());
            self.block += 1;
            let hash = Sha256::digest(&text);
            self.left =
                hash.chunks(8).rev().map(|w| w.iter().fold(0, |word, byte| word << 8 | u64::from(*byte))).collect();
        }
        self.left.pop().expect("four in a block")
    }

    fn below(&mut self, k: u64) -> u64 {
        let all = 1_u128 << 64;
        let even = all - all % u128::from(k);
        loop {
            let x = self.take();
            if u128::from(x) < even {
                return x % k;
            }
        }
    }
}
