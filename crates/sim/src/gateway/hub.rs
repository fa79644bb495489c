//! Who is connected, and what is handed to them.

use std::sync::Arc;

use laisee_bus::Outcome;
use laisee_core::{
    command::Command,
    ids::{SessionId, UserId},
    push::{Push, Recipients},
};
use laisee_gateway::{
    connection::{
        Encoding,
        session::{CloseCode, Session, Step},
    },
    convert::{self, Notice, ServerBody},
    handle::Identity,
};
use laisee_wire::v1::{self, ErrorCode, ServerFrame};

use super::{Done, Line, Waiting};
use crate::{
    translate,
    world::{Event, World},
};

const DEADLINE_MS: i64 = 10_000;

impl World {
    pub fn line_opens(&mut self, gateway: usize, link: u64) {
        let session = Session::new(Encoding::Protobuf, &self.plan.config, self.now());
        self.gateways[gateway].lines.insert(link, Line { session, identity: None });
    }

    /// A frame comes in.
    pub fn gateway_takes(&mut self, gateway: usize, line: u64, bytes: &[u8]) {
        let now = self.now();
        let desk = self.gateways[gateway].desk.clone();
        let Some(found) = self.gateways[gateway].lines.get_mut(&line) else { return };
        match found.session.take(bytes, now) {
            Step::Identify { request, hello } => self.begin(
                gateway,
                Box::pin(async move {
                    let welcome = async {
                        let who = desk.identify(&hello.token).await?;
                        Ok((who, desk.welcome(who).await?))
                    };
                    Done::Identified { line, request, welcome: Box::new(welcome.await) }
                }),
            ),
            Step::Carry { request, who, mut body } => match convert::command(who.user, &mut body) {
                Some(Ok(command)) => self.command(gateway, line, request, who, command),
                Some(Err(refused)) => self.answer(line, request, ServerBody::Error(refused)),
                None => self.begin(
                    gateway,
                    Box::pin(async move { Done::Answered { line, request, answers: desk.answer(who, body).await } }),
                ),
            },
            Step::Heartbeat { request, who, told } => self.begin(
                gateway,
                Box::pin(async move {
                    let heads = desk.heads_since(who.user, &told).await;
                    Done::Heads { line, request, heads: Box::new(heads) }
                }),
            ),
            Step::Refuse { request, error } => self.answer(line, request, ServerBody::Error(error)),
            Step::Close { request, error, code } => {
                self.answer(line, request, ServerBody::Error(error));
                self.close(gateway, line, code);
            }
        }
    }

    fn command(&mut self, gateway: usize, line: u64, request: u32, who: Identity, command: Command) {
        let ticket = self.ticket();
        self.schedule.after(DEADLINE_MS, Event::Deadline { gateway, ticket });
        let waiting = Waiting::Line { line, request, command: command.clone() };
        self.gateways[gateway].waiting.insert(ticket, waiting);
        self.send_request(gateway as u16, ticket, command, Some(who.session));
    }

    pub(super) fn answer_outcome(&mut self, gateway: usize, line: u64, request: u32, outcome: Outcome) {
        if !self.gateways[gateway].lines.contains_key(&line) {
            return;
        }
        let body = match outcome {
            Ok(reply) => convert::reply(&reply).unwrap_or(ServerBody::Error(v1::Error::default())),
            Err(failed) => ServerBody::Error(convert::failure(failed)),
        };
        self.answer(line, request, body);
    }

    fn answer(&mut self, line: u64, request: u32, body: ServerBody) {
        self.send_down(line, ServerFrame { request, body: Some(body) });
    }

    /// A handler has come to its end.
    pub(super) fn done(&mut self, gateway: usize, done: Done) {
        match done {
            Done::Answered { line, request, answers: Ok(bodies) } => {
                for body in bodies {
                    self.answer(line, request, body);
                }
            }
            Done::Answered { line, request, answers: Err(refused) } => {
                self.answer(line, request, ServerBody::Error(refused));
            }
            Done::Heads { line, request, heads } => match *heads {
                Ok((heads, told)) => {
                    if let Some(open) = self.gateways[gateway].lines.get_mut(&line) {
                        open.session.told_heads(told);
                    }
                    self.answer(line, request, heads);
                }
                Err(refused) => self.answer(line, request, ServerBody::Error(refused)),
            },
            Done::Identified { line, request, welcome } => self.identified(gateway, line, request, *welcome),
            Done::SignedIn { device, life, answer } => {
                if !self.fault(self.plan.faults.frame_lost) {
                    let ms = self.chance.between(1, 50);
                    self.schedule.after(ms, Event::SignedIn { device, life, answer });
                }
            }
            Done::FriendNotice { users, notice } => {
                // Whoever cannot be shown the friend sees it when it next looks.
                let Ok(notice) = *notice else { return };
                for user in users {
                    self.tell_user(gateway, user, None, &notice);
                }
            }
            Done::Resend { line, messages } => {
                for message in &messages {
                    let notice = v1::MessageNotice { message: Some(convert::message(message)) };
                    self.answer(line, 0, ServerBody::MessageNotice(notice));
                }
            }
        }
    }

