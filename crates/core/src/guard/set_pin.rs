use super::{PinPass, guard};
use crate::{Context, State, cut::Key, fact::Fact, hidden::Hidden, ids::UserId, refusal::Refusal};

/// Sets, changes or resets the payment PIN. It comes hashed: hashing is slow on purpose and has no place in a shard.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SetPin {
    pub user: UserId,
    /// In PHC string format.
    pub hash: String,
    pub by: PinAuthority,
}

/// By what right a PIN is set: a session alone is none, or whoever steals one could empty the wallet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PinAuthority {
    /// The PIN before.
    Pin(PinPass),
    /// A right try of the account's password.
    Password(u32),
}

impl SetPin {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::User(self.user));
        keys.push(Key::Guard(self.user));
    }

    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Vec<Fact>, Refusal> {
        if state.users.get(&self.user).is_none() {
            return Err(Refusal::NoSuchUser);
        }
        let guard = guard(state, self.user);
        match self.by {
            PinAuthority::Pin(pass) => guard.check_pin(Some(pass), context.now)?,
            PinAuthority::Password(number) if number > 0 && number <= guard.password.passed => {}
            PinAuthority::Password(_) => return Err(Refusal::PinRequired),
        }
        Ok(vec![Fact::PinSet { user: self.user, hash: Hidden(self.hash.clone()) }])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::{BeginTry, PassTry},
        guard::TryOf,
        trial::{Trial, check_order},
    };

    #[test]
    fn checks_come_in_this_order() {
        let mut trial = Trial::new();
        let ann = trial.user("ann");
        let set = |user, by| SetPin { user, hash: "hash".into(), by };
        let password = trial.begin_try_of(ann, TryOf::Password);
        check_order(
            &mut trial,
            vec![
                ("user", set(UserId(1), PinAuthority::Password(1)), Err(Refusal::NoSuchUser)),
                ("no PIN to change", set(ann, PinAuthority::Pin(PinPass(1))), Err(Refusal::PinNotSet)),
                ("a password not found right", set(ann, PinAuthority::Password(password)), Err(Refusal::PinRequired)),
                ("none", set(ann, PinAuthority::Password(0)), Err(Refusal::PinRequired)),
            ],
        );
        trial.must(PassTry { user: ann, of: TryOf::Password, number: password });
        trial.must(set(ann, PinAuthority::Password(password)));
        let wrong = trial.begin_try(ann);
        check_order(
            &mut trial,
            vec![("a wrong PIN", set(ann, PinAuthority::Pin(PinPass(wrong))), Err(Refusal::PinRequired))],
        );
        let right = trial.pass_try(ann);
        trial.must(set(ann, PinAuthority::Pin(PinPass(right))));
    }

    /// A reset is the way out of a lockout.
    #[test]
    fn a_new_pin_is_not_locked() {
        let mut trial = Trial::new();
        let ann = trial.user("ann");
        trial.set_pin(ann);
        for _ in 0..trial.state.settings.pin_tries {
            trial.begin_try(ann);
        }
        assert_eq!(trial.run(BeginTry { user: ann, of: TryOf::Pin }), Err(Refusal::PinLocked));
        trial.set_pin(ann);
        trial.begin_try(ann);
    }
}
