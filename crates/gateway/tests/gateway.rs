//! A whole server in this process, on the memory store, with real WebSocket and HTTP clients. Tests name the rules of
//! `PROTOCOL.md` they hold the server to.

#![allow(clippy::unwrap_used)]

#[path = "gateway/amounts.rs"]
mod amounts;
#[path = "gateway/client_ids.rs"]
mod client_ids;
#[path = "gateway/encodings.rs"]
mod encodings;
#[path = "gateway/files.rs"]
mod files;
#[path = "gateway/frames.rs"]
mod frames;
#[path = "gateway/going_away.rs"]
mod going_away;
#[path = "gateway/health.rs"]
mod health;
#[path = "gateway/heartbeat.rs"]
mod heartbeat;
#[path = "gateway/levels.rs"]
mod levels;
#[path = "gateway/limits.rs"]
mod limits;
#[path = "gateway/live.rs"]
mod live;
#[path = "gateway/looking.rs"]
mod looking;
#[path = "gateway/notices.rs"]
mod notices;
#[path = "gateway/operators.rs"]
mod operators;
#[path = "gateway/orders.rs"]
mod orders;
#[path = "gateway/pages.rs"]
mod pages;
#[path = "gateway/pin.rs"]
mod pin;
#[path = "gateway/presence.rs"]
mod presence;
#[path = "gateway/reconciliation.rs"]
mod reconciliation;
#[path = "gateway/rest.rs"]
mod rest;
#[path = "gateway/risk.rs"]
mod risk;
#[path = "gateway/security/mod.rs"]
mod security;
#[path = "gateway/shards.rs"]
mod shards;
#[path = "gateway/signing_in.rs"]
mod signing_in;
#[path = "gateway/slow_readers.rs"]
mod slow_readers;
#[path = "gateway/strangers.rs"]
mod strangers;
#[path = "gateway/transfers.rs"]
mod transfers;
#[path = "gateway/web.rs"]
mod web;
#[path = "gateway/world.rs"]
mod world;
