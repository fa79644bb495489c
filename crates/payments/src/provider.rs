//! What a provider is asked, and what it can say.

use laisee_core::{
    fen::Fen,
    ids::Millis,
    order::{Order, Word},
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Carries orders out. An order's number is its id and never changes: a provider that gets it again must not do it again.
/// Calls block; they run on threads of their own.
pub trait Provider: Send + Sync {
    /// Hands an order over.
    ///
    /// # Errors
    /// `Unheard`: whether the provider has it is not known now. It will be asked.
    fn submit(&self, order: &Order) -> Result<Said, Unheard>;

    /// Asks what became of an order.
    ///
    /// # Errors
    /// `Unheard`: it could not be asked.
    fn ask(&self, order: &Order) -> Result<Said, Unheard>;

    /// A page of what it has of the orders that were made in a span, after the mark that the page before it gave (empty:
    /// from the beginning). `Ok(None)`: it keeps no list.
    ///
    /// # Errors
    /// `Unheard`: it could not be asked, or does not know how to answer.
    fn list(&self, span: Span, after: &str) -> Result<Option<Page>, Unheard>;
}

/// From a moment to another, which is not part of it; by our clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    pub from: Millis,
    pub to: Millis,
}

/// Some of what a provider has.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Page {
    /// By their numbers, as the provider writes them. One that it has twice stands there twice.
    pub orders: Vec<(String, Said)>,
    /// Where the next page begins; empty: there is none.
    pub next: String,
}

/// What a provider says of an order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    pub word: Word,
    /// What it takes the amount to be.
    pub amount: Option<Fen>,
    pub reference: String,
    pub reason: String,
}

/// No answer that can be believed.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("{0}")]
pub struct Unheard(pub String);

/// A provider's word as it is written, in answers and in its own calls.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Written {
    /// The order's number.
    pub number: String,
    pub status: Status,
    /// In fen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    #[serde(default)]
    pub reference: String,
    #[serde(default)]
    pub reason: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    NotFound,
    Pending,
    Succeeded,
    Failed,
    Returned,
}

impl From<Written> for Said {
    fn from(written: Written) -> Self {
        let word = match written.status {
            Status::NotFound => Word::NotFound,
            Status::Pending => Word::Pending,
            Status::Succeeded => Word::Succeeded,
            Status::Failed => Word::Failed,
            Status::Returned => Word::Returned,
        };
        Self { word, amount: written.amount.map(Fen), reference: written.reference, reason: written.reason }
    }
}
