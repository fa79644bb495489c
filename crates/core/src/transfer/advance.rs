use super::{TransferStatus, WentBack, goes_back, with_wallet};
use crate::{Context, State, cut::Key, fact::Fact, ids::TransferId, refusal::Refusal};

/// Lets a transfer arrive, or go back unaccepted, when its time has come. Sent by the engine when a timer is due.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AdvanceTransfer {
    pub transfer: TransferId,
}

impl AdvanceTransfer {
    pub(crate) fn needs(&self, state: &State, keys: &mut Vec<Key>) {
        with_wallet(state, self.transfer, keys);
    }

    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Vec<Fact>, Refusal> {
        let found = state.transfers.get(&self.transfer).ok_or(Refusal::NoSuchTransfer)?;
        // Whatever happened to it since the timer was set counts, and the timer may have been for something else.
        if found.waits().is_none_or(|due| context.now < due) {
            return Ok(vec![]);
        }
        Ok(vec![match found.status {
            TransferStatus::Pending => Fact::TransferArrived { transfer: self.transfer },
            _ => goes_back(state, found, WentBack::Expiry),
        }])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::{AcceptTransfer, Reply},
        fen::Fen,
        transfer::Arrival,
        trial::{Trial, check_order},
    };

    /// Rules F2 and F5.
    #[test]
    fn it_arrives_and_goes_back_at_its_times() {
        let mut trial = Trial::new();
        let (ann, bob) = (trial.rich("ann", 300), trial.user("bob"));
        let direct = trial.friends(ann, bob);
        let transfer = trial.transfer(ann, bob, direct, 300, Arrival::Soon);
        let advance = AdvanceTransfer { transfer };
        let none = AdvanceTransfer { transfer: TransferId(1) };
        check_order(&mut trial, vec![("transfer", none, Err(Refusal::NoSuchTransfer))]);
        trial.again(advance.clone(), &Reply::Done);
        trial.settle();
        trial.later(trial.state.settings.transfer_short_ms - 1);
        trial.again(advance.clone(), &Reply::Done);
        trial.later(1);
        trial.must(advance.clone());
        let found = trial.state.transfers.get(&transfer).unwrap();
        let accept_by = trial.context.now.plus(trial.state.settings.transfer_accept_ms);
        assert_eq!((found.status, found.accept_by), (TransferStatus::Arrived, Some(accept_by)));
        trial.again(advance.clone(), &Reply::Done);
        trial.later(trial.state.settings.transfer_accept_ms - 1);
        trial.again(advance.clone(), &Reply::Done);
        trial.later(1);
        // The timer may be late, the time is not.
        let accept = AcceptTransfer { user: bob, transfer };
        assert_eq!(trial.run(accept.clone()), Err(Refusal::TransferEnded));
        trial.must(advance.clone());
        assert_eq!(trial.state.transfers.get(&transfer).unwrap().status, TransferStatus::Expired);
        assert_eq!((trial.balance(ann), trial.balance(bob)), (Fen(300), Fen(0)));
        assert_eq!(trial.run(accept), Err(Refusal::TransferEnded));
        trial.again(advance, &Reply::Done);
        assert!(trial.state.timers.is_empty());
    }

    #[test]
    fn what_was_accepted_never_expires() {
        let mut trial = Trial::new();
        let (ann, bob) = (trial.rich("ann", 300), trial.user("bob"));
        let direct = trial.friends(ann, bob);
        let transfer = trial.transfer(ann, bob, direct, 300, Arrival::AtOnce);
        trial.settle();
        trial.must(AcceptTransfer { user: bob, transfer });
        assert!(trial.state.timers.is_empty(), "nothing is left to wait for");
        trial.later(trial.state.settings.transfer_accept_ms);
        trial.again(AdvanceTransfer { transfer }, &Reply::Done);
    }
}
