//! Live connections. [`session`] is the state machine of one connection, [`encoding`] turns bytes into frames and back;
//! both are pure. [`hub`] knows all connections of this gateway and hands them what the shards send; [`socket`] moves the
//! bytes of one.

pub mod encoding;
mod ended;
mod hub;
mod outbox;
pub mod session;
mod socket;
mod unacknowledged;

pub use encoding::Encoding;
pub use hub::Hub;
pub use socket::run;
