use super::{TransferStatus, state_reply, visible};
use crate::{
    Context, State,
    command::Reply,
    cut::Key,
    fact::Fact,
    ids::{TransferId, UserId},
    refusal::Refusal,
};

/// Takes the money of a transfer that has arrived. Accepting again has no further effect and gets the same answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AcceptTransfer {
    pub user: UserId,
    pub transfer: TransferId,
}

impl AcceptTransfer {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Transfer(self.transfer));
    }

    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Vec<Fact>, Refusal> {
        let found = visible(state, self.transfer, self.user)?;
        let terms = &found.terms;
        if terms.receiver != self.user {
            return Err(Refusal::TransferNotForYou);
        }
        let (transfer, sender, receiver, amount) = (self.transfer, terms.sender, terms.receiver, terms.amount);
        let accepted = Fact::TransferAccepted { transfer, sender, receiver, amount };
        match found.status {
            TransferStatus::Accepted => Ok(vec![]),
            TransferStatus::Funded => Err(Refusal::TransferNotPosted),
            TransferStatus::Frozen => Err(Refusal::TransferFrozen),
            // The timers may be late; the times are not.
            TransferStatus::Pending if context.now < terms.arrives_at => Err(Refusal::TransferNotArrived),
            TransferStatus::Pending => Ok(vec![Fact::TransferArrived { transfer }, accepted]),
            TransferStatus::Arrived if found.accept_by.is_some_and(|by| context.now < by) => Ok(vec![accepted]),
            _ => Err(Refusal::TransferEnded),
        }
    }

    pub(crate) fn reply(&self, state: &State) -> Reply {
        state_reply(state, self.transfer, self.user)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fen::Fen,
        transfer::Arrival,
        trial::{Trial, check_order},
    };

    /// Rule F3.
    #[test]
    fn checks_come_in_this_order() {
        let mut trial = Trial::new();
        let [ann, bob, eve] = [trial.rich("ann", 300), trial.user("bob"), trial.user("eve")];
        let direct = trial.friends(ann, bob);
        let transfer = trial.transfer(ann, bob, direct, 300, Arrival::Soon);
        let accept = |user| AcceptTransfer { user, transfer };
        let none = AcceptTransfer { user: bob, transfer: TransferId(1) };
        check_order(
            &mut trial,
            vec![
                ("transfer", none, Err(Refusal::NoSuchTransfer)),
                ("not yet in the conversation", accept(bob), Err(Refusal::NoSuchTransfer)),
                ("its sender", accept(ann), Err(Refusal::TransferNotForYou)),
            ],
        );
        trial.settle();
        check_order(
            &mut trial,
            vec![
                ("a third", accept(eve), Err(Refusal::NoSuchTransfer)),
                ("its sender", accept(ann), Err(Refusal::TransferNotForYou)),
                ("too early", accept(bob), Err(Refusal::TransferNotArrived)),
            ],
        );
        trial.later(trial.state.settings.transfer_short_ms);
        // The timer has not come yet: the arrival is a fact of its own all the same.
        let before = trial.log.len();
        let first = trial.must(accept(bob));
        assert!(matches!(
            trial.log[before..],
            [(Fact::TransferArrived { .. }, _), (Fact::TransferAccepted { amount: Fen(300), .. }, _)]
        ));
        trial.again(accept(bob), &first);
        trial.settle();
        assert_eq!((trial.balance(ann), trial.balance(bob)), (Fen(0), Fen(300)));
        let books = &trial.state.meta.books;
        assert_eq!((books.transfers, books.wallets), (Fen::ZERO, Fen(300)));
    }
}
