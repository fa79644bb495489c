//! Between values of columns and what they mean.

use laisee_core::ids::{ClientId, Millis};
use serde::{Serialize, de::DeserializeOwned};

use crate::{RowValues, StoreError, TableSpec, Value};

/// Ids and positions stay below 2^63 (see `ids::ID_EPOCH_MS`), so the order of integers is theirs.
pub fn id(id: u64) -> Value {
    Value::Integer(id as i64)
}

pub fn optional_id(id: Option<u64>) -> Value {
    Value::Integer(id.unwrap_or(0) as i64)
}

pub fn int(value: impl Into<i64>) -> Value {
    Value::Integer(value.into())
}

pub fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub fn bytes(bytes: &[u8]) -> Value {
    Value::Bytes(bytes.to_vec())
}

/// Big-endian, so that the order of bytes is the order of minting.
pub fn client_id(id: ClientId) -> Value {
    Value::Bytes(id.0.to_be_bytes().to_vec())
}

/// The greatest id that was minted before `since`.
pub fn minted_before(since: Millis) -> Value {
    let first = (since.0.clamp(0, (1 << 48) - 1) as u128) << 80;
    client_id(ClientId(first.saturating_sub(1)))
}

/// For what has no natural columns.
pub fn encoded(value: &impl Serialize) -> Value {
    Value::Bytes(postcard::to_stdvec(value).expect("views hold no unencodable values"))
}

/// Reads a row's columns from left to right.
pub struct Columns {
    table: &'static str,
    values: std::vec::IntoIter<Value>,
}

impl Columns {
    pub fn of(table: &TableSpec, row: RowValues) -> Self {
        Self { table: table.name, values: row.into_iter() }
    }

    pub fn int(&mut self) -> Result<i64, StoreError> {
        match self.values.next() {
            Some(Value::Integer(value)) => Ok(value),
            other => Err(self.wrong(other)),
        }
    }

    pub fn id(&mut self) -> Result<u64, StoreError> {
        self.int().map(|value| value as u64)
    }

    pub fn optional_id(&mut self) -> Result<Option<u64>, StoreError> {
        self.id().map(|id| (id != 0).then_some(id))
    }

    pub fn small(&mut self) -> Result<u32, StoreError> {
        let value = self.int()?;
        u32::try_from(value).map_err(|_| self.wrong(Some(Value::Integer(value))))
    }

    pub fn text(&mut self) -> Result<String, StoreError> {
        match self.values.next() {
            Some(Value::Text(value)) => Ok(value),
            other => Err(self.wrong(other)),
        }
    }

    pub fn bytes(&mut self) -> Result<Vec<u8>, StoreError> {
        match self.values.next() {
            Some(Value::Bytes(value)) => Ok(value),
            other => Err(self.wrong(other)),
        }
    }

    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], StoreError> {
        let value = self.bytes()?;
        value.try_into().map_err(|value| self.wrong(Some(Value::Bytes(value))))
    }

    pub fn client_id(&mut self) -> Result<ClientId, StoreError> {
        self.array().map(|bytes| ClientId(u128::from_be_bytes(bytes)))
    }

    pub fn encoded<T: DeserializeOwned>(&mut self) -> Result<T, StoreError> {
        let value = self.bytes()?;
        postcard::from_bytes(&value).map_err(|error| StoreError::Corrupt(format!("table {}: {error}", self.table)))
    }

    fn wrong(&self, value: Option<Value>) -> StoreError {
        StoreError::Corrupt(format!("table {}: {value:?} has no place in its column", self.table))
    }
}
