use laisee_bus::{Bus, Failure};
use laisee_core::{
    command::{Command, Reply, ResetOperator, SignInOperator, SignOutOperator},
    ids::{Millis, OperatorId, UserId},
    operator::{OPERATORS_SHARD, Operator, Permission},
    query::{Answer, Query},
    refusal::Refusal,
};
use laisee_wire::v1;

use super::{Acting, shown};
use crate::{
    convert::{ErrorCode, error, failure},
    handle::{
        Desk, name_of,
        sign_in::{check_new_password, may_be_password, too_many_passwords},
        unfitting,
    },
    token::new_session_token,
    totp,
};

fn wrong() -> v1::Error {
    error(ErrorCode::WrongNameOrPassword, "the name or the password is wrong", 0)
}

impl<B: Bus> Desk<B> {
    /// Signs an operator in. Password and code are compared here; what follows from it the shard decides.
    ///
    /// # Errors
    /// The error to send instead.
    pub async fn sign_in_operator(&self, request: v1::SignInOperator) -> Result<v1::OperatorSignedIn, v1::Error> {
        let found = match self.ask(OPERATORS_SHARD, Query::OperatorByName { name: name_of(&request.name) }).await? {
            Answer::Operator(found) => found,
            _ => return Err(unfitting()),
        };
        let password_fits = self.password_fits(request.password, found.as_ref().map(|(_, found)| found)).await?;
        let Some((operator, found)) = found.filter(|(_, found)| found.active) else { return Err(wrong()) };
        let step = totp::step_of(&found.totp_secret, &request.code, (self.clock)());
        // A session token names whom it belongs to; operators are named the same way.
        let (token, token_hash) = new_session_token(UserId(operator.0), (self.entropy)());
        let try_in = SignInOperator { operator, password_fits, step, token_hash, device: request.device };
        match self.bus.call(Command::SignInOperator(try_in), None).await {
            Ok(Reply::OperatorSignedIn { session, expires_at }) => Ok(v1::OperatorSignedIn {
                token,
                session: session.0,
                operator: Some(shown(operator, &found)),
                expires_at_ms: expires_at.0,
            }),
            Ok(Reply::OperatorGuessedWrong { .. }) if password_fits => {
                Err(error(ErrorCode::TotpInvalid, "the code is wrong, or was used before", 0))
            }
            Ok(Reply::OperatorGuessedWrong { .. }) | Err(Failure::Refused(Refusal::NoSuchOperator)) => Err(wrong()),
            Ok(_) => Err(unfitting()),
            Err(Failure::Refused(Refusal::OperatorLocked)) => Err(self.locked(operator).await?),
            Err(failed) => Err(failure(failed)),
        }
    }

    async fn password_fits(&self, password: String, operator: Option<&Operator>) -> Result<bool, v1::Error> {
        if !may_be_password(&password) {
            return Ok(false);
        }
        let hash = operator.map(|operator| operator.password_hash.clone());
        self.passwords.verify(password, hash).await.ok_or_else(too_many_passwords)
    }

    /// Says how long.
    async fn locked(&self, operator: OperatorId) -> Result<v1::Error, v1::Error> {
        let until = self.operator(operator).await?.map_or(Millis(0), |found| found.locked_until);
        let wait_ms = until.0.saturating_sub((self.clock)()).clamp(1, i64::from(u32::MAX)) as u32;
        Ok(error(ErrorCode::OperatorLocked, &Refusal::OperatorLocked.to_string(), wait_ms))
    }

    pub(crate) async fn sign_out_operator(
        &self,
        who: Acting,
        _: v1::SignOutOperator,
    ) -> Result<v1::OperatorSignedOut, v1::Error> {
        let out = SignOutOperator { operator: who.operator, session: who.session };
        self.bus.call(Command::SignOutOperator(out), None).await.map_err(failure)?;
        Ok(v1::OperatorSignedOut {})
    }

    pub(crate) async fn own_operator(&self, who: Acting, _: v1::GetOwnOperator) -> Result<v1::OwnOperator, v1::Error> {
        let allowed = Permission::ALL.into_iter().filter(|permission| who.found.role.may(*permission));
        Ok(v1::OwnOperator {
            operator: Some(shown(who.operator, &who.found)),
            session: who.session.0,
            expires_at_ms: who.expires_at.0,
            permissions: allowed.map(|permission| permission.word().to_owned()).collect(),
        })
    }

    pub(crate) async fn change_own_password(
        &self,
        who: Acting,
        request: v1::ChangeOwnPassword,
    ) -> Result<v1::OwnPasswordChanged, v1::Error> {
        check_new_password(&request.new_password)?;
        if who.found.locked_until.0 > (self.clock)() {
            return Err(self.locked(who.operator).await?);
        }
        if !self.password_fits(request.password, Some(&who.found)).await? {
            // A guess like any other, so that who has found a token cannot try passwords for ever.
            let (operator, token_hash, device) = (who.operator, [0; 32], String::new());
            let guess = SignInOperator { operator, password_fits: false, step: None, token_hash, device };
            self.bus.call(Command::SignInOperator(guess), None).await.map_err(failure)?;
            return Err(error(ErrorCode::Forbidden, "the password is wrong", 0));
        }
        let password_hash = self.passwords.hash(request.new_password).await.ok_or_else(too_many_passwords)?;
        let (by, reason) = (who.operator, "changed by its owner".to_owned());
        let reset = ResetOperator { by, operator: who.operator, password_hash, totp_secret: None, reason };
        self.bus.call(Command::ResetOperator(reset), None).await.map_err(failure)?;
        Ok(v1::OwnPasswordChanged {})
    }
}
