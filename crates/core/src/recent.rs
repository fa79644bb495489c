//! Memory of client ids. De-duplication is forever, but nearly every repeat comes within seconds: ids minted after the
//! horizon are looked up here alone, older ones must be loaded.

use std::collections::BTreeMap;

use hashbrown::HashMap;

use crate::ids::{ClientId, Millis, Position, UserId};

const BUCKET_MS: i64 = 1000;

type Who = (UserId, ClientId);

/// What client ids became. Everything ever accepted that was minted after the horizon is in memory, whenever it was
/// accepted: an entry leaves by the time in its id, not by when it came.
#[derive(Debug)]
pub struct Recent<T> {
    horizon: Millis,
    buckets: BTreeMap<i64, Bucket<T>>,
    /// Ids from before the horizon: loaded for the batch at hand, or accepted and not yet in the views.
    older: HashMap<Who, (Option<T>, Position)>,
}

#[derive(Debug)]
struct Bucket<T> {
    entries: HashMap<Who, T>,
    newest: Position,
}

impl<T: Copy> Recent<T> {
    /// `horizon`: ids minted later are known to be listed by the caller next, or never to have been accepted.
    #[must_use]
    pub fn new(horizon: Millis) -> Self {
        Self { horizon, buckets: BTreeMap::new(), older: HashMap::new() }
    }

    /// Whether this id must be loaded before it can be looked up.
    #[must_use]
    pub fn lacks(&self, user: UserId, id: ClientId) -> bool {
        id.minted() <= self.horizon && !self.older.contains_key(&(user, id))
    }

    #[must_use]
    pub fn get(&self, user: UserId, id: ClientId) -> Option<&T> {
        if id.minted() > self.horizon {
            self.buckets.get(&bucket_of(id)).and_then(|bucket| bucket.entries.get(&(user, id)))
        } else {
            match self.older.get(&(user, id)) {
                Some((value, _)) => value.as_ref(),
                None => panic!("{id:?} was looked up but not loaded"),
            }
        }
    }

    pub fn insert(&mut self, user: UserId, id: ClientId, value: T, at: Position) {
        if id.minted() > self.horizon {
            let bucket = self
                .buckets
                .entry(bucket_of(id))
                .or_insert_with(|| Bucket { entries: HashMap::new(), newest: Position(0) });
            bucket.entries.insert((user, id), value);
            bucket.newest = bucket.newest.max(at);
        } else {
            self.older.insert((user, id), (Some(value), at));
        }
    }

    /// Puts in what was loaded.
    pub fn install(&mut self, user: UserId, id: ClientId, value: Option<T>) {
        self.older.entry((user, id)).or_insert((value, Position(0)));
    }

    /// Moves the horizon towards `horizon`, as far as the views (at `saved`) have what lies before it.
    pub fn forget(&mut self, horizon: Millis, saved: Position) {
        while let Some(first) = self.buckets.first_entry() {
            let end = (first.key() + 1) * BUCKET_MS - 1;
            if end > horizon.0 || first.get().newest > saved {
                break;
            }
            self.horizon = self.horizon.max(Millis(end));
            first.remove();
        }
        // With no older bucket in the way, time alone moves the horizon: nothing accepted lies before it in memory.
        let first_kept = self.buckets.first_key_value().map_or(i64::MAX, |(second, _)| second * BUCKET_MS - 1);
        self.horizon = self.horizon.max(Millis(horizon.0.min(first_kept)));
        self.older.retain(|_, (_, at)| *at > saved);
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.older.len() + self.buckets.values().map(|bucket| bucket.entries.len()).sum::<usize>()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

fn bucket_of(id: ClientId) -> i64 {
    id.minted().0.div_euclid(BUCKET_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(ms: i64) -> ClientId {
        ClientId::compose(Millis(ms), 7)
    }

    #[test]
    fn an_id_is_known_until_the_views_have_it() {
        let user = UserId(1);
        let mut recent = Recent::new(Millis(0));
        recent.insert(user, id(5_000), 'a', Position(3));
        recent.forget(Millis(60_000), Position(2));
        assert_eq!(recent.get(user, id(5_000)), Some(&'a'));
        recent.forget(Millis(60_000), Position(3));
        assert!(recent.lacks(user, id(5_000)));
    }

    #[test]
    fn an_id_from_a_clock_that_is_ahead_stays_until_its_own_time_has_passed() {
        let user = UserId(1);
        let mut recent = Recent::new(Millis(0));
        recent.insert(user, id(600_000), 'a', Position(1));
        recent.forget(Millis(300_000), Position(9));
        assert_eq!(recent.get(user, id(600_000)), Some(&'a'));
        assert_eq!(recent.get(user, id(599_999)), None);
    }

    #[test]
    fn an_old_id_must_be_loaded() {
        let user = UserId(1);
        let mut recent = Recent::<char>::new(Millis(10_000));
        assert!(recent.lacks(user, id(10_000)));
        recent.install(user, id(10_000), None);
        assert_eq!(recent.get(user, id(10_000)), None);
        recent.insert(user, id(10_000), 'b', Position(4));
        recent.forget(Millis(10_000), Position(3));
        assert_eq!(recent.get(user, id(10_000)), Some(&'b'));
    }
}
