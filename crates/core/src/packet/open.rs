use super::PacketStatus;
use crate::{
    Context, State,
    command::Reply,
    cut::Key,
    fact::Fact,
    ids::{PacketId, UserId},
    refusal::Refusal,
};

/// Claims the next share. Opening again has no further effect and gets the same answer (P4).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenPacket {
    pub user: UserId,
    pub packet: PacketId,
}

impl OpenPacket {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Packet(self.packet));
    }

    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Vec<Fact>, Refusal> {
        let packet = state.packets.get(&self.packet).ok_or(Refusal::NoSuchPacket)?;
        if packet.claims.contains_key(&self.user) {
            return Ok(vec![]);
        }
        let head = &packet.head;
        if head.status == PacketStatus::Funded {
            return Err(Refusal::PacketNotOpenYet);
        }
        if head.eligible.binary_search(&self.user).is_err() {
            return Err(Refusal::PacketNotForYou);
        }
        match head.status {
            PacketStatus::Finished => return Err(Refusal::PacketFinished),
            PacketStatus::Expired | PacketStatus::Refunded => return Err(Refusal::PacketExpired),
            PacketStatus::Funded | PacketStatus::Open => {}
        }
        // The timer may be late; the time is not.
        if context.now >= head.terms.expires_at {
            return Err(Refusal::PacketExpired);
        }
        let index = head.claimed;
        let amount = packet.shares[index as usize];
        let sender = head.terms.sender;
        Ok(vec![Fact::Claimed { packet: self.packet, sender, user: self.user, index, amount }])
    }

    pub(crate) fn reply(&self, state: &State, first: bool) -> Reply {
        let packet = state.packets.get(&self.packet).expect("decided on it");
        let (index, amount) = packet.share_of(self.user).expect("claimed now or before");
        Reply::PacketOpened { packet: self.packet, amount, index, first }
    }
}
