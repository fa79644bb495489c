//! The draw as PROTOCOL.md writes it down (D1 to D5), written from that page alone: it must not share code with the
//! server, because it is what the server is checked with.

use laisee_wire::v1::{Packet, PacketKind};
use sha2::{Digest, Sha256};

/// What a draw depends on besides its secret. Amounts in fen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// 1 = EQUAL, 2 = LUCKY, 3 = NAMED.
    pub kind: u8,
    pub amount: u64,
    pub count: u32,
    pub share_min: u64,
    pub share_max: u64,
}

impl Terms {
    pub(crate) fn of(packet: &Packet) -> Option<Self> {
        let kind = match packet.kind() {
            PacketKind::Equal => 1,
            PacketKind::Lucky => 2,
            PacketKind::Named => 3,
            PacketKind::Unspecified => return None,
        };
        let positive = |fen: i64| u64::try_from(fen).ok();
        Some(Self {
            kind,
            amount: positive(packet.amount)?,
            count: packet.count,
            share_min: positive(packet.share_min)?,
            share_max: positive(packet.share_max)?,
        })
    }
}

/// D1: what is published before anybody opens.
pub fn commitment(secret: &[u8; 32], terms: &Terms) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"laisee.draw.v1");
    hash.update(secret);
    hash.update([terms.kind]);
    hash.update(terms.amount.to_be_bytes());
    hash.update(terms.count.to_be_bytes());
    hash.update(terms.share_min.to_be_bytes());
    hash.update(terms.share_max.to_be_bytes());
    hash.finalize().into()
}

/// D2: the stream of random numbers.
struct Stream<'a> {
    secret: &'a [u8; 32],
    block: u32,
    numbers: Vec<u64>,
}

impl Stream<'_> {
    fn next(&mut self) -> u64 {
        if self.numbers.is_empty() {
            let mut hash = Sha256::new();
            hash.update(b"laisee.stream.v1");
            hash.update(self.secret);
            hash.update(self.block.to_be_bytes());
            self.block += 1;
            let bytes: [u8; 32] = hash.finalize().into();
            let number = |eight: &[u8]| eight.iter().fold(0_u64, |n, &byte| n << 8 | u64::from(byte));
            self.numbers = bytes.chunks(8).rev().map(number).collect();
        }
        self.numbers.pop().unwrap_or_default()
    }

    fn below(&mut self, k: u64) -> u64 {
        let whole = 1_u128 << 64;
        let limit = whole - whole % u128::from(k);
        loop {
            let x = self.next();
            if u128::from(x) < limit {
                return x % k;
            }
        }
    }
}

/// D3 and D4: the shares in the order of opening (D5). `None`: no draw can be made under these terms.
pub fn shares(secret: &[u8; 32], terms: &Terms) -> Option<Vec<u64>> {
    let count = u64::from(terms.count);
    if count == 0 || terms.amount < count * terms.share_min || terms.amount > count.checked_mul(terms.share_max)? {
        return None;
    }
    if terms.kind != 2 {
        return terms.amount.is_multiple_of(count).then(|| vec![terms.amount / count; terms.count as usize]);
    }
    let mut stream = Stream { secret, block: 0, numbers: Vec::new() };
    let mut shares = Vec::with_capacity(terms.count as usize);
    let mut money = terms.amount;
    for left in (2..=count).rev() {
        let low = terms.share_min.max(money.saturating_sub((left - 1) * terms.share_max));
        let high = terms.share_max.min(2 * money / left).min(money - (left - 1) * terms.share_min);
        let share = low + stream.below(high - low + 1);
        money -= share;
        shares.push(share);
    }
    shares.push(money);
    for i in (1..shares.len()).rev() {
        let other = stream.below(i as u64 + 1) as usize;
        shares.swap(i, other);
    }
    Some(shares)
}

