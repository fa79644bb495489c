use laisee_bus::Bus;
use laisee_core::{
    ids::{ConversationId, Millis, UserId},
    query::{Answer, Query},
};
use laisee_wire::v1;

use super::{Desk, by_shard, unfitting};
use crate::convert::ServerBody;

/// Clocks of shards may differ by a little, so a heartbeat looks back a little further than the last one.
const OVERLAP_MS: i64 = 10_000;

impl<B: Bus> Desk<B> {
    /// Rule C4: the heads of a user's conversations that changed since a moment, in ms.
    ///
    /// # Errors
    /// That it could not be found out.
    pub async fn heads_since(&self, user: UserId, since_ms: i64) -> Result<ServerBody, v1::Error> {
        let server_time_ms = (self.clock)();
        let since = Millis(since_ms.saturating_sub(OVERLAP_MS));
        let mut heads = Vec::new();
        for (shard, conversations) in by_shard(self.mailbox(user).await?, ConversationId::shard) {
            let Answer::Heads(found) = self.ask(shard, Query::Heads { user, conversations, since }).await? else {
                return Err(unfitting());
            };
            heads.extend(
                found.into_iter().map(|(conversation, head)| v1::Head { conversation: conversation.0, head: head.0 }),
            );
        }
        Ok(ServerBody::HeartbeatAnswer(v1::HeartbeatAnswer { server_time_ms, heads }))
    }
}
