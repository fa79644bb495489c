//! What an operator may set and the state machines obey.
//!
//! Each setting is one number with a name, so that it can be changed live: to add one, a field here, its usual value, its
//! rule in [`Settings::check`], and its name in the list below (the compiler asks for it).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    fen::Fen,
    guard::{Level, limits::LimitKind},
    ids::Millis,
    order::Payments,
};

/// Limits and times. Every queue and list in the core has its maximum here.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Smallest and largest share of a packet, in fen.
    pub packet_share_min: Fen,
    pub packet_share_max: Fen,
    /// Most shares in a packet.
    pub packet_count_max: u32,
    /// How long a packet can be opened, in ms, before the remainder goes back.
    pub packet_life_ms: i64,
    pub greeting_chars_max: usize,
    /// Largest single top-up and largest wallet, in fen.
    pub top_up_max: Fen,
    pub balance_max: Fen,
    pub group_members_max: usize,
    pub text_chars_max: usize,
    pub mentions_max: usize,
    pub extension_bytes_max: usize,
    pub sessions_max: usize,
    /// How far in the future a client id may claim to be minted, in ms: clients' clocks are wrong.
    pub client_id_ahead_max_ms: i64,
    /// Client ids minted within this time are looked up in memory alone, in ms.
    pub recent_ms: i64,
    /// Smallest and largest transfer between two people, in fen.
    pub transfer_min: Fen,
    pub transfer_max: Fen,
    /// How long a transfer takes that arrives after "2 hours", and after "24 hours", in ms.
    pub transfer_short_ms: i64,
    pub transfer_long_ms: i64,
    /// How long a transfer that has arrived can be accepted before it goes back, in ms.
    pub transfer_accept_ms: i64,
    pub transfer_note_chars_max: usize,
    /// Most files with a recall.
    pub evidence_max: usize,
    /// Largest file, and all files of one user in a UTC day, in bytes.
    pub file_bytes_max: u64,
    pub file_day_bytes_max: u64,
    /// Wrong sign-ins of an operator in a row until it is locked, for how long, and how long a session of one lasts, in ms.
    pub operator_guesses_max: u32,
    pub operator_lock_ms: i64,
    pub operator_session_ms: i64,
    /// Tries of a payment PIN before it locks, and for how long it does, in ms.
    pub pin_tries: u32,
    pub pin_lockout_ms: i64,
    /// Packets and transfers of this amount or more need the PIN, in fen. 0: all do.
    pub pin_required_from: Fen,
    /// How far the day of the limits is ahead of UTC, in ms: 28800000 where the operator's day is that of China.
    pub limit_day_offset_ms: i64,
    /// The most that accounts of each level may send, top up or withdraw at once and in a day, in fen.
    pub new_send_max: Fen,
    pub new_send_day_max: Fen,
    pub new_top_up_max: Fen,
    pub new_top_up_day_max: Fen,
    pub new_withdraw_max: Fen,
    pub new_withdraw_day_max: Fen,
    pub ordinary_send_max: Fen,
    pub ordinary_send_day_max: Fen,
    pub ordinary_top_up_max: Fen,
    pub ordinary_top_up_day_max: Fen,
    pub ordinary_withdraw_max: Fen,
    pub ordinary_withdraw_day_max: Fen,
    pub verified_send_max: Fen,
    pub verified_send_day_max: Fen,
    pub verified_top_up_max: Fen,
    pub verified_top_up_day_max: Fen,
    pub verified_withdraw_max: Fen,
    pub verified_withdraw_day_max: Fen,
    /// Who carries new orders out. Follows from the configuration's section `payments`, which also says how to reach
    /// the provider, so it is not changed alone.
    #[serde(skip)]
    pub payments: Payments,
}

