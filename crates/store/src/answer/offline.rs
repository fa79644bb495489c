use laisee_core::{
    content::Message,
    conversation::Member,
    ids::{ConversationId, MessageId, Seq, UserId},
    query::{Answer, Answered},
};

use super::LIST_MAX;
use crate::{Order, Snapshot, StoreError, views};

pub fn counts(
    views: &mut dyn Snapshot,
    user: UserId,
    conversations: &[ConversationId],
) -> Result<Answered, StoreError> {
    let mut found = Vec::new();
    for id in conversations {
        if let Some((member, head)) = marks(views, user, *id)? {
            let count = member.unacked(head);
            if count > 0 {
                found.push((*id, count));
            }
        }
    }
    Ok(Ok(Answer::OfflineCounts(found)))
}

pub fn messages(
    views: &mut dyn Snapshot,
    user: UserId,
    conversations: &[ConversationId],
    newest_first: bool,
    beyond: Option<MessageId>,
    limit: usize,
) -> Result<Answered, StoreError> {
    let limit = limit.clamp(1, LIST_MAX);
    let mut found: Vec<Message> = Vec::new();
    for id in conversations {
        let Some((member, head)) = marks(views, user, *id)? else { continue };
        let mut messages = unacknowledged(views, *id, &member, head, newest_first, beyond, limit)?;
        found.append(&mut messages);
        // Only the first `limit` over all conversations can be in the page.
        found.sort_unstable_by_key(|message| message.id);
        if newest_first {
            found.reverse();
        }
        found.truncate(limit);
    }
    Ok(Ok(Answer::Messages(found)))
}

fn marks(
    views: &mut dyn Snapshot,
    user: UserId,
    conversation: ConversationId,
) -> Result<Option<(Member, Seq)>, StoreError> {
    let Some(member) = views::member_of(views, conversation, user)? else { return Ok(None) };
    let head = views::conversation_head(views, conversation)?;
    Ok(head.map(|head| (member, member.sees_to(head.head))))
}

/// The first `limit` in the order asked for, beyond a message id. Ids rise with seq within a conversation.
fn unacknowledged(
    views: &mut dyn Snapshot,
    conversation: ConversationId,
    member: &Member,
    head: Seq,
    newest_first: bool,
    beyond: Option<MessageId>,
    limit: usize,
) -> Result<Vec<Message>, StoreError> {
    let start = member.acked.max(member.joined);
    let (mut after, mut before) = (start, head.next());
    let mut found = Vec::new();
    let order = if newest_first { Order::Falling } else { Order::Rising };
    loop {
        let page = views::messages_between(views, conversation, after, before, order, limit)?;
        let Some(last) = page.last() else { return Ok(found) };
        match order {
            Order::Rising => after = last.seq,
            Order::Falling => before = last.seq,
        }
        let held = |message: &Message| message.seq >= member.acked_from && message.seq <= member.acked_to;
        let passed = |message: &Message| match beyond {
            None => false,
            Some(beyond) if newest_first => message.id >= beyond,
            Some(beyond) => message.id <= beyond,
        };
        found.extend(page.into_iter().filter(|message| !held(message) && !passed(message)));
        if found.len() >= limit {
            found.truncate(limit);
            return Ok(found);
        }
    }
}
