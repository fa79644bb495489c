//! What a backup says of itself: `backup.toml`, written last.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::Write,
    path::Path,
};

use anyhow::{Context, Result, ensure};
use laisee_core::ids::{Position, ShardId};
use serde::{Deserialize, Serialize};

/// The layout this version reads and writes.
const FORMAT: u32 = 1;
const NAME: &str = "backup.toml";

/// Up to where a backup goes. What lies beyond in its folder is of a run that did not come to its end.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Manifest {
    format: u32,
    /// When it was begun, for people.
    pub taken_at: String,
    /// By number.
    pub shards: Vec<ShardEnd>,
}

/// Up to where one shard goes.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct ShardEnd {
    /// Its last fact.
    pub position: u64,
    /// How far it has read each other shard up to there; by number, since a table's keys are text.
    pub received: BTreeMap<String, u64>,
}

impl ShardEnd {
    #[must_use]
    pub fn end(&self) -> Position {
        Position(self.position)
    }

    /// How far it has read each other shard.
    pub fn received(&self) -> impl Iterator<Item = (ShardId, Position)> {
        self.received.iter().filter_map(|(from, through)| Some((ShardId(from.parse().ok()?), Position(*through))))
    }

    pub fn receive(&mut self, from: ShardId, through: Position) {
        self.received.insert(from.to_string(), through.0);
    }
}

impl Manifest {
    #[must_use]
    pub fn new(taken_at: String, shards: Vec<ShardEnd>) -> Self {
        Self { format: FORMAT, taken_at, shards }
    }

    /// The manifest in a folder; none: there is no finished backup.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(folder: &Path) -> Result<Option<Self>> {
        let path = folder.join(NAME);
        if !path.exists() {
            return Ok(None);
        }
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let read: Self = toml::from_str(&text).with_context(|| format!("{} is damaged", path.display()))?;
        ensure!(read.format == FORMAT, "{} has format {}; this version reads {FORMAT}", path.display(), read.format);
        Ok(Some(read))
    }

    /// Puts it into place; from here on the backup is this one.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let draft = folder.join("backup.toml.new");
        let mut file = File::create(&draft)?;
        file.write_all(toml::to_string(self)?.as_bytes())?;
        file.sync_all()?;
        fs::rename(&draft, folder.join(NAME))?;
        File::open(folder)?.sync_all()?;
        Ok(())
    }
}
