//! Rules as data, and the book of them, which is swapped whole.

use serde::{Deserialize, Serialize};

use super::{
    SuspensionReason,
    record::{EVENTS_MAX, FLOWS_MAX},
    window::Keep,
};
use crate::{
    cut::Key,
    ids::{Millis, UserId},
};

/// A rule's number in the book; never used again, so that what stands in the log keeps its meaning.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct RuleId(pub u32);

/// What a rule counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum RuleKind {
    /// Shares credited to the account.
    Opens,
    /// Packets that nobody who may open them is a friend of the sender for.
    Strangers,
    /// Accounts that signed in on one device.
    SharedDevice,
    /// Times that money went to another person and a similar amount came back, or the other way round. Both halves must
    /// lie in the window.
    CircularFlow,
    /// The percent of the account's packets that went back in whole or in part, once so many have ended.
    RefundRate { of_at_least: u32 },
}

/// Kinds without what belongs to one rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Counted {
    Opens,
    Strangers,
    SharedDevice,
    CircularFlow,
    RefundRate,
}

impl RuleKind {
    pub(crate) fn counted(self) -> Counted {
        match self {
            Self::Opens => Counted::Opens,
            Self::Strangers => Counted::Strangers,
            Self::SharedDevice => Counted::SharedDevice,
            Self::CircularFlow => Counted::CircularFlow,
            Self::RefundRate { .. } => Counted::RefundRate,
        }
    }

    #[must_use]
    pub fn reason(self) -> SuspensionReason {
        match self {
            Self::Opens => SuspensionReason::Opens,
            Self::Strangers => SuspensionReason::Strangers,
            Self::SharedDevice => SuspensionReason::SharedDevice,
            Self::CircularFlow => SuspensionReason::CircularFlow,
            Self::RefundRate { .. } => SuspensionReason::RefundRate,
        }
    }
}

/// What follows when a rule's threshold is reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Consequence {
    /// It is listed for operators, and nothing else.
    Flag,
    /// The red-packet function is suspended for so many ms.
    Suspend { for_ms: i64, self_release: bool },
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Rule {
    pub id: RuleId,
    /// What operators call it.
    pub name: String,
    pub kind: RuleKind,
    /// Events count for so many ms.
    pub window_ms: i64,
    /// So many in the window are too many; percent for the refund rate.
    pub threshold: u32,
    pub consequence: Consequence,
    /// A rule that is off counts nothing and costs nothing.
    pub enabled: bool,
    /// What it would have done is recorded, and nothing is done.
    pub dry_run: bool,
}

/// The longest window, in ms: a week.
pub const WINDOW_MAX_MS: i64 = 7 * 24 * 60 * 60 * 1000;
/// The longest suspension, in ms: a year.
pub const SUSPENSION_MAX_MS: i64 = 366 * 24 * 60 * 60 * 1000;
/// The most rules there may be.
pub const RULES_MAX: usize = 50;
const NAME_CHARS_MAX: usize = 60;

impl Rule {
    /// In one line, for the audit log.
    #[must_use]
    pub fn words(&self) -> String {
        let state = match (self.enabled, self.dry_run) {
            (false, _) => "off",
            (true, true) => "dry run",
            (true, false) => "on",
        };
        format!(
            "{}: {:?}, {} in {} ms, {:?}, {state}",
            self.name, self.kind, self.threshold, self.window_ms, self.consequence
        )
    }

    /// Whether the rule can be carried out.
    #[must_use]
    pub fn fits(&self) -> bool {
        let name =
            (1..=NAME_CHARS_MAX).contains(&self.name.chars().count()) && !self.name.chars().any(char::is_control);
        let threshold = match self.kind {
            RuleKind::Opens | RuleKind::Strangers | RuleKind::CircularFlow => 1..=EVENTS_MAX as u32,
            RuleKind::SharedDevice => 2..=super::device::ACCOUNTS_MAX as u32,
            RuleKind::RefundRate { .. } => 1..=100,
        };
        let least = match self.kind {
            RuleKind::RefundRate { of_at_least } => (1..=EVENTS_MAX as u32).contains(&of_at_least),
            _ => true,
        };
        let consequence = match self.consequence {
            Consequence::Flag => true,
            Consequence::Suspend { for_ms, .. } => (1_000..=SUSPENSION_MAX_MS).contains(&for_ms),
        };
        let window = (1_000..=WINDOW_MAX_MS).contains(&self.window_ms);
        name && threshold.contains(&self.threshold) && least && consequence && window
    }
}

/// All rules at one time. Changed in shard 0, told to all others, and swapped whole.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RuleBook {
    /// Rises by one with each change.
    pub sequence: u64,
    /// The newest rule's number, also when that rule is gone.
    pub last_id: RuleId,
    pub rules: Vec<Rule>,
}

