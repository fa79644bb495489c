use laisee_client::ClientError;
use thiserror::Error;

/// Why a storm could not be played. What the server did wrong while it was played stands in the report instead.
#[derive(Debug, Error)]
pub enum StormError {
    #[error("the plan does not work: {0}")]
    Plan(String),
    /// Something needed before the play, such as signing up, did not succeed in time.
    #[error("{what}: {cause}")]
    Setup { what: String, cause: ClientError },
    #[error("{what}: {cause}")]
    File { what: String, cause: std::io::Error },
    #[error("line {line} of the ledger is none: {cause}")]
    Ledger { line: usize, cause: serde_json::Error },
}

impl StormError {
    pub(crate) fn setup(what: impl Into<String>) -> impl FnOnce(ClientError) -> Self {
        let what = what.into();
        move |cause| Self::Setup { what, cause }
    }

    pub(crate) fn file(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        let what = path.display().to_string();
        move |cause| Self::File { what, cause }
    }
}
