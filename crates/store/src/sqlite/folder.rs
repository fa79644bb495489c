//! The data folder: what says that it is one, and who has it.

use std::{
    fs::{self, File, TryLockError},
    io::Write,
    path::Path,
};

use laisee_core::ids::SHARDS_MAX;

use super::tables::SqliteTables;
use crate::StoreError;

/// The layout this version reads and writes.
const FORMAT: u32 = 1;

/// Makes the folder itself, so that it can be locked.
pub fn make(folder: &Path) -> Result<(), StoreError> {
    Ok(fs::create_dir_all(folder)?)
}

/// Makes a store, unless there is one. The folder must be locked.
pub fn create(folder: &Path, shards: u16) -> Result<(), StoreError> {
    let description = folder.join("store.toml");
    if description.exists() {
        return Ok(());
    }
    sensible(shards)?;
    for number in 0..shards {
        let shard = folder.join(format!("shard-{number}"));
        fs::create_dir_all(shard.join("log"))?;
        SqliteTables::prepare(&shard.join("views.db"))?;
        File::open(&shard)?.sync_all()?;
    }
    // Written last and moved into place: a store is there whole or not at all.
    let draft = folder.join("store.toml.new");
    let mut file = File::create(&draft)?;
    write!(file, "format = {FORMAT}\nshards = {shards}\n")?;
    file.sync_all()?;
    fs::rename(&draft, &description)?;
    File::open(folder)?.sync_all()?;
    Ok(())
}

/// That a store can have so many shards.
pub fn sensible(shards: u16) -> Result<(), StoreError> {
    if shards == 0 || shards > SHARDS_MAX {
        return Err(StoreError::Unusable(format!("a store has 1 to {SHARDS_MAX} shards, not {shards}")));
    }
    Ok(())
}

/// How many shards the store has.
pub fn shards(folder: &Path) -> Result<u16, StoreError> {
    let path = folder.join("store.toml");
    let text = fs::read_to_string(&path)
        .map_err(|_| StoreError::Unusable(format!("there is no store in {}", folder.display())))?;
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.trim().strip_prefix('='));
        line.and_then(|value| value.trim().parse::<u32>().ok())
    };
    match (field("format"), field("shards")) {
        (Some(FORMAT), Some(shards)) if shards > 0 && shards <= u32::from(SHARDS_MAX) => Ok(shards as u16),
        (Some(format), _) if format != FORMAT => {
            Err(StoreError::Unusable(format!("{} has format {format}; this version reads {FORMAT}", folder.display())))
        }
        _ => Err(StoreError::Corrupt(format!("{} is not readable", path.display()))),
    }
}

/// Takes the store for this process.
pub fn lock(folder: &Path) -> Result<File, StoreError> {
    let file = File::create(folder.join("lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(StoreError::Unusable(format!("another process is using {}", folder.display())))
        }
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}
