//! From the protocol: what devices are told.

use laisee_wire::v1::{self, client_frame::Body as Ask, content::Kind, server_frame::Body};

use super::{extension, hash, id, note, packet, text, transfer};
use crate::auditor::{Asked, Outcome, Relation, Seen, Shown, Stage, Told};

/// What a message says.
#[must_use]
pub fn body(content: Option<&v1::Content>) -> String {
    match content.and_then(|content| content.kind.as_ref()) {
        Some(Kind::Text(said)) => text(&said.text),
        Some(Kind::Packet(card)) => packet(card.packet, card.count),
        Some(Kind::Transfer(card)) => transfer(card.transfer, card.amount),
        Some(Kind::Note(noted)) => note(noted.kind, noted.actor, &noted.users, &noted.text),
        Some(Kind::Extension(other)) => extension(&other.r#type, &other.body),
        None => String::new(),
    }
}

fn conversation(user: u64, state: &v1::Conversation) -> Told {
    Told::Conversation {
        user,
        conversation: state.id,
        head: state.head,
        joined: state.joined,
        read: state.read,
        unread: state.unread,
        member: state.member,
    }
}

fn line(user: u64, movement: &v1::Movement) -> Told {
    Told::Line { user, number: movement.number, amount: movement.amount, balance: movement.balance }
}

fn shown(packet: &v1::Packet) -> Shown {
    Shown {
        packet: packet.id,
        amount: packet.amount,
        claimed: packet.claimed_amount,
        refunded: packet.refunded,
        claims: packet.claims.iter().map(|claim| (claim.user, claim.index, claim.amount)).collect(),
        commitment: hash(&packet.commitment),
        secret: (!packet.secret.is_empty()).then(|| hash(&packet.secret)),
        ended: matches!(
            packet.status(),
            v1::PacketStatus::Finished | v1::PacketStatus::Expired | v1::PacketStatus::Refunded
        ),
    }
}

fn order(user: u64, found: &v1::Order) -> Told {
    let outcome = match found.status() {
        v1::OrderStatus::Succeeded => Some(Outcome::Succeeded),
        v1::OrderStatus::Failed => Some(Outcome::Failed),
        v1::OrderStatus::Returned => Some(Outcome::Returned),
        v1::OrderStatus::Unspecified
        | v1::OrderStatus::Created
        | v1::OrderStatus::Unknown
        | v1::OrderStatus::Submitted => None,
    };
    Told::Order { user, order: found.id, amount: found.amount, outcome }
}

fn seen(user: u64, found: &v1::Transfer, asked: bool) -> Told {
    let recall = |recall: &v1::Recall| Asked {
        at_ms: recall.asked_at_ms,
        grounds: !recall.reason.is_empty() || !recall.evidence.is_empty(),
        returned: match recall.outcome() {
            v1::RecallOutcome::Open => None,
            v1::RecallOutcome::Returned => Some(true),
            v1::RecallOutcome::Released => Some(false),
        },
    };
    let seen = Seen {
        transfer: found.id,
        sender: found.sender,
        receiver: found.receiver,
        conversation: found.conversation,
        amount: found.amount,
        arrives_at_ms: found.arrives_at_ms,
        stage: match found.status() {
            v1::TransferStatus::Unspecified | v1::TransferStatus::Funded => Stage::OnItsWay,
            v1::TransferStatus::Pending => Stage::Pending,
            v1::TransferStatus::Frozen => Stage::Frozen,
            v1::TransferStatus::Arrived => Stage::Arrived,
            v1::TransferStatus::Accepted => Stage::Accepted,
            v1::TransferStatus::Returned => Stage::Returned,
            v1::TransferStatus::Expired => Stage::Expired,
            v1::TransferStatus::Recalled => Stage::Recalled,
            v1::TransferStatus::Refunded => Stage::Refunded,
            v1::TransferStatus::GivenBack => Stage::GivenBack,
        },
        seq: found.seq,
        accept_by_ms: found.accept_by_ms,
        ended_at_ms: found.ended_at_ms,
        recall: found.recall.as_ref().map(recall),
    };
    Told::Transfer { user, seen: Box::new(seen), asked }
}

fn relation(relation: v1::Relation) -> Relation {
    match relation {
        v1::Relation::None => Relation::None,
        v1::Relation::Requested => Relation::Requested,
        v1::Relation::Incoming => Relation::Incoming,
        v1::Relation::Friend => Relation::Friend,
    }
}

/// What the answer to a request tells the user who asked.
#[must_use]
pub fn answer(user: u64, ask: &Ask, answer: &Body) -> Vec<Told> {
    match (ask, answer) {
        (Ask::TopUp(r), Body::ToppedUp(a)) => {
            vec![Told::ToppedUp { user, id: id(&r.id), amount: a.amount, balance: a.balance }]
        }
        (Ask::Withdraw(r), Body::Withdrawn(a)) => {
            vec![Told::Withdrawn { user, id: id(&r.id), order: a.order, balance: a.balance }]
        }
        (Ask::SendPacket(r), Body::PacketFunded(a)) => vec![Told::PacketFunded {
            sender: user,
            id: id(&r.id),
            packet: a.packet,
            balance: a.balance,
            commitment: hash(&a.commitment),
        }],
        (Ask::SendTransfer(r), Body::TransferFunded(a)) => vec![Told::TransferFunded {
            sender: user,
            id: id(&r.id),
            transfer: a.transfer,
            balance: a.balance,
            arrives_at_ms: a.arrives_at_ms,
        }],
        (_, Body::Transfer(a)) => vec![seen(user, a, matches!(ask, Ask::GetTransfer(_)))],
        (Ask::ListOrders(r), Body::Orders(a)) => {
            let whole = (r.before == 0 && !a.more).then(|| a.orders.iter().map(|found| found.id).collect());
            let whole = Told::Lists { user, transfers: None, orders: whole };
            a.orders.iter().map(|found| order(user, found)).chain([whole]).collect()
        }
        (Ask::ListTransfers(r), Body::Transfers(a)) => {
            let whole = (r.before == 0 && !a.more).then(|| a.transfers.iter().map(|found| found.id).collect());
            let whole = Told::Lists { user, transfers: whole, orders: None };
            a.transfers.iter().map(|found| seen(user, found, true)).chain([whole]).collect()
        }
        (_, Body::PacketOpened(a)) => {
            vec![Told::Opened { user, packet: a.packet, index: a.index, amount: a.amount }]
        }
        (_, Body::PacketGrab(a)) => {
            vec![Told::Mine { user, packet: a.packet, amount: (a.mine > 0).then_some(a.mine) }]
        }
        (_, Body::Packet(a)) => {
            let mine = Told::Mine { user, packet: a.id, amount: (a.mine > 0).then_some(a.mine) };
            vec![Told::Packet { user, shown: Box::new(shown(a)) }, mine]
        }
        (Ask::CreateGroup(r), Body::ConversationState(a)) => a.conversation.as_ref().map_or(vec![], |state| {
            let made = Told::GroupCreated { by: user, id: id(&r.client_id), conversation: state.id };
            vec![made, conversation(user, state)]
        }),
        (_, Body::ConversationState(a)) => a.conversation.iter().map(|state| conversation(user, state)).collect(),
        (_, Body::Wallet(a)) => vec![Told::Balance { user, balance: a.balance, asked: true }],
        (_, Body::Statement(a)) => a.movements.iter().map(|movement| line(user, movement)).collect(),
        (_, Body::Friends(a)) => {
            let friends = a.friends.iter();
            let friends =
                friends.map(|friend| (friend.user.as_ref().map_or(0, |user| user.id), relation(friend.relation())));
            vec![Told::Friends { user, friends: friends.collect() }]
        }
        (_, Body::OfflinePage(a)) => a.messages.iter().map(message).collect(),
        (_, Body::History(a)) => a.messages.iter().map(message).collect(),
        _ => vec![],
    }
}

fn message(message: &v1::Message) -> Told {
    Told::Message {
        conversation: message.conversation,
        seq: message.seq,
        message: message.id,
        sender: message.sender,
        id: id(&message.client_msg_id),
        at_ms: message.at_ms,
        body: body(message.content.as_ref()),
    }
}

/// What any frame tells the user it is sent to, apart from what its request was.
#[must_use]
pub fn notice(user: u64, frame: &Body) -> Vec<Told> {
    match frame {
        Body::MessageNotice(n) => n.message.iter().map(message).collect(),
        Body::MessageSent(a) => vec![Told::Posted {
            sender: user,
            id: id(&a.client_msg_id),
            conversation: a.conversation,
            message: a.id,
            seq: a.seq,
            at_ms: a.at_ms,
        }],
        Body::Acknowledged(a) => {
            vec![Told::Acknowledged { user, conversation: a.conversation, through: a.through }]
        }
        Body::ReadMarked(a) => {
            let (conversation, through) = (a.conversation, a.through);
            vec![Told::Read { user, conversation, through, unread: Some(a.unread) }]
        }
        Body::DeliveredNotice(n) => {
            vec![Told::Delivered { user: n.user, conversation: n.conversation, through: n.through }]
        }
        Body::ReadNotice(n) => vec![Told::Read {
            user: n.user,
            conversation: n.conversation,
            through: n.through,
            unread: (n.user == user).then_some(n.unread),
        }],
        Body::ConversationNotice(n) => n.conversation.iter().map(|state| conversation(user, state)).collect(),
        Body::SyncSegment(segment) => {
            let parts = segment.conversations.iter();
            parts
                .flat_map(|part| {
                    let state = part.conversation.iter().map(|state| conversation(user, state));
                    state.chain(part.messages.iter().map(message)).collect::<Vec<_>>()
                })
                .collect()
        }
        Body::BalanceNotice(n) => {
            let mut told = vec![Told::Balance { user, balance: n.balance, asked: false }];
            told.extend(n.movement.iter().map(|movement| line(user, movement)));
            told
        }
        Body::OrderNotice(n) => n.order.iter().map(|found| order(user, found)).collect(),
        Body::ReleaseCodeNotice(n) => vec![Told::ReleaseCode { user, code: n.code.parse().unwrap_or(u32::MAX) }],
        Body::TransferNotice(n) => n.transfer.iter().map(|found| seen(user, found, false)).collect(),
        Body::PacketNotice(n) => n
            .claim
            .iter()
            .map(|claim| Told::Opened { user: claim.user, packet: n.packet, index: claim.index, amount: claim.amount })
            .collect(),
        _ => vec![],
    }
}
