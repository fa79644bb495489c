//! Which messages were sent to a connected device and not acknowledged by it (M4).

use laisee_core::ids::{ConversationId, Seq};

/// Few entries, and none at rest: a device acknowledges within a fraction of a second.
#[derive(Default)]
pub struct Unacknowledged {
    waiting: Vec<Waiting>,
}

struct Waiting {
    conversation: ConversationId,
    first: Seq,
    last: Seq,
    /// When they are sent again.
    due_ms: i64,
    resent: u32,
}

/// Conversations watched at most; beyond, only heartbeats find a gap.
const WATCHED_MAX: usize = 256;

impl Unacknowledged {
    /// A message went out.
    pub fn sent(&mut self, conversation: ConversationId, seq: Seq, due_ms: i64) {
        let room = self.waiting.len() < WATCHED_MAX;
        match self.waiting.iter_mut().find(|waiting| waiting.conversation == conversation) {
            Some(waiting) => waiting.last = waiting.last.max(seq),
            None if room => {
                self.waiting.push(Waiting { conversation, first: seq, last: seq, due_ms, resent: 0 });
            }
            None => {}
        }
    }

    /// The device has everything up to `through`.
    pub fn acknowledged(&mut self, conversation: ConversationId, through: Seq) {
        self.waiting.retain_mut(|waiting| {
            if waiting.conversation != conversation {
                return true;
            }
            waiting.first = waiting.first.max(through.next());
            waiting.first <= waiting.last
        });
        if self.waiting.is_empty() {
            self.waiting = Vec::new();
        }
    }

    /// What is to be sent again now: conversations with their first unacknowledged message. After `resend_max` times
    /// it is left to heartbeats and sync.
    pub fn due(&mut self, now_ms: i64, resend_ms: i64, resend_max: u32) -> Vec<(ConversationId, Seq)> {
        let mut due = Vec::new();
        self.waiting.retain_mut(|waiting| {
            if waiting.due_ms > now_ms {
                return true;
            }
            if waiting.resent >= resend_max {
                return false;
            }
            waiting.resent += 1;
            waiting.due_ms = now_ms + resend_ms;
            due.push((waiting.conversation, waiting.first));
            true
        });
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: ConversationId = ConversationId(1);

    /// Rule M4.
    #[test]
    fn what_is_not_acknowledged_is_due_three_times() {
        let mut unacknowledged = Unacknowledged::default();
        unacknowledged.sent(HERE, Seq(4), 100);
        unacknowledged.sent(HERE, Seq(5), 150);
        unacknowledged.acknowledged(HERE, Seq(4));
        assert_eq!(unacknowledged.due(99, 100, 3), []);
        for n in 1..=3 {
            assert_eq!(unacknowledged.due(n * 100, 100, 3), [(HERE, Seq(5))]);
        }
        assert_eq!(unacknowledged.due(400, 100, 3), []);
    }

    #[test]
    fn what_is_acknowledged_is_forgotten() {
        let mut unacknowledged = Unacknowledged::default();
        unacknowledged.sent(HERE, Seq(4), 100);
        unacknowledged.acknowledged(HERE, Seq(9));
        assert_eq!(unacknowledged.due(1_000, 100, 3), []);
    }
}
