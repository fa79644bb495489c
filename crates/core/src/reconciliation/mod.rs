//! What reconciliation found between books that are kept apart, and what became of it. The comparing itself is done
//! outside of the core, by rules that share nothing with it; here only stands what is said of it in facts.

mod difference;

pub use difference::{Difference, DifferenceKind, Place};
