use laisee_core::ids::{Position, ShardId};
use thiserror::Error;

use crate::Epoch;

/// Why a store did not do what it was asked.
#[derive(Debug, Error)]
pub enum StoreError {
    /// Another writer has claimed the shard. Final for this writer.
    #[error("shard {shard} was claimed by another writer (epoch {ours:?} is over)")]
    Fenced { shard: ShardId, ours: Epoch },
    /// A batch does not follow the end of the log. A bug of the caller.
    #[error("the log ends at {end}, the batch begins at {first}")]
    Gap { end: Position, first: Position },
    /// What was read is not what was written. Final: a person must look.
    #[error("damaged: {0}")]
    Corrupt(String),
    /// The data folder belongs to a running process, or to another version.
    #[error("{0}")]
    Unusable(String),
    /// The disk is full. May pass: once there is room, open anew and try again.
    #[error("the disk is full: {0}")]
    Full(String),
    /// The disk, or the database on it. May pass: open anew and try again.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
}

impl StoreError {
    /// Whether trying again finds the same: somebody must do something first. After the others one opens anew and tries
    /// again; after `Gap` too, since what led to it was in memory.
    #[must_use]
    pub fn is_final(&self) -> bool {
        match self {
            Self::Fenced { .. } | Self::Corrupt(_) | Self::Unusable(_) => true,
            Self::Gap { .. } | Self::Full(_) | Self::Unavailable(_) => false,
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::{Error, ErrorCode};
        let damaged = match &error {
            // A value that was never written there: trying again would find the same.
            Error::IntegralValueOutOfRange(..)
            | Error::InvalidColumnType(..)
            | Error::FromSqlConversionFailure(..)
            | Error::Utf8Error(..) => true,
            error => matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)),
        };
        let full = error.sqlite_error_code() == Some(ErrorCode::DiskFull);
        match error.to_string() {
            why if damaged => Self::Corrupt(why),
            why if full => Self::Full(why),
            why => Self::Unavailable(why),
        }
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::Full(error.to_string()),
            _ => Self::Unavailable(error.to_string()),
        }
    }
}
