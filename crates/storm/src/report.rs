use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Plan, StormError, Verification, page};

/// What a storm was like.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Report {
    pub plan: Plan,
    /// How long it was played, in seconds.
    pub seconds: f64,
    /// By kind: message (until acknowledged), deliver (until another member has it), packet, open, read, look; transfer,
    /// accept, return, give_back, recall; top_up and withdraw (until acknowledged), order (until its end).
    pub operations: BTreeMap<String, Operation>,
    /// Everything that did not succeed at once, by code; transport failures in brackets. Retried where it makes sense.
    pub errors: BTreeMap<String, u64>,
    /// Connections made again after a loss.
    pub reconnects: u64,
    /// Explicit "reload" answers, whose messages nobody could check one by one.
    pub reloads: u64,
    /// Operations never answered within the settling time.
    pub unresolved: u64,
    /// All laws broken; `violations` lists the first of them.
    pub violation_count: u64,
    pub violations: Vec<Violation>,
    /// What was found when everything was compared with the server at the end.
    pub verification: Verification,
    pub series: Vec<Second>,
}

/// A law that was broken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Violation {
    /// The rule of PROTOCOL.md, such as "M6".
    pub rule: String,
    pub what: String,
}

/// Latencies of one kind of operation, in milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Operation {
    pub count: u64,
    pub per_s: f64,
    pub p50_ms: f64,
    pub p90_ms: f64,
    pub p99_ms: f64,
    pub p999_ms: f64,
    pub max_ms: f64,
    /// Percentile and latency.
    pub curve: Vec<(f64, f64)>,
}

/// One second of the play.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Second {
    /// Operations done, by kind.
    pub done: BTreeMap<String, u64>,
    pub errors: u64,
    /// Resident memory of the watched process in MiB, if there is one and it was there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resident_mib: Option<f64>,
    /// Latencies of all operations except deliveries.
    pub p50_ms: f64,
    pub p99_ms: f64,
}

impl Report {
    /// Whether no law was broken and everything was answered.
    pub fn is_clean(&self) -> bool {
        self.violation_count == 0 && self.unresolved == 0 && self.verification.violation_count == 0
    }

    /// Writes the files that the plan wants.
    pub fn write(&self) -> Result<(), StormError> {
        if let Some(path) = &self.plan.json {
            let json = serde_json::to_vec_pretty(self).map_err(std::io::Error::from);
            json.and_then(|json| std::fs::write(path, json)).map_err(StormError::file(path))?;
        }
        if let Some(path) = &self.plan.html {
            std::fs::write(path, page::render(self)).map_err(StormError::file(path))?;
        }
        Ok(())
    }
}
