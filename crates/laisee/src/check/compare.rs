//! Compares rebuilt views with the live ones, row by row, and verifies what rows alone can tell.

use anyhow::Result;
use laisee_core::ids::ShardId;
use laisee_store::{Order, Range, ReadTables, RowValues, Snapshot, Store, StoreError, TableSpec, Value, views};

use super::{Report, laws, rebuild::Rebuilt};

/// Rows read at a time.
const PAGE: usize = 10_000;

/// Compares all tables of a shard.
///
/// # Errors
/// When either side cannot be read.
pub fn compare<S: Store>(store: &S, shard: ShardId, rebuilt: Rebuilt, report: &mut Report) -> Result<()> {
    let mut live = store.reader(shard)?;
    let mut fresh = rebuilt.store.reader(shard)?;
    for table in views::TABLES {
        let found = live.snapshot(|live| {
            fresh.snapshot(|fresh| {
                compare_table(shard, table, live, fresh, report)?;
                Ok(())
            })
        });
        found?;
    }
    live.snapshot(|live| laws::verify_views(shard, live, report))?;
    Ok(())
}

fn compare_table(
    shard: ShardId,
    table: &'static TableSpec,
    live: &mut dyn Snapshot,
    fresh: &mut dyn Snapshot,
    report: &mut Report,
) -> Result<(), StoreError> {
    let (mut live_pages, mut fresh_pages) = (Pages::new(table), Pages::new(table));
    loop {
        let (is, should) = (live_pages.next(live)?, fresh_pages.next(fresh)?);
        if is != should {
            let at = is.iter().zip(&should).position(|(is, should)| is != should).unwrap_or(is.len().min(should.len()));
            let (is, should) = (shown(table, is.get(at)), shown(table, should.get(at)));
            report.differ(format!("shard {shard}, table {}: there is {is}, the log says {should}", table.name));
            return Ok(());
        }
        *report.rows.entry(table.name.to_owned()).or_default() += is.len() as u64;
        if is.is_empty() {
            return Ok(());
        }
    }
}

/// Columns that hold secrets: hashes of passwords and PINs, secrets of second factors. A report is read by many.
const HIDDEN: [(&str, &str); 3] = [("user", "password_hash"), ("pin", "hash"), ("operator", "all")];

/// A row as a report says it.
fn shown(table: &TableSpec, row: Option<&RowValues>) -> String {
    let Some(row) = row else { return "nothing".into() };
    let values = table.columns.iter().zip(row).map(|((name, _), value)| match value {
        _ if HIDDEN.contains(&(table.name, name)) => format!("{name} (hidden)"),
        Value::Integer(number) => format!("{name} {number}"),
        Value::Text(text) => format!("{name} {text:?}"),
        Value::Bytes(bytes) => format!("{name} {bytes:?}"),
    });
    format!("({})", values.collect::<Vec<_>>().join(", "))
}

/// All rows of a table in key order, a page at a time.
pub struct Pages {
    table: &'static TableSpec,
    after: Option<RowValues>,
    done: bool,
}

impl Pages {
    pub fn new(table: &'static TableSpec) -> Self {
        Self { table, after: None, done: false }
    }

    /// The next page; empty: no more.
    ///
    /// # Errors
    /// The store's.
    pub fn next(&mut self, snapshot: &mut dyn Snapshot) -> Result<Vec<RowValues>, StoreError> {
        if self.done {
            return Ok(vec![]);
        }
        let mut rows = Vec::new();
        // Keys have at most two columns: first the rest of the group where the last page ended, then the groups after.
        if let Some(last) = self.after.take() {
            if self.table.key == 2 {
                let range = Range { prefix: vec![last[0].clone()], after: Some(last[1].clone()), before: None };
                rows = snapshot.scan(self.table, &range, Order::Rising, PAGE)?;
            }
            if rows.len() < PAGE {
                rows.extend(self.groups_after(snapshot, Some(last[0].clone()), PAGE - rows.len())?);
            }
        } else {
            rows = self.groups_after(snapshot, None, PAGE)?;
        }
        self.done = rows.len() < PAGE;
        self.after = rows.last().cloned();
        Ok(rows)
    }

    fn groups_after(
        &self,
        snapshot: &mut dyn Snapshot,
        after: Option<Value>,
        limit: usize,
    ) -> Result<Vec<RowValues>, StoreError> {
        snapshot.scan(self.table, &Range { prefix: vec![], after, before: None }, Order::Rising, limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_says_rows_by_their_columns_and_no_secrets() {
        for (table, column) in HIDDEN {
            let table = views::TABLES.iter().find(|spec| spec.name == table).expect("there is such a table");
            let secret = "$argon2id$";
            let row = table.columns.iter().map(|_| Value::Text(secret.into())).collect::<Vec<_>>();
            let said = shown(table, Some(&row));
            assert!(said.contains(&format!("{column} (hidden)")), "{said}");
            assert_eq!(said.matches(secret).count(), table.columns.len() - 1, "{said}");
        }
        assert_eq!(shown(views::TABLES[0], None), "nothing");
    }
}
