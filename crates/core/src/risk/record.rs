//! What is counted of one account, and how facts are counted.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Effect, Suspension,
    rule::{Counted, RuleId},
    window::{Keep, Window},
};
use crate::{
    State,
    fact::Fact,
    fen::Fen,
    hidden::Hidden,
    ids::{Millis, Position, UserId},
    packet::{Packet, PacketStatus},
};

/// Events of one kind kept of an account at most; no threshold can be higher.
pub const EVENTS_MAX: usize = 1_000;
/// Payments kept of an account at most while their return is waited for.
pub const FLOWS_MAX: usize = 200;
/// Two amounts are similar when they differ by at most this percent of the larger one.
const SIMILAR_PERCENT: i64 = 10;

/// One account's counts and suspension. Lives in the user's shard.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Record {
    /// The newest one; it may be over.
    pub suspension: Option<Suspension>,
    pub opens: Window<()>,
    pub strangers: Window<()>,
    /// Packets that ended, and whether money went back.
    pub ended: Window<bool>,
    /// Payments that nothing came back for yet.
    flows: Vec<Flow>,
    /// Circles, with the moment of their first half.
    pub circles: Window<Millis>,
    /// What each rule has counted already: it goes on from that event's number.
    pub counted_from: BTreeMap<RuleId, u64>,
    /// Hits so far; numbers them.
    pub hits: u64,
    pub code: Option<ReleaseCode>,
    /// Release codes made since the suspension began.
    pub codes: u32,
}

/// A code by which the user may end its suspension.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReleaseCode {
    /// Six digits.
    pub code: Hidden<u32>,
    pub expires_at: Millis,
    pub tries_left: u32,
}

/// Money of packets between the account and another.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Flow {
    at: Millis,
    other: UserId,
    amount: Fen,
    /// From the account to the other.
    out: bool,
}

impl Record {
    /// The suspension that is in force.
    #[must_use]
    pub fn suspended(&self, now: Millis) -> Option<&Suspension> {
        self.suspension.as_ref().filter(|suspension| suspension.active(now))
    }

    /// Takes a payment in. When it answers an earlier one, the two make a circle and neither counts again.
    fn flow(&mut self, new: Flow, keep: Keep) {
        let old = new.at.plus(-keep.ms);
        self.flows.retain(|flow| flow.at > old);
        let answered = |flow: &Flow| flow.other == new.other && flow.out != new.out && similar(flow.amount, new.amount);
        if let Some(first) = self.flows.iter().position(answered) {
            let first = self.flows.remove(first);
            self.circles.push(new.at, first.at, keep);
            return;
        }
        if self.flows.len() >= keep.most {
            self.flows.remove(0);
        }
        self.flows.push(new);
    }

    pub(super) fn suspend(&mut self, suspension: Suspension) {
        self.suspension = Some(suspension);
        self.code = None;
        self.codes = 0;
    }
}

fn similar(a: Fen, b: Fen) -> bool {
    let (low, high) = (a.min(b).0, a.max(b).0);
    (high - low).saturating_mul(100) <= high.saturating_mul(SIMILAR_PERCENT)
}

impl State {
    /// Counts what the fact, which is true by now, is about.
    pub(crate) fn count(&mut self, fact: &Fact, at: Millis, position: Position) {
        match fact {
            Fact::Credited { user, sender, amount, .. } => {
                if let Some(keep) = self.rules.keep(Counted::Opens, at) {
                    self.risks.change_or_default(user, position).opens.push(at, (), keep);
                }
                self.count_flow(*user, *sender, *amount, false, at, position);
            }
            Fact::Claimed { packet, sender, user, amount, .. } => {
                self.count_flow(*sender, *user, *amount, true, at, position);
                // The rules first: without one there is nothing to look up.
                let counts = self.rules.keep(Counted::RefundRate, at).is_some();
                let finished = |packet: &Packet| packet.head.status == PacketStatus::Finished;
                if counts && self.packets.peek(packet).is_some_and(finished) {
                    self.count_end(*sender, false, at, position);
                }
            }
            Fact::PacketPosted { sender, to_strangers: true, .. } => {
                if let Some(keep) = self.rules.keep(Counted::Strangers, at) {
                    self.risks.change_or_default(sender, position).strangers.push(at, (), keep);
                }
            }
            Fact::PacketRefunded { sender, .. } => self.count_end(*sender, true, at, position),
            Fact::PacketExpired { sender, .. } => self.count_end(*sender, true, at, position),
            _ => {}
        }
    }

    fn count_end(&mut self, sender: UserId, refunded: bool, at: Millis, position: Position) {
        if let Some(keep) = self.rules.keep(Counted::RefundRate, at) {
            self.risks.change_or_default(&sender, position).ended.push(at, refunded, keep);
        }
    }

