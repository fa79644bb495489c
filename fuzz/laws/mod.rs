//! What holds for all bytes from outside. Each law takes an input and panics when it does not hold. The targets beside
//! this folder look for such inputs; a test of the gateway tries random ones and all seeds.

#![allow(dead_code)]

pub mod frame;
pub mod log;
pub mod rest;
pub mod shard;
pub mod words;
