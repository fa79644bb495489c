//! Figures of this process, in the text format of Prometheus.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{
        Mutex,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use crate::convert::{ErrorCode, RequestKind};

/// Upper bounds of the buckets in which times are counted, in microseconds.
const BOUNDS_US: [u64; 12] =
    [100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 1_000_000, 10_000_000];

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

/// How long requests of one kind took. Each is counted in one bucket; the last is for those beyond all bounds.
#[derive(Default)]
struct Times {
    buckets: [AtomicU64; BOUNDS_US.len() + 1],
    sum_us: AtomicU64,
}

pub struct Figures {
    pub connections: Figure,
    pub notices: Figure,
    pub answered_here: Figure,
    requests: Vec<Times>,
    refusals: Mutex<BTreeMap<ErrorCode, u64>>,
}

impl Default for Figures {
    fn default() -> Self {
        Self {
            connections: Figure::default(),
            notices: Figure::default(),
            answered_here: Figure::default(),
            requests: RequestKind::ALL.iter().map(|_| Times::default()).collect(),
            refusals: Mutex::default(),
        }
    }
}

impl Figures {
    /// A request was answered, over whichever way it came.
    pub fn answered(&self, kind: RequestKind, took: Duration) {
        let times = &self.requests[kind as usize];
        let us = took.as_micros() as u64;
        let bucket = BOUNDS_US.partition_point(|bound| *bound < us);
        times.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        times.sum_us.fetch_add(us, Ordering::Relaxed);
    }

    /// How many requests were answered since the start: all of them, and opens of packets.
    #[must_use]
    pub fn answers(&self) -> (u64, u64) {
        (self.requests.iter().map(Times::count).sum(), self.requests[RequestKind::OpenPacket as usize].count())
    }

    /// An answer was an error.
    pub fn refused(&self, code: ErrorCode) {
        *self.refusals.lock().expect("nothing panics under this lock").entry(code).or_default() += 1;
    }

    /// The figures as a page. `more`: further lines, ready made.
    #[must_use]
    pub fn page(&self, more: &str) -> String {
        let mut page = String::new();
        // Writing to a string cannot fail.
        let _ = self.write(&mut page);
        page.push_str(more);
        page
    }

    fn write(&self, page: &mut String) -> std::fmt::Result {
        let figures = [
            ("connections", "gauge", "Live connections.", &self.connections),
            ("notices_total", "counter", "Notices put into outboxes.", &self.notices),
            ("answered_here_total", "counter", "Opens and grabs answered without asking a shard.", &self.answered_here),
        ];
        for (name, kind, help, figure) in figures {
            let figure = figure.get();
            writeln!(page, "# HELP laisee_{name} {help}\n# TYPE laisee_{name} {kind}\nlaisee_{name} {figure}")?;
        }
        writeln!(page, "# HELP laisee_refusals_total Answers that were errors.\n# TYPE laisee_refusals_total counter")?;
        for (code, count) in self.refusals.lock().expect("nothing panics under this lock").iter() {
            let code = code.as_str_name().trim_start_matches("ERROR_CODE_");
            writeln!(page, "laisee_refusals_total{{code=\"{code}\"}} {count}")?;
        }
        writeln!(
            page,
            "# HELP laisee_request_seconds From a request to its answer.\n# TYPE laisee_request_seconds histogram"
        )?;
        for (kind, times) in RequestKind::ALL.iter().zip(&self.requests) {
            times.write(page, *kind)?;
        }
        Ok(())
    }
}

impl Times {
    fn count(&self) -> u64 {
        self.buckets.iter().map(|bucket| bucket.load(Ordering::Relaxed)).sum()
    }

    /// Nothing for a kind that was never asked for.
    fn write(&self, page: &mut String, kind: RequestKind) -> std::fmt::Result {
        let counts = self.buckets.iter().map(|bucket| bucket.load(Ordering::Relaxed));
        let total: u64 = counts.clone().sum();
        if total == 0 {
            return Ok(());
        }
        let mut below = 0;
        for (bound, count) in BOUNDS_US.iter().zip(counts) {
            below += count;
            let bound = *bound as f64 / 1e6;
            writeln!(page, "laisee_request_seconds_bucket{{kind=\"{kind:?}\",le=\"{bound}\"}} {below}")?;
        }
        let sum = self.sum_us.load(Ordering::Relaxed) as f64 / 1e6;
        writeln!(page, "laisee_request_seconds_bucket{{kind=\"{kind:?}\",le=\"+Inf\"}} {total}")?;
        writeln!(page, "laisee_request_seconds_sum{{kind=\"{kind:?}\"}} {sum}")?;
        writeln!(page, "laisee_request_seconds_count{{kind=\"{kind:?}\"}} {total}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_by_kind_and_errors_by_code() {
        let figures = Figures::default();
        figures.answered(RequestKind::OpenPacket, Duration::from_micros(100));
        figures.answered(RequestKind::OpenPacket, Duration::from_micros(101));
        figures.answered(RequestKind::OpenPacket, Duration::from_secs(60));
        figures.answered(RequestKind::GetWallet, Duration::from_micros(100));
        assert_eq!(figures.answers(), (4, 3));
        figures.refused(ErrorCode::PacketFinished);
        let page = figures.page("more 1\n");
        for line in [
            "laisee_connections 0",
            "laisee_refusals_total{code=\"PACKET_FINISHED\"} 1",
            "laisee_request_seconds_bucket{kind=\"OpenPacket\",le=\"0.0001\"} 1",
            "laisee_request_seconds_bucket{kind=\"OpenPacket\",le=\"0.00025\"} 2",
            "laisee_request_seconds_bucket{kind=\"OpenPacket\",le=\"10\"} 2",
            "laisee_request_seconds_bucket{kind=\"OpenPacket\",le=\"+Inf\"} 3",
            "laisee_request_seconds_count{kind=\"OpenPacket\"} 3",
            "more 1",
        ] {
            assert!(page.lines().any(|found| found == line), "{line} is not in\n{page}");
        }
        assert!(!page.contains("GetHistory"), "what was not asked for is not listed");
    }

    #[test]
    fn every_kind_has_its_place() {
        for (place, kind) in RequestKind::ALL.iter().enumerate() {
            assert_eq!(*kind as usize, place);
        }
    }
}
