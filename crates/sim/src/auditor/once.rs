//! A client id takes effect once, and its answer never changes.

use std::collections::BTreeMap;

use super::{
    fact::Fact,
    verdict::{Law, Verdict},
};

#[derive(Default)]
pub(super) struct Once {
    /// What each money command and each making of a group did.
    done: BTreeMap<(u64, u128), (&'static str, Vec<u64>)>,
}

impl Once {
    pub fn fact(&mut self, fact: &Fact) -> Verdict {
        match fact {
            Fact::Ordered(o) if o.withdrawal => self.did(o.user, o.id, "withdrawal", vec![o.order, o.balance as u64]),
            Fact::Ordered(o) => self.did(o.user, o.id, "top-up", vec![o.amount as u64, o.balance as u64]),
            Fact::PacketFunded(f) => self.did(f.sender, f.id, "packet", vec![f.packet, f.balance as u64]),
            Fact::TransferSent(s) => self.did(s.sender, s.id, "transfer", vec![s.transfer, s.balance as u64]),
            Fact::ConversationCreated { conversation, owner: Some(owner), id: Some(id), .. } => {
                self.did(*owner, *id, "group", vec![*conversation])
            }
            _ => Ok(()),
        }
    }

    fn did(&mut self, user: u64, id: u128, what: &'static str, result: Vec<u64>) -> Verdict {
        match self.done.insert((user, id), (what, result)) {
            None => Ok(()),
            Some(before) => {
                Law::OnceOnly.broken(format!("user {user}, id {id:x}: {what} took effect again after {before:?}"))
            }
        }
    }

    pub fn told(&self, user: u64, id: u128, what: &'static str, result: &[u64]) -> Verdict {
        let done = self.done.get(&(user, id));
        if done.is_some_and(|(kind, done)| *kind == what && done == result) {
            return Ok(());
        }
        Law::ToldIsDurable
            .broken(format!("user {user}, id {id:x}: {what} was told as {result:?}, the log has {done:?}"))
    }
}
