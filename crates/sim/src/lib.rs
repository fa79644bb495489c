//! The whole system in one thread, on one virtual clock, from one seed: devices with the real client, gateways with the
//! real sessions and handlers, shards with the real engine, couriers, recovery and views, and a store in memory, while
//! everything fails that can fail. An auditor that shares no code with any of it knows the laws.
//!
//! A seed makes a [`plan`]; a [`world`] lives it; [`heal`] brings it to its end. A failing seed lives the same life
//! again, to the same end. [`broken`] worlds prove that the auditor would notice.

pub mod actions;
pub mod auditor;
pub mod broken;
pub mod bus;
pub mod chance;
pub mod device;
pub mod gateway;
pub mod heal;
pub mod network;
pub mod plan;
pub mod provider;
mod races;
pub mod schedule;
pub mod shard;
pub mod stats;
pub mod store;
mod tamper;
pub mod trace;
pub mod translate;
pub mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};

use auditor::{Law, Violation};
use broken::Broken;
use stats::Stats;
use world::World;

/// How a world ended.
pub struct Life {
    pub seed: u64,
    pub stats: Stats,
    /// Equal for equal lives.
    pub trace: u64,
    pub violation: Option<Violation>,
}

/// Lives the life of a seed.
#[must_use]
pub fn live(seed: u64, broken: Option<Broken>) -> Life {
    live_aloud(seed, broken, false)
}

/// Lives the life of a seed, and tells of it on the way.
#[must_use]
pub fn live_aloud(seed: u64, broken: Option<Broken>, aloud: bool) -> Life {
    let mut world = World::new(seed, broken);
    world.aloud = aloud;
    world.aloud(|| format!("{:#?}", world.plan));
    let lived = catch_unwind(AssertUnwindSafe(|| world.live()));
    let mut violation = world.violation.take();
    if let Err(panic) = lived
        && violation.is_none()
    {
        let what = panic.downcast_ref::<String>().cloned();
        let what = what.or_else(|| panic.downcast_ref::<&str>().map(|what| (*what).to_owned()));
        violation = Some(Violation { law: Law::NoPanic, what: what.unwrap_or_default() });
    }
    world.count();
    Life { seed, stats: world.stats, trace: world.trace.value(), violation }
}
