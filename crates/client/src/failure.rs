use laisee_wire::v1::{Error, ErrorCode};
use thiserror::Error as ThisError;

use crate::device::Lost;

/// Why a request did not succeed.
#[derive(Clone, Debug, PartialEq, ThisError)]
pub enum ClientError {
    /// The server said no, with a code.
    #[error("refused: {} {}", .0.code().as_str_name(), .0.message)]
    Refused(Error),
    /// No answer; whether it was done is unknown. Repeat it with the same client id.
    #[error("no answer: {0:?}")]
    Lost(Lost),
    /// The server could not be reached, or the transport failed.
    #[error("transport: {0}")]
    Transport(String),
    /// The answer is not what the protocol says.
    #[error("unexpected answer: {0}")]
    Unexpected(String),
}

impl ClientError {
    /// The code of a refusal.
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Refused(error) => Some(error.code()),
            _ => None,
        }
    }

    /// Whether the same request with the same client id may be sent again (rule E1), and after how many milliseconds
    /// at the earliest.
    pub fn again_after_ms(&self) -> Option<u32> {
        match self {
            Self::Refused(error) if (100..200).contains(&error.code) => Some(error.retry_after_ms),
            Self::Lost(Lost::Disconnected | Lost::TimedOut) | Self::Transport(_) => Some(0),
            _ => None,
        }
    }
}

impl From<Error> for ClientError {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}
