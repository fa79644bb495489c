use super::{TransferStatus, WentBack, goes_back, state_reply, visible, with_wallet};
use crate::{
    Context, State,
    command::Reply,
    cut::Key,
    fact::Fact,
    ids::{TransferId, UserId},
    refusal::Refusal,
};

/// The receiver does not want the money: it goes back as it stands, at any time before it is accepted. Afterwards
/// [`GiveBackTransfer`](super::give_back::GiveBackTransfer) is for it. Repeated it has no further effect.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReturnTransfer {
    pub user: UserId,
    pub transfer: TransferId,
}

impl ReturnTransfer {
    pub(crate) fn needs(&self, state: &State, keys: &mut Vec<Key>) {
        with_wallet(state, self.transfer, keys);
    }

    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Vec<Fact>, Refusal> {
        let found = visible(state, self.transfer, self.user)?;
        if found.terms.receiver != self.user {
            return Err(Refusal::TransferNotForYou);
        }
        match found.status {
            TransferStatus::Returned | TransferStatus::GivenBack => Ok(vec![]),
            TransferStatus::Accepted => Err(Refusal::TransferAccepted),
            TransferStatus::Arrived if found.accept_by.is_some_and(|by| context.now >= by) => {
                Err(Refusal::TransferEnded)
            }
            // Also while it is frozen: that is what its sender wants, and no operator is needed any more.
            TransferStatus::Pending | TransferStatus::Frozen | TransferStatus::Arrived => {
                Ok(vec![goes_back(state, found, WentBack::Receiver)])
            }
            TransferStatus::Funded | TransferStatus::Expired | TransferStatus::Recalled | TransferStatus::Refunded => {
                Err(Refusal::TransferEnded)
            }
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
        command::{AcceptTransfer, AdvanceTransfer},
        fen::Fen,
        transfer::Arrival,
        trial::{Trial, check_order},
    };

    /// Rule F4.
    #[test]
    fn checks_come_in_this_order() {
        let mut trial = Trial::new();
        let [ann, bob, eve] = [trial.rich("ann", 900), trial.user("bob"), trial.user("eve")];
        let direct = trial.friends(ann, bob);
        let of = |trial: &mut Trial, arrival| trial.transfer(ann, bob, direct, 300, arrival);
        let [pending, accepted, expired] =
            [Arrival::Later, Arrival::AtOnce, Arrival::AtOnce].map(|arrival| of(&mut trial, arrival));
        let back = |user, transfer| ReturnTransfer { user, transfer };
        check_order(
            &mut trial,
            vec![("not yet in the conversation", back(bob, pending), Err(Refusal::NoSuchTransfer))],
        );
        trial.settle();
        trial.must(AcceptTransfer { user: bob, transfer: accepted });
        check_order(
            &mut trial,
            vec![
                ("transfer", back(bob, TransferId(1)), Err(Refusal::NoSuchTransfer)),
                ("a third", back(eve, accepted), Err(Refusal::NoSuchTransfer)),
                ("its sender", back(ann, accepted), Err(Refusal::TransferNotForYou)),
                ("accepted", back(bob, accepted), Err(Refusal::TransferAccepted)),
                ("pending", back(bob, pending), Ok(())),
            ],
        );
        assert_eq!(trial.balance(ann), Fen(300));
        let seen = trial.state.transfers.get(&pending).unwrap().clone();
        assert_eq!(seen.status, TransferStatus::Returned);
        trial.again(back(bob, pending), &Reply::Transfer(Box::new(seen)));
        // Its time is over, although no timer has come yet.
        trial.later(trial.state.settings.transfer_accept_ms);
        assert_eq!(trial.run(back(bob, expired)), Err(Refusal::TransferEnded));
        trial.must(AdvanceTransfer { transfer: expired });
        assert_eq!(trial.run(back(bob, expired)), Err(Refusal::TransferEnded));
        assert_eq!(trial.balance(ann), Fen(600));
    }
}
