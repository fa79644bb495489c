#![no_main]

#[path = "../laws/mod.rs"]
mod laws;

use laisee_gateway::connection::Encoding;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| laws::frame::check(Encoding::Protobuf, bytes));
