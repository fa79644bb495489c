//! A conversation, direct or group: an unbroken row of messages and, for each member, marks that say how far it has
//! come. A message is stored once however many read it; whatever a member has not seen follows from its marks.

pub mod acknowledge;
pub mod add_members;
pub mod create_group;
pub mod mark_read;
#[cfg(test)]
mod marks_tests;
pub mod post_message;
pub mod post_packet;
pub mod post_transfer;
pub mod remove_member;
pub mod set_quiet;
pub mod update_group;

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use crate::{
    ids::{ConversationId, Millis, Seq, UserId},
    refusal::Refusal,
};

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ConversationKind {
    Direct,
    Group { owner: UserId },
}

/// The part of a conversation that is saved whole; members and messages are rows of their own.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ConversationHead {
    pub kind: ConversationKind,
    pub title: String,
    pub announcement: String,
    /// Newest message; 0: none yet.
    pub head: Seq,
    pub last_at: Millis,
    /// Rises with every change of title, announcement or members.
    pub revision: u32,
    pub active_members: u32,
    pub acked_most: Furthest,
    pub read_most: Furthest,
}

/// The two members who have come furthest, so that anybody can be told how far another one has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Furthest {
    first: Option<(UserId, Seq)>,
    second: Option<(UserId, Seq)>,
}

impl Furthest {
    pub fn observe(&mut self, user: UserId, seq: Seq) {
        match (self.first, self.second) {
            (Some((first, at)), _) if first == user => self.first = Some((user, at.max(seq))),
            (Some((_, at)), _) if seq <= at => match self.second {
                Some((second, at)) if second != user && at >= seq => {}
                Some((second, at)) if second == user => self.second = Some((user, at.max(seq))),
                _ => self.second = Some((user, seq)),
            },
            (former, _) => {
                self.second = former.or(self.second);
                self.first = Some((user, seq));
            }
        }
    }

    /// The furthest anybody but `user` has come.
    #[must_use]
    pub fn besides(&self, user: UserId) -> Seq {
        [self.first, self.second].into_iter().flatten().find(|(other, _)| *other != user).map_or(Seq(0), |(_, seq)| seq)
    }
}

/// A member's marks. All only ever rise, but for `left`, which returns to 0 when the member comes back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Member {
    /// The head when it joined: earlier messages are not its to see.
    pub joined: Seq,
    /// The last message it could see before it left; 0: it is a member.
    pub left: Seq,
    /// It holds every message up to here ...
    pub acked: Seq,
    /// ... and this stretch beyond (from a pull of the newest first); both 0: none.
    pub acked_from: Seq,
    pub acked_to: Seq,
    pub read: Seq,
    /// Its own newest message.
    pub last_own: Seq,
    pub quiet: bool,
}

impl Member {
    #[must_use]
    pub fn active(&self) -> bool {
        self.left == Seq(0)
    }

    /// The newest message it may see.
    #[must_use]
    pub fn sees_to(&self, head: Seq) -> Seq {
        if self.active() { head } else { self.left }
    }

    /// Rule M8. After its own newest message all are others'.
    #[must_use]
    pub fn unread(&self, head: Seq) -> u32 {
        self.sees_to(head).0.saturating_sub(self.read.max(self.last_own).max(self.joined).0)
    }

    /// How many messages it has not acknowledged.
    #[must_use]
    pub fn unacked(&self, head: Seq) -> u32 {
        let beyond = self.sees_to(head).0.saturating_sub(self.acked.max(self.joined).0);
        let stretch = if self.acked_to > Seq(0) { self.acked_to.0 - self.acked_from.0 + 1 } else { 0 };
        beyond.saturating_sub(stretch)
    }

    /// Takes note that it holds `from` to `through`. Of two separate stretches beyond the mark only the newer is
    /// kept; the other is merely pulled once more.
    pub fn hold(&mut self, from: Seq, through: Seq) {
        if from.0 <= self.acked.max(self.joined).0 + 1 {
            self.acked = self.acked.max(through);
        } else if self.acked_to == Seq(0) || from.0 > self.acked_to.0 + 1 || through.0 + 1 < self.acked_from.0 {
            if through > self.acked_to {
                (self.acked_from, self.acked_to) = (from, through);
            }
        } else {
            self.acked_from = self.acked_from.min(from);
            self.acked_to = self.acked_to.max(through);
        }
        if self.acked_to > Seq(0) && self.acked_from.0 <= self.acked.max(self.joined).0 + 1 {
            self.acked = self.acked.max(self.acked_to);
            (self.acked_from, self.acked_to) = (Seq(0), Seq(0));
        }
    }

