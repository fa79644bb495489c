use laisee_bus::{Bus, Failure};
use laisee_core::{
    command::{Command, ReleaseSuspension, Reply},
    ids::{Millis, UserId},
    query::{Answer, Query},
    refusal::Refusal,
    risk::{Record, ReleaseCode},
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

    /// Rule R3. The PIN is looked at here, the code in the core. Not without need: a try of the PIN that comes to nothing
    /// for another reason would be lost.
    pub(super) async fn release_suspension(
        &self,
        who: Identity,
        request: v1::ReleaseSuspension,
    ) -> Result<ServerBody, v1::Error> {
        let code = code_of(&request.code).ok_or_else(|| convert::bad_request("a release code has six digits"))?;
        let now = Millis((self.clock)());
        let record = self.record(who.user).await?;
        let good = |code: &ReleaseCode| now < code.expires_at;
        let pass = if record.suspended(now).is_some() && record.code.as_ref().is_some_and(good) {
            self.pin_pass(who.user, request.pin).await?
        } else {
            None
        };
        let release = ReleaseSuspension { user: who.user, code, pass };
        match self.bus.call(Command::ReleaseSuspension(release), Some(who.session)).await {
            Ok(Reply::SuspensionReleased) => Ok(ServerBody::SuspensionReleased(v1::SuspensionReleased {})),
            Ok(Reply::ReleaseFailed { tries_left }) => {
                Err(v1::Error { tries_left, ..error(ErrorCode::ReleaseFailed, "the code is wrong", 0) })
            }
            Ok(_) => Err(unfitting()),
            Err(Failure::Refused(refusal)) => Err(self.explained(who.user, None, refusal).await),
            Err(failed) => Err(failure(failed)),
        }
    }
}
