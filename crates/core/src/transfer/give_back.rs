use super::TransferStatus;
use crate::{
    State,
    command::Reply,
    cut::Key,
    fact::Fact,
    fen::Fen,
    ids::{TransferId, UserId},
    refusal::Refusal,
};

/// The receiver gives accepted money back: a new movement out of its wallet, in the receiver's shard, which knows of
/// the money since it was credited. Repeated it has no further effect.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GiveBackTransfer {
    pub user: UserId,
    pub transfer: TransferId,
}

impl GiveBackTransfer {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Received(self.transfer));
        keys.push(Key::Wallet(self.user));
    }

    pub(crate) fn decide(&self, state: &State) -> Result<Vec<Fact>, Refusal> {
        // The gateway comes here when the transfer's shard says "accepted": then the money is at least on its way.
        let received = state.received.get(&self.transfer).filter(|found| found.user == self.user);
        let received = received.ok_or(Refusal::TransferOnItsWay)?;
        if received.given_back {
            return Ok(vec![]);
        }
        let wallet = state.wallets.get(&self.user).copied().unwrap_or_default();
        if wallet.balance < received.amount {
            return Err(Refusal::InsufficientFunds);
        }
        Ok(vec![Fact::TransferGivenBack {
            transfer: self.transfer,
            user: self.user,
            sender: received.sender,
            amount: received.amount,
            balance: wallet.balance.minus(received.amount),
            line: wallet.lines + 1,
        }])
    }

    pub(crate) fn reply(&self) -> Reply {
        Reply::TransferGivenBack { transfer: self.transfer }
    }
}

/// Given-back money reaches the transfer's shard, which is its sender's.
pub(crate) fn repaid(state: &State, transfer: TransferId, amount: Fen) -> Option<Fact> {
    let found = state.transfers.get(&transfer)?;
    debug_assert_eq!((found.status, found.terms.amount), (TransferStatus::Accepted, amount));
    let sender = found.terms.sender;
    let wallet = state.wallets.get(&sender).copied().unwrap_or_default();
    Some(Fact::TransferRepaid {
        transfer,
        sender,
        receiver: found.terms.receiver,
        amount,
        balance: wallet.balance.plus(amount),
        line: wallet.lines + 1,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::{AcceptTransfer, ReturnTransfer},
        transfer::Arrival,
        trial::{Trial, check_order},
    };

    /// Rule F4.
    #[test]
    fn accepted_money_comes_back_once_if_it_is_still_there() {
        let mut trial = Trial::new();
        let [ann, bob, eve] = [trial.rich("ann", 300), trial.user("bob"), trial.user("eve")];
        let direct = trial.friends(ann, bob);
        let transfer = trial.transfer(ann, bob, direct, 300, Arrival::AtOnce);
        trial.settle();
        trial.must(AcceptTransfer { user: bob, transfer });
        let give = |user| GiveBackTransfer { user, transfer };
        check_order(&mut trial, vec![("still on its way", give(bob), Err(Refusal::TransferOnItsWay))]);
        trial.settle();
        check_order(&mut trial, vec![("another's", give(eve), Err(Refusal::TransferOnItsWay))]);
        // He has spent some of it.
        let spent = trial.transfer(bob, ann, direct, 1, Arrival::Later);
        check_order(&mut trial, vec![("spent", give(bob), Err(Refusal::InsufficientFunds))]);
        trial.settle();
        trial.must(ReturnTransfer { user: ann, transfer: spent });
        let first = trial.must(give(bob));
        trial.again(give(bob), &first);
        trial.settle();
        trial.again(give(bob), &first);
        assert_eq!((trial.balance(ann), trial.balance(bob)), (Fen(300), Fen(0)));
        assert_eq!(trial.state.transfers.get(&transfer).unwrap().status, TransferStatus::GivenBack);
        let books = &trial.state.meta.books;
        assert_eq!((books.transfers, books.wallets), (Fen::ZERO, Fen(300)));
    }
}
