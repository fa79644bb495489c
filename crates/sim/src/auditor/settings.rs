//! What operators changed of the settings, and how far each shard has heard of it.

use std::collections::BTreeMap;

use super::{
    fact::Fact,
    verdict::{Law, Verdict},
};

#[derive(Default)]
pub(super) struct Settings {
    /// All changes, by sequence number from 1: what held from then on.
    changes: Vec<BTreeMap<String, i64>>,
    heard: BTreeMap<u16, u64>,
    shards: u16,
}

impl Settings {
    pub fn of(shards: u16) -> Self {
        Self { shards, ..Self::default() }
    }

    pub fn fact(&mut self, shard: u16, fact: &Fact) -> Verdict {
        match fact {
            Fact::SettingChanged { sequence, name, value } => {
                if *sequence != self.sequence() + 1 || shard != 0 {
                    let known = self.sequence();
                    return Law::NewsArrive.broken(format!("shard {shard}: change {sequence} follows change {known}"));
                }
                let mut held = self.changes.last().cloned().unwrap_or_default();
                held.insert(name.clone(), *value);
                self.changes.push(held);
            }
            Fact::SettingNoted { sequence, values } => {
                let heard = self.heard.entry(shard).or_default();
                let held = sequence.checked_sub(1).and_then(|at| self.changes.get(at as usize));
                if *sequence <= *heard || held != Some(values) {
                    return Law::NewsArrive.broken(format!("shard {shard} heard {values:?} as change {sequence}"));
                }
                *heard = *sequence;
            }
            _ => {}
        }
        Ok(())
    }

    pub fn sequence(&self) -> u64 {
        self.changes.len() as u64
    }

    /// At the end every shard has heard everything.
    pub fn agreed(&self) -> Verdict {
        for shard in 1..self.shards {
            let heard = self.heard.get(&shard).copied().unwrap_or_default();
            if heard != self.sequence() {
                return Law::NewsArrive
                    .broken(format!("shard {shard} heard of {heard} changes of {}", self.sequence()));
            }
        }
        Ok(())
    }
}
