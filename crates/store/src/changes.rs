//! Changes to tables on their way into a store.

use std::cmp::Ordering;

use crate::{TableSpec, Value};

/// Changes in the order they are to be made. Their values stand in one list: a cut brings tens of thousands of rows, and
/// a list for each cost more than saving them.
#[derive(Default, Debug)]
pub struct Changes {
    values: Vec<Value>,
    made: Vec<Made>,
    /// How many times running they took a small part of the room kept for them.
    small: u8,
}

/// Room is given back when this many loads running took less than an eighth of it: giving it back and taking it again with
/// every load cost a sixth of the views' work.
const SMALL_LOADS: u8 = 64;

#[derive(Clone, Copy, Debug)]
struct Made {
    table: &'static TableSpec,
    deletes: bool,
    /// Where its values begin.
    at: u32,
    /// The key's first value where that is an integer, to compare most keys without a look at the values.
    first: i64,
}

/// One change to a table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change<'a> {
    /// Inserts the row, or replaces the one with the same key.
    Put(&'static TableSpec, &'a [Value]),
    /// Deletes the row with this whole key, if it is there.
    Delete(&'static TableSpec, &'a [Value]),
}

impl Changes {
    /// A whole row.
    pub fn put(&mut self, table: &'static TableSpec, row: impl IntoIterator<Item = Value>) {
        self.push(table, false, row);
        debug_assert_eq!(self.values.len() - self.last_at(), table.columns.len(), "{} has other columns", table.name);
    }

    /// The row with this whole key.
    pub fn delete(&mut self, table: &'static TableSpec, key: impl IntoIterator<Item = Value>) {
        self.push(table, true, key);
        debug_assert_eq!(self.values.len() - self.last_at(), table.key, "{} has another key", table.name);
    }

    fn push(&mut self, table: &'static TableSpec, deletes: bool, values: impl IntoIterator<Item = Value>) {
        let at = u32::try_from(self.values.len()).expect("a cut is far smaller than that");
        self.values.extend(values);
        let first = if let Some(Value::Integer(first)) = self.values.get(at as usize) { *first } else { 0 };
        self.made.push(Made { table, deletes, at, first });
    }

    fn last_at(&self) -> usize {
        self.made.last().map_or(0, |made| made.at as usize)
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.made.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.made.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = Change<'_>> {
        self.made.iter().map(|made| {
            let values = &self.values[made.at as usize..];
            if made.deletes {
                Change::Delete(made.table, &values[..made.table.key])
            } else {
                Change::Put(made.table, &values[..made.table.columns.len()])
            }
        })
    }

    /// Of several changes to one key leaves the last. Afterwards changes stand in the order of their tables' names, puts
    /// before deletes, and then of their keys, so that pages are written one after another.
    pub fn coalesce(&mut self) {
        let Self { values, made, .. } = self;
        let key = |made: &Made| &values[made.at as usize..][..made.table.key];
        // Stable: of equal keys the last one stays last.
        made.sort_by(|a, b| by_table(a, b).then(a.first.cmp(&b.first)).then_with(|| key(a).cmp(key(b))));
        made.reverse();
        made.dedup_by(|a, b| a.first == b.first && by_table(a, b).is_eq() && key(a) == key(b));
        made.reverse();
        // Each key is changed once, so the order among them is free: runs of one kind make one statement serve many.
        made.sort_by(|a, b| by_table(a, b).then(a.deletes.cmp(&b.deletes)));
    }

    /// Forgets all changes, and keeps the room they took for those that come next.
    pub fn clear(&mut self) {
        let small = self.values.len() < self.values.capacity() / 8;
        self.values.clear();
        self.made.clear();
        self.small = if small { self.small + 1 } else { 0 };
        if self.small == SMALL_LOADS {
            *self = Self::default();
        }
    }
}

fn by_table(a: &Made, b: &Made) -> Ordering {
    if std::ptr::eq(a.table, b.table) { Ordering::Equal } else { a.table.name.cmp(b.table.name) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ColumnType;

    static A: TableSpec =
        TableSpec { name: "a", columns: &[("key", ColumnType::Integer), ("value", ColumnType::Text)], key: 1 };
    static B: TableSpec = TableSpec { name: "b", columns: &[("key", ColumnType::Integer)], key: 1 };
    static WORDS: TableSpec =
        TableSpec { name: "words", columns: &[("word", ColumnType::Text), ("number", ColumnType::Integer)], key: 2 };

    fn row(key: i64, value: &str) -> [Value; 2] {
        [Value::Integer(key), Value::Text(value.into())]
    }

    fn words(changes: &Changes) -> Vec<String> {
        let say = |change: Change<'_>| match change {
            Change::Put(table, row) => format!("{}+{row:?}", table.name),
            Change::Delete(table, key) => format!("{}-{key:?}", table.name),
        };
        changes.iter().map(say).collect()
    }

    #[test]
    fn the_last_change_to_a_key_is_left_in_the_order_of_keys() {
        let mut changes = Changes::default();
        changes.put(&B, [Value::Integer(1)]);
        changes.put(&A, row(2, "two"));
        changes.put(&A, row(1, "gone"));
        changes.put(&A, row(3, "three"));
        changes.put(&A, row(2, "two again"));
        changes.delete(&A, [Value::Integer(1)]);
        changes.coalesce();
        let mut expected = Changes::default();
        expected.put(&A, row(2, "two again"));
        expected.put(&A, row(3, "three"));
        expected.delete(&A, [Value::Integer(1)]);
        expected.put(&B, [Value::Integer(1)]);
        assert_eq!(words(&changes), words(&expected));
        changes.clear();
        assert!(changes.is_empty() && changes.iter().next().is_none());
    }
    #[test]
    fn keys_that_begin_with_a_word_are_told_apart() {
        let word = |word: &str, number| [Value::Text(word.into()), Value::Integer(number)];
        let mut changes = Changes::default();
        for row in [word("b", 1), word("a", 2), word("a", 1), word("b", 1)] {
            changes.put(&WORDS, row);
        }
        changes.coalesce();
        let mut expected = Changes::default();
        for row in [word("a", 1), word("a", 2), word("b", 1)] {
            expected.put(&WORDS, row);
        }
        assert_eq!(words(&changes), words(&expected));
    }

    #[test]
    fn room_is_kept_until_it_has_been_too_much_for_long() {
        let mut changes = Changes::default();
        let load = |changes: &mut Changes, rows| {
            (0..rows).for_each(|key| changes.put(&B, [Value::Integer(key)]));
            changes.clear();
            changes.values.capacity()
        };
        let room = load(&mut changes, 1_000);
        for _ in 1..SMALL_LOADS {
            assert_eq!(load(&mut changes, 1), room);
        }
        assert_eq!(load(&mut changes, 900), room, "a large load begins the count anew");
        for _ in 1..SMALL_LOADS {
            assert_eq!(load(&mut changes, 1), room);
        }
        assert!(load(&mut changes, 1) < room);
    }
}
