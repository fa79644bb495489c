use super::check_profile;
use crate::{Context, State, command::Reply, cut::Key, fact::Fact, refusal::Refusal};

/// Makes an account. The password comes hashed: hashing is slow on purpose and has no place in a shard.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignUp {
    /// 3 to 32 characters of a-z, 0-9, `_` and `-`, beginning with a letter.
    pub name: String,
    pub display_name: String,
    pub face: String,
    /// In PHC string format.
    pub password_hash: String,
}

impl SignUp {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Name(self.name.clone()));
    }

    pub(crate) fn decide(&self, state: &State, context: &mut Context) -> Result<Vec<Fact>, Refusal> {
        check_name(&self.name)?;
        check_profile(&self.display_name, &self.face)?;
        if state.names.get(&self.name).is_some() {
            return Err(Refusal::NameTaken);
        }
        Ok(vec![Fact::UserCreated {
            user: context.id(),
            name: self.name.clone(),
            display_name: self.display_name.clone(),
            face: self.face.clone(),
            password_hash: self.password_hash.clone(),
        }])
    }

    pub(crate) fn reply(&self, state: &State) -> Reply {
        Reply::SignedUp { user: *state.names.get(&self.name).expect("the fact created it") }
    }
}

fn check_name(name: &str) -> Result<(), Refusal> {
    let bytes = name.as_bytes();
    let allowed = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-');
    if !(3..=32).contains(&bytes.len()) || !bytes[0].is_ascii_lowercase() || !bytes.iter().all(allowed) {
        return Err(Refusal::NameInvalid);
    }
    Ok(())
}
