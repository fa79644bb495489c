mod answers;
mod due;
mod giving;
mod notices;
mod resume;

use std::collections::VecDeque;

use laisee_wire::v1::{
    Acknowledge, ClientFrame, Content, Conversation, Error, ErrorCode, GetConversation, GetHistory, Heartbeat,
    HeartbeatAnswer, Hello, MarkRead, Message, MessageSent, SendMessage, ServerFrame, Sync, SyncSegment, Welcome,
    client_frame::Body as Ask, server_frame::Body,
};

use super::{
    Attempt, Event, Jitter, Lost, Outgoing, Reconnect, Saved, SendFailure, Tempo,
    agenda::{Agenda, Task},
    inbox::Inbox,
    outbox::Outbox,
    pending::{Pending, Purpose},
    syncing::Syncing,
    thread::{Chore, Given},
};

/// Messages asked for in one pull; the most the protocol gives.
const PULL_MESSAGES: u32 = 100;

/// Close codes after which the session is over (rule C7).
const CLOSED_UNAUTHENTICATED: u16 = 4401;
const CLOSED_SIGNED_OUT: u16 = 4403;
const CLOSED_GOING_AWAY: u16 = 4503;

/// Who a device signs in as.
#[derive(Clone, Debug)]
pub struct Identity {
    /// From sign-up or sign-in.
    pub token: String,
    /// For the server's logs: "storm 0.1.0".
    pub client: String,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Offline,
    /// Connected, waiting for the welcome.
    Greeting,
    Online,
    SignedOut,
}

/// One signed-in device: its wait-ack queue, its inbox, acknowledgements, sync.
///
/// Every input takes the time in Unix milliseconds; it must not run backwards.
#[derive(Clone, Debug)]
pub struct Client {
    identity: Identity,
    tempo: Tempo,
    jitter: Jitter,
    state: State,
    me: u64,
    next_request: u32,
    pending: Pending,
    agenda: Agenda,
    outbox: Outbox,
    inbox: Inbox,
    syncing: Syncing,
    reconnect: Reconnect,
    last_heard_ms: i64,
    /// Requests of the caller that wait for the welcome.
    waiting: Vec<ClientFrame>,
    frames: VecDeque<ClientFrame>,
    events: VecDeque<Event>,
}

impl Client {
    /// A device without data: its first sync is a full one. The seed is for jitter only.
    pub fn new(identity: Identity, tempo: Tempo, seed: u64) -> Self {
        Self::restored(identity, tempo, seed, 0, Saved::default())
    }

    /// A device that kept its data over a restart at `now_ms`.
    pub fn restored(identity: Identity, tempo: Tempo, seed: u64, now_ms: i64, saved: Saved) -> Self {
        let mut client = Self {
            reconnect: Reconnect::new(tempo.reconnect_min_ms, tempo.reconnect_max_ms),
            jitter: Jitter::new(seed),
            inbox: Inbox::restored(&saved.kept),
            identity,
            tempo,
            state: State::Offline,
            me: 0,
            next_request: 1,
            pending: Pending::default(),
            agenda: Agenda::default(),
            outbox: Outbox::default(),
            syncing: Syncing::default(),
            last_heard_ms: now_ms,
            waiting: Vec::new(),
            frames: VecDeque::new(),
            events: VecDeque::new(),
        };
        for outgoing in saved.outgoing {
            client.enqueue(now_ms, outgoing);
        }
        client
    }

    /// What to store so that [`Client::restored`] goes on from here.
    pub fn saved(&self) -> Saved {
        Saved { kept: self.inbox.kept(), outgoing: self.outbox.iter().cloned().collect() }
    }

    // Outputs.

    /// The next frame to send on the connection.
    pub fn poll_frame(&mut self) -> Option<ClientFrame> {
        self.frames.pop_front()
    }

    /// The next thing to tell the application.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// When to call [`Client::tick`] at the latest.
    pub fn next_tick(&self) -> Option<i64> {
        self.agenda.next()
    }

    /// When and where to connect; `None` when the session is over. To be asked once per attempt.
    pub fn next_attempt(&mut self) -> Option<Attempt> {
        (self.state != State::SignedOut).then(|| self.reconnect.next(&mut self.jitter))
    }

    /// Whether the welcome has come.
    pub fn is_online(&self) -> bool {
        self.state == State::Online
    }

    /// Whether a sync is wanted or running.
    pub fn is_syncing(&self) -> bool {
        self.syncing.running()
    }

    /// My user id; 0 before the first welcome.
    pub fn me(&self) -> u64 {
        self.me
    }

    /// Everything up to here was given; 0 for a conversation never heard of.
    pub fn through(&self, conversation: u64) -> u32 {
        self.inbox.get(conversation).map_or(0, |thread| thread.through)
    }

    /// The wait-ack queue from top to bottom.
    pub fn outgoing(&self) -> impl Iterator<Item = &Outgoing> {
        self.outbox.iter()
    }

    // Inputs: the connection.

    /// A fresh connection stands; says Hello.
    pub fn connected(&mut self, now_ms: i64) {
        if self.state != State::Offline {
            return;
        }
        self.state = State::Greeting;
        self.last_heard_ms = now_ms;
        let hello = Hello { token: self.identity.token.clone(), client: self.identity.client.clone() };
        self.ask(now_ms, Purpose::Hello, Ask::Hello(hello));
    }

