//! A shard at work: one writer, one queue, one log.
//!
//! [`engine`], [`courier`] and [`timers`] are sans-IO: the production loop ([`serve`]) and the simulator drive the same code.
//!
//! The life of a batch: the writer takes what waits in the queue, loads what memory lacks, applies commands in order,
//! and passes the facts to the appender. The appender puts everything it finds waiting at the end of the log in one
//! transaction and only then releases replies, pushes and notes, while the writer applies the next batch. Behind them the viewer follows
//! with cuts, and readers answer queries from the views.

mod appender;
pub mod courier;
mod courier_loop;
pub mod engine;
mod mender;
mod options;
mod progress;
mod readers;
pub mod recovery;
mod serve;
pub mod timers;
pub mod viewer;
mod writer;

pub use mender::{Mender, Repair};
pub use options::ShardOptions;
pub use serve::{ShardStatus, Shards, start};
