//! The file of a sealed day: batches in compressed blocks, with an index behind them.
//!
//! ```text
//! head     magic, shard:u16, day (10 bytes), the seal before (32 bytes)
//! blocks   each a zstd frame of batches: first:u64, at:i64, count:u32, length:u32, bytes
//! index    for each block: first position:u64, offset:u64, length:u32, length unpacked:u32, CRC-32:u32
//! tail     offset of the index:u64, blocks:u32, CRC-32 of head, index and the tail so far:u32
//! ```
//!
//! Numbers are big-endian. The CRCs let a reader trust the block it wants without reading the rest; the whole file is
//! covered by the seal's SHA-256.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    ops::ControlFlow,
    os::unix::fs::FileExt,
    path::Path,
};

use laisee_core::ids::{Millis, Position, ShardId};
use sha2::{Digest, Sha256};

use super::seal::{Hash, Seal};
use crate::{Batch, StoreError};

const MAGIC: &[u8] = b"LAISEEDAY1\n";
const HEAD_BYTES: usize = MAGIC.len() + 2 + 10 + 32;
const ENTRY_BYTES: usize = 8 + 8 + 4 + 4 + 4;
const TAIL_BYTES: usize = 8 + 4 + 4;
/// Unpacked bytes after which a block is closed. A reader unpacks a block to read one batch and holds one at a time.
const BLOCK_BYTES: usize = 1 << 20;
/// Slower than zstd's usual 3; days are packed once, behind everything else.
const LEVEL: i32 = 9;

/// Writes a day.
pub struct DayWriter {
    file: Hashing<BufWriter<File>>,
    head: Vec<u8>,
    block: Vec<u8>,
    block_first: Position,
    index: Vec<Entry>,
    facts: Sha256,
    seal: Seal,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    first: Position,
    offset: u64,
    bytes: u32,
    unpacked: u32,
    crc: u32,
}

/// Counts and hashes what goes through it.
struct Hashing<W> {
    inner: W,
    hash: Sha256,
    bytes: u64,
}

impl<W: Write> Hashing<W> {
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.inner.write_all(bytes)?;
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(())
    }
}

impl DayWriter {
    pub fn create(path: &Path, shard: ShardId, day: &str, before: Hash) -> Result<Self, StoreError> {
        let head = [MAGIC, &shard.0.to_be_bytes(), day.as_bytes(), &before.0].concat();
        let inner = BufWriter::new(File::create(path)?);
        let mut file = Hashing { inner, hash: Sha256::new(), bytes: 0 };
        file.put(&head)?;
        let seal = Seal {
            shard,
            day: day.to_owned(),
            first: Position(0),
            last: Position(0),
            batches: 0,
            bytes: 0,
            facts: Hash::default(),
            file: Hash::default(),
            before,
        };
        let (block, index, facts) = (Vec::new(), Vec::new(), Sha256::new());
        Ok(Self { file, head, block, block_first: Position(0), index, facts, seal })
    }

    /// Adds the next batch.
    pub fn push(&mut self, batch: &Batch) -> Result<(), StoreError> {
        if self.seal.batches == 0 {
            self.seal.first = batch.first;
        } else if batch.first.0 != self.seal.last.0 + 1 {
            return Err(StoreError::Gap { end: self.seal.last, first: batch.first });
        }
        if self.block.is_empty() {
            self.block_first = batch.first;
        }
        self.seal.last = batch.last();
        self.seal.batches += 1;
        let record = record(batch);
        self.facts.update(&record);
        self.block.extend(record);
        if self.block.len() >= BLOCK_BYTES { self.close_block() } else { Ok(()) }
    }

