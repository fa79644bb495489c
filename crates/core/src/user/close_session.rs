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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::{OpenSession, Reply},
        trial::{Trial, check_order},
    };

    #[test]
    fn checks_come_in_this_order() {
        let mut trial = Trial::new();
        let (ann, bob) = (trial.user("ann"), trial.user("bob"));
        let open = OpenSession { user: ann, token_hash: [7; 32], device: "phone".into(), device_id: None };
        let Reply::SessionOpened { session } = trial.must(open) else { panic!("no session") };
        check_order(
            &mut trial,
            vec![
                ("user", CloseSession { user: UserId(1), session: SessionId(1) }, Err(Refusal::NoSuchUser)),
                ("another's session", CloseSession { user: bob, session }, Err(Refusal::NoSuchSession)),
                ("open", CloseSession { user: ann, session }, Ok(())),
                ("closed", CloseSession { user: ann, session }, Err(Refusal::NoSuchSession)),
            ],
        );
    }
}