    fn identified(
        &mut self,
        gateway: usize,
        line: u64,
        request: u32,
        welcome: Result<(Identity, v1::Welcome), v1::Error>,
    ) {
        let found = &mut self.gateways[gateway];
        let Some(open) = found.lines.get_mut(&line) else { return };
        match welcome {
            Ok((who, welcome)) => {
                open.session.welcomed(who);
                open.identity = Some(who);
                found.users.entry(who.user).or_default().push(line);
                found.desk.presence.came(who.user, who.session);
                self.answer(line, request, ServerBody::Welcome(welcome));
            }
            Err(refused) => {
                let unknown = refused.code() == ErrorCode::Unauthenticated;
                self.answer(line, request, ServerBody::Error(refused));
                let code = if unknown { CloseCode::Unauthenticated } else { CloseCode::GoingAway };
                self.close(gateway, line, code);
            }
        }
    }

    /// A shard's push has come to the gateway. It has left the shard: what it tells must be durable.
    pub fn push_arrives(&mut self, gateway: usize, push: &Arc<Push>) {
        if let Some(told) = translate::push(push) {
            self.tell(&told);
        }
        let users: Vec<UserId> = match &push.to {
            Recipients::One(user) => vec![*user],
            Recipients::Many(users) => users.to_vec(),
            Recipients::Gateways => vec![],
        };
        match convert::notice(&push.what) {
            Notice::Same(body) => {
                for user in users {
                    self.tell_user(gateway, user, push.origin, &body);
                }
            }
            Notice::Conversation(conversation) => {
                for user in users {
                    if let Some(seen) = conversation.seen_by(user) {
                        let notice = v1::ConversationNotice { conversation: Some(convert::conversation(&seen)) };
                        self.tell_user(gateway, user, None, &ServerBody::ConversationNotice(notice));
                    }
                }
            }
            Notice::Friend(_, seen) => {
                let connected = |user: &UserId| self.gateways[gateway].users.contains_key(user);
                if users.iter().any(connected) {
                    let desk = self.gateways[gateway].desk.clone();
                    let task = async move {
                        let notice = Box::new(desk.friend_notice(&seen).await);
                        Done::FriendNotice { users, notice }
                    };
                    self.begin(gateway, Box::pin(task));
                }
            }
            Notice::SessionClosed(session) => self.sign_out(gateway, &users, session),
            Notice::Gateway => {}
        }
    }

    fn tell_user(&mut self, gateway: usize, user: UserId, origin: Option<SessionId>, body: &ServerBody) {
        let Some(lines) = self.gateways[gateway].users.get(&user).cloned() else { return };
        for line in lines {
            let identity = self.gateways[gateway].lines.get(&line).and_then(|open| open.identity);
            let caused_it = origin.is_some() && identity.map(|who| who.session) == origin;
            if !caused_it {
                self.answer(line, 0, body.clone());
            }
        }
    }

    fn sign_out(&mut self, gateway: usize, users: &[UserId], session: SessionId) {
        self.gateways[gateway].desk.session_closed(session);
        for user in users {
            for line in self.gateways[gateway].users.get(user).cloned().unwrap_or_default() {
                let identity = self.gateways[gateway].lines.get(&line).and_then(|open| open.identity);
                if identity.is_some_and(|who| who.session == session) {
                    self.close(gateway, line, CloseCode::SignedOut);
                }
            }
        }
    }

    fn close(&mut self, gateway: usize, line: u64, code: CloseCode) {
        self.line_ends(gateway, line);
        // What was said before the end still arrives.
        let ms = self.links.get(&line).map_or(0, |link| (link.last_down() - self.now()).max(0));
        self.schedule.after(ms + 1, Event::CutAtDevice { link: line, code: Some(code as u16) });
    }

    fn line_ends(&mut self, gateway: usize, line: u64) {
        let found = &mut self.gateways[gateway];
        let Some(who) = found.lines.remove(&line).and_then(|open| open.identity) else { return };
        if let Some(lines) = found.users.get_mut(&who.user) {
            lines.retain(|open| *open != line);
            if lines.is_empty() {
                found.users.remove(&who.user);
            }
        }
        found.desk.presence.went(who.user, who.session);
    }

    pub fn cut_at_gateway(&mut self, link: u64) {
        let Some(gateway) = self.links.get(&link).map(|link| link.gateway) else { return };
        self.line_ends(gateway, link);
    }

    /// Looks after all connections: silent ones are closed.
    pub fn gateway_ticks(&mut self, gateway: usize) {
        self.schedule.after(1_000, Event::GatewayTick { gateway });
        let (now, config) = (self.now(), self.plan.config.clone());
        let lines = &self.gateways[gateway].lines;
        let silent: Vec<u64> =
            lines.iter().filter(|(_, open)| open.session.overdue(&config, now)).map(|(line, _)| *line).collect();
        for line in silent {
            self.close(gateway, line, CloseCode::Silent);
        }
    }

    pub fn gateway_dies(&mut self, gateway: usize) {
        self.stats.gateways_died += 1;
        self.aloud(|| format!("gateway {gateway} dies"));
        let lines: Vec<u64> = self.gateways[gateway].lines.keys().copied().collect();
        let plan = self.plan.clone();
        self.gateways[gateway].restart(&plan);
        for line in lines {
            self.cut_link(line, None);
        }
    }
}
