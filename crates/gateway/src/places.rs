//! Work that only so much of may be under way: of everybody together, and of each alone, so that nobody takes all of it.

use std::{collections::HashMap, hash::Hash, sync::Arc};

use parking_lot::Mutex;

/// How much is under way, and whose.
pub struct Places<K> {
    all_max: usize,
    each_max: usize,
    taken: Arc<Mutex<HashMap<K, usize>>>,
}

/// Taken until it is dropped.
#[derive(Debug)]
pub struct Place<K: Eq + Hash> {
    whose: K,
    taken: Arc<Mutex<HashMap<K, usize>>>,
}

impl<K: Copy + Eq + Hash> Places<K> {
    /// So many in all, and so many for each.
    #[must_use]
    pub fn new(all_max: usize, each_max: usize) -> Self {
        Self { all_max, each_max, taken: Arc::default() }
    }

    /// A place, unless there is none left, or none for this one.
    #[must_use]
    pub fn take(&self, whose: K) -> Option<Place<K>> {
        let mut taken = self.taken.lock();
        if taken.values().sum::<usize>() >= self.all_max {
            return None;
        }
        let own = taken.entry(whose).or_insert(0);
        if *own >= self.each_max {
            return None;
        }
        *own += 1;
        Some(Place { whose, taken: self.taken.clone() })
    }
}

impl<K: Eq + Hash> Drop for Place<K> {
    fn drop(&mut self) {
        let mut taken = self.taken.lock();
        if let Some(own) = taken.get_mut(&self.whose) {
            *own -= 1;
            if *own == 0 {
                taken.remove(&self.whose);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_takes_all_places() {
        let places = Places::new(3, 2);
        let (one, two) = (places.take('a').unwrap(), places.take('a').unwrap());
        assert!(places.take('a').is_none(), "none left for this one");
        let three = places.take('b').unwrap();
        assert!(places.take('c').is_none(), "none left at all");
        drop(one);
        let four = places.take('c').unwrap();
        drop((two, three, four));
        assert!(places.taken.lock().is_empty());
    }
}