/// A limit, in fen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limit {
    /// For one.
    pub each: Fen,
    pub day: Fen,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            packet_share_min: Fen(1),
            packet_share_max: Fen(20_000),
            packet_count_max: 100,
            packet_life_ms: 24 * 60 * 60 * 1000,
            greeting_chars_max: 60,
            top_up_max: Fen(5_000_000),
            balance_max: Fen(100_000_000),
            group_members_max: 10_000,
            text_chars_max: 4_000,
            mentions_max: 50,
            extension_bytes_max: 16 * 1024,
            sessions_max: 20,
            client_id_ahead_max_ms: 24 * 60 * 60 * 1000,
            recent_ms: 120_000,
            transfer_min: Fen(1),
            transfer_max: Fen(5_000_000),
            transfer_short_ms: 2 * 60 * 60 * 1000,
            transfer_long_ms: 24 * 60 * 60 * 1000,
            transfer_accept_ms: 24 * 60 * 60 * 1000,
            transfer_note_chars_max: 60,
            evidence_max: 9,
            file_bytes_max: 10 * 1024 * 1024,
            file_day_bytes_max: 100 * 1024 * 1024,
            operator_guesses_max: 5,
            operator_lock_ms: 15 * 60 * 1000,
            operator_session_ms: 12 * 60 * 60 * 1000,
            pin_tries: 5,
            pin_lockout_ms: 30 * 60 * 1000,
            pin_required_from: Fen(20_000),
            limit_day_offset_ms: 0,
            new_send_max: Fen(2_000_000),
            new_send_day_max: Fen(20_000_000),
            new_top_up_max: Fen(5_000_000),
            new_top_up_day_max: Fen(100_000_000),
            new_withdraw_max: Fen(500_000),
            new_withdraw_day_max: Fen(1_000_000),
            ordinary_send_max: Fen(5_000_000),
            ordinary_send_day_max: Fen(50_000_000),
            ordinary_top_up_max: Fen(5_000_000),
            ordinary_top_up_day_max: Fen(100_000_000),
            ordinary_withdraw_max: Fen(5_000_000),
            ordinary_withdraw_day_max: Fen(20_000_000),
            verified_send_max: Fen(20_000_000),
            verified_send_day_max: Fen(200_000_000),
            verified_top_up_max: Fen(20_000_000),
            verified_top_up_day_max: Fen(200_000_000),
            verified_withdraw_max: Fen(20_000_000),
            verified_withdraw_day_max: Fen(100_000_000),
            payments: Payments::SandboxAtOnce,
        }
    }
}

/// A value that no product can run with.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("{name}: {why}")]
pub struct UnfitSetting {
    pub name: &'static str,
    pub why: &'static str,
}

/// Money sums stay far from where 64 bits end: the most there can be in a packet, or in a wallet, in fen.
const AMOUNT_MAX: Fen = Fen(1 << 52);
/// The most that `evidence_max` can be.
pub(crate) const EVIDENCE_MAX: usize = 100;
/// The most there may be of anything that has a list in memory.
const COUNT_MAX: usize = 1 << 20;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

impl Settings {
    /// The number of the day that limits count for, since 1970.
    #[must_use]
    pub fn day(&self, now: Millis) -> i64 {
        now.plus(self.limit_day_offset_ms).0.div_euclid(DAY_MS)
    }

    /// When the day of `now` is over.
    #[must_use]
    pub fn day_ends(&self, now: Millis) -> Millis {
        Millis((self.day(now) + 1) * DAY_MS).plus(-self.limit_day_offset_ms)
    }

    /// What an account of a level may move.
    #[must_use]
    pub fn limit(&self, level: Level, kind: LimitKind) -> Limit {
        let (each, day) = match (level, kind) {
            (Level::New, LimitKind::Send) => (self.new_send_max, self.new_send_day_max),
            (Level::New, LimitKind::TopUp) => (self.new_top_up_max, self.new_top_up_day_max),
            (Level::New, LimitKind::Withdraw) => (self.new_withdraw_max, self.new_withdraw_day_max),
            (Level::Ordinary, LimitKind::Send) => (self.ordinary_send_max, self.ordinary_send_day_max),
            (Level::Ordinary, LimitKind::TopUp) => (self.ordinary_top_up_max, self.ordinary_top_up_day_max),
            (Level::Ordinary, LimitKind::Withdraw) => (self.ordinary_withdraw_max, self.ordinary_withdraw_day_max),
            (Level::Verified, LimitKind::Send) => (self.verified_send_max, self.verified_send_day_max),
            (Level::Verified, LimitKind::TopUp) => (self.verified_top_up_max, self.verified_top_up_day_max),
            (Level::Verified, LimitKind::Withdraw) => (self.verified_withdraw_max, self.verified_withdraw_day_max),
        };
        Limit { each, day }
    }