    fn count_flow(&mut self, user: UserId, other: UserId, amount: Fen, out: bool, at: Millis, position: Position) {
        if user == other {
            return;
        }
        if let Some(keep) = self.rules.keep_flows(at) {
            self.risks.change_or_default(&user, position).flow(Flow { at, other, amount, out }, keep);
        }
    }

    /// Makes a fact of risk control true.
    pub(crate) fn evolve_risk(&mut self, fact: &Fact, at: Millis, position: Position) {
        match fact {
            Fact::RulesChanged { book, .. } | Fact::RulesNoted { book } => {
                self.rules = super::rule::RulesInForce { book: book.clone(), since: at };
            }
            Fact::DeviceSeen { device, user } => {
                self.devices.change_or_default(device, position).seen(*user, at);
            }
            Fact::DeviceHit { device, users, rule, .. } => {
                self.devices.change_or_default(device, position).reported(rule.id, users, at);
            }
            Fact::RuleHit { user, number, rule, counted_to, effect, .. } => {
                let record = self.risks.change_or_default(user, position);
                assert_eq!(record.hits + 1, *number, "hits are numbered without gaps");
                record.hits = *number;
                // Rules that are gone have nothing to go on from.
                let known = &self.rules.book.rules;
                record.counted_from.retain(|id, _| known.iter().any(|rule| rule.id == *id));
                record.counted_from.insert(*rule, *counted_to);
                if let Effect::Suspended(suspension) = effect {
                    record.suspend(suspension.clone());
                    self.suspended.insert(*user, suspension.until);
                }
            }
            Fact::UserSuspended { user, suspension, .. } => {
                self.risks.change_or_default(user, position).suspend(suspension.clone());
                self.suspended.insert(*user, suspension.until);
            }
            Fact::SuspensionLifted { user, .. } => {
                let record = self.risks.change(user, position);
                record.suspension = None;
                record.code = None;
                record.codes = 0;
                self.suspended.remove(user);
            }
            Fact::SuspensionNoted { user, until } => {
                if *until > at {
                    self.suspended.insert(*user, *until);
                } else {
                    self.suspended.remove(user);
                }
                // Those that are over need no memory.
                self.suspended.retain(|_, until| *until > at);
            }
            Fact::ReleaseCodeMade { user, code } => {
                let record = self.risks.change(user, position);
                record.code = Some(*code);
                record.codes += 1;
            }
            Fact::ReleaseFailed { user, tries_left } => {
                let record = self.risks.change(user, position);
                if *tries_left == 0 {
                    record.code = None;
                } else if let Some(code) = &mut record.code {
                    code.tries_left = *tries_left;
                }
            }
            _ => {}
        }
    }

    /// Whether the account's red-packet function is suspended, as far as this shard was told.
    #[must_use]
    pub fn is_suspended(&self, user: UserId, now: Millis) -> bool {
        self.suspended.get(&user).is_some_and(|until| now < *until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEEP: Keep = Keep { most: 3, ms: 1_000 };

    fn flow(at: i64, other: u64, amount: i64, out: bool) -> Flow {
        Flow { at: Millis(at), other: UserId(other), amount: Fen(amount), out }
    }

    #[test]
    fn what_differs_by_a_tenth_is_similar() {
        for (a, b, is) in
            [(100, 100, true), (100, 90, true), (90, 100, true), (100, 89, false), (1, 1, true), (1, 2, false)]
        {
            assert_eq!(similar(Fen(a), Fen(b)), is, "{a} and {b}");
        }
    }

    #[test]
    fn each_payment_is_half_of_one_circle() {
        let mut record = Record::default();
        record.flow(flow(1, 7, 100, true), KEEP);
        record.flow(flow(2, 8, 100, false), KEEP);
        assert!(record.circles.is_empty(), "another one paid");
        record.flow(flow(3, 7, 95, false), KEEP);
        assert_eq!(record.circles.len(), 1);
        record.flow(flow(4, 7, 95, false), KEEP);
        assert_eq!(record.circles.len(), 1, "the first was answered already");
        record.flow(flow(5, 7, 95, true), KEEP);
        assert_eq!(record.circles.len(), 2, "whoever paid first");
    }

    #[test]
    fn halves_are_forgotten_by_time_and_number() {
        let mut record = Record::default();
        record.flow(flow(1, 7, 100, true), KEEP);
        record.flow(flow(1_001, 7, 100, false), KEEP);
        assert!(record.circles.is_empty(), "too late");
        for other in 10..20 {
            record.flow(flow(1_002, other, 100, true), KEEP);
        }
        assert_eq!(record.flows.len(), 3);
    }
}
