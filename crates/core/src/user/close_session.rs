use crate::{
    State,
    cut::Key,
    fact::Fact,
    ids::{SessionId, UserId},
    refusal::Refusal,
};

/// Signs a device out; its token is dead at once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CloseSession {
    pub user: UserId,
    pub session: SessionId,
}

impl CloseSession {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::User(self.user));
    }

    pub(crate) fn decide(&self, state: &State) -> Result<Vec<Fact>, Refusal> {
        let user = state.users.get(&self.user).ok_or(Refusal::NoSuchUser)?;
        if !user.sessions.contains(&self.session) {
            return Err(Refusal::NoSuchSession);
        }
        Ok(vec![Fact::SessionClosed { user: self.user, session: self.session }])
    }
}
