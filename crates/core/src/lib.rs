//! The state machines of Laisee: accounts and sessions, pairs of friends, conversations, the ledger,
//! orders to payment providers and red packets.
//!
//! All of it is deterministic: no IO, no clock, no randomness of its own, no floats, no iteration over hash maps. Time,
//! fresh ids and entropy come in with [`Context`]. The same code runs in production, in the simulator and in replay.
//!
//! Every machine has the same three functions:
//! - a command's `decide(&self, &State, &mut Context) -> Result<Vec<Fact>, Refusal>` only looks: a column of checks;
//! - [`State::evolve`] makes one fact true and cannot fail; state changes nowhere else;
//! - [`project`] gives the rows of history that follow from a fact.
//!
//! What a reply says follows from the facts and the state after them (each command's `reply`), and so do pushes
//! ([`pushes`]) and what is owed to other shards ([`notes`]).

pub mod audit;
pub mod command;
pub mod content;
pub mod context;
pub mod conversation;
pub mod cut;
mod decide;
mod evolve;
pub mod fact;
pub mod fen;
pub mod file;
pub mod guard;
pub mod hidden;
pub mod ids;
#[cfg(test)]
mod laws_tests;
pub mod ledger;
pub mod note;
mod notes;
pub mod operator;
pub mod order;
pub mod packet;
pub mod pair;
mod project;
pub mod push;
mod pushes;
pub mod query;
pub mod receive;
pub mod recent;
pub mod reconciliation;
pub mod refusal;
pub mod risk;
pub mod settings;
pub mod shelf;
pub mod state;
pub mod timer;
pub mod transfer;
#[cfg(test)]
mod trial;
pub mod user;
pub mod wallet;

pub use context::Context;
pub use decide::{carry_out, needs};
pub use evolve::{changes_needs, fact_needs};
pub use notes::notes;
pub use project::project;
pub use pushes::pushes;
pub use state::State;
