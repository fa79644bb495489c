//! A device on a real WebSocket: one task per connection that drives a [`Client`] and reconnects by itself.
//!
//! [`Connection`] is the handle most callers want. [`Socket`] is the bare framed socket below it, for tools that
//! count every microsecond.

mod driver;
mod encoding;
mod handle;
mod options;
mod socket;

pub use encoding::Encoding;
pub use handle::Connection;
pub use options::Options;
pub use socket::{Received, Socket};
