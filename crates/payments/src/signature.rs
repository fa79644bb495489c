//! Both directions are signed alike: HMAC-SHA256 over the time, what the message is for and the body, with a secret that
//! only the two sides know. The time is part of what is signed, so that an old message cannot be sent again later; the
//! purpose is, so that nobody can send one as something else: an answer as a call, a submission as a question, the
//! answer to one question as that to another.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use thiserror::Error;

/// The field with the time of signing, in seconds of the Unix epoch.
pub const TIMESTAMP: &str = "laisee-timestamp";
/// The field with the signature: `v1=` and 64 hexadecimal digits in lower case.
pub const SIGNATURE: &str = "laisee-signature";
/// How far the time of signing may lie from the present, in seconds.
pub const WINDOW_S: i64 = 300;

/// Where a provider's own calls come in.
pub const CALL_PATH: &str = "/v1/payments/webhook";

/// What a message is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose<'a> {
    /// From us to the provider; the path is that after its address.
    Request { path: &'a str },
    /// From the provider, on the same connection. It is bound to the request by the request's signature.
    Answer { request: &'a str },
    /// From the provider by itself, at [`CALL_PATH`].
    Call,
}

impl std::fmt::Display for Purpose<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Request { path } => write!(f, "request {path}"),
            Self::Answer { request } => write!(f, "answer {request}"),
            Self::Call => write!(f, "call {CALL_PATH}"),
        }
    }
}

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
    pub fn sign(&self, purpose: Purpose<'_>, timestamp_s: i64, body: &[u8]) -> String {
        let digest = self.mac(purpose, timestamp_s, body).finalize().into_bytes();
        let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("v1={digits}")
    }

    /// Whether a message is the other side's, for this purpose, and of now.
    ///
    /// # Errors
    /// The signature first: whoever has no secret learns nothing of clocks.
    pub fn verify(
        &self,
        purpose: Purpose<'_>,
        timestamp: Option<&str>,
        signature: Option<&str>,
        body: &[u8],
        now_s: i64,
    ) -> Result<(), Unbelieved> {
        let timestamp: i64 = timestamp.and_then(|text| text.parse().ok()).ok_or(Unbelieved::Signature)?;
        let digits = signature.and_then(|text| text.strip_prefix("v1=")).ok_or(Unbelieved::Signature)?;
        let digest = from_hex(digits).ok_or(Unbelieved::Signature)?;
        // Compares in constant time.
        self.mac(purpose, timestamp, body).verify_slice(&digest).map_err(|_| Unbelieved::Signature)?;
        if now_s.saturating_sub(timestamp).saturating_abs() > WINDOW_S { Err(Unbelieved::Timestamp) } else { Ok(()) }
    }

    /// No purpose holds a point, so that none can run over into the body.
    fn mac(&self, purpose: Purpose<'_>, timestamp_s: i64, body: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(format!("{timestamp_s}.{purpose}.").as_bytes());
        mac.update(body);
        mac
    }
}

/// In one spelling only: a call is known again by its signature's text.
fn from_hex(digits: &str) -> Option<Vec<u8>> {
    if digits.len() != 64 || !digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
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
        secret.verify(Purpose::Call, Some(timestamp), Some(signature), body.as_bytes(), NOW)
    }

    #[test]
    fn only_the_other_sides_word_of_now_is_believed() {
        let signed = secret().sign(Purpose::Call, NOW, b"{}");
        let now = NOW.to_string();
        assert_eq!(check(&secret(), &now, &signed, "{}"), Ok(()));
        assert_eq!(check(&Secret::new(b"another"), &now, &signed, "{}"), Err(Unbelieved::Signature));
        assert_eq!(check(&secret(), &now, &signed, "{ }"), Err(Unbelieved::Signature));
        assert_eq!(check(&secret(), &(NOW + 1).to_string(), &signed, "{}"), Err(Unbelieved::Signature));
        let loud = format!("v1={}", signed.trim_start_matches("v1=").to_uppercase());
        for wrong in ["", "v1=", "v2=00", &signed[..66], "v1=zz", &signed.replace("v1=", ""), &loud] {
            assert_eq!(check(&secret(), &now, wrong, "{}"), Err(Unbelieved::Signature), "{wrong}");
        }
        assert_eq!(secret().verify(Purpose::Call, None, Some(&signed), b"{}", NOW), Err(Unbelieved::Signature));
        assert_eq!(secret().verify(Purpose::Call, Some(&now), None, b"{}", NOW), Err(Unbelieved::Signature));
    }

    /// Rule W11: what is signed for one purpose is believed for no other, whatever the body is.
    #[test]
    fn a_message_passes_for_nothing_but_what_it_is() {
        let (submitted, asked) = (Purpose::Request { path: "/orders" }, Purpose::Request { path: "/orders/query" });
        let (first, second) = (secret().sign(asked, NOW, b"1"), secret().sign(asked, NOW, b"2"));
        let purposes = [
            submitted,
            asked,
            Purpose::Call,
            Purpose::Answer { request: &first },
            Purpose::Answer { request: &second },
        ];
        let now = NOW.to_string();
        for signed_for in purposes {
            let signature = secret().sign(signed_for, NOW, b"{}");
            for taken_for in purposes {
                let believed = secret().verify(taken_for, Some(&now), Some(&signature), b"{}", NOW);
                assert_eq!(believed.is_ok(), signed_for == taken_for, "{signed_for}, taken for {taken_for}");
            }
        }
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
            let signed = secret().sign(Purpose::Call, at, b"body");
            assert_eq!(check(&secret(), &at.to_string(), &signed, "body"), expected, "{age}");
        }
        assert_eq!(check(&secret(), &i64::MIN.to_string(), "v1=", "x"), Err(Unbelieved::Signature));
    }

    /// So that others can write the other side: the examples of docs/payments.md.
    #[test]
    fn the_examples_of_the_guide_are_right() {
        let guide = include_str!("../../../docs/payments.md");
        let sign = |purpose: Purpose<'_>| Secret::new(b"secret").sign(purpose, 1_700_000_000, b"{\"number\":\"1\"}");
        let asked = sign(Purpose::Request { path: "/orders/query" });
        for purpose in [Purpose::Request { path: "/orders/query" }, Purpose::Answer { request: &asked }, Purpose::Call]
        {
            let (words, signed) = (format!("1700000000.{purpose}."), sign(purpose));
            assert!(guide.contains(&words) && guide.contains(&signed), "docs/payments.md should say {words} {signed}");
        }
    }
}
