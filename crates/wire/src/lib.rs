//! The protocol's messages as Rust types, generated from `proto/laisee/v1`.
//!
//! `v1` has the messages with both encodings: protobuf by [`prost::Message`], JSON by serde (the canonical
//! mapping: lowerCamelCase, 64-bit integers as strings). The rules between messages stand in `PROTOCOL.md`.

/// Version 1 of the protocol.
#[allow(clippy::all)]
pub mod v1 {
    include!(concat!(env!("OUT_DIR"), "/laisee.v1.rs"));
    include!(concat!(env!("OUT_DIR"), "/laisee.v1.serde.rs"));
}

/// The compiled `.proto` files, from which the OpenAPI description is made.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
