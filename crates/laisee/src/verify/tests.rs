//! Each vector of the draw as an export: it holds, and holds no more when anything in it is changed.

#![allow(clippy::unwrap_used)]

use std::fs;

use laisee_wire::v1::{Claim, Packet, PacketExport, PacketKind, PacketStatus};
use serde_json::Value;

use super::{draw::verify, parse};

type Change = fn(&mut Packet);

fn vectors() -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../proto/draws.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// A packet of which `claimed` shares were opened and the rest went back.
fn packet(vector: &Value, claimed: usize) -> Packet {
    let text = |name: &str| vector[name].as_str().unwrap().to_owned();
    let number = |name: &str| vector[name].as_i64().unwrap();
    let shares: Vec<i64> = vector["shares"].as_array().unwrap().iter().map(|share| share.as_i64().unwrap()).collect();
    let claims: Vec<Claim> = (0..claimed)
        .map(|n| Claim { user: 100 + n as u64, index: n as u32, amount: shares[n], at_ms: n as i64 })
        .collect();
    let sum: i64 = claims.iter().map(|claim| claim.amount).sum();
    let status = if claimed == shares.len() { PacketStatus::Finished } else { PacketStatus::Expired };
    let kind = PacketKind::from_str_name(&format!("PACKET_KIND_{}", text("kind"))).unwrap();
    Packet {
        id: 7,
        kind: kind.into(),
        status: status.into(),
        amount: number("amount"),
        count: number("count") as u32,
        claimed_amount: sum,
        claimed_count: claimed as u32,
        refunded: number("amount") - sum,
        claims,
        commitment: text("commitment"),
        secret: text("secret"),
        share_min: number("share_min"),
        share_max: number("share_max"),
        ..Packet::default()
    }
}

fn holds(packet: &Packet) -> bool {
    verify(packet, None).is_ok_and(|findings| findings.iter().all(|finding| finding.holds))
}

#[test]
fn every_vector_holds_finished_and_expired() {
    for vector in vectors() {
        let count = vector["count"].as_u64().unwrap() as usize;
        for claimed in [0, count / 2, count] {
            let findings = verify(&packet(&vector, claimed), vector["commitment"].as_str()).unwrap();
            let wrong: Vec<_> = findings.iter().filter(|finding| !finding.holds).collect();
            assert!(wrong.is_empty(), "{vector}: {wrong:?}");
        }
    }
}

#[test]
fn whatever_is_changed_is_noticed() {
    let changes: [(&str, Change); 15] = [
        ("secret", |p| p.secret.replace_range(0..1, if p.secret.starts_with('0') { "1" } else { "0" })),
        ("commitment", |p| p.commitment.replace_range(63..64, if p.commitment.ends_with('0') { "1" } else { "0" })),
        ("amount", |p| p.amount += 1),
        ("count", |p| p.count += 1),
        ("share_min", |p| p.share_min = 2),
        ("share_max", |p| p.share_max += 1),
        ("kind", |p| p.kind = PacketKind::Equal.into()),
        ("a share", |p| p.claims[0].amount += 1),
        ("two shares", |p| (p.claims[0].amount, p.claims[1].amount) = (p.claims[1].amount, p.claims[0].amount)),
        ("an index", |p| p.claims[1].index = 0),
        ("an opener", |p| p.claims[1].user = p.claims[0].user),
        ("a claim less", |p| p.claims.truncate(7)),
        ("claimed", |p| p.claimed_amount -= 1),
        ("refunded", |p| p.refunded += 1),
        ("status", |p| p.status = PacketStatus::Refunded.into()),
    ];
    let whole = packet(&vectors()[0], 8);
    assert!(holds(&whole));
    for (what, change) in changes {
        let mut changed = whole.clone();
        change(&mut changed);
        assert!(!holds(&changed), "{what} was changed");
    }
}

#[test]
fn a_commitment_written_down_before_is_compared() {
    let vectors = vectors();
    let whole = packet(&vectors[0], 8);
    let findings = verify(&whole, vectors[1]["commitment"].as_str()).unwrap();
    assert_eq!(findings.iter().filter(|finding| !finding.holds).count(), 1);
    assert!(verify(&whole, Some("xyz")).is_err());
}

#[test]
fn what_is_no_packet_is_an_error_and_no_panic() {
    let whole = packet(&vectors()[0], 8);
    let absurd: [Change; 9] = [
        |p| p.secret.clear(),
        |p| p.secret = "é".repeat(32),
        |p| p.count = 0,
        |p| p.count = u32::MAX,
        |p| p.amount = i64::MIN,
        |p| p.amount = i64::MAX,
        |p| (p.share_min, p.share_max) = (0, 0),
        |p| p.share_min = i64::MAX,
        |p| p.kind = 99,
    ];
    for (n, change) in absurd.into_iter().enumerate() {
        let mut changed = whole.clone();
        change(&mut changed);
        assert!(verify(&changed, None).is_err(), "change {n}");
    }
}

#[test]
fn an_export_is_read_as_it_is_served() {
    let whole = packet(&vectors()[0], 8);
    let export = PacketExport { format: "laisee.packet.v1".into(), packet: Some(whole.clone()) };
    let served = serde_json::to_string(&export).unwrap();
    assert_eq!(parse(served.as_bytes()).unwrap(), whole);
    for other in ["", "{}", "[]", r#"{"format":"laisee.packet.v2","packet":{}}"#, r#"{"format":"laisee.packet.v1"}"#] {
        assert!(parse(other.as_bytes()).is_err(), "{other}");
    }
}