    /// The limits by the names of their settings.
    fn limits(&self) -> [(&'static str, Fen); 18] {
        [
            ("new_send_max", self.new_send_max),
            ("new_send_day_max", self.new_send_day_max),
            ("new_top_up_max", self.new_top_up_max),
            ("new_top_up_day_max", self.new_top_up_day_max),
            ("new_withdraw_max", self.new_withdraw_max),
            ("new_withdraw_day_max", self.new_withdraw_day_max),
            ("ordinary_send_max", self.ordinary_send_max),
            ("ordinary_send_day_max", self.ordinary_send_day_max),
            ("ordinary_top_up_max", self.ordinary_top_up_max),
            ("ordinary_top_up_day_max", self.ordinary_top_up_day_max),
            ("ordinary_withdraw_max", self.ordinary_withdraw_max),
            ("ordinary_withdraw_day_max", self.ordinary_withdraw_day_max),
            ("verified_send_max", self.verified_send_max),
            ("verified_send_day_max", self.verified_send_day_max),
            ("verified_top_up_max", self.verified_top_up_max),
            ("verified_top_up_day_max", self.verified_top_up_day_max),
            ("verified_withdraw_max", self.verified_withdraw_max),
            ("verified_withdraw_day_max", self.verified_withdraw_day_max),
        ]
    }

    /// Whether the machines can run with these.
    ///
    /// # Errors
    /// The first setting that is unfit, in the order of their definition.
    pub fn check(&self) -> Result<(), UnfitSetting> {
        let counts = |count: usize| (1..=COUNT_MAX).contains(&count);
        let amounts = |amount: Fen| amount > Fen::ZERO && amount <= AMOUNT_MAX;
        let rules = [
            ("packet_share_min", self.packet_share_min > Fen::ZERO, "must be at least 1 fen"),
            ("packet_share_max", self.packet_share_max >= self.packet_share_min, "must not be below packet_share_min"),
            ("packet_count_max", counts(self.packet_count_max as usize), "must be 1 to 1,048,576"),
            (
                "packet_share_max",
                self.packet_share_max
                    .0
                    .checked_mul(self.packet_count_max.into())
                    .is_some_and(|most| amounts(Fen(most))),
                "times packet_count_max must stay below 2^52 fen",
            ),
            ("packet_life_ms", self.packet_life_ms > 0, "must be above zero"),
            ("top_up_max", amounts(self.top_up_max), "must be 1 to 2^52 fen"),
            ("balance_max", amounts(self.balance_max), "must be 1 to 2^52 fen"),
            (
                "group_members_max",
                self.group_members_max >= 2 && counts(self.group_members_max),
                "must be 2 to 1,048,576",
            ),
            ("text_chars_max", counts(self.text_chars_max), "must be 1 to 1,048,576"),
            ("sessions_max", counts(self.sessions_max), "must be 1 to 1,048,576"),
            ("client_id_ahead_max_ms", self.client_id_ahead_max_ms >= 0, "must not be below zero"),
            ("recent_ms", self.recent_ms >= 0, "must not be below zero"),
            ("transfer_min", self.transfer_min > Fen::ZERO, "must be at least 1 fen"),
            (
                "transfer_max",
                self.transfer_max >= self.transfer_min && amounts(self.transfer_max),
                "must be transfer_min to 2^52 fen",
            ),
            ("transfer_short_ms", self.transfer_short_ms >= 0, "must not be below zero"),
            ("transfer_long_ms", self.transfer_long_ms >= 0, "must not be below zero"),
            ("transfer_accept_ms", self.transfer_accept_ms > 0, "must be above zero"),
            ("evidence_max", counts(self.evidence_max) && self.evidence_max <= EVIDENCE_MAX, "must be 1 to 100"),
            ("file_bytes_max", (1..=1 << 30).contains(&self.file_bytes_max), "must be 1 to 2^30"),
            ("operator_guesses_max", self.operator_guesses_max > 0, "must be at least 1"),
            ("operator_lock_ms", self.operator_lock_ms > 0, "must be above zero"),
            ("operator_session_ms", self.operator_session_ms > 0, "must be above zero"),
            ("pin_tries", (1..=1_000).contains(&self.pin_tries), "must be 1 to 1,000"),
            ("pin_lockout_ms", self.pin_lockout_ms > 0, "must be above zero"),
            ("pin_required_from", self.pin_required_from >= Fen::ZERO, "must not be below zero"),
            ("limit_day_offset_ms", self.limit_day_offset_ms.abs() <= DAY_MS, "must lie within a day"),
        ];
        let limits =
            self.limits().map(|(name, fen)| (name, fen >= Fen::ZERO && fen <= AMOUNT_MAX, "must be 0 to 2^52 fen"));
        match rules.into_iter().chain(limits).find(|(_, fits, _)| !fits) {
            Some((name, _, why)) => Err(UnfitSetting { name, why }),
            None => Ok(()),
        }
    }
}

/// A kind of value that a setting has.
trait Number: Copy {
    fn number(self) -> i64;
    fn of(number: i64) -> Option<Self>;
}

macro_rules! numbers {
    ($($kind:ty),*) => {$(
        impl Number for $kind {
            fn number(self) -> i64 {
                i64::try_from(self).unwrap_or(i64::MAX)
            }

            fn of(number: i64) -> Option<Self> {
                Self::try_from(number).ok()
            }
        }
    )*};
}

numbers! { u32, u64, i64, usize }

impl Number for Fen {
    fn number(self) -> i64 {
        self.0
    }

