use crate::{
    State,
    command::Reply,
    cut::Key,
    fact::Fact,
    ids::{PacketId, UserId},
    refusal::Refusal,
};

/// Asks whether there is anything left. Changes nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GrabPacket {
    pub user: UserId,
    pub packet: PacketId,
}

impl GrabPacket {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Packet(self.packet));
    }

    pub(crate) fn decide(&self, state: &State) -> Result<Vec<Fact>, Refusal> {
        let packet = state.packets.get(&self.packet).ok_or(Refusal::NoSuchPacket)?;
        if packet.visible_to(self.user) { Ok(vec![]) } else { Err(Refusal::PacketNotForYou) }
    }

    pub(crate) fn reply(&self, state: &State) -> Reply {
        let packet = state.packets.get(&self.packet).expect("decided on it");
        Reply::PacketGrab {
            packet: self.packet,
            status: packet.head.status,
            left: packet.left(),
            mine: packet.share_of(self.user).map(|(_, amount)| amount),
        }
    }
}