    fn close_block(&mut self) -> Result<(), StoreError> {
        if self.block.is_empty() {
            return Ok(());
        }
        let packed = zstd::bulk::compress(&self.block, LEVEL)?;
        let size = |bytes: &[u8]| {
            u32::try_from(bytes.len()).map_err(|_| StoreError::Corrupt("a batch of 4 GiB cannot be sealed".into()))
        };
        self.index.push(Entry {
            first: self.block_first,
            offset: self.file.bytes,
            bytes: size(&packed)?,
            unpacked: size(&self.block)?,
            crc: crc32fast::hash(&packed),
        });
        self.file.put(&packed)?;
        self.block.clear();
        Ok(())
    }

    /// Writes what is left and syncs the file. Its seal is true from here on.
    pub fn finish(mut self) -> Result<Seal, StoreError> {
        self.close_block()?;
        let mut end = Vec::with_capacity(self.index.len() * ENTRY_BYTES + TAIL_BYTES);
        for entry in &self.index {
            end.extend(entry.first.0.to_be_bytes());
            end.extend(entry.offset.to_be_bytes());
            end.extend(entry.bytes.to_be_bytes());
            end.extend(entry.unpacked.to_be_bytes());
            end.extend(entry.crc.to_be_bytes());
        }
        end.extend(self.file.bytes.to_be_bytes());
        end.extend((self.index.len() as u32).to_be_bytes());
        let mut crc = crc32fast::Hasher::new();
        crc.update(&self.head);
        crc.update(&end);
        end.extend(crc.finalize().to_be_bytes());
        self.file.put(&end)?;
        let Hashing { inner, hash, bytes } = self.file;
        let file = inner.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        let (file, facts) = (Hash(hash.finalize().into()), Hash(self.facts.finalize().into()));
        Ok(Seal { bytes, facts, file, ..self.seal })
    }
}

/// A batch as it stands in a block.
fn record(batch: &Batch) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(24 + batch.bytes.len());
    bytes.extend(batch.first.0.to_be_bytes());
    bytes.extend(batch.at.0.to_be_bytes());
    bytes.extend(batch.count.to_be_bytes());
    bytes.extend((batch.bytes.len() as u32).to_be_bytes());
    bytes.extend_from_slice(&batch.bytes);
    bytes
}

/// What a seal's `facts` is taken over, to be compared with a day that is still in the log.
#[derive(Default)]
pub struct FactsHash(Sha256);

impl FactsHash {
    pub fn take(&mut self, batch: &Batch) {
        self.0.update(record(batch));
    }

    #[must_use]
    pub fn finish(self) -> Hash {
        Hash(self.0.finalize().into())
    }
}

/// Reads a day. Holds one unpacked block.
pub struct SealedDay {
    file: File,
    place: String,
    before: Hash,
    index: Vec<Entry>,
    unpacked: Option<(usize, Vec<Batch>)>,
}

impl SealedDay {
    /// Opens a day and checks head and index.
    pub fn open(path: &Path, shard: ShardId, day: &str) -> Result<Self, StoreError> {
        let place = format!("shard {shard}, sealed day {day}");
        let file = File::open(path)?;
        let bytes = file.metadata()?.len();
        let corrupt = |why: &str| StoreError::Corrupt(format!("{place}: {why}"));
        if bytes < (HEAD_BYTES + TAIL_BYTES) as u64 {
            return Err(corrupt("the file is too short"));
        }
        let mut head = [0; HEAD_BYTES];
        file.read_exact_at(&mut head, 0)?;
        let mut tail = [0; TAIL_BYTES];
        file.read_exact_at(&mut tail, bytes - TAIL_BYTES as u64)?;
        let (index_at, blocks) = (u64_at(&tail, 0), u32_at(&tail, 8) as usize);
        // Checked before anything is reserved for it.
        if index_at.checked_add((blocks * ENTRY_BYTES + TAIL_BYTES) as u64) != Some(bytes) {
            return Err(corrupt("its end is damaged"));
        }
        let mut index = vec![0; blocks * ENTRY_BYTES];
        file.read_exact_at(&mut index, index_at)?;
        let mut crc = crc32fast::Hasher::new();
        crc.update(&head);
        crc.update(&index);
        crc.update(&tail[..12]);
        if crc.finalize() != u32_at(&tail, 12) {
            return Err(corrupt("head or index is damaged"));
        }
        if head[..HEAD_BYTES - 32] != *[MAGIC, &shard.0.to_be_bytes(), day.as_bytes()].concat() {
            return Err(corrupt("the file says that it is another"));
        }
        let mut before = Hash::default();
        before.0.copy_from_slice(&head[HEAD_BYTES - 32..]);
        let entry = |at: &[u8]| Entry {
            first: Position(u64_at(at, 0)),
            offset: u64_at(at, 8),
            bytes: u32_at(at, 16),
            unpacked: u32_at(at, 20),
            crc: u32_at(at, 24),
        };
        let index: Vec<Entry> = index.chunks_exact(ENTRY_BYTES).map(entry).collect();
        if index.is_empty() {
            return Err(corrupt("nothing is in it"));
        }
        Ok(Self { file, place, before, index, unpacked: None })
    }

