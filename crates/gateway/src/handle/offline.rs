use std::collections::BTreeMap;

use laisee_bus::Bus;
use laisee_core::{
    command::{Acknowledge, Command},
    content::Message,
    ids::{ConversationId, MessageId, Seq},
    query::{Answer, Query},
};
use laisee_wire::v1::{self, PageOrder};
use serde::{Deserialize, Serialize};

use super::{Desk, Identity, by_shard, fitting::fitting, unfitting};
use crate::{
    convert::{ErrorCode, ServerBody, error, failure, message},
    token::PageOf,
};

/// What the token of a page holds: where it ended, and what asking for the next one acknowledges.
#[derive(Serialize, Deserialize)]
struct Page {
    newest_first: bool,
    beyond: MessageId,
    acknowledges: Vec<(ConversationId, Seq, Seq)>,
}

impl<B: Bus> Desk<B> {
    pub(super) async fn count_offline(&self, who: Identity) -> Result<ServerBody, v1::Error> {
        let mut counted = v1::OfflineCount::default();
        for (shard, conversations) in by_shard(self.mailbox(who.user).await?, ConversationId::shard) {
            let query = Query::OfflineCounts { user: who.user, conversations };
            let Answer::OfflineCounts(counts) = self.ask(shard, query).await? else { return Err(unfitting()) };
            for (conversation, count) in counts {
                counted.total += count;
                counted.conversations.push(v1::OfflineConversation { conversation: conversation.0, count });
            }
        }
        Ok(ServerBody::OfflineCount(counted))
    }

    /// Rule S5.
    pub(super) async fn pull_offline(&self, who: Identity, request: &v1::PullOffline) -> Result<ServerBody, v1::Error> {
        let newest_first = request.order() == PageOrder::NewestFirst;
        let mut beyond = None;
        if !request.page_token.is_empty() {
            let page: Option<Page> = self.pages.open(PageOf::Offline, who.user, &request.page_token);
            let page = page.filter(|page| page.newest_first == newest_first);
            let page = page.ok_or_else(|| error(ErrorCode::BadPageToken, "this is not a token of this pull", 0))?;
            for (conversation, from, through) in page.acknowledges {
                let acknowledge = Acknowledge { user: who.user, conversation, from, through };
                self.bus.call(Command::Acknowledge(acknowledge), Some(who.session)).await.map_err(failure)?;
            }
            beyond = Some(page.beyond);
        }
        let limit = match request.limit {
            0 => 50,
            limit => limit.min(100) as usize,
        };
        let mut messages = Vec::new();
        for (shard, conversations) in by_shard(self.mailbox(who.user).await?, ConversationId::shard) {
            let query = Query::Offline { user: who.user, conversations, newest_first, beyond, limit };
            let Answer::Messages(mut found) = self.ask(shard, query).await? else { return Err(unfitting()) };
            messages.append(&mut found);
        }
        messages.sort_unstable_by_key(|message: &Message| message.id);
        if newest_first {
            messages.reverse();
        }
        messages.truncate(limit);
        let mut page: Vec<v1::Message> = messages.iter().map(message).collect();
        page.truncate(fitting(&page));
        messages.truncate(page.len());
        let next_page_token = match messages.last() {
            None => String::new(),
            Some(last) => {
                let page = Page { newest_first, beyond: last.id, acknowledges: stretches(&messages) };
                self.pages.seal(PageOf::Offline, who.user, &page)
            }
        };
        Ok(ServerBody::OfflinePage(v1::OfflinePage { messages: page, next_page_token }))
    }
}

/// The unbroken stretches of each conversation on a page.
fn stretches(messages: &[Message]) -> Vec<(ConversationId, Seq, Seq)> {
    let mut seqs: BTreeMap<ConversationId, Vec<Seq>> = BTreeMap::new();
    for message in messages {
        seqs.entry(message.conversation).or_default().push(message.seq);
    }
    let mut found = Vec::new();
    for (conversation, mut seqs) in seqs {
        seqs.sort_unstable();
        for seq in seqs {
            match found.last_mut() {
                Some((last, _, through)) if *last == conversation && Seq::next(*through) == seq => *through = seq,
                _ => found.push((conversation, seq, seq)),
            }
        }
    }
    found
}
