//! Who there is, and who is whose friend.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    fact::{Fact, Relation},
    verdict::{Law, Verdict},
};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Bond {
    None,
    Requested { by: u64 },
    Friends,
}

#[derive(Default)]
pub(super) struct People {
    names: BTreeMap<String, u64>,
    homes: BTreeMap<u64, u16>,
    bonds: BTreeMap<(u64, u64), Bond>,
    noted: BTreeMap<(u64, u64), Relation>,
    /// The conversations each user's own shard knows it is in.
    pub mailboxes: BTreeSet<(u64, u64)>,
    friendships: u64,
}

impl People {
    pub fn fact(&mut self, shard: u16, fact: &Fact) -> Verdict {
        match fact {
            Fact::UserCreated { user, name } => {
                if let Some(other) = self.names.insert(name.clone(), *user) {
                    return Law::OnceOnly.broken(format!("{name} is user {other} and user {user}"));
                }
                self.homes.insert(*user, shard);
            }
            Fact::FriendRequested { by, other } => {
                self.bonds.insert(pair(*by, *other), Bond::Requested { by: *by });
            }
            Fact::FriendAccepted { by, other } => {
                self.friendships += 1;
                self.bonds.insert(pair(*by, *other), Bond::Friends);
            }
            Fact::FriendRemoved { by, other } => {
                self.bonds.insert(pair(*by, *other), Bond::None);
            }
            Fact::FriendNoted { user, other, relation } => {
                self.noted.insert((*user, *other), *relation);
            }
            Fact::MailboxNoted { user, conversation } => {
                self.mailboxes.insert((*user, *conversation));
            }
            _ => {}
        }
        Ok(())
    }

    pub fn home(&self, user: u64) -> Option<u16> {
        self.homes.get(&user).copied()
    }

    pub fn users(&self) -> u64 {
        self.homes.len() as u64
    }

    pub fn friendships(&self) -> u64 {
        self.friendships
    }

    fn relation(&self, user: u64, other: u64) -> Relation {
        match self.bonds.get(&pair(user, other)) {
            None | Some(Bond::None) => Relation::None,
            Some(Bond::Friends) => Relation::Friend,
            Some(Bond::Requested { by }) if *by == user => Relation::Requested,
            Some(Bond::Requested { .. }) => Relation::Incoming,
        }
    }

    /// Each side's own shard knows how it stands.
    pub fn agreed(&self) -> Verdict {
        for (low, high) in self.bonds.keys() {
            for (user, other) in [(*low, *high), (*high, *low)] {
                let noted = self.noted.get(&(user, other)).copied().unwrap_or(Relation::None);
                let is = self.relation(user, other);
                if noted != is {
                    let what = format!("to user {user}, {other} is {is:?}, and its shard has heard {noted:?}");
                    return Law::NewsArrive.broken(what);
                }
            }
        }
        Ok(())
    }

    pub fn told_signed_up(&self, name: &str, user: u64) -> Verdict {
        if self.names.get(name) == Some(&user) {
            return Ok(());
        }
        Law::ToldIsDurable.broken(format!("{name} was told to be user {user}, the log has {:?}", self.names.get(name)))
    }

    /// Before the end a list of friends may be old; then it must be right.
    pub fn told_friends(&self, user: u64, friends: &[(u64, Relation)], settled: bool) -> Verdict {
        if !settled {
            return Ok(());
        }
        let told: BTreeMap<u64, Relation> = friends.iter().copied().collect();
        for other in self.homes.keys().filter(|other| **other != user) {
            let is = self.relation(user, *other);
            let told = told.get(other).copied().unwrap_or(Relation::None);
            if told != is {
                return Law::NewsArrive.broken(format!("user {user} is shown {other} as {told:?}, and it is {is:?}"));
            }
        }
        Ok(())
    }
}

fn pair(a: u64, b: u64) -> (u64, u64) {
    (a.min(b), a.max(b))
}