    /// Whether it already holds all of `from` to `through`.
    #[must_use]
    pub fn holds(&self, from: Seq, through: Seq) -> bool {
        through <= self.acked.max(self.joined) || (from >= self.acked_from && through <= self.acked_to)
    }
}

/// A conversation in memory.
#[derive(Clone, Debug)]
pub struct Conversation {
    pub id: ConversationId,
    pub head: ConversationHead,
    /// Everybody who is or was a member.
    pub members: BTreeMap<UserId, Member>,
    /// The active members, rising; rebuilt when members change.
    pub recipients: Arc<[UserId]>,
    /// Senders of the newest messages, oldest first; soft: only decides whom to tell of a delivery.
    pub senders: VecDeque<(Seq, UserId)>,
    /// Members changed since the last cut.
    pub changed_members: Vec<UserId>,
}

/// How many of the newest messages' senders are remembered.
pub const SENDERS_MAX: usize = 64;

impl PartialEq for Conversation {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && self.head == other.head && self.members == other.members
    }
}

impl Eq for Conversation {}

impl Conversation {
    /// Puts a conversation together from what is saved of it.
    #[must_use]
    pub fn restore(
        id: ConversationId,
        head: ConversationHead,
        members: impl IntoIterator<Item = (UserId, Member)>,
    ) -> Self {
        let mut conversation = Self {
            id,
            head,
            members: members.into_iter().collect(),
            recipients: Arc::from([]),
            senders: VecDeque::new(),
            changed_members: Vec::new(),
        };
        conversation.members_changed();
        conversation
    }

    pub(crate) fn members_changed(&mut self) {
        self.recipients = self.members.iter().filter(|(_, member)| member.active()).map(|(user, _)| *user).collect();
        self.head.active_members = self.recipients.len() as u32;
    }

    /// The member, if it is one now.
    ///
    /// # Errors
    /// `NotAMember`.
    pub fn active_member(&self, user: UserId) -> Result<&Member, Refusal> {
        self.members.get(&user).filter(|member| member.active()).ok_or(Refusal::NotAMember)
    }

    /// The owner of a group; none of a direct conversation.
    #[must_use]
    pub fn owner(&self) -> Option<UserId> {
        match self.head.kind {
            ConversationKind::Direct => None,
            ConversationKind::Group { owner } => Some(owner),
        }
    }

    /// As one of its present or former members sees it.
    #[must_use]
    pub fn seen_by(&self, user: UserId) -> Option<ConversationSeen> {
        let member = self.members.get(&user)?;
        let peer = match self.head.kind {
            ConversationKind::Direct => self.members.keys().copied().find(|other| *other != user),
            ConversationKind::Group { .. } => None,
        };
        Some(ConversationSeen::new(self.id, &self.head, *member, user, peer))
    }
}

/// A conversation as one member sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConversationSeen {
    pub conversation: ConversationId,
    pub kind: ConversationKind,
    pub title: String,
    pub announcement: String,
    /// Direct only: the other person.
    pub peer: Option<UserId>,
    pub member_count: u32,
    pub head: Seq,
    pub last_at: Millis,
    pub revision: u32,
    pub member: Member,
    pub unread: u32,
    pub peer_acked: Seq,
    pub peer_read: Seq,
}

impl ConversationSeen {
    #[must_use]
    pub fn new(
        id: ConversationId,
        head: &ConversationHead,
        member: Member,
        user: UserId,
        peer: Option<UserId>,
    ) -> Self {
        Self {
            conversation: id,
            kind: head.kind,
            title: head.title.clone(),
            announcement: head.announcement.clone(),
            peer,
            member_count: head.active_members,
            head: member.sees_to(head.head),
            last_at: head.last_at,
            revision: head.revision,
            unread: member.unread(head.head),
            peer_acked: head.acked_most.besides(user),
            peer_read: head.read_most.besides(user),
            member,
        }
    }
}

fn check_title(title: &str) -> Result<(), Refusal> {
    let length = title.chars().count();
    if title.trim().is_empty() || length > 60 || title.chars().any(char::is_control) {
        return Err(Refusal::TitleInvalid);
    }
    Ok(())
}
