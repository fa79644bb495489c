//! A gateway in the simulator: the real sessions, handlers and conversions; what its hub does with sockets and tasks is
//! done here with links and events.

mod hub;
mod tasks;

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use laisee_bus::{Failure, Outcome};
use laisee_core::{command::Command, ids::UserId, order::Order, query::Answer};
use laisee_gateway::{
    Hashing, PasswordHasher, Place, Presence,
    connection::session::Session,
    handle::{Desk, Identity, Surroundings},
};
use parking_lot::Mutex;
use tokio::sync::oneshot;

use crate::{bus::SimBus, chance::Chance, plan::Plan};

pub use tasks::{Done, Task};

/// A gateway through all its lives.
pub struct Gateway {
    pub desk: Arc<Desk<SimBus>>,
    pub bus: Arc<SimBus>,
    pub clock: Arc<AtomicI64>,
    pub lines: BTreeMap<u64, Line>,
    pub users: BTreeMap<UserId, Vec<u64>>,
    pub tasks: BTreeMap<u64, Task>,
    pub last_task: u64,
    pub waiting: BTreeMap<u64, Waiting>,
    entropy: Chance,
}

/// The gateway's end of a link.
pub struct Line {
    pub session: Session,
    pub identity: Option<Identity>,
}

/// Who waits for an answer from the bus.
pub enum Waiting {
    /// A client, for a command that is all of its request.
    Line {
        line: u64,
        request: u32,
        command: Command,
    },
    /// Somebody who does not ask again: over HTTP, or at the console.
    Once {
        command: Command,
    },
    /// The cashier, for open orders, or to hand one over.
    Cashier,
    Submit {
        order: Box<Order>,
    },
    /// A handler.
    Command {
        task: u64,
        command: Command,
        waits: oneshot::Sender<Outcome>,
    },
    Query {
        task: u64,
        waits: oneshot::Sender<Result<Answer, Failure>>,
    },
}

impl Gateway {
    #[must_use]
    pub fn new(plan: &Plan, mut entropy: Chance) -> Self {
        let bus = SimBus::new(plan.shards);
        let clock = Arc::new(AtomicI64::new(0));
        let desk = desk(plan, &bus, &clock, &mut entropy);
        Self {
            desk,
            bus,
            clock,
            lines: BTreeMap::new(),
            users: BTreeMap::new(),
            tasks: BTreeMap::new(),
            last_task: 0,
            waiting: BTreeMap::new(),
            entropy,
        }
    }

    /// Begins anew with nothing in memory.
    pub fn restart(&mut self, plan: &Plan) {
        self.bus = SimBus::new(plan.shards);
        self.desk = desk(plan, &self.bus, &self.clock, &mut self.entropy);
        self.lines.clear();
        self.users.clear();
        self.tasks.clear();
        self.waiting.clear();
    }
}

fn desk(plan: &Plan, bus: &Arc<SimBus>, clock: &Arc<AtomicI64>, entropy: &mut Chance) -> Arc<Desk<SimBus>> {
    let entropy = Mutex::new(entropy.fork());
    let time = clock.clone();
    let surroundings = Surroundings {
        clock: Arc::new(move || time.load(Ordering::Relaxed)),
        entropy: Arc::new(move || entropy.lock().bytes()),
        passwords: Arc::new(PlainPasswords),
    };
    let presence = Arc::new(Presence::default());
    Arc::new(Desk::new(bus.clone(), plan.settings.clone(), plan.config.clone(), presence, surroundings))
}

/// Hashing is not what is simulated here.
struct PlainPasswords;

impl PasswordHasher for PlainPasswords {
    fn hash(&self, password: String) -> Hashing<'_, String> {
        Box::pin(std::future::ready(Some(password)))
    }

    fn reserve(&self) -> Option<Place> {
        Some(Place::without_queue())
    }

    fn verify_at(&self, _: Place, password: String, hash: Option<String>) -> Hashing<'_, bool> {
        Box::pin(std::future::ready(Some(hash == Some(password))))
    }
}
