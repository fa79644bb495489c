//! A device by the id its client made, and the accounts that signed in on it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::rule::{Rule, RuleId};
use crate::ids::{DeviceId, Millis, UserId};

/// Accounts kept of one device at most, those seen last.
pub const ACCOUNTS_MAX: usize = 100;

/// The id under which a device is counted. It names the shard that counts it, which is the same whoever signs in, and
/// does not show what the client sent.
#[must_use]
pub fn device_of(sent: &str, shards: u16) -> DeviceId {
    let hash: [u8; 32] = Sha256::digest(sent.as_bytes()).into();
    let [bits, spread] = [0, 8].map(|at| u64::from_be_bytes(std::array::from_fn(|n| hash[at + n])));
    DeviceId::in_shard(bits, (spread % u64::from(shards)) as u16)
}

/// Who signed in on a device.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Device {
    accounts: BTreeMap<UserId, Seen>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
struct Seen {
    at: Millis,
    /// When each rule has last reported the account for this device.
    reported: BTreeMap<RuleId, Millis>,
}

impl Device {
    pub(super) fn seen(&mut self, user: UserId, at: Millis) {
        self.accounts.entry(user).or_default().at = at;
        if self.accounts.len() > ACCOUNTS_MAX {
            let oldest = self.accounts.iter().min_by_key(|(_, seen)| seen.at).map(|(user, _)| *user);
            oldest.map(|user| self.accounts.remove(&user));
        }
    }

    pub(super) fn reported(&mut self, rule: RuleId, users: &[UserId], at: Millis) {
        for user in users {
            if let Some(seen) = self.accounts.get_mut(user) {
                seen.reported.insert(rule, at);
            }
        }
    }

    /// How many accounts the rule counts now, and those of them that it has not reported within its window.
    pub(super) fn counted(&self, rule: &Rule, now: Millis) -> (u32, Vec<UserId>) {
        let old = now.plus(-rule.window_ms);
        let seen = || self.accounts.iter().filter(|(_, seen)| seen.at > old);
        let fresh = seen().filter(|(_, seen)| seen.reported.get(&rule.id).is_none_or(|at| *at <= old));
        (seen().count() as u32, fresh.map(|(user, _)| *user).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ids::ShardId,
        risk::{RuleBook, RuleKind},
    };

    #[test]
    fn a_device_has_one_home_among_the_shards() {
        let homes: std::collections::BTreeSet<_> =
            (0..200).map(|n| device_of(&format!("device {n}"), 4).shard()).collect();
        assert_eq!(homes, (0..4).map(ShardId).collect());
        assert_eq!(device_of("phone", 4), device_of("phone", 4));
        assert!(device_of("phone", 4).0 < 1 << 63, "it fits into a column");
    }

    #[test]
    fn accounts_count_once_and_are_reported_once_in_a_window() {
        let book = RuleBook::default();
        let rule = book.rules.iter().find(|rule| rule.kind == RuleKind::SharedDevice).unwrap();
        let rule = Rule { window_ms: 1_000, ..rule.clone() };
        let mut device = Device::default();
        for (user, at) in [(1, 10), (2, 20), (1, 30), (3, 900)] {
            device.seen(UserId(user), Millis(at));
        }
        assert_eq!(device.counted(&rule, Millis(900)), (3, vec![UserId(1), UserId(2), UserId(3)]));
        device.reported(rule.id, &[UserId(1), UserId(2), UserId(3)], Millis(900));
        device.seen(UserId(4), Millis(950));
        assert_eq!(device.counted(&rule, Millis(950)), (4, vec![UserId(4)]));
        assert_eq!(device.counted(&rule, Millis(1_020)).0, 3, "the second was last seen a window ago");
        device.seen(UserId(2), Millis(1_950));
        assert_eq!(device.counted(&rule, Millis(1_950)), (1, vec![UserId(2)]), "reported a window ago");
    }

    #[test]
    fn those_seen_last_are_kept() {
        let mut device = Device::default();
        for n in 0..ACCOUNTS_MAX as u64 + 5 {
            device.seen(UserId(n), Millis(n as i64));
        }
        assert_eq!(device.accounts.len(), ACCOUNTS_MAX);
        assert!(!device.accounts.contains_key(&UserId(4)) && device.accounts.contains_key(&UserId(5)));
    }
}
