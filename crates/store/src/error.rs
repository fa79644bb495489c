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
    /// The disk, or the database on it. May pass: open anew and try again.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
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
        if damaged { Self::Corrupt(error.to_string()) } else { Self::Unavailable(error.to_string()) }
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        Self::Unavailable(error.to_string())
    }
}
