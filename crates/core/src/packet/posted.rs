use super::PacketStatus;
use crate::{
    State,
    fact::Fact,
    ids::{MessageId, Millis, PacketId, Seq, UserId},
    refusal::Refusal,
    risk::rule::Counted,
};

/// The conversation's word that the packet lies in it: from now on it can be opened.
pub(crate) fn posted(
    state: &State,
    now: Millis,
    packet: PacketId,
    seq: Seq,
    message: MessageId,
    eligible: &[UserId],
) -> Option<Fact> {
    let found = state.packets.get(&packet)?;
    let sender = found.head.terms.sender;
    (found.head.status == PacketStatus::Funded).then(|| {
        let mut eligible = eligible.to_vec();
        eligible.sort_unstable();
        let to_strangers = to_strangers(state, now, sender, &eligible);
        Fact::PacketPosted { packet, seq, message, eligible, sender, to_strangers }
    })
}

/// Whether others may open it and none of them is the sender's friend; asked only while a rule counts it.
fn to_strangers(state: &State, now: Millis, sender: UserId, eligible: &[UserId]) -> bool {
    if state.rules.keep(Counted::Strangers, now).is_none() {
        return false;
    }
    let friends = state.friends.get(&sender);
    let mut others = eligible.iter().filter(|user| **user != sender).peekable();
    others.peek().is_some() && others.all(|user| friends.is_none_or(|friends| !friends.contains(user)))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::{Receive, RemoveMember},
        fen::Fen,
        ids::{Position, ShardId},
        note::Note,
        packet::PacketKind,
        trial::Trial,
    };

    #[test]
    fn a_packet_whose_sender_has_left_goes_back_whole() {
        let mut trial = Trial::new();
        let (ann, bob) = (trial.user("ann"), trial.rich("bob", 300));
        let group = trial.group(ann, &[bob]);
        let packet = trial.fund(bob, group, PacketKind::Lucky, 300, 2);
        trial.must(RemoveMember { by: ann, conversation: group, user: bob });
        trial.settle();
        let head = &trial.state.packets.get(&packet).unwrap().head;
        assert_eq!((head.status, head.refunded), (PacketStatus::Refunded, Fen(300)));
        assert_eq!(trial.balance(bob), Fen(300));
        let Some((Fact::PacketRefunded { refusal, .. }, _)) =
            trial.log.iter().find(|(fact, _)| matches!(fact, Fact::PacketRefunded { .. }))
        else {
            panic!("{:?}", trial.log)
        };
        assert_eq!(*refusal, Refusal::NotAMember);
        assert!(trial.state.timers.is_empty());
    }

    /// Rule P1: there is no third end, and no second one.
    #[test]
    fn the_first_word_counts() {
        let mut trial = Trial::new();
        let (ann, bob) = (trial.rich("ann", 300), trial.user("bob"));
        let group = trial.group(ann, &[bob]);
        let from = ShardId(9);
        let word = |at, note| Receive {
            to: ShardId(0),
            from,
            after: Position(at - 1),
            through: Position(at),
            notes: vec![(Position(at), note)],
        };
        let posted =
            |packet| Note::PacketPosted { packet, seq: Seq(5), message: MessageId(5), eligible: vec![bob, ann] };
        let refused = |packet| Note::PacketRefused { packet, refusal: Refusal::NotAMember };
        let status = |trial: &Trial, packet| trial.state.packets.get(packet).unwrap().head.status;

        let packet = trial.fund(ann, group, PacketKind::Lucky, 100, 2);
        trial.must(word(1, posted(packet)));
        trial.must(word(2, refused(packet)));
        assert_eq!(status(&trial, &packet), PacketStatus::Open);
        assert_eq!(*trial.state.packets.get(&packet).unwrap().head.eligible, [ann, bob], "rising");

        let packet = trial.fund(ann, group, PacketKind::Lucky, 100, 2);
        trial.must(word(3, refused(packet)));
        trial.must(word(4, posted(packet)));
        assert_eq!(status(&trial, &packet), PacketStatus::Refunded);
        assert_eq!(trial.balance(ann), Fen(200));

        trial.must(word(5, posted(PacketId(1))));
        trial.must(word(6, refused(PacketId(1))));
        assert_eq!(trial.state.meta.received[&from], Position(6), "words about no packet are read over");
    }
}
