//! Seals: what a sealed day holds, chained to the seal of the day before. A seal is a few lines of text beside its day,
//! so that a person can check it with `sha256sum` alone:
//!
//! ```text
//! laisee seal 1
//! shard 0
//! day 2026-11-24
//! first 1
//! last 8812
//! batches 41
//! bytes 190233
//! facts <SHA-256 over the batches as they stood in the log>
//! file <SHA-256 of the sealed day's file>
//! before <the seal of the day before; zeros for the first>
//! seal <SHA-256 of the lines above>
//! ```

use std::fmt::Write as _;

use laisee_core::ids::{Position, ShardId};
use sha2::{Digest, Sha256};

/// A SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// In lower-case hex digits.
    #[must_use]
    pub fn hex(self) -> String {
        self.0.iter().fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    fn parse(hex: &str) -> Option<Self> {
        if hex.len() != 64 || !hex.is_ascii() {
            return None;
        }
        let mut bytes = [0; 32];
        for (n, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&hex[2 * n..2 * n + 2], 16).ok()?;
        }
        Some(Self(bytes))
    }
}

/// What a sealed day holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seal {
    pub shard: ShardId,
    pub day: String,
    pub first: Position,
    pub last: Position,
    pub batches: u64,
    /// Of the file.
    pub bytes: u64,
    /// Over the batches as they stood in the log.
    pub facts: Hash,
    /// Of the file.
    pub file: Hash,
    /// The seal of the day before; zeros: there is none.
    pub before: Hash,
}

impl Seal {
    /// The link by which the next day holds on to this one.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash::of(self.lines().as_bytes())
    }

    /// The file beside the day.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}seal {}\n", self.lines(), self.hash().hex())
    }

    fn lines(&self) -> String {
        let Self { shard, day, first, last, batches, bytes, facts, file, before } = self;
        let (facts, file, before) = (facts.hex(), file.hex(), before.hex());
        format!(
            "laisee seal 1\nshard {shard}\nday {day}\nfirst {first}\nlast {last}\nbatches {batches}\nbytes {bytes}\n\
             facts {facts}\nfile {file}\nbefore {before}\n"
        )
    }

    /// Reads a seal's file; none: not one byte of it may be other than it was written.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        let number = |name: &str| field(name)?.parse::<u64>().ok();
        let hash = |name: &str| Hash::parse(field(name)?);
        let seal = Self {
            shard: ShardId(u16::try_from(number("shard")?).ok()?),
            day: field("day")?.to_owned(),
            first: Position(number("first")?),
            last: Position(number("last")?),
            batches: number("batches")?,
            bytes: number("bytes")?,
            facts: hash("facts")?,
            file: hash("file")?,
            before: hash("before")?,
        };
        (seal.text() == text).then_some(seal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal() -> Seal {
        Seal {
            shard: ShardId(3),
            day: "2026-11-24".into(),
            first: Position(1),
            last: Position(8_812),
            batches: 41,
            bytes: 190_233,
            facts: Hash::of(b"facts"),
            file: Hash::of(b"file"),
            before: Hash::default(),
        }
    }

    #[test]
    fn a_seal_comes_back_as_it_was_written() {
        assert_eq!(Seal::parse(&seal().text()), Some(seal()));
    }

    #[test]
    fn no_bit_of_a_seal_can_change_unnoticed() {
        let text = seal().text().into_bytes();
        for at in 0..text.len() {
            for bit in 0..8 {
                let mut flipped = text.clone();
                flipped[at] ^= 1 << bit;
                let read = String::from_utf8(flipped).ok().and_then(|text| Seal::parse(&text));
                assert_eq!(read, None, "byte {at}, bit {bit}");
            }
        }
        assert_eq!(Seal::parse(&format!("{}\n", seal().text())), None);
        assert_eq!(Seal::parse(""), None);
    }

    #[test]
    fn each_field_is_in_the_link() {
        let other = Seal { before: Hash::of(b"another past"), ..seal() };
        assert_ne!(other.hash(), seal().hash());
    }
}
