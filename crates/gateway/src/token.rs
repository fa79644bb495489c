//! Session tokens and page tokens: opaque to clients.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use laisee_core::ids::UserId;
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

/// A new session token, made of 32 random bytes, and the hash that is stored of it. It names its user, so that its
/// shard is found by arithmetic.
#[must_use]
pub fn new_session_token(user: UserId, random: [u8; 32]) -> (String, [u8; 32]) {
    let mut bytes = [0; 40];
    bytes[..8].copy_from_slice(&user.0.to_be_bytes());
    bytes[8..].copy_from_slice(&random);
    (URL_SAFE_NO_PAD.encode(bytes), Sha256::digest(bytes).into())
}

/// The user a session token names, and its hash. Whether it is any good only the user's shard knows.
#[must_use]
pub fn read_session_token(token: &str) -> Option<(UserId, [u8; 32])> {
    let bytes: [u8; 40] = URL_SAFE_NO_PAD.decode(token).ok()?.try_into().ok()?;
    let (user, _) = bytes.split_first_chunk::<8>()?;
    Some((UserId(u64::from_be_bytes(*user)), Sha256::digest(bytes).into()))
}

/// What a page token is for. One made for another request is as good as none (S6).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum PageOf {
    Sync = 1,
    Offline = 2,
}

/// Seals page tokens, so that only what this server said comes back.
pub struct PageTokens {
    key: [u8; 32],
}

impl PageTokens {
    /// With a random key of its own: tokens do not outlive the process, and whoever holds an older one starts over.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        Self { key }
    }

    /// A token for `user` that holds `page`.
    #[must_use]
    pub fn seal(&self, of: PageOf, user: UserId, page: &impl Serialize) -> String {
        let mut bytes = postcard::to_stdvec(page).expect("pages hold no unencodable values");
        let seal = self.seal_of(of, user, &bytes).finalize().into_bytes();
        bytes.extend_from_slice(&seal);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// What a token holds, if it was made here for this user and use.
    #[must_use]
    pub fn open<T: DeserializeOwned>(&self, of: PageOf, user: UserId, token: &str) -> Option<T> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (page, seal) = bytes.split_last_chunk::<32>()?;
        self.seal_of(of, user, page).verify_slice(seal).ok()?;
        postcard::from_bytes(page).ok()
    }

    fn seal_of(&self, of: PageOf, user: UserId, page: &[u8]) -> Hmac<Sha256> {
        let mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("a key may have any length");
        mac.chain_update([of as u8]).chain_update(user.0.to_be_bytes()).chain_update(page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_token_names_its_user() {
        let (token, hash) = new_session_token(UserId(77), [5; 32]);
        assert_eq!(read_session_token(&token), Some((UserId(77), hash)));
        assert_eq!(read_session_token("nonsense"), None);
    }

    /// Rule S6.
    #[test]
    fn a_page_token_is_bound_to_its_user_and_use_and_cannot_be_made_up() {
        let tokens = PageTokens::new([1; 32]);
        let token = tokens.seal(PageOf::Sync, UserId(1), &(5_u32, "x"));
        let open = |tokens: &PageTokens, of, user, token: &str| tokens.open::<(u32, String)>(of, UserId(user), token);
        assert_eq!(open(&tokens, PageOf::Sync, 1, &token), Some((5, "x".to_owned())));
        assert_eq!(open(&tokens, PageOf::Offline, 1, &token), None, "another use");
        assert_eq!(open(&tokens, PageOf::Sync, 2, &token), None, "another user");
        assert_eq!(open(&tokens, PageOf::Sync, 1, &token[1..]), None, "cut");
        assert_eq!(open(&tokens, PageOf::Sync, 1, ""), None, "empty");
        assert_eq!(open(&PageTokens::new([2; 32]), PageOf::Sync, 1, &token), None, "another server");
    }
}
