use laisee_core::{command::Reply, fen::Fen};
use laisee_wire::v1;

use super::{
    ServerBody,
    ids::client_id_text,
    packet::{hex, status},
    relation,
    transfer::transfer,
    wallet::order_status,
};

/// The answer that a reply stands for; `None` where a handler must make it.
#[must_use]
pub fn reply(reply: &Reply) -> Option<ServerBody> {
    Some(match reply {
        Reply::FriendState { other, relation: how, conversation } => ServerBody::FriendState(v1::FriendState {
            user: other.0,
            relation: relation(*how).into(),
            conversation: conversation.map_or(0, |conversation| conversation.0),
        }),
        Reply::Posted { conversation, client_id, id, seq, at } => ServerBody::MessageSent(v1::MessageSent {
            conversation: conversation.0,
            client_msg_id: client_id_text(*client_id),
            id: id.0,
            seq: seq.0,
            at_ms: at.0,
        }),
        Reply::Acknowledged { conversation, through } => {
            ServerBody::Acknowledged(v1::Acknowledged { conversation: conversation.0, through: through.0 })
        }
        Reply::ReadMarked { conversation, through, unread } => {
            ServerBody::ReadMarked(v1::ReadMarked { conversation: conversation.0, through: through.0, unread: *unread })
        }
        Reply::ToppedUp { order, state, amount, balance } => ServerBody::ToppedUp(v1::ToppedUp {
            amount: amount.0,
            balance: balance.0,
            order: order.0,
            status: order_status(*state).into(),
        }),
        Reply::Withdrawn { order, state, amount, balance } => ServerBody::Withdrawn(v1::Withdrawn {
            amount: amount.0,
            balance: balance.0,
            order: order.0,
            status: order_status(*state).into(),
        }),
        Reply::PacketFunded { packet, balance, commitment } => ServerBody::PacketFunded(v1::PacketFunded {
            packet: packet.0,
            balance: balance.0,
            commitment: hex(&commitment.0),
        }),
        Reply::PacketGrab { packet, status: how, left, mine } => ServerBody::PacketGrab(v1::PacketGrab {
            packet: packet.0,
            status: status(*how).into(),
            left: *left,
            mine: mine.unwrap_or(Fen::ZERO).0,
        }),
        Reply::PacketOpened { packet, amount, index, first } => ServerBody::PacketOpened(v1::PacketOpened {
            packet: packet.0,
            amount: amount.0,
            index: *index,
            first: *first,
        }),
        Reply::TransferFunded { transfer, balance, arrives_at } => ServerBody::TransferFunded(v1::TransferFunded {
            transfer: transfer.0,
            balance: balance.0,
            arrives_at_ms: arrives_at.0,
        }),
        Reply::Transfer(seen) => ServerBody::Transfer(transfer(seen)),
        Reply::TransferGivenBack { .. } | Reply::FileRecorded { .. } => return None,
        Reply::ReleaseCodeMade { expires_at, codes_left } => {
            ServerBody::ReleaseCodeMade(v1::ReleaseCodeMade { expires_at_ms: expires_at.0, codes_left: *codes_left })
        }
        Reply::SignedUp { .. }
        | Reply::SessionOpened { .. }
        | Reply::Done
        | Reply::GroupCreated { .. }
        | Reply::TryBegun { .. }
        | Reply::OrderStands { .. }
        | Reply::Received { .. }
        | Reply::OperatorCreated { .. }
        | Reply::OperatorSignedIn { .. }
        | Reply::OperatorGuessedWrong { .. }
        | Reply::Redelivered { .. }
        | Reply::RulesChanged { .. }
        | Reply::SuspensionReleased
        | Reply::ReleaseFailed { .. }
        | Reply::SettingChanged { .. } => return None,
    })
}
