//! Who is connected, in this process. Soft: built from connections, never written.

use std::sync::Mutex;

use hashbrown::HashMap;
use laisee_core::ids::{SessionId, UserId};

/// Shared by all who ask.
#[derive(Default)]
pub struct Presence {
    online: Mutex<HashMap<UserId, Vec<SessionId>>>,
}

impl Presence {
    /// A session connected; true: its user came online.
    pub fn came(&self, user: UserId, session: SessionId) -> bool {
        let mut online = self.online.lock().expect("nothing panics under this lock");
        let sessions = online.entry(user).or_default();
        sessions.push(session);
        sessions.len() == 1
    }

    /// A connection of a session ended; true: it was its user's last.
    pub fn went(&self, user: UserId, session: SessionId) -> bool {
        let mut online = self.online.lock().expect("nothing panics under this lock");
        let Some(sessions) = online.get_mut(&user) else { return false };
        if let Some(index) = sessions.iter().position(|open| *open == session) {
            sessions.swap_remove(index);
        }
        let last = sessions.is_empty();
        if last {
            online.remove(&user);
        }
        last
    }

    #[must_use]
    pub fn online(&self, user: UserId) -> bool {
        self.online.lock().expect("nothing panics under this lock").contains_key(&user)
    }

    #[must_use]
    pub fn session_online(&self, user: UserId, session: SessionId) -> bool {
        let online = self.online.lock().expect("nothing panics under this lock");
        online.get(&user).is_some_and(|sessions| sessions.contains(&session))
    }
}
