//! The one place where the world's types become the auditor's numbers and words.

mod core;
mod wire;

pub use self::{
    core::{dispute, fact, outcome, push},
    wire::{answer, body, notice},
};

/// What a message says, in one spelling for all who tell of it.
fn text(text: &str) -> String {
    format!("text {text}")
}

fn packet(packet: u64, count: u32) -> String {
    format!("packet {packet} of {count}")
}

fn transfer(transfer: u64, amount: i64) -> String {
    format!("transfer {transfer} of {amount} fen")
}

fn note(kind: i32, actor: u64, users: &[u64], words: &str) -> String {
    format!("note {kind} by {actor} on {users:?} {words}")
}

fn extension(kind: &str, body: &[u8]) -> String {
    format!("{kind} {body:?}")
}

/// A client id from its text; 0: it is none.
fn id(text: &str) -> u128 {
    let digits: String = text.chars().filter(|c| *c != '-').collect();
    u128::from_str_radix(&digits, 16).unwrap_or(0)
}

/// 32 bytes from hex; zeros: it is none.
fn hash(hex: &str) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (n, byte) in bytes.iter_mut().enumerate() {
        *byte = hex.get(n * 2..n * 2 + 2).and_then(|digits| u8::from_str_radix(digits, 16).ok()).unwrap_or(0);
    }
    bytes
}
