//! Both directions are signed alike: HMAC-SHA256 over the time, a point and the body, with a secret that only the two
//! sides know. The time is part of what is signed, so that an old message cannot be sent again later.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use thiserror::Error;

/// The field with the time of signing, in seconds of the Unix epoch.
pub const TIMESTAMP: &str = "laisee-timestamp";
/// The field with the signature: `v1=` and 64 hexadecimal digits.
pub const SIGNATURE: &str = "laisee-signature";
/// How far the time of signing may lie from the present, in seconds.
pub const WINDOW_S: i64 = 300;

/// A secret shared with a provider.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// Why a message is not believed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum Unbelieved {
    #[error("the signature is missing or wrong")]
    Signature,
    #[error("the time of signing is too far from the present")]
    Timestamp,
}

impl Secret {
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }

    /// The signature of a body at a time.
    #[must_use]
    pub fn sign(&self, timestamp_s: i64, body: &[u8]) -> String {
        let digest = self.mac(timestamp_s, body).finalize().into_bytes();
        let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("v1={digits}")
    }

    /// Whether a message is the other side's, and of now.
    ///
    /// # Errors
    /// The signature first: whoever has no secret learns nothing of clocks.
    pub fn verify(
        &self,
        timestamp: Option<&str>,
        signature: Option<&str>,
        body: &[u8],
        now_s: i64,
    ) -> Result<(), Unbelieved> {
        let timestamp: i64 = timestamp.and_then(|text| text.parse().ok()).ok_or(Unbelieved::Signature)?;
        let digits = signature.and_then(|text| text.strip_prefix("v1=")).ok_or(Unbelieved::Signature)?;
        let digest = from_hex(digits).ok_or(Unbelieved::Signature)?;
        // Compares in constant time.
        self.mac(timestamp, body).verify_slice(&digest).map_err(|_| Unbelieved::Signature)?;
        if now_s.saturating_sub(timestamp).saturating_abs() > WINDOW_S { Err(Unbelieved::Timestamp) } else { Ok(()) }
    }

    fn mac(&self, timestamp_s: i64, body: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(timestamp_s.to_string().as_bytes());
        mac.update(b".");
        mac.update(body);
        mac
    }
}

fn from_hex(digits: &str) -> Option<Vec<u8>> {
    if digits.len() != 64 || !digits.is_ascii() {
        return None;
    }
    (0..32).map(|n| u8::from_str_radix(&digits[2 * n..2 * n + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_000;

    fn secret() -> Secret {
        Secret::new(b"between you and me")
    }

    fn check(secret: &Secret, timestamp: &str, signature: &str, body: &str) -> Result<(), Unbelieved> {
        secret.verify(Some(timestamp), Some(signature), body.as_bytes(), NOW)
    }

    #[test]
    fn only_the_other_sides_word_of_now_is_believed() {
        let signed = secret().sign(NOW, b"{}");
        let now = NOW.to_string();
        assert_eq!(check(&secret(), &now, &signed, "{}"), Ok(()));
        assert_eq!(check(&Secret::new(b"another"), &now, &signed, "{}"), Err(Unbelieved::Signature));
        assert_eq!(check(&secret(), &now, &signed, "{ }"), Err(Unbelieved::Signature));
        assert_eq!(check(&secret(), &(NOW + 1).to_string(), &signed, "{}"), Err(Unbelieved::Signature));
        for wrong in ["", "v1=", "v2=00", &signed[..66], "v1=zz", &signed.replace("v1=", "")] {
            assert_eq!(check(&secret(), &now, wrong, "{}"), Err(Unbelieved::Signature), "{wrong}");
        }
        assert_eq!(secret().verify(None, Some(&signed), b"{}", NOW), Err(Unbelieved::Signature));
        assert_eq!(secret().verify(Some(&now), None, b"{}", NOW), Err(Unbelieved::Signature));
    }

    #[test]
    fn old_words_and_words_of_tomorrow_are_not() {
        for (age, expected) in [
            (WINDOW_S, Ok(())),
            (-WINDOW_S, Ok(())),
            (WINDOW_S + 1, Err(Unbelieved::Timestamp)),
            (-WINDOW_S - 1, Err(Unbelieved::Timestamp)),
        ] {
            let at = NOW - age;
            let signed = secret().sign(at, b"body");
            assert_eq!(check(&secret(), &at.to_string(), &signed, "body"), expected, "{age}");
        }
        assert_eq!(check(&secret(), &i64::MIN.to_string(), "v1=", "x"), Err(Unbelieved::Signature));
    }

    /// So that others can write the other side: the example of docs/payments.md.
    #[test]
    fn the_example_of_the_guide_is_right() {
        let signed = Secret::new(b"secret").sign(1_700_000_000, b"{\"number\":\"1\"}");
        let guide = include_str!("../../../docs/payments.md");
        assert!(guide.contains(&signed), "docs/payments.md should say {signed}");
    }
}
