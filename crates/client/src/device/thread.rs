use std::collections::BTreeMap;

use laisee_wire::v1::{Conversation, Message, SyncConversation};

use super::Kept;

/// Messages held back for a gap; more are dropped and pulled later.
const AHEAD_MAX: usize = 1_000;

/// Something to give to the application.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Given {
    Message(Message),
    Skipped { through: u32, reload: bool },
}

/// A piece of work for this conversation with at most one request under way.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Chore {
    #[default]
    Idle,
    /// Wanted at this time.
    Due(i64),
    UnderWay,
}

/// What this device holds of one conversation.
#[derive(Clone, Debug, Default)]
pub(super) struct Thread {
    /// Whether it is known where my history begins; until then nothing is given.
    pub(super) known: bool,
    pub(super) joined: u32,
    /// Everything up to here was given.
    pub(super) through: u32,
    /// The newest message known to exist.
    pub(super) head: u32,
    pub(super) revision: u32,
    /// My read mark as the server has it.
    pub(super) read: u32,
    /// My read mark as the user wants it.
    pub(super) read_wanted: u32,
    pub(super) reading: Chore,
    /// Up to here the server knows that I have them.
    pub(super) acked: u32,
    /// Messages of others given since the last acknowledgement.
    pub(super) unacknowledged: u32,
    pub(super) acknowledging: Chore,
    pub(super) pulling: Chore,
    /// Pulls in a row that brought nothing.
    pub(super) stalls: u32,
    pub(super) looking: Chore,
    ahead: BTreeMap<u32, Message>,
}

impl Thread {
    pub(super) fn restored(kept: &Kept) -> Self {
        Self {
            known: true,
            joined: kept.joined,
            through: kept.through,
            head: kept.through,
            revision: kept.revision,
            read: kept.read,
            read_wanted: kept.read,
            acked: kept.acked,
            ..Self::default()
        }
    }

    /// Takes a message in; gives what is now in order.
    pub(super) fn take(&mut self, message: Message) -> Vec<Given> {
        let seq = message.seq;
        self.head = self.head.max(seq);
        if seq <= self.through || seq == 0 {
            return Vec::new();
        }
        if self.known && seq == self.through + 1 && self.ahead.is_empty() {
            self.through = seq;
            return vec![Given::Message(message)];
        }
        self.ahead.entry(seq).or_insert(message);
        while self.ahead.len() > AHEAD_MAX {
            self.ahead.pop_last();
        }
        self.in_order()
    }

    fn in_order(&mut self) -> Vec<Given> {
        let mut given = Vec::new();
        if !self.known {
            return given;
        }
        while let Some(entry) = self.ahead.first_entry() {
            if *entry.key() > self.through + 1 {
                break;
            }
            let message = entry.remove();
            if message.seq == self.through + 1 {
                self.through = message.seq;
                given.push(Given::Message(message));
            }
        }
        given
    }

    /// Goes on after `through` without what lies before it.
    fn skip(&mut self, through: u32, reload: bool) -> Vec<Given> {
        if through <= self.through {
            return Vec::new();
        }
        self.through = through;
        let mut given = vec![Given::Skipped { through, reload }];
        given.extend(self.in_order());
        given
    }

    /// How the server says the conversation stands.
    pub(super) fn learn(&mut self, conversation: &Conversation) -> Vec<Given> {
        if !self.known {
            self.known = true;
            self.acked = conversation.acked;
        }
        self.joined = self.joined.max(conversation.joined);
        self.revision = self.revision.max(conversation.revision);
        self.read = self.read.max(conversation.read);
        self.head = self.head.max(conversation.head);
        let mut given = self.skip(self.joined, false);
        given.extend(self.in_order());
        given
    }

    /// One conversation of a sync segment.
    pub(super) fn sync(&mut self, part: SyncConversation) -> Vec<Given> {
        let mut given = Vec::new();
        if let Some(conversation) = &part.conversation {
            if part.reload {
                let begin = part.messages.first().map_or(conversation.head, |first| first.seq.saturating_sub(1));
                self.known = true;
                given.extend(self.skip(begin, true));
            }
            given.extend(self.learn(conversation));
        }
        for message in part.messages {
            given.extend(self.take(message));
        }
        given
    }

    /// Whether messages are missing.
    pub(super) fn has_gap(&self) -> bool {
        self.head > self.through
    }

    /// There is nothing more to get here (no longer a member, or gone): stop looking for what is missing.
    pub(super) fn close(&mut self) {
        self.ahead.clear();
        self.head = self.through;
        self.stalls = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(seq: u32) -> Message {
        Message { seq, ..Message::default() }
    }

    fn known(joined: u32, head: u32) -> Thread {
        let mut thread = Thread::default();
        thread.learn(&Conversation { joined, head, ..Conversation::default() });
        thread
    }

    fn seqs(given: Vec<Given>) -> Vec<String> {
        let name = |g| match g {
            Given::Message(m) => m.seq.to_string(),
            Given::Skipped { through, reload } => format!("skip {through} {reload}"),
        };
        given.into_iter().map(name).collect()
    }

    #[test]
    fn m6_gives_in_order_once() {
        let rows: [(&[u32], &[&str], bool); 6] = [
            (&[1, 2, 3], &["1", "2", "3"], false),
            (&[3, 1, 2], &["1", "2", "3"], false),
            (&[1, 1, 2, 1, 2], &["1", "2"], false),
            (&[2, 3], &[], true),
            (&[1, 4, 2, 4, 3], &["1", "2", "3", "4"], false),
            (&[0, 1], &["1"], false),
        ];
        for (arrive, expected, gap) in rows {
            let mut thread = known(0, 0);
            let given = arrive.iter().flat_map(|&seq| seqs(thread.take(message(seq)))).collect::<Vec<_>>();
            assert_eq!(given, expected, "{arrive:?}");
            assert_eq!(thread.has_gap(), gap, "{arrive:?}");
        }
    }

    #[test]
    fn an_unknown_conversation_waits_for_its_beginning() {
        let mut thread = Thread::default();
        assert!(seqs(thread.take(message(8))).is_empty());
        assert!(seqs(thread.take(message(7))).is_empty());
        let state = Conversation { joined: 6, head: 8, ..Conversation::default() };
        assert_eq!(seqs(thread.learn(&state)), ["skip 6 false", "7", "8"]);
        assert!(seqs(thread.learn(&state)).is_empty());
    }

    #[test]
    fn s3_reload_skips_once_also_over_two_segments() {
        let mut thread = known(0, 2);
        thread.take(message(1));
        let part = |messages: &[u32]| SyncConversation {
            conversation: Some(Conversation { head: 2_004, ..Conversation::default() }),
            messages: messages.iter().map(|&seq| message(seq)).collect(),
            reload: true,
        };
        assert_eq!(seqs(thread.sync(part(&[2_001, 2_002]))), ["skip 2000 true", "2001", "2002"]);
        assert_eq!(seqs(thread.sync(part(&[2_003, 2_004]))), ["2003", "2004"]);
        assert!(!thread.has_gap());
        let mut empty = known(0, 0);
        assert_eq!(seqs(empty.sync(part(&[]))), ["skip 2004 true"]);
    }

    #[test]
    fn what_waits_for_a_gap_is_bounded() {
        let mut thread = known(0, 0);
        for seq in (2..AHEAD_MAX as u32 + 500).rev() {
            thread.take(message(seq));
        }
        assert_eq!(thread.ahead.len(), AHEAD_MAX);
        assert_eq!(seqs(thread.take(message(1))).len(), AHEAD_MAX);
        assert!(thread.has_gap());
    }
}
