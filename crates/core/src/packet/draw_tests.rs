use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::ids::UserId;

/// Draws computed once by another program from the rules alone, for whoever writes one more.
const KNOWN: &str = include_str!("../../../../proto/draws.json");

#[derive(Deserialize)]
struct Known {
    secret: String,
    kind: String,
    amount: i64,
    count: u32,
    share_min: i64,
    share_max: i64,
    commitment: String,
    shares: Vec<i64>,
}

fn hex(bytes: [u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A secret for each number.
fn secret(n: u32) -> Secret {
    Secret(Sha256::digest(n.to_be_bytes()).into())
}

fn lucky(amount: i64, count: u32) -> Draw {
    Draw { kind: PacketKind::Lucky, amount: Fen(amount), count, share_min: Fen(1), share_max: Fen(20_000) }
}

/// Rules D1 to D4. What was promised to the owners of packets can never change.
#[test]
fn known_draws_come_out_as_ever() {
    let known: Vec<Known> = serde_json::from_str(KNOWN).unwrap();
    for known in known {
        let bytes = std::array::from_fn(|i| u8::from_str_radix(&known.secret[2 * i..2 * i + 2], 16).unwrap());
        let draw = Draw {
            kind: match &*known.kind {
                "EQUAL" => PacketKind::Equal,
                "LUCKY" => PacketKind::Lucky,
                "NAMED" => PacketKind::Named(UserId(1)),
                other => panic!("{other}"),
            },
            amount: Fen(known.amount),
            count: known.count,
            share_min: Fen(known.share_min),
            share_max: Fen(known.share_max),
        };
        assert_eq!(hex(draw.commitment(&Secret(bytes)).0), known.commitment);
        assert_eq!(draw.shares(&Secret(bytes)), known.shares.into_iter().map(Fen).collect::<Vec<_>>());
    }
}

/// Every draw that can be sent: any limits, any number of shares, any amount between.
fn any_lucky() -> impl Strategy<Value = Draw> {
    let limits = (1..500_i64).prop_flat_map(|min| (Just(min), min..=20_000));
    (1..=100_u32, limits).prop_flat_map(|(count, (min, max))| {
        let amount = i64::from(count) * min..=i64::from(count) * max;
        amount.prop_map(move |amount| Draw { share_min: Fen(min), share_max: Fen(max), ..lucky(amount, count) })
    })
}

fn any_secret() -> impl Strategy<Value = Secret> {
    any::<[u8; 32]>().prop_map(Secret)
}

proptest! {
    /// Rule D3.
    #[test]
    fn lucky_shares_make_up_the_amount_within_the_limits(draw in any_lucky(), secret in any_secret()) {
        let shares = draw.shares(&secret);
        prop_assert_eq!(shares.len(), draw.count as usize);
        prop_assert_eq!(shares.iter().map(|share| share.0).sum::<i64>(), draw.amount.0);
        prop_assert!(shares.iter().all(|share| (draw.share_min..=draw.share_max).contains(share)), "{:?}", shares);
        prop_assert_eq!(shares, draw.shares(&secret), "a secret means one draw");
    }

    #[test]
    fn equal_shares_are_equal(each in 1..=20_000_i64, count in 1..=100_u32, secret in any_secret()) {
        let draw = Draw { kind: PacketKind::Equal, ..lucky(each * i64::from(count), count) };
        prop_assert_eq!(draw.shares(&secret), vec![Fen(each); count as usize]);
    }

    /// Rule D1: whatever is revealed, only what was agreed fits the commitment.
    #[test]
    fn the_commitment_binds_secret_and_terms(draw in any_lucky(), secret in any_secret(), flip in 0..256_usize) {
        let mut other = secret;
        other.0[flip / 8] ^= 1 << (flip % 8);
        let all = [
            draw.commitment(&secret),
            draw.commitment(&other),
            Draw { kind: PacketKind::Equal, ..draw }.commitment(&secret),
            Draw { kind: PacketKind::Named(UserId(1)), ..draw }.commitment(&secret),
            Draw { amount: draw.amount.plus(Fen(1)), ..draw }.commitment(&secret),
            Draw { count: draw.count + 1, ..draw }.commitment(&secret),
            Draw { share_min: draw.share_min.plus(Fen(1)), ..draw }.commitment(&secret),
            Draw { share_max: draw.share_max.plus(Fen(1)), ..draw }.commitment(&secret),
        ];
        let different: BTreeSet<_> = all.iter().map(|commitment| commitment.0).collect();
        prop_assert_eq!(different.len(), all.len());
    }

    /// Rule D2, against the definition with numbers that do not overflow.
    #[test]
    fn random_numbers_are_as_defined(secret in any_secret(), k in 1..=u64::MAX) {
        let limit = (1_u128 << 64) - (1_u128 << 64) % u128::from(k);
        let mut words = (0..8_u32).flat_map(|n| {
            let mut hash = Sha256::new();
            hash.update(b"laisee.stream.v1");
            hash.update(secret.0);
            hash.update(n.to_be_bytes());
            let block: [u8; 32] = hash.finalize().into();
            (0..4).map(move |i| u64::from_be_bytes(block[8 * i..8 * i + 8].try_into().unwrap()))
        });
        let mut stream = Stream::new(&secret);
        for _ in 0..3 {
            // Eight blocks give 32 numbers; that all but one are rejected happens to nobody.
            let expected = words.find(|x| u128::from(*x) < limit).unwrap() % k;
            prop_assert_eq!(stream.below(k), expected);
        }
    }
}

/// How many draws the statistics look at. Their secrets are fixed, so a test that passes once passes always; the
/// bounds are what a fair draw would break once in a million choices of secrets.
const DRAWS: u32 = 20_000;

/// Whether ten openers of 100 yuan fare alike wherever they stand in the queue. `draw` gives the shares for a secret.
fn check_fairness(draw: impl Fn(&Secret) -> Vec<Fen>) -> Result<(), String> {
    let all: Vec<Vec<i64>> =
        (0..DRAWS).map(|n| draw(&secret(n)).iter().map(|share| share.0).collect::<Vec<_>>()).collect();
    luckiest_alike(&all)?;
    means_alike(&all)?;
    let last = all[0].len() - 1;
    (1..=last).try_for_each(|place| spread_alike(&all, 0, place))
}

/// How often the best luck is at each place: chi-squared with nine degrees of freedom stays below 45.
fn luckiest_alike(all: &[Vec<i64>]) -> Result<(), String> {
    let mut times = vec![0_i64; all[0].len()];
    for shares in all {
        let most = shares.iter().max().unwrap();
        // A tie says nothing about places.
        if shares.iter().filter(|share| *share == most).count() == 1 {
            times[shares.iter().position(|share| share == most).unwrap()] += 1;
        }
    }
    let sum: i64 = times.iter().sum();
    assert!(sum > i64::from(DRAWS) * 9 / 10, "ties are rare");
    let expected = sum / times.len() as i64;
    let squares: i64 = times.iter().map(|n| (n - expected).pow(2)).sum();
    if squares < 45 * expected { Ok(()) } else { Err(format!("best luck by place: {times:?}")) }
}

/// The mean of each place lies within five standard errors of the mean of all.
fn means_alike(all: &[Vec<i64>]) -> Result<(), String> {
    let (draws, places) = (all.len() as i128, all[0].len() as i128);
    let mean = i128::from(all[0].iter().sum::<i64>()) / places;
    for place in 0..all[0].len() {
        let deviations = || all.iter().map(|shares| i128::from(shares[place]) - mean);
        let (sum, squares) = (deviations().sum::<i128>(), deviations().map(|d| d * d).sum::<i128>());
        // sum / n against 5 * sqrt(squares / n) / sqrt(n), without roots.
        if sum * sum > 25 * squares {
            return Err(format!("place {place} gets {} fen more than others", sum / draws));
        }
    }
    Ok(())
}

/// Two places have the same distribution: chi-squared over twenty ranges of shares stays below 61.
fn spread_alike(all: &[Vec<i64>], one: usize, other: usize) -> Result<(), String> {
    let most = all.iter().flatten().max().unwrap() + 1;
    let mut ranges = [[0_i64; 2]; 20];
    for shares in all {
        for (side, place) in [one, other].into_iter().enumerate() {
            ranges[(shares[place] * 20 / most) as usize][side] += 1;
        }
    }
    let filled = ranges.iter().filter(|[a, b]| a + b > 0);
    let thousandths: i64 = filled.map(|[a, b]| (a - b).pow(2) * 1_000 / (a + b)).sum();
    if thousandths < 61_000 { Ok(()) } else { Err(format!("places {one} and {other} differ: {ranges:?}")) }
}

/// Rule D4.
#[test]
fn it_does_not_matter_when_one_opens() {
    assert_eq!(check_fairness(|secret| lucky(10_000, 10).shares(secret)), Ok(()));
    // Shares near both limits, where the double mean alone would be least even.
    let tight = Draw { share_min: Fen(500), share_max: Fen(1_500), ..lucky(9_000, 10) };
    assert_eq!(check_fairness(|secret| tight.shares(secret)), Ok(()));
}

/// The statistics would notice a draw that is not shuffled, or shuffled badly.
#[test]
fn it_would_be_noticed_if_it_mattered() {
    let draw = lucky(10_000, 10);
    let unshuffled = |secret: &Secret| {
        let (mut stream, mut rest) = (Stream::new(secret), draw.amount.0);
        let mut next = |left| {
            let share = if left == 1 { rest } else { draw.lucky_share(rest, left, &mut stream) };
            rest -= share;
            Fen(share)
        };
        (1..=10).rev().map(&mut next).collect::<Vec<_>>()
    };
    assert!(check_fairness(unshuffled).is_err());
    let last_stays = |secret: &Secret| {
        let mut shares = unshuffled(secret);
        shares[..9].rotate_left(secret.0[0] as usize % 9);
        shares
    };
    assert!(check_fairness(last_stays).is_err());
    // One draw in fifty with the best luck moved to the first.
    let favoured = |secret: &Secret| {
        let mut shares = draw.shares(secret);
        if secret.0[0] < 10 {
            let best = (0..10).max_by_key(|i| shares[*i]).unwrap();
            shares.swap(0, best);
        }
        shares
    };
    assert!(check_fairness(favoured).is_err());
}

#[test]
fn a_secret_is_not_printed() {
    assert_eq!(format!("{:?}", Secret([7; 32])), "Secret(..)");
}
