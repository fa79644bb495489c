//! Tables as data: described once, kept the same way by every store.

/// A table: its columns, of which the first `key` make the primary key, in order.
#[derive(PartialEq, Eq, Debug)]
pub struct TableSpec {
    pub name: &'static str,
    pub columns: &'static [(&'static str, ColumnType)],
    pub key: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ColumnType {
    /// Ids, amounts, times, positions, small enums.
    Integer,
    Text,
    Bytes,
}

/// A value of one column. Within a type, the order is that of keys: integers by size, text and bytes bytewise.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Value {
    Integer(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// The values of a whole row, in the order of columns.
pub type RowValues = Vec<Value>;

/// The rows whose key begins with `prefix` and, in the key column after it, lies within the bounds.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Range {
    pub prefix: Vec<Value>,
    /// Exclusive.
    pub after: Option<Value>,
    /// Exclusive.
    pub before: Option<Value>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    Rising,
    Falling,
}
