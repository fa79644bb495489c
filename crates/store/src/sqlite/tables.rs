//! Views on SQLite: one file a shard, one table for each table.

use std::{fs, path::Path, time::Duration};

use laisee_core::ids::Position;
use rusqlite::{
    Connection, OpenFlags, OptionalExtension, Row, ToSql, Transaction, TransactionBehavior,
    types::{ToSqlOutput, ValueRef},
};

use crate::{
    Change, Changes, ColumnType, Order, Range, ReadTables, RowValues, Snapshot, StoreError, TableSpec, Tables, Value,
    views,
};

/// Rises when what is encoded in a column changes; other changes of the tables are seen by themselves.
const VERSION: u32 = 1;
const STATEMENTS: usize = 128;
/// WAL pages after which the writer checkpoints: larger is rarer, and writes a page that changed often less often.
const CHECKPOINT_PAGES: u32 = 32_000;
/// A WAL that grew beyond this, because a reader held it, is cut back.
const WAL_BYTES_KEPT: u32 = 256 << 20;

const POSITION: &str = "CREATE TABLE position (
    only INTEGER PRIMARY KEY CHECK (only = 0),
    position INTEGER NOT NULL
) STRICT;
INSERT INTO position VALUES (0, 0)";

/// A connection to a shard's views.
pub struct SqliteTables {
    connection: Connection,
}

impl SqliteTables {
    /// Opens the views to write.
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = Connection::open(path)?;
        // A view that lost its newest changes to a power cut catches up from the log.
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.pragma_update(None, "cache_size", -65_536)?;
        connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
        connection.pragma_update(None, "journal_size_limit", WAL_BYTES_KEPT)?;
        Self::with(connection)
    }

    /// Makes the views where there are none. Those of another shape, or that are no database, are thrown away: they are
    /// rebuilt from the log.
    pub(super) fn prepare(path: &Path) -> Result<(), StoreError> {
        let expected = shape();
        match shape_of(path) {
            Ok(Some(found)) if found == expected => return Ok(()),
            Ok(_) | Err(StoreError::Corrupt(_)) => remove(path)?,
            // What cannot be read just now is not therefore old.
            Err(other) => return Err(other),
        }
        let mut connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        let transaction = connection.transaction()?;
        for table in views::TABLES {
            transaction.execute_batch(&create(table))?;
        }
        transaction.execute_batch(POSITION)?;
        transaction.pragma_update(None, "user_version", expected)?;
        transaction.commit()?;
        Ok(())
    }

    /// Opens the views to read.
    pub(super) fn open_read_only(path: &Path) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        Self::with(connection)
    }

    fn with(connection: Connection) -> Result<Self, StoreError> {
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        // Only a checkpoint that restarts the WAL can make one wait.
        connection.busy_timeout(Duration::from_secs(5))?;
        Ok(Self { connection })
    }
}

/// Stands for the tables as they are now.
fn shape() -> i32 {
    let mut hash = crc32fast::Hasher::new();
    hash.update(&VERSION.to_be_bytes());
    for table in views::TABLES {
        hash.update(create(table).as_bytes());
    }
    hash.finalize() as i32
}

/// What stands for the tables in a file; none: there is no file.
fn shape_of(path: &Path) -> Result<Option<i32>, StoreError> {
    if !path.exists() {
        return Ok(None);
    }
    // To write: what a process that died while it made the file left half done must be taken back first.
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    Ok(Some(connection.pragma_query_value(None, "user_version", |row| row.get(0))?))
}

fn remove(path: &Path) -> Result<(), StoreError> {
    // The database last: without it there is nothing that another start could take for whole.
    for suffix in ["-journal", "-wal", "-shm", ""] {
        let file = path.with_extension(format!("db{suffix}"));
        if file.exists() {
            fs::remove_file(file)?;
        }
    }
    Ok(())
}

fn create(table: &TableSpec) -> String {
    let columns: Vec<String> = table
        .columns
        .iter()
        .map(|(name, kind)| {
            let kind = match kind {
                ColumnType::Integer => "INTEGER",
                ColumnType::Text => "TEXT",
                ColumnType::Bytes => "BLOB",
            };
            format!("\"{name}\" {kind} NOT NULL")
        })
        .collect();
    let key: Vec<String> = table.columns[..table.key].iter().map(|(name, _)| format!("\"{name}\"")).collect();
    // A single integer is best as the row id itself: SQLite compares it without decoding a record.
    let layout = if table.key == 1 && table.columns[0].1 == ColumnType::Integer { "" } else { ", WITHOUT ROWID" };
    format!("CREATE TABLE \"{}\" ({}, PRIMARY KEY ({})) STRICT{layout}", table.name, columns.join(", "), key.join(", "))
}

impl ReadTables for SqliteTables {
    fn snapshot<R>(&mut self, read: impl FnOnce(&mut dyn Snapshot) -> Result<R, StoreError>) -> Result<R, StoreError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Deferred)?;
        let found = read(&mut SqliteSnapshot { transaction: &transaction })?;
        transaction.commit()?;
        Ok(found)
    }
}

