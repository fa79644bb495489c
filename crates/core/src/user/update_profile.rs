use super::check_profile;
use crate::{State, cut::Key, fact::Fact, ids::UserId, refusal::Refusal};

/// Changes how a person is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UpdateProfile {
    pub user: UserId,
    pub display_name: String,
    pub face: String,
}

impl UpdateProfile {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::User(self.user));
    }

    pub(crate) fn decide(&self, state: &State) -> Result<Vec<Fact>, Refusal> {
        check_profile(&self.display_name, &self.face)?;
        let user = state.users.get(&self.user).ok_or(Refusal::NoSuchUser)?;
        if user.display_name == self.display_name && user.face == self.face {
            return Ok(vec![]);
        }
        Ok(vec![Fact::ProfileUpdated {
            user: self.user,
            display_name: self.display_name.clone(),
            face: self.face.clone(),
        }])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::Reply,
        trial::{Trial, check_order},
    };

    fn update(user: UserId, display_name: &str, face: &str) -> UpdateProfile {
        UpdateProfile { user, display_name: display_name.into(), face: face.into() }
    }

    #[test]
    fn checks_come_in_this_order() {
        let mut trial = Trial::new();
        let ann = trial.user("ann");
        check_order(
            &mut trial,
            vec![
                ("profile, above all", update(UserId(1), "", ""), Err(Refusal::ProfileInvalid)),
                ("user", update(UserId(1), "Ann", ""), Err(Refusal::NoSuchUser)),
                ("fine", update(ann, "Ann", "🐼"), Ok(())),
            ],
        );
        let shown = trial.state.users.get(&ann).unwrap();
        assert_eq!((&*shown.display_name, &*shown.face), ("Ann", "🐼"));
        trial.again(update(ann, "Ann", "🐼"), &Reply::Done);
    }
}
