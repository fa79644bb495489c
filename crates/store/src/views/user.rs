//! Accounts.

use laisee_core::{ids::UserId, user::User};

use super::columns::{Columns, encoded, id, text};
use crate::{Changes, ColumnType, Snapshot, StoreError, TableSpec};

pub static USER: TableSpec = TableSpec {
    name: "user",
    columns: &[
        ("user", ColumnType::Integer),
        ("name", ColumnType::Text),
        ("display_name", ColumnType::Text),
        ("face", ColumnType::Text),
        ("password_hash", ColumnType::Text),
        ("sessions", ColumnType::Bytes),
    ],
    key: 1,
};

pub fn put(changes: &mut Changes, user: UserId, account: &User) {
    changes.put(
        &USER,
        [
            id(user.0),
            text(&account.name),
            text(&account.display_name),
            text(&account.face),
            text(&account.password_hash),
            encoded(&account.sessions),
        ],
    );
}

/// An account.
///
/// # Errors
/// The store's.
pub fn user(views: &mut dyn Snapshot, user: UserId) -> Result<Option<User>, StoreError> {
    let Some(row) = views.get(&USER, &[id(user.0)])? else { return Ok(None) };
    let mut columns = Columns::of(&USER, row);
    columns.id()?;
    Ok(Some(User {
        name: columns.text()?,
        display_name: columns.text()?,
        face: columns.text()?,
        password_hash: columns.text()?,
        sessions: columns.encoded()?,
    }))
}
