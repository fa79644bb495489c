//! Where a provider's own calls come in. What is not signed, not of now or was here before does not pass; what passes is
//! told to the order, whose state machine takes nothing twice.

use std::{collections::HashMap, sync::Mutex};

use laisee_bus::{Bus, Failure};
use laisee_core::{
    command::{Command, HearOrder},
    ids::OrderId,
    order::Word,
};
use thiserror::Error;

use crate::{
    provider::{Said, Written},
    signature::{Purpose, Secret, Unbelieved, WINDOW_S},
};

/// Calls remembered at most; whoever can sign more within the window is the provider itself.
const SEEN_MAX: usize = 100_000;

/// Remembers what came in as long as its time of signing is within the window.
pub struct Door {
    secret: Secret,
    /// Signatures, with when they were made.
    seen: Mutex<HashMap<String, i64>>,
}

#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum Turned {
    #[error("{0}")]
    Unbelieved(#[from] Unbelieved),
    #[error("this very call was here before")]
    Replayed,
    #[error("the body is no word of an order: {0}")]
    Malformed(String),
    #[error("{0}")]
    Failed(Failure),
}

impl Door {
    #[must_use]
    pub fn new(secret: Secret) -> Self {
        Self { secret, seen: Mutex::default() }
    }

    /// Takes a call in.
    ///
    /// # Errors
    /// Why it was turned away. A call that failed may be sent again, byte for byte.
    pub async fn take<B: Bus>(
        &self,
        bus: &B,
        timestamp: Option<&str>,
        signature: Option<&str>,
        body: &[u8],
        now_s: i64,
    ) -> Result<(), Turned> {
        self.secret.verify(Purpose::Call, timestamp, signature, body, now_s)?;
        let signature = signature.unwrap_or_default();
        if self.seen.lock().expect("nothing panics under this lock").contains_key(signature) {
            return Err(Turned::Replayed);
        }
        let written: Written =
            serde_json::from_slice(body).map_err(|problem| Turned::Malformed(problem.to_string()))?;
        let number = written.number.parse().map_err(|_| Turned::Malformed("the number is none".into()))?;
        let said = Said::from(written);
        // A call may be on its way for long. One that was true when it was made, and comes after the order went out again,
        // must not let it be submitted a second time.
        if said.word == Word::NotFound {
            return Err(Turned::Malformed("only the answer to a question says that an order is not known".into()));
        }
        bus.call(heard(OrderId(number), said), None).await.map_err(Turned::Failed)?;
        let signed_s = timestamp.and_then(|text| text.parse().ok()).unwrap_or(now_s);
        self.remember(signature, signed_s, now_s);
        Ok(())
    }

    fn remember(&self, signature: &str, signed_s: i64, now_s: i64) {
        let mut seen = self.seen.lock().expect("nothing panics under this lock");
        if seen.len() >= SEEN_MAX {
            seen.retain(|_, signed_s| now_s - *signed_s <= WINDOW_S);
        }
        // What does not fit is let in again if it comes again: the order takes nothing twice.
        if seen.len() < SEEN_MAX {
            seen.insert(signature.to_owned(), signed_s);
        }
    }
}

/// The command that tells an order what its provider says.
#[must_use]
pub fn heard(order: OrderId, said: Said) -> Command {
    let Said { word, amount, reference, reason } = said;
    Command::HearOrder(HearOrder { order, word, amount, reference, reason })
}
