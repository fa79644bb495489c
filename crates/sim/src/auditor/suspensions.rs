//! Suspensions: whoever is suspended takes nothing and sends nothing, wherever that is known.

use std::collections::BTreeMap;

use super::{
    fact::Fact,
    verdict::{Law, Verdict},
};

/// Until when each shard was told to refuse each user.
#[derive(Default)]
pub(super) struct Suspensions {
    told: BTreeMap<(u64, u16), i64>,
}

impl Suspensions {
    pub fn fact(&mut self, shard: u16, at_ms: i64, fact: &Fact) -> Verdict {
        match fact {
            Fact::Suspended { user, until_ms } => {
                self.told.insert((*user, shard), *until_ms);
                Ok(())
            }
            Fact::Claimed { user, .. } => self.refuses_none(shard, at_ms, *user, "claims"),
            Fact::PacketFunded(funded) => self.refuses_none(shard, at_ms, funded.sender, "sends"),
            _ => Ok(()),
        }
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
            let home = ((user >> 12) & 1_023) as u16;
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
