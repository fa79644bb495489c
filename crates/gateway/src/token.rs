//! Session tokens and page tokens: opaque to clients.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use laisee_core::ids::UserId;
use rand::Rng;
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// A new session token and the hash that is stored of it. It names its user, so that its shard is found by arithmetic.
#[must_use]
pub fn new_session_token(user: UserId) -> (String, [u8; 32]) {
    let mut bytes = [0; 40];
    bytes[..8].copy_from_slice(&user.0.to_be_bytes());
    rand::rng().fill_bytes(&mut bytes[8..]);
    (URL_SAFE_NO_PAD.encode(bytes), Sha256::digest(bytes).into())
}

/// The user a session token names, and its hash. Whether it is any good only the user's shard knows.
#[must_use]
pub fn read_session_token(token: &str) -> Option<(UserId, [u8; 32])> {
    let bytes: [u8; 40] = URL_SAFE_NO_PAD.decode(token).ok()?.try_into().ok()?;
    let (user, _) = bytes.split_first_chunk::<8>()?;
    Some((UserId(u64::from_be_bytes(*user)), Sha256::digest(bytes).into()))
}

/// Seals page tokens, so that only what this server said comes back.
pub struct PageTokens {
    key: [u8; 32],
}

impl PageTokens {
    /// With a key of its own: tokens do not outlive the process, and whoever holds an older one starts over.
    #[must_use]
    pub fn new() -> Self {
        let mut key = [0; 32];
        rand::rng().fill_bytes(&mut key);
        Self { key }
    }

    /// A token for `user` that holds `page`.
    #[must_use]
    pub fn seal(&self, user: UserId, page: &impl Serialize) -> String {
        let mut bytes = postcard::to_stdvec(page).expect("pages hold no unencodable values");
        let seal = self.mark(user, &bytes);
        bytes.extend_from_slice(&seal);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// What a token holds, if it was made here for `user`.
    #[must_use]
    pub fn open<T: DeserializeOwned>(&self, user: UserId, token: &str) -> Option<T> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (page, seal) = bytes.split_last_chunk::<16>()?;
        if !bool::from(self.mark(user, page).ct_eq(seal)) {
            return None;
        }
        postcard::from_bytes(page).ok()
    }

    fn mark(&self, user: UserId, page: &[u8]) -> [u8; 16] {
        let inner =
            Sha256::new().chain_update(self.key).chain_update(user.0.to_be_bytes()).chain_update(page).finalize();
        let outer = Sha256::new().chain_update(self.key).chain_update(inner).finalize();
        let mut mark = [0; 16];
        mark.copy_from_slice(&outer[..16]);
        mark
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_token_names_its_user() {
        let (token, hash) = new_session_token(UserId(77));
        assert_eq!(read_session_token(&token), Some((UserId(77), hash)));
        assert_eq!(read_session_token("nonsense"), None);
    }

    /// Rule S6.
    #[test]
    fn a_page_token_is_bound_to_its_user_and_cannot_be_made_up() {
        let tokens = PageTokens::new();
        let token = tokens.seal(UserId(1), &(5_u32, "x"));
        assert_eq!(tokens.open::<(u32, String)>(UserId(1), &token), Some((5, "x".to_owned())));
        assert_eq!(tokens.open::<(u32, String)>(UserId(2), &token), None);
        assert_eq!(tokens.open::<(u32, String)>(UserId(1), &token[1..]), None);
        assert_eq!(PageTokens::new().open::<(u32, String)>(UserId(1), &token), None);
    }
}
