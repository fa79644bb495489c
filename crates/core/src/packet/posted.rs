use super::PacketStatus;
use crate::{
    State,
    fact::Fact,
    ids::{MessageId, PacketId, Seq, UserId},
    refusal::Refusal,
};

/// The conversation's word that the packet lies in it: from now on it can be opened.
pub(crate) fn posted(
    state: &State,
    packet: PacketId,
    seq: Seq,
    message: MessageId,
    eligible: &[UserId],
) -> Option<Fact> {
    let found = state.packets.get(&packet)?;
    (found.head.status == PacketStatus::Funded).then(|| {
        let mut eligible = eligible.to_vec();
        eligible.sort_unstable();
        Fact::PacketPosted { packet, seq, message, eligible }
    })
}

/// The conversation's word that it will not have the packet: everything goes back.
pub(crate) fn refused(state: &State, packet: PacketId, refusal: Refusal) -> Option<Fact> {
    let found = state.packets.get(&packet)?;
    (found.head.status == PacketStatus::Funded).then(|| {
        let amount = found.head.escrow();
        let sender = found.head.terms.sender;
        let wallet = state.wallets.get(&sender).copied().unwrap_or_default();
        let balance = wallet.balance.plus(amount);
        Fact::PacketRefunded { packet, sender, refusal, amount, balance, line: wallet.lines + 1 }
    })
}
