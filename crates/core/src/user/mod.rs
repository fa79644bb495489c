//! A person's account: profile and signed-in devices. Wallet, relations and mailbox lie in the same shard.

pub mod close_session;
pub mod open_session;
pub mod sign_up;
pub mod update_profile;

use serde::{Deserialize, Serialize};

use crate::{
    ids::{SessionId, ShardId},
    refusal::Refusal,
};

/// What is kept in memory of an account.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct User {
    pub name: String,
    pub display_name: String,
    pub face: String,
    pub password_hash: String,
    /// Signed-in devices, oldest first.
    pub sessions: Vec<SessionId>,
}

/// The shard in which an account of this name lives: so a name is unique without asking another shard.
/// FNV-1a over its bytes, modulo the number of shards, which is fixed when a store is created.
#[must_use]
pub fn shard_of_name(name: &str, shards: u16) -> ShardId {
    let hash = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    ShardId((hash % u64::from(shards)) as u16)
}

/// # Errors
/// `NameInvalid`.
pub(crate) fn check_name(name: &str) -> Result<(), Refusal> {
    let bytes = name.as_bytes();
    let allowed = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-');
    if !(3..=32).contains(&bytes.len()) || !bytes[0].is_ascii_lowercase() || !bytes.iter().all(allowed) {
        return Err(Refusal::NameInvalid);
    }
    Ok(())
}

fn check_profile(display_name: &str, face: &str) -> Result<(), Refusal> {
    let length = display_name.chars().count();
    let printable = !display_name.chars().any(char::is_control) && !face.chars().any(char::is_control);
    if length == 0 || length > 40 || display_name.trim().is_empty() || face.len() > 64 || !printable {
        return Err(Refusal::ProfileInvalid);
    }
    Ok(())
}
