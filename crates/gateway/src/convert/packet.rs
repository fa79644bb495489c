use std::fmt::Write as _;

use laisee_core::{
    fen::Fen,
    ids::UserId,
    packet::{Claim, PacketStatus},
    query::PacketSeen,
};
use laisee_wire::v1;

use super::content::packet_kind;

/// A packet's details as `user` sees them.
#[must_use]
pub fn packet(seen: &PacketSeen, user: UserId) -> v1::Packet {
    let (kind, recipient) = packet_kind(seen.kind);
    let mine = seen.claims.iter().find(|claim| claim.user == user).map_or(Fen::ZERO, |claim| claim.amount);
    v1::Packet {
        id: seen.packet.0,
        sender: seen.sender.0,
        conversation: seen.conversation.0,
        kind: kind.into(),
        status: status(seen.status).into(),
        amount: seen.amount.0,
        count: seen.count,
        greeting: seen.greeting.clone(),
        created_at_ms: seen.created_at.0,
        expires_at_ms: seen.expires_at.0,
        ended_at_ms: seen.ended_at.map_or(0, |at| at.0),
        claimed_amount: seen.claimed_amount.0,
        claimed_count: seen.claims.len() as u32,
        refunded: seen.refunded.0,
        claims: seen.claims.iter().map(claim).collect(),
        commitment: hex(&seen.commitment.0),
        secret: seen.secret.map_or_else(String::new, |secret| hex(&secret.0)),
        recipient,
        mine: mine.0,
        seq: seen.seq.0,
        share_min: seen.share_min.0,
        share_max: seen.share_max.0,
    }
}

pub(super) fn claim(claim: &Claim) -> v1::Claim {
    v1::Claim { user: claim.user.0, index: claim.index, amount: claim.amount.0, at_ms: claim.at.0 }
}

pub(super) fn status(status: PacketStatus) -> v1::PacketStatus {
    match status {
        PacketStatus::Funded => v1::PacketStatus::Funded,
        PacketStatus::Open => v1::PacketStatus::Open,
        PacketStatus::Finished => v1::PacketStatus::Finished,
        PacketStatus::Expired => v1::PacketStatus::Expired,
        PacketStatus::Refunded => v1::PacketStatus::Refunded,
    }
}

/// Bytes as hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
