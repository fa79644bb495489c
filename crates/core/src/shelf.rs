//! Entities of one kind that are in memory: a cache that never lets go of what the views do not have yet.

use std::hash::Hash;

use hashbrown::HashMap;

use crate::ids::Position;

/// Reading an entity that was not loaded is a bug, and panics; "loaded, and there is none" is remembered too.
#[derive(Debug)]
pub struct Shelf<K, V> {
    slots: HashMap<K, Slot<V>>,
    /// Those changed since the last cut, each once, in the order of their first change.
    changed: Vec<K>,
    age: u32,
}

#[derive(Debug)]
struct Slot<V> {
    value: Option<V>,
    changed_at: Position,
    /// Whether it stands in `changed`.
    listed: bool,
    touched: u32,
}

impl<K, V> Default for Shelf<K, V> {
    fn default() -> Self {
        Self { slots: HashMap::new(), changed: Vec::new(), age: 0 }
    }
}

impl<K: Hash + Eq + Clone + std::fmt::Debug, V> Shelf<K, V> {
    /// The entity, if there is one.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<&V> {
        match self.slots.get(key) {
            Some(slot) => slot.value.as_ref(),
            None => panic!("{key:?} was read but not loaded"),
        }
    }

    /// The entity if it is in memory; says nothing of those that are not.
    #[must_use]
    pub fn peek(&self, key: &K) -> Option<&V> {
        self.slots.get(key).and_then(|slot| slot.value.as_ref())
    }

    /// For changing an entity that is there, at the position of the fact that changes it.
    pub fn change(&mut self, key: &K, at: Position) -> &mut V {
        let slot = self.slots.get_mut(key).unwrap_or_else(|| panic!("{key:?} was changed but not loaded"));
        list(slot, &mut self.changed, key, at);
        slot.value.as_mut().unwrap_or_else(|| panic!("{key:?} was changed but does not exist"))
    }

    /// For changing an entity that begins to exist when it is first changed.
    pub fn change_or_default(&mut self, key: &K, at: Position) -> &mut V
    where
        V: Default,
    {
        let slot = self.slots.get_mut(key).unwrap_or_else(|| panic!("{key:?} was changed but not loaded"));
        list(slot, &mut self.changed, key, at);
        slot.value.get_or_insert_default()
    }

    /// Puts a new entity in.
    pub fn create(&mut self, key: K, value: V, at: Position) {
        let slot = self.slots.entry(key.clone()).or_insert(Slot {
            value: None,
            changed_at: at,
            listed: false,
            touched: self.age,
        });
        slot.value = Some(value);
        list(slot, &mut self.changed, &key, at);
    }

    /// Puts in what was loaded, unless memory has it by now.
    pub fn install(&mut self, key: K, value: Option<V>) {
        let touched = self.age;
        self.slots.entry(key).or_insert(Slot { value, changed_at: Position(0), listed: false, touched });
    }

    /// Marks the entity as used, and says whether it must be loaded first.
    pub fn lacks(&mut self, key: &K) -> bool {
        match self.slots.get_mut(key) {
            Some(slot) => {
                slot.touched = self.age;
                false
            }
            None => true,
        }
    }

    /// Takes the list of what changed since the last cut.
    pub fn take_changed(&mut self) -> Vec<K> {
        let changed = std::mem::take(&mut self.changed);
        for key in &changed {
            if let Some(slot) = self.slots.get_mut(key) {
                slot.listed = false;
            }
        }
        changed
    }

    /// For clearing an entity's own list of changes after a cut; changes nothing that is saved.
    pub fn saved(&mut self, key: &K) -> &mut V {
        let slot = self.slots.get_mut(key).unwrap_or_else(|| panic!("{key:?} was saved but not loaded"));
        slot.value.as_mut().unwrap_or_else(|| panic!("{key:?} was saved but does not exist"))
    }

    /// Lets go of entities that the views have (`saved` is their position) and that were not used since the last
    /// call, if more than `max` are in memory; and of all that are known not to exist.
    pub fn evict(&mut self, saved: Position, max: usize) {
        if self.slots.len() <= max {
            return;
        }
        let age = self.age;
        self.slots.retain(|_, slot| {
            let unsaved = slot.listed || slot.changed_at > saved;
            unsaved || (slot.value.is_some() && slot.touched == age)
        });
        self.age += 1;
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }
}

fn list<K: Clone, V>(slot: &mut Slot<V>, changed: &mut Vec<K>, key: &K, at: Position) {
    slot.changed_at = at;
    if !slot.listed {
        slot.listed = true;
        changed.push(key.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_views_lack_stays() {
        let mut shelf = Shelf::<u32, u32>::default();
        shelf.create(1, 10, Position(5));
        shelf.install(2, Some(20));
        shelf.install(3, None);
        assert_eq!(shelf.take_changed(), vec![1]);
        shelf.evict(Position(4), 0);
        shelf.evict(Position(4), 0);
        assert_eq!(shelf.len(), 1);
        assert!(!shelf.lacks(&1));
        shelf.evict(Position(5), 0);
        shelf.evict(Position(5), 0);
        assert!(shelf.lacks(&1));
    }

    #[test]
    fn loading_never_overwrites_what_is_newer() {
        let mut shelf = Shelf::<u32, u32>::default();
        shelf.create(1, 10, Position(5));
        shelf.install(1, Some(9));
        assert_eq!(shelf.get(&1), Some(&10));
    }

    #[test]
    #[should_panic(expected = "was read but not loaded")]
    fn reading_blindly_is_a_bug() {
        let _ = Shelf::<u32, u32>::default().get(&1);
    }
}
