//! All connections of this gateway, on one thread.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::Arc,
    task::Waker,
    time::{Duration, Instant},
};

use hashbrown::HashMap;
use laisee_bus::{GatewayId, LocalBus};
use laisee_core::{
    ids::{ConversationId, Seq, SessionId, UserId},
    pair::Relation,
};
use laisee_wire::v1;
use tokio::{sync::Notify, task::spawn_local, time::sleep};
use tokio_tungstenite::tungstenite::Message;

use super::{Connection, Encoding, deliver::Shared, ended::EndedPackets, pending::Pending, session::CloseCode};
use crate::{
    GatewayConfig,
    convert::{self, ServerBody},
    handle::{Desk, Identity},
    http::Figures,
};

/// How often connections are looked after at the least, in ms.
const TICK_MS: u32 = 1_000;
/// How often it is looked whether the last request has ended, when the gateway goes away.
const DRAIN_TICK: Duration = Duration::from_millis(10);

/// Where connections are registered.
pub struct Hub {
    pub desk: Arc<Desk<LocalBus>>,
    pub config: Arc<GatewayConfig>,
    pub figures: Arc<Figures>,
    pub(super) gateway: GatewayId,
    pub(super) connections: RefCell<HashMap<u32, Rc<Connection>>>,
    pub(super) users: RefCell<HashMap<UserId, Vec<Rc<Connection>>>>,
    pub(super) ended: RefCell<EndedPackets>,
    pub(super) pending: RefCell<Pending>,
    pub(super) going_away: Cell<bool>,
    /// Connections with frames that wait for company.
    company: RefCell<Vec<Rc<Connection>>>,
    company_wanted: Notify,
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
            pending: RefCell::default(),
            going_away: Cell::new(false),
            company: RefCell::default(),
            company_wanted: Notify::new(),
            next_number: Cell::new(1),
        })
    }

    /// Registers a new connection.
    pub fn join(&self, encoding: Encoding, waker: Waker) -> Rc<Connection> {
        let number = self.next_number.get();
        self.next_number.set(number.wrapping_add(1).max(1));
        let connection = Rc::new(Connection::new(number, encoding, &self.config, self.now_ms(), waker));
        self.connections.borrow_mut().insert(number, connection.clone());
        self.figures.connections.inc();
        connection
    }

    /// A connection has said who it is: from now on it gets its user's notices.
    pub fn identified(self: &Rc<Self>, connection: &Rc<Connection>, who: Identity) {
        if !self.connections.borrow().contains_key(&connection.number) {
            return;
        }
        connection.session.borrow_mut().welcomed(who);
        self.users.borrow_mut().entry(who.user).or_default().push(connection.clone());
        if self.desk.presence.came(who.user, who.session) {
            self.tell_friends(who.user, true);
        }
    }

    /// A connection has ended.
    pub fn leave(self: &Rc<Self>, connection: &Connection) {
        self.connections.borrow_mut().remove(&connection.number);
        self.figures.connections.dec();
        let Some(who) = connection.identity() else { return };
        {
            let mut users = self.users.borrow_mut();
            if let Some(open) = users.get_mut(&who.user) {
                open.retain(|other| other.number != connection.number);
                if open.is_empty() {
                    users.remove(&who.user);
                }
            }
        }
        let hub = self.clone();
        // Whoever comes back within the grace time was never away.
        spawn_local(async move {
            sleep(Duration::from_millis(hub.config.grace_ms.into())).await;
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
            let mut shared = Shared::new(ServerBody::PresenceNotice(v1::PresenceNotice { user: user.0, online }));
            for friend in relations.iter().filter(|seen| seen.relation == Relation::Friend) {
                hub.tell_user(friend.other, None, &mut shared);
            }
        });
    }

    /// Puts an answer into a connection's outbox.
    pub fn answer(&self, connection: &Connection, request: u32, body: ServerBody) {
        if let ServerBody::Error(refused) = &body {
            self.figures.refused(refused.code());
        }
        self.put(connection, connection.encoding().encode(request, body));
    }

    pub(super) fn put(&self, connection: &Connection, message: Message) {
        if connection.outbox.push(message, self.config.outbox_max, self.config.outbox_bytes_max) {
            connection.waker.wake_by_ref();
        } else {
            connection.close(CloseCode::TooSlow);
        }
    }

    /// Puts in what goes with the next frame, or a little later: one write tells of many shares as well as of one.
    pub(super) fn put_for_company(&self, connection: &Rc<Connection>, message: Message) {
        if !connection.outbox.push(message, self.config.outbox_max, self.config.outbox_bytes_max) {
            return connection.close(CloseCode::TooSlow);
        }
        if !connection.waits_for_company.replace(true) {
            self.company.borrow_mut().push(connection.clone());
            self.company_wanted.notify_one();
        }
    }

    /// Sends what has waited for company long enough.
    pub async fn send_without_company(self: Rc<Self>) {
        loop {
            self.company_wanted.notified().await;
            sleep(Duration::from_millis(self.config.company_ms.into())).await;
            let waited = std::mem::take(&mut *self.company.borrow_mut());
            for connection in waited {
                connection.waits_for_company.set(false);
                if !connection.outbox.is_empty() {
                    connection.waker.wake_by_ref();
                }
            }
        }
    }

    /// The user signed one of its sessions out.
    pub(super) fn sign_out(&self, user: UserId, session: SessionId) {
        for connection in self.users.borrow().get(&user).into_iter().flatten() {
            if connection.identity().is_some_and(|who| who.session == session) {
                connection.close(CloseCode::SignedOut);
            }
        }
    }

    /// It is not known any more which sessions were closed: closes the connections of those that were.
    pub(super) fn look_for_signed_out(self: &Rc<Self>) {
        self.desk.sessions_unsure();
        let hub = self.clone();
        let users: Vec<UserId> = hub.users.borrow().keys().copied().collect();
        spawn_local(async move {
            for user in users {
                // Whom the shard does not answer now is asked about when the token is next used.
                let Ok(sessions) = hub.desk.open_sessions(user).await else { continue };
                for connection in hub.users.borrow().get(&user).into_iter().flatten() {
                    let open = |session| sessions.iter().any(|seen| seen.session == session);
                    if connection.identity().is_some_and(|who| !open(who.session)) {
                        connection.close(CloseCode::SignedOut);
                    }
                }
            }
        });
    }

    /// Lets requests in work end, then asks every connection to go elsewhere.
    pub async fn go_away(&self) {
        self.going_away.set(true);
        let busy = || self.connections.borrow().values().any(|connection| connection.busy());
        let end = Instant::now() + Duration::from_millis(self.config.drain_ms.into());
        while busy() && Instant::now() < end {
            sleep(DRAIN_TICK).await;
        }
        for connection in self.connections.borrow().values() {
            connection.close(CloseCode::GoingAway);
        }
        while !self.connections.borrow().is_empty() {
            sleep(DRAIN_TICK).await;
        }
    }

    /// Looks after all connections now and then: silent ones are closed, requests that took too long answered,
    /// unacknowledged messages sent again.
    pub async fn look_after(self: Rc<Self>) {
        let config = &self.config;
        let times = [config.heartbeat_ms, config.hello_ms, config.deadline_ms, config.resend_ms];
        let tick_ms = times.into_iter().fold(TICK_MS, |tick, time| tick.min(time / 4)).max(1);
        loop {
            sleep(Duration::from_millis(tick_ms.into())).await;
            self.end_overdue();
            let now_ms = self.now_ms();
            for connection in self.connections.borrow().values() {
                if connection.session.borrow().overdue(config, now_ms) {
                    connection.close(CloseCode::Silent);
                }
                let mut unacknowledged = connection.unacknowledged.borrow_mut();
                for (conversation, first) in unacknowledged.due(now_ms, config.resend_ms.into(), config.resend_max) {
                    self.resend(connection, conversation, first);
                }
            }
        }
    }

    fn resend(self: &Rc<Self>, connection: &Rc<Connection>, conversation: ConversationId, first: Seq) {
        let Some(who) = connection.identity() else { return };
        let (hub, connection) = (self.clone(), connection.clone());
        spawn_local(async move {
            // What cannot be read now is found by the next heartbeat.
            let Ok(messages) = hub.desk.messages_from(who.user, conversation, first).await else { return };
            for message in &messages {
                let notice = v1::MessageNotice { message: Some(convert::message(message)) };
                hub.put(&connection, connection.encoding().encode(0, ServerBody::MessageNotice(notice)));
            }
        });
    }

    pub(super) fn now_ms(&self) -> i64 {
        (self.desk.clock)()
    }
}
