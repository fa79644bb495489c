use super::{Permission, TotpSecret, check_operator, check_reason, operator_needs};
use crate::{Context, State, cut::Key, fact::Fact, hidden::Hidden, ids::OperatorId, refusal::Refusal};

/// Gives an operator a new password, and where it is said a new second factor. All its sessions end, and so does a lock.
/// Operators do it for themselves as well (the gateway has then checked the old password).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ResetOperator {
    pub by: OperatorId,
    pub operator: OperatorId,
    pub password_hash: String,
    pub totp_secret: Option<TotpSecret>,
    pub reason: String,
}

impl ResetOperator {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        operator_needs(self.by, keys);
        keys.push(Key::Operator(self.operator));
    }

    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Vec<Fact>, Refusal> {
        let own = self.by == self.operator;
        check_operator(state, self.by, if own { Permission::BeOneself } else { Permission::ChangeOperators })?;
        check_reason(&self.reason)?;
        let operator = state.operators.get(&self.operator).ok_or(Refusal::NoSuchOperator)?;
        // The old password that the gateway saw may be one guess of many: after the last that is allowed none counts.
        if own && operator.locked_until > context.now {
            return Err(Refusal::OperatorLocked);
        }
        Ok(vec![Fact::OperatorReset {
            by: self.by,
            operator: self.operator,
            password_hash: Hidden(self.password_hash.clone()),
            totp_secret: self.totp_secret.map(Hidden),
            reason: self.reason.clone(),
        }])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        operator::{Role, sign_in::SignInOperator},
        settings::Settings,
        trial::{Trial, check_order},
    };

    fn reset(by: OperatorId, operator: OperatorId, reason: &str) -> ResetOperator {
        let (password_hash, reason) = ("new".into(), reason.into());
        ResetOperator { by, operator, password_hash, totp_secret: Some([8; 20]), reason }
    }

    #[test]
    fn checks_come_in_this_order() {
        let mut trial = Trial::new();
        let admin = trial.operator("olga", Role::Admin);
        let viewer = trial.operator("vic", Role::Viewer);
        trial.signed_in(viewer, 5);
        check_order(
            &mut trial,
            vec![
                ("role", reset(viewer, admin, ""), Err(Refusal::RoleInsufficient)),
                ("reason", reset(admin, OperatorId(9), ""), Err(Refusal::ReasonInvalid)),
                ("nobody", reset(admin, OperatorId(9), "x"), Err(Refusal::NoSuchOperator)),
                ("oneself", reset(viewer, viewer, "x"), Ok(())),
                ("another", reset(admin, viewer, "x"), Ok(())),
            ],
        );
        let found = trial.state.operators.get(&viewer).unwrap();
        assert_eq!((&*found.password_hash, found.totp_secret, found.sessions.len()), ("new", [8; 20], 0));
        assert_eq!(found.step, 0, "no code of the new secret is used up");
    }

    #[test]
    fn a_lock_is_ended_by_another_or_by_time() {
        let mut trial = Trial::with(Settings { operator_guesses_max: 1, ..Settings::default() });
        let (admin, viewer) = (trial.operator("olga", Role::Admin), trial.operator("vic", Role::Viewer));
        let token_hash = [1; 32];
        let lock =
            SignInOperator { operator: viewer, password_fits: false, step: None, token_hash, device: String::new() };
        trial.must(lock.clone());
        let own = reset(viewer, viewer, "x");
        assert_eq!(trial.run(own.clone()), Err(Refusal::OperatorLocked), "a guess that came in beside the last");
        trial.must(reset(admin, viewer, "x"));
        trial.must(own.clone());
        trial.must(lock);
        trial.later(trial.state.settings.operator_lock_ms);
        trial.must(own);
    }
}
