//! What an operator may set and the state machines obey.

use serde::{Deserialize, Serialize};

use crate::fen::Fen;

/// Limits and times. Every queue and list in the core has its maximum here.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Smallest and largest share of a packet, in fen.
    pub packet_share_min: Fen,
    pub packet_share_max: Fen,
    /// Most shares in a packet.
    pub packet_count_max: u32,
    /// How long a packet can be opened, in ms, before the remainder goes back.
    pub packet_life_ms: i64,
    pub greeting_chars_max: usize,
    /// Largest single top-up and largest wallet, in fen.
    pub top_up_max: Fen,
    pub balance_max: Fen,
    pub group_members_max: usize,
    pub text_chars_max: usize,
    pub mentions_max: usize,
    pub extension_bytes_max: usize,
    pub sessions_max: usize,
    /// How far in the future a client id may claim to be minted, in ms: clients' clocks are wrong.
    pub client_id_ahead_max_ms: i64,
    /// Client ids minted within this time are looked up in memory alone, in ms.
    pub recent_ms: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            packet_share_min: Fen(1),
            packet_share_max: Fen(20_000),
            packet_count_max: 100,
            packet_life_ms: 24 * 60 * 60 * 1000,
            greeting_chars_max: 60,
            top_up_max: Fen(5_000_000),
            balance_max: Fen(100_000_000),
            group_members_max: 10_000,
            text_chars_max: 4_000,
            mentions_max: 50,
            extension_bytes_max: 16 * 1024,
            sessions_max: 20,
            client_id_ahead_max_ms: 24 * 60 * 60 * 1000,
            recent_ms: 120_000,
        }
    }
}
