//! Double entry, kept anew from the facts.

use std::collections::BTreeMap;

use super::{
    fact::{Fact, Outcome, Settled},
    people::People,
    verdict::{Law, Verdict},
};

/// Where money stands, in one shard's books.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Account {
    World,
    Wallet(u64),
    /// What a withdrawal holds.
    Held(u64),
    Packet(u64),
    Transfer(u64),
    /// On its way to another shard, and what came from there.
    Out(u16),
    In(u16),
}

/// Where an order's money is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stands {
    Awaited,
    Held,
    PaidOut,
    Ended,
}

#[derive(Default)]
struct Wallet {
    balance: i64,
    /// Amount and balance of each statement line, from 1.
    lines: Vec<(i64, i64)>,
}

#[derive(Default)]
pub(super) struct Ledger {
    books: BTreeMap<(u16, Account), i64>,
    wallets: BTreeMap<u64, Wallet>,
    /// What was claimed, accepted or given back and has not reached the user's wallet: by packet or transfer, and user.
    owed: BTreeMap<(u64, u64), Debt>,
    /// User, amount, whether it is a withdrawal, and where the money is.
    orders: BTreeMap<u64, (u64, i64, bool, Stands)>,
    /// Who sent each transfer.
    senders: BTreeMap<u64, u64>,
}

/// Money that is between two shards.
#[derive(Clone, Copy, Debug)]
struct Debt {
    from: u16,
    amount: i64,
}

impl Ledger {
    pub fn fact(&mut self, shard: u16, fact: &Fact, people: &People) -> Verdict {
        match fact {
            Fact::Ordered(o) => {
                let at = if o.withdrawal { Stands::Held } else { Stands::Awaited };
                if self.orders.insert(o.order, (o.user, o.amount, o.withdrawal, at)).is_some() {
                    return Law::OrderOnce.broken(format!("order {} is made twice", o.order));
                }
                if !o.withdrawal {
                    return Ok(());
                }
                self.move_money(shard, Account::Wallet(o.user), Account::Held(o.order), o.amount)?;
                self.line(o.user, -o.amount, o.balance, o.line)
            }
            Fact::Settled(s) => self.settled(shard, s),
            Fact::PacketFunded(f) => {
                self.move_money(shard, Account::Wallet(f.sender), Account::Packet(f.packet), f.amount)?;
                self.line(f.sender, -f.amount, f.balance, f.line)
            }
            Fact::PacketRefunded { packet, sender, amount, balance, line } => {
                self.move_money(shard, Account::Packet(*packet), Account::Wallet(*sender), *amount)?;
                self.line(*sender, *amount, *balance, *line)
            }
            Fact::PacketExpired { packet, sender, refund, balance, line } => {
                if *refund == 0 {
                    return Ok(());
                }
                self.move_money(shard, Account::Packet(*packet), Account::Wallet(*sender), *refund)?;
                self.line(*sender, *refund, *balance, *line)
            }
            Fact::Claimed { packet, user, amount, .. } => {
                self.owe(shard, Account::Packet(*packet), *packet, *user, *amount, people)
            }
            Fact::Credited { user, packet, amount, balance, line } => {
                self.pay(shard, *packet, *user, *amount)?;
                self.line(*user, *amount, *balance, *line)
            }
            Fact::TransferSent(s) => {
                self.senders.insert(s.transfer, s.sender);
                self.move_money(shard, Account::Wallet(s.sender), Account::Transfer(s.transfer), s.amount)?;
                self.line(s.sender, -s.amount, s.balance, s.line)
            }
            Fact::TransferRefunded { transfer, sender, amount, balance, line }
            | Fact::TransferWentBack { transfer, sender, amount, balance, line, .. } => {
                self.move_money(shard, Account::Transfer(*transfer), Account::Wallet(*sender), *amount)?;
                self.line(*sender, *amount, *balance, *line)
            }
            Fact::TransferAccepted { transfer, receiver, amount } => {
                self.owe(shard, Account::Transfer(*transfer), *transfer, *receiver, *amount, people)
            }
            Fact::TransferCredited { user, transfer, amount, balance, line } => {
                self.pay(shard, *transfer, *user, *amount)?;
                self.line(*user, *amount, *balance, *line)
            }
            Fact::TransferGivenBack { user, transfer, amount, balance, line } => {
                // It goes to whoever sent the transfer, whose shard is the transfer's.
                let Some(sender) = self.senders.get(transfer).copied() else {
                    return Law::MoneyConserved.broken(format!("transfer {transfer} is given back and was never sent"));
                };
                self.owe(shard, Account::Wallet(*user), *transfer, sender, *amount, people)?;
                self.line(*user, -amount, *balance, *line)
            }
            Fact::TransferRepaid { transfer, sender, amount, balance, line } => {
                self.pay(shard, *transfer, *sender, *amount)?;
                self.line(*sender, *amount, *balance, *line)
            }
            _ => Ok(()),
        }
    }

