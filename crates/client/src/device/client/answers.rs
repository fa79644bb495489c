//! What the answers to the device's own requests mean.

use super::*;

impl Client {
    pub(super) fn answered(&mut self, now_ms: i64, request: u32, purpose: Purpose, body: Body) {
        match (purpose, body) {
            (Purpose::Caller, body) => self.events.push_back(Event::Answered { request, body }),
            (Purpose::Hello, Body::Welcome(welcome)) => self.welcomed(now_ms, welcome),
            (_, Body::Error(error)) if error.code() == ErrorCode::Unauthenticated => self.sign_out(now_ms),
            (Purpose::Hello, _) => self.events.push_back(Event::HangUp),
            (Purpose::Send(id), Body::MessageSent(sent)) => self.message_sent(now_ms, id, sent),
            (Purpose::Send(id), Body::Error(error)) => self.send_refused(now_ms, &id, error),
            (Purpose::Acknowledge(conversation), Body::Acknowledged(done)) => {
                self.acknowledged(now_ms, conversation, done.through);
            }
            (Purpose::MarkRead(conversation), Body::ReadMarked(marked)) => {
                self.read_marked(now_ms, conversation, marked.through, marked.unread);
            }
            (Purpose::Pull(conversation), Body::History(history)) => {
                self.pulled(now_ms, conversation, history.messages);
            }
            (Purpose::Look(conversation), Body::ConversationState(state)) => {
                self.settle(conversation, |thread| &mut thread.looking);
                if let Some(state) = state.conversation {
                    self.learned(now_ms, state);
                }
            }
            (Purpose::Heartbeat, Body::HeartbeatAnswer(answer)) => self.heads(now_ms, answer),
            (Purpose::Sync, Body::Error(error)) => {
                self.sync_failed(now_ms, i64::from(error.retry_after_ms), !may_try_again(&error));
            }
            (Purpose::Heartbeat, _) => self.want_sync(now_ms),
            (purpose, Body::Error(error)) => self.chore_refused(now_ms, purpose, &error),
            // An answer that does not belong to its request says nothing; ask again.
            (purpose, _) => self.chore_refused(now_ms, purpose, &Error::default()),
        }
    }

    /// Rule C4: what lies before a head and is not here is pulled.
    pub(super) fn heads(&mut self, now_ms: i64, answer: HeartbeatAnswer) {
        for head in answer.heads {
            let thread = self.inbox.open(head.conversation);
            thread.head = thread.head.max(head.head);
            self.fill(now_ms, head.conversation);
        }
    }

    pub(super) fn welcomed(&mut self, now_ms: i64, welcome: Welcome) {
        self.state = State::Online;
        self.reconnect.succeeded();
        self.me = welcome.user.as_ref().map_or(0, |user| user.id);
        if let Some(settings) = &welcome.settings {
            let or = |value: u32, otherwise: i64| if value == 0 { otherwise } else { i64::from(value) };
            self.tempo.heartbeat_ms = or(settings.heartbeat_ms, self.tempo.heartbeat_ms);
            self.tempo.ack_ms = or(settings.ack_ms, self.tempo.ack_ms);
            self.tempo.ack_messages = settings.ack_messages.max(1);
        }
        self.events.push_back(Event::Online(Box::new(welcome)));
        self.frames.extend(std::mem::take(&mut self.waiting));
        self.outbox.again(now_ms);
        self.agenda.at(now_ms, Task::Outbox);
        self.agenda.at(now_ms + self.tempo.heartbeat_ms, Task::Heartbeat);
        self.agenda.at(now_ms + 3 * self.tempo.heartbeat_ms, Task::Silence);
        if !self.tempo.follow {
            return;
        }
        for (conversation, thread) in self.inbox.iter_mut() {
            if thread.through > thread.acked {
                thread.acknowledging = Chore::Due(now_ms);
                self.agenda.at(now_ms, Task::Acknowledge(conversation));
            }
            if thread.read_wanted > thread.read {
                thread.reading = Chore::Due(now_ms);
                self.agenda.at(now_ms, Task::MarkRead(conversation));
            }
        }
        self.want_sync(now_ms);
    }

    pub(super) fn message_sent(&mut self, now_ms: i64, id: String, sent: MessageSent) {
        self.agenda.at(now_ms, Task::Outbox);
        let Some(outgoing) = self.outbox.sent(&id) else { return };
        let message = Message {
            conversation: outgoing.conversation,
            seq: sent.seq,
            id: sent.id,
            sender: self.me,
            client_msg_id: id,
            at_ms: sent.at_ms,
            content: Some(outgoing.content),
        };
        self.events.push_back(Event::Sent(sent));
        if self.tempo.follow {
            self.take(now_ms, message, false);
        }
    }

