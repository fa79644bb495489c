//! What reconciliation keeps in the data folder:
//!
//! ```text
//! <data>/reconciliation/report-<day or "all">.json    the newest report of each day
//! <data>/reconciliation/standing                      how far the continuous comparison is, and how the books stand there
//! <data>/reconciliation/opening-<day>                 how they stood shortly before the day's first fact
//! <data>/reconciliation/days-done                     the last day that is reconciled, with all before it
//! ```
//!
//! All of it can be deleted: it is worked out again from the log.

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

/// What a standing looks like; one of another format is worked out again.
const FORMAT: u8 = 2;
/// Days whose openings are kept.
const OPENINGS_KEPT: i64 = 32;

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

/// How the books stood at the last known moment before a day; none: they must be kept from the beginning of the log.
#[must_use]
pub fn opening(data: &Path, day: Day) -> Option<Standing> {
    let entries = fs::read_dir(folder(data)).ok()?;
    let days = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_prefix("opening-")?.parse().ok());
    let mut days: Vec<Day> = days.filter(|opened| *opened <= day).collect();
    days.sort_unstable();
    days.into_iter().rev().find_map(|opened| read(&folder(data).join(format!("opening-{opened}"))))
}

/// The last day that needs no run any more; none: nobody knows.
#[must_use]
pub fn days_done(data: &Path) -> Option<Day> {
    fs::read_to_string(folder(data).join("days-done")).ok()?.trim().parse().ok()
}

/// Keeps which day that is.
///
/// # Errors
/// When the folder cannot be written.
pub fn keep_days_done(data: &Path, day: Day) -> Result<()> {
    write(&folder(data), "days-done", format!("{day}\n").as_bytes()).map(drop)
}

/// How the books stood when the continuous comparison last said so.
#[must_use]
pub fn standing(data: &Path) -> Option<Standing> {
    read(&folder(data).join("standing"))
}

/// Keeps how the books stand. When this is the first of a new day, what was kept before is that day's opening.
///
/// # Errors
/// When the folder cannot be written.
pub fn keep_standing(data: &Path, before: Option<&Standing>, standing: &Standing) -> Result<()> {
    let day = |standing: &Standing| standing.at.values().max().map(|at| Day::of(*at));
    if let (Some(before), Some(day_before), Some(today)) = (before, before.and_then(day), day(standing))
        && day_before < today
    {
        write(&folder(data), &format!("opening-{today}"), &encode(before)?)?;
        // An older day begins with the log, which takes longer and comes out the same.
        let old = folder(data).join(format!("opening-{}", Day(today.0 - OPENINGS_KEPT)));
        if old.exists() {
            fs::remove_file(old)?;
        }
    }
    write(&folder(data), "standing", &encode(standing)?)?;
    Ok(())
}

fn encode(standing: &Standing) -> Result<Vec<u8>> {
    let mut body = vec![FORMAT];
    body = postcard::to_extend(standing, body)?;
    Ok([&crc32fast::hash(&body).to_be_bytes()[..], &body].concat())
}

/// A standing from a file; none when there is none, or it is damaged: the log has it all.
fn read(path: &Path) -> Option<Standing> {
    let text = fs::read(path).ok()?;
    let (sum, body) = text.split_at_checked(4)?;
    let (format, standing) = body.split_first()?;
    let fits = crc32fast::hash(body).to_be_bytes() == sum && *format == FORMAT;
    fits.then(|| postcard::from_bytes(standing).ok()).flatten()
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

#[cfg(test)]
mod tests {
    use laisee_core::ids::{Position, ShardId};

    use super::*;

    fn at(ms: i64) -> Standing {
        let mut standing = Standing::default();
        standing.positions.insert(ShardId(0), Position(ms as u64));
        standing.at.insert(ShardId(0), Millis(ms));
        standing
    }

    #[test]
    fn what_stood_before_midnight_opens_the_day() {
        let place = tempfile::tempdir().expect("there is room");
        let (evening, night) = (at(86_400_000 - 5), at(86_400_000 + 5));
        keep_standing(place.path(), None, &evening).expect("there is room");
        assert!(opening(place.path(), Day(1)).is_none());
        keep_standing(place.path(), Some(&evening), &night).expect("there is room");
        let later = opening(place.path(), Day(9)).expect("an earlier one will do");
        let opening = opening(place.path(), Day(1)).expect("it was kept");
        assert_eq!(later.positions, opening.positions);
        assert_eq!(opening.positions, evening.positions);
        assert_eq!(standing(place.path()).expect("it was kept").positions, night.positions);
    }

    #[test]
    fn a_damaged_standing_is_none() {
        let place = tempfile::tempdir().expect("there is room");
        keep_standing(place.path(), None, &at(7)).expect("there is room");
        let path = folder(place.path()).join("standing");
        let mut bytes = fs::read(&path).expect("it was kept");
        *bytes.last_mut().expect("it is not empty") ^= 1;
        fs::write(&path, bytes).expect("there is room");
        assert!(standing(place.path()).is_none());
    }
}
