//! Signed-in devices.

use laisee_core::{
    ids::{Millis, SessionId, UserId},
    query::SessionSeen,
};

use super::columns::{Columns, bytes, id, int, text};
use crate::{Changes, ColumnType, Order, Range, Snapshot, StoreError, TableSpec};

pub static SESSION: TableSpec = TableSpec {
    name: "session",
    columns: &[
        ("user", ColumnType::Integer),
        ("session", ColumnType::Integer),
        ("token_hash", ColumnType::Bytes),
        ("device", ColumnType::Text),
        ("opened_at_ms", ColumnType::Integer),
    ],
    key: 2,
};

pub fn put(
    changes: &mut Changes,
    user: UserId,
    session: SessionId,
    token_hash: &[u8; 32],
    device: &str,
    opened_at: Millis,
) {
    let row = [id(user.0), id(session.0), bytes(token_hash), text(device), int(opened_at.0)];
    changes.put(&SESSION, row);
}

pub fn delete(changes: &mut Changes, user: UserId, session: SessionId) {
    changes.delete(&SESSION, [id(user.0), id(session.0)]);
}

/// A user's devices, oldest first, with the hashes of their tokens.
///
/// # Errors
/// The store's.
pub fn sessions_of(views: &mut dyn Snapshot, user: UserId) -> Result<Vec<(SessionSeen, [u8; 32])>, StoreError> {
    let range = Range { prefix: vec![id(user.0)], ..Range::default() };
    let rows = views.scan(&SESSION, &range, Order::Rising, usize::MAX)?;
    rows.into_iter()
        .map(|row| {
            let mut columns = Columns::of(&SESSION, row);
            columns.id()?;
            let session = SessionId(columns.id()?);
            let token_hash = columns.array()?;
            let device = columns.text()?;
            Ok((SessionSeen { session, device, opened_at: Millis(columns.int()?) }, token_hash))
        })
        .collect()
}

/// The session that has this token.
///
/// # Errors
/// The store's.
pub fn session_by_token(
    views: &mut dyn Snapshot,
    user: UserId,
    token_hash: &[u8; 32],
) -> Result<Option<SessionId>, StoreError> {
    let sessions = sessions_of(views, user)?;
    Ok(sessions.into_iter().find(|(_, hash)| hash == token_hash).map(|(seen, _)| seen.session))
}
