//! Hands on what the shards send, a batch at a time.

use std::{rc::Rc, sync::Arc, time::Duration};

use laisee_bus::{Delivery, GatewayInbox};
use laisee_core::{
    ids::{ConversationId, Seq, SessionId, UserId},
    push::{Push, PushKind, Recipients},
    settings::Changed,
};
use laisee_wire::v1::{self, ServerFrame};
use tokio::{task::spawn_local, time::sleep};
use tokio_tungstenite::tungstenite::Message;

use super::{Connection, Encoding, Hub};
use crate::convert::{self, Notice, ServerBody};

/// How long to wait until the settings are asked for again.
const SETTINGS_AGAIN: Duration = Duration::from_millis(200);

impl Hub {
    /// Hands on what comes, for as long as the gateway runs.
    pub async fn deliver(self: Rc<Self>, inbox: GatewayInbox) {
        let mut deliveries = Vec::new();
        loop {
            if inbox.take(&mut deliveries).await {
                self.pushes_were_lost();
            }
            // Pushes first: while its request is in work, it is known who caused them.
            for delivery in &deliveries {
                if let Delivery::Push(push) = delivery {
                    self.push(push);
                }
            }
            for delivery in deliveries.drain(..) {
                if let Delivery::Reply { ticket, outcome } = delivery {
                    self.outcome(ticket, outcome);
                }
            }
        }
    }

    /// Rule C6.
    fn pushes_were_lost(self: &Rc<Self>) {
        let mut shared = Shared::new(ServerBody::ResyncNotice(v1::ResyncNotice {}));
        for connection in self.connections.borrow().values().filter(|connection| connection.identity().is_some()) {
            self.put(connection, shared.encoded(connection.encoding()));
        }
        self.look_for_signed_out();
        spawn_local(self.clone().learn_settings());
    }

    /// Finds out what operators changed, before the start or while nobody was told; asks until there is an answer.
    pub async fn learn_settings(self: Rc<Self>) {
        loop {
            match self.desk.changed_settings().await {
                Ok(changed) => return self.settings_told(&changed),
                Err(_) => sleep(SETTINGS_AGAIN).await,
            }
        }
    }

    /// Clients are told of settings that are new to them (C11).
    fn settings_told(&self, changed: &Changed) {
        if !self.desk.settings.told(changed) {
            return;
        }
        let settings = Some(self.desk.client_settings());
        let mut shared = Shared::new(ServerBody::SettingsNotice(v1::SettingsNotice { settings }));
        for connection in self.connections.borrow().values().filter(|connection| connection.identity().is_some()) {
            self.put(connection, shared.encoded(connection.encoding()));
        }
    }

    fn push(self: &Rc<Self>, push: &Arc<Push>) {
        match convert::notice(&push.what) {
            Notice::Same(body) => {
                let mut shared = Shared::new(body);
                each(&push.to, |user| self.tell_user(user, push.origin, &mut shared));
            }
            Notice::Conversation(conversation) => each(&push.to, |user| {
                if let Some(seen) = conversation.seen_by(user) {
                    let notice = v1::ConversationNotice { conversation: Some(convert::conversation(&seen)) };
                    self.tell_user(user, None, &mut Shared::new(ServerBody::ConversationNotice(notice)));
                }
            }),
            Notice::Friend(_, seen) => {
                let (hub, push) = (self.clone(), push.clone());
                spawn_local(async move {
                    // Whoever misses it sees it in the list of friends.
                    let Ok(notice) = hub.desk.friend_notice(&seen).await else { return };
                    let mut shared = Shared::new(notice);
                    each(&push.to, |user| hub.tell_user(user, None, &mut shared));
                });
            }
            Notice::SessionClosed(session) => {
                self.desk.session_closed(session);
                each(&push.to, |user| self.sign_out(user, session));
            }
            Notice::Gateway => match &push.what {
                PushKind::PacketEnded { packet, status, eligible, claims } => {
                    self.ended.borrow_mut().told(*packet, *status, eligible.clone(), claims.clone());
                }
                PushKind::Settings(changed) => self.settings_told(changed),
                _ => {}
            },
        }
    }

    /// Tells every connection of a user, except the one that caused it.
    pub(super) fn tell_user(&self, user: UserId, origin: Option<SessionId>, shared: &mut Shared) {
        for connection in self.users.borrow().get(&user).into_iter().flatten() {
            if !caused_by(connection, origin) {
                self.notify(connection, shared);
            }
        }
    }

    fn notify(&self, connection: &Rc<Connection>, shared: &mut Shared) {
        if let Some(ServerBody::MessageNotice(v1::MessageNotice { message: Some(message) })) = &shared.frame.body {
            let due_ms = self.now_ms() + i64::from(self.config.resend_ms);
            connection.unacknowledged.borrow_mut().sent(ConversationId(message.conversation), Seq(message.seq), due_ms);
        }
        self.figures.notices.inc();
        let message = shared.encoded(connection.encoding());
        if shared.may_wait() {
            self.put_for_company(connection, message);
        } else {
            self.put(connection, message);
        }
    }
}

/// Whether a connection caused a push: it belongs to the session that did, and has a request in work. Another
/// connection of the same session is told like any other device.
fn caused_by(connection: &Connection, origin: Option<SessionId>) -> bool {
    origin.is_some() && connection.busy() && connection.identity().map(|who| who.session) == origin
}

fn each(to: &Recipients, mut tell: impl FnMut(UserId)) {
    match to {
        Recipients::One(user) => tell(*user),
        Recipients::Many(users) => users.iter().copied().for_each(tell),
        Recipients::Gateways => {}
    }
}

/// One notice for many connections, encoded once in each encoding that is needed.
pub(super) struct Shared {
    frame: ServerFrame,
    protobuf: Option<Message>,
    json: Option<Message>,
}

impl Shared {
    pub fn new(body: ServerBody) -> Self {
        Self { frame: ServerFrame { request: 0, body: Some(body) }, protobuf: None, json: None }
    }

    pub fn encoded(&mut self, encoding: Encoding) -> Message {
        let kept = match encoding {
            Encoding::Protobuf => &mut self.protobuf,
            Encoding::Json => &mut self.json,
        };
        kept.get_or_insert_with(|| encoding.encode_frame(&self.frame)).clone()
    }

    /// Whether it may wait a little for company: nobody sits and waits for it.
    fn may_wait(&self) -> bool {
        let body = self.frame.body.as_ref();
        body.is_some_and(|body| {
            matches!(
                body,
                ServerBody::BalanceNotice(_)
                    | ServerBody::PacketNotice(_)
                    | ServerBody::DeliveredNotice(_)
                    | ServerBody::ReadNotice(_)
            )
        })
    }
}
