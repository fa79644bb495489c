//! The sans-IO heart of a shard: takes batches of commands, gives facts to append and what to tell once they are
//! durable. It never waits and never looks at a clock.

use std::sync::Arc;

use laisee_bus::{Failure, Outcome, ReplyTo, Request};
use laisee_core::{
    Context, State, carry_out,
    cut::{Cut, Key, Loaded},
    fact::Fact,
    ids::{Millis, PacketId, Position},
    needs,
    push::Push,
    pushes,
    timer::TimerKey,
};

/// How long after something fell due and could not be done yet it is tried again, in ms.
const DUE_AGAIN_MS: i64 = 1_000;

/// The facts of one batch, in order, all of one moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FactBatch {
    pub first: Position,
    pub at: Millis,
    pub facts: Vec<Fact>,
}

impl FactBatch {
    #[must_use]
    pub fn last(&self) -> Position {
        Position(self.first.0 + self.facts.len() as u64 - 1)
    }

    /// The facts with their positions.
    pub fn numbered(&self) -> impl Iterator<Item = (Position, &Fact)> {
        self.facts.iter().enumerate().map(|(n, fact)| (Position(self.first.0 + n as u64), fact))
    }
}

/// What applying a batch gave. Nothing of it may leave before `batch` and all batches before it are durable.
#[derive(Debug)]
pub struct Applied {
    /// `None`: nothing happened, but replies may tell of facts that are still being appended.
    pub batch: Option<Arc<FactBatch>>,
    pub replies: Vec<Replying>,
    pub pushes: Vec<Push>,
}

/// An outcome and where it goes.
#[derive(Debug)]
pub struct Replying {
    pub reply_to: ReplyTo,
    /// The packet the request was counted for.
    pub packet: Option<PacketId>,
    pub outcome: Outcome,
}

impl Replying {
    /// For a request that was not carried out.
    #[must_use]
    pub fn failed(request: Request, failure: Failure) -> Self {
        Self { packet: request.command.packet(), reply_to: request.reply_to, outcome: Err(failure) }
    }
}

/// A shard's state and the commands that change it.
pub struct Engine {
    pub state: State,
    context: Context,
}

impl Engine {
    #[must_use]
    pub fn new(state: State, entropy: Box<dyn FnMut() -> [u8; 32] + Send>) -> Self {
        let context = Context { now: state.meta.at, mint: state.meta.mint.clone(), entropy };
        Self { state, context }
    }

    /// What must be loaded before these requests can be applied. To be asked again after loading, until it is empty:
    /// what was loaded may name more.
    pub fn lacking(&mut self, requests: &[Request]) -> Vec<Key> {
        let mut keys = Vec::new();
        for request in requests {
            needs(&request.command, &self.state, &mut keys);
        }
        keys.retain(|key| self.state.lacks(key));
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    pub fn install(&mut self, loaded: Vec<Loaded>) {
        for loaded in loaded {
            self.state.install(loaded);
        }
    }

    /// Carries out requests in order and empties `requests`. `now` may jump; a shard's time never runs backwards.
    pub fn apply(&mut self, now: Millis, requests: &mut Vec<Request>) -> Applied {
        let now = now.max(self.state.meta.at);
        self.context.now = now;
        let first = Position(self.state.position.0 + 1);
        let mut facts = Vec::with_capacity(requests.len());
        let mut replies = Vec::with_capacity(requests.len());
        let mut told = Vec::new();
        for request in requests.drain(..) {
            let before = facts.len();
            let done = carry_out(&mut self.state, &mut self.context, &request.command, &mut facts);
            for fact in &facts[before..] {
                pushes(&self.state, fact, now, request.origin, |push| told.push(push));
            }
            if let Some(key) = TimerKey::of(&request.command) {
                self.due_again(key, now);
            }
            replies.push(Replying {
                reply_to: request.reply_to,
                packet: request.command.packet(),
                outcome: done.map_err(Failure::Refused),
            });
        }
        let batch = (!facts.is_empty()).then(|| Arc::new(FactBatch { first, at: now, facts }));
        Applied { batch, replies, pushes: told }
    }

    /// Commands whose time has come, at most `max`.
    pub fn due(&mut self, now: Millis, max: usize) -> Vec<Request> {
        let now = now.max(self.state.meta.at);
        let due = self.state.due(now, max);
        due.iter()
            .map(|timer| {
                self.state.timers.remove(timer);
                Request { command: timer.1.command(), origin: None, reply_to: ReplyTo::Nobody }
            })
            .collect()
    }

    /// When the next command falls due.
    #[must_use]
    pub fn next_due(&self) -> Option<Millis> {
        self.state.timers.first().map(|(due, _)| *due)
    }

    /// What changed since the last cut.
    pub fn cut(&mut self) -> Cut {
        // An id that was minted for what was then refused is in no fact, so it must be in no view either: views are what
        // the log says, and `check` compares them.
        self.state.cut()
    }

    /// What could not be done when its time had come is tried again a little later, such as the end of a packet that is
    /// still on its way.
    fn due_again(&mut self, key: TimerKey, now: Millis) {
        if let Some(due) = self.state.waits(key) {
            self.state.timers.insert((due.max(now.plus(DUE_AGAIN_MS)), key));
        }
    }
}
