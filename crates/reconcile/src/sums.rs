//! A shard's sums over its accounts, kept anew from what facts say.

use std::collections::BTreeMap;

use laisee_core::fen::Fen;
use serde::{Deserialize, Serialize};

use crate::reading::Account;

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Sums(BTreeMap<Account, Fen>);

impl Sums {
    pub fn book(&mut self, from: Account, to: Account, amount: Fen) {
        let left = self.0.entry(from).or_default();
        *left = left.minus(amount);
        let arrived = self.0.entry(to).or_default();
        *arrived = arrived.plus(amount);
    }

    #[must_use]
    pub fn of(&self, account: Account) -> Fen {
        self.0.get(&account).copied().unwrap_or_default()
    }

    /// Zero, or money came from nowhere.
    #[must_use]
    pub fn total(&self) -> Fen {
        self.0.values().fold(Fen::ZERO, |sum, fen| sum.plus(*fen))
    }

    pub fn accounts(&self) -> impl Iterator<Item = (Account, Fen)> {
        self.0.iter().map(|(account, fen)| (*account, *fen))
    }
}
