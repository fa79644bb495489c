use laisee_bus::Bus;
use laisee_core::{
    command::{Command, ReleaseSuspension, Reply},
    ids::{Millis, UserId},
    query::{Answer, Query},
    refusal::Refusal,
    risk::Record,
};
use laisee_wire::v1;

use super::{Desk, Identity, unfitting};
use crate::convert::{self, ErrorCode, ServerBody, code_of, error, failure, refused};

impl<B: Bus> Desk<B> {
    async fn record(&self, user: UserId) -> Result<Box<Record>, v1::Error> {
        match self.ask(user.shard(), Query::Risk { user }).await? {
            Answer::Risk(record) => Ok(record),
            _ => Err(unfitting()),
        }
    }

    pub(super) async fn risk(&self, user: UserId) -> Result<ServerBody, v1::Error> {
        let record = self.record(user).await?;
        Ok(ServerBody::Risk(convert::risk(&record, Millis((self.clock)()))))
    }

    /// The refusal of a suspended user's request, with why and until when, as far as that can be had now.
    pub async fn suspended(&self, user: UserId) -> v1::Error {
        let record = self.record(user).await.ok();
        let now = Millis((self.clock)());
        let suspension = record.and_then(|record| record.suspended(now).map(convert::suspension));
        v1::Error { suspension, ..refused(Refusal::RiskSuspended) }
    }

    /// Compares the password here and the code in the core, which counts what was wrong.
    pub(super) async fn release_suspension(
        &self,
        who: Identity,
        request: v1::ReleaseSuspension,
    ) -> Result<ServerBody, v1::Error> {
        let code = code_of(&request.code).ok_or_else(|| convert::bad_request("a release code has six digits"))?;
        let name = self.profile(who.user).await?.name;
        let secret_fits = self.account_with(name, request.password).await?.is_some();
        let release = ReleaseSuspension { user: who.user, code, secret_fits };
        match self.bus.call(Command::ReleaseSuspension(release), Some(who.session)).await.map_err(failure)? {
            Reply::SuspensionReleased => Ok(ServerBody::SuspensionReleased(v1::SuspensionReleased {})),
            Reply::ReleaseFailed { tries_left } => {
                let failed = error(ErrorCode::ReleaseFailed, "the code or the password is wrong", 0);
                Err(v1::Error { tries_left, ..failed })
            }
            _ => Err(unfitting()),
        }
    }
}
