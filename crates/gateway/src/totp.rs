//! The second factor of operators: codes that change every 30 s (RFC 6238), as every authenticator app makes them.

use laisee_core::operator::TotpSecret;
use totp_rs::{Algorithm, Builder, Secret, Totp};

/// Steps that a clock may be ahead or behind.
const SKEW: u16 = 1;
const STEP_S: u64 = 30;
const DIGITS: u8 = 6;

fn totp(secret: &TotpSecret) -> Totp {
    let builder = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(DIGITS).with_skew(SKEW);
    builder.with_step_duration(STEP_S).with_secret(Secret::from(*secret)).build_noncompliant()
}

/// The step that a code belongs to, if it may be used now. Whether it was used before only the operator's shard knows.
#[must_use]
pub fn step_of(secret: &TotpSecret, code: &str, now_ms: i64) -> Option<u64> {
    let code = code.trim();
    let digits = code.len() == usize::from(DIGITS) && code.bytes().all(|byte| byte.is_ascii_digit());
    if !digits {
        return None;
    }
    totp(secret).check(code, seconds(now_ms))
}

/// The code of this moment, for tests and for whoever holds the secret.
#[must_use]
pub fn code(secret: &TotpSecret, now_ms: i64) -> String {
    totp(secret).generate(seconds(now_ms)).to_string()
}

/// What authenticator apps read from a QR code.
#[must_use]
pub fn uri(name: &str, secret: &TotpSecret) -> String {
    let secret = base32(secret);
    format!("otpauth://totp/Laisee:{name}?secret={secret}&issuer=Laisee&algorithm=SHA1&digits={DIGITS}&period={STEP_S}")
}

fn seconds(now_ms: i64) -> u64 {
    u64::try_from(now_ms / 1_000).unwrap_or(0)
}

/// RFC 4648, without padding.
fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits = bytes.len() * 8;
    let bit = |n: usize| bytes.get(n / 8).map_or(0, |byte| usize::from(byte >> (7 - n % 8)) & 1);
    let letter = |at: usize| LETTERS[(0..5).fold(0, |letter, n| letter << 1 | bit(at + n))] as char;
    (0..bits).step_by(5).map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: TotpSecret = *b"12345678901234567890";

    /// The test vectors of RFC 6238, appendix B, of which the last six digits are shown.
    #[test]
    fn codes_are_those_of_the_standard() {
        for (seconds, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(&SECRET, seconds * 1_000), expected);
            assert_eq!(step_of(&SECRET, expected, seconds * 1_000), Some(seconds as u64 / 30));
        }
    }

    #[test]
    fn a_code_is_good_for_its_step_and_its_neighbours() {
        let now_ms = 1_700_000_000_000;
        let step = 1_700_000_000 / 30;
        let code = code(&SECRET, now_ms);
        for (later_s, found) in [(-60, None), (-30, Some(step)), (0, Some(step)), (30, Some(step)), (60, None)] {
            assert_eq!(step_of(&SECRET, &code, now_ms + later_s * 1_000), found, "{later_s} s later");
        }
        for wrong in ["", "12345", "1234567", "12345a", "\u{662}12345", "287 082", "-28708", "000000"] {
            assert_eq!(step_of(&SECRET, wrong, 59_000), None, "{wrong:?}");
        }
    }

    #[test]
    fn an_app_can_read_the_address() {
        assert_eq!(
            uri("olga", &SECRET),
            "otpauth://totp/Laisee:olga?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Laisee&algorithm=SHA1&digits=6&period=30"
        );
        assert_eq!(base32(b"f"), "MY");
        assert_eq!(base32(b"foobar"), "MZXW6YTBOI");
    }
}
