//! What a new operator signs in with.

use laisee_core::operator::TotpSecret;
use sha2::{Digest, Sha256};

/// A password and a second factor that nobody has seen yet.
pub struct Secrets {
    pub password: String,
    pub totp: TotpSecret,
}

/// Letters and digits that cannot be taken for one another.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789x";
const GROUPS: usize = 4;
const GROUP: usize = 5;

/// Makes secrets of 32 random bytes: a password of about 99 bits, in groups that can be typed, and 160 bits for codes.
#[must_use]
pub fn new_secrets(entropy: [u8; 32]) -> Secrets {
    let part = |what: &[u8]| -> [u8; 32] { Sha256::new().chain_update(what).chain_update(entropy).finalize().into() };
    let letters: Vec<char> = part(b"password").iter().map(|byte| LETTERS[usize::from(byte % 32)] as char).collect();
    let groups: Vec<String> = letters.chunks(GROUP).take(GROUPS).map(|group| group.iter().collect()).collect();
    let mut totp = TotpSecret::default();
    totp.copy_from_slice(&part(b"totp")[..20]);
    Secrets { password: groups.join("-"), totp }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_can_be_typed_and_differ() {
        let (one, other) = (new_secrets([1; 32]), new_secrets([2; 32]));
        assert_eq!(one.password.len(), 23);
        assert!(one.password.bytes().all(|byte| byte == b'-' || LETTERS.contains(&byte)), "{}", one.password);
        assert_ne!(one.password, other.password);
        assert_ne!(one.totp, other.totp);
        assert_eq!(one.password, new_secrets([1; 32]).password);
    }
}
