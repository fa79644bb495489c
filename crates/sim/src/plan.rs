//! What kind of world a seed makes: how many of what, and which faults and actions occur in it at all. Worlds that lack
//! whole classes of faults or actions find what uniform noise drowns.

use std::sync::Arc;

use laisee_client::Tempo;
use laisee_core::{fen::Fen, order::Payments, settings::Settings};
use laisee_gateway::GatewayConfig;

use crate::{actions::Action, chance::Chance};

/// Drawn once, when the world begins.
#[derive(Clone, Debug)]
pub struct Plan {
    pub shards: u16,
    pub gateways: usize,
    pub people: usize,
    /// Devices of one person at most.
    pub devices_max: usize,
    /// How much people do before the faults stop.
    pub actions: u32,
    /// Mean time between two actions, in ms.
    pub pace_ms: i64,
    /// How likely each action is beside the others.
    pub weights: [u32; Action::ALL.len()],
    pub faults: Faults,
    pub settings: Arc<Settings>,
    pub config: Arc<GatewayConfig>,
    pub tempo: Tempo,
    /// Requests a shard takes into a batch, and batches it appends together, at most.
    pub batch_max: usize,
    pub merge_max: usize,
    /// Entities of each kind that a shard keeps in memory, about.
    pub entities_max: usize,
    /// A cut is made after so many facts at the latest.
    pub cut_facts: u64,
    /// How far ahead timers are kept in memory.
    pub timers_ahead_ms: i64,
    /// How long an append, and saving a cut, takes at most, in ms.
    pub append_ms: i64,
    pub save_ms: i64,
}

/// Rates in per mille of the occasions named; 0: never in this world.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    /// Of frames between a device and its gateway.
    pub frame_lost: u32,
    pub frame_doubled: u32,
    pub frame_overtakes: u32,
    pub frame_delay_ms: i64,
    /// Of seconds: a connection is cut, a device dies, a device loses its data, a gateway dies.
    pub link_cut: u32,
    pub device_dies: u32,
    pub device_wiped: u32,
    pub gateway_dies: u32,
    /// Of requests, replies and pushes between gateways, shards and couriers.
    pub bus_lost: u32,
    pub bus_doubled: u32,
    pub bus_delay_ms: i64,
    /// A full queue turns a request away.
    pub busy: u32,
    /// Of occasions to crash, which are many in each batch.
    pub crash: u32,
    /// Of appends.
    pub append_torn: u32,
    /// Of appends: another takes the shard over meanwhile.
    pub taken_over: u32,
    /// Of seconds: a shard's disk fills up for a while, a clock jumps.
    pub disk_full: u32,
    pub clock_jumps: u32,
    pub clock_jump_ms: i64,
    /// Of what the provider is told and says.
    pub provider_lost: u32,
    pub provider_doubled: u32,
    /// Of its words: it takes the amount for another.
    pub provider_errs: u32,
    pub provider_delay_ms: i64,
    /// Of crashes: the views fall back to an earlier state, or are lost.
    pub views_fall_back: u32,
    pub views_lost: u32,
}

