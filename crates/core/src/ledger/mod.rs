//! The double-entry ledger of one shard. Every movement of money is an entry from one account to another, so the sum over
//! all accounts is zero at all times. Entries follow from facts ([`entry`]); balances change nowhere else.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    fact::Fact,
    fen::Fen,
    ids::{OrderId, PacketId, ShardId, TransferId, UserId},
    order::{OrderKind, Word},
};

/// Where money can stand.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Account {
    /// The world outside: what users have taken out minus what they have brought in.
    Provider,
    /// A user's wallet. Never below zero.
    Wallet(UserId),
    /// What a withdrawal holds until the provider has it. Never below zero.
    Held(OrderId),
    /// What a packet still holds. Never below zero.
    Escrow(PacketId),
    /// What a transfer between two people still holds. Never below zero.
    Transfer(TransferId),
    /// Money on its way to another shard, since the beginning. Never below zero.
    TransitTo(ShardId),
    /// Minus the money that came from another shard. Its counterpart is that shard's `TransitTo`: the sum of the two
    /// is what is in flight.
    TransitFrom(ShardId),
}

/// One immutable movement; `amount` is above zero.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    pub from: Account,
    pub to: Account,
    pub amount: Fen,
}

/// The entry a fact makes, if it moves money. A refund of nothing moves none.
#[must_use]
pub fn entry(fact: &Fact) -> Option<Entry> {
    let (from, to, amount) = match fact {
        Fact::OrderCreated { order, user, kind: OrderKind::Withdrawal, amount, .. } => {
            (Account::Wallet(*user), Account::Held(*order), *amount)
        }
        Fact::OrderSettled { order, user, kind, outcome, held, amount, .. } => {
            let (from, to) = settlement(*order, *user, *kind, *outcome, *held)?;
            (from, to, *amount)
        }
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
        Fact::TransferFunded { transfer, sender, amount, .. } => {
            (Account::Wallet(*sender), Account::Transfer(*transfer), *amount)
        }
        Fact::TransferRefunded { transfer, sender, amount, .. }
        | Fact::TransferWentBack { transfer, sender, amount, .. } => {
            (Account::Transfer(*transfer), Account::Wallet(*sender), *amount)
        }
        Fact::TransferAccepted { transfer, receiver, amount, .. } => {
            (Account::Transfer(*transfer), Account::TransitTo(receiver.shard()), *amount)
        }
        Fact::TransferCredited { user, transfer, amount, .. } => {
            (Account::TransitFrom(transfer.shard()), Account::Wallet(*user), *amount)
        }
        Fact::TransferGivenBack { transfer, user, amount, .. } => {
            (Account::Wallet(*user), Account::TransitTo(transfer.shard()), *amount)
        }
        Fact::TransferRepaid { sender, receiver, amount, .. } => {
            (Account::TransitFrom(receiver.shard()), Account::Wallet(*sender), *amount)
        }
        _ => return None,
    };
    (amount > Fen::ZERO).then_some(Entry { from, to, amount })
}

/// Between which accounts the end of an order moves its amount, if at all.
fn settlement(order: OrderId, user: UserId, kind: OrderKind, outcome: Word, held: bool) -> Option<(Account, Account)> {
    match (kind, outcome) {
        (OrderKind::TopUp, Word::Succeeded) => Some((Account::Provider, Account::Wallet(user))),
        (OrderKind::TopUp, _) => None,
        (OrderKind::Withdrawal, Word::Succeeded) => Some((Account::Held(order), Account::Provider)),
        (OrderKind::Withdrawal, _) => {
            Some((if held { Account::Held(order) } else { Account::Provider }, Account::Wallet(user)))
        }
    }
}

/// The shard's sums: one figure for each kind of account that has many, one for each other account.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Books {
    pub provider: Fen,
    pub wallets: Fen,
    pub held: Fen,
    pub escrows: Fen,
    pub transfers: Fen,
    pub transit_to: BTreeMap<ShardId, Fen>,
    pub transit_from: BTreeMap<ShardId, Fen>,
}

impl Books {
    /// Books one entry on both of its sides.
    pub fn book(&mut self, entry: Entry) {
        let from = self.sum_mut(entry.from);
        *from = from.minus(entry.amount);
        let to = self.sum_mut(entry.to);
        *to = to.plus(entry.amount);
        debug_assert_eq!(self.total(), Fen::ZERO);
    }

    /// The sum over all accounts: zero, or something is broken.
    #[must_use]
    pub fn total(&self) -> Fen {
        let transit = self.transit_to.values().chain(self.transit_from.values());
        let standing = [self.provider, self.wallets, self.held, self.escrows, self.transfers];
        transit.chain(&standing).fold(Fen::ZERO, |sum, fen| sum.plus(*fen))
    }

    fn sum_mut(&mut self, account: Account) -> &mut Fen {
        match account {
            Account::Provider => &mut self.provider,
            Account::Wallet(_) => &mut self.wallets,
            Account::Held(_) => &mut self.held,
            Account::Escrow(_) => &mut self.escrows,
            Account::Transfer(_) => &mut self.transfers,
            Account::TransitTo(shard) => self.transit_to.entry(shard).or_default(),
            Account::TransitFrom(shard) => self.transit_from.entry(shard).or_default(),
        }
    }
}
