use super::PacketStatus;
use crate::{Context, State, cut::Key, fact::Fact, ids::PacketId, refusal::Refusal};

/// Ends a packet whose time is over; the remainder goes back. Sent by the engine when the timer is due.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExpirePacket {
    pub packet: PacketId,
}

impl ExpirePacket {
    pub(crate) fn needs(&self, state: &State, keys: &mut Vec<Key>) {
        keys.push(Key::Packet(self.packet));
        // The refund goes to the sender's wallet, which only the packet names.
        if let Some(packet) = state.packets.peek(&self.packet) {
            keys.push(Key::Wallet(packet.head.terms.sender));
        }
    }

    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Vec<Fact>, Refusal> {
        let packet = state.packets.get(&self.packet).ok_or(Refusal::NoSuchPacket)?;
        // A packet that is still on its way waits for its conversation's word, so that it ends in one state only.
        if packet.head.status != PacketStatus::Open || context.now < packet.head.terms.expires_at {
            return Ok(vec![]);
        }
        let refund = packet.head.escrow();
        let sender = packet.head.terms.sender;
        let wallet = state.wallets.get(&sender).copied().unwrap_or_default();
        let balance = wallet.balance.plus(refund);
        Ok(vec![Fact::PacketExpired { packet: self.packet, sender, refund, balance, line: wallet.lines + 1 }])
    }
}
