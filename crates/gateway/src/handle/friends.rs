use laisee_bus::Bus;
use laisee_core::{
    command::{AnswerFriend, Command, RemoveFriend, RequestFriend},
    ids::UserId,
    pair::Relation,
    query::{Answer, Query, RelationSeen},
};
use laisee_wire::v1;

use super::{Desk, Identity, unfitting};
use crate::convert::{self, ServerBody, failure};

impl<B: Bus> Desk<B> {
    /// Everybody a user has to do with.
    ///
    /// # Errors
    /// That it could not be found out.
    pub async fn relations(&self, user: UserId) -> Result<Vec<RelationSeen>, v1::Error> {
        match self.ask(user.shard(), Query::Relations { user }).await? {
            Answer::Relations(relations) => Ok(relations),
            _ => Err(unfitting()),
        }
    }

    pub(super) async fn friends_of(&self, user: UserId) -> Result<Vec<UserId>, v1::Error> {
        let relations = self.relations(user).await?;
        Ok(relations.into_iter().filter(|seen| seen.relation == Relation::Friend).map(|seen| seen.other).collect())
    }

    pub(super) async fn friends(&self, user: UserId) -> Result<ServerBody, v1::Error> {
        let relations = self.relations(user).await?;
        let profiles = self.profiles(relations.iter().map(|seen| seen.other)).await?;
        let friends = relations
            .iter()
            .map(|seen| convert::friend(seen, profiles.get(&seen.other), self.presence.online(seen.other)));
        Ok(ServerBody::Friends(v1::Friends { friends: friends.collect() }))
    }

    /// A notice of how it stands with somebody.
    ///
    /// # Errors
    /// That the other's profile could not be had.
    pub async fn friend_notice(&self, seen: &RelationSeen) -> Result<ServerBody, v1::Error> {
        let profiles = self.profiles([seen.other]).await?;
        let online = self.presence.online(seen.other);
        let friend = convert::friend(seen, profiles.get(&seen.other), online);
        Ok(ServerBody::FriendNotice(v1::FriendNotice { friend: Some(friend) }))
    }

    pub(super) async fn request_friend(
        &self,
        who: Identity,
        request: v1::RequestFriend,
    ) -> Result<ServerBody, v1::Error> {
        let other = UserId(request.user);
        // The pair's shard knows only its own users; that the other exists is checked where it lives.
        self.profile(other).await?;
        let command = RequestFriend { by: who.user, other, greeting: request.greeting };
        self.friend_command(who, Command::RequestFriend(command)).await
    }

    pub(super) async fn answer_friend(
        &self,
        who: Identity,
        request: &v1::AnswerFriend,
    ) -> Result<ServerBody, v1::Error> {
        let command = AnswerFriend { by: who.user, other: UserId(request.user), accept: request.accept };
        self.friend_command(who, Command::AnswerFriend(command)).await
    }

    pub(super) async fn remove_friend(
        &self,
        who: Identity,
        request: &v1::RemoveFriend,
    ) -> Result<ServerBody, v1::Error> {
        let command = RemoveFriend { by: who.user, other: UserId(request.user) };
        self.friend_command(who, Command::RemoveFriend(command)).await
    }

    async fn friend_command(&self, who: Identity, command: Command) -> Result<ServerBody, v1::Error> {
        let reply = self.bus.call(command, Some(who.session)).await.map_err(failure)?;
        convert::reply(&reply).ok_or_else(unfitting)
    }
}
