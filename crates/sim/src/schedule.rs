//! The one clock, and what is to happen when.

use std::{cmp::Ordering, collections::BinaryHeap};

/// Things to come, by time; what falls on one moment happens in the order it was scheduled.
#[derive(Debug)]
pub struct Schedule<E> {
    now_ms: i64,
    order: u64,
    heap: BinaryHeap<Entry<E>>,
}

#[derive(Debug)]
struct Entry<E> {
    at_ms: i64,
    order: u64,
    event: E,
}

impl<E> PartialEq for Entry<E> {
    fn eq(&self, other: &Self) -> bool {
        self.order == other.order
    }
}

impl<E> Eq for Entry<E> {}

impl<E> PartialOrd for Entry<E> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> Ord for Entry<E> {
    /// The soonest is the greatest: that is what the heap gives first.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at_ms, other.order).cmp(&(self.at_ms, self.order))
    }
}

impl<E> Schedule<E> {
    #[must_use]
    pub fn new(now_ms: i64) -> Self {
        Self { now_ms, order: 0, heap: BinaryHeap::new() }
    }

    #[must_use]
    pub fn now_ms(&self) -> i64 {
        self.now_ms
    }

    pub fn at(&mut self, at_ms: i64, event: E) {
        self.order += 1;
        self.heap.push(Entry { at_ms: at_ms.max(self.now_ms), order: self.order, event });
    }

    pub fn after(&mut self, ms: i64, event: E) {
        self.at(self.now_ms + ms, event);
    }

    /// Moves the clock to the next event.
    pub fn pop(&mut self) -> Option<E> {
        let entry = self.heap.pop()?;
        self.now_ms = entry.at_ms;
        Some(entry.event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_by_time_then_in_order() {
        let mut schedule = Schedule::new(100);
        schedule.after(5, 'c');
        schedule.at(101, 'a');
        schedule.after(5, 'd');
        schedule.at(102, 'b');
        let order: String = std::iter::from_fn(|| schedule.pop()).collect();
        assert_eq!(order, "abcd");
        assert_eq!(schedule.now_ms(), 105);
    }
}
