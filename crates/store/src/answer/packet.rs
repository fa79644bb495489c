use laisee_core::{
    ids::{PacketId, UserId},
    query::{Answer, Answered, PacketSeen},
    refusal::Refusal,
};

use crate::{Snapshot, StoreError, views};

/// `user`: who asks; `None`: an operator, who may see any.
pub fn packet(views: &mut dyn Snapshot, user: Option<UserId>, packet: PacketId) -> Result<Answered, StoreError> {
    let Some(head) = views::packet_head(views, packet)? else { return Ok(Err(Refusal::NoSuchPacket)) };
    let terms = &head.terms;
    // Whoever may not see it learns not even that it exists.
    let may_see = |user: UserId| terms.sender == user || head.eligible.binary_search(&user).is_ok();
    if !user.is_none_or(may_see) {
        return Ok(Err(Refusal::NoSuchPacket));
    }
    let claims = views::claims_of(views, packet)?;
    Ok(Ok(Answer::Packet(Box::new(PacketSeen {
        packet,
        sender: terms.sender,
        conversation: terms.conversation,
        kind: terms.kind,
        status: head.status,
        amount: terms.amount,
        count: terms.count,
        greeting: terms.greeting.clone(),
        created_at: terms.created_at,
        expires_at: terms.expires_at,
        ended_at: head.ended_at,
        claimed_amount: head.claimed_amount,
        refunded: head.refunded,
        claims,
        commitment: terms.draw().commitment(&terms.secret),
        secret: head.status.ended().then_some(terms.secret),
        seq: head.seq,
        share_min: terms.share_min,
        share_max: terms.share_max,
    }))))
}
