//! Sync, page by page.

use super::*;

impl Client {
    pub(super) fn want_sync(&mut self, now_ms: i64) {
        if self.tempo.follow && self.syncing.want() {
            self.agenda.at(now_ms, Task::Sync);
        }
    }

    pub(super) fn segment(&mut self, now_ms: i64, request: u32, segment: SyncSegment) {
        for part in segment.conversations {
            let Some(state) = part.conversation.clone() else { continue };
            for message in &part.messages {
                self.resolve_own(message);
            }
            let given = self.inbox.open(state.id).sync(part);
            let conversation = state.id;
            self.events.push_back(Event::Conversation(Box::new(state)));
            self.give(now_ms, conversation, given, true);
        }
        if segment.page_end {
            if let Some((_, late_ms)) = self.pending.remove(request) {
                self.agenda.drop_at(late_ms, Task::Late(request));
            }
            if self.syncing.page_done(segment.next_page_token) {
                self.events.push_back(Event::Synced);
                self.fill_all(now_ms);
            } else {
                self.agenda.at(now_ms, Task::Sync);
            }
        } else if let Some((purpose, late_ms)) = self.pending.remove(request) {
            // Each segment proves that the page is still coming.
            self.agenda.drop_at(late_ms, Task::Late(request));
            let late_ms = now_ms + self.tempo.answer_ms;
            self.pending.insert(request, purpose, late_ms);
            self.agenda.at(late_ms, Task::Late(request));
        }
    }

    pub(super) fn sync_failed(&mut self, now_ms: i64, hint_ms: i64, restart: bool) {
        let failures = self.syncing.failed(restart);
        let wait = self.jitter.doubled_ms(self.tempo.gap_wait_ms, self.tempo.resend_max_ms, failures);
        self.agenda.at(now_ms + wait.max(hint_ms), Task::Sync);
    }
}
