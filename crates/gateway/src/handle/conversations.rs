use std::collections::BTreeSet;

use laisee_bus::Bus;
use laisee_core::{
    command::{AddMembers, Command, CreateGroup, RemoveMember, Reply, SetQuiet, UpdateGroup},
    conversation::ConversationSeen,
    ids::{ConversationId, UserId},
    query::{Answer, Query},
    refusal::Refusal,
};
use laisee_wire::v1;

use super::{Desk, Identity, by_shard, unfitting};
use crate::convert::{ServerBody, client_id, conversation, failure, refused, user};

impl<B: Bus> Desk<B> {
    pub(super) async fn mailbox(&self, user: UserId) -> Result<Vec<ConversationId>, v1::Error> {
        match self.ask(user.shard(), Query::Mailbox { user }).await? {
            Answer::Mailbox(conversations) => Ok(conversations),
            _ => Err(unfitting()),
        }
    }

    /// Conversations as `user` sees them, each shard asked once.
    pub(super) async fn seen(
        &self,
        user: UserId,
        conversations: impl IntoIterator<Item = ConversationId>,
    ) -> Result<Vec<ConversationSeen>, v1::Error> {
        let mut found = Vec::new();
        for (shard, conversations) in by_shard(conversations, ConversationId::shard) {
            match self.ask(shard, Query::Conversations { user, conversations }).await? {
                Answer::Conversations(mut seen) => found.append(&mut seen),
                _ => return Err(unfitting()),
            }
        }
        Ok(found)
    }

    pub(super) async fn conversation_state(&self, user: UserId, id: u64) -> Result<ServerBody, v1::Error> {
        let seen = self.seen(user, [ConversationId(id)]).await?;
        let seen = seen.first().ok_or_else(|| refused(Refusal::NoSuchConversation))?;
        Ok(ServerBody::ConversationState(v1::ConversationState { conversation: Some(conversation(seen)) }))
    }

    pub(super) async fn create_group(&self, who: Identity, request: v1::CreateGroup) -> Result<ServerBody, v1::Error> {
        let members = self.only_friends(who.user, request.members).await?;
        let command = CreateGroup { by: who.user, id: client_id(&request.client_id)?, title: request.title, members };
        match self.bus.call(Command::CreateGroup(command), None).await.map_err(failure)? {
            Reply::GroupCreated { conversation } => self.conversation_state(who.user, conversation.0).await,
            _ => Err(unfitting()),
        }
    }

    pub(super) async fn add_members(&self, who: Identity, request: v1::AddMembers) -> Result<ServerBody, v1::Error> {
        let users = self.only_friends(who.user, request.users).await?;
        let conversation = ConversationId(request.conversation);
        self.group_command(
            who,
            request.conversation,
            Command::AddMembers(AddMembers { by: who.user, conversation, users }),
        )
        .await
    }

    pub(super) async fn remove_member(
        &self,
        who: Identity,
        request: &v1::RemoveMember,
    ) -> Result<ServerBody, v1::Error> {
        let conversation = ConversationId(request.conversation);
        let remove = RemoveMember { by: who.user, conversation, user: UserId(request.user) };
        self.group_command(who, request.conversation, Command::RemoveMember(remove)).await
    }

    pub(super) async fn update_group(&self, who: Identity, request: v1::UpdateGroup) -> Result<ServerBody, v1::Error> {
        let conversation = ConversationId(request.conversation);
        let update =
            UpdateGroup { by: who.user, conversation, title: request.title, announcement: request.announcement };
        self.group_command(who, request.conversation, Command::UpdateGroup(update)).await
    }

    pub(super) async fn set_quiet(&self, who: Identity, request: &v1::SetQuiet) -> Result<ServerBody, v1::Error> {
        let conversation = ConversationId(request.conversation);
        let set = SetQuiet { by: who.user, conversation, quiet: request.quiet };
        self.group_command(who, request.conversation, Command::SetQuiet(set)).await
    }

    async fn group_command(&self, who: Identity, id: u64, command: Command) -> Result<ServerBody, v1::Error> {
        self.bus.call(command, None).await.map_err(failure)?;
        self.conversation_state(who.user, id).await
    }

    /// Whom one brings into a group must be one's friend.
    async fn only_friends(&self, user: UserId, wanted: Vec<u64>) -> Result<Vec<UserId>, v1::Error> {
        let friends: BTreeSet<UserId> = self.friends_of(user).await?.into_iter().collect();
        let wanted: Vec<UserId> = wanted.into_iter().map(UserId).filter(|wanted| *wanted != user).collect();
        let unknown = wanted.iter().copied().filter(|wanted| !friends.contains(wanted)).collect();
        if self.are_friends(user, unknown).await? { Ok(wanted) } else { Err(refused(Refusal::NotFriends)) }
    }

    /// Whether all of `others` are friends, asked where friendships are made: a new one takes a moment to reach the list
    /// of friends, and whoever has just accepted it may go on at once.
    async fn are_friends(&self, user: UserId, others: BTreeSet<UserId>) -> Result<bool, v1::Error> {
        for (shard, others) in by_shard(others, |other| other.min(user).shard()) {
            if shard.0 >= self.bus.shards() {
                return Ok(false);
            }
            for others in others.chunks(1_000) {
                let query = Query::FriendsAmong { user, others: others.to_vec() };
                let Answer::FriendsAmong(friends) = self.ask(shard, query).await? else { return Err(unfitting()) };
                if friends.len() < others.len() {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    pub(super) async fn members(&self, who: Identity, request: &v1::GetMembers) -> Result<ServerBody, v1::Error> {
        let id = ConversationId(request.conversation);
        let limit = match request.limit {
            0 => 100,
            limit => limit.min(500) as usize,
        };
        let query = Query::Members { user: who.user, conversation: id, after: UserId(request.after_user), limit };
        let Answer::Members { members, more } = self.ask(id.shard(), query).await? else { return Err(unfitting()) };
        let seen = self.seen(who.user, [id]).await?;
        let owner = seen.first().map_or(0, |seen| conversation(seen).owner);
        let profiles = self.profiles(members.iter().map(|member| member.user)).await?;
        let members = members.iter().filter_map(|member| {
            Some(v1::Member {
                user: Some(user(profiles.get(&member.user)?)),
                owner: member.user.0 == owner,
                online: self.presence.online(member.user),
                acked: member.acked.0,
                read: member.read.0,
            })
        });
        Ok(ServerBody::Members(v1::Members { members: members.collect(), more }))
    }
}
