//! A server in memory that speaks the protocol over real sockets, and can be told to break a law.

mod doors;
mod money;
mod world;

pub use doors::Fake;
pub use world::Broken;
