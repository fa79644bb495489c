use laisee_core::refusal::Refusal;
use thiserror::Error;

/// Why a command brought no reply.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum Failure {
    /// A business rule said no; nothing was done. Final.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A queue or cap is full; nothing was done. Try again.
    #[error("busy; try again in {retry_after_ms} ms")]
    Busy { retry_after_ms: u32 },
    /// The shard is starting, stopping or without its store. Whether it was done is unknown; repeat with the same client id.
    #[error("unavailable; try again in {retry_after_ms} ms")]
    Unavailable { retry_after_ms: u32 },
    /// The id names a shard that does not exist: nobody ever made it. Final.
    #[error("no shard has this id")]
    NoSuchShard,
    /// No answer in time. Whether it was done is unknown; repeat with the same client id.
    #[error("no answer in time")]
    Deadline,
}
