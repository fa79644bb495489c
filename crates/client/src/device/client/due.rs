//! What the agenda makes the device do.

use super::*;

impl Client {
    pub(super) fn enqueue(&mut self, now_ms: i64, outgoing: Outgoing) -> bool {
        let Some(rank) = self.outbox.push(now_ms, outgoing, &self.tempo) else { return false };
        self.agenda.at(now_ms.saturating_add(self.tempo.give_up_ms), Task::GiveUp(rank));
        self.agenda.at(now_ms, Task::Outbox);
        true
    }

    pub(super) fn advance(&mut self, now_ms: i64) {
        while let Some(task) = self.agenda.take(now_ms) {
            match task {
                Task::Late(request) => self.late(now_ms, request),
                Task::GiveUp(rank) => {
                    if let Some(client_msg_id) = self.outbox.give_up(now_ms, rank) {
                        self.events.push_back(Event::SendFailed { client_msg_id, failure: SendFailure::NoAnswer });
                    }
                }
                _ if self.state != State::Online => {}
                Task::Outbox => self.send_due(now_ms),
                Task::Heartbeat => {
                    self.ask(now_ms, Purpose::Heartbeat, Ask::Heartbeat(Heartbeat {}));
                    self.agenda.at(now_ms + self.tempo.heartbeat_ms, Task::Heartbeat);
                }
                Task::Silence => self.look_for_silence(now_ms),
                Task::Sync => self.sync_due(now_ms),
                Task::Acknowledge(id) => self.acknowledge_due(now_ms, id),
                Task::MarkRead(id) => self.mark_read_due(now_ms, id),
                Task::Pull(id) => self.pull_due(now_ms, id),
                Task::Look(id) => self.look_due(now_ms, id),
            }
        }
    }

    pub(super) fn late(&mut self, now_ms: i64, request: u32) {
        let Some((purpose, _)) = self.pending.remove(request) else { return };
        self.waiting.retain(|frame| frame.request != request);
        match purpose {
            Purpose::Caller => self.events.push_back(Event::Unanswered { request, lost: Lost::TimedOut }),
            Purpose::Hello => self.events.push_back(Event::HangUp),
            Purpose::Send(id) => {
                self.agenda.at(now_ms, Task::Outbox);
                if self.outbox.postpone(now_ms, &id, 0, &self.tempo, &mut self.jitter) {
                    let failure = SendFailure::NoAnswer;
                    self.events.push_back(Event::SendFailed { client_msg_id: id, failure });
                }
            }
            Purpose::Sync => self.sync_failed(now_ms, 0, true),
            // The heads that the answer carried are not told again.
            Purpose::Heartbeat => self.want_sync(now_ms),
            purpose => self.chore_refused(now_ms, purpose, &Error::default()),
        }
    }

    pub(super) fn look_for_silence(&mut self, now_ms: i64) {
        let silent_from = self.last_heard_ms + 3 * self.tempo.heartbeat_ms;
        if silent_from <= now_ms {
            self.events.push_back(Event::HangUp);
        } else {
            self.agenda.at(silent_from, Task::Silence);
        }
    }

    pub(super) fn send_due(&mut self, now_ms: i64) {
        for outgoing in self.outbox.take_due(now_ms, &self.tempo) {
            let Outgoing { client_msg_id, conversation, content, .. } = outgoing;
            let purpose = Purpose::Send(client_msg_id.clone());
            let body = SendMessage { conversation, client_msg_id, content: Some(content) };
            self.ask(now_ms, purpose, Ask::SendMessage(body));
        }
        if let Some(due_ms) = self.outbox.next_due(&self.tempo) {
            self.agenda.at(due_ms.max(now_ms + 1), Task::Outbox);
        }
    }

    pub(super) fn sync_due(&mut self, now_ms: i64) {
        let Some(token) = self.syncing.wanted() else { return };
        let page_token = token.to_owned();
        let positions = if page_token.is_empty() { self.inbox.positions() } else { Vec::new() };
        let request = self.ask(now_ms, Purpose::Sync, Ask::Sync(Sync { positions, page_token }));
        self.syncing.asked(request);
    }

    pub(super) fn acknowledge_due(&mut self, now_ms: i64, conversation: u64) {
        let Some(thread) = self.inbox.get_mut(conversation) else { return };
        if !is_due(thread.acknowledging, now_ms) {
            return;
        }
        thread.unacknowledged = 0;
        if thread.through <= thread.acked {
            thread.acknowledging = Chore::Idle;
            return;
        }
        thread.acknowledging = Chore::UnderWay;
        let through = thread.through;
        let body = Ask::Acknowledge(Acknowledge { conversation, through });
        self.ask(now_ms, Purpose::Acknowledge(conversation), body);
    }

    pub(super) fn mark_read_due(&mut self, now_ms: i64, conversation: u64) {
        let Some(thread) = self.inbox.get_mut(conversation) else { return };
        if !is_due(thread.reading, now_ms) {
            return;
        }
        if thread.read_wanted <= thread.read {
            thread.reading = Chore::Idle;
            return;
        }
        thread.reading = Chore::UnderWay;
        let through = thread.read_wanted;
        self.ask(now_ms, Purpose::MarkRead(conversation), Ask::MarkRead(MarkRead { conversation, through }));
    }

    pub(super) fn pull_due(&mut self, now_ms: i64, conversation: u64) {
        let syncing = self.syncing.running();
        let Some(thread) = self.inbox.get_mut(conversation) else { return };
        if !is_due(thread.pulling, now_ms) {
            return;
        }
        // While a sync runs it brings what is missing; afterwards `fill_all` looks again.
        if syncing || !thread.has_gap() {
            thread.pulling = Chore::Idle;
            return;
        }
        thread.pulling = Chore::UnderWay;
        let after = thread.through;
        let body = if after == 0 {
            // `after` 0 would mean "the newest"; `before` a small number means "the first".
            GetHistory { conversation, before: PULL_MESSAGES + 1, after: 0, limit: PULL_MESSAGES }
        } else {
            GetHistory { conversation, before: 0, after, limit: PULL_MESSAGES }
        };
        self.ask(now_ms, Purpose::Pull(conversation), Ask::GetHistory(body));
    }

    pub(super) fn look_due(&mut self, now_ms: i64, conversation: u64) {
        let Some(thread) = self.inbox.get_mut(conversation) else { return };
        if is_due(thread.looking, now_ms) {
            thread.looking = Chore::UnderWay;
            let body = Ask::GetConversation(GetConversation { conversation });
            self.ask(now_ms, Purpose::Look(conversation), body);
        }
    }

    pub(super) fn ask(&mut self, now_ms: i64, purpose: Purpose, body: Ask) -> u32 {
        let request = self.number();
        let late_ms = now_ms + self.tempo.answer_ms;
        self.pending.insert(request, purpose, late_ms);
        self.agenda.at(late_ms, Task::Late(request));
        self.frames.push_back(ClientFrame { request, body: Some(body) });
        request
    }

    pub(super) fn number(&mut self) -> u32 {
        loop {
            let request = self.next_request;
            self.next_request = self.next_request.wrapping_add(1).max(1);
            if request != 0 && !self.pending.contains(request) {
                return request;
            }
        }
    }
}
