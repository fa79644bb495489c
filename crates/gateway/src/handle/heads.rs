use laisee_bus::Bus;
use laisee_core::{
    ids::{ConversationId, Millis, ShardId, UserId},
    query::{Answer, Query},
};
use laisee_wire::v1;

use super::{Desk, by_shard, unfitting};
use crate::convert::ServerBody;

/// Up to where a device was told the heads of its conversations. Of each shard by that shard's own time, which never
/// runs back and need not be that of anybody else.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct HeadsTold {
    /// How many conversations there were. They never get fewer, so one more is one that was not told of yet, however
    /// old its messages are.
    pub(crate) conversations: usize,
    pub(crate) shards: Vec<(ShardId, Millis)>,
}

impl HeadsTold {
    fn of(&self, shard: ShardId) -> Millis {
        let told = self.shards.iter().find(|(of, _)| *of == shard);
        told.map_or(Millis(i64::MIN), |(_, at)| *at)
    }
}

impl<B: Bus> Desk<B> {
    /// Rule C4: the heads of a user's conversations that changed since it was told, and up to where it is told now.
    ///
    /// # Errors
    /// That it could not be found out.
    pub async fn heads_since(&self, user: UserId, told: &HeadsTold) -> Result<(ServerBody, HeadsTold), v1::Error> {
        let server_time_ms = (self.clock)();
        let mailbox = self.mailbox(user).await?;
        let mut now_told = HeadsTold { conversations: mailbox.len(), shards: Vec::new() };
        let all = mailbox.len() > told.conversations;
        let mut heads = Vec::new();
        for (shard, conversations) in by_shard(mailbox, ConversationId::shard) {
            let since = if all { Millis(i64::MIN) } else { told.of(shard) };
            let query = Query::Heads { user, conversations, since };
            let Answer::Heads { heads: found, at } = self.ask(shard, query).await? else { return Err(unfitting()) };
            now_told.shards.push((shard, at));
            heads.extend(found.into_iter().map(|(id, head)| v1::Head { conversation: id.0, head: head.0 }));
        }
        Ok((ServerBody::HeartbeatAnswer(v1::HeartbeatAnswer { server_time_ms, heads }), now_told))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use laisee_bus::{Failure, Outcome};
    use laisee_core::{
        command::Command,
        ids::{Seq, SessionId},
        settings::Settings,
    };

    use super::*;
    use crate::{GatewayConfig, Presence, handle::Surroundings};

    const WHO: UserId = UserId(0);
    const OLD: ConversationId = ConversationId(1);
    const QUIET: ConversationId = ConversationId(2);

    /// A shard with conversations by the time of their newest message.
    #[derive(Default)]
    struct Shard {
        mailbox: Mutex<Vec<(ConversationId, Millis)>>,
    }

    impl Bus for Shard {
        fn shards(&self) -> u16 {
            1
        }

        async fn call(&self, _: Command, _: Option<SessionId>) -> Outcome {
            Err(Failure::NoSuchShard)
        }

        async fn query(&self, _: ShardId, query: Query) -> Result<Answer, Failure> {
            let mailbox = self.mailbox.lock().unwrap();
            Ok(match query {
                Query::Heads { since, .. } => {
                    let new = mailbox.iter().filter(|(_, last_at)| *last_at >= since);
                    let at = mailbox.iter().map(|(_, last_at)| *last_at).max().unwrap();
                    Answer::Heads { heads: new.map(|(id, _)| (*id, Seq(1))).collect(), at }
                }
                _ => Answer::Mailbox(mailbox.iter().map(|(id, _)| *id).collect()),
            })
        }
    }

    async fn heads(desk: &Desk<Shard>, told: &mut HeadsTold) -> Vec<u64> {
        let (answer, now_told) = desk.heads_since(WHO, told).await.unwrap();
        *told = now_told;
        match answer {
            ServerBody::HeartbeatAnswer(answer) => answer.heads.iter().map(|head| head.conversation).collect(),
            other => panic!("{other:?}"),
        }
    }

    /// Rule C4, with the gateway's clock far from the shard's, and a conversation that a member's own shard hears of
    /// long after it began, when everybody has fallen silent in it.
    #[tokio::test]
    async fn every_head_is_told_however_late_it_is_heard_of() {
        let shard = Arc::new(Shard::default());
        shard.mailbox.lock().unwrap().push((OLD, Millis(1_000)));
        let config = Arc::new(GatewayConfig { password_cost: crate::PasswordCost::Test, ..GatewayConfig::default() });
        let surroundings = Surroundings::real(&config);
        let desk = Desk::new(
            shard.clone(),
            Arc::new(Settings::default()),
            config,
            Arc::new(Presence::default()),
            surroundings,
        );
        let mut told = HeadsTold::default();
        assert_eq!(heads(&desk, &mut told).await, [OLD.0]);
        shard.mailbox.lock().unwrap()[0].1 = Millis(1_200);
        assert_eq!(heads(&desk, &mut told).await, [OLD.0]);
        shard.mailbox.lock().unwrap().push((QUIET, Millis(900)));
        assert!(
            heads(&desk, &mut told).await.contains(&QUIET.0),
            "its newest message is older than the last heartbeat"
        );
        assert!(!heads(&desk, &mut told).await.contains(&QUIET.0), "it was told of");
    }
}
