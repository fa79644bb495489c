use std::collections::{BTreeMap, VecDeque};

use laisee_bus::Bus;
use laisee_core::{
    conversation::ConversationSeen,
    ids::{ConversationId, Millis, Seq, UserId},
    query::{Answer, Query, Stretch, StretchFrom, StretchSeen},
};
use laisee_wire::v1;
use serde::{Deserialize, Serialize};

use super::{Answers, Desk, Identity, by_shard, fitting::fitting, unfitting};
use crate::{
    convert::{ErrorCode, ServerBody, conversation, error, message},
    token::PageOf,
};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// Positions a device may report.
const POSITIONS_MAX: usize = 10_000;

/// What is still to be sent: conversations, newest first, with the last message the device has of each.
#[derive(Serialize, Deserialize)]
struct Rest {
    not_before: Millis,
    conversations: VecDeque<(ConversationId, Seq)>,
}

impl<B: Bus> Desk<B> {
    /// Rules S1 to S4.
    pub(super) async fn sync(&self, who: Identity, request: v1::Sync) -> Answers {
        let mut rest = if request.page_token.is_empty() {
            self.changed(who.user, request.positions).await?
        } else {
            let rest = self.pages.open(PageOf::Sync, who.user, &request.page_token);
            rest.ok_or_else(|| error(ErrorCode::BadPageToken, "this is not a token of this sync", 0))?
        };
        let page_size = (self.config.sync_page_conversations as usize).min(rest.conversations.len());
        let page: Vec<(ConversationId, Seq)> = rest.conversations.drain(..page_size).collect();
        let changes = self.changes(who.user, &page, rest.not_before).await?;
        let next_page_token =
            if rest.conversations.is_empty() { String::new() } else { self.pages.seal(PageOf::Sync, who.user, &rest) };
        Ok(self.segments(changes, next_page_token))
    }

    /// The conversations of which the device lacks something.
    async fn changed(&self, user: UserId, positions: Vec<v1::Position>) -> Result<Rest, v1::Error> {
        if positions.len() > POSITIONS_MAX {
            return Err(error(ErrorCode::TooLarge, "at most 10,000 positions", 0));
        }
        let full = positions.is_empty();
        let known: BTreeMap<u64, v1::Position> = positions.into_iter().map(|p| (p.conversation, p)).collect();
        let mut seen = self.seen(user, self.mailbox(user).await?).await?;
        seen.retain(|seen| match known.get(&seen.conversation.0) {
            // A new device is not told of conversations that are over for it.
            None => seen.member.active(),
            Some(known) => {
                known.seq < seen.head.0 || known.read != seen.member.read.0 || known.revision != seen.revision
            }
        });
        seen.sort_by_key(|seen| std::cmp::Reverse((seen.last_at, seen.conversation)));
        let days = i64::from(self.config.sync_days);
        let not_before = if full { Millis((self.clock)() - days * DAY_MS) } else { Millis(0) };
        let conversations = seen.iter().map(|seen| {
            let has = known.get(&seen.conversation.0).map_or(0, |known| known.seq);
            (seen.conversation, Seq(has))
        });
        Ok(Rest { not_before, conversations: conversations.collect() })
    }

    async fn changes(
        &self,
        user: UserId,
        page: &[(ConversationId, Seq)],
        not_before: Millis,
    ) -> Result<Vec<v1::SyncConversation>, v1::Error> {
        let has: BTreeMap<ConversationId, Seq> = page.iter().copied().collect();
        let mut found: BTreeMap<ConversationId, v1::SyncConversation> = BTreeMap::new();
        for (shard, conversations) in by_shard(has.keys().copied(), ConversationId::shard) {
            let seen = self.seen(user, conversations).await?;
            let limit = self.config.sync_messages_max as usize;
            let stretch = |seen: &ConversationSeen| Stretch {
                conversation: seen.conversation,
                from: StretchFrom::NewestAfter(has[&seen.conversation]),
                not_before,
                limit,
            };
            let query = Query::History { user, stretches: seen.iter().map(stretch).collect() };
            let Answer::Stretches(stretches) = self.ask(shard, query).await? else { return Err(unfitting()) };
            for (seen, stretch) in seen.iter().zip(stretches) {
                found.insert(seen.conversation, change(seen, has[&seen.conversation], &stretch));
            }
        }
        Ok(page.iter().filter_map(|(id, _)| found.remove(id)).collect())
    }

    /// Cuts a page into segments of so many messages.
    fn segments(&self, changes: Vec<v1::SyncConversation>, next_page_token: String) -> Vec<ServerBody> {
        let room = self.config.sync_segment_messages.max(1) as usize;
        let mut segments = vec![v1::SyncSegment::default()];
        let mut used = 0;
        for mut change in changes {
            let mut messages = std::mem::take(&mut change.messages);
            loop {
                let mut part = fitting(&messages);
                if used >= room || (used > 0 && part < messages.len()) {
                    segments.push(v1::SyncSegment::default());
                    used = 0;
                }
                part = part.min(room - used);
                let later = messages.split_off(part);
                // Large messages fill a segment before their number does.
                used = if part < messages.len() + later.len() { room } else { used + part.max(1) };
                let segment = segments.last_mut().expect("there is always one");
                segment.conversations.push(v1::SyncConversation { messages, ..change.clone() });
                // A conversation that goes on in the next segment is to be reloaded only once.
                change.reload = false;
                if later.is_empty() {
                    break;
                }
                messages = later;
            }
        }
        let last = segments.last_mut().expect("there is always one");
        last.page_end = true;
        last.next_page_token = next_page_token;
        segments.into_iter().map(ServerBody::SyncSegment).collect()
    }
}

fn change(seen: &ConversationSeen, has: Seq, stretch: &StretchSeen) -> v1::SyncConversation {
    let follows = has.max(seen.member.joined).next();
    let reload = match stretch.messages.first() {
        Some(first) => first.seq > follows,
        None => seen.head >= follows,
    };
    v1::SyncConversation {
        conversation: Some(conversation(seen)),
        messages: stretch.messages.iter().map(message).collect(),
        reload,
    }
}
