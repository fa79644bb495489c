//! What a gateway has under way: handlers that wait for the bus.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, Waker},
};

use laisee_bus::{Failure, Outcome};
use laisee_core::{command::Command, content::Message, ids::UserId, query::Answer};
use laisee_gateway::{
    convert::ServerBody,
    handle::{Answers, HeadsTold, Identity},
};
use laisee_wire::v1;

use super::Waiting;
use crate::{
    bus::Asked,
    races, translate,
    world::{Event, World},
};

/// A handler at work.
pub type Task = Pin<Box<dyn Future<Output = Done>>>;

/// What came of a task, and for whom.
pub enum Done {
    Answered { line: u64, request: u32, answers: Answers },
    Heads { line: u64, request: u32, heads: Box<Result<(ServerBody, HeadsTold), v1::Error>> },
    Identified { line: u64, request: u32, welcome: Box<Result<(Identity, v1::Welcome), v1::Error>> },
    SignedIn { device: usize, life: u32, answer: Box<Result<v1::SignedIn, v1::Error>> },
    FriendNotice { users: Vec<UserId>, notice: Box<Result<ServerBody, v1::Error>> },
    Resend { line: u64, messages: Vec<Message> },
}

/// How long a request may take, as in production.
const DEADLINE_MS: i64 = 10_000;

impl World {
    pub fn begin(&mut self, gateway: usize, task: Task) {
        let found = &mut self.gateways[gateway];
        found.last_task += 1;
        let number = found.last_task;
        found.tasks.insert(number, task);
        self.poll(gateway, number);
    }

    /// Lets a handler go on as far as it can.
    fn poll(&mut self, gateway: usize, number: u64) {
        let now = self.now();
        let found = &mut self.gateways[gateway];
        found.clock.store(now, std::sync::atomic::Ordering::Relaxed);
        let Some(task) = found.tasks.get_mut(&number) else { return };
        let polled = task.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        for asked in self.gateways[gateway].bus.take() {
            self.ask(gateway, number, asked);
        }
        if let Poll::Ready(done) = polled {
            self.gateways[gateway].tasks.remove(&number);
            self.done(gateway, done);
        }
    }

    fn ask(&mut self, gateway: usize, task: u64, asked: Asked) {
        let ticket = self.ticket();
        self.schedule.after(DEADLINE_MS, Event::Deadline { gateway, ticket });
        match asked {
            Asked::Command { command, origin, waits } => {
                let waiting = Waiting::Command { task, command: command.clone(), waits };
                self.gateways[gateway].waiting.insert(ticket, waiting);
                self.send_request(gateway as u16, ticket, command, origin);
            }
            Asked::Query { shard, query, waits } => {
                self.gateways[gateway].waiting.insert(ticket, Waiting::Query { task, waits });
                self.send_question(gateway, ticket, shard.0, query);
            }
        }
    }

    /// The outcome of a command has come to the gateway. It has left the shard: what it tells must be durable.
    pub fn outcome_arrives(&mut self, gateway: usize, ticket: u64, outcome: Outcome) {
        let Some(waiting) = self.gateways[gateway].waiting.remove(&ticket) else { return };
        match waiting {
            Waiting::Line { line, request, command } => {
                self.tell_outcome(&command, &outcome);
                self.answer_outcome(gateway, line, request, outcome);
            }
            Waiting::Once { command } => self.tell_outcome(&command, &outcome),
            Waiting::Command { task, command, waits } => {
                self.tell_outcome(&command, &outcome);
                // A handler that is gone does not wait.
                let _ = waits.send(outcome);
                self.poll(gateway, task);
            }
            Waiting::Submit { order } => self.cashier_marked(*order, &outcome),
            query @ (Waiting::Query { .. } | Waiting::Cashier) => {
                self.gateways[gateway].waiting.insert(ticket, query);
            }
        }
    }

    fn tell_outcome(&mut self, command: &Command, outcome: &Outcome) {
        if let Some(told) = translate::outcome(command, outcome) {
            self.tell(&told);
        }
        races::count(self, command, outcome);
    }

    /// A command that is asked for once, through the first gateway.
    pub fn ask_once(&mut self, command: Command) {
        let (gateway, ticket) = (0, self.ticket());
        self.schedule.after(DEADLINE_MS, Event::Deadline { gateway, ticket });
        self.gateways[gateway].waiting.insert(ticket, Waiting::Once { command: command.clone() });
        self.send_request(gateway as u16, ticket, command, None);
    }

    pub fn answer_arrives(&mut self, gateway: usize, ticket: u64, answer: Result<Answer, Failure>) {
        match self.gateways[gateway].waiting.remove(&ticket) {
            Some(Waiting::Query { task, waits }) => {
                let _ = waits.send(answer);
                self.poll(gateway, task);
            }
            Some(Waiting::Cashier) => {
                if let Ok(answer) = answer {
                    self.cashier_finds(answer);
                }
            }
            _ => {}
        }
    }

    pub fn deadline(&mut self, gateway: usize, ticket: u64) {
        match self.gateways[gateway].waiting.get(&ticket) {
            None => {}
            Some(Waiting::Query { .. } | Waiting::Cashier) => {
                self.answer_arrives(gateway, ticket, Err(Failure::Deadline))
            }
            Some(_) => self.outcome_arrives(gateway, ticket, Err(Failure::Deadline)),
        }
    }
}
