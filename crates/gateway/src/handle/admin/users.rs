use laisee_bus::Bus;
use laisee_core::{
    command::{Command, SetLevel},
    ids::{Millis, UserId},
    query::{Answer, Profile, Query},
};
use laisee_wire::v1::{self, Error};

use super::Acting;
use crate::{
    convert::{self, ErrorCode, ServerBody, failure},
    handle::{Desk, unfitting},
};

impl<B: Bus> Desk<B> {
    /// At most one: names are found whole, as users find each other.
    pub(crate) async fn find_users(
        &self,
        _: Acting,
        request: v1::FindUsersAsOperator,
    ) -> Result<v1::UsersForOperator, Error> {
        let text = request.q.trim();
        let mut users = vec![];
        // An id may be a name, too: both are looked for.
        let by_id = text.parse().ok().filter(|id| *id != 0).map(|id| v1::FindUser { id, ..Default::default() });
        let by_name = (!text.is_empty()).then(|| v1::FindUser { name: text.to_owned(), ..Default::default() });
        for find in by_id.into_iter().chain(by_name) {
            match self.find_user(find).await {
                Ok(ServerBody::FoundUser(v1::FoundUser { user: Some(user) })) => {
                    users.push(self.profile(UserId(user.id)).await?);
                }
                Ok(_) => return Err(unfitting()),
                Err(none) if none.code() == ErrorCode::NoSuchUser => {}
                Err(problem) => return Err(problem),
            }
        }
        users.dedup_by_key(|user| user.user);
        Ok(v1::UsersForOperator { users: users.iter().map(shown).collect() })
    }

    pub(crate) async fn user_details(
        &self,
        _: Acting,
        request: v1::GetUserAsOperator,
    ) -> Result<v1::UserDetails, Error> {
        let user = UserId(request.user);
        let profile = self.profile(user).await?;
        let sessions = self.open_sessions(user).await?.into_iter().map(|seen| v1::Session {
            id: seen.session.0,
            device: seen.device,
            opened_at_ms: seen.opened_at.0,
            current: false,
            online: self.presence.session_online(user, seen.session),
        });
        let suspension = match self.ask(user.shard(), Query::Risk { user }).await? {
            Answer::Risk(record) => record.suspended(Millis((self.clock)())).map(convert::suspension),
            _ => return Err(unfitting()),
        };
        Ok(v1::UserDetails { user: Some(shown(&profile)), sessions: sessions.collect(), suspension })
    }

    pub(crate) async fn wallet_of(&self, _: Acting, request: v1::GetWalletAsOperator) -> Result<v1::Wallet, Error> {
        let user = self.profile(UserId(request.user)).await?.user;
        match self.wallet(user).await? {
            ServerBody::Wallet(wallet) => Ok(wallet),
            _ => Err(unfitting()),
        }
    }

    pub(crate) async fn set_level(&self, who: Acting, request: v1::SetAccountLevel) -> Result<v1::Wallet, Error> {
        let (level, expected) = (convert::level(request.level())?, convert::level(request.before())?);
        let user = self.profile(UserId(request.user)).await?.user;
        let set = SetLevel { user, level, expected, by: who.operator, reason: request.reason };
        self.bus.call(Command::SetLevel(set), None).await.map_err(failure)?;
        self.wallet_of(who, v1::GetWalletAsOperator { user: user.0 }).await
    }

    pub(crate) async fn statement_of(
        &self,
        _: Acting,
        request: v1::GetStatementAsOperator,
    ) -> Result<v1::Statement, Error> {
        let v1::GetStatementAsOperator { user, before, limit } = request;
        let user = self.profile(UserId(user)).await?.user;
        match self.statement(user, &v1::GetStatement { before, limit, ..Default::default() }).await? {
            ServerBody::Statement(statement) => Ok(statement),
            _ => Err(unfitting()),
        }
    }
}

fn shown(profile: &Profile) -> v1::UserForOperator {
    v1::UserForOperator {
        id: profile.user.0,
        name: profile.name.clone(),
        display_name: profile.display_name.clone(),
        face: profile.face.clone(),
        created_at_ms: profile.user.minted().0,
    }
}
