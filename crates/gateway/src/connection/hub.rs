//! All connections of this gateway, on one thread. Takes what the shards deliver, a batch at a time, and hands it to the
//! connections.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::Arc,
};

use hashbrown::HashMap;
use laisee_bus::{Delivery, Failure, GatewayId, GatewayInbox, LocalBus, ReplyTo, Request};
use laisee_core::{
    command::{Command, Reply},
    ids::{SessionId, UserId},
    push::{Push, PushKind, Recipients},
};
use laisee_wire::v1;
use tokio::{sync::Notify, task::spawn_local};
use tokio_tungstenite::tungstenite::Message;

use super::{Encoding, ended::EndedPackets, outbox::Outbox, session::CloseCode, unacknowledged::Unacknowledged};
use crate::{
    GatewayConfig,
    convert::{self, Notice, ServerBody, failure},
    handle::{Desk, Identity},
    http::Figures,
};

/// How often connections are looked after, in ms.
const TICK_MS: u64 = 1_000;

/// One connection, as the hub knows it.
pub struct Connection {
    pub number: u32,
    pub encoding: Encoding,
    pub outbox: Outbox,
    /// Wakes the connection's task: frames wait, or it is to close.
    pub wake: Notify,
    pub closing: Cell<Option<CloseCode>>,
    pub identity: Cell<Option<Identity>>,
    pub unacknowledged: RefCell<Unacknowledged>,
    /// Whether the connection has been silent for too long at a moment, in ms.
    pub session: RefCell<super::session::Session>,
}

/// Where connections are registered.
pub struct Hub {
    pub desk: Arc<Desk<LocalBus>>,
    pub config: Arc<GatewayConfig>,
    pub figures: Arc<Figures>,
    gateway: GatewayId,
    connections: RefCell<HashMap<u32, Rc<Connection>>>,
    users: RefCell<HashMap<UserId, Vec<u32>>>,
    ended: RefCell<EndedPackets>,
    next_number: Cell<u32>,
}

impl Hub {
    #[must_use]
    pub fn new(desk: Arc<Desk<LocalBus>>, gateway: GatewayId, figures: Arc<Figures>) -> Rc<Self> {
        let config = desk.config.clone();
        Rc::new(Self {
            desk,
            config,
            figures,
            gateway,
            connections: RefCell::default(),
            users: RefCell::default(),
            ended: RefCell::default(),
            next_number: Cell::new(1),
        })
    }

    /// Registers a new connection.
    pub fn join(&self, encoding: Encoding) -> Rc<Connection> {
        let number = self.next_number.get();
        self.next_number.set(number.wrapping_add(1).max(1));
        let session = super::session::Session::new(encoding, &self.config, (self.desk.clock)());
        let connection = Rc::new(Connection {
            number,
            encoding,
            outbox: Outbox::default(),
            wake: Notify::new(),
            closing: Cell::new(None),
            identity: Cell::new(None),
            unacknowledged: RefCell::default(),
            session: RefCell::new(session),
        });
        self.connections.borrow_mut().insert(number, connection.clone());
        self.figures.connections.inc();
        connection
    }

    /// A connection has said who it is: from now on it gets its user's notices.
    pub fn identified(self: &Rc<Self>, connection: &Connection, who: Identity) {
        if !self.connections.borrow().contains_key(&connection.number) {
            return;
        }
        connection.identity.set(Some(who));
        self.users.borrow_mut().entry(who.user).or_default().push(connection.number);
        if self.desk.presence.came(who.user, who.session) {
            self.tell_friends(who.user, true);
        }
    }

    /// A connection has ended.
    pub fn leave(self: &Rc<Self>, connection: &Connection) {
        self.connections.borrow_mut().remove(&connection.number);
        self.figures.connections.dec();
        let Some(who) = connection.identity.get() else { return };
        {
            let mut users = self.users.borrow_mut();
            if let Some(numbers) = users.get_mut(&who.user) {
                numbers.retain(|number| *number != connection.number);
                if numbers.is_empty() {
                    users.remove(&who.user);
                }
            }
        }
        let hub = self.clone();
        // Whoever comes back within the grace time was never away.
        spawn_local(async move {
            tokio::time::sleep(std::time::Duration::from_millis(hub.config.grace_ms.into())).await;
            if hub.desk.presence.went(who.user, who.session) {
                hub.tell_friends(who.user, false);
            }
        });
    }

