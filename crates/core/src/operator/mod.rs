//! Operators: who may look into and steer the running product. They live in shard 0 and have nothing to do with users.

pub mod change;
pub mod change_setting;
pub mod create;
pub mod reset;
pub mod role;
pub mod sign_in;
pub mod sign_out;

use serde::{Deserialize, Serialize};

pub use role::{Permission, Role};

use crate::{
    State,
    cut::Key,
    ids::{Millis, OperatorId, SessionId, ShardId},
    refusal::Refusal,
};

/// The shard where operators and settings live.
pub const OPERATORS_SHARD: ShardId = ShardId(0);
/// Open sessions of one operator at most; the oldest gives way.
const SESSIONS_MAX: usize = 10;
const REASON_CHARS_MAX: usize = 500;

/// The bytes that authenticator apps and the server make codes from.
pub type TotpSecret = [u8; 20];

/// An operator as memory and views have it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Operator {
    pub name: String,
    pub role: Role,
    /// `false`: switched off, and signed out.
    pub active: bool,
    pub password_hash: String,
    pub totp_secret: TotpSecret,
    /// The step of the last code that was used: this and all before it are used up.
    pub step: u64,
    /// Wrong guesses since the last right one, or since the last lock.
    pub wrong: u32,
    pub locked_until: Millis,
    /// Oldest first.
    pub sessions: Vec<OperatorSession>,
    pub created_at: Millis,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OperatorSession {
    pub session: SessionId,
    pub token_hash: [u8; 32],
    pub device: String,
    pub opened_at: Millis,
    pub expires_at: Millis,
}

impl Operator {
    /// The session that has this token, if it is still good at `now`.
    #[must_use]
    pub fn session(&self, token_hash: &[u8; 32], now: Millis) -> Option<&OperatorSession> {
        let mut sessions = self.sessions.iter().filter(|_| self.active);
        sessions.find(|open| open.token_hash == *token_hash && open.expires_at > now)
    }

    pub(crate) fn open(&mut self, session: OperatorSession) {
        self.sessions.retain(|open| open.expires_at > session.opened_at);
        if self.sessions.len() >= SESSIONS_MAX {
            self.sessions.remove(0);
        }
        self.sessions.push(session);
    }
}

/// What a command of `by` needs in memory for [`check_operator`].
pub(crate) fn operator_needs(by: OperatorId, keys: &mut Vec<Key>) {
    if by != OperatorId::HOST {
        keys.push(Key::Operator(by));
    }
}

/// For commands of shard 0, which knows its operators. Other shards rely on the gateway, as they do for who a user is.
///
/// # Errors
/// `RoleInsufficient`.
pub(crate) fn check_operator(state: &State, by: OperatorId, permission: Permission) -> Result<(), Refusal> {
    let may = |operator: &Operator| operator.active && operator.role.may(permission);
    if by == OperatorId::HOST || state.operators.get(&by).is_some_and(may) {
        Ok(())
    } else {
        Err(Refusal::RoleInsufficient)
    }
}

/// Whatever an operator changes has a reason that others can read later.
///
/// # Errors
/// `ReasonInvalid`.
pub fn check_reason(reason: &str) -> Result<(), Refusal> {
    let long = reason.chars().count() > REASON_CHARS_MAX;
    if long || reason.trim().is_empty() || reason.chars().any(|c| c.is_control() && c != '\n') {
        return Err(Refusal::ReasonInvalid);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(number: u64, opened_at: i64, expires_at: i64) -> OperatorSession {
        OperatorSession {
            session: SessionId(number),
            token_hash: [number as u8; 32],
            device: String::new(),
            opened_at: Millis(opened_at),
            expires_at: Millis(expires_at),
        }
    }

    #[test]
    fn a_session_ends_by_itself_and_the_oldest_gives_way() {
        let mut operator = Operator {
            name: "olga".into(),
            role: Role::Admin,
            active: true,
            password_hash: String::new(),
            totp_secret: [0; 20],
            step: 0,
            wrong: 0,
            locked_until: Millis(0),
            sessions: vec![],
            created_at: Millis(0),
        };
        operator.open(session(1, 0, 100));
        assert!(operator.session(&[1; 32], Millis(99)).is_some());
        assert!(operator.session(&[1; 32], Millis(100)).is_none(), "its time is over");
        assert!(operator.session(&[2; 32], Millis(0)).is_none(), "another token");
        for number in 2..=12 {
            operator.open(session(number, 100, 200));
        }
        assert_eq!(operator.sessions.len(), SESSIONS_MAX);
        assert!(operator.session(&[2; 32], Millis(150)).is_none() && operator.session(&[3; 32], Millis(150)).is_some());
        operator.active = false;
        assert!(operator.session(&[3; 32], Millis(150)).is_none(), "switched off");
    }

    #[test]
    fn a_reason_says_something() {
        for reason in ["", " \u{3000}", "a\u{7}", &"x".repeat(501)] {
            assert_eq!(check_reason(reason), Err(Refusal::ReasonInvalid), "{reason:?}");
        }
        for reason in ["x", "证据充分", "two\nlines", &"理".repeat(500)] {
            assert_eq!(check_reason(reason), Ok(()), "{reason:?}");
        }
    }
}
