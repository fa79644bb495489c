//! What guards a user's money besides its balance: the account's level, the payment PIN, and what of the day's limits
//! is used. An entity of its own, so that a credit, which needs none of it, does not load it.

pub mod begin_try;
pub mod limits;
pub mod pass_try;
pub mod set_level;
pub mod set_pin;

use serde::{Deserialize, Serialize};

use crate::{
    fen::Fen,
    ids::{Millis, UserId},
    refusal::Refusal,
    settings::Settings,
    state::State,
};

/// How well the operator knows an account. Limits go by it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
pub enum Level {
    #[default]
    New,
    Ordinary,
    Verified,
}

/// A user's guard. Whoever has none is new and has used nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Guard {
    pub level: Level,
    pub pin: Tries,
    /// Which try of the PIN was the last one begun when the PIN was set; `None`: there is no PIN. What was passed
    /// before was another PIN.
    pub pin_set: Option<u32>,
    /// Tries of the account's password where it stands for the PIN.
    pub password: Tries,
    pub used: Used,
    /// Money of withdrawals that have not come to their end: out of the wallet, and not yet with the provider.
    pub held: Fen,
}

/// Tries of a secret. Each is counted before the secret is looked at, and the count is taken back when it was right:
/// so a thousand guesses at once are a thousand guesses, and a crash gives none away.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Tries {
    /// Number of the newest try; 0: none ever.
    pub begun: u32,
    /// The newest try that was right.
    pub passed: u32,
    /// Since the last right one, or since the last lockout was over.
    pub wrong: u32,
    /// No try before this; zero: not locked.
    pub locked_until: Millis,
}

impl Level {
    /// As it is written and shown.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Ordinary => "ordinary",
            Self::Verified => "verified",
        }
    }
}

impl Tries {
    #[must_use]
    pub fn locked(&self, now: Millis) -> bool {
        now < self.locked_until
    }

    /// Wrong tries that count at `now`: those before a lockout that is over do not.
    #[must_use]
    pub fn counted(&self, now: Millis) -> u32 {
        if self.locked_until > Millis(0) && !self.locked(now) { 0 } else { self.wrong }
    }

    /// How many tries are left before it locks.
    #[must_use]
    pub fn left(&self, settings: &Settings, now: Millis) -> u32 {
        if self.locked(now) { 0 } else { settings.pin_tries.saturating_sub(self.counted(now)) }
    }
}

/// What is tried.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum TryOf {
    Pin,
    /// The account's password, to set or reset the PIN.
    Password,
}

/// What of a day's limits is used.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Used {
    /// Number of the day since 1970, as [`Settings::day`] counts.
    pub day: i64,
    pub sent: Fen,
    pub topped_up: Fen,
    pub withdrawn: Fen,
}

/// A try of the PIN that the gateway found to be right. Only gateways make one; clients send the PIN itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PinPass(pub u32);

impl Guard {
    #[must_use]
    pub fn tries(&self, of: TryOf) -> &Tries {
        match of {
            TryOf::Pin => &self.pin,
            TryOf::Password => &self.password,
        }
    }

    pub(crate) fn tries_mut(&mut self, of: TryOf) -> &mut Tries {
        match of {
            TryOf::Pin => &mut self.pin,
            TryOf::Password => &mut self.password,
        }
    }

    /// Whether the PIN was given, as far as the log knows.
    ///
    /// # Errors
    /// `PinNotSet`, `PinLocked` or `PinRequired`.
    pub(crate) fn check_pin(&self, pass: Option<PinPass>, now: Millis) -> Result<(), Refusal> {
        let Some(set) = self.pin_set else { return Err(Refusal::PinNotSet) };
        match pass {
            Some(PinPass(number)) if number > set && number <= self.pin.passed => Ok(()),
            _ if self.pin.locked(now) => Err(Refusal::PinLocked),
            _ => Err(Refusal::PinRequired),
        }
    }
}

/// The guard of a user, which was loaded.
pub(crate) fn guard(state: &State, user: UserId) -> Guard {
    state.guards.get(&user).copied().unwrap_or_default()
}
