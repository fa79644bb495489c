//! The bus: carries commands and queries to shards, and replies and pushes back to gateways.
//!
//! Handlers are written over the [`Bus`] trait, so the same code runs over channels in one process, over the
//! simulator's virtual network, and later over a real one.

mod failure;
mod gateway_port;
mod in_flight;
mod local;

use std::future::Future;

use laisee_core::{
    command::{Command, Reply},
    ids::{SessionId, ShardId},
    query::{Answer, Query},
};

pub use failure::Failure;
pub use gateway_port::{Delivery, GatewayId, GatewayInbox};
pub use local::{LocalBus, ShardInbox, ShardLimits, ShardPort};

/// What became of a command.
pub type Outcome = Result<Reply, Failure>;

/// A way to reach the shards.
pub trait Bus: Send + Sync + 'static {
    /// How many shards the store has.
    fn shards(&self) -> u16;

    /// Carries out a command in its shard and waits until its effects are durable.
    fn call(&self, command: Command, origin: Option<SessionId>) -> impl Future<Output = Outcome> + Send;

    /// Asks a shard's views, which will have reached what was durable when the question arrived.
    fn query(&self, shard: ShardId, query: Query) -> impl Future<Output = Result<Answer, Failure>> + Send;
}

/// A command on its way to a shard.
#[derive(Debug)]
pub struct Request {
    pub command: Command,
    /// The session that caused it, if any.
    pub origin: Option<SessionId>,
    pub reply_to: ReplyTo,
}

/// Where the outcome goes.
#[derive(Debug)]
pub enum ReplyTo {
    /// One waiting task.
    Once(tokio::sync::oneshot::Sender<Outcome>),
    /// A gateway, which knows by the ticket whom to tell. Outcomes of one batch travel together.
    Gateway {
        gateway: GatewayId,
        ticket: u64,
    },
    Nobody,
}

/// A question on its way to a shard's readers.
#[derive(Debug)]
pub struct Question {
    pub query: Query,
    pub reply_to: tokio::sync::oneshot::Sender<Result<Answer, Failure>>,
}
