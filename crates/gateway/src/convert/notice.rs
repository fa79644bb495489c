use std::sync::Arc;

use laisee_core::{
    conversation::Conversation,
    ids::{SessionId, UserId},
    push::PushKind,
    query::RelationSeen,
};
use laisee_wire::v1;

use super::{
    ServerBody,
    content::message,
    movement, order,
    packet::{claim, status},
    risk::{code_text, suspension},
    transfer::transfer,
};

/// What a push means for clients.
pub enum Notice {
    /// The same frame for every recipient.
    Same(ServerBody),
    /// Each recipient is shown its own view.
    Conversation(Arc<Conversation>),
    /// Needs the profile of the other.
    Friend(UserId, RelationSeen),
    /// The session's connections are to be closed.
    SessionClosed(SessionId),
    /// For the gateway itself.
    Gateway,
}

/// What a push means for clients.
#[must_use]
pub fn notice(push: &PushKind) -> Notice {
    Notice::Same(match push {
        PushKind::Message(posted) => ServerBody::MessageNotice(v1::MessageNotice { message: Some(message(posted)) }),
        PushKind::Delivered { conversation, user, through } => ServerBody::DeliveredNotice(v1::DeliveredNotice {
            conversation: conversation.0,
            user: user.0,
            through: through.0,
        }),
        PushKind::Read { conversation, user, through, unread } => ServerBody::ReadNotice(v1::ReadNotice {
            conversation: conversation.0,
            user: user.0,
            through: through.0,
            unread: *unread,
        }),
        PushKind::Balance { balance, movement: line } => {
            ServerBody::BalanceNotice(v1::BalanceNotice { balance: balance.0, movement: Some(movement(line)) })
        }
        PushKind::Order(changed) => ServerBody::OrderNotice(v1::OrderNotice { order: Some(order(changed)) }),
        PushKind::Packet { packet, conversation, status: how, claim: claimed, left, refusal } => {
            ServerBody::PacketNotice(v1::PacketNotice {
                packet: packet.0,
                conversation: conversation.0,
                status: status(*how).into(),
                claim: claimed.as_ref().map(claim),
                left: *left,
                error_code: refusal.map_or(0, |refusal| u32::from(refusal.code())),
            })
        }
        PushKind::Transfer(seen) => ServerBody::TransferNotice(v1::TransferNotice { transfer: Some(transfer(seen)) }),
        PushKind::Conversation(conversation) => return Notice::Conversation(conversation.clone()),
        PushKind::Friend { other, relation, conversation, greeting, since } => {
            let seen = RelationSeen {
                other: *other,
                relation: *relation,
                conversation: *conversation,
                greeting: greeting.clone(),
                since: *since,
            };
            return Notice::Friend(*other, seen);
        }
        PushKind::Suspension { suspension: seen } => {
            ServerBody::SuspensionNotice(v1::SuspensionNotice { suspension: seen.as_ref().map(suspension) })
        }
        PushKind::ReleaseCode { code, expires_at } => {
            ServerBody::ReleaseCodeNotice(v1::ReleaseCodeNotice { code: code_text(*code), expires_at_ms: expires_at.0 })
        }
        PushKind::SessionClosed { session } => return Notice::SessionClosed(*session),
        PushKind::PacketEnded { .. } | PushKind::Settings(_) => return Notice::Gateway,
    })
}
