use super::TransferStatus;
use crate::{
    State,
    fact::Fact,
    ids::{Seq, TransferId},
    refusal::Refusal,
};

/// The conversation's word that the card lies in it.
pub(crate) fn posted(state: &State, transfer: TransferId, seq: Seq) -> Option<Fact> {
    let found = state.transfers.get(&transfer)?;
    let receiver = found.terms.receiver;
    (found.status == TransferStatus::Funded).then_some(Fact::TransferPosted { transfer, receiver, seq })
}

/// The conversation's word that it will not have it: everything goes back.
pub(crate) fn refused(state: &State, transfer: TransferId, refusal: Refusal) -> Option<Fact> {
    let found = state.transfers.get(&transfer)?;
    (found.status == TransferStatus::Funded).then(|| {
        let (sender, receiver, amount) = (found.terms.sender, found.terms.receiver, found.terms.amount);
        let wallet = state.wallets.get(&sender).copied().unwrap_or_default();
        let balance = wallet.balance.plus(amount);
        Fact::TransferRefunded { transfer, sender, receiver, refusal, amount, balance, line: wallet.lines + 1 }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::{Receive, RemoveFriend},
        fen::Fen,
        ids::{ConversationId, Position, ShardId},
        note::Note,
        transfer::Arrival,
        trial::Trial,
    };

    /// Rule F1: it ends in the conversation, or with its sender.
    #[test]
    fn what_cannot_be_posted_goes_back_whole() {
        let mut trial = Trial::new();
        let [ann, bob, eve] = [trial.rich("ann", 500), trial.user("bob"), trial.user("eve")];
        let direct = trial.friends(ann, bob);
        let group = trial.group(ann, &[bob]);
        let with_eve = trial.friends(bob, eve);
        for (what, receiver, conversation, refusal) in [
            ("a group", bob, group, Refusal::RecipientInvalid),
            ("no conversation", bob, ConversationId(1), Refusal::NoSuchConversation),
            ("not its member", eve, with_eve, Refusal::NotAMember),
            ("another than the one who is there", eve, direct, Refusal::RecipientInvalid),
        ] {
            let transfer = trial.transfer(ann, receiver, conversation, 200, Arrival::AtOnce);
            trial.settle();
            let found = trial.state.transfers.get(&transfer).unwrap();
            assert_eq!((found.status, found.refusal), (TransferStatus::Refunded, Some(refusal)), "{what}");
            assert!(!found.visible_to(receiver), "{what}");
            assert_eq!(trial.balance(ann), Fen(500), "{what}");
        }
        trial.must(RemoveFriend { by: bob, other: ann });
        let transfer = trial.transfer(ann, bob, direct, 200, Arrival::AtOnce);
        trial.settle();
        assert_eq!(trial.state.transfers.get(&transfer).unwrap().refusal, Some(Refusal::NotFriends));
        assert_eq!(trial.state.meta.books.transfers, Fen::ZERO);
        assert!(trial.state.timers.is_empty());
    }

    #[test]
    fn the_first_word_counts() {
        let mut trial = Trial::new();
        let (ann, bob) = (trial.rich("ann", 300), trial.user("bob"));
        let direct = trial.friends(ann, bob);
        let from = ShardId(9);
        let word = |at, note| Receive {
            to: ShardId(0),
            from,
            after: Position(at - 1),
            through: Position(at),
            notes: vec![(Position(at), note)],
        };
        let posted = |transfer| Note::TransferPosted { transfer, seq: Seq(5) };
        let refused = |transfer| Note::TransferRefused { transfer, refusal: Refusal::NotAMember };
        let one = trial.transfer(ann, bob, direct, 100, Arrival::Later);
        trial.must(word(1, posted(one)));
        trial.must(word(2, refused(one)));
        let other = trial.transfer(ann, bob, direct, 100, Arrival::Later);
        trial.must(word(3, refused(other)));
        trial.must(word(4, posted(other)));
        let status = |transfer| trial.state.transfers.get(transfer).unwrap().status;
        assert_eq!([status(&one), status(&other)], [TransferStatus::Pending, TransferStatus::Refunded]);
        assert_eq!(trial.balance(ann), Fen(200));
        trial.must(word(5, posted(TransferId(1))));
        trial.must(word(6, refused(TransferId(1))));
        assert_eq!(trial.state.meta.received[&from], Position(6), "words about no transfer are read over");
    }
}