    pub(super) fn send_refused(&mut self, now_ms: i64, id: &str, error: Error) {
        self.agenda.at(now_ms, Task::Outbox);
        let failed = if may_try_again(&error) {
            let hint_ms = i64::from(error.retry_after_ms);
            self.outbox.postpone(now_ms, id, hint_ms, &self.tempo, &mut self.jitter)
        } else {
            self.outbox.fail(id)
        };
        if failed {
            let failure = SendFailure::Refused(error);
            self.events.push_back(Event::SendFailed { client_msg_id: id.to_owned(), failure });
        }
    }

    pub(super) fn acknowledged(&mut self, now_ms: i64, conversation: u64, through: u32) {
        let Some(thread) = self.inbox.get_mut(conversation) else { return };
        thread.acked = thread.acked.max(through.min(thread.through));
        thread.acknowledging = Chore::Idle;
        if thread.unacknowledged > 0 {
            self.want_acknowledge(now_ms, conversation);
        }
    }

    pub(super) fn read_marked(&mut self, now_ms: i64, conversation: u64, through: u32, unread: u32) {
        let Some(thread) = self.inbox.get_mut(conversation) else { return };
        thread.read = thread.read.max(through);
        thread.reading = Chore::Idle;
        if thread.read_wanted > thread.read {
            thread.reading = Chore::Due(now_ms);
            self.agenda.at(now_ms, Task::MarkRead(conversation));
        }
        self.events.push_back(Event::Read { conversation, user: self.me, through, unread });
    }

    pub(super) fn pulled(&mut self, now_ms: i64, conversation: u64, messages: Vec<Message>) {
        self.settle(conversation, |thread| &mut thread.pulling);
        let before = self.through(conversation);
        for message in messages.into_iter().filter(|m| m.conversation == conversation) {
            self.resolve_own(&message);
            self.take(now_ms, message, true);
        }
        let stalled = self.through(conversation) == before;
        if let Some(thread) = self.inbox.get_mut(conversation) {
            thread.stalls = if stalled { thread.stalls.saturating_add(1) } else { 0 };
            if stalled && thread.has_gap() {
                // What is missing may lie before my joining: look where my history begins.
                self.want_look(now_ms, conversation);
            }
        }
        self.fill(now_ms, conversation);
    }

    pub(super) fn learned(&mut self, now_ms: i64, state: Conversation) {
        let conversation = state.id;
        let thread = self.inbox.open(conversation);
        let given = thread.learn(&state);
        self.events.push_back(Event::Conversation(Box::new(state)));
        self.give(now_ms, conversation, given, true);
        self.fill(now_ms, conversation);
    }

    /// A refusal of the device's own upkeep: again later, or not at all when it makes no sense.
    pub(super) fn chore_refused(&mut self, now_ms: i64, purpose: Purpose, error: &Error) {
        let wait = self.jitter.doubled_ms(self.tempo.resend_min_ms, self.tempo.resend_max_ms, 0);
        let due_ms = now_ms + wait.max(i64::from(error.retry_after_ms));
        let again = may_try_again(error) || error.code() == ErrorCode::Unspecified;
        let (conversation, task) = match purpose {
            Purpose::Acknowledge(id) => (id, Task::Acknowledge(id)),
            Purpose::MarkRead(id) => (id, Task::MarkRead(id)),
            Purpose::Pull(id) => (id, Task::Pull(id)),
            Purpose::Look(id) => (id, Task::Look(id)),
            _ => return,
        };
        let Some(thread) = self.inbox.get_mut(conversation) else { return };
        let chore = match purpose {
            Purpose::Acknowledge(_) => &mut thread.acknowledging,
            Purpose::MarkRead(_) => &mut thread.reading,
            Purpose::Pull(_) => &mut thread.pulling,
            _ => &mut thread.looking,
        };
        *chore = if again { Chore::Due(due_ms) } else { Chore::Idle };
        if again {
            self.agenda.at(due_ms, task);
        } else if matches!(purpose, Purpose::Pull(_) | Purpose::Look(_)) {
            thread.close();
        } else if matches!(purpose, Purpose::MarkRead(_)) {
            thread.read_wanted = thread.read;
        }
    }
}