    fn of(number: i64) -> Option<Self> {
        Some(Self(number))
    }
}

macro_rules! by_name {
    ($($name:ident),* $(,)?) => {
        impl Settings {
            /// All names, in the order of their definition.
            pub const NAMES: &[&str] = &[$(stringify!($name)),*];

            /// The value of a setting; `None`: there is no such setting.
            #[must_use]
            pub fn value(&self, name: &str) -> Option<i64> {
                // Who carries orders out is no number, and follows from the configuration.
                let Self { payments: _, $($name),* } = self;
                match name {
                    $(stringify!($name) => Some($name.number()),)*
                    _ => None,
                }
            }

            /// Gives a setting a value, unless there is no such setting or it cannot have it.
            fn set(&mut self, name: &str, value: i64) -> Option<()> {
                match name {
                    $(stringify!($name) => self.$name = Number::of(value)?,)*
                    _ => return None,
                }
                Some(())
            }
        }
    };
}

by_name! {
    packet_share_min,
    packet_share_max,
    packet_count_max,
    packet_life_ms,
    greeting_chars_max,
    top_up_max,
    balance_max,
    group_members_max,
    text_chars_max,
    mentions_max,
    extension_bytes_max,
    sessions_max,
    client_id_ahead_max_ms,
    recent_ms,
    transfer_min,
    transfer_max,
    transfer_short_ms,
    transfer_long_ms,
    transfer_accept_ms,
    transfer_note_chars_max,
    evidence_max,
    file_bytes_max,
    file_day_bytes_max,
    operator_guesses_max,
    operator_lock_ms,
    operator_session_ms,
    pin_tries,
    pin_lockout_ms,
    pin_required_from,
    limit_day_offset_ms,
    new_send_max,
    new_send_day_max,
    new_top_up_max,
    new_top_up_day_max,
    new_withdraw_max,
    new_withdraw_day_max,
    ordinary_send_max,
    ordinary_send_day_max,
    ordinary_top_up_max,
    ordinary_top_up_day_max,
    ordinary_withdraw_max,
    ordinary_withdraw_day_max,
    verified_send_max,
    verified_send_day_max,
    verified_top_up_max,
    verified_top_up_day_max,
    verified_withdraw_max,
    verified_withdraw_day_max,
}

impl Settings {
    /// These with one of them changed, if the machines can run with that.
    #[must_use]
    pub fn with(&self, name: &str, value: i64) -> Option<Self> {
        let mut changed = self.clone();
        changed.set(name, value)?;
        changed.check().is_ok().then_some(changed)
    }
}

/// What operators changed since the store was made: a layer over what the configuration says.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Changed {
    /// How many changes there were. Whoever decides on a change names it, so that none is based on values of yesterday.
    pub sequence: u64,
    pub values: BTreeMap<String, i64>,
}

