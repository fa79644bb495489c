//! The double-entry ledger of one shard. Every movement of money is a transfer between two accounts, so the sum over
//! all accounts is zero at all times. Transfers follow from facts ([`transfer`]); balances change nowhere else.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    fact::Fact,
    fen::Fen,
    ids::{PacketId, ShardId, UserId},
};

/// Where money can stand.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Account {
    /// The world outside: minus what users have brought in.
    Provider,
    /// A user's wallet. Never below zero.
    Wallet(UserId),
    /// What a packet still holds. Never below zero.
    Escrow(PacketId),
    /// Money on its way to another shard, since the beginning. Never below zero.
    TransitTo(ShardId),
    /// Minus the money that came from another shard. Its counterpart is that shard's `TransitTo`: the sum of the two
    /// is what is in flight.
    TransitFrom(ShardId),
}

/// One immutable movement; `amount` is above zero.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Transfer {
    pub from: Account,
    pub to: Account,
    pub amount: Fen,
}

/// The transfer a fact makes, if it moves money. A refund of nothing moves none.
#[must_use]
pub fn transfer(fact: &Fact) -> Option<Transfer> {
    let (from, to, amount) = match fact {
        Fact::ToppedUp { user, amount, .. } => (Account::Provider, Account::Wallet(*user), *amount),
        Fact::PacketFunded { packet, sender, amount, .. } => {
            (Account::Wallet(*sender), Account::Escrow(*packet), *amount)
        }
        Fact::PacketRefunded { packet, sender, amount, .. } => {
            (Account::Escrow(*packet), Account::Wallet(*sender), *amount)
        }
        Fact::Claimed { packet, user, amount, .. } => {
            (Account::Escrow(*packet), Account::TransitTo(user.shard()), *amount)
        }
        Fact::PacketExpired { packet, sender, refund, .. } => {
            (Account::Escrow(*packet), Account::Wallet(*sender), *refund)
        }
        Fact::Credited { user, packet, amount, .. } => {
            (Account::TransitFrom(packet.shard()), Account::Wallet(*user), *amount)
        }
        _ => return None,
    };
    (amount > Fen::ZERO).then_some(Transfer { from, to, amount })
}

/// The shard's sums: one figure for each kind of account that has many, one for each other account.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Books {
    pub provider: Fen,
    pub wallets: Fen,
    pub escrows: Fen,
    pub transit_to: BTreeMap<ShardId, Fen>,
    pub transit_from: BTreeMap<ShardId, Fen>,
}

impl Books {
    /// Books one transfer on both of its sides.
    pub fn book(&mut self, transfer: Transfer) {
        let from = self.sum_mut(transfer.from);
        *from = from.minus(transfer.amount);
        let to = self.sum_mut(transfer.to);
        *to = to.plus(transfer.amount);
        debug_assert_eq!(self.total(), Fen::ZERO);
    }

    /// The sum over all accounts: zero, or something is broken.
    #[must_use]
    pub fn total(&self) -> Fen {
        let transit = self.transit_to.values().chain(self.transit_from.values());
        transit.fold(self.provider.plus(self.wallets).plus(self.escrows), |sum, fen| sum.plus(*fen))
    }

    fn sum_mut(&mut self, account: Account) -> &mut Fen {
        match account {
            Account::Provider => &mut self.provider,
            Account::Wallet(_) => &mut self.wallets,
            Account::Escrow(_) => &mut self.escrows,
            Account::TransitTo(shard) => self.transit_to.entry(shard).or_default(),
            Account::TransitFrom(shard) => self.transit_from.entry(shard).or_default(),
        }
    }
}
