//! Figures of the last ten minutes, held in memory for whoever looks at the console. The metrics page is for programs that
//! keep figures themselves.

use std::{collections::VecDeque, sync::Mutex, time::Duration};

use laisee_wire::v1;

/// How often is measured.
pub const EVERY: Duration = Duration::from_secs(2);
/// Measurements kept: ten minutes.
const SAMPLES_MAX: usize = 300;

/// What one shard says of itself.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ShardFigures {
    pub shard: u16,
    pub ready: bool,
    /// Notes that its courier has not seen answered.
    pub courier_waiting: u64,
    /// Facts in its log that its views do not have yet.
    pub views_waiting: u64,
    /// Requests in its queue.
    pub queued: usize,
    /// Facts appended, and the transactions they took, since the server started.
    pub facts: u64,
    pub appends: u64,
    /// Times it was started.
    pub starts: u64,
}

/// What is measured. Requests and opens are counted from the start of the gateway.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    pub connections: u32,
    pub requests: u64,
    pub opens: u64,
    pub shards: Vec<ShardFigures>,
}

#[derive(Default)]
pub struct LiveFigures {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    samples: VecDeque<v1::FigureSample>,
    newest: Option<(i64, Measured)>,
}

impl LiveFigures {
    /// Takes in what was measured at `now`, in ms. Of the very first nothing per second is known yet.
    pub fn measured(&self, now: i64, measured: Measured) {
        let mut kept = self.kept.lock().expect("nothing panics under this lock");
        if let Some((before, last)) = &kept.newest {
            let ms = now.saturating_sub(*before).max(1) as u64;
            let per_s = |now: u64, before: u64| (now.saturating_sub(before) * 1000 / ms) as u32;
            let sum = |figure: fn(&ShardFigures) -> u64| measured.shards.iter().map(figure).sum::<u64>();
            let sample = v1::FigureSample {
                at_ms: now,
                connections: measured.connections,
                requests_per_s: per_s(measured.requests, last.requests),
                opens_per_s: per_s(measured.opens, last.opens),
                courier_waiting: sum(|shard| shard.courier_waiting),
                views_waiting: sum(|shard| shard.views_waiting),
                queued: sum(|shard| shard.queued as u64) as u32,
            };
            if kept.samples.len() == SAMPLES_MAX {
                kept.samples.pop_front();
            }
            kept.samples.push_back(sample);
        }
        kept.newest = Some((now, measured));
    }

    /// All that is kept, for the console.
    #[must_use]
    pub fn shown(&self, now: i64) -> v1::LiveFigures {
        let kept = self.kept.lock().expect("nothing panics under this lock");
        let shards = kept.newest.iter().flat_map(|(_, measured)| &measured.shards);
        let shards = shards.map(|shard| v1::ShardFigures {
            shard: shard.shard.into(),
            ready: shard.ready,
            courier_waiting: shard.courier_waiting,
            views_waiting: shard.views_waiting,
            queued: shard.queued as u32,
            facts: shard.facts,
            appends: shard.appends,
            starts: shard.starts,
        });
        v1::LiveFigures { now_ms: now, samples: kept.samples.iter().cloned().collect(), shards: shards.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(requests: u64, queued: usize) -> Measured {
        let shard = |shard| ShardFigures { shard, queued, courier_waiting: 3, ..ShardFigures::default() };
        Measured { connections: 7, requests, opens: requests / 2, shards: vec![shard(0), shard(1)] }
    }

    #[test]
    fn rates_are_of_the_time_between_and_shards_add_up() {
        let figures = LiveFigures::default();
        figures.measured(10_000, measured(1_000, 0));
        assert!(figures.shown(10_000).samples.is_empty(), "of the first no rate is known");
        figures.measured(12_000, measured(1_400, 5));
        let shown = figures.shown(12_500);
        let sample = &shown.samples[0];
        assert_eq!((shown.now_ms, sample.at_ms, sample.connections), (12_500, 12_000, 7));
        assert_eq!((sample.requests_per_s, sample.opens_per_s), (200, 100));
        assert_eq!((sample.queued, sample.courier_waiting), (10, 6));
        assert_eq!(shown.shards.iter().map(|shard| (shard.shard, shard.queued)).collect::<Vec<_>>(), [(0, 5), (1, 5)]);
    }

    #[test]
    fn a_clock_that_stands_or_goes_back_breaks_nothing() {
        let figures = LiveFigures::default();
        for now in [5_000, 5_000, 4_000] {
            figures.measured(now, measured(1, 0));
        }
        assert_eq!(figures.shown(4_000).samples.len(), 2);
    }

    #[test]
    fn ten_minutes_are_kept() {
        let figures = LiveFigures::default();
        for n in 0..1_000 {
            figures.measured(n * 2_000, measured(n as u64, 0));
        }
        let samples = figures.shown(0).samples;
        assert_eq!((samples.len(), samples[0].at_ms, samples[299].at_ms), (300, 700 * 2_000, 999 * 2_000));
    }
}
