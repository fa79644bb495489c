use std::collections::BTreeMap;

use laisee_bus::Bus;
use laisee_core::{
    command::{ChangeOperator, Command, CreateOperator, Reply, ResetOperator},
    ids::OperatorId,
    operator::{OPERATORS_SHARD, Operator, TotpSecret},
    query::{Answer, Query},
    refusal::Refusal,
};
use laisee_wire::v1;

use super::{Acting, new_secrets, role, shown};
use crate::{
    convert::{failure, refused},
    handle::{Desk, sign_in::too_many_passwords, unfitting},
    totp,
};

impl<B: Bus> Desk<B> {
    pub(super) async fn all_operators(&self) -> Result<Vec<(OperatorId, Operator)>, v1::Error> {
        match self.ask(OPERATORS_SHARD, Query::Operators).await? {
            Answer::Operators(operators) => Ok(operators),
            _ => Err(unfitting()),
        }
    }

    /// Operators' names, for whatever shows what they did.
    pub(super) async fn operator_names(&self) -> Result<BTreeMap<OperatorId, String>, v1::Error> {
        Ok(self.all_operators().await?.into_iter().map(|(id, found)| (id, found.name)).collect())
    }

    pub(crate) async fn list_operators(&self, _: Acting, _: v1::ListOperators) -> Result<v1::Operators, v1::Error> {
        let operators = self.all_operators().await?;
        Ok(v1::Operators { operators: operators.iter().map(|(id, operator)| shown(*id, operator)).collect() })
    }

    pub(crate) async fn create_operator(
        &self,
        who: Acting,
        request: v1::CreateOperator,
    ) -> Result<v1::OperatorSecrets, v1::Error> {
        let secrets = new_secrets((self.entropy)());
        let create = CreateOperator {
            by: who.operator,
            role: role(request.role())?,
            name: request.name,
            password_hash: self.passwords.hash(secrets.password.clone()).await.ok_or_else(too_many_passwords)?,
            totp_secret: secrets.totp,
            reason: request.reason,
        };
        match self.bus.call(Command::CreateOperator(create), None).await.map_err(failure)? {
            Reply::OperatorCreated { operator } => self.shown_once(operator, secrets.password, &secrets.totp).await,
            _ => Err(unfitting()),
        }
    }

    pub(crate) async fn change_operator(
        &self,
        who: Acting,
        request: v1::ChangeOperator,
    ) -> Result<v1::OperatorChanged, v1::Error> {
        let operator = OperatorId(request.operator);
        let (role, active) = (role(request.role())?, request.active);
        let change = ChangeOperator { by: who.operator, operator, role, active, reason: request.reason };
        self.bus.call(Command::ChangeOperator(change), None).await.map_err(failure)?;
        let found = self.operator(operator).await?;
        Ok(v1::OperatorChanged { operator: found.map(|found| shown(operator, &found)) })
    }

    pub(crate) async fn reset_operator(
        &self,
        who: Acting,
        request: v1::ResetOperator,
    ) -> Result<v1::OperatorSecrets, v1::Error> {
        let secrets = new_secrets((self.entropy)());
        let operator = OperatorId(request.operator);
        let reset = ResetOperator {
            by: who.operator,
            operator,
            password_hash: self.passwords.hash(secrets.password.clone()).await.ok_or_else(too_many_passwords)?,
            totp_secret: Some(secrets.totp),
            reason: request.reason,
        };
        self.bus.call(Command::ResetOperator(reset), None).await.map_err(failure)?;
        self.shown_once(operator, secrets.password, &secrets.totp).await
    }

    async fn shown_once(
        &self,
        operator: OperatorId,
        password: String,
        secret: &TotpSecret,
    ) -> Result<v1::OperatorSecrets, v1::Error> {
        let found = self.operator(operator).await?.ok_or_else(|| refused(Refusal::NoSuchOperator))?;
        let totp_uri = totp::uri(&found.name, secret);
        Ok(v1::OperatorSecrets { operator: Some(shown(operator, &found)), password, totp_uri })
    }
}