/// Whether an ended packet's secret fits its commitment, and every claim the draw. Errors: the reason, in English.
pub(crate) fn verify_packet(packet: &Packet) -> Result<(), String> {
    let bytes = from_hex(&packet.secret).ok_or("the secret is not 32 bytes of hex")?;
    let terms = Terms::of(packet).ok_or("the terms are none")?;
    if Some(commitment(&bytes, &terms)) != from_hex(&packet.commitment) {
        return Err("the secret does not fit the commitment".into());
    }
    let drawn = shares(&bytes, &terms).ok_or("no draw can be made under its terms")?;
    for claim in &packet.claims {
        let share = drawn.get(claim.index as usize).copied();
        if share != u64::try_from(claim.amount).ok() {
            return Err(format!("share {} is {}, the draw says {share:?}", claim.index, claim.amount));
        }
    }
    Ok(())
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (i, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * i..2 * i + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use laisee_wire::v1::Claim;

    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|b| format!("{b:02x}")).collect()
    }

    fn lucky(amount: u64, count: u32) -> Terms {
        Terms { kind: 2, amount, count, share_min: 1, share_max: 20_000 }
    }

    #[test]
    fn d3_every_draw_uses_the_amount_exactly_within_the_limits() {
        for seed in 0..200_u8 {
            for (amount, count) in [(1, 1), (10, 10), (11, 10), (888, 8), (20_000, 1), (199_999, 10), (200_000, 10)] {
                let drawn = shares(&[seed; 32], &lucky(amount, count)).unwrap();
                assert_eq!(drawn.len(), count as usize);
                assert_eq!(drawn.iter().sum::<u64>(), amount);
                assert!(drawn.iter().all(|share| (1..=20_000).contains(share)), "{drawn:?}");
            }
        }
    }

    #[test]
    fn terms_that_cannot_be_drawn_are_none() {
        assert_eq!(shares(&[0; 32], &lucky(9, 10)), None);
        assert_eq!(shares(&[0; 32], &lucky(200_001, 10)), None);
        assert_eq!(shares(&[0; 32], &lucky(5, 0)), None);
        assert_eq!(shares(&[0; 32], &Terms { kind: 1, ..lucky(10, 3) }), None);
        assert_eq!(shares(&[0; 32], &Terms { kind: 1, ..lucky(9, 3) }), Some(vec![3; 3]));
    }

    #[test]
    fn d4_the_last_is_no_luckier_than_the_first() {
        let mut best = [0_u32; 10];
        for n in 0..4_000_u32 {
            let secret: [u8; 32] = Sha256::digest(n.to_be_bytes()).into();
            let drawn = shares(&secret, &lucky(1_000, 10)).unwrap();
            let most = (0..10).max_by_key(|&i| drawn[i]).unwrap();
            best[most] += 1;
        }
        assert!(best.iter().all(|&times| (300..=500).contains(&times)), "{best:?}");
    }

    #[test]
    fn d1_a_changed_claim_or_secret_is_noticed() {
        let (secret, terms) = ([7; 32], lucky(888, 8));
        let drawn = shares(&secret, &terms).unwrap();
        let claim = |(i, &amount): (usize, &u64)| Claim { index: i as u32, amount: amount as i64, ..Claim::default() };
        let packet = Packet {
            kind: PacketKind::Lucky as i32,
            amount: 888,
            count: 8,
            share_min: 1,
            share_max: 20_000,
            commitment: hex(&commitment(&secret, &terms)),
            secret: hex(&secret),
            claims: drawn.iter().enumerate().map(claim).collect(),
            ..Packet::default()
        };
        assert_eq!(verify_packet(&packet), Ok(()));
        let mut wrong = packet.clone();
        wrong.claims[3].amount += 1;
        assert!(verify_packet(&wrong).is_err());
        assert!(verify_packet(&Packet { secret: hex(&[8; 32]), ..packet.clone() }).is_err());
        assert!(verify_packet(&Packet { amount: 889, ..packet.clone() }).is_err());
        assert!(verify_packet(&Packet { secret: String::new(), ..packet }).is_err());
    }
}
