//! Red packets: what was put in comes out, once, as the secret says.

use std::collections::BTreeMap;

use super::{
    Figures, draw,
    fact::{Fact, Funded},
    verdict::{Law, Verdict},
};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    OnItsWay,
    Open,
    Finished,
    Expired,
    Refused,
}

struct Packet {
    terms: Funded,
    shares: Vec<i64>,
    stage: Stage,
    eligible: Vec<u64>,
    /// Who got which amount, in order.
    claims: Vec<(u64, i64)>,
    refund: i64,
}

/// A packet's details as somebody was shown them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown {
    pub packet: u64,
    pub amount: i64,
    pub claimed: i64,
    pub refunded: i64,
    pub claims: Vec<(u64, u32, i64)>,
    pub commitment: [u8; 32],
    pub secret: Option<[u8; 32]>,
    pub ended: bool,
}

#[derive(Default)]
pub(super) struct Packets {
    packets: BTreeMap<u64, Packet>,
}

impl Packets {
    pub fn fact(&mut self, at_ms: i64, fact: &Fact) -> Verdict {
        match fact {
            Fact::PacketFunded(terms) => self.funded(terms),
            Fact::PacketPosted { packet, eligible, .. } => {
                let found = self.change(*packet, Stage::OnItsWay, "posted")?;
                found.stage = Stage::Open;
                found.eligible.clone_from(eligible);
                Ok(())
            }
            Fact::PacketRefunded { packet, amount, .. } => {
                let found = self.change(*packet, Stage::OnItsWay, "refunded")?;
                found.stage = Stage::Refused;
                found.refund = *amount;
                exact(found)
            }
            Fact::Claimed { packet, user, index, amount, .. } => self.claimed(at_ms, *packet, *user, *index, *amount),
            Fact::PacketExpired { packet, refund, .. } => {
                let found = self.change(*packet, Stage::Open, "expired")?;
                if at_ms < found.terms.expires_at_ms {
                    return Law::PacketExact.broken(format!("packet {packet} expired before its time"));
                }
                found.stage = Stage::Expired;
                found.refund = *refund;
                exact(found)
            }
            _ => Ok(()),
        }
    }

    fn funded(&mut self, terms: &Funded) -> Verdict {
        let shares = draw::shares(terms);
        let sum: i64 = shares.iter().sum();
        let within = shares.iter().all(|share| (terms.share_min..=terms.share_max).contains(share) && *share >= 1);
        if sum != terms.amount || !within {
            return Law::DrawFair
                .broken(format!("packet {}: {} fen are drawn as {shares:?}", terms.packet, terms.amount));
        }
        let packet = Packet {
            terms: terms.clone(),
            shares,
            stage: Stage::OnItsWay,
            eligible: vec![],
            claims: vec![],
            refund: 0,
        };
        if self.packets.insert(terms.packet, packet).is_some() {
            return Law::OnceOnly.broken(format!("packet {} was funded twice", terms.packet));
        }
        Ok(())
    }

    fn change(&mut self, packet: u64, from: Stage, to: &str) -> Result<&mut Packet, super::Violation> {
        match self.packets.get_mut(&packet) {
            Some(found) if found.stage == from => Ok(found),
            found => {
                let stage = found.map(|found| found.stage);
                Law::PacketExact.broken(format!("packet {packet} is {to} when it is {stage:?}"))
            }
        }
    }

    fn claimed(&mut self, at_ms: i64, packet: u64, user: u64, index: u32, amount: i64) -> Verdict {
        if let Some(found) = self.packets.get(&packet)
            && found.claims.iter().any(|(claimer, _)| *claimer == user)
        {
            return Law::ClaimOnce.broken(format!("user {user} claims a second share of packet {packet}"));
        }
        let found = self.change(packet, Stage::Open, "claimed from")?;
        if at_ms >= found.terms.expires_at_ms {
            return Law::PacketExact.broken(format!("user {user} claims from packet {packet} after its time"));
        }
        if !found.eligible.contains(&user) {
            return Law::PacketExact.broken(format!("user {user} claims from packet {packet}, which is not for it"));
        }
        if index as usize != found.claims.len() || found.shares.get(index as usize) != Some(&amount) {
            let drawn = found.shares.get(index as usize);
            return Law::DrawFair
                .broken(format!("packet {packet}: share {index} is {amount} fen, drawn was {drawn:?}"));
        }
        found.claims.push((user, amount));
        let claimed: i64 = found.claims.iter().map(|(_, amount)| amount).sum();
        if claimed > found.terms.amount {
            return Law::PacketExact
                .broken(format!("packet {packet}: {claimed} of {} fen are claimed", found.terms.amount));
        }
        if found.claims.len() == found.terms.count as usize {
            found.stage = Stage::Finished;
            return exact(found);
        }
        Ok(())
    }

