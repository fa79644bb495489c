//! A server small enough to be obviously right, and a network that is wrong on purpose.

mod network;
mod server;

pub use network::{Faults, World};
