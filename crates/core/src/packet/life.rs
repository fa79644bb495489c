//! How facts move a packet on.

use super::{Packet, PacketHead, PacketStatus, Terms};
use crate::{
    fact::Fact,
    fen::Fen,
    ids::{Millis, PacketId, Seq},
};

impl PacketHead {
    /// As the fact makes it that funds it; none: this fact funds none.
    #[must_use]
    pub fn funded(fact: &Fact, at: Millis) -> Option<Self> {
        Some(Self {
            terms: Terms::of(fact, at)?.into(),
            status: PacketStatus::Funded,
            seq: Seq(0),
            message: None,
            eligible: [].into(),
            claimed: 0,
            claimed_amount: Fen::ZERO,
            refunded: Fen::ZERO,
            ended_at: None,
        })
    }

    /// Which packet a fact moves on.
    #[must_use]
    pub fn moved_by(fact: &Fact) -> Option<PacketId> {
        match fact {
            Fact::PacketPosted { packet, .. }
            | Fact::Claimed { packet, .. }
            | Fact::PacketExpired { packet, .. }
            | Fact::PacketRefunded { packet, .. } => Some(*packet),
            _ => None,
        }
    }

    /// Moves on by a fact of which [`PacketHead::moved_by`] says that it does.
    pub fn take(&mut self, fact: &Fact, at: Millis) {
        match fact {
            Fact::PacketPosted { seq, message, eligible, .. } => {
                (self.status, self.seq, self.message) = (PacketStatus::Open, *seq, Some(*message));
                self.eligible = eligible.as_slice().into();
            }
            Fact::Claimed { index, amount, .. } => {
                assert_eq!(self.claimed, *index, "shares are claimed in order");
                self.claimed += 1;
                self.claimed_amount = self.claimed_amount.plus(*amount);
                if self.claimed == self.terms.count {
                    self.end(PacketStatus::Finished, Fen::ZERO, at);
                }
            }
            Fact::PacketExpired { refund, .. } => self.end(PacketStatus::Expired, *refund, at),
            Fact::PacketRefunded { amount, .. } => self.end(PacketStatus::Refunded, *amount, at),
            other => unreachable!("{other:?} moves no packet on"),
        }
    }

    fn end(&mut self, status: PacketStatus, refund: Fen, at: Millis) {
        (self.status, self.refunded, self.ended_at) = (status, refund, Some(at));
        assert_eq!(self.escrow(), Fen::ZERO, "claims and refund make up the amount");
    }
}

impl Packet {
    /// The same for its head, and who has which share.
    pub(crate) fn take(&mut self, fact: &Fact, at: Millis) {
        if let Fact::Claimed { user, index, amount, .. } = fact {
            assert_eq!(self.shares[*index as usize], *amount, "a share is what was drawn");
            let before = self.claims.insert(*user, *index);
            assert!(before.is_none(), "nobody claims twice");
        }
        self.head.take(fact, at);
    }
}