    fn tell_friends(self: &Rc<Self>, user: UserId, online: bool) {
        let hub = self.clone();
        spawn_local(async move {
            // Presence is a courtesy: if the friends cannot be had now, they see it when they next look.
            let Ok(relations) = hub.desk.relations(user).await else { return };
            let body = ServerBody::PresenceNotice(v1::PresenceNotice { user: user.0, online });
            let mut shared = Shared::new(body);
            for seen in relations.iter().filter(|seen| seen.relation == laisee_core::pair::Relation::Friend) {
                hub.tell_user(seen.other, None, &mut shared, None);
            }
        });
    }

    /// Sends a command on its way without waiting; its outcome comes back in a batch. Answers what the gateway itself
    /// knows at once.
    pub fn send(&self, connection: &Connection, request: u32, who: Identity, command: Command) {
        match &command {
            Command::OpenPacket(open) => {
                if let Some(known) = self.ended.borrow().open(open.packet, who.user) {
                    self.figures.answered_here.inc();
                    return self.outcome(connection, request, known.map_err(Failure::Refused));
                }
            }
            Command::GrabPacket(grab) => {
                if let Some(known) = self.ended.borrow().grab(grab.packet, who.user) {
                    self.figures.answered_here.inc();
                    return self.outcome(connection, request, Ok(known));
                }
            }
            Command::Acknowledge(acknowledge) => {
                let mut unacknowledged = connection.unacknowledged.borrow_mut();
                unacknowledged.acknowledged(acknowledge.conversation, acknowledge.through);
            }
            _ => {}
        }
        let ticket = (u64::from(connection.number) << 32) | u64::from(request);
        let reply_to = ReplyTo::Gateway { gateway: self.gateway, ticket };
        if let Err(failed) = self.desk.bus.send(Request { command, origin: Some(who.session), reply_to }) {
            self.outcome(connection, request, Err(failed));
        }
    }

    fn outcome(&self, connection: &Connection, request: u32, outcome: Result<Reply, Failure>) {
        let body = match outcome {
            Ok(reply) => convert::reply(&reply).unwrap_or(ServerBody::Error(v1::Error::default())),
            Err(failed) => ServerBody::Error(failure(failed)),
        };
        self.answer(connection, request, body);
    }

    /// Puts an answer into a connection's outbox.
    pub fn answer(&self, connection: &Connection, request: u32, body: ServerBody) {
        if let ServerBody::Error(_) = body {
            self.figures.refusals.inc();
        }
        self.put(connection, connection.encoding.encode(request, body));
    }

    fn put(&self, connection: &Connection, message: Message) {
        if !connection.outbox.push(message, self.config.outbox_max, self.config.outbox_bytes_max) {
            connection.closing.set(Some(CloseCode::TooSlow));
        }
        connection.wake.notify_one();
    }

    /// Hands on what the shards deliver, for as long as the gateway runs.
    pub async fn deliver(self: Rc<Self>, inbox: GatewayInbox) {
        let mut deliveries = Vec::new();
        loop {
            if inbox.take(&mut deliveries).await {
                // Among what was lost may have been the end of a session.
                self.desk.sessions_unsure();
                let mut shared = Shared::new(ServerBody::ResyncNotice(v1::ResyncNotice {}));
                for connection in self.connections.borrow().values() {
                    self.put(connection, shared.encoded(connection.encoding));
                }
            }
            for delivery in deliveries.drain(..) {
                match delivery {
                    Delivery::Reply { ticket, outcome } => {
                        let number = (ticket >> 32) as u32;
                        // Whoever has gone asks again when back, under the same client id.
                        if let Some(connection) = self.connections.borrow().get(&number) {
                            self.outcome(connection, ticket as u32, outcome);
                        }
                    }
                    Delivery::Push(push) => self.push(&push),
                }
            }
        }
    }

    fn push(self: &Rc<Self>, push: &Arc<Push>) {
        match convert::notice(&push.what) {
            Notice::Same(body) => {
                let mut shared = Shared::new(body);
                let message = match &push.what {
                    PushKind::Message(message) => Some((message.conversation, message.seq)),
                    _ => None,
                };
                each(&push.to, |user| self.tell_user(user, push.origin, &mut shared, message));
            }
            Notice::Conversation(conversation) => each(&push.to, |user| {
                if let Some(seen) = conversation.seen_by(user) {
                    let notice = v1::ConversationNotice { conversation: Some(convert::conversation(&seen)) };
                    self.tell_user(user, None, &mut Shared::new(ServerBody::ConversationNotice(notice)), None);
                }
            }),
            Notice::Friend(_, seen) => {
                let (hub, push) = (self.clone(), push.clone());
                spawn_local(async move {
                    let Ok(notice) = hub.desk.friend_notice(&seen).await else { return };
                    let mut shared = Shared::new(notice);
                    each(&push.to, |user| hub.tell_user(user, None, &mut shared, None));
                });
            }
            Notice::SessionClosed(session) => {
                self.desk.session_closed(session);
                each(&push.to, |user| self.sign_out(user, session));
            }
            Notice::Gateway => {
                if let PushKind::PacketEnded { packet, status, eligible, claims } = &push.what {
                    self.ended.borrow_mut().told(*packet, *status, eligible.clone(), claims.clone());
                }
            }
        }
    }

