//! Devices by the ids their clients made, and the accounts that signed in on them.

use laisee_core::{ids::DeviceId, risk::Device};

use super::columns::{Columns, encoded, id};
use crate::{Changes, ColumnType, Snapshot, StoreError, TableSpec};

pub static DEVICE: TableSpec =
    TableSpec { name: "device", columns: &[("device", ColumnType::Integer), ("accounts", ColumnType::Bytes)], key: 1 };

pub fn put(changes: &mut Changes, device: DeviceId, accounts: &Device) {
    changes.put(&DEVICE, [id(device.0), encoded(accounts)]);
}

/// Who signed in on a device; none: nobody did.
///
/// # Errors
/// The store's.
pub fn device(views: &mut dyn Snapshot, device: DeviceId) -> Result<Option<Device>, StoreError> {
    let Some(row) = views.get(&DEVICE, &[id(device.0)])? else { return Ok(None) };
    let mut columns = Columns::of(&DEVICE, row);
    columns.id()?;
    columns.encoded().map(Some)
}
