//! Packets that have ended, as the shards told it: most who tap come too late, and are answered here (B2).

use std::sync::Arc;

use hashbrown::HashMap;
use laisee_core::{
    command::Reply,
    fen::Fen,
    ids::{PacketId, UserId},
    packet::PacketStatus,
    refusal::Refusal,
};

/// What is known of a packet from which nothing can be claimed any more.
struct Ended {
    status: PacketStatus,
    eligible: Arc<[UserId]>,
    claims: Arc<[(UserId, u32, Fen)]>,
}

/// Of two generations the older is dropped when the younger is full: the newest packets stay, and those asked about.
#[derive(Default)]
pub struct EndedPackets {
    young: HashMap<PacketId, Ended>,
    old: HashMap<PacketId, Ended>,
}

const GENERATION_MAX: usize = 20_000;

impl EndedPackets {
    pub fn told(
        &mut self,
        packet: PacketId,
        status: PacketStatus,
        eligible: Arc<[UserId]>,
        claims: Arc<[(UserId, u32, Fen)]>,
    ) {
        if self.young.len() >= GENERATION_MAX {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(packet, Ended { status, eligible, claims });
    }

    /// What the packet's shard would answer to an open; `None`: it must be asked.
    pub fn open(&self, packet: PacketId, user: UserId) -> Option<Result<Reply, Refusal>> {
        let ended = self.get(packet)?;
        if let Some((index, amount)) = ended.share_of(user) {
            return Some(Ok(Reply::PacketOpened { packet, amount, index, first: false }));
        }
        Some(Err(match ended.status {
            _ if ended.eligible.binary_search(&user).is_err() => Refusal::PacketNotForYou,
            PacketStatus::Finished => Refusal::PacketFinished,
            _ => Refusal::PacketExpired,
        }))
    }

    /// What the packet's shard would answer to a grab by somebody who may open it; `None`: it must be asked.
    pub fn grab(&self, packet: PacketId, user: UserId) -> Option<Reply> {
        let ended = self.get(packet)?;
        ended.eligible.binary_search(&user).ok()?;
        let mine = ended.share_of(user).map(|(_, amount)| amount);
        Some(Reply::PacketGrab { packet, status: ended.status, left: 0, mine })
    }

    fn get(&self, packet: PacketId) -> Option<&Ended> {
        self.young.get(&packet).or_else(|| self.old.get(&packet))
    }
}

impl Ended {
    fn share_of(&self, user: UserId) -> Option<(u32, Fen)> {
        let at = self.claims.binary_search_by_key(&user, |(claimer, _, _)| *claimer).ok()?;
        let (_, index, amount) = self.claims[at];
        Some((index, amount))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gateway_answers_as_the_shard_would() {
        let mut ended = EndedPackets::default();
        let packet = PacketId(9);
        let eligible: Arc<[UserId]> = [UserId(1), UserId(2)].into();
        ended.told(packet, PacketStatus::Finished, eligible, [(UserId(1), 0, Fen(5))].into());
        let share = Reply::PacketOpened { packet, amount: Fen(5), index: 0, first: false };
        assert_eq!(ended.open(packet, UserId(1)), Some(Ok(share)));
        assert_eq!(ended.open(packet, UserId(2)), Some(Err(Refusal::PacketFinished)));
        assert_eq!(ended.open(packet, UserId(3)), Some(Err(Refusal::PacketNotForYou)));
        assert_eq!(ended.open(PacketId(8), UserId(1)), None);
    }
}
