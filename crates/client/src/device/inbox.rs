use std::collections::BTreeMap;

use laisee_wire::v1::Position;

use super::{Kept, thread::Thread};

/// Positions in one sync request; conversations beyond are sent as new, which costs but harms nothing.
const POSITIONS_MAX: usize = 2_000;

/// All conversations of this device, by id.
#[derive(Clone, Debug, Default)]
pub(super) struct Inbox(BTreeMap<u64, Thread>);

impl Inbox {
    pub(super) fn restored(kept: &[Kept]) -> Self {
        Self(kept.iter().map(|k| (k.conversation, Thread::restored(k))).collect())
    }

    pub(super) fn kept(&self) -> Vec<Kept> {
        let known = self.0.iter().filter(|(_, t)| t.known);
        known
            .map(|(&conversation, t)| Kept {
                conversation,
                through: t.through,
                joined: t.joined,
                read: t.read,
                acked: t.acked,
                revision: t.revision,
            })
            .collect()
    }

    pub(super) fn positions(&self) -> Vec<Position> {
        let known = self.0.iter().filter(|(_, t)| t.known);
        known
            .map(|(&conversation, t)| Position { conversation, seq: t.through, read: t.read, revision: t.revision })
            .take(POSITIONS_MAX)
            .collect()
    }

    pub(super) fn get(&self, conversation: u64) -> Option<&Thread> {
        self.0.get(&conversation)
    }

    pub(super) fn get_mut(&mut self, conversation: u64) -> Option<&mut Thread> {
        self.0.get_mut(&conversation)
    }

    /// The conversation, made when it was never heard of.
    pub(super) fn open(&mut self, conversation: u64) -> &mut Thread {
        self.0.entry(conversation).or_default()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (u64, &mut Thread)> {
        self.0.iter_mut().map(|(&id, thread)| (id, thread))
    }
}