impl Plan {
    #[must_use]
    pub fn draw(chance: &mut Chance) -> Self {
        let people = 3 + chance.below(4).min(chance.below(6)) as usize;
        let tight = chance.happens(400);
        let mut limit = |most: i64, usual: Fen| if tight { Fen(chance.between(most / 20, most)) } else { usual };
        let usual = Settings::default();
        let limits = Settings {
            new_send_max: limit(20_000, usual.new_send_max),
            new_send_day_max: limit(100_000, usual.new_send_day_max),
            new_top_up_day_max: limit(1_000_000, usual.new_top_up_day_max),
            new_withdraw_max: limit(20_000, usual.new_withdraw_max),
            new_withdraw_day_max: limit(60_000, usual.new_withdraw_day_max),
            ordinary_send_day_max: limit(200_000, usual.ordinary_send_day_max),
            pin_required_from: limit(10_000, usual.pin_required_from),
            limit_day_offset_ms: if chance.happens(500) { 28_800_000 } else { 0 },
            pin_lockout_ms: chance.between(2_000, 60_000),
            ..usual
        };
        let settings = Settings {
            packet_life_ms: chance.between(10_000, 120_000),
            packet_share_max: Fen(chance.between(50, 20_000)),
            recent_ms: chance.between(2_000, 120_000),
            transfer_short_ms: chance.between(1_000, 15_000),
            transfer_long_ms: chance.between(5_000, 60_000),
            transfer_accept_ms: chance.between(3_000, 40_000),
            sessions_max: 1_000,
            payments: if chance.happens(400) { Payments::SandboxLater } else { Payments::SandboxAtOnce },
            ..limits
        };
        let config = GatewayConfig {
            heartbeat_ms: chance.between(5_000, 30_000) as u32,
            ack_messages: chance.between(1, 20) as u32,
            ack_ms: chance.between(50, 500) as u32,
            resend_ms: 10_000,
            sync_page_conversations: chance.between(1, 8) as u32,
            sync_segment_messages: chance.between(1, 40) as u32,
            sync_messages_max: if chance.happens(300) { chance.between(2, 20) as u32 } else { 1_000 },
            ..GatewayConfig::default()
        };
        Self {
            shards: 2 + chance.below(3) as u16,
            gateways: 1 + chance.below(2) as usize,
            people,
            devices_max: 1 + chance.below(2) as usize,
            actions: 120 + chance.below(360) as u32,
            pace_ms: chance.between(60, 600),
            weights: weights(chance),
            faults: Faults::draw(chance),
            settings: Arc::new(settings),
            config: Arc::new(config),
            tempo: Tempo::default(),
            batch_max: 1 + chance.below(32) as usize,
            merge_max: 1 + chance.below(8) as usize,
            entities_max: if chance.happens(500) { chance.below(12) as usize } else { 10_000 },
            cut_facts: 1 + chance.below(80),
            timers_ahead_ms: chance.between(6_000, 200_000),
            append_ms: 1 + chance.between(0, 12),
            save_ms: 1 + chance.between(0, 60),
        }
    }
}

fn weights(chance: &mut Chance) -> [u32; Action::ALL.len()] {
    let mut weights = [0; Action::ALL.len()];
    for (weight, action) in weights.iter_mut().zip(Action::ALL) {
        let usual = action.weight();
        // What keeps the world going is never left out whole.
        *weight = match chance.below(8) {
            0 if !action.is_vital() => 0,
            1 => usual * 4,
            _ => usual,
        };
    }
    weights
}

impl Faults {
    fn draw(chance: &mut Chance) -> Self {
        // One world in sixteen has no faults at all: what fails there is no matter of luck.
        if chance.happens(62) {
            return Self { frame_delay_ms: 30, bus_delay_ms: 2, provider_delay_ms: 30, ..Self::default() };
        }
        let mut rate = |most: i64| if chance.happens(450) { chance.between(1, most) as u32 } else { 0 };
        Self {
            frame_lost: rate(120),
            frame_doubled: rate(120),
            frame_overtakes: rate(300),
            frame_delay_ms: i64::from(rate(2_000)) + 20,
            link_cut: rate(60),
            device_dies: rate(40),
            device_wiped: rate(8),
            gateway_dies: rate(12),
            bus_lost: rate(40),
            bus_doubled: rate(80),
            bus_delay_ms: i64::from(rate(300)) + 2,
            busy: rate(60),
            crash: rate(12),
            append_torn: rate(20),
            disk_full: rate(15),
            taken_over: rate(15),
            clock_jumps: rate(30),
            clock_jump_ms: 5_000 + i64::from(rate(100)) * if rate(1) == 1 { 20_000 } else { 1_000 },
            provider_lost: rate(300),
            provider_doubled: rate(300),
            provider_errs: rate(100),
            provider_delay_ms: 20 + 10 * i64::from(rate(800)),
            views_fall_back: rate(600),
            views_lost: rate(200),
        }
    }
}
