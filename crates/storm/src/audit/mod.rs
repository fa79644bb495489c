//! The laws a storm holds the server to. Knows the protocol, shares no code with the server.

mod order;
mod packet;
mod room;
mod statement;
mod transfer;
mod wallet;

pub(crate) use order::{Orders, ended, order_laws};
pub(crate) use packet::{Packets, packet_laws};
pub(crate) use room::Rooms;
pub(crate) use statement::statement_laws;
pub(crate) use transfer::{Transfers, listed_laws};
pub(crate) use wallet::Wallets;

use crate::Violation;

/// Violations kept with their words; more are only counted.
const KEPT: usize = 200;

/// What was found to be wrong.
#[derive(Clone, Debug, Default)]
pub(crate) struct Findings {
    pub count: u64,
    pub kept: Vec<Violation>,
}

impl Findings {
    /// A rule was broken. `what` should name ids, so that the log can be searched.
    pub(crate) fn add(&mut self, rule: &str, what: impl Into<String>) {
        self.count += 1;
        if self.kept.len() < KEPT {
            self.kept.push(Violation { rule: rule.into(), what: what.into() });
        }
    }

    pub(crate) fn extend(&mut self, other: Findings) {
        self.count += other.count;
        let room = KEPT - self.kept.len().min(KEPT);
        self.kept.extend(other.kept.into_iter().take(room));
    }
}

/// Everything watched while a storm is played.
#[derive(Debug, Default)]
pub(crate) struct Audit {
    pub rooms: Rooms,
    pub packets: Packets,
    pub transfers: Transfers,
    pub wallets: Wallets,
    pub findings: Findings,
}
