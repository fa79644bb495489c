//! One signed-in device as a pure state machine.
//!
//! Inputs are method calls on [`Client`] (connected, disconnected, frame received, tick, what the user does); outputs
//! are taken with [`Client::poll_frame`] and [`Client::poll_event`], and [`Client::next_tick`] says when to tick.

mod agenda;
mod client;
mod event;
mod inbox;
mod jitter;
mod message_id;
mod outbox;
mod pending;
mod reconnect;
mod saved;
mod syncing;
mod tempo;
mod thread;

pub use client::{Client, Identity};
pub use event::{Event, Lost, SendFailure};
pub use jitter::Jitter;
pub use message_id::mint;
pub use outbox::Outgoing;
pub use reconnect::{Attempt, Reconnect};
pub use saved::{Kept, Saved};
pub use tempo::Tempo;
