//! Files that users upload. The bytes lie in the data folder under their hash; a shard knows whose they are. A fact
//! names a file only after its bytes are durable.

pub mod record;

use serde::{Deserialize, Serialize};

use crate::ids::{FileId, Millis, UserId};

/// What the bytes are, as they themselves say.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum FileType {
    Jpeg,
    Png,
    Webp,
    Pdf,
}

impl FileType {
    /// How HTTP calls it.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Pdf => "application/pdf",
        }
    }

    /// By the first bytes alone: what a client calls it means nothing. `None`: none of those that are taken.
    #[must_use]
    pub fn sniff(first: &[u8]) -> Option<Self> {
        if first.starts_with(&[0xff, 0xd8, 0xff]) {
            Some(Self::Jpeg)
        } else if first.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else if first.len() >= 12 && first.starts_with(b"RIFF") && &first[8..12] == b"WEBP" {
            Some(Self::Webp)
        } else if first.starts_with(b"%PDF-") {
            Some(Self::Pdf)
        } else {
            None
        }
    }
}

/// How many bytes [`FileType::sniff`] looks at.
pub const SNIFFED_BYTES: usize = 12;

/// A file as memory and views have it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct File {
    pub owner: UserId,
    pub name: String,
    pub file_type: FileType,
    pub bytes: u64,
    /// SHA-256 of the bytes, which is where they lie.
    pub sha256: [u8; 32],
    pub at: Millis,
}

/// What a user has uploaded on its newest day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Uploads {
    /// UTC day since 1970.
    pub day: i64,
    pub bytes: u64,
    pub newest: Option<FileId>,
}

impl Uploads {
    /// Bytes uploaded on the day of `now`.
    #[must_use]
    pub fn on_day_of(self, now: Millis) -> u64 {
        if self.day == day_of(now) { self.bytes } else { 0 }
    }
}

/// The UTC day of a moment, since 1970.
#[must_use]
pub fn day_of(at: Millis) -> i64 {
    at.0.div_euclid(24 * 60 * 60 * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_what_their_bytes_say() {
        let of = |bytes: &[u8]| FileType::sniff(bytes);
        assert_eq!(of(b"\xff\xd8\xff\xe0\0\x10JFIF"), Some(FileType::Jpeg));
        assert_eq!(of(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), Some(FileType::Png));
        assert_eq!(of(b"RIFF\x10\0\0\0WEBPVP8 "), Some(FileType::Webp));
        assert_eq!(of(b"%PDF-1.7\n"), Some(FileType::Pdf));
        for other in [&b""[..], b"RIFF\x10\0\0\0WAVE", b"<svg>", b"GIF89a", b"MZ", b"\xff\xd8", b"RIFFWEBP"] {
            assert_eq!(of(other), None, "{other:?}");
        }
    }
}
