//! The Rust client, in two rooms.
//!
//! [`device`] is pure: what one signed-in device knows and does, without sockets, clocks or randomness of its own.
//! Time comes in as `now_ms` (Unix milliseconds), randomness as a seed, so the simulator can drive it too.
//! [`connection`] drives a device over a real WebSocket and reconnects; [`http`] is the little REST that is
//! needed before there is a token.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod connection;
pub mod device;
pub mod failure;
pub mod http;
pub mod request;

pub use connection::{Connection, Encoding, Options};
pub use device::{Client, Event, Identity, Tempo};
pub use failure::ClientError;
pub use request::Request;
