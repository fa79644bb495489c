//! Where a shard's files are.

use std::path::{Path, PathBuf};

use laisee_core::ids::ShardId;

/// The folder of one shard.
#[derive(Clone, Debug)]
pub struct ShardPlace(PathBuf);

impl ShardPlace {
    #[must_use]
    pub fn new(store: &Path, shard: ShardId) -> Self {
        Self(store.join(format!("shard-{shard}")))
    }

    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// Days of the log that are not sealed.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.0.join("log")
    }

    #[must_use]
    pub fn live_day(&self, day: &str) -> PathBuf {
        self.0.join(format!("log/{day}.db"))
    }

    /// Sealed days, each with its seal beside it.
    #[must_use]
    pub fn archive(&self) -> PathBuf {
        self.0.join("archive")
    }

    #[must_use]
    pub fn sealed_day(&self, day: &str) -> PathBuf {
        self.0.join(format!("archive/{day}.day"))
    }

    #[must_use]
    pub fn seal(&self, day: &str) -> PathBuf {
        self.0.join(format!("archive/{day}.seal"))
    }

    #[must_use]
    pub fn owner(&self) -> PathBuf {
        self.0.join("owner.db")
    }

    #[must_use]
    pub fn views(&self) -> PathBuf {
        self.0.join("views.db")
    }
}
