use std::time::Duration;

use laisee_client::{
    ClientError, Connection, Request,
    device::{Jitter, Lost},
};
use tokio::time::Instant;

/// Says when to repeat a request, with the same ids, until it is answered for good: backoff with jitter, the server's hints, and
/// an end at `until`.
pub(crate) struct Insist {
    pub until: Instant,
    pub jitter: Jitter,
    /// Whether some attempt may have been done without an answer.
    pub unsure: bool,
    failures: u32,
}

impl Insist {
    pub(crate) fn new(until: Instant, seed: u64) -> Self {
        Self { until, jitter: Jitter::new(seed), unsure: false, failures: 0 }
    }

    /// After an error: how long to wait before the same request is sent again. `None`: no repetition would change it, or
    /// the time is over.
    pub(crate) fn pause(&mut self, error: &ClientError) -> Option<Duration> {
        let hint_ms = error.again_after_ms()?;
        self.unsure |= leaves_unsure(error);
        let wait_ms = self.jitter.doubled_ms(10, 1_000, self.failures).max(i64::from(hint_ms));
        self.failures += 1;
        let wait = Duration::from_millis(wait_ms as u64);
        (Instant::now() + wait < self.until).then_some(wait)
    }
}

/// Awaits `$attempt` until it succeeds or `$insist` gives up; `$failed` is told every error that is tried again.
/// A macro, because futures made by async closures cannot be sent between threads yet.
macro_rules! insist {
    ($insist:expr, $attempt:expr) => {
        $crate::insist::insist!($insist, $attempt, |_: &laisee_client::ClientError| ())
    };
    ($insist:expr, $attempt:expr, $failed:expr) => {
        loop {
            match $attempt.await {
                Ok(answer) => break Ok(answer),
                Err(error) => match $insist.pause(&error) {
                    Some(wait) => {
                        $failed(&error);
                        tokio::time::sleep(wait).await;
                    }
                    None => break Err(error),
                },
            }
        }
    };
}
pub(crate) use insist;

/// A request repeated until `until`, where nobody counts the attempts.
pub(crate) async fn ask<R: Request + Clone>(
    link: &Connection,
    request: R,
    until: Instant,
) -> Result<R::Answer, ClientError> {
    let mut insist = Insist::new(until, 1);
    insist!(insist, link.call(request.clone()))
}

/// Whether it is unknown if the request was done.
fn leaves_unsure(error: &ClientError) -> bool {
    match error {
        ClientError::Refused(error) => error.code() == laisee_wire::v1::ErrorCode::Deadline,
        _ => true,
    }
}

/// What an error is called in the report.
pub(crate) fn name_of(error: &ClientError) -> String {
    match error {
        ClientError::Refused(error) => error.code().as_str_name().trim_start_matches("ERROR_CODE_").to_owned(),
        ClientError::Lost(Lost::Disconnected) => "(disconnected)".into(),
        ClientError::Lost(Lost::TimedOut) => "(timed out)".into(),
        ClientError::Lost(Lost::SignedOut) => "(signed out)".into(),
        ClientError::Transport(_) => "(transport)".into(),
        ClientError::Unexpected(_) => "(unexpected)".into(),
    }
}
