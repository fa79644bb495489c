use laisee_core::{
    content::Message,
    conversation::Member,
    ids::{ConversationId, MessageId, Seq, UserId},
    query::{Answer, Answered},
};

use super::LIST_MAX;
use crate::{Order, Snapshot, StoreError, views};

/// Rows looked at to tell a user's own messages from others' when counting, at most; beyond, its own count as well.
const OWN_ROWS_MAX: usize = 10_000;

pub fn counts(
    views: &mut dyn Snapshot,
    user: UserId,
    conversations: &[ConversationId],
) -> Result<Answered, StoreError> {
    let mut found = Vec::new();
    let mut rows = OWN_ROWS_MAX;
    for id in conversations {
        if let Some((member, head)) = marks(views, user, *id)? {
            let own = own_among_missing(views, user, *id, &member, head, &mut rows)?;
            let count = member.unacked(head).saturating_sub(own);
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
    let order = if newest_first { Order::Falling } else { Order::Rising };
    let mut found: Vec<Message> = Vec::new();
    for id in conversations {
        let Some((member, head)) = marks(views, user, *id)? else { continue };
        for hole in holes(&member, head, order) {
            let hole = beyond_message(views, *id, hole, order, beyond)?;
            let mut left = limit;
            read_others(views, user, *id, hole, order, &mut left, &mut found)?;
        }
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

/// Places strictly between which a member holds nothing.
#[derive(Clone, Copy)]
struct Hole {
    after: Seq,
    before: Seq,
}

/// Between its mark and the stretch beyond, and behind that; in the order asked for.
fn holes(member: &Member, head: Seq, order: Order) -> Vec<Hole> {
    let (start, end) = (member.acked.max(member.joined), head.next());
    if member.acked_to == Seq(0) {
        return vec![Hole { after: start, before: end }];
    }
    let lower = Hole { after: start, before: member.acked_from.min(end) };
    let upper = Hole { after: member.acked_to.max(start), before: end };
    match order {
        Order::Rising => vec![lower, upper],
        Order::Falling => vec![upper, lower],
    }
}

/// The part of a hole that lies beyond a message id. Ids rise with seq within a conversation.
fn beyond_message(
    views: &mut dyn Snapshot,
    conversation: ConversationId,
    hole: Hole,
    order: Order,
    beyond: Option<MessageId>,
) -> Result<Hole, StoreError> {
    let Some(beyond) = beyond else { return Ok(hole) };
    // The last place whose message comes before `beyond`, or is it when rising.
    let (mut low, mut high) = (hole.after, hole.before);
    while low.next() < high {
        let middle = Seq(low.0 + (high.0 - low.0) / 2);
        let at = views::messages_between(views, conversation, Seq(middle.0 - 1), high, Order::Rising, 1)?;
        let before = at.first().is_some_and(|message| match order {
            Order::Rising => message.id <= beyond,
            Order::Falling => message.id < beyond,
        });
        if before { low = middle } else { high = middle }
    }
    Ok(match order {
        Order::Rising => Hole { after: low, ..hole },
        Order::Falling => Hole { before: high, ..hole },
    })
}

/// The first messages in a hole that are not the user's own, at most `left`.
fn read_others(
    views: &mut dyn Snapshot,
    user: UserId,
    conversation: ConversationId,
    mut hole: Hole,
    order: Order,
    left: &mut usize,
    found: &mut Vec<Message>,
) -> Result<(), StoreError> {
    while *left > 0 && hole.after.next() < hole.before {
        let page = views::messages_between(views, conversation, hole.after, hole.before, order, *left)?;
        let Some(last) = page.last() else { return Ok(()) };
        match order {
            Order::Rising => hole.after = last.seq,
            Order::Falling => hole.before = last.seq,
        }
        for message in page.into_iter().filter(|message| message.sender != user) {
            found.push(message);
            *left -= 1;
        }
    }
    Ok(())
}

/// How many of the messages that a member does not hold are its own. Posting holds one's own message, so this is none,
/// unless the member posted behind others that it has not acknowledged, more than once.
fn own_among_missing(
    views: &mut dyn Snapshot,
    user: UserId,
    conversation: ConversationId,
    member: &Member,
    head: Seq,
    rows: &mut usize,
) -> Result<u32, StoreError> {
    let mut own = 0;
    for hole in holes(member, head, Order::Rising) {
        let before = hole.before.min(member.last_own.next());
        if *rows == 0 || hole.after.next() >= before {
            continue;
        }
        let page = views::messages_between(views, conversation, hole.after, before, Order::Rising, *rows)?;
        *rows -= page.len();
        own += page.iter().filter(|message| message.sender == user).count() as u32;
    }
    Ok(own)
}
