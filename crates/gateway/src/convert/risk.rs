use laisee_core::{
    ids::Millis,
    risk::{Record, Suspension, SuspensionReason, request_code::CODES_MAX},
};
use laisee_wire::v1;

/// A suspension as its user sees it.
#[must_use]
pub fn suspension(seen: &Suspension) -> v1::Suspension {
    v1::Suspension {
        reason: reason(seen.reason).into(),
        since_ms: seen.since.0,
        until_ms: seen.until.0,
        self_release: seen.self_release,
    }
}

#[must_use]
pub fn reason(reason: SuspensionReason) -> v1::SuspensionReason {
    match reason {
        SuspensionReason::Opens => v1::SuspensionReason::Opens,
        SuspensionReason::Strangers => v1::SuspensionReason::Strangers,
        SuspensionReason::SharedDevice => v1::SuspensionReason::SharedDevice,
        SuspensionReason::CircularFlow => v1::SuspensionReason::CircularFlow,
        SuspensionReason::RefundRate => v1::SuspensionReason::RefundRate,
        SuspensionReason::Operator => v1::SuspensionReason::Operator,
    }
}

/// How it stands with a user at the moment.
#[must_use]
pub fn risk(record: &Record, now: Millis) -> v1::Risk {
    let Some(suspended) = record.suspended(now) else { return v1::Risk::default() };
    let code = record.code.filter(|code| now < code.expires_at);
    let codes_left = if suspended.self_release { CODES_MAX.saturating_sub(record.codes) } else { 0 };
    v1::Risk {
        suspension: Some(suspension(suspended)),
        code_expires_at_ms: code.map_or(0, |code| code.expires_at.0),
        tries_left: code.map_or(0, |code| code.tries_left),
        codes_left,
    }
}

/// A release code as it is shown and typed: six digits.
#[must_use]
pub fn code_text(code: u32) -> String {
    format!("{code:06}")
}

/// The code somebody typed; `None`: it is none.
#[must_use]
pub fn code_of(typed: &str) -> Option<u32> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let six = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
    six.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_six_digits() {
        assert_eq!(code_text(42), "000042");
        for (typed, code) in [("000042", Some(42)), (" 123 456 ", Some(123_456))] {
            assert_eq!(code_of(typed), code, "{typed}");
        }
        for typed in ["", "42", "1234567", "12345x", "+12345", "１２３４５６"] {
            assert_eq!(code_of(typed), None, "{typed}");
        }
    }
}