impl Tables for SqliteTables {
    fn save(&mut self, changes: &Changes, position: Position) -> Result<(), StoreError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut changes = changes.iter().peekable();
        while let Some(first) = changes.peek().copied() {
            // Changes mostly come sorted by table, so that one statement serves a whole run of them.
            let mut statement = transaction.prepare_cached(&statement(first))?;
            while let Some(Change::Put(_, values) | Change::Delete(_, values)) =
                changes.next_if(|change| same_kind(first, *change))
            {
                statement.execute(rusqlite::params_from_iter(values))?;
            }
        }
        transaction.prepare_cached("UPDATE position SET position = ?1")?.execute([position.0 as i64])?;
        transaction.commit()?;
        Ok(())
    }
}

fn same_kind(a: Change<'_>, b: Change<'_>) -> bool {
    match (a, b) {
        (Change::Put(a, _), Change::Put(b, _)) | (Change::Delete(a, _), Change::Delete(b, _)) => a.name == b.name,
        _ => false,
    }
}

fn statement(change: Change<'_>) -> String {
    match change {
        Change::Put(table, _) => {
            let places: Vec<String> = (1..=table.columns.len()).map(|n| format!("?{n}")).collect();
            format!("INSERT OR REPLACE INTO \"{}\" VALUES ({})", table.name, places.join(", "))
        }
        Change::Delete(table, _) => {
            let key: Vec<String> = table.columns[..table.key]
                .iter()
                .enumerate()
                .map(|(n, (name, _))| format!("\"{name}\" = ?{}", n + 1))
                .collect();
            format!("DELETE FROM \"{}\" WHERE {}", table.name, key.join(" AND "))
        }
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Integer(integer) => ValueRef::Integer(*integer),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

struct SqliteSnapshot<'a> {
    transaction: &'a Transaction<'a>,
}

impl SqliteSnapshot<'_> {
    fn select(
        &self,
        table: &TableSpec,
        rest: &str,
        values: &[&Value],
        limit: usize,
    ) -> Result<Vec<RowValues>, StoreError> {
        // The limit is bound, so that one statement serves for every limit.
        let limit = Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX));
        let sql = format!("SELECT * FROM \"{}\" {rest} LIMIT ?{}", table.name, values.len() + 1);
        let mut statement = self.transaction.prepare_cached(&sql)?;
        let mut rows = statement.query(rusqlite::params_from_iter(values.iter().copied().chain([&limit])))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(values_of(table, row)?);
        }
        Ok(found)
    }
}

fn values_of(table: &TableSpec, row: &Row<'_>) -> Result<RowValues, StoreError> {
    let mut values = Vec::with_capacity(table.columns.len());
    for (n, (_, kind)) in table.columns.iter().enumerate() {
        values.push(match kind {
            ColumnType::Integer => Value::Integer(row.get(n)?),
            ColumnType::Text => Value::Text(row.get(n)?),
            ColumnType::Bytes => Value::Bytes(row.get(n)?),
        });
    }
    Ok(values)
}

impl Snapshot for SqliteSnapshot<'_> {
    fn position(&mut self) -> Result<Position, StoreError> {
        let mut statement = self.transaction.prepare_cached("SELECT position FROM position")?;
        let position = statement.query_row([], |row| row.get::<_, i64>(0)).optional()?;
        Ok(Position(position.unwrap_or(0) as u64))
    }

    fn get(&mut self, table: &'static TableSpec, key: &[Value]) -> Result<Option<RowValues>, StoreError> {
        let places: Vec<String> = table.columns[..table.key]
            .iter()
            .enumerate()
            .map(|(n, (name, _))| format!("\"{name}\" = ?{}", n + 1))
            .collect();
        let key: Vec<&Value> = key.iter().collect();
        let found = self.select(table, &format!("WHERE {}", places.join(" AND ")), &key, 1)?;
        Ok(found.into_iter().next())
    }

    fn scan(
        &mut self,
        table: &'static TableSpec,
        range: &Range,
        order: Order,
        limit: usize,
    ) -> Result<Vec<RowValues>, StoreError> {
        let mut conditions = Vec::new();
        let mut values: Vec<&Value> = Vec::new();
        let mut condition = |column: usize, relation: &str, value| {
            values.push(value);
            conditions.push(format!("\"{}\" {relation} ?{}", table.columns[column].0, values.len()));
        };
        for (column, value) in range.prefix.iter().enumerate() {
            condition(column, "=", value);
        }
        if let Some(after) = &range.after {
            condition(range.prefix.len(), ">", after);
        }
        if let Some(before) = &range.before {
            condition(range.prefix.len(), "<", before);
        }
        let direction = if order == Order::Rising { "ASC" } else { "DESC" };
        let keys: Vec<String> =
            table.columns[..table.key].iter().map(|(name, _)| format!("\"{name}\" {direction}")).collect();
        let filter = if conditions.is_empty() { String::new() } else { format!("WHERE {} ", conditions.join(" AND ")) };
        self.select(table, &format!("{filter}ORDER BY {}", keys.join(", ")), &values, limit)
    }
}
