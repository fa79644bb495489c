use super::{Permission, Role, TotpSecret, check_operator, check_reason, operator_needs};
use crate::{
    Context, State, command::Reply, cut::Key, fact::Fact, hidden::Hidden, ids::OperatorId, refusal::Refusal,
    user::check_name,
};

/// Makes an operator. Password and secret were made by whoever shows them to the new operator.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CreateOperator {
    pub by: OperatorId,
    /// As a user's name; the two have nothing to do with each other.
    pub name: String,
    pub role: Role,
    /// In PHC string format.
    pub password_hash: String,
    pub totp_secret: TotpSecret,
    pub reason: String,
}

impl CreateOperator {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        operator_needs(self.by, keys);
        keys.push(Key::OperatorName(self.name.clone()));
    }

    pub(crate) fn decide(&self, state: &State, context: &mut Context) -> Result<Vec<Fact>, Refusal> {
        check_operator(state, self.by, Permission::ChangeOperators)?;
        check_name(&self.name)?;
        check_reason(&self.reason)?;
        if state.operator_names.get(&self.name).is_some() {
            return Err(Refusal::NameTaken);
        }
        Ok(vec![Fact::OperatorCreated {
            by: self.by,
            operator: context.id(),
            name: self.name.clone(),
            role: self.role,
            password_hash: Hidden(self.password_hash.clone()),
            totp_secret: Hidden(self.totp_secret),
            reason: self.reason.clone(),
        }])
    }

    pub(crate) fn reply(&self, state: &State) -> Reply {
        Reply::OperatorCreated { operator: *state.operator_names.get(&self.name).expect("the fact created it") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::{Trial, check_order};

    fn create(by: OperatorId, name: &str, reason: &str) -> CreateOperator {
        CreateOperator {
            by,
            name: name.into(),
            role: Role::Support,
            password_hash: "hash".into(),
            totp_secret: [7; 20],
            reason: reason.into(),
        }
    }

    #[test]
    fn checks_come_in_this_order() {
        let mut trial = Trial::new();
        let admin = trial.operator("olga", Role::Admin);
        let finance = trial.operator("fay", Role::Finance);
        check_order(
            &mut trial,
            vec![
                ("nobody", create(OperatorId(9), "", ""), Err(Refusal::RoleInsufficient)),
                ("a lower role", create(finance, "", ""), Err(Refusal::RoleInsufficient)),
                ("name", create(admin, "A", ""), Err(Refusal::NameInvalid)),
                ("reason", create(admin, "olga", " "), Err(Refusal::ReasonInvalid)),
                ("taken", create(admin, "olga", "new here"), Err(Refusal::NameTaken)),
                ("free", create(admin, "sue", "new here"), Ok(())),
                ("of the host", create(OperatorId::HOST, "sam", "new here"), Ok(())),
            ],
        );
        // A user may have the same name.
        trial.user("olga");
    }
}