    /// Where an order's money goes follows from where it stands and from what the provider says, from nothing else.
    fn settled(&mut self, shard: u16, s: &Settled) -> Verdict {
        let Some((user, amount, withdrawal, stands)) = self.orders.get(&s.order).copied() else {
            return Law::OrderOnce.broken(format!("order {} ends and was never made", s.order));
        };
        if (user, amount) != (s.user, s.amount) {
            return Law::OrderOnce.broken(format!("order {} of {amount} fen ends with {}", s.order, s.amount));
        }
        let (wallet, held) = (Account::Wallet(user), Account::Held(s.order));
        let (now, way) = match (withdrawal, stands, s.outcome) {
            (false, Stands::Awaited, Outcome::Succeeded) => (Stands::Ended, Some((Account::World, wallet))),
            (false, Stands::Awaited, Outcome::Failed) => (Stands::Ended, None),
            (true, Stands::Held, Outcome::Succeeded) => (Stands::PaidOut, Some((held, Account::World))),
            (true, Stands::Held, _) => (Stands::Ended, Some((held, wallet))),
            (true, Stands::PaidOut, Outcome::Returned) => (Stands::Ended, Some((Account::World, wallet))),
            (_, stands, outcome) => {
                return Law::OrderOnce.broken(format!("order {}: {outcome:?} where it was {stands:?}", s.order));
            }
        };
        self.orders.insert(s.order, (user, amount, withdrawal, now));
        let Some((from, to)) = way else { return Ok(()) };
        self.move_money(shard, from, to, amount)?;
        if to == wallet { self.line(user, amount, s.balance, s.line) } else { Ok(()) }
    }

    /// Money leaves an account for a user's wallet, in whichever shard that is.
    fn owe(&mut self, shard: u16, from: Account, of: u64, user: u64, amount: i64, people: &People) -> Verdict {
        let Some(home) = people.home(user) else {
            return Law::MoneyConserved.broken(format!("nobody is user {user}, who is owed {amount} fen from {of}"));
        };
        if let Some(before) = self.owed.insert((of, user), Debt { from: shard, amount }) {
            return Law::MoneyConserved.broken(format!("user {user} is owed {amount} fen from {of} after {before:?}"));
        }
        self.move_money(shard, from, Account::Out(home), amount)
    }

    /// It comes into the wallet.
    fn pay(&mut self, shard: u16, of: u64, user: u64, amount: i64) -> Verdict {
        let owed = self.owed.remove(&(of, user));
        let Some(debt) = owed.filter(|debt| debt.amount == amount) else {
            return Law::MoneyConserved
                .broken(format!("user {user} is credited {amount} fen from {of}, where {owed:?} was due"));
        };
        self.move_money(shard, Account::In(debt.from), Account::Wallet(user), amount)
    }

    fn move_money(&mut self, shard: u16, from: Account, to: Account, amount: i64) -> Verdict {
        if amount <= 0 {
            return Law::MoneyConserved.broken(format!("shard {shard}: an entry of {amount} fen"));
        }
        let left = self.books.entry((shard, from)).or_default();
        *left -= amount;
        let may_owe = matches!(from, Account::World | Account::In(_));
        if *left < 0 && !may_owe {
            return Law::NoOverdraft.broken(format!("shard {shard}: {from:?} holds {left} fen"));
        }
        *self.books.entry((shard, to)).or_default() += amount;
        Ok(())
    }

    fn line(&mut self, user: u64, amount: i64, balance: i64, line: u64) -> Verdict {
        let wallet = self.wallets.entry(user).or_default();
        wallet.balance += amount;
        wallet.lines.push((amount, wallet.balance));
        if wallet.balance != balance || wallet.lines.len() as u64 != line {
            return Law::MoneyConserved.broken(format!(
                "user {user} has {} fen after line {}, its log says {balance} after {line}",
                wallet.balance,
                wallet.lines.len()
            ));
        }
        Ok(())
    }

    pub fn balanced(&self, shard: u16) -> Verdict {
        let accounts = self.books.range((shard, Account::World)..).take_while(|((of, _), _)| *of == shard);
        let sum: i64 = accounts.map(|(_, amount)| amount).sum();
        if sum != 0 {
            return Law::MoneyConserved.broken(format!("shard {shard}: the accounts make {sum} fen together"));
        }
        Ok(())
    }

    pub fn in_transit(&self) -> i64 {
        self.owed.values().map(|debt| debt.amount).sum()
    }

    /// Nothing is between shards: what went out of one has come into the other.
    pub fn drained(&self) -> Verdict {
        if let Some(((of, user), debt)) = self.owed.first_key_value() {
            let what = format!("{} fen of {of} never reached user {user}", debt.amount);
            return Law::MoneyConserved.broken(what);
        }
        for ((shard, account), amount) in &self.books {
            if let Account::Out(to) = account {
                let arrived = self.books.get(&(*to, Account::In(*shard))).copied().unwrap_or_default();
                if arrived + amount != 0 {
                    let what = format!("from shard {shard} to {to}: {amount} fen went out, {} came in", -arrived);
                    return Law::MoneyConserved.broken(what);
                }
            }
        }
        Ok(())
    }

    pub fn told_balance(&self, user: u64, balance: i64, settled: bool) -> Verdict {
        let wallet = self.wallets.get(&user);
        let now = wallet.map_or(0, |wallet| wallet.balance);
        let was = balance == 0 || wallet.is_some_and(|wallet| wallet.lines.iter().any(|line| line.1 == balance));
        if if settled { balance == now } else { was } {
            return Ok(());
        }
        Law::ToldIsDurable.broken(format!("user {user} was shown {balance} fen and has {now}"))
    }

    pub fn told_line(&self, user: u64, number: u64, amount: i64, balance: i64) -> Verdict {
        let lines = self.wallets.get(&user).map(|wallet| &wallet.lines);
        let line = lines.and_then(|lines| lines.get(number.wrapping_sub(1) as usize));
        if line == Some(&(amount, balance)) {
            return Ok(());
        }
        let what = format!("user {user}: line {number} was shown as {amount} to {balance}, and is {line:?}");
        Law::ToldIsDurable.broken(what)
    }
}
