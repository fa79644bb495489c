use crate::{
    State,
    cut::Key,
    fact::Fact,
    ids::{OperatorId, SessionId},
    refusal::Refusal,
};

/// Ends one of an operator's sessions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignOutOperator {
    pub operator: OperatorId,
    pub session: SessionId,
}

impl SignOutOperator {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Operator(self.operator));
    }

    pub(crate) fn decide(&self, state: &State) -> Result<Vec<Fact>, Refusal> {
        let operator = state.operators.get(&self.operator).ok_or(Refusal::NoSuchOperator)?;
        if !operator.sessions.iter().any(|open| open.session == self.session) {
            return Err(Refusal::NoSuchSession);
        }
        Ok(vec![Fact::OperatorSignedOut { operator: self.operator, session: self.session }])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        operator::Role,
        trial::{Trial, check_order},
    };

    #[test]
    fn checks_come_in_this_order() {
        let mut trial = Trial::new();
        let (vic, sue) = (trial.operator("vic", Role::Viewer), trial.operator("sue", Role::Support));
        let session = trial.signed_in(vic, 5);
        let out = |operator, session| SignOutOperator { operator, session };
        check_order(
            &mut trial,
            vec![
                ("nobody", out(OperatorId(9), session), Err(Refusal::NoSuchOperator)),
                ("another's", out(sue, session), Err(Refusal::NoSuchSession)),
                ("its own", out(vic, session), Ok(())),
                ("again", out(vic, session), Err(Refusal::NoSuchSession)),
            ],
        );
    }
}
