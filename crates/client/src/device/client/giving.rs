//! How messages reach the application in order, and what that entails.

use super::*;

impl Client {
    pub(super) fn take(&mut self, now_ms: i64, message: Message, counts: bool) {
        let conversation = message.conversation;
        let given = self.inbox.open(conversation).take(message);
        self.give(now_ms, conversation, given, counts);
        self.fill(now_ms, conversation);
    }

    pub(super) fn give(&mut self, now_ms: i64, conversation: u64, given: Vec<Given>, counts: bool) {
        let mut messages = 0;
        for one in given {
            self.events.push_back(match one {
                Given::Message(message) => {
                    messages += 1;
                    Event::Message(message)
                }
                Given::Skipped { through, reload } => Event::Skipped { conversation, through, reload },
            });
        }
        if messages > 0
            && counts
            && let Some(thread) = self.inbox.get_mut(conversation)
        {
            thread.unacknowledged += messages;
            self.want_acknowledge(now_ms, conversation);
        }
    }

    pub(super) fn want_acknowledge(&mut self, now_ms: i64, conversation: u64) {
        let Some(thread) = self.inbox.get_mut(conversation) else { return };
        if thread.through <= thread.acked {
            thread.unacknowledged = 0;
            return;
        }
        let full = thread.unacknowledged >= self.tempo.ack_messages;
        let due_ms = if full { now_ms } else { now_ms + self.tempo.ack_ms };
        let sooner = match thread.acknowledging {
            Chore::Idle => true,
            Chore::Due(standing) => due_ms < standing,
            Chore::UnderWay => false,
        };
        if sooner {
            thread.acknowledging = Chore::Due(due_ms);
            self.agenda.at(due_ms, Task::Acknowledge(conversation));
        }
    }

    /// Schedules what is needed to close a gap, or to learn where an unknown conversation begins.
    pub(super) fn fill(&mut self, now_ms: i64, conversation: u64) {
        if self.syncing.running() || !self.tempo.follow {
            return;
        }
        let Some(thread) = self.inbox.get_mut(conversation) else { return };
        if !thread.known {
            self.want_look(now_ms, conversation);
        } else if thread.has_gap() && thread.pulling == Chore::Idle {
            let wait = match thread.stalls {
                0 => self.tempo.gap_wait_ms,
                n => self.jitter.doubled_ms(self.tempo.gap_wait_ms, self.tempo.resend_max_ms, n),
            };
            thread.pulling = Chore::Due(now_ms + wait);
            self.agenda.at(now_ms + wait, Task::Pull(conversation));
        }
    }

    pub(super) fn fill_all(&mut self, now_ms: i64) {
        let open: Vec<u64> = self
            .inbox
            .iter_mut()
            .filter(|(_, t)| !t.known || t.has_gap())
            .map(|(conversation, _)| conversation)
            .collect();
        for conversation in open {
            self.fill(now_ms, conversation);
        }
    }

    pub(super) fn want_look(&mut self, now_ms: i64, conversation: u64) {
        let Some(thread) = self.inbox.get_mut(conversation) else { return };
        if thread.looking == Chore::Idle {
            thread.looking = Chore::Due(now_ms);
            self.agenda.at(now_ms, Task::Look(conversation));
        }
    }

    pub(super) fn settle(&mut self, conversation: u64, chore: fn(&mut crate::device::thread::Thread) -> &mut Chore) {
        if let Some(thread) = self.inbox.get_mut(conversation) {
            *chore(thread) = Chore::Idle;
        }
    }
}
