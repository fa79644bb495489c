//! Who may write a shard: an epoch in a file of its own, which every append looks at within its own transaction.

use std::{path::Path, time::Duration};

use laisee_core::ids::ShardId;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::{Epoch, StoreError};

/// How long a claim may wait for an append that is under way.
const PATIENCE: Duration = Duration::from_secs(5);

const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS owner (
    only INTEGER PRIMARY KEY CHECK (only = 0),
    epoch INTEGER NOT NULL
) STRICT;
INSERT OR IGNORE INTO owner VALUES (0, 0)";

/// Takes the shard: whoever had it can append no more once this returns, in whatever process it is.
pub fn claim(path: &Path) -> Result<Epoch, StoreError> {
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(SCHEMA)?;
    let epoch =
        transaction.query_row("UPDATE owner SET epoch = epoch + 1 RETURNING epoch", [], |row| row.get::<_, i64>(0))?;
    transaction.commit()?;
    Ok(Epoch(epoch as u64))
}

/// Lets a connection to a day of the log see the owner.
pub fn attach(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    connection.busy_timeout(PATIENCE)?;
    let path = path.to_str().ok_or_else(|| StoreError::Unusable(format!("{} is no UTF-8", path.display())))?;
    connection.execute("ATTACH ?1 AS ownership", [path])?;
    Ok(())
}

/// Begins an append, unless another has claimed the shard. An immediate transaction takes the write locks of all
/// attached files, so no claim can come between this look and the commit.
pub fn begin(connection: &mut Connection, shard: ShardId, ours: Epoch) -> Result<Transaction<'_>, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let epoch =
        transaction.prepare_cached("SELECT epoch FROM ownership.owner")?.query_row([], |row| row.get::<_, i64>(0))?;
    if epoch as u64 != ours.0 {
        return Err(StoreError::Fenced { shard, ours });
    }
    Ok(transaction)
}
