use super::{check_name, check_profile};
use crate::{Context, State, command::Reply, cut::Key, fact::Fact, hidden::Hidden, refusal::Refusal};

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
            password_hash: Hidden(self.password_hash.clone()),
        }])
    }

    pub(crate) fn reply(&self, state: &State) -> Reply {
        Reply::SignedUp { user: *state.names.get(&self.name).expect("the fact created it") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::{Trial, check_order};

    fn sign_up(name: &str, display_name: &str, face: &str) -> SignUp {
        SignUp { name: name.into(), display_name: display_name.into(), face: face.into(), password_hash: "hash".into() }
    }

    #[test]
    fn checks_come_in_this_order() {
        let mut trial = Trial::new();
        trial.user("taken");
        check_order(
            &mut trial,
            vec![
                ("name, above all", sign_up("Taken", "", ""), Err(Refusal::NameInvalid)),
                ("profile", sign_up("taken", "", ""), Err(Refusal::ProfileInvalid)),
                ("taken", sign_up("taken", "Ann", ""), Err(Refusal::NameTaken)),
                ("free", sign_up("ann", "Ann", ""), Ok(())),
                ("no longer free", sign_up("ann", "Ann", ""), Err(Refusal::NameTaken)),
            ],
        );
    }

    #[test]
    fn names_are_plain() {
        let longest = "a".repeat(32);
        for name in ["abc", "a-b", "a_1", "z99", &longest] {
            assert_eq!(check_name(name), Ok(()), "{name:?}");
        }
        let too_long = "a".repeat(33);
        for name in ["", "ab", "Abc", "1ab", "-ab", "_ab", "a b", "a.b", "利是利是", "abc\n", "abc\0", &too_long] {
            assert_eq!(check_name(name), Err(Refusal::NameInvalid), "{name:?}");
        }
    }

    #[test]
    fn profiles_have_limits() {
        let (longest, face) = ("利".repeat(40), "f".repeat(64));
        assert_eq!(check_profile(&longest, &face), Ok(()));
        for (display_name, face) in [
            ("", ""),
            (" \u{3000}", ""),
            (&*"利".repeat(41), ""),
            ("a\tb", ""),
            ("Ann", &*"f".repeat(65)),
            ("Ann", "\n"),
        ] {
            assert_eq!(check_profile(display_name, face), Err(Refusal::ProfileInvalid), "{display_name:?} {face:?}");
        }
    }
}