    /// Tells every connection of a user, except those of the session that caused it.
    fn tell_user(
        &self,
        user: UserId,
        origin: Option<SessionId>,
        shared: &mut Shared,
        message: Option<(laisee_core::ids::ConversationId, laisee_core::ids::Seq)>,
    ) {
        let users = self.users.borrow();
        let Some(numbers) = users.get(&user) else { return };
        let connections = self.connections.borrow();
        for connection in numbers.iter().filter_map(|number| connections.get(number)) {
            let caused_it = origin.is_some() && connection.identity.get().map(|who| who.session) == origin;
            if caused_it {
                continue;
            }
            if let Some((conversation, seq)) = message {
                let due_ms = (self.desk.clock)() + i64::from(self.config.resend_ms);
                connection.unacknowledged.borrow_mut().sent(conversation, seq, due_ms);
            }
            self.figures.notices.inc();
            self.put(connection, shared.encoded(connection.encoding));
        }
    }

    fn sign_out(&self, user: UserId, session: SessionId) {
        let users = self.users.borrow();
        let Some(numbers) = users.get(&user) else { return };
        let connections = self.connections.borrow();
        for connection in numbers.iter().filter_map(|number| connections.get(number)) {
            if connection.identity.get().is_some_and(|who| who.session == session) {
                connection.closing.set(Some(CloseCode::SignedOut));
                connection.wake.notify_one();
            }
        }
    }

    /// Closes every connection, to be opened again elsewhere.
    pub fn go_away(&self) {
        for connection in self.connections.borrow().values() {
            connection.closing.set(Some(CloseCode::GoingAway));
            connection.wake.notify_one();
        }
    }

    /// How many connections there are.
    #[must_use]
    pub fn open(&self) -> usize {
        self.connections.borrow().len()
    }

    /// Looks after all connections now and then: silent ones are closed, unacknowledged messages sent again.
    pub async fn look_after(self: Rc<Self>) {
        loop {
            tokio::time::sleep(std::time::Duration::from_millis(TICK_MS)).await;
            let now_ms = (self.desk.clock)();
            let (resend_ms, resend_max) = (i64::from(self.config.resend_ms), self.config.resend_max);
            for connection in self.connections.borrow().values() {
                if connection.session.borrow().overdue(&self.config, now_ms) {
                    connection.closing.set(Some(CloseCode::Silent));
                    connection.wake.notify_one();
                }
                for (conversation, first) in connection.unacknowledged.borrow_mut().due(now_ms, resend_ms, resend_max) {
                    self.clone().resend(connection.clone(), conversation, first);
                }
            }
        }
    }

    fn resend(
        self: Rc<Self>,
        connection: Rc<Connection>,
        conversation: laisee_core::ids::ConversationId,
        first: laisee_core::ids::Seq,
    ) {
        let Some(who) = connection.identity.get() else { return };
        spawn_local(async move {
            // What cannot be read now is found by the next heartbeat.
            let Ok(messages) = self.desk.messages_from(who.user, conversation, first).await else { return };
            for message in &messages {
                let notice = v1::MessageNotice { message: Some(convert::message(message)) };
                self.put(&connection, connection.encoding.encode(0, ServerBody::MessageNotice(notice)));
            }
        });
    }
}

fn each(to: &Recipients, mut tell: impl FnMut(UserId)) {
    match to {
        Recipients::One(user) => tell(*user),
        Recipients::Many(users) => users.iter().copied().for_each(tell),
        Recipients::Gateways => {}
    }
}

/// One notice for many connections, encoded once in each encoding that is needed.
struct Shared {
    body: ServerBody,
    protobuf: Option<Message>,
    json: Option<Message>,
}

impl Shared {
    fn new(body: ServerBody) -> Self {
        Self { body, protobuf: None, json: None }
    }

    fn encoded(&mut self, encoding: Encoding) -> Message {
        let kept = match encoding {
            Encoding::Protobuf => &mut self.protobuf,
            Encoding::Json => &mut self.json,
        };
        kept.get_or_insert_with(|| encoding.encode(0, self.body.clone())).clone()
    }
}
