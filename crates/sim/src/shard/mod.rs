//! A shard in the simulator: the real engine, courier, recovery and viewer, with the waiting between their steps made
//! into events, so that it can be killed at each of them.

mod batch;
mod carry;
mod life;
mod views;

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use laisee_core::{
    command::Command,
    ids::{Position, SessionId, ShardId},
    query::Query,
};
use laisee_shard::{
    courier::Courier,
    engine::{Applied, Engine, FactBatch},
    timers::TimerWindow,
    viewer::ViewWork,
};
use laisee_store::{ReadLog, Store, memory::MemoryTables};

use crate::{
    chance::Chance,
    store::{FaultyLog, FaultyStore},
};

/// A shard through all its lives.
pub struct Node {
    pub id: ShardId,
    /// How far its clock is off.
    pub skew_ms: i64,
    pub life: u32,
    pub running: Option<Running>,
    /// A former owner that does not know yet that it is none any more.
    pub former: Option<(u32, Running)>,
    pub inbox: VecDeque<Queued>,
    pub questions: VecDeque<Asking>,
    pub full_until_ms: i64,
    entropy: Chance,
    /// The log as the auditor reads it, and how far it has.
    audit: Box<dyn ReadLog>,
    audited: Position,
    /// An earlier state of the views, which they may fall back to.
    earlier_views: Option<laisee_store::memory::KeptViews>,
}

/// A request that waits for the writer.
pub struct Queued {
    pub command: Command,
    pub origin: Option<SessionId>,
    pub from: u16,
    pub ticket: u64,
}

/// A question that waits for the views to reach what was durable when it came.
pub struct Asking {
    pub query: Query,
    pub gateway: usize,
    pub ticket: u64,
    pub wants: Position,
    pub until_ms: i64,
}

/// What is in memory while a shard runs.
pub struct Running {
    engine: Engine,
    reader: MemoryTables,
    tables: MemoryTables,
    log: FaultyLog,
    courier: Courier,
    courier_log: Box<dyn ReadLog>,
    /// The ticket of the delivery under way to each shard.
    deliveries: BTreeMap<u16, u64>,
    applied: VecDeque<Applied>,
    /// Being appended.
    appending: Vec<Applied>,
    durable: Position,
    viewed: Position,
    last_cut: Position,
    uncut: Vec<Arc<FactBatch>>,
    timers: TimerWindow,
    view: Option<ViewWork>,
    saving: bool,
    /// When the writer next looks by itself.
    write_ms: Option<i64>,
}

impl Node {
    #[must_use]
    pub fn new(number: u16, store: &FaultyStore, entropy: Chance) -> Self {
        let id = ShardId(number);
        Self {
            id,
            skew_ms: 0,
            life: 0,
            running: None,
            former: None,
            inbox: VecDeque::new(),
            questions: VecDeque::new(),
            full_until_ms: i64::MIN,
            entropy,
            audit: store.log_reader(id).expect("memory can be read"),
            audited: Position(0),
            earlier_views: None,
        }
    }

    /// Whether it has nothing to do and owes nothing.
    #[must_use]
    pub fn idle(&self) -> bool {
        let quiet = |running: &Running| {
            running.applied.is_empty()
                && running.appending.is_empty()
                && running.courier.idle()
                && running.viewed == running.durable
        };
        self.inbox.is_empty() && self.running.as_ref().is_some_and(quiet)
    }
}
