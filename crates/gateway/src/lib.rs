//! The gateway: keeps connections, and only that. It decodes and checks what clients send, brings commands and queries to
//! the shards, and tells clients what the shards push. It holds nothing that cannot be found again.
//!
//! - [`convert`]: the one place where the protocol's messages and the core's types meet;
//! - [`handle`]: what one request needs that is more than one command;
//! - [`connection`]: live connections, their state machine, and the hub that knows who is connected;
//! - [`http`]: REST, health, metrics, the web client's files, and the upgrade to a live connection.

mod config;
pub mod connection;
pub mod convert;
mod files;
pub mod handle;
pub mod http;
mod known_sessions;
mod live_figures;
mod live_settings;
mod passwords;
mod places;
mod presence;
mod rate;
pub mod token;
pub mod totp;

pub use config::{GatewayConfig, PasswordCost};
pub use files::Files;
pub use handle::admin::reconciliation::{Following, FollowingShard};
pub use http::{Asset, Assets, Handle, Inside, serve};
pub use live_figures::ShardFigures;
pub use live_settings::LiveSettings;
pub use passwords::{Argon2Passwords, Hashing, PasswordHasher, Place};
pub use presence::Presence;
