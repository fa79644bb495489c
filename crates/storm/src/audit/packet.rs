use std::collections::{HashMap, HashSet};

use laisee_wire::v1::{Packet, PacketOpened, PacketStatus, SendPacket};

use super::Findings;
use crate::draw::verify_packet;

/// What must hold in every answer about a packet, whatever else is known.
pub(crate) fn packet_laws(packet: &Packet, findings: &mut Findings) {
    let id = packet.id;
    let claimed: i64 = packet.claims.iter().map(|claim| claim.amount).sum();
    if claimed != packet.claimed_amount || packet.claims.len() != packet.claimed_count as usize {
        findings.add("P5", format!("packet {id}: its claims are {claimed}, it says {}", packet.claimed_amount));
    }
    if claimed + packet.refunded > packet.amount || packet.claims.len() > packet.count as usize {
        findings
            .add("P5", format!("packet {id}: {claimed} claimed and {} refunded of {}", packet.refunded, packet.amount));
    }
    let mut users = HashSet::new();
    for (nth, claim) in packet.claims.iter().enumerate() {
        if !users.insert(claim.user) {
            findings.add("P4", format!("packet {id}: user {} has two shares", claim.user));
        }
        if claim.index as usize != nth {
            findings.add("D5", format!("packet {id}: opener {nth} has share {}", claim.index));
        }
        if claim.amount < packet.share_min || claim.amount > packet.share_max {
            findings.add("P2", format!("packet {id}: a share of {}", claim.amount));
        }
    }
    let all_there = claimed + packet.refunded == packet.amount;
    let ended = match packet.status() {
        PacketStatus::Unspecified => {
            findings.add("P1", format!("packet {id} has no status"));
            false
        }
        PacketStatus::Funded | PacketStatus::Open => false,
        PacketStatus::Finished => {
            if !all_there || packet.refunded != 0 || packet.claims.len() != packet.count as usize {
                findings.add("P5", format!("packet {id} is finished with {claimed} of {}", packet.amount));
            }
            true
        }
        PacketStatus::Expired => {
            if !all_there {
                findings
                    .add("P5", format!("packet {id} expired: {claimed} + {} of {}", packet.refunded, packet.amount));
            }
            true
        }
        PacketStatus::Refunded => {
            if packet.refunded != packet.amount || claimed != 0 {
                findings.add("P1", format!("packet {id}: refunded {} of {}", packet.refunded, packet.amount));
            }
            true
        }
    };
    if !ended && !packet.secret.is_empty() {
        findings.add("D1", format!("packet {id}: the secret is shown before its end"));
    }
    if ended && packet.secret.is_empty() {
        findings.add("D1", format!("packet {id}: the secret is not shown at its end"));
    }
    if !packet.secret.is_empty()
        && let Err(why) = verify_packet(packet)
    {
        findings.add("D3", format!("packet {id}: {why}"));
    }
}

#[derive(Debug, Default)]
struct Seen {
    /// As its sender asked for it; `None` when only opened or looked at.
    sent: Option<(SendPacket, String)>,
    /// Amount and index, by user.
    opens: HashMap<u64, (i64, u32)>,
}

/// Packets as all users together see them.
#[derive(Debug, Default)]
pub(crate) struct Packets(HashMap<u64, Seen>);

impl Packets {
    /// A packet was funded.
    pub(crate) fn sent(&mut self, packet: u64, request: &SendPacket, commitment: &str) {
        self.0.entry(packet).or_default().sent = Some((request.clone(), commitment.to_owned()));
    }

    /// A user opened. `sure`: no attempt before this answer can have been the first.
    pub(crate) fn opened(&mut self, user: u64, answer: &PacketOpened, sure: bool, findings: &mut Findings) {
        let id = answer.packet;
        let seen = self.0.entry(id).or_default();
        let share = (answer.amount, answer.index);
        match seen.opens.insert(user, share) {
            Some(before) if before != share => {
                findings.add("P4", format!("packet {id}: user {user} got {share:?} after {before:?}"));
            }
            Some(_) if answer.first => findings.add("P4", format!("packet {id}: user {user} opened first twice")),
            None if sure && !answer.first => {
                findings.add("P4", format!("packet {id}: user {user} had a share before opening"));
            }
            _ => {}
        }
        let others = seen.opens.iter().filter(|&(&other, _)| other != user);
        if others.clone().any(|(_, &(_, index))| index == answer.index) {
            findings.add("P4", format!("packet {id}: share {} was given twice", answer.index));
        }
        let total: i64 = seen.opens.values().map(|&(amount, _)| amount).sum();
        if let Some((request, _)) = &seen.sent
            && (total > request.amount || answer.index >= request.count || answer.amount < 1)
        {
            findings.add("P5", format!("packet {id}: {total} opened of {}", request.amount));
        }
    }

