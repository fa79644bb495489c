//! A load generator that is a client of the public protocol and nothing more.
//!
//! [`run`] plays chat, red packets, transfers, top-ups and withdrawals with many signed-in users and checks what they see while it runs; everything
//! the server acknowledged goes into a ledger file, and [`verify`] compares such a file with what is stored, also
//! after crashes. [`opens`] and [`idle`] are the clients of the benches P3 and P5.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod args;
mod audit;
mod cast;
mod draw;
mod failure;
pub mod idle;
mod insist;
mod ledger;
mod measure;
pub mod opens;
mod orders;
mod page;
mod plan;
mod player;
mod plot;
mod repeat;
mod report;
mod run;
mod transfers;
mod verify;
mod work;

pub use args::{Args, command, execute};
pub use draw::{Terms, commitment, shares};
pub use failure::StormError;
pub use ledger::{Entry, Record, Step};
pub use plan::{Mix, Plan};
pub use report::{Operation, Report, Second, Violation};
pub use run::{run, run_until};
pub use verify::{Verification, verify, verify_record};
