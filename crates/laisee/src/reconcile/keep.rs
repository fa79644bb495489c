//! What reconciliation keeps in the data folder:
//!
//! ```text
//! <data>/reconciliation/report-<day or "all">.json    the newest report of each day
//! <data>/reconciliation/opening-<day>                 how the books stood before the day's first fact
//! ```

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use laisee_core::ids::Millis;
use laisee_reconcile::{
    day::{Day, Report},
    reckoner::Standing,
};
use serde::Serialize;

/// The report as it is kept, with when it was made.
#[derive(Serialize)]
struct Kept<'a> {
    made_at_ms: i64,
    #[serde(flatten)]
    report: &'a Report,
}

fn folder(data: &Path) -> PathBuf {
    data.join("reconciliation")
}

/// Keeps a report, in the place of an earlier one of the same day.
///
/// # Errors
/// When the folder cannot be written.
pub fn report(data: &Path, report: &Report, now: Millis) -> Result<PathBuf> {
    let name = format!("report-{}.json", report.day.as_deref().unwrap_or("all"));
    let text = serde_json::to_vec_pretty(&Kept { made_at_ms: now.0, report })?;
    write(&folder(data), &name, &text)
}

/// How the books stood before a day; none: they must be kept from the beginning of the log.
#[must_use]
pub fn opening(data: &Path, day: Day) -> Option<Standing> {
    read(&folder(data).join(format!("opening-{day}")))
}

/// A standing from a file; none when there is none, or it is damaged: the log has it all.
pub fn read(path: &Path) -> Option<Standing> {
    let text = fs::read(path).ok()?;
    let (sum, body) = text.split_at_checked(4)?;
    (crc32fast::hash(body).to_be_bytes() == sum).then(|| postcard::from_bytes(body).ok()).flatten()
}

/// Moves a file into place, so that it is there whole or not at all.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf> {
    let place = || format!("cannot write {}", folder.display());
    fs::create_dir_all(folder).with_context(place)?;
    let (draft, path) = (folder.join(format!("{name}.new")), folder.join(name));
    let mut file = File::create(&draft).with_context(place)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&draft, &path)?;
    File::open(folder)?.sync_all()?;
    Ok(path)
}