impl Default for RuleBook {
    /// One rule of each kind, all of them off: what is too much is for the operator to say, best after a dry run.
    fn default() -> Self {
        const MINUTE_MS: i64 = 60 * 1000;
        const HOUR_MS: i64 = 60 * MINUTE_MS;
        let suspend = |for_ms, self_release| Consequence::Suspend { for_ms, self_release };
        let rules = [
            ("Opens per minute", RuleKind::Opens, MINUTE_MS, 60, suspend(HOUR_MS, true)),
            ("Packets to strangers per hour", RuleKind::Strangers, HOUR_MS, 20, suspend(24 * HOUR_MS, true)),
            ("Accounts on one device in a day", RuleKind::SharedDevice, 24 * HOUR_MS, 5, suspend(24 * HOUR_MS, false)),
            ("Money in circles in a day", RuleKind::CircularFlow, 24 * HOUR_MS, 5, suspend(24 * HOUR_MS, false)),
            (
                "Percent of packets refunded in a day",
                RuleKind::RefundRate { of_at_least: 20 },
                24 * HOUR_MS,
                80,
                Consequence::Flag,
            ),
        ];
        let rules = rules.into_iter().zip(1..).map(|((name, kind, window_ms, threshold, consequence), id)| Rule {
            id: RuleId(id),
            name: name.into(),
            kind,
            window_ms,
            threshold,
            consequence,
            enabled: false,
            dry_run: true,
        });
        let rules: Vec<Rule> = rules.collect();
        Self { sequence: 0, last_id: RuleId(rules.len() as u32), rules }
    }
}

/// The book a shard obeys, and since when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RulesInForce {
    pub book: RuleBook,
    /// It is obeyed in all later moments. In this one none is: a batch is loaded before it is known that the rules change
    /// in it.
    pub since: Millis,
}

impl Default for RulesInForce {
    fn default() -> Self {
        Self { book: RuleBook::default(), since: Millis(i64::MIN) }
    }
}

impl RulesInForce {
    /// Whether any rule counts such events, now or at the next moment.
    pub(crate) fn may_count(&self, counted: Counted) -> bool {
        self.of(counted).next().is_some()
    }

    /// Lists the user's record when any rule counts such events of it.
    pub(crate) fn need(&self, user: UserId, counted: &[Counted], keys: &mut Vec<Key>) {
        if counted.iter().any(|counted| self.may_count(*counted)) {
            keys.push(Key::Risk(user));
        }
    }

    /// How much of such events is to be kept at the moment; `None`: nobody counts them.
    pub(crate) fn keep(&self, counted: Counted, at: Millis) -> Option<Keep> {
        let rules = self.of(counted).filter(|_| at > self.since);
        rules.fold(None, |keep: Option<Keep>, rule| {
            let most = match rule.kind {
                RuleKind::RefundRate { .. } => EVENTS_MAX,
                RuleKind::Opens | RuleKind::Strangers | RuleKind::SharedDevice | RuleKind::CircularFlow => {
                    rule.threshold as usize
                }
            };
            let keep = keep.unwrap_or_default();
            Some(Keep { most: keep.most.max(most), ms: keep.ms.max(rule.window_ms) })
        })
    }

    /// How long halves of circles are kept.
    pub(crate) fn keep_flows(&self, at: Millis) -> Option<Keep> {
        self.keep(Counted::CircularFlow, at).map(|keep| Keep { most: FLOWS_MAX, ..keep })
    }

    /// The rules in force at the moment that count such events.
    pub(crate) fn in_force(&self, counted: Counted, at: Millis) -> impl Iterator<Item = &Rule> {
        self.of(counted).filter(move |_| at > self.since)
    }

    fn of(&self, counted: Counted) -> impl Iterator<Item = &Rule> {
        self.book.rules.iter().filter(move |rule| rule.enabled && rule.kind.counted() == counted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_book_fits_and_is_off() {
        let book = RuleBook::default();
        assert_eq!(book.rules.len(), 5);
        assert!(book.rules.iter().all(|rule| rule.fits() && !rule.enabled));
    }

    #[test]
    fn what_cannot_be_carried_out_does_not_fit() {
        let fit = RuleBook::default().rules[0].clone();
        let of_kind = |kind, threshold| Rule { kind, threshold, ..fit.clone() };
        let suspend = |for_ms| Rule { consequence: Consequence::Suspend { for_ms, self_release: true }, ..fit.clone() };
        let unfit = [
            ("no name", Rule { name: String::new(), ..fit.clone() }),
            ("a long name", Rule { name: "n".repeat(61), ..fit.clone() }),
            ("no window", Rule { window_ms: 0, ..fit.clone() }),
            ("a window beyond a week", Rule { window_ms: WINDOW_MAX_MS + 1, ..fit.clone() }),
            ("none is too many", of_kind(RuleKind::Opens, 0)),
            ("more than is kept", of_kind(RuleKind::Strangers, EVENTS_MAX as u32 + 1)),
            ("one account on a device", of_kind(RuleKind::SharedDevice, 1)),
            ("more than all", of_kind(RuleKind::RefundRate { of_at_least: 5 }, 101)),
            ("of none", of_kind(RuleKind::RefundRate { of_at_least: 0 }, 50)),
            ("for no time", suspend(0)),
            ("for longer than a year", suspend(SUSPENSION_MAX_MS + 1)),
        ];
        for (what, rule) in unfit {
            assert!(!rule.fits(), "{what}");
        }
    }
}
