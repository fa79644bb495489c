use laisee_bus::Failure;
use laisee_core::refusal::Refusal;
use laisee_wire::v1::{self, ErrorCode};

/// What a client whose request took too long is told to wait, in ms.
const DEADLINE_RETRY_MS: u32 = 1_000;

/// An error with a code of the gateway's own.
#[must_use]
pub fn error(code: ErrorCode, message: &str, retry_after_ms: u32) -> v1::Error {
    v1::Error { code: code.into(), message: message.to_owned(), retry_after_ms, ..v1::Error::default() }
}

/// A request whose fields make no sense.
#[must_use]
pub fn bad_request(message: &str) -> v1::Error {
    error(ErrorCode::Malformed, message, 0)
}

/// A business refusal; its number is the code.
#[must_use]
pub fn refused(refusal: Refusal) -> v1::Error {
    v1::Error { code: i32::from(refusal.code()), message: refusal.to_string(), ..v1::Error::default() }
}

/// Whatever kept a command or query from succeeding.
#[must_use]
pub fn failure(failure: Failure) -> v1::Error {
    let message = failure.to_string();
    match failure {
        Failure::Refused(refusal) => refused(refusal),
        Failure::Busy { retry_after_ms } => error(ErrorCode::Busy, &message, retry_after_ms),
        Failure::Unavailable { retry_after_ms } => error(ErrorCode::Unavailable, &message, retry_after_ms),
        Failure::NoSuchShard => error(ErrorCode::NotFound, &message, 0),
        Failure::Deadline => error(ErrorCode::Deadline, &message, DEADLINE_RETRY_MS),
    }
}
