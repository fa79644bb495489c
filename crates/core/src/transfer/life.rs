//! How facts move a transfer on.

use super::{Decision, Recall, Transfer, TransferStatus, TransferTerms};
use crate::{
    fact::Fact,
    fen::Fen,
    ids::{Millis, Seq, TransferId},
};

impl Transfer {
    /// As the fact makes it that funds it; none: this fact funds none.
    #[must_use]
    pub fn funded(fact: &Fact, at: Millis) -> Option<Self> {
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
            return None;
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
        Some(Self { terms, status, seq: Seq(0), accept_by: None, ended_at: None, refusal: None, recall: None })
    }

    /// Which transfer a fact moves on.
    #[must_use]
    pub fn moved_by(fact: &Fact) -> Option<TransferId> {
        match fact {
            Fact::TransferPosted { transfer, .. }
            | Fact::TransferRefunded { transfer, .. }
            | Fact::TransferArrived { transfer }
            | Fact::TransferAccepted { transfer, .. }
            | Fact::TransferWentBack { transfer, .. }
            | Fact::TransferRecalled { transfer, .. }
            | Fact::DisputeDecided { transfer, .. }
            | Fact::TransferRepaid { transfer, .. } => Some(*transfer),
            _ => None,
        }
    }

    /// Moves on by a fact of which [`Transfer::moved_by`] says that it does.
    pub fn take(&mut self, fact: &Fact, at: Millis) {
        match fact {
            Fact::TransferPosted { seq, .. } => {
                (self.status, self.seq) = (TransferStatus::Pending, *seq);
                if self.terms.arrives_at <= at {
                    self.arrive(at);
                }
            }
            Fact::TransferRefunded { refusal, amount, .. } => {
                self.end(TransferStatus::Refunded, *amount, at);
                self.refusal = Some(*refusal);
            }
            Fact::TransferArrived { .. } => {
                assert_eq!(self.status, TransferStatus::Pending, "only what is pending arrives");
                self.arrive(at);
            }
            Fact::TransferAccepted { amount, .. } => {
                assert_eq!(self.status, TransferStatus::Arrived, "only what has arrived is accepted");
                self.end(TransferStatus::Accepted, *amount, at);
            }
            Fact::TransferWentBack { why, amount, .. } => self.end(why.status(), *amount, at),
            Fact::TransferRecalled { reason, evidence, .. } => {
                assert_eq!(self.status, TransferStatus::Pending, "only what is pending is recalled");
                self.status = TransferStatus::Frozen;
                let (reason, evidence) = (reason.clone(), evidence.clone());
                self.recall = Some(Recall { at, reason, evidence, decision: None });
            }
            Fact::DisputeDecided { by, returned, reason, .. } => {
                assert_eq!(self.status, TransferStatus::Frozen, "only what is frozen is decided");
                let recall = self.recall.as_mut().expect("what is frozen was recalled");
                recall.decision = Some(Decision { at, by: *by, returned: *returned, reason: reason.clone() });
                // If it goes back, the fact that follows says so.
                if !returned {
                    self.status = TransferStatus::Pending;
                }
            }
            Fact::TransferRepaid { amount, .. } => {
                assert_eq!(self.status, TransferStatus::Accepted, "only what was accepted is given back");
                assert_eq!(self.terms.amount, *amount, "all of it is given back");
                self.status = TransferStatus::GivenBack;
            }
            other => unreachable!("{other:?} moves no transfer on"),
        }
    }

    /// The money leaves it, all of it and once.
    fn end(&mut self, status: TransferStatus, amount: Fen, at: Millis) {
        assert!(self.status.holds() && !status.holds(), "a transfer ends once");
        assert_eq!(self.terms.amount, amount, "a transfer ends whole");
        self.status = status;
        self.ended_at = Some(at);
    }
}
