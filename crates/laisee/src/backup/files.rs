//! Files that facts name. Each is named for its contents and never changes, so it is copied once.

use std::{
    fs::{self, File},
    path::Path,
};

use anyhow::{Context, Result};

/// Folders of such files in a data folder.
const FOLDERS: [&str; 1] = ["files"];

/// Copies what is not there yet, durably. Says how many it were.
///
/// # Errors
/// When one cannot be read or written.
pub fn copy(from: &Path, to: &Path) -> Result<u64> {
    let mut copied = 0;
    for folder in FOLDERS {
        let (from, to) = (from.join(folder), to.join(folder));
        if from.is_dir() {
            copied += copy_folder(&from, &to).with_context(|| format!("cannot copy {}", from.display()))?;
        }
    }
    Ok(copied)
}

fn copy_folder(from: &Path, to: &Path) -> Result<u64> {
    fs::create_dir_all(to)?;
    let mut copied = 0;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copied += copy_folder(&entry.path(), &target)?;
        } else if fs::metadata(&target).ok().map(|there| there.len()) != Some(entry.metadata()?.len()) {
            // A draft that its writer renames or removes meanwhile is named by no fact yet.
            let draft = to.join(format!("{}.new", entry.file_name().to_string_lossy()));
            if fs::copy(entry.path(), &draft).is_err() && !entry.path().exists() {
                continue;
            }
            File::open(&draft)?.sync_all()?;
            fs::rename(&draft, &target)?;
            copied += 1;
        }
    }
    File::open(to)?.sync_all()?;
    Ok(copied)
}
