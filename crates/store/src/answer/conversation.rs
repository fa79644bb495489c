use laisee_core::{
    conversation::{ConversationKind, ConversationSeen},
    ids::{ConversationId, Millis, UserId},
    query::{Answer, Answered, MemberSeen},
    refusal::Refusal,
};

use super::LIST_MAX;
use crate::{Snapshot, StoreError, views};

pub fn seen(views: &mut dyn Snapshot, user: UserId, conversations: &[ConversationId]) -> Result<Answered, StoreError> {
    let mut found = Vec::new();
    for id in conversations {
        let Some(member) = views::member_of(views, *id, user)? else { continue };
        let Some(head) = views::conversation_head(views, *id)? else { continue };
        let peer = match head.kind {
            ConversationKind::Group { .. } => None,
            ConversationKind::Direct => {
                let both = views::members_of(views, *id, UserId(0), 2)?;
                both.into_iter().map(|(other, _)| other).find(|other| *other != user)
            }
        };
        found.push(ConversationSeen::new(*id, &head, member, user, peer));
    }
    Ok(Ok(Answer::Conversations(found)))
}

pub fn heads(
    views: &mut dyn Snapshot,
    user: UserId,
    conversations: &[ConversationId],
    since: Millis,
) -> Result<Answered, StoreError> {
    let mut found = Vec::new();
    for id in conversations {
        let Some(head) = views::conversation_head(views, *id)?.filter(|head| head.last_at >= since) else { continue };
        if let Some(member) = views::member_of(views, *id, user)? {
            found.push((*id, member.sees_to(head.head)));
        }
    }
    Ok(Ok(Answer::Heads { heads: found, at: views::time(views)? }))
}

pub fn members(
    views: &mut dyn Snapshot,
    user: UserId,
    conversation: ConversationId,
    after: UserId,
    limit: usize,
) -> Result<Answered, StoreError> {
    if views::conversation_head(views, conversation)?.is_none() {
        return Ok(Err(Refusal::NoSuchConversation));
    }
    if views::member_of(views, conversation, user)?.is_none_or(|member| !member.active()) {
        return Ok(Err(Refusal::NotAMember));
    }
    let limit = limit.clamp(1, LIST_MAX);
    let mut members = Vec::new();
    let mut after = after;
    loop {
        let page = views::members_of(views, conversation, after, limit + 1)?;
        let Some((last, _)) = page.last() else { break };
        after = *last;
        // Former members are passed over, so one page may not be enough.
        members.extend(page.into_iter().filter(|(_, member)| member.active()));
        if members.len() > limit {
            break;
        }
    }
    let more = members.len() > limit;
    members.truncate(limit);
    let members = members.into_iter().map(|(user, member)| MemberSeen { user, acked: member.acked, read: member.read });
    Ok(Ok(Answer::Members { members: members.collect(), more }))
}
