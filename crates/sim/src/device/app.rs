//! What the application around a client keeps and shows.

use std::collections::{BTreeMap, BTreeSet};

use laisee_wire::v1::{Conversation, ConversationKind, Transfer};

/// Everything shown on one device.
#[derive(Clone, Debug, Default)]
pub struct App {
    pub threads: BTreeMap<u64, Thread>,
    /// Packets seen in messages, and those of them that are worth a tap.
    pub packets: BTreeSet<u64>,
    pub untried: BTreeSet<u64>,
    /// Transfers as they were last heard of.
    pub transfers: BTreeMap<u64, Transfer>,
    /// Whether the user is suspended, and the code it was shown last.
    pub suspended: bool,
    pub release_code: Option<String>,
    /// Messages that failed, and those of them that were refused for good.
    pub failed: BTreeSet<String>,
    pub refused: BTreeSet<String>,
}

impl App {
    /// A transfer, as the server says. An older word may come late; acting on it is refused, and no more.
    pub fn transfer(&mut self, found: Transfer) {
        self.transfers.insert(found.id, found);
    }
}

/// One conversation.
#[derive(Clone, Debug, Default)]
pub struct Thread {
    pub through: u32,
    /// Up to here nothing is unread: read, my own, or from before I came. A client needs no more than this one mark,
    /// because all of these only rise.
    floor: u32,
    pub group: bool,
    pub mine: bool,
    pub member: bool,
    pub peer: u64,
    revision: u32,
}

impl Thread {
    /// How many messages are shown as unread.
    #[must_use]
    pub fn unread(&self) -> u32 {
        self.through.saturating_sub(self.floor)
    }

    /// The user or another device of theirs has read.
    pub fn read(&mut self, through: u32) {
        self.floor = self.floor.max(through);
    }

    /// The next message.
    pub fn given(&mut self, seq: u32, mine: bool) {
        self.through = seq;
        if mine {
            self.floor = self.floor.max(seq);
        }
    }

    pub fn skipped(&mut self, through: u32) {
        self.through = self.through.max(through);
    }

    /// How the conversation stands, as the server says.
    pub fn stands(&mut self, state: &Conversation, me: u64) {
        self.floor = self.floor.max(state.head.saturating_sub(state.unread));
        if state.revision >= self.revision {
            self.revision = state.revision;
            self.group = state.kind() == ConversationKind::Group;
            self.mine = state.owner == me;
            self.member = state.member;
            self.peer = state.peer;
        }
    }

    /// Forgets where the user has read to: what must be noticed.
    pub fn forget_read(&mut self) {
        self.floor = 0;
    }
}
