//! Reconciliation: compares books that are kept apart, and names every difference with its evidence.
//!
//! The rules read facts and rows as anybody could who has the log, and work everything out anew: they use the core's
//! words (facts, ids, amounts) and none of its machines, so that an error there is not repeated here. A test holds the
//! crate to that.
//!
//! - [`reading`]: what one fact says of money. A fact that moves money is made known here.
//! - [`reckoner`]: what must hold over all facts of all shards, taken in the order of cause and effect.
//! - [`follow`]: brings the facts of all logs into that order, a little at a time.
//! - [`rows`]: the views against the log.
//! - [`day`]: one closed day, whole.

pub mod day;
pub mod debts;
pub mod follow;
pub mod order_log;
pub mod orders;
pub mod packets;
pub mod reading;
pub mod reckoner;
pub mod rows;
pub mod sums;
pub mod transfers;
pub mod wallets;
