use crate::{Context, State, command::Reply, cut::Key, fact::Fact, ids::UserId, refusal::Refusal};

/// Signs a device in. The gateway has checked the password.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenSession {
    pub user: UserId,
    /// SHA-256 of the token; the token itself is never stored.
    pub token_hash: [u8; 32],
    /// How the device is called in the device list; cut to 60 characters.
    pub device: String,
}

impl OpenSession {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::User(self.user));
    }

    pub(crate) fn decide(&self, state: &State, context: &mut Context) -> Result<Vec<Fact>, Refusal> {
        let user = state.users.get(&self.user).ok_or(Refusal::NoSuchUser)?;
        if user.sessions.len() >= state.settings.sessions_max {
            return Err(Refusal::TooManySessions);
        }
        Ok(vec![Fact::SessionOpened {
            user: self.user,
            session: context.id(),
            token_hash: self.token_hash,
            device: self.device.chars().filter(|c| !c.is_control()).take(60).collect(),
        }])
    }

    pub(crate) fn reply(&self, state: &State) -> Reply {
        let user = state.users.get(&self.user).expect("decided on it");
        Reply::SessionOpened { session: *user.sessions.last().expect("the fact opened one") }
    }
}
