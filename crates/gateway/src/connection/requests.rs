//! Brings what connections ask to the shards. A request that is one command goes without a task that waits for it.

use std::{
    rc::Rc,
    time::{Duration, Instant},
};

use laisee_bus::{Failure, Outcome, ReplyTo, Request};
use laisee_core::command::Command;
use laisee_wire::v1::{self, Hello};
use tokio::{task::spawn_local, time::timeout};

use super::{Connection, Hub, pending::Waiting, session::CloseCode};
use crate::{
    convert::{self, ClientBody, ErrorCode, RequestKind, ServerBody, error, failure},
    handle::{Answers, HeadsTold, Identity, unfitting},
};

/// What a client with too many requests in work is told to wait, in ms.
const RETRY_AFTER_MS: u32 = 100;

impl Hub {
    /// Takes on a request of somebody signed in.
    pub(super) fn carry(
        self: &Rc<Self>,
        connection: &Rc<Connection>,
        request: u32,
        who: Identity,
        mut body: ClientBody,
    ) {
        let kind = RequestKind::of(&body);
        if let Err(refused) = self.admit(connection) {
            return self.answer(connection, request, ServerBody::Error(refused));
        }
        match convert::command(who.user, &mut body) {
            Some(Ok(command)) => self.send(connection, request, kind, who, command),
            Some(Err(refused)) => self.answer(connection, request, ServerBody::Error(refused)),
            None => {
                let hub = self.clone();
                self.work(connection, request, kind, async move { hub.desk.answer(who, body).await });
            }
        }
    }

    /// Whether there is room for another request of this connection.
    fn admit(&self, connection: &Connection) -> Result<(), v1::Error> {
        if self.going_away.get() {
            return Err(error(ErrorCode::Unavailable, "the server is going away", RETRY_AFTER_MS));
        }
        if connection.in_flight.get() >= self.config.in_flight_max {
            return Err(error(ErrorCode::Busy, "too many requests of this connection in work", RETRY_AFTER_MS));
        }
        Ok(())
    }

    /// Sends a command on its way; its outcome comes back in a batch. What the gateway itself knows is answered at once.
    fn send(
        self: &Rc<Self>,
        connection: &Rc<Connection>,
        request: u32,
        kind: RequestKind,
        who: Identity,
        command: Command,
    ) {
        let since = Instant::now();
        let known = match &command {
            Command::OpenPacket(open) => self.ended.borrow().open(open.packet, who.user),
            Command::GrabPacket(grab) => self.ended.borrow().grab(grab.packet, who.user).map(Ok),
            Command::Acknowledge(acknowledge) => {
                let mut unacknowledged = connection.unacknowledged.borrow_mut();
                unacknowledged.acknowledged(acknowledge.conversation, acknowledge.through);
                None
            }
            _ => None,
        };
        if let Some(known) = known {
            self.figures.answered_here.inc();
            self.figures.answered(kind, since.elapsed());
            return self.answer(connection, request, body_of(known.map_err(Failure::Refused)));
        }
        connection.begin();
        let waiting = Waiting { connection: connection.clone(), request, kind, since };
        let ticket = self.pending.borrow_mut().begin(waiting);
        let reply_to = ReplyTo::Gateway { gateway: self.gateway, ticket };
        if let Err(failed) = self.desk.bus.send(Request { command, origin: Some(who.session), reply_to }) {
            self.outcome(ticket, Err(failed));
        }
    }

    /// What became of a command. Whoever has gone asks again when back, under the same client id.
    pub(super) fn outcome(self: &Rc<Self>, ticket: u64, outcome: Outcome) {
        let ended = self.pending.borrow_mut().end(ticket);
        let Some(waiting) = ended else { return };
        match (outcome, waiting.connection.identity()) {
            (Err(Failure::Refused(refusal)), Some(who)) if refusal.has_figures() => {
                let (hub, limit) = (self.clone(), waiting.kind.limit());
                spawn_local(async move {
                    let explained = timeout(hub.deadline(), hub.desk.explained(who.user, limit, refusal)).await;
                    let explained = explained.unwrap_or_else(|_| convert::refused(refusal));
                    hub.end(&waiting, ServerBody::Error(explained));
                });
            }
            (outcome, _) => self.end(&waiting, body_of(outcome)),
        }
    }

