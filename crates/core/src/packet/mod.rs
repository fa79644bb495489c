//! A red packet: a reservation of money with partial settlements. Funded, posted (open), claimed share by share, and
//! finished, expired or refunded. All its money stands in its escrow account; claims + refund = amount, always.

pub mod draw;
mod eligible;
pub mod expire;
pub mod grab;
mod life;
pub mod open;
pub mod posted;
pub mod send;

use std::sync::Arc;

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

pub use draw::{Commitment, Secret};

use crate::{
    fact::Fact,
    fen::Fen,
    ids::{ConversationId, MessageId, Millis, PacketId, Seq, UserId},
};

/// How the shares are made and who may open it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum PacketKind {
    Equal,
    Lucky,
    /// One share, for one named member.
    Named(UserId),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum PacketStatus {
    /// Paid for, on its way into the conversation.
    Funded,
    Open,
    /// Every share is claimed.
    Finished,
    /// Its time is over; the remainder went back.
    Expired,
    /// It could not be posted; everything went back.
    Refunded,
}

impl PacketStatus {
    /// Whether no money is in it any more.
    #[must_use]
    pub fn ended(self) -> bool {
        matches!(self, Self::Finished | Self::Expired | Self::Refunded)
    }
}

/// What was agreed at sending; never changes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Terms {
    pub packet: PacketId,
    pub sender: UserId,
    pub conversation: ConversationId,
    pub kind: PacketKind,
    pub amount: Fen,
    pub count: u32,
    pub share_min: Fen,
    pub share_max: Fen,
    pub secret: Secret,
    pub greeting: String,
    pub created_at: Millis,
    pub expires_at: Millis,
}

impl Terms {
    /// The terms in the fact that funded a packet at `at`; no other fact has any.
    #[must_use]
    pub fn of(fact: &Fact, at: Millis) -> Option<Self> {
        let Fact::PacketFunded {
            packet,
            sender,
            conversation,
            kind,
            amount,
            count,
            share_min,
            share_max,
            secret,
            greeting,
            expires_at,
            ..
        } = fact
        else {
            return None;
        };
        Some(Self {
            packet: *packet,
            sender: *sender,
            conversation: *conversation,
            kind: *kind,
            amount: *amount,
            count: *count,
            share_min: *share_min,
            share_max: *share_max,
            secret: *secret,
            greeting: greeting.clone(),
            created_at: at,
            expires_at: *expires_at,
        })
    }

    #[must_use]
    pub fn draw(&self) -> draw::Draw {
        draw::Draw {
            kind: self.kind,
            amount: self.amount,
            count: self.count,
            share_min: self.share_min,
            share_max: self.share_max,
        }
    }
}

/// The part of a packet that is saved whole; its claims are rows of their own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PacketHead {
    pub terms: Arc<Terms>,
    pub status: PacketStatus,
    pub seq: Seq,
    pub message: Option<MessageId>,
    /// Who may open it, rising; set when it is posted.
    pub eligible: Arc<[UserId]>,
    /// How many shares are claimed; also the index of the next one.
    pub claimed: u32,
    pub claimed_amount: Fen,
    pub refunded: Fen,
    pub ended_at: Option<Millis>,
}

impl PacketHead {
    /// Whether `user` was among those for whom it was posted.
    #[must_use]
    pub fn may_open(&self, user: UserId) -> bool {
        eligible::contains(&self.eligible, user)
    }

    /// What is left in escrow.
    #[must_use]
    pub fn escrow(&self) -> Fen {
        self.terms.amount.minus(self.claimed_amount).minus(self.refunded)
    }
}

/// A packet in memory.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Packet {
    pub head: PacketHead,
    /// In order of opening; follows from the secret.
    pub shares: Arc<[Fen]>,
    /// Which share each claimer got.
    pub claims: HashMap<UserId, u32>,
}

impl Packet {
    /// Puts a packet together from what is saved of it.
    #[must_use]
    pub fn restore(head: PacketHead, claims: impl IntoIterator<Item = (UserId, u32)>) -> Self {
        let shares = head.terms.draw().shares(&head.terms.secret).into();
        Self { head, shares, claims: claims.into_iter().collect() }
    }

    /// The share `user` claimed, with its index.
    #[must_use]
    pub fn share_of(&self, user: UserId) -> Option<(u32, Fen)> {
        self.claims.get(&user).map(|index| (*index, self.shares[*index as usize]))
    }

    #[must_use]
    pub fn left(&self) -> u32 {
        if self.head.status.ended() { 0 } else { self.head.terms.count - self.head.claimed }
    }

    /// The sender sees it, and everybody who may open it.
    #[must_use]
    pub fn visible_to(&self, user: UserId) -> bool {
        self.head.terms.sender == user || self.head.may_open(user)
    }
}

/// One claimed share.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Claim {
    pub user: UserId,
    pub index: u32,
    pub amount: Fen,
    pub at: Millis,
}
