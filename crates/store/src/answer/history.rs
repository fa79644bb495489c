use laisee_core::{
    conversation::Member,
    ids::{ConversationId, Seq, UserId},
    query::{Answer, Answered, Stretch, StretchFrom, StretchSeen},
    refusal::Refusal,
};

use super::LIST_MAX;
use crate::{Order, Snapshot, StoreError, views};

pub fn history(views: &mut dyn Snapshot, user: UserId, stretches: &[Stretch]) -> Result<Answered, StoreError> {
    let mut found = Vec::with_capacity(stretches.len());
    for stretch in stretches {
        match window(views, user, stretch.conversation)? {
            Ok((after, before)) => found.push(read(views, stretch, after, before)?),
            Err(refusal) => return Ok(Err(refusal)),
        }
    }
    Ok(Ok(Answer::Stretches(found)))
}

/// The places strictly between which the user may see messages.
pub(super) fn window(
    views: &mut dyn Snapshot,
    user: UserId,
    conversation: ConversationId,
) -> Result<Result<(Seq, Seq), Refusal>, StoreError> {
    let Some(head) = views::conversation_head(views, conversation)? else {
        return Ok(Err(Refusal::NoSuchConversation));
    };
    let Some(member) = views::member_of(views, conversation, user)? else { return Ok(Err(Refusal::NotAMember)) };
    Ok(Ok((member.joined, end(&member, head.head))))
}

fn end(member: &Member, head: Seq) -> Seq {
    member.sees_to(head).next()
}

fn read(views: &mut dyn Snapshot, stretch: &Stretch, after: Seq, before: Seq) -> Result<StretchSeen, StoreError> {
    let limit = stretch.limit.clamp(1, LIST_MAX);
    let (after, before, order) = match stretch.from {
        StretchFrom::Before(Seq(0)) => (after, before, Order::Falling),
        StretchFrom::Before(seq) => (after, before.min(seq), Order::Falling),
        StretchFrom::After(seq) => (after.max(seq), before, Order::Rising),
        StretchFrom::NewestAfter(seq) => (after.max(seq), before, Order::Falling),
    };
    let mut after = after;
    let mut messages = loop {
        let page = views::messages_between(views, stretch.conversation, after, before, order, limit + 1)?;
        let old = page.iter().filter(|message| message.at < stretch.not_before).map(|message| message.seq).max();
        match old {
            // The old ones come first and have taken the place of others.
            Some(old) if order == Order::Rising => after = old,
            Some(old) => break page.into_iter().take_while(|message| message.seq > old).collect(),
            None => break page,
        }
    };
    let more = messages.len() > limit;
    messages.truncate(limit);
    if order == Order::Falling {
        messages.reverse();
    }
    Ok(StretchSeen { messages, more })
}
