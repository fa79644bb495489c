//! The bytes of uploaded files: in one folder, under their own hash, durable before anybody names them.
//!
//! Whose they are, shards know. No name that a client gives becomes part of a path.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use laisee_core::{
    file::{FileType, SNIFFED_BYTES},
    ids::{OperatorId, UserId},
};
use sha2::{Digest, Sha256};

use crate::places::Places;

/// Uploads at a time. They go to the disk as they come, so that only slowness makes them many.
const UPLOADS_MAX: usize = 64;
/// As many as the evidence of one recall usually has, and one more.
const UPLOADS_EACH: usize = 10;
/// Downloads at a time: each holds a file in memory until the other side has taken it in.
const DOWNLOADS_MAX: usize = 32;
const DOWNLOADS_EACH: usize = 4;
/// Operators have places of their own, which no user can take.
const EVIDENCE_MAX: usize = 16;
const EVIDENCE_EACH: usize = 8;

/// Where the files are.
pub struct Files {
    folder: PathBuf,
    incoming: PathBuf,
    count: AtomicU64,
    pub(crate) uploads: Places<UserId>,
    pub(crate) downloads: Places<UserId>,
    pub(crate) evidence: Places<OperatorId>,
    /// Whether bytes that nobody names any more may go is decided for one upload at a time: the same bytes may be
    /// somebody else's the next moment.
    pub(crate) settling: tokio::sync::Mutex<()>,
}

impl Files {
    /// Files in `folder`, which is made. What an earlier process left unfinished is thrown away.
    ///
    /// # Errors
    /// The file system's.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let incoming = folder.join("incoming");
        if incoming.exists() {
            fs::remove_dir_all(&incoming)?;
        }
        fs::create_dir_all(&incoming)?;
        sync_folder(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
            incoming,
            count: AtomicU64::new(0),
            uploads: Places::new(UPLOADS_MAX, UPLOADS_EACH),
            downloads: Places::new(DOWNLOADS_MAX, DOWNLOADS_EACH),
            evidence: Places::new(EVIDENCE_MAX, EVIDENCE_EACH),
            settling: tokio::sync::Mutex::new(()),
        })
    }

    /// Begins to take in a file.
    ///
    /// # Errors
    /// The file system's.
    pub fn begin(&self) -> io::Result<Incoming> {
        let path = self.incoming.join(self.count.fetch_add(1, Ordering::Relaxed).to_string());
        let file = fs::File::create(&path)?;
        Ok(Incoming { path, file, hash: Sha256::new(), bytes: 0, first: vec![] })
    }

    /// Makes the bytes durable under their hash. `true`: they were not there before.
    ///
    /// # Errors
    /// The file system's.
    pub fn keep(&self, incoming: &Incoming) -> io::Result<bool> {
        let path = self.path(&incoming.sha256());
        let folder = path.parent().unwrap_or(&self.folder);
        incoming.file.sync_all()?;
        fs::create_dir_all(folder)?;
        let fresh = !path.exists();
        if fresh {
            fs::rename(&incoming.path, &path)?;
        }
        // An earlier process may have ended between renaming and this, so it is done in any case.
        sync_folder(folder)?;
        sync_folder(&self.folder)?;
        Ok(fresh)
    }

    /// Removes bytes that nobody names.
    ///
    /// # Errors
    /// The file system's.
    pub fn remove(&self, sha256: &[u8; 32]) -> io::Result<()> {
        fs::remove_file(self.path(sha256))
    }

    /// The bytes.
    ///
    /// # Errors
    /// The file system's.
    pub fn read(&self, sha256: &[u8; 32]) -> io::Result<Vec<u8>> {
        fs::read(self.path(sha256))
    }

    fn path(&self, sha256: &[u8; 32]) -> PathBuf {
        let name = crate::convert::hex(sha256);
        self.folder.join(&name[..2]).join(name)
    }
}

/// A file on its way in; thrown away unless it is kept.
pub struct Incoming {
    path: PathBuf,
    file: fs::File,
    hash: Sha256,
    bytes: u64,
    first: Vec<u8>,
}

impl Incoming {
    /// # Errors
    /// The file system's.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let lacking = SNIFFED_BYTES.saturating_sub(self.first.len());
        self.first.extend_from_slice(&bytes[..lacking.min(bytes.len())]);
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        self.file.write_all(bytes)
    }

    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    #[must_use]
    pub fn file_type(&self) -> Option<FileType> {
        FileType::sniff(&self.first)
    }

    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        self.hash.clone().finalize().into()
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        // When it was kept it is not there any more; when not, the next start clears up.
        let _ = fs::remove_file(&self.path);
    }
}

/// Makes what a folder lists durable.
fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn incoming(files: &Files, bytes: &[u8]) -> Incoming {
        let mut incoming = files.begin().unwrap();
        bytes.chunks(5).for_each(|part| incoming.write(part).unwrap());
        incoming
    }

    #[test]
    fn the_same_bytes_are_kept_once() {
        let place = tempfile::tempdir().unwrap();
        let files = Files::open(place.path()).unwrap();
        let one = incoming(&files, b"%PDF-1.7 and more");
        assert_eq!((one.bytes(), one.file_type()), (17, Some(FileType::Pdf)));
        let hash = one.sha256();
        assert_eq!(hash, <[u8; 32]>::from(Sha256::digest(b"%PDF-1.7 and more")));
        assert!(files.keep(&one).unwrap());
        drop(one);
        let other = incoming(&files, b"%PDF-1.7 and more");
        assert!(!files.keep(&other).unwrap());
        drop(other);
        assert_eq!(files.read(&hash).unwrap(), b"%PDF-1.7 and more");
        assert_eq!(fs::read_dir(&files.incoming).unwrap().count(), 0, "nothing is left behind");
        // They outlive the process.
        assert_eq!(Files::open(place.path()).unwrap().read(&hash).unwrap(), b"%PDF-1.7 and more");
        files.remove(&hash).unwrap();
        assert!(files.read(&hash).is_err());
    }

    #[test]
    fn what_was_not_finished_is_thrown_away() {
        let place = tempfile::tempdir().unwrap();
        let files = Files::open(place.path()).unwrap();
        let left = incoming(&files, b"half of it");
        std::mem::forget(left);
        assert_eq!(fs::read_dir(&files.incoming).unwrap().count(), 1);
        let files = Files::open(place.path()).unwrap();
        assert_eq!(fs::read_dir(&files.incoming).unwrap().count(), 0);
    }
}