    pub fn open(&self) -> usize {
        self.packets.values().filter(|packet| matches!(packet.stage, Stage::OnItsWay | Stage::Open)).count()
    }

    pub fn ended(&self) -> Verdict {
        for (id, packet) in &self.packets {
            if matches!(packet.stage, Stage::OnItsWay | Stage::Open) {
                return Law::Converges.broken(format!("packet {id} is still {:?}", packet.stage));
            }
            exact(packet)?;
        }
        Ok(())
    }

    pub fn told_commitment(&self, packet: u64, commitment: &[u8; 32]) -> Verdict {
        let Some(found) = self.packets.get(&packet) else {
            return Law::ToldIsDurable.broken(format!("packet {packet} was told of and is in no log"));
        };
        if draw::commitment(&found.terms, &found.terms.secret) == *commitment {
            return Ok(());
        }
        Law::DrawFair.broken(format!("packet {packet}: the commitment does not bind the secret"))
    }

    pub fn told_share(&self, user: u64, packet: u64, index: u32, amount: i64) -> Verdict {
        let claim = self.packets.get(&packet).and_then(|found| found.claims.get(index as usize));
        if claim == Some(&(user, amount)) {
            return Ok(());
        }
        let what =
            format!("user {user} was told share {index} of packet {packet} is {amount} fen, the log has {claim:?}");
        Law::ToldIsDurable.broken(what)
    }

    pub fn told_mine(&self, user: u64, packet: u64, amount: Option<i64>) -> Verdict {
        let Some(amount) = amount else { return Ok(()) };
        let claims = self.packets.get(&packet).map(|found| &found.claims);
        if claims.is_some_and(|claims| claims.contains(&(user, amount))) {
            return Ok(());
        }
        Law::ToldIsDurable.broken(format!("user {user} was told it has {amount} fen of packet {packet}"))
    }

    pub fn told_details(&self, user: u64, shown: &Shown, settled: bool) -> Verdict {
        let Some(found) = self.packets.get(&shown.packet) else {
            return Law::ToldIsDurable.broken(format!("packet {} was shown and is in no log", shown.packet));
        };
        let claims = |n: usize| found.claims.iter().take(n).copied().zip(0..);
        let shown_claims = shown.claims.iter().map(|(user, index, amount)| ((*user, *amount), *index));
        let claimed: i64 = shown.claims.iter().map(|(.., amount)| amount).sum();
        let fits = claims(shown.claims.len()).eq(shown_claims)
            && claimed == shown.claimed
            && shown.amount == found.terms.amount
            && (!shown.ended || shown.claimed + shown.refunded == shown.amount)
            && (!settled || (shown.ended && shown.claims.len() == found.claims.len()));
        if !fits {
            return Law::ToldIsDurable
                .broken(format!("user {user} was shown {shown:?}, claimed was {:?}", found.claims));
        }
        let binds = draw::commitment(&found.terms, &shown.secret.unwrap_or(found.terms.secret)) == shown.commitment;
        let ended = !matches!(found.stage, Stage::OnItsWay | Stage::Open);
        if !binds || (shown.secret.is_some() && !ended) || (shown.ended && shown.secret.is_none()) {
            let packet = shown.packet;
            return Law::DrawFair.broken(format!("packet {packet}: the secret is shown wrong, or at the wrong time"));
        }
        Ok(())
    }

    pub fn figures(&self) -> Figures {
        let count = |stage| self.packets.values().filter(|packet| packet.stage == stage).count() as u64;
        Figures {
            packets: self.packets.len() as u64,
            claims: self.packets.values().map(|packet| packet.claims.len() as u64).sum(),
            finished: count(Stage::Finished),
            expired: count(Stage::Expired),
            refused: count(Stage::Refused),
            refunded: self.packets.values().map(|packet| packet.refund).sum(),
            ..Figures::default()
        }
    }
}

/// Claims and refund make the amount.
fn exact(packet: &Packet) -> Verdict {
    let claimed: i64 = packet.claims.iter().map(|(_, amount)| amount).sum();
    if claimed + packet.refund == packet.terms.amount {
        return Ok(());
    }
    let (id, amount) = (packet.terms.packet, packet.terms.amount);
    Law::PacketExact.broken(format!("packet {id}: {claimed} claimed and {} back of {amount}", packet.refund))
}
