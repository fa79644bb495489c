use std::collections::{BTreeMap, BTreeSet};

use laisee_bus::Bus;
use laisee_core::{
    ids::UserId,
    query::{Answer, Profile, Query},
    refusal::Refusal,
    user::shard_of_name,
};
use laisee_wire::v1;

use super::{Desk, by_shard, name_of, unfitting};
use crate::convert::{ErrorCode, ServerBody, bad_request, error, refused, user};

/// Users asked for at a time.
const USERS_MAX: usize = 200;

impl<B: Bus> Desk<B> {
    /// The profiles of those of `users` that exist.
    pub(super) async fn profiles(
        &self,
        users: impl IntoIterator<Item = UserId>,
    ) -> Result<BTreeMap<UserId, Profile>, v1::Error> {
        let users: BTreeSet<UserId> = users.into_iter().collect();
        let mut found = BTreeMap::new();
        for (shard, users) in by_shard(users, UserId::shard) {
            // An id that names no shard belongs to nobody.
            if shard.0 >= self.bus.shards() {
                continue;
            }
            for users in users.chunks(1_000) {
                let Answer::Profiles(profiles) = self.ask(shard, Query::Profiles { users: users.to_vec() }).await?
                else {
                    return Err(unfitting());
                };
                found.extend(profiles.into_iter().map(|profile| (profile.user, profile)));
            }
        }
        Ok(found)
    }

    pub(super) async fn profile(&self, id: UserId) -> Result<Profile, v1::Error> {
        self.profiles([id]).await?.remove(&id).ok_or_else(|| refused(Refusal::NoSuchUser))
    }

    pub(super) async fn find_user(&self, request: v1::FindUser) -> Result<ServerBody, v1::Error> {
        if (request.id == 0) == request.name.is_empty() {
            return Err(bad_request("either a name or an id says who is looked for"));
        }
        let profile = if request.id != 0 {
            self.profile(UserId(request.id)).await?
        } else {
            let name = name_of(&request.name);
            let shard = shard_of_name(&name, self.bus.shards());
            match self.ask(shard, Query::UserByName { name }).await? {
                Answer::Account(Some(account)) => account.profile,
                Answer::Account(None) => return Err(refused(Refusal::NoSuchUser)),
                _ => return Err(unfitting()),
            }
        };
        Ok(ServerBody::FoundUser(v1::FoundUser { user: Some(user(&profile)) }))
    }

    pub(super) async fn users(&self, ids: Vec<u64>) -> Result<ServerBody, v1::Error> {
        if ids.len() > USERS_MAX {
            return Err(error(ErrorCode::TooLarge, "at most 200 users at a time", 0));
        }
        let profiles = self.profiles(ids.into_iter().map(UserId)).await?;
        Ok(ServerBody::Users(v1::Users { users: profiles.values().map(user).collect() }))
    }
}
