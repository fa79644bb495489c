use std::sync::Arc;

use laisee_core::settings::Settings;

/// How a shard runs. Every maximum of its loop stands here.
#[derive(Clone, Debug)]
pub struct ShardOptions {
    pub settings: Arc<Settings>,
    /// Requests applied in one batch at most.
    pub batch_max: usize,
    /// Entities of each kind that are kept in memory, about; more while the views lack them.
    pub entities_max: usize,
    /// Facts after which a cut is handed to the viewer at the latest.
    pub cut_facts: u64,
    /// How long a cut may wait when nobody asks for fresh views, in ms: waiting saves work, as an entity that changed
    /// often is saved once.
    pub cut_interval_ms: u64,
    /// How far the views may fall behind before the writer is slowed down, in facts.
    pub view_lag_max: u64,
    /// Threads that answer queries.
    pub readers: usize,
}

impl Default for ShardOptions {
    fn default() -> Self {
        Self {
            settings: Arc::new(Settings::default()),
            batch_max: 8_192,
            entities_max: 200_000,
            cut_facts: 100_000,
            cut_interval_ms: 500,
            view_lag_max: 400_000,
            readers: 1,
        }
    }
}