    /// Tells those whose commands have taken too long that the outcome is unknown.
    pub(super) fn end_overdue(&self) {
        let Some(began_before) = Instant::now().checked_sub(self.deadline()) else { return };
        let overdue = self.pending.borrow_mut().overdue(began_before);
        for waiting in overdue {
            self.end(&waiting, body_of(Err(Failure::Deadline)));
        }
    }

    fn end(&self, waiting: &Waiting, body: ServerBody) {
        waiting.connection.end();
        self.figures.answered(waiting.kind, waiting.since.elapsed());
        self.answer(&waiting.connection, waiting.request, body);
    }

    /// Answers a request that takes more than one command.
    fn work(
        self: &Rc<Self>,
        connection: &Rc<Connection>,
        request: u32,
        kind: RequestKind,
        work: impl Future<Output = Answers> + 'static,
    ) {
        connection.begin();
        let (hub, connection) = (self.clone(), connection.clone());
        spawn_local(async move {
            let since = Instant::now();
            let answers = timeout(hub.deadline(), work).await.unwrap_or_else(|_| Err(failure(Failure::Deadline)));
            connection.end();
            hub.figures.answered(kind, since.elapsed());
            match answers {
                Ok(bodies) => bodies.into_iter().for_each(|body| hub.answer(&connection, request, body)),
                Err(refused) => hub.answer(&connection, request, ServerBody::Error(refused)),
            }
        });
    }

    /// Rule C4.
    pub(super) fn heartbeat(
        self: &Rc<Self>,
        connection: &Rc<Connection>,
        request: u32,
        who: Identity,
        told: HeadsTold,
    ) {
        if let Err(refused) = self.admit(connection) {
            return self.answer(connection, request, ServerBody::Error(refused));
        }
        let (hub, beating) = (self.clone(), connection.clone());
        self.work(connection, request, RequestKind::Heartbeat, async move {
            let (heads, told) = hub.desk.heads_since(who.user, &told).await?;
            beating.session.borrow_mut().told_heads(told);
            Ok(vec![heads])
        });
    }

    /// Rule C1.
    pub(super) fn identify(self: &Rc<Self>, connection: &Rc<Connection>, request: u32, hello: Hello) {
        let (hub, newcomer) = (self.clone(), connection.clone());
        self.work(connection, request, RequestKind::Hello, async move {
            let welcome = hub.welcome(&newcomer, &hello.token).await;
            if let Err(refused) = &welcome {
                // A passing failure must not look like a dead token.
                let unknown = refused.code() == ErrorCode::Unauthenticated;
                newcomer.close(if unknown { CloseCode::Unauthenticated } else { CloseCode::GoingAway });
            }
            welcome.map(|welcome| vec![ServerBody::Welcome(welcome)])
        });
    }

    async fn welcome(self: &Rc<Self>, newcomer: &Rc<Connection>, token: &str) -> Result<v1::Welcome, v1::Error> {
        loop {
            let before = self.desk.sign_outs();
            let who = self.desk.identify(token).await?;
            let welcome = self.desk.welcome(who).await?;
            // A session that was closed meanwhile found no connection to close.
            if self.desk.sign_outs() == before {
                self.identified(newcomer, who);
                return Ok(welcome);
            }
        }
    }

    fn deadline(&self) -> Duration {
        Duration::from_millis(self.config.deadline_ms.into())
    }
}

fn body_of(outcome: Outcome) -> ServerBody {
    match outcome {
        Ok(reply) => convert::reply(&reply).unwrap_or_else(|| ServerBody::Error(unfitting())),
        Err(failed) => ServerBody::Error(failure(failed)),
    }
}
