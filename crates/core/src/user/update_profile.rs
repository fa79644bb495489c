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
