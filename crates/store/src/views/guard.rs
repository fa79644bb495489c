//! What guards users' money: level, tries of the PIN, what of the day's limits is used, what is held.

use laisee_core::{
    fen::Fen,
    guard::{Guard, Level, Tries, Used},
    ids::{Millis, UserId},
};

use super::columns::{Columns, id, int, text};
use crate::{Changes, ColumnType, Snapshot, StoreError, TableSpec, Value};

pub static GUARD: TableSpec = TableSpec {
    name: "guard",
    columns: &[
        ("user", ColumnType::Integer),
        ("level", ColumnType::Text),
        ("held", ColumnType::Integer),
        ("pin_set", ColumnType::Integer),
        ("pin_begun", ColumnType::Integer),
        ("pin_passed", ColumnType::Integer),
        ("pin_wrong", ColumnType::Integer),
        ("pin_locked_until_ms", ColumnType::Integer),
        ("password_begun", ColumnType::Integer),
        ("password_passed", ColumnType::Integer),
        ("password_wrong", ColumnType::Integer),
        ("password_locked_until_ms", ColumnType::Integer),
        ("day", ColumnType::Integer),
        ("sent", ColumnType::Integer),
        ("topped_up", ColumnType::Integer),
        ("withdrawn", ColumnType::Integer),
    ],
    key: 1,
};

/// In the column of the PIN: there is none.
const NO_PIN: i64 = -1;

pub fn put(changes: &mut Changes, user: UserId, guard: &Guard) {
    let [pin, password] = [tries(&guard.pin), tries(&guard.password)];
    let used = &guard.used;
    let row = [id(user.0), text(guard.level.word()), int(guard.held.0), int(guard.pin_set.map_or(NO_PIN, i64::from))]
        .into_iter()
        .chain(pin)
        .chain(password)
        .chain([int(used.day), int(used.sent.0), int(used.topped_up.0), int(used.withdrawn.0)]);
    changes.put(&GUARD, row);
}

fn tries(tries: &Tries) -> [Value; 4] {
    [int(tries.begun), int(tries.passed), int(tries.wrong), int(tries.locked_until.0)]
}

/// A user's guard; none: new, and nothing used.
///
/// # Errors
/// The store's.
pub fn guard(views: &mut dyn Snapshot, user: UserId) -> Result<Option<Guard>, StoreError> {
    let Some(row) = views.get(&GUARD, &[id(user.0)])? else { return Ok(None) };
    let mut columns = Columns::of(&GUARD, row);
    columns.id()?;
    let level = match columns.text()?.as_str() {
        "new" => Level::New,
        "ordinary" => Level::Ordinary,
        "verified" => Level::Verified,
        other => return Err(StoreError::Corrupt(format!("table guard: unknown level {other}"))),
    };
    let held = Fen(columns.int()?);
    let pin_set = match columns.int()? {
        NO_PIN => None,
        number => Some(number as u32),
    };
    let pin = read_tries(&mut columns)?;
    let password = read_tries(&mut columns)?;
    let used = Used {
        day: columns.int()?,
        sent: Fen(columns.int()?),
        topped_up: Fen(columns.int()?),
        withdrawn: Fen(columns.int()?),
    };
    Ok(Some(Guard { level, pin, pin_set, password, used, held }))
}

fn read_tries(columns: &mut Columns) -> Result<Tries, StoreError> {
    Ok(Tries {
        begun: columns.small()?,
        passed: columns.small()?,
        wrong: columns.small()?,
        locked_until: Millis(columns.int()?),
    })
}
