use std::{collections::BTreeMap, time::Duration};

use hdrhistogram::Histogram;

use crate::report::{Operation, Second};

/// The longest latency told apart, in microseconds.
const LONGEST_US: u64 = 600_000_000;

/// Latencies by kind of operation, and how things went second by second.
#[derive(Debug)]
pub(crate) struct Measure {
    latencies: BTreeMap<&'static str, Histogram<u64>>,
    errors: BTreeMap<String, u64>,
    seconds: Vec<Second>,
    current: Histogram<u64>,
}

pub(crate) fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, LONGEST_US, 3).expect("the bounds are constants that fit")
}

impl Measure {
    pub(crate) fn new() -> Self {
        let (latencies, errors) = (BTreeMap::new(), BTreeMap::new());
        Self { latencies, errors, seconds: vec![Second::default()], current: histogram() }
    }

    /// One operation that succeeded.
    pub(crate) fn done(&mut self, kind: &'static str, took: Duration) {
        let us = took.as_micros() as u64;
        self.latencies.entry(kind).or_insert_with(histogram).saturating_record(us.max(1));
        if let Some(second) = self.seconds.last_mut() {
            *second.done.entry(kind.into()).or_default() += 1;
        }
        if kind != "deliver" {
            self.current.saturating_record(us.max(1));
        }
    }

    pub(crate) fn failed(&mut self, code: String) {
        *self.errors.entry(code).or_default() += 1;
        if let Some(second) = self.seconds.last_mut() {
            second.errors += 1;
        }
    }

    /// A second is over; gives what it was like.
    pub(crate) fn next_second(&mut self, resident_mib: Option<f64>) -> Second {
        let (p50_ms, p99_ms) = (ms(&self.current, 50.0), ms(&self.current, 99.0));
        self.current.reset();
        let Some(second) = self.seconds.last_mut() else { return Second::default() };
        (second.p50_ms, second.p99_ms, second.resident_mib) = (p50_ms, p99_ms, resident_mib);
        let over = second.clone();
        self.seconds.push(Second::default());
        over
    }

    pub(crate) fn errors(&self) -> &BTreeMap<String, u64> {
        &self.errors
    }

    /// All seconds, the last unfinished one left out.
    pub(crate) fn seconds(&self) -> Vec<Second> {
        self.seconds[..self.seconds.len().saturating_sub(1)].to_vec()
    }

    pub(crate) fn operations(&self, within: Duration) -> BTreeMap<String, Operation> {
        let of = |(kind, h): (&&'static str, &Histogram<u64>)| ((*kind).to_owned(), operation(h, within));
        self.latencies.iter().map(of).collect()
    }
}

/// A histogram of microseconds as figures in milliseconds.
pub(crate) fn operation(h: &Histogram<u64>, within: Duration) -> Operation {
    const CURVE: [f64; 13] = [0.0, 25.0, 50.0, 75.0, 90.0, 95.0, 98.0, 99.0, 99.5, 99.9, 99.95, 99.99, 100.0];
    Operation {
        count: h.len(),
        per_s: h.len() as f64 / within.as_secs_f64().max(0.001),
        p50_ms: ms(h, 50.0),
        p90_ms: ms(h, 90.0),
        p99_ms: ms(h, 99.0),
        p999_ms: ms(h, 99.9),
        max_ms: h.max() as f64 / 1_000.0,
        curve: CURVE.iter().map(|&percentile| (percentile, ms(h, percentile))).collect(),
    }
}

/// A percentile in milliseconds.
pub(crate) fn ms(h: &Histogram<u64>, percentile: f64) -> f64 {
    h.value_at_percentile(percentile) as f64 / 1_000.0
}
