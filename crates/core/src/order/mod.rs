//! An order to a payment provider: money into a wallet, or out of it. It has one number for ever, which the provider
//! knows it by, and one end. What the provider says late, twice or against what it said before is recorded and raised,
//! never applied twice.
//!
//! ```text
//!   created --submit--> unknown --pending--> submitted
//!      ^                  |  \                  |  \
//!      +---- not found ---+   +-- succeeded, failed, returned
//!                                  succeeded --returned--> returned (a withdrawal only)
//! ```
//!
//! A withdrawal holds the money from the beginning; a top-up credits on the provider's word alone.

pub mod ask;
pub mod close_raised;
pub mod hear;
mod life;
pub mod list;
pub mod settle;
pub mod step;
pub mod submit;
pub mod top_up;
pub mod withdraw;

use serde::{Deserialize, Serialize};

use crate::{
    State,
    cut::Done,
    fen::Fen,
    ids::{ClientId, Millis, OrderId, UserId},
};

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum OrderKind {
    TopUp,
    Withdrawal,
}

/// Who carries orders out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Provider {
    /// Plays a provider: money comes from nowhere and goes there.
    Sandbox,
    /// One that is spoken to by signed requests and answers by signed webhooks.
    Webhook,
}

/// How new orders are carried out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Payments {
    /// By the sandbox, in the very command that makes them.
    #[default]
    SandboxAtOnce,
    /// By the sandbox, after a while, as a real provider would.
    SandboxLater,
    Webhook,
}

impl Payments {
    #[must_use]
    pub fn provider(self) -> Provider {
        match self {
            Self::SandboxAtOnce | Self::SandboxLater => Provider::Sandbox,
            Self::Webhook => Provider::Webhook,
        }
    }

    #[must_use]
    pub fn at_once(self) -> bool {
        self == Self::SandboxAtOnce
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum OrderState {
    /// The provider does not have it.
    Created,
    /// The provider may have it: it is asked before anything is repeated.
    Unknown,
    /// The provider has it and works on it.
    Submitted,
    Succeeded,
    /// The provider did not carry it out; what was held went back.
    Failed,
    /// The provider carried a withdrawal out and the money came back.
    Returned,
}

impl OrderState {
    /// As it is written and shown.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Unknown => "unknown",
            Self::Submitted => "submitted",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Returned => "returned",
        }
    }

    /// Whether the provider owes no word any more.
    #[must_use]
    pub fn settled(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Returned)
    }
}

/// The order that a command left under its id: how it stood right then, and the balance.
fn ordered(state: &State, user: UserId, id: ClientId) -> (OrderId, OrderState, Fen) {
    match state.once.get(user, id).map(|once| once.done) {
        Some(Done::Ordered { order, at_once, balance }) => {
            (order, if at_once { OrderState::Succeeded } else { OrderState::Created }, balance)
        }
        other => unreachable!("an order left {other:?}"),
    }
}

/// What a provider says of an order.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Word {
    /// It never heard of it.
    NotFound,
    Pending,
    Succeeded,
    Failed,
    Returned,
}

impl Word {
    /// As it is written and shown.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NotFound => "not found",
            Self::Pending => "pending",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Returned => "returned",
        }
    }
}

/// An order as it stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Order {
    pub order: OrderId,
    pub user: UserId,
    pub kind: OrderKind,
    pub provider: Provider,
    pub amount: Fen,
    /// Where a withdrawal goes, in the user's words.
    pub destination: String,
    pub state: OrderState,
    /// How often it was handed to the provider.
    pub attempts: u32,
    /// The provider's own number, once it gave one.
    pub reference: String,
    /// Why it failed or was returned, in the provider's words.
    pub reason: String,
    pub created_at: Millis,
    pub changed_at: Millis,
    /// What the provider said that does not fit, each word once, as they came. Somebody must look at it.
    pub raised: Vec<Raised>,
    /// How often an operator has had the provider asked: more than the cashier knows of, and its turn is now.
    pub asked: u32,
}

/// How many words that do not fit are kept of one order. A provider that goes on for ever must not fill the log, and whoever
/// looks at so many learns nothing from another one.
pub const RAISED_MAX: usize = 16;

/// A word that was not applied. With another amount it is another word.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Raised {
    pub word: Word,
    pub amount: Fen,
    pub reference: String,
    pub reason: String,
    /// When it was first said.
    pub at: Millis,
}
