//! Money in and out. The state machine of an order lives in the core ([`laisee_core::order`]); here is who speaks with
//! the provider.
//!
//! - [`cashier`]: takes open orders to their providers and brings back what they say;
//! - [`providers`]: all there are, for whoever compares what they say with the books;
//! - [`provider`]: what a provider is asked, and what it can say;
//! - [`sandbox`], [`webhook`]: the two there are;
//! - [`door`]: where a provider's own calls come in;
//! - [`signature`]: how both sides prove who they are.

pub mod cashier;
mod config;
pub mod door;
pub mod provider;
pub mod providers;
pub mod sandbox;
pub mod signature;
mod turns;
pub mod webhook;

pub use config::{PaymentsConfig, ProviderChoice, WebhookConfig};
