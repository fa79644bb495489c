//! From counts to hits.

use super::{
    Consequence, Effect, Record, Rule, Suspension,
    rule::{Counted, RuleKind},
};
use crate::{
    State,
    fact::Fact,
    ids::{DeviceId, Millis, UserId},
};

/// Gives the hits that follow from a fact which is true and counted by now. They count nothing themselves.
pub(crate) fn judge(state: &State, fact: &Fact, now: Millis, mut found: impl FnMut(Fact)) {
    let mut of_user = |user: &UserId, counted: Counted| {
        for rule in state.rules.in_force(counted, now) {
            let Some(record) = state.risks.get(user) else { continue };
            if let Some((count, counted_to)) = too_many(record, rule, now) {
                found(hit(state, *user, rule, state.rules.book.sequence, count, counted_to, None, now));
            }
        }
    };
    match fact {
        Fact::Credited { user, .. } => {
            of_user(user, Counted::Opens);
            of_user(user, Counted::CircularFlow);
        }
        Fact::Claimed { sender, .. } => {
            of_user(sender, Counted::CircularFlow);
            of_user(sender, Counted::RefundRate);
        }
        Fact::PacketPosted { sender, to_strangers: true, .. } => of_user(sender, Counted::Strangers),
        Fact::PacketRefunded { sender, .. } | Fact::PacketExpired { sender, .. } => {
            of_user(sender, Counted::RefundRate);
        }
        Fact::DeviceSeen { device, .. } => {
            for rule in state.rules.in_force(Counted::SharedDevice, now) {
                let Some(seen) = state.devices.get(device) else { continue };
                let (count, users) = seen.counted(rule, now);
                if count >= rule.threshold && !users.is_empty() {
                    let sequence = state.rules.book.sequence;
                    found(Fact::DeviceHit { device: *device, users, rule: rule.clone(), sequence, count });
                }
            }
        }
        _ => {}
    }
}

/// A hit as it is after those that became true since it was found: one fact may bring several rules to too many.
pub(crate) fn in_turn(state: &State, mut hit: Fact, now: Millis) -> Fact {
    if let Fact::RuleHit { user, number, effect, .. } = &mut hit
        && let Some(record) = state.risks.get(user)
    {
        *number = record.hits + 1;
        if let (Effect::Suspended(new), Some(standing)) = (&*effect, record.suspended(now))
            && standing.until >= new.until
        {
            *effect = Effect::Already;
        }
    }
    hit
}

/// The count that reaches the rule's threshold, and the number of the event that the rule goes on from.
fn too_many(record: &Record, rule: &Rule, now: Millis) -> Option<(u32, u64)> {
    let from = record.counted_from.get(&rule.id).copied().unwrap_or(0);
    let after = now.plus(-rule.window_ms);
    let (count, next) = match rule.kind {
        RuleKind::Opens => (record.opens.since(from, after).count(), record.opens.next()),
        RuleKind::Strangers => (record.strangers.since(from, after).count(), record.strangers.next()),
        RuleKind::CircularFlow => {
            let whole = record.circles.since(from, after).filter(|first| **first > after);
            (whole.count(), record.circles.next())
        }
        RuleKind::RefundRate { of_at_least } => {
            let ended = || record.ended.since(from, after);
            let (all, back) = (ended().count(), ended().filter(|refunded| **refunded).count());
            let enough = all > 0 && all >= of_at_least as usize;
            (if enough { back * 100 / all } else { 0 }, record.ended.next())
        }
        RuleKind::SharedDevice => return None,
    };
    let count = count as u32;
    (count >= rule.threshold).then_some((count, next))
}

/// What a rule that was reached for an account does to it.
#[expect(clippy::too_many_arguments, reason = "a hit says all of it")]
pub(crate) fn hit(
    state: &State,
    user: UserId,
    rule: &Rule,
    sequence: u64,
    count: u32,
    counted_to: u64,
    device: Option<DeviceId>,
    now: Millis,
) -> Fact {
    let record = state.risks.get(&user);
    let effect = match rule.consequence {
        _ if rule.dry_run => Effect::DryRun,
        Consequence::Flag => Effect::Flagged,
        Consequence::Suspend { for_ms, self_release } => {
            let until = now.plus(for_ms);
            let now_until = record.and_then(|record| record.suspended(now)).map(|suspension| suspension.until);
            if now_until.is_some_and(|now_until| now_until >= until) {
                Effect::Already
            } else {
                let reason = rule.kind.reason();
                let (rule, words) = (Some(rule.id), String::new());
                Effect::Suspended(Suspension { reason, rule, since: now, until, self_release, words })
            }
        }
    };
    let number = record.map_or(0, |record| record.hits) + 1;
    Fact::RuleHit { user, number, rule: rule.id, sequence, count, counted_to, device, effect }
}
