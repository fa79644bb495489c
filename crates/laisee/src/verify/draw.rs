//! What an export must satisfy: rules D1 to D5 and P5.

use anyhow::{Result, bail, ensure};
use laisee_core::{
    fen::Fen,
    ids::UserId,
    packet::{
        PacketKind, Secret,
        draw::{Commitment, Draw},
    },
};
use laisee_wire::v1::{self, PacketStatus};

use super::Finding;

/// Shares in a packet at most; what claims to have more is no packet, and must not reserve memory for them.
const COUNT_MAX: u32 = 1_000_000;

/// Recomputes everything that can be. `known`: the commitment as it was written down when the packet was sent.
///
/// # Errors
/// When the packet has not ended, or these are no terms of any packet.
pub fn verify(packet: &v1::Packet, known: Option<&str>) -> Result<Vec<Finding>> {
    if packet.secret.is_empty() {
        bail!("the packet has not ended: its secret is not shown yet, so nothing can be recomputed");
    }
    let secret = Secret(bytes32(&packet.secret, "secret")?);
    let commitment = Commitment(bytes32(&packet.commitment, "commitment")?);
    let draw = terms(packet)?;
    let mut findings = Vec::new();
    let mut find = |holds: bool, words: String| findings.push(Finding { holds, words });

    find(
        draw.commitment(&secret) == commitment,
        "The commitment that was published at sending is the hash of this secret and these terms.".into(),
    );
    if let Some(known) = known {
        find(bytes32(known, "commitment given")? == commitment.0, "It is the commitment you wrote down.".into());
    }
    let shares = draw.shares(&secret);
    let sum = shares.iter().fold(Fen::ZERO, |sum, share| sum.plus(*share));
    find(sum == draw.amount, format!("The {} shares drawn from the secret add up to {} fen.", shares.len(), sum.0));
    find(
        draw.kind != PacketKind::Lucky || shares.iter().all(|share| (draw.share_min..=draw.share_max).contains(share)),
        format!("Each share lies between {} and {} fen.", draw.share_min.0, draw.share_max.0),
    );
    claims(packet, &shares, &mut find);
    ending(packet, &mut find);
    Ok(findings)
}

/// Rule D5, and that what the packet counts is what is listed.
fn claims(packet: &v1::Packet, shares: &[Fen], find: &mut impl FnMut(bool, String)) {
    let wrong =
        packet.claims.iter().enumerate().find(|(n, claim)| {
            claim.index as usize != *n || shares.get(*n).is_none_or(|share| share.0 != claim.amount)
        });
    match wrong {
        None => find(
            true,
            format!("Each of the {} people who opened it got the share drawn for that place.", packet.claims.len()),
        ),
        Some((n, claim)) => {
            let drawn = shares.get(n).map_or_else(|| "nothing".to_owned(), |share| format!("{} fen", share.0));
            find(
                false,
                format!(
                    "Opener {} is listed with share {} of {} fen; drawn for that place was {drawn}.",
                    n + 1,
                    claim.index + 1,
                    claim.amount
                ),
            );
        }
    }
    let mut users: Vec<u64> = packet.claims.iter().map(|claim| claim.user).collect();
    users.sort_unstable();
    users.dedup();
    find(users.len() == packet.claims.len(), "Nobody opened it twice.".into());
}

/// Rule P5.
fn ending(packet: &v1::Packet, find: &mut impl FnMut(bool, String)) {
    let claimed = packet.claims.iter().map(|claim| i128::from(claim.amount)).sum::<i128>();
    find(
        claimed == i128::from(packet.claimed_amount) && packet.claims.len() == packet.claimed_count as usize,
        format!("The claims listed are all that were counted: {} of {claimed} fen.", packet.claims.len()),
    );
    find(
        claimed + i128::from(packet.refunded) == i128::from(packet.amount),
        format!("What was claimed and the {} fen that went back make up the whole amount.", packet.refunded),
    );
    let (status, all, none) = (packet.status(), packet.claims.len() == packet.count as usize, packet.claims.is_empty());
    let (fits, how) = match status {
        PacketStatus::Finished => (all && packet.refunded == 0, "every share was claimed"),
        PacketStatus::Expired => (!all && packet.refunded > 0, "its time was over with shares left"),
        PacketStatus::Refunded => {
            (none && packet.refunded == packet.amount, "it could not be posted and went back whole")
        }
        _ => (false, "its status says that it has not ended, and yet its secret is shown"),
    };
    find(fits, format!("It ended as it says: {how}."));
}

/// The terms, as some packet can have them: otherwise the draw is not defined.
fn terms(packet: &v1::Packet) -> Result<Draw> {
    let kind = match packet.kind() {
        v1::PacketKind::Equal => PacketKind::Equal,
        v1::PacketKind::Lucky => PacketKind::Lucky,
        v1::PacketKind::Named => PacketKind::Named(UserId(packet.recipient)),
        v1::PacketKind::Unspecified => bail!("the export does not say which kind of packet it is"),
    };
    let (amount, count) = (i128::from(packet.amount), i128::from(packet.count));
    let (min, max) = (i128::from(packet.share_min), i128::from(packet.share_max));
    ensure!((1..=COUNT_MAX).contains(&packet.count), "a packet of {count} shares cannot be");
    ensure!(1 <= min && min <= max, "shares of {min} to {max} fen cannot be");
    ensure!(
        count * min <= amount && amount <= count * max,
        "{amount} fen cannot be divided into {count} shares of {min} to {max} fen"
    );
    ensure!(
        kind == PacketKind::Lucky || amount % count == 0,
        "{amount} fen cannot be divided into {count} equal shares"
    );
    ensure!(!matches!(kind, PacketKind::Named(_)) || count == 1, "a packet for one named person has one share");
    Ok(Draw {
        kind,
        amount: Fen(packet.amount),
        count: packet.count,
        share_min: Fen(packet.share_min),
        share_max: Fen(packet.share_max),
    })
}

fn bytes32(hex: &str, what: &str) -> Result<[u8; 32]> {
    ensure!(hex.len() == 64 && hex.bytes().all(|digit| digit.is_ascii_hexdigit()), "the {what} is not 64 hex digits");
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(hex.as_bytes().chunks(2)) {
        *byte = pair.iter().fold(0, |byte, digit| byte << 4 | char::from(*digit).to_digit(16).unwrap_or(0) as u8);
    }
    Ok(bytes)
}
