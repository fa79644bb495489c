use super::{Permission, Role, check_operator, check_reason, operator_needs};
use crate::{State, cut::Key, fact::Fact, ids::OperatorId, refusal::Refusal};

/// Gives an operator another role, or switches it off or on. Nobody changes itself, so that an admin always remains.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChangeOperator {
    pub by: OperatorId,
    pub operator: OperatorId,
    pub role: Role,
    pub active: bool,
    pub reason: String,
}

impl ChangeOperator {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        operator_needs(self.by, keys);
        keys.push(Key::Operator(self.operator));
    }

    pub(crate) fn decide(&self, state: &State) -> Result<Vec<Fact>, Refusal> {
        check_operator(state, self.by, Permission::ChangeOperators)?;
        check_reason(&self.reason)?;
        let operator = state.operators.get(&self.operator).ok_or(Refusal::NoSuchOperator)?;
        if self.operator == self.by {
            return Err(Refusal::NotYourself);
        }
        if (operator.role, operator.active) == (self.role, self.active) {
            return Ok(vec![]);
        }
        Ok(vec![Fact::OperatorChanged {
            by: self.by,
            operator: self.operator,
            role_before: operator.role,
            active_before: operator.active,
            role: self.role,
            active: self.active,
            reason: self.reason.clone(),
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

    #[test]
    fn checks_come_in_this_order() {
        let mut trial = Trial::new();
        let admin = trial.operator("olga", Role::Admin);
        let other = trial.operator("sue", Role::Support);
        let change = |by, operator, role, active, reason: &str| ChangeOperator {
            by,
            operator,
            role,
            active,
            reason: reason.into(),
        };
        let nobody = OperatorId(9);
        check_order(
            &mut trial,
            vec![
                ("role", change(other, nobody, Role::Admin, true, ""), Err(Refusal::RoleInsufficient)),
                ("reason", change(admin, nobody, Role::Admin, true, ""), Err(Refusal::ReasonInvalid)),
                ("nobody", change(admin, nobody, Role::Admin, true, "x"), Err(Refusal::NoSuchOperator)),
                ("oneself", change(admin, admin, Role::Viewer, true, "x"), Err(Refusal::NotYourself)),
                ("promoted", change(admin, other, Role::Admin, true, "x"), Ok(())),
                ("may now", change(other, admin, Role::Viewer, true, "x"), Ok(())),
                ("may no longer", change(admin, other, Role::Viewer, true, "x"), Err(Refusal::RoleInsufficient)),
                ("by the host", change(OperatorId::HOST, other, Role::Admin, false, "x"), Ok(())),
                ("switched off", change(other, admin, Role::Admin, true, "x"), Err(Refusal::RoleInsufficient)),
            ],
        );
        trial.again(change(OperatorId::HOST, other, Role::Admin, false, "x"), &Reply::Done);
    }

    #[test]
    fn who_is_switched_off_is_signed_out() {
        let mut trial = Trial::new();
        let sue = trial.operator("sue", Role::Support);
        trial.signed_in(sue, 5);
        let reason = "left us".to_owned();
        trial.must(ChangeOperator { by: OperatorId::HOST, operator: sue, role: Role::Support, active: false, reason });
        assert_eq!(trial.state.operators.get(&sue).unwrap().sessions, []);
    }
}