    #[must_use]
    pub fn before(&self) -> Hash {
        self.before
    }

    #[must_use]
    pub fn first(&self) -> Position {
        self.index[0].first
    }

    pub fn last(&mut self) -> Result<Option<Batch>, StoreError> {
        let newest = self.index.len() - 1;
        Ok(self.block(newest)?.last().cloned())
    }

    /// Shows batches in order, from the one that holds the fact after `after` or an earlier one.
    pub fn visit(
        &mut self,
        after: Position,
        see: &mut dyn FnMut(Batch) -> Result<ControlFlow<()>, StoreError>,
    ) -> Result<ControlFlow<()>, StoreError> {
        let wanted = after.0.saturating_add(1);
        let begin = self.index.partition_point(|entry| entry.first.0 <= wanted).saturating_sub(1);
        for n in begin..self.index.len() {
            let batches = self.block(n)?;
            let from = batches.partition_point(|batch| batch.last() <= after);
            for batch in &batches[from..] {
                if see(batch.clone())?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn block(&mut self, n: usize) -> Result<&[Batch], StoreError> {
        if self.unpacked.as_ref().is_none_or(|(held, _)| *held != n) {
            self.unpacked = None;
            self.unpacked = Some((n, self.unpack(self.index[n])?));
        }
        Ok(self.unpacked.as_ref().map_or(&[], |(_, batches)| batches))
    }

    fn unpack(&self, entry: Entry) -> Result<Vec<Batch>, StoreError> {
        let corrupt = |why: &str| StoreError::Corrupt(format!("{}, block at fact {}: {why}", self.place, entry.first));
        let mut packed = vec![0; entry.bytes as usize];
        self.file.read_exact_at(&mut packed, entry.offset).map_err(|_| corrupt("it lies beyond the file"))?;
        if crc32fast::hash(&packed) != entry.crc {
            return Err(corrupt("the checksum does not match"));
        }
        let block = zstd::bulk::decompress(&packed, entry.unpacked as usize)
            .map_err(|error| corrupt(&format!("it cannot be unpacked: {error}")))?;
        let mut rest = &block[..];
        let mut batches = Vec::new();
        while let Some((head, after)) = rest.split_at_checked(24) {
            let length = u32_at(head, 20) as usize;
            let (bytes, after) = after.split_at_checked(length).ok_or_else(|| corrupt("a batch breaks off"))?;
            let (first, at, count) = (Position(u64_at(head, 0)), Millis(u64_at(head, 8) as i64), u32_at(head, 16));
            if first.0 == 0 || count == 0 {
                return Err(corrupt("a batch has no facts"));
            }
            batches.push(Batch { first, at, count, bytes: bytes.into() });
            rest = after;
        }
        if rest.is_empty() && !batches.is_empty() { Ok(batches) } else { Err(corrupt("its batches break off")) }
    }
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes[at..at + 8].iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes[at..at + 4].iter().fold(0, |number, byte| number << 8 | u32::from(*byte))
}
