//! Tokens that were looked up before, so that a request over REST need not ask a shard who sends it.

use std::sync::Mutex;

use hashbrown::HashMap;
use laisee_core::ids::SessionId;

use crate::handle::Identity;

/// Tokens in a generation; there are two.
const GENERATION_MAX: usize = 20_000;

/// Of two generations the older is dropped when the younger is full.
#[derive(Default)]
pub struct KnownSessions {
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    young: HashMap<[u8; 32], Identity>,
    old: HashMap<[u8; 32], Identity>,
    /// Counts what was forgotten on purpose.
    forgotten: u64,
}

/// When a look-up began. What was forgotten meanwhile must not come back with its answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Since(u64);

impl KnownSessions {
    /// To be called before a token is looked up.
    pub fn begin(&self) -> Since {
        Since(self.known.lock().expect("nothing panics under this lock").forgotten)
    }

    pub fn get(&self, token_hash: &[u8; 32]) -> Option<Identity> {
        let known = self.known.lock().expect("nothing panics under this lock");
        known.young.get(token_hash).or_else(|| known.old.get(token_hash)).copied()
    }

    /// Remembers the answer to a look-up that began at `since`.
    pub fn learn(&self, since: Since, token_hash: [u8; 32], who: Identity) {
        let mut known = self.known.lock().expect("nothing panics under this lock");
        if known.forgotten != since.0 {
            return;
        }
        if known.young.len() >= GENERATION_MAX {
            known.old = std::mem::take(&mut known.young);
        }
        known.young.insert(token_hash, who);
    }

    /// A session was closed: its token is dead.
    pub fn forget(&self, session: SessionId) {
        let mut known = self.known.lock().expect("nothing panics under this lock");
        known.forgotten += 1;
        known.young.retain(|_, who| who.session != session);
        known.old.retain(|_, who| who.session != session);
    }

    /// Which sessions were closed is not known any more.
    pub fn forget_all(&self) {
        let mut known = self.known.lock().expect("nothing panics under this lock");
        *known = Known { forgotten: known.forgotten + 1, ..Known::default() };
    }
}

#[cfg(test)]
mod tests {
    use laisee_core::ids::UserId;

    use super::*;

    const WHO: Identity = Identity { user: UserId(1), session: SessionId(2) };

    #[test]
    fn a_closed_session_is_not_known_any_more() {
        let known = KnownSessions::default();
        known.learn(known.begin(), [1; 32], WHO);
        assert_eq!(known.get(&[1; 32]), Some(WHO));
        known.forget(WHO.session);
        assert_eq!(known.get(&[1; 32]), None);
        known.learn(known.begin(), [1; 32], WHO);
        known.forget_all();
        assert_eq!(known.get(&[1; 32]), None);
    }

    /// The shard says "open", then the session is closed, and only then its answer arrives.
    #[test]
    fn an_answer_from_before_a_sign_out_is_not_learnt() {
        let known = KnownSessions::default();
        let since = known.begin();
        known.forget(WHO.session);
        known.learn(since, [1; 32], WHO);
        assert_eq!(known.get(&[1; 32]), None);
    }
}
