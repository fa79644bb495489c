//! Sealed days: what reads through to them, what a run that is cut off leaves, and that no damage goes unnoticed.

#![allow(clippy::unwrap_used)]

mod archive {
    pub mod chain;
    pub mod copies;
    pub mod cut_off;
    pub mod flips;
    pub mod reading;
    pub mod world;
}
