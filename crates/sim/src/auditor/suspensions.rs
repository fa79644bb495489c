//! Suspensions: whoever is suspended takes nothing and sends nothing, wherever that is known.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    fact::Fact,
    shard_of,
    verdict::{Law, Verdict},
};

/// Until when each shard was told to refuse each user.
#[derive(Default)]
pub(super) struct Suspensions {
    told: BTreeMap<(u64, u16), i64>,
    /// Who may end its suspension by itself.
    self_release: BTreeSet<u64>,
    codes: BTreeMap<u64, Code>,
    /// All codes there ever were: an old one may come late.
    shown: BTreeSet<(u64, u32)>,
    figures: Figures,
}

/// A code a user was sent.
#[derive(Clone, Copy, Debug)]
struct Code {
    expires_at_ms: i64,
    failed: u32,
}

/// How often users ended their suspension, and failed to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Figures {
    pub released: u64,
    pub failed: u64,
}

/// Wrong codes after which a code is void.
const TRIES_MAX: u32 = 5;

impl Suspensions {
    pub fn fact(&mut self, shard: u16, at_ms: i64, fact: &Fact) -> Verdict {
        match fact {
            Fact::Suspended { user, until_ms, self_release } => {
                self.told.insert((*user, shard), *until_ms);
                if shard == shard_of(*user) {
                    self.self_release.remove(user);
                    if *self_release {
                        self.self_release.insert(*user);
                    }
                }
                Ok(())
            }
            Fact::CodeMade { user, code, expires_at_ms } => {
                self.shown.insert((*user, *code));
                self.codes.insert(*user, Code { expires_at_ms: *expires_at_ms, failed: 0 });
                Ok(())
            }
            Fact::CodeFailed { user } => {
                self.figures.failed += 1;
                if let Some(code) = self.codes.get_mut(user) {
                    code.failed += 1;
                }
                Ok(())
            }
            Fact::Released { user } => self.released(shard, at_ms, *user),
            Fact::Claimed { user, .. } => self.refuses_none(shard, at_ms, *user, "claims"),
            Fact::PacketFunded(funded) => self.refuses_none(shard, at_ms, funded.sender, "sends"),
            _ => Ok(()),
        }
    }

    fn released(&mut self, shard: u16, at_ms: i64, user: u64) -> Verdict {
        let suspended = self.told.get(&(user, shard)).is_some_and(|until_ms| at_ms < *until_ms);
        let code = self.codes.remove(&user);
        let good = code.is_some_and(|code| at_ms < code.expires_at_ms && code.failed < TRIES_MAX);
        if !suspended || !good || !self.self_release.contains(&user) {
            return Law::SuspensionKept.broken(format!(
                "user {user} ends a suspension with {code:?}; it may: {}",
                self.self_release.contains(&user)
            ));
        }
        self.figures.released += 1;
        self.told.insert((user, shard), 0);
        Ok(())
    }

    /// A code somebody was shown was made for it.
    pub fn told_code(&self, user: u64, code: u32) -> Verdict {
        if self.shown.contains(&(user, code)) {
            return Ok(());
        }
        Law::ToldIsDurable.broken(format!("user {user} was shown a release code that was never made"))
    }

    pub fn figures(&self) -> Figures {
        self.figures
    }

    fn refuses_none(&self, shard: u16, at_ms: i64, user: u64, does: &str) -> Verdict {
        match self.told.get(&(user, shard)) {
            Some(until_ms) if at_ms < *until_ms => Law::SuspensionKept.broken(format!(
                "user {user} {does} in shard {shard} and is suspended there for {} ms",
                until_ms - at_ms
            )),
            _ => Ok(()),
        }
    }

    /// Every shard was told what the user's own shard decided last.
    pub fn agreed(&self, shards: u16) -> Verdict {
        for ((user, shard), until_ms) in &self.told {
            let home = shard_of(*user);
            if *shard != home {
                continue;
            }
            let others = (0..shards).filter(|other| *other != home);
            if let Some(other) = others.into_iter().find(|other| self.told.get(&(*user, *other)) != Some(until_ms)) {
                let knows = self.told.get(&(*user, other));
                return Law::NewsArrive
                    .broken(format!("user {user} is suspended until {until_ms}, shard {other} knows {knows:?}"));
            }
        }
        Ok(())
    }
}
