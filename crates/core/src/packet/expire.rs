use super::PacketStatus;
use crate::{Context, State, cut::Key, fact::Fact, ids::PacketId, refusal::Refusal, risk::rule::Counted};

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
            state.rules.need(packet.head.terms.sender, &[Counted::RefundRate], keys);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::{OpenPacket, Reply},
        fen::Fen,
        packet::PacketKind,
        trial::{Trial, check_order},
    };

    #[test]
    fn only_an_open_packet_whose_time_is_over_ends() {
        let mut trial = Trial::new();
        let (ann, bob) = (trial.rich("ann", 300), trial.user("bob"));
        let group = trial.group(ann, &[bob]);
        let packet = trial.fund(ann, group, PacketKind::Equal, 300, 2);
        check_order(&mut trial, vec![("packet", ExpirePacket { packet: PacketId(1) }, Err(Refusal::NoSuchPacket))]);
        trial.later(trial.state.settings.packet_life_ms);
        trial.again(ExpirePacket { packet }, &Reply::Done);
        trial.settle();
        trial.must(ExpirePacket { packet });
        let head = &trial.state.packets.get(&packet).unwrap().head;
        assert_eq!(
            (head.status, head.refunded, head.ended_at),
            (PacketStatus::Expired, Fen(300), Some(trial.context.now))
        );
        assert_eq!(trial.balance(ann), Fen(300));
        trial.again(ExpirePacket { packet }, &Reply::Done);
        assert!(trial.state.timers.is_empty(), "its timer is gone");
    }

    /// Rule P5.
    #[test]
    fn the_remainder_goes_back() {
        let mut trial = Trial::new();
        let (ann, bob) = (trial.rich("ann", 301), trial.user("bob"));
        let group = trial.group(ann, &[bob]);
        let packet = trial.fund(ann, group, PacketKind::Equal, 300, 2);
        trial.settle();
        trial.must(OpenPacket { user: bob, packet });
        trial.later(trial.state.settings.packet_life_ms - 1);
        trial.again(ExpirePacket { packet }, &Reply::Done);
        trial.later(1);
        trial.must(ExpirePacket { packet });
        trial.settle();
        assert_eq!([ann, bob].map(|user| trial.balance(user)), [Fen(151), Fen(150)]);
        assert_eq!(trial.state.meta.books.escrows, Fen::ZERO);
    }

    #[test]
    fn a_finished_packet_never_expires() {
        let mut trial = Trial::new();
        let (ann, bob) = (trial.rich("ann", 300), trial.user("bob"));
        let group = trial.group(ann, &[bob]);
        let packet = trial.fund(ann, group, PacketKind::Lucky, 300, 2);
        trial.settle();
        trial.must(OpenPacket { user: bob, packet });
        trial.must(OpenPacket { user: ann, packet });
        assert!(trial.state.timers.is_empty(), "nothing is left to wait for");
        trial.later(trial.state.settings.packet_life_ms);
        trial.again(ExpirePacket { packet }, &Reply::Done);
    }
}
