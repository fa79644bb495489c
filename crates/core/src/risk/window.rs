//! Events of the recent past, each with its number: what a sliding window slides over.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::ids::Millis;

/// How much of the past is worth keeping.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Keep {
    /// The newest so many.
    pub most: usize,
    /// Not older than so many ms.
    pub ms: i64,
}

/// Events in order of time. Numbers rise by one from 0, so whoever has counted up to a number counts none again.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Window<T> {
    dropped: u64,
    events: VecDeque<(Millis, T)>,
}

impl<T> Default for Window<T> {
    fn default() -> Self {
        Self { dropped: 0, events: VecDeque::new() }
    }
}

impl<T> Window<T> {
    /// Takes the next event in, not before the last one, and lets go of what is not worth keeping.
    pub fn push(&mut self, at: Millis, event: T, keep: Keep) {
        self.events.push_back((at, event));
        let old = at.plus(-keep.ms);
        while self.events.len() > keep.most || self.events.front().is_some_and(|(at, _)| *at <= old) {
            self.events.pop_front();
            self.dropped += 1;
        }
    }

    /// The number that the next event will have.
    #[must_use]
    pub fn next(&self) -> u64 {
        self.dropped + self.events.len() as u64
    }

    /// The events numbered `from` or later that happened after the moment `after`.
    pub fn since(&self, from: u64, after: Millis) -> impl Iterator<Item = &T> {
        let skip = usize::try_from(from.saturating_sub(self.dropped)).unwrap_or(usize::MAX);
        self.events.iter().skip(skip).filter(move |(at, _)| *at > after).map(|(_, event)| event)
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.events.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever comes when: a count has every event that is in its window and not counted before, once, and no other.
        #[test]
        fn each_event_counts_once_and_only_in_its_window(
            gaps in prop::collection::vec(0..50_i64, 1..60),
            window_ms in 1..200_i64,
            threshold in 1..8_usize,
        ) {
            let keep = Keep { most: 1_000, ms: window_ms };
            let (mut window, mut from, mut now) = (Window::default(), 0, 0);
            let (mut all, mut counted): (Vec<(i64, usize)>, Vec<usize>) = (vec![], vec![]);
            for (n, gap) in gaps.into_iter().enumerate() {
                now += gap;
                window.push(Millis(now), n, keep);
                all.push((now, n));
                let seen: Vec<usize> = window.since(from, Millis(now - window_ms)).copied().collect();
                let fresh = |n: &usize| !counted.contains(n);
                let should: Vec<usize> =
                    all.iter().filter(|(at, _)| *at > now - window_ms).map(|(_, n)| *n).filter(fresh).collect();
                // What an earlier hit has passed over is not in it either: those are the counted ones.
                prop_assert_eq!(&seen, &should);
                if seen.len() >= threshold {
                    counted.extend(all.iter().map(|(_, n)| *n));
                    from = window.next();
                }
            }
        }

        /// Memory has a bound, however many events there are.
        #[test]
        fn only_the_newest_are_kept(count in 0..300_usize, most in 1..20_usize) {
            let mut window = Window::default();
            for n in 0..count {
                window.push(Millis(0), n, Keep { most, ms: 1_000 });
            }
            prop_assert_eq!(window.len(), count.min(most));
            prop_assert_eq!(window.next(), count as u64);
            prop_assert!(window.since(0, Millis(-1)).copied().eq(count.saturating_sub(most)..count));
        }
    }
}
