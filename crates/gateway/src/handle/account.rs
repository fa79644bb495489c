use laisee_bus::Bus;
use laisee_core::{
    command::{CloseSession, Command, UpdateProfile},
    ids::{SessionId, UserId},
    query::{Answer, Query, SessionSeen},
};
use laisee_wire::v1;

use super::{Desk, Identity, unfitting};
use crate::convert::{ServerBody, failure, user};

impl<B: Bus> Desk<B> {
    /// The sessions of a user that are open.
    ///
    /// # Errors
    /// That it could not be found out.
    pub async fn open_sessions(&self, user: UserId) -> Result<Vec<SessionSeen>, v1::Error> {
        match self.ask(user.shard(), Query::Sessions { user }).await? {
            Answer::Sessions(sessions) => Ok(sessions),
            _ => Err(unfitting()),
        }
    }

    pub(super) async fn sessions(&self, who: Identity) -> Result<ServerBody, v1::Error> {
        let sessions = self.open_sessions(who.user).await?.into_iter().map(|seen| v1::Session {
            id: seen.session.0,
            device: seen.device,
            opened_at_ms: seen.opened_at.0,
            current: seen.session == who.session,
            online: self.presence.session_online(who.user, seen.session),
        });
        Ok(ServerBody::Sessions(v1::Sessions { sessions: sessions.collect() }))
    }

    pub(super) async fn close_session(
        &self,
        who: Identity,
        request: &v1::CloseSession,
    ) -> Result<ServerBody, v1::Error> {
        let session = if request.session == 0 { who.session } else { SessionId(request.session) };
        let close = CloseSession { user: who.user, session };
        let closed = self.bus.call(Command::CloseSession(close), None).await;
        // Also when the outcome is unknown: whoever still has it open is only looked up once more.
        self.session_closed(session);
        closed.map_err(failure)?;
        Ok(ServerBody::SessionClosed(v1::SessionClosed {}))
    }

    pub(super) async fn update_profile(
        &self,
        who: Identity,
        request: v1::UpdateProfile,
    ) -> Result<ServerBody, v1::Error> {
        let update = UpdateProfile { user: who.user, display_name: request.display_name, face: request.face };
        self.bus.call(Command::UpdateProfile(update), Some(who.session)).await.map_err(failure)?;
        let profile = self.profile(who.user).await?;
        Ok(ServerBody::ProfileUpdated(v1::ProfileUpdated { user: Some(user(&profile)) }))
    }
}
