//! Making a store from a backup, as it stood at its end or at any moment before.

use std::{
    ffi::OsString,
    fs::{self, File},
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result, ensure};
use laisee_core::ids::{Millis, ShardId};
use laisee_store::{
    Store,
    sqlite::{SqliteStore, copy_log},
};

use super::{ends, files, manifest::Manifest};
use crate::{
    check::{check_store, rebuild::replay},
    cli::RestoreArgs,
};

/// Makes a store where there is none. It is checked before it takes its place; `Ok(false)`: it is not sound, and stays
/// beside it.
///
/// # Errors
/// When the backup cannot be read, or there is something in the way.
pub fn run(args: &RestoreArgs) -> Result<bool> {
    let until = args.until.as_deref().map(moment).transpose()?;
    let manifest = Manifest::read(&args.source)?
        .with_context(|| format!("there is no finished backup in {}", args.source.display()))?;
    ensure!(is_free(&args.target)?, "{} is not empty: restore makes a new data folder", args.target.display());

    let source = SqliteStore::for_copies(&args.source, manifest.shards.len() as u16)?;
    let mut stands = manifest.shards;
    if let Some(until) = until {
        ends::back(&source, &mut stands, until)?;
    }
    let draft = draft(&args.target)?;
    if draft.exists() {
        fs::remove_dir_all(&draft).with_context(|| format!("cannot clear {}", draft.display()))?;
    }
    let store = SqliteStore::open_or_create(&draft, source.shards())?;
    for (number, stand) in (0..).zip(&stands) {
        let shard = ShardId(number);
        copy_log(&source.place(shard), &store.place(shard), shard, stand.end())
            .with_context(|| format!("cannot bring back shard {shard}"))?;
        replay(&store, &store, shard, stand.end(), &mut |_| {})?;
        println!("shard {shard} up to fact {}", stand.position);
    }
    files::copy(&args.source, &draft)?;
    let report = check_store(&store)?;
    println!("{}", report.words());
    drop(store);
    if !report.clean {
        println!("What was brought back is not sound; it was left in {}.", draft.display());
        return Ok(false);
    }
    if args.target.exists() {
        fs::remove_dir(&args.target)?;
    }
    fs::rename(&draft, &args.target)?;
    File::open(parent(&args.target))?.sync_all()?;
    println!("restored to {}", args.target.display());
    Ok(true)
}

fn is_free(target: &Path) -> Result<bool> {
    Ok(!target.exists() || (target.is_dir() && fs::read_dir(target)?.next().is_none()))
}

/// Beside the target, so that it can be renamed into place whole.
fn draft(target: &Path) -> Result<PathBuf> {
    let name = target.file_name().with_context(|| format!("{} is no name for a folder", target.display()))?;
    let mut draft = OsString::from(name);
    draft.push(".restoring");
    Ok(parent(target).join(draft))
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A moment as people write it, in UTC: `2026-11-25 13:00:00`, also with `T`, fractions and `Z`.
pub fn moment(text: &str) -> Result<Millis> {
    let time: SystemTime = humantime::parse_rfc3339_weak(text)
        .with_context(|| format!("{text} is no moment; write it in UTC, as 2026-11-25T13:00:00Z"))?;
    let since = time.duration_since(UNIX_EPOCH).context("that was before 1970")?;
    Ok(Millis(since.as_millis() as i64))
}
