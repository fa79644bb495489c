use laisee_core::{
    ids::Millis,
    query::{HitSeen, SuspensionSeen},
    risk::{
        Consequence, Effect, LiftedBy, Record, Rule, RuleId, RuleKind, Suspension, SuspensionReason,
        request_code::CODES_MAX,
    },
};
use laisee_wire::v1;

use super::bad_request;

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

/// The reason an operator asks for, by its name without what all of them begin with; `None`: any.
///
/// # Errors
/// `MALFORMED`.
pub fn reason_of(asked: &str) -> Result<Option<SuspensionReason>, v1::Error> {
    let name = asked.strip_prefix("SUSPENSION_REASON_").unwrap_or(asked);
    Ok(Some(match name {
        "" => return Ok(None),
        "OPENS" => SuspensionReason::Opens,
        "STRANGERS" => SuspensionReason::Strangers,
        "SHARED_DEVICE" => SuspensionReason::SharedDevice,
        "CIRCULAR_FLOW" => SuspensionReason::CircularFlow,
        "REFUND_RATE" => SuspensionReason::RefundRate,
        "OPERATOR" => SuspensionReason::Operator,
        _ => return Err(bad_request("there is no such reason")),
    }))
}

#[must_use]
pub fn rule(rule: &Rule) -> v1::RiskRule {
    let (kind, of_at_least) = match rule.kind {
        RuleKind::Opens => (v1::RuleKind::Opens, 0),
        RuleKind::Strangers => (v1::RuleKind::Strangers, 0),
        RuleKind::SharedDevice => (v1::RuleKind::SharedDevice, 0),
        RuleKind::CircularFlow => (v1::RuleKind::CircularFlow, 0),
        RuleKind::RefundRate { of_at_least } => (v1::RuleKind::RefundRate, of_at_least),
    };
    let (suspend_for_ms, self_release) = match rule.consequence {
        Consequence::Flag => (0, false),
        Consequence::Suspend { for_ms, self_release } => (for_ms, self_release),
    };
    v1::RiskRule {
        id: rule.id.0,
        name: rule.name.clone(),
        kind: kind.into(),
        window_ms: rule.window_ms,
        threshold: rule.threshold,
        of_at_least,
        suspend_for_ms,
        self_release,
        enabled: rule.enabled,
        dry_run: rule.dry_run,
    }
}

/// A rule as an operator wants it. Whether it can be carried out is for the core to say.
///
/// # Errors
/// `MALFORMED`.
pub fn rule_of(id: RuleId, wanted: Option<v1::RiskRule>) -> Result<Rule, v1::Error> {
    let wanted = wanted.ok_or_else(|| bad_request("a rule is needed"))?;
    let kind = match wanted.kind() {
        v1::RuleKind::Unspecified => return Err(bad_request("a rule has a kind")),
        v1::RuleKind::Opens => RuleKind::Opens,
        v1::RuleKind::Strangers => RuleKind::Strangers,
        v1::RuleKind::SharedDevice => RuleKind::SharedDevice,
        v1::RuleKind::CircularFlow => RuleKind::CircularFlow,
        v1::RuleKind::RefundRate => RuleKind::RefundRate { of_at_least: wanted.of_at_least },
    };
    let consequence = match wanted.suspend_for_ms {
        0 => Consequence::Flag,
        for_ms => Consequence::Suspend { for_ms, self_release: wanted.self_release },
    };
    Ok(Rule {
        id,
        name: wanted.name,
        kind,
        window_ms: wanted.window_ms,
        threshold: wanted.threshold,
        consequence,
        enabled: wanted.enabled,
        dry_run: wanted.dry_run,
    })
}

#[must_use]
pub fn hit(seen: &HitSeen) -> v1::RiskHit {
    let effect = match seen.effect {
        Effect::DryRun => v1::RuleEffect::DryRun,
        Effect::Flagged => v1::RuleEffect::Flagged,
        Effect::Suspended(_) => v1::RuleEffect::Suspended,
        Effect::Already => v1::RuleEffect::Already,
    };
    v1::RiskHit {
        at_ms: seen.place.at.0,
        user: seen.place.user.0,
        number: seen.place.number,
        rule: seen.rule.0,
        sequence: seen.sequence,
        count: seen.count,
        device: seen.device.map_or(0, |device| device.0),
        effect: effect.into(),
    }
}

/// A suspension as operators see it.
#[must_use]
pub fn user_suspension(seen: &SuspensionSeen, name: String) -> v1::UserSuspension {
    let suspension = &seen.suspension;
    let (lifted_at_ms, lifted_by, lifted_reason) = match &seen.lifted {
        None => (0, 0, String::new()),
        Some((at, LiftedBy::User)) => (at.0, 0, String::new()),
        Some((at, LiftedBy::Operator { by, reason })) => (at.0, by.0, reason.clone()),
    };
    v1::UserSuspension {
        user: seen.user.0,
        name,
        reason: reason(suspension.reason).into(),
        rule: suspension.rule.map_or(0, |rule| rule.0),
        since_ms: suspension.since.0,
        until_ms: suspension.until.0,
        self_release: suspension.self_release,
        words: suspension.words.clone(),
        lifted_at_ms,
        lifted_by,
        lifted_reason,
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
