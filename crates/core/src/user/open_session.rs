use crate::{
    Context, State,
    command::Reply,
    cut::Key,
    fact::Fact,
    ids::{DeviceId, UserId},
    refusal::Refusal,
};

/// Signs a device in. The gateway has checked the password.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenSession {
    pub user: UserId,
    /// SHA-256 of the token; the token itself is never stored.
    pub token_hash: [u8; 32],
    /// How the device is called in the device list; cut to 60 characters.
    pub device: String,
    /// The device by the id its client made, if it made one.
    pub device_id: Option<DeviceId>,
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
            device_id: self.device_id,
        }])
    }

    pub(crate) fn reply(&self, state: &State) -> Reply {
        let user = state.users.get(&self.user).expect("decided on it");
        Reply::SessionOpened { session: *user.sessions.last().expect("the fact opened one") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        settings::Settings,
        trial::{START, Trial, check_order},
    };

    fn open(user: UserId, device: &str) -> OpenSession {
        OpenSession { user, token_hash: [7; 32], device: device.into(), device_id: None }
    }

    #[test]
    fn checks_come_in_this_order() {
        let mut trial = Trial::with(Settings { sessions_max: 2, ..Settings::default() });
        let ann = trial.user("ann");
        check_order(
            &mut trial,
            vec![
                ("user", open(UserId(1), "phone"), Err(Refusal::NoSuchUser)),
                ("first", open(ann, "phone"), Ok(())),
                ("last", open(ann, "desk"), Ok(())),
                ("one more", open(ann, "tablet"), Err(Refusal::TooManySessions)),
            ],
        );
    }

    #[test]
    fn each_answer_names_its_own_session() {
        let mut trial = Trial::new();
        let ann = trial.user("ann");
        let sessions = [trial.must(open(ann, "phone")), trial.must(open(ann, "phone"))].map(|reply| match reply {
            Reply::SessionOpened { session } => session,
            other => panic!("{other:?}"),
        });
        assert!(sessions[0] < sessions[1]);
        assert_eq!(trial.state.users.get(&ann).unwrap().sessions, sessions);
        assert_eq!(sessions[0].minted(), START);
    }

    #[test]
    fn a_device_name_is_cut_to_what_a_list_can_show() {
        let mut trial = Trial::new();
        let ann = trial.user("ann");
        trial.must(open(ann, &format!("\u{7}{}\n", "机".repeat(99))));
        let Some((Fact::SessionOpened { device, .. }, _)) = trial.log.last() else { panic!("{:?}", trial.log) };
        assert_eq!(*device, "机".repeat(60));
    }
}