impl Changed {
    /// The settings that hold: `base` with all changes. When the configuration was edited so that it does not go with the
    /// changes any more, those that do not fit, in the order of their names, are left out.
    #[must_use]
    pub fn over(&self, base: &Settings) -> Settings {
        let mut all = base.clone();
        for (name, value) in &self.values {
            let _ = all.set(name, *value);
        }
        if all.check().is_ok() {
            return all;
        }
        self.values.iter().fold(base.clone(), |held, (name, value)| held.with(name, *value).unwrap_or(held))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nothing_could_run_with_is_named() {
        let fit = Settings::default();
        assert_eq!(fit.check(), Ok(()));
        let unfit = [
            ("packet_share_min", Settings { packet_share_min: Fen(0), ..fit.clone() }),
            ("packet_share_max", Settings { packet_share_min: Fen(2), packet_share_max: Fen(1), ..fit.clone() }),
            ("packet_share_max", Settings { packet_share_max: Fen(i64::MAX), ..fit.clone() }),
            ("packet_count_max", Settings { packet_count_max: 0, ..fit.clone() }),
            ("packet_life_ms", Settings { packet_life_ms: -1, ..fit.clone() }),
            ("top_up_max", Settings { top_up_max: Fen(-5), ..fit.clone() }),
            ("balance_max", Settings { balance_max: Fen(i64::MAX), ..fit.clone() }),
            ("group_members_max", Settings { group_members_max: 1, ..fit.clone() }),
            ("sessions_max", Settings { sessions_max: 0, ..fit.clone() }),
            ("transfer_min", Settings { transfer_min: Fen(0), ..fit.clone() }),
            ("transfer_max", Settings { transfer_max: Fen(0), ..fit.clone() }),
            ("transfer_accept_ms", Settings { transfer_accept_ms: 0, ..fit.clone() }),
            ("file_bytes_max", Settings { file_bytes_max: 0, ..fit.clone() }),
            ("pin_tries", Settings { pin_tries: 0, ..fit.clone() }),
            ("pin_lockout_ms", Settings { pin_lockout_ms: 0, ..fit.clone() }),
            ("limit_day_offset_ms", Settings { limit_day_offset_ms: 2 * DAY_MS, ..fit.clone() }),
            ("verified_send_day_max", Settings { verified_send_day_max: Fen(-1), ..fit.clone() }),
        ];
        for (name, settings) in unfit {
            assert_eq!(settings.check().map_err(|unfit| unfit.name), Err(name), "{settings:?}");
        }
    }

    #[test]
    fn settings_have_names_and_take_what_fits() {
        let base = Settings::default();
        for name in Settings::NAMES {
            let value = base.value(name).unwrap();
            assert_eq!(base.with(name, value).as_ref(), Some(&base), "{name}");
        }
        assert_eq!(base.with("packet_share_max", 500).unwrap().packet_share_max, Fen(500));
        assert_eq!(base.with("packet_share_max", 0), None, "below the smallest share");
        assert_eq!(base.with("packet_count_max", -1), None, "no count");
        assert_eq!(base.with("packet_count_max", i64::MAX), None, "no count either");
        assert_eq!((base.value("nothing"), base.with("nothing", 1)), (None, None));
    }

    #[test]
    fn changes_lie_over_what_the_configuration_says() {
        let values = BTreeMap::from([("packet_share_max".to_owned(), 900), ("packet_share_min".to_owned(), 800)]);
        let changed = Changed { sequence: 2, values };
        let held = changed.over(&Settings { text_chars_max: 77, ..Settings::default() });
        assert_eq!((held.packet_share_min, held.packet_share_max, held.text_chars_max), (Fen(800), Fen(900), 77));
        // Each of them alone would not have fitted this one, both together do.
        let low = Settings { packet_share_max: Fen(700), ..Settings::default() };
        assert_eq!(changed.over(&low).packet_share_min, Fen(800));
        let unfit = Changed { sequence: 1, values: BTreeMap::from([("packet_share_min".to_owned(), 800)]) };
        assert_eq!(unfit.over(&low), low, "what does not go with the configuration is left out");
    }
}
