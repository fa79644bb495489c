//! Risk control of the red-packet function. Rules are data: they count events in sliding windows, per account, per device
//! and per pair, and say what follows when too many come together. Counts follow from facts, each where its fact is: opens
//! where the share is credited, packets and their ends where the sender lives, sign-ins where the device lives. So nobody is
//! asked, and whoever replays the log counts the same.
//!
//! A suspension takes the red-packet function alone from an account. The user's shard decides it and tells every other
//! shard, because a packet's shard must be able to refuse without asking.

pub mod change_rules;
pub mod device;
mod judge;
pub mod lift;
pub mod record;
pub mod release;
pub mod request_code;
pub mod rule;
#[cfg(test)]
mod rules_tests;
pub mod suspend;
pub mod window;

use serde::{Deserialize, Serialize};

pub use device::Device;
pub(crate) use judge::{hit, in_turn, judge};
pub use record::{Record, ReleaseCode};
pub use rule::{Consequence, Rule, RuleBook, RuleId, RuleKind};

use crate::ids::{Millis, OperatorId};

/// Why an account has no red-packet function.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum SuspensionReason {
    /// It opened too many packets too fast.
    Opens,
    /// It sent too many packets to people who are no friends of it.
    Strangers,
    /// Too many accounts signed in on its device.
    SharedDevice,
    /// Money went in circles between it and another.
    CircularFlow,
    /// Too many of its packets went back.
    RefundRate,
    /// An operator said so.
    Operator,
}

/// For how long, and why, an account may not send, grab or open packets.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Suspension {
    pub reason: SuspensionReason,
    /// The rule that caused it.
    pub rule: Option<RuleId>,
    pub since: Millis,
    /// From this moment on it is over.
    pub until: Millis,
    /// Whether the user may end it by itself.
    pub self_release: bool,
    /// What an operator said about it; empty when none did.
    pub words: String,
}

impl Suspension {
    #[must_use]
    pub fn active(&self, now: Millis) -> bool {
        now < self.until
    }
}

/// What came of a rule's count.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Effect {
    /// The rule is only tried: nothing, but it is known what would have been.
    DryRun,
    /// It is listed for operators.
    Flagged,
    Suspended(Suspension),
    /// It would have been suspended, and is for longer already.
    Already,
}

/// Who ended a suspension before its time.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum LiftedBy {
    User,
    Operator { by: OperatorId, reason: String },
}
