//! What a user may move in a day, and what it must show for it.

use std::collections::BTreeMap;

use super::{
    Rules,
    fact::{Fact, Secret},
    verdict::{Law, Verdict},
};

/// For what there is a limit: sending, topping up, withdrawing.
const SEND: usize = 0;
const TOP_UP: usize = 1;
const WITHDRAW: usize = 2;

const DAY_MS: i64 = 86_400_000;

/// Tries of one secret of one user.
#[derive(Clone, Copy, Default)]
struct Tries {
    begun: u32,
    locked_until_ms: i64,
}

#[derive(Default)]
struct Guard {
    level: usize,
    day: i64,
    used: [i64; 3],
    tries: [Tries; 2],
    /// Some secret was right once.
    proven: bool,
    /// Since the PIN was set, if it was: tries begun, whether one was right, and payments that needed one.
    pin: Option<(u32, bool, u32)>,
}

#[derive(Default)]
pub(super) struct Guards {
    rules: Rules,
    guards: BTreeMap<u64, Guard>,
    figures: Figures,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Figures {
    pub levels_set: u64,
    pub payments_with_pin: u64,
    pub pins_locked: u64,
}

impl Guards {
    pub fn new(rules: Rules) -> Self {
        Self { rules, ..Self::default() }
    }

    pub fn fact(&mut self, at_ms: i64, fact: &Fact) -> Verdict {
        match fact {
            Fact::Ordered(o) if o.withdrawal => self.moves(at_ms, o.user, WITHDRAW, o.amount),
            Fact::Ordered(o) => self.moves(at_ms, o.user, TOP_UP, o.amount),
            Fact::PacketFunded(f) => self.moves(at_ms, f.sender, SEND, f.amount),
            Fact::TransferSent(s) => self.moves(at_ms, s.sender, SEND, s.amount),
            Fact::LevelSet { user, level } => {
                self.figures.levels_set += 1;
                self.guards.entry(*user).or_default().level = *level;
                Ok(())
            }
            Fact::TryBegun { user, of, number, locked_until_ms } => {
                self.begun(at_ms, *user, *of, *number, *locked_until_ms)
            }
            Fact::TryPassed { user, of } => {
                let guard = self.guards.entry(*user).or_default();
                guard.tries[*of as usize].locked_until_ms = 0;
                guard.proven = true;
                if let (Secret::Pin, Some((_, passed, _))) = (of, &mut guard.pin) {
                    *passed = true;
                }
                Ok(())
            }
            // A new PIN is no longer locked. Whoever set it has shown the password, or the PIN before.
            Fact::PinSet { user } => {
                let guard = self.guards.entry(*user).or_default();
                guard.pin = Some((0, false, 0));
                guard.tries[Secret::Pin as usize].locked_until_ms = 0;
                if guard.proven {
                    return Ok(());
                }
                Law::PinAsked.broken(format!("user {user} sets a PIN and has shown no secret"))
            }
            _ => Ok(()),
        }
    }

    fn moves(&mut self, at_ms: i64, user: u64, kind: usize, amount: i64) -> Verdict {
        let guard = self.guards.entry(user).or_default();
        let day = (at_ms + self.rules.day_offset_ms).div_euclid(DAY_MS);
        if guard.day != day {
            (guard.day, guard.used) = (day, [0; 3]);
        }
        guard.used[kind] += amount;
        let (each, of_day) = self.rules.limits[guard.level][kind];
        if amount > each || guard.used[kind] > of_day {
            let used = guard.used[kind];
            return Law::LimitKept
                .broken(format!("user {user} moves {amount} fen of {each}, {used} in a day of {of_day}"));
        }
        if kind == TOP_UP || (kind == SEND && amount < self.rules.pin_from) {
            return Ok(());
        }
        match guard.pin.as_mut() {
            Some((begun, true, paid)) if *paid < *begun => {
                *paid += 1;
                self.figures.payments_with_pin += 1;
                Ok(())
            }
            pin => Law::PinAsked
                .broken(format!("user {user} moves {amount} fen; tries of its PIN, right, and used: {pin:?}")),
        }
    }

    fn begun(&mut self, at_ms: i64, user: u64, of: Secret, number: u32, locked_until_ms: i64) -> Verdict {
        let guard = self.guards.entry(user).or_default();
        let tries = &mut guard.tries[of as usize];
        if number != tries.begun + 1 || at_ms < tries.locked_until_ms {
            let begun = tries.begun;
            let locked_ms = tries.locked_until_ms - at_ms;
            return Law::PinAsked
                .broken(format!("user {user}: try {number} of {of:?} after {begun}, locked for {locked_ms} ms"));
        }
        *tries = Tries { begun: number, locked_until_ms };
        if let (Secret::Pin, Some((begun, ..))) = (of, &mut guard.pin) {
            *begun += 1;
        }
        self.figures.pins_locked += u64::from(locked_until_ms > 0);
        Ok(())
    }

    pub fn figures(&self) -> Figures {
        self.figures
    }
}
