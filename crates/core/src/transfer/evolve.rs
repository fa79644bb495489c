use super::{Decision, Recall, Received, Transfer, TransferStatus, TransferTerms};
use crate::{
    State,
    cut::{Done, Key, Once},
    fact::Fact,
    fen::Fen,
    ids::{Millis, Position, Seq, TransferId},
    timer::TimerKey,
};

impl State {
    /// The part of [`State::evolve`] that concerns transfers.
    pub(crate) fn evolve_transfer(&mut self, fact: &Fact, at: Millis, position: Position) {
        match fact {
            Fact::TransferFunded { transfer, sender, id, digest, amount, arrives_at, balance, line, .. } => {
                self.meta.mint.observe(transfer.0);
                self.transfers.create(*transfer, Transfer::funded(fact, at), position);
                self.move_wallet(*sender, Fen(-amount.0), *balance, *line, position);
                let done = Done::TransferFunded { transfer: *transfer, balance: *balance, arrives_at: *arrives_at };
                self.once.insert(*sender, *id, Once { digest: *digest, done }, position);
            }
            Fact::TransferPosted { transfer, seq, .. } => self.change_transfer(*transfer, position, |found| {
                found.seq = *seq;
                found.status = TransferStatus::Pending;
                if found.terms.arrives_at <= at {
                    found.arrive(at);
                }
            }),
            Fact::TransferRefunded { transfer, sender, refusal, amount, balance, line, .. } => {
                self.change_transfer(*transfer, position, |found| {
                    found.end(TransferStatus::Refunded, *amount, at);
                    found.refusal = Some(*refusal);
                });
                self.move_wallet(*sender, *amount, *balance, *line, position);
            }
            Fact::TransferArrived { transfer } => {
                self.change_transfer(*transfer, position, |found| {
                    assert_eq!(found.status, TransferStatus::Pending, "only what is pending arrives");
                    found.arrive(at);
                });
            }
            Fact::TransferAccepted { transfer, amount, .. } => {
                self.change_transfer(*transfer, position, |found| {
                    assert_eq!(found.status, TransferStatus::Arrived, "only what has arrived is accepted");
                    found.end(TransferStatus::Accepted, *amount, at);
                });
            }
            Fact::TransferWentBack { transfer, sender, why, amount, balance, line, .. } => {
                self.change_transfer(*transfer, position, |found| found.end(why.status(), *amount, at));
                self.move_wallet(*sender, *amount, *balance, *line, position);
            }
            Fact::TransferRecalled { transfer, reason, evidence } => {
                self.change_transfer(*transfer, position, |found| {
                    assert_eq!(found.status, TransferStatus::Pending, "only what is pending is recalled");
                    found.status = TransferStatus::Frozen;
                    let (reason, evidence) = (reason.clone(), evidence.clone());
                    found.recall = Some(Recall { at, reason, evidence, decision: None });
                });
            }
            Fact::DisputeDecided { by, transfer, returned, reason } => {
                self.change_transfer(*transfer, position, |found| {
                    assert_eq!(found.status, TransferStatus::Frozen, "only what is frozen is decided");
                    let recall = found.recall.as_mut().expect("what is frozen was recalled");
                    let decision = Decision { at, by: *by, returned: *returned, reason: reason.clone() };
                    recall.decision = Some(decision);
                    // If it goes back, the fact that follows says so.
                    if !returned {
                        found.status = TransferStatus::Pending;
                    }
                });
            }
            Fact::TransferCredited { user, transfer, sender, amount, balance, line } => {
                let received = Received { user: *user, sender: *sender, amount: *amount, given_back: false };
                self.received.create(*transfer, received, position);
                self.move_wallet(*user, *amount, *balance, *line, position);
            }
            Fact::TransferGivenBack { transfer, user, amount, balance, line, .. } => {
                let received = self.received.change(transfer, position);
                assert!(!received.given_back, "nothing is given back twice");
                received.given_back = true;
                self.move_wallet(*user, Fen(-amount.0), *balance, *line, position);
            }
            Fact::TransferRepaid { transfer, sender, amount, balance, line, .. } => {
                self.change_transfer(*transfer, position, |found| {
                    assert_eq!(found.status, TransferStatus::Accepted, "only what was accepted is given back");
                    assert_eq!(found.terms.amount, *amount, "all of it is given back");
                    found.status = TransferStatus::GivenBack;
                });
                self.move_wallet(*sender, *amount, *balance, *line, position);
            }
            // Rows only.
            Fact::TransferDeclined { .. } | Fact::TransferNoted { .. } => {}
            other => unreachable!("{other:?} concerns no transfer"),
        }
    }

    /// Changes a transfer, and its timer with it.
    fn change_transfer(&mut self, id: TransferId, position: Position, change: impl FnOnce(&mut Transfer)) {
        let found = self.transfers.change(&id, position);
        let before = found.waits();
        change(found);
        let after = found.waits();
        if before != after {
            if let Some(due) = before {
                self.clear_timer(due, TimerKey::Transfer(id));
            }
            if let Some(due) = after {
                self.set_timer(due, TimerKey::Transfer(id));
            }
        }
    }
}

impl Transfer {
    /// As the fact that funds it makes it, which it must be.
    pub fn funded(fact: &Fact, at: Millis) -> Self {
        let Fact::TransferFunded {
            transfer,
            sender,
            receiver,
            conversation,
            amount,
            note,
            arrival,
            arrives_at,
            accept_ms,
            ..
        } = fact
        else {
            unreachable!("called for this fact only")
        };
        let terms = TransferTerms {
            transfer: *transfer,
            sender: *sender,
            receiver: *receiver,
            conversation: *conversation,
            amount: *amount,
            note: note.clone(),
            arrival: *arrival,
            created_at: at,
            arrives_at: *arrives_at,
            accept_ms: *accept_ms,
        };
        let status = TransferStatus::Funded;
        Self { terms, status, seq: Seq(0), accept_by: None, ended_at: None, refusal: None, recall: None }
    }

    /// The money leaves it, all of it and once.
    fn end(&mut self, status: TransferStatus, amount: Fen, at: Millis) {
        assert!(self.status.holds() && !status.holds(), "a transfer ends once");
        assert_eq!(self.terms.amount, amount, "a transfer ends whole");
        self.status = status;
        self.ended_at = Some(at);
    }
}

/// What must be in memory for a fact about transfers that comes from the log.
pub(crate) fn fact_needs(fact: &Fact, keys: &mut Vec<Key>) {
    match fact {
        Fact::TransferFunded { sender, .. } => keys.push(Key::Wallet(*sender)),
        Fact::TransferCredited { user, .. } => keys.push(Key::Wallet(*user)),
        Fact::TransferGivenBack { transfer, user, .. } => {
            keys.extend([Key::Received(*transfer), Key::Wallet(*user)]);
        }
        Fact::TransferPosted { transfer, .. }
        | Fact::TransferArrived { transfer }
        | Fact::TransferAccepted { transfer, .. }
        | Fact::TransferRecalled { transfer, .. }
        | Fact::DisputeDecided { transfer, .. } => keys.push(Key::Transfer(*transfer)),
        Fact::TransferRefunded { transfer, sender, .. }
        | Fact::TransferWentBack { transfer, sender, .. }
        | Fact::TransferRepaid { transfer, sender, .. } => {
            keys.extend([Key::Transfer(*transfer), Key::Wallet(*sender)]);
        }
        _ => {}
    }
}