    /// A packet's details were shown; they must not contradict what users were told.
    pub(crate) fn looked(&mut self, packet: &Packet, findings: &mut Findings) {
        packet_laws(packet, findings);
        let Some(seen) = self.0.get(&packet.id) else { return };
        for claim in &packet.claims {
            let told = seen.opens.get(&claim.user);
            if told.is_some_and(|&share| share != (claim.amount, claim.index)) {
                findings.add("P4", format!("packet {}: user {} was told {told:?}", packet.id, claim.user));
            }
        }
        if let Some((request, commitment)) = &seen.sent
            && (packet.amount != request.amount
                || packet.count != request.count
                || packet.kind != request.kind
                || packet.conversation != request.conversation
                || packet.commitment != *commitment)
        {
            findings.add("P1", format!("packet {} is not what was sent", packet.id));
        }
    }
}

#[cfg(test)]
mod tests {
    use laisee_wire::v1::{Claim, PacketKind};

    use super::*;
    use crate::draw::{Terms, commitment, shares};

    fn finished() -> Packet {
        let secret = [3; 32];
        let hex = |bytes: [u8; 32]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
        let terms = Terms { kind: 2, amount: 100, count: 4, share_min: 1, share_max: 200 };
        let drawn = shares(&secret, &terms).unwrap();
        let claim = |i: usize| Claim { user: i as u64, index: i as u32, amount: drawn[i] as i64, at_ms: 0 };
        Packet {
            id: 1,
            kind: PacketKind::Lucky as i32,
            status: PacketStatus::Finished as i32,
            amount: 100,
            count: 4,
            claimed_amount: 100,
            claimed_count: 4,
            claims: (0..4).map(claim).collect(),
            commitment: hex(commitment(&secret, &terms)),
            secret: hex(secret),
            share_min: 1,
            share_max: 200,
            ..Packet::default()
        }
    }

    fn rules(change: impl FnOnce(&mut Packet)) -> Vec<String> {
        let (mut packet, mut findings) = (finished(), Findings::default());
        change(&mut packet);
        packet_laws(&packet, &mut findings);
        findings.kept.into_iter().map(|v| v.rule).collect()
    }

    #[test]
    fn every_packet_law_is_noticed_when_broken() {
        assert!(rules(|_| ()).is_empty());
        assert!(rules(|p| p.claims[1].amount += 1).contains(&"P5".into()));
        assert!(rules(|p| p.claims[1].user = 0).contains(&"P4".into()));
        assert!(rules(|p| p.claims.swap(0, 1)).contains(&"D5".into()));
        assert!(rules(|p| p.refunded = 1).contains(&"P5".into()));
        assert!(rules(|p| p.secret = String::new()).contains(&"D1".into()));
        assert!(rules(|p| p.secret = "00".repeat(32)).contains(&"D3".into()));
        assert!(rules(|p| p.status = PacketStatus::Open as i32).contains(&"D1".into()));
        assert!(rules(|p| p.status = PacketStatus::Refunded as i32).contains(&"P1".into()));
        assert!(rules(|p| p.share_max = 1).contains(&"P2".into()));
    }

    #[test]
    fn answers_to_opens_agree() {
        let opened = |amount, index, first| PacketOpened { packet: 1, amount, index, first };
        let rows = [
            (vec![(1, opened(5, 0, true)), (1, opened(5, 0, false)), (2, opened(5, 1, true))], 0),
            (vec![(1, opened(5, 0, true)), (1, opened(6, 0, false))], 1),
            (vec![(1, opened(5, 0, true)), (1, opened(5, 0, true))], 1),
            (vec![(1, opened(5, 0, true)), (2, opened(5, 0, true))], 1),
            (vec![(1, opened(5, 0, false))], 1),
            (vec![(1, opened(11, 0, true))], 1),
        ];
        for (answers, expected) in rows {
            let (mut packets, mut findings) = (Packets::default(), Findings::default());
            packets.sent(1, &SendPacket { amount: 10, count: 2, ..SendPacket::default() }, "");
            for (user, answer) in &answers {
                packets.opened(*user, answer, true, &mut findings);
            }
            assert_eq!(findings.count, expected, "{answers:?}");
        }
    }
}
