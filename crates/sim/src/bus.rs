//! How a gateway's handlers reach the shards: their calls wait here until the world carries them.

use std::sync::Arc;

use laisee_bus::{Bus, Failure, Outcome};
use laisee_core::{
    command::Command,
    ids::{SessionId, ShardId},
    query::{Answer, Query},
};
use parking_lot::Mutex;
use tokio::sync::oneshot;

/// What a handler asked for and waits for.
pub enum Asked {
    Command { command: Command, origin: Option<SessionId>, waits: oneshot::Sender<Outcome> },
    Query { shard: ShardId, query: Query, waits: oneshot::Sender<Result<Answer, Failure>> },
}

/// One gateway's end of the bus.
pub struct SimBus {
    shards: u16,
    asked: Mutex<Vec<Asked>>,
}

/// Whoever asked and was forgotten has got no answer.
const FORGOTTEN: Failure = Failure::Unavailable { retry_after_ms: 500 };

impl SimBus {
    #[must_use]
    pub fn new(shards: u16) -> Arc<Self> {
        Arc::new(Self { shards, asked: Mutex::default() })
    }

    /// What was asked since the last call, in order.
    pub fn take(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.asked.lock())
    }
}

impl Bus for SimBus {
    fn shards(&self) -> u16 {
        self.shards
    }

    async fn call(&self, command: Command, origin: Option<SessionId>) -> Outcome {
        let needed = [Some(command.shard(self.shards)), command.relies_on()];
        if needed.iter().flatten().any(|shard| shard.0 >= self.shards) {
            return Err(Failure::NoSuchShard);
        }
        let (waits, outcome) = oneshot::channel();
        self.asked.lock().push(Asked::Command { command, origin, waits });
        outcome.await.unwrap_or(Err(FORGOTTEN))
    }

    async fn query(&self, shard: ShardId, query: Query) -> Result<Answer, Failure> {
        if shard.0 >= self.shards {
            return Err(Failure::NoSuchShard);
        }
        let (waits, answer) = oneshot::channel();
        self.asked.lock().push(Asked::Query { shard, query, waits });
        answer.await.unwrap_or(Err(FORGOTTEN))
    }
}
