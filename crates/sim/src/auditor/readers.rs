//! What each device gave its user: every message once, in order, as it stands in the log.

use std::collections::BTreeMap;

use super::{
    Rules,
    talk::Talk,
    verdict::{Law, Verdict},
};

#[derive(Default)]
pub(super) struct Readers {
    rules: Rules,
    /// By device and conversation: the last message given, or passed over.
    last: BTreeMap<(usize, u64), u32>,
    reloads: u64,
}

impl Readers {
    pub fn new(rules: Rules) -> Self {
        Self { rules, ..Self::default() }
    }

    pub fn reloads(&self) -> u64 {
        self.reloads
    }

    pub fn given(&mut self, talk: &Talk, device: usize, user: u64, conversation: u64, seq: u32, body: &str) -> Verdict {
        let last = self.last.entry((device, conversation)).or_default();
        if seq != *last + 1 {
            return Law::ReaderInOrder.broken(format!("device {device} gives {seq} of {conversation} after {last}"));
        }
        *last = seq;
        let found = talk.get(conversation);
        let sees = found.and_then(|found| found.members.get(&user)).is_some_and(|member| member.sees(seq));
        let logged = found.and_then(|found| found.log.get(seq as usize - 1)).map(|(posted, _)| &posted.body);
        if !sees || logged.is_none_or(|logged| logged != body) {
            return Law::ReadersAgree.broken(format!(
                "device {device} of {user} gives {body:?} as {seq} of {conversation}, logged is {logged:?}"
            ));
        }
        Ok(())
    }

    pub fn skipped(
        &mut self,
        talk: &Talk,
        device: usize,
        user: u64,
        conversation: u64,
        through: u32,
        reload: bool,
    ) -> Verdict {
        let last = self.last.insert((device, conversation), through).unwrap_or_default();
        let found = talk.get(conversation).and_then(|found| Some((found.head(), found.members.get(&user)?)));
        let Some((head, member)) = found else {
            return Law::ReaderInOrder
                .broken(format!("device {device} passes over {conversation}, where {user} is not"));
        };
        let joined = member.spells.last().map_or(0, |spell| spell.0);
        let end = if reload { last } else { through };
        if through <= last || through > head || (!reload && end > joined) {
            return Law::ReaderInOrder.broken(format!(
                "device {device} of {user} passes over {last} to {through} of {conversation} (joined at {joined})"
            ));
        }
        if reload {
            self.reloads += 1;
            if head - last.max(joined).min(head) <= self.rules.reload_beyond {
                let what = format!("device {device} is to reload {conversation} after {last}, and could have had all");
                return Law::ReaderInOrder.broken(what);
            }
        }
        Ok(())
    }

    pub fn reopened(&mut self, device: usize, kept: impl IntoIterator<Item = (u64, u32)>) {
        self.last.retain(|(of, _), _| *of != device);
        self.last.extend(kept.into_iter().map(|(conversation, through)| ((device, conversation), through)));
    }
}
