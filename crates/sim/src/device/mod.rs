//! A device in the simulator: the real client's state machine, a person's application around it, and what both keep
//! when they die.

mod app;
mod hears;
mod life;
mod wants;

use std::collections::{BTreeMap, BTreeSet};

use laisee_client::{
    Client,
    device::{Jitter, Kept},
};
use laisee_wire::v1::client_frame::Body as Ask;

pub use app::{App, Thread};
pub use wants::Want;

/// Somebody with an account.
pub struct Person {
    pub name: String,
    pub user: Option<u64>,
    pub devices: Vec<usize>,
    /// How others stand to it, as far as it has heard: the number of the protocol's `Relation`.
    pub relations: BTreeMap<u64, i32>,
    /// What it asked for under an id of its own and was answered, to be asked again.
    pub asked: Vec<Ask>,
    /// What it was shown of packets that have ended, to be looked at again.
    pub packets: BTreeSet<u64>,
}

/// A device through all its lives.
pub struct Device {
    pub person: usize,
    pub life: u32,
    pub on: bool,
    pub client: Option<Client>,
    pub token: Option<String>,
    pub link: Option<u64>,
    pub app: App,
    /// What it kept the last time it wrote everything down; the wait-ack queue is written at once.
    pub kept: Vec<Kept>,
    pub kept_app: App,
    /// Requests under way, by number, and those to be made again at their time.
    pub under_way: BTreeMap<u32, Want>,
    pub wanted: Vec<(i64, Want)>,
    pub tick_ms: Option<i64>,
    /// For client ids.
    pub jitter: Jitter,
    /// How far its clock is off.
    pub skew_ms: i64,
}

impl Device {
    /// Whether the user could use it now.
    #[must_use]
    pub fn usable(&self) -> bool {
        self.on && self.client.is_some()
    }

    /// Whether it is connected and knows all there is.
    #[must_use]
    pub fn at_rest(&self) -> bool {
        let Some(client) = &self.client else { return false };
        client.is_online() && !client.is_syncing() && self.under_way.is_empty() && self.wanted.is_empty()
    }
}
