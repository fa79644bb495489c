use std::collections::HashMap;

/// What a request that is under way was for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Purpose {
    Hello,
    Heartbeat,
    /// A message of the outbox, by its client id.
    Send(String),
    Acknowledge(u64),
    MarkRead(u64),
    Pull(u64),
    Look(u64),
    Sync,
    /// Asked for by the caller through `Client::request`.
    Caller,
}

/// The requests that wait for their answer, with the time when each is late.
#[derive(Clone, Debug, Default)]
pub(super) struct Pending(HashMap<u32, (Purpose, i64)>);

impl Pending {
    pub(super) fn insert(&mut self, request: u32, purpose: Purpose, late_ms: i64) {
        self.0.insert(request, (purpose, late_ms));
    }

    pub(super) fn contains(&self, request: u32) -> bool {
        self.0.contains_key(&request)
    }

    pub(super) fn remove(&mut self, request: u32) -> Option<(Purpose, i64)> {
        self.0.remove(&request)
    }

    /// Everything under way, in order of request number.
    pub(super) fn drain(&mut self) -> Vec<(u32, Purpose, i64)> {
        let mut all: Vec<_> = self.0.drain().map(|(request, (purpose, late))| (request, purpose, late)).collect();
        all.sort_by_key(|&(request, ..)| request);
        all
    }
}
