//! Figures of this process, in the text format of Prometheus.

use std::{
    fmt::Write as _,
    sync::atomic::{AtomicI64, Ordering},
};

/// A number that goes up, or up and down.
#[derive(Default)]
pub struct Figure(AtomicI64);

impl Figure {
    pub fn inc(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub fn dec(&self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }

    #[must_use]
    pub fn get(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

#[derive(Default)]
pub struct Figures {
    pub connections: Figure,
    pub requests: Figure,
    pub rest_requests: Figure,
    pub refusals: Figure,
    pub notices: Figure,
    pub answered_here: Figure,
}

impl Figures {
    /// The figures as a page. `more`: further lines, ready made.
    #[must_use]
    pub fn page(&self, more: &str) -> String {
        let mut page = String::new();
        let mut figure = |name: &str, kind: &str, help: &str, figure: &Figure| {
            // Writing to a string cannot fail.
            let _ = writeln!(
                page,
                "# HELP laisee_{name} {help}\n# TYPE laisee_{name} {kind}\nlaisee_{name} {}",
                figure.get()
            );
        };
        figure("connections", "gauge", "Live connections.", &self.connections);
        figure("requests_total", "counter", "Requests over live connections.", &self.requests);
        figure("rest_requests_total", "counter", "Requests over REST.", &self.rest_requests);
        figure("refusals_total", "counter", "Requests answered by an error.", &self.refusals);
        figure("notices_total", "counter", "Notices put into outboxes.", &self.notices);
        figure(
            "answered_here_total",
            "counter",
            "Opens and grabs answered without asking a shard.",
            &self.answered_here,
        );
        page.push_str(more);
        page
    }
}