    /// The connection is gone, with the close code if one came.
    pub fn disconnected(&mut self, now_ms: i64, close_code: Option<u16>) {
        match close_code {
            Some(CLOSED_UNAUTHENTICATED | CLOSED_SIGNED_OUT) => return self.sign_out(now_ms),
            Some(CLOSED_GOING_AWAY) => self.reconnect.turn_away(),
            _ => {}
        }
        if self.state != State::SignedOut {
            self.go_offline(State::Offline, Lost::Disconnected);
        }
    }

    fn sign_out(&mut self, _now_ms: i64) {
        if self.state == State::SignedOut {
            return;
        }
        self.go_offline(State::SignedOut, Lost::SignedOut);
        for frame in std::mem::take(&mut self.waiting) {
            self.pending.remove(frame.request);
            self.events.push_back(Event::Unanswered { request: frame.request, lost: Lost::SignedOut });
        }
        self.events.push_back(Event::SignedOut);
    }

    fn go_offline(&mut self, state: State, lost: Lost) {
        let was = std::mem::replace(&mut self.state, state);
        self.frames.clear();
        self.syncing.reset();
        let kept: Vec<u32> = self.waiting.iter().map(|frame| frame.request).collect();
        for (request, purpose, late_ms) in self.pending.drain() {
            if kept.contains(&request) {
                self.pending.insert(request, purpose, late_ms);
                continue;
            }
            self.agenda.drop_at(late_ms, Task::Late(request));
            if purpose == Purpose::Caller {
                self.events.push_back(Event::Unanswered { request, lost });
            }
        }
        for (_, thread) in self.inbox.iter_mut() {
            for chore in [&mut thread.acknowledging, &mut thread.reading, &mut thread.pulling, &mut thread.looking] {
                *chore = Chore::Idle;
            }
        }
        if was == State::Online {
            self.events.push_back(Event::Offline);
        }
    }

    /// A frame came in.
    pub fn received(&mut self, now_ms: i64, frame: ServerFrame) {
        if matches!(self.state, State::Offline | State::SignedOut) {
            return;
        }
        self.last_heard_ms = now_ms;
        let ServerFrame { request, body } = frame;
        match body {
            None => {}
            // The sync after the welcome brings whatever it said.
            Some(body) if request == 0 && self.state == State::Greeting && !matches!(body, Body::Error(_)) => {}
            Some(body) if request == 0 => self.noticed(now_ms, body),
            Some(Body::SyncSegment(segment)) if self.syncing.is_under_way(request) => {
                self.segment(now_ms, request, segment);
            }
            Some(body) => {
                if let Some((purpose, late_ms)) = self.pending.remove(request) {
                    self.agenda.drop_at(late_ms, Task::Late(request));
                    self.answered(now_ms, request, purpose, body);
                } else if let Body::HeartbeatAnswer(answer) = body {
                    // The server tells of a head once; it is good to know even when nobody waits for it any more.
                    self.heads(now_ms, answer);
                }
            }
        }
        self.advance(now_ms);
    }

    /// Time has passed.
    pub fn tick(&mut self, now_ms: i64) {
        self.advance(now_ms);
    }

    // Inputs: the user.

    /// Queues a message; false when this id is queued already.
    pub fn send_message(&mut self, now_ms: i64, conversation: u64, client_msg_id: String, content: Content) -> bool {
        let queued = self.enqueue(now_ms, Outgoing { client_msg_id, conversation, content, failed: false });
        self.advance(now_ms);
        queued
    }

    /// Sends a message again that failed, or at once one that waits; it moves to the bottom (rule M7).
    pub fn retry(&mut self, now_ms: i64, client_msg_id: &str) -> bool {
        let Some(rank) = self.outbox.retry(now_ms, client_msg_id, &self.tempo) else { return false };
        self.agenda.at(now_ms.saturating_add(self.tempo.give_up_ms), Task::GiveUp(rank));
        self.agenda.at(now_ms, Task::Outbox);
        self.advance(now_ms);
        true
    }

    /// Moves my read mark, never backwards; sent again until the server has it.
    pub fn mark_read(&mut self, now_ms: i64, conversation: u64, through: u32) {
        let Some(thread) = self.inbox.get_mut(conversation) else { return };
        let through = through.min(thread.through);
        if through > thread.read_wanted.max(thread.read) {
            thread.read_wanted = through;
            if thread.reading == Chore::Idle {
                thread.reading = Chore::Due(now_ms);
                self.agenda.at(now_ms, Task::MarkRead(conversation));
            }
        }
        self.advance(now_ms);
    }

    /// Any other request. It waits for a connection, and is answered by `Event::Answered` or `Event::Unanswered`
    /// with the number given back here, at the latest after `timeout_ms`.
    pub fn request(&mut self, now_ms: i64, body: Ask, timeout_ms: i64) -> u32 {
        let request = self.number();
        if self.state == State::SignedOut {
            self.events.push_back(Event::Unanswered { request, lost: Lost::SignedOut });
            return request;
        }
        let late_ms = now_ms.saturating_add(timeout_ms);
        self.pending.insert(request, Purpose::Caller, late_ms);
        self.agenda.at(late_ms, Task::Late(request));
        let frame = ClientFrame { request, body: Some(body) };
        match self.state {
            State::Online => self.frames.push_back(frame),
            _ => self.waiting.push(frame),
        }
        request
    }
}

fn is_due(chore: Chore, now_ms: i64) -> bool {
    matches!(chore, Chore::Due(due_ms) if due_ms <= now_ms)
}

/// Codes 100 to 199: nothing is wrong with the request (rule E1).
fn may_try_again(error: &Error) -> bool {
    (100..200).contains(&error.code)
}
