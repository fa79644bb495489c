//! From the core: facts of the log, outcomes of commands, pushes.

use laisee_bus::Outcome as Called;
use laisee_core::{
    command::{Command, Reply},
    content::{Content, SystemNote},
    conversation::ConversationKind,
    fact::Fact as Logged,
    ids::UserId,
    order::{OrderKind, Word},
    packet::PacketKind,
    pair::Relation as Related,
    push::PushKind,
    risk::Effect,
};

use super::{extension, note, packet, text, transfer};
use crate::auditor::{Fact, Funded, Ordered, Outcome, Posted, Relation, Settled, Told};

fn users(users: &[UserId]) -> Vec<u64> {
    users.iter().map(|user| user.0).collect()
}

fn relation(relation: Related) -> Relation {
    match relation {
        Related::None => Relation::None,
        Related::Requested => Relation::Requested,
        Related::Incoming => Relation::Incoming,
        Related::Friend => Relation::Friend,
    }
}

fn body(content: &Content) -> String {
    let noted = |kind, actor: Option<UserId>, on: &[UserId], words: &str| {
        note(kind, actor.map_or(0, |user| user.0), &users(on), words)
    };
    match content {
        Content::Text { text: words, .. } => text(words),
        Content::Packet(card) => packet(card.packet.0, card.count),
        Content::Transfer(card) => transfer(card.transfer.0, card.amount.0),
        Content::Extension { kind, body, .. } => extension(kind, body),
        Content::Note(what) => match what {
            SystemNote::FriendsNow => noted(1, None, &[], ""),
            SystemNote::GroupCreated { by, users } => noted(2, Some(*by), users, ""),
            SystemNote::MembersAdded { by, users } => noted(3, Some(*by), users, ""),
            SystemNote::MemberLeft { user } => noted(4, Some(*user), &[], ""),
            SystemNote::MemberRemoved { by, user } => noted(5, Some(*by), &[*user], ""),
            SystemNote::TitleChanged { by, title } => noted(6, Some(*by), &[], title),
            SystemNote::AnnouncementChanged { by, text } => noted(7, Some(*by), &[], text),
        },
    }
}

/// A fact of the log.
#[must_use]
pub fn fact(fact: &Logged) -> Fact {
    match fact {
        Logged::UserCreated { user, name, .. } => Fact::UserCreated { user: user.0, name: name.clone() },
        Logged::FriendRequested { by, other, .. } => Fact::FriendRequested { by: by.0, other: other.0 },
        Logged::FriendAccepted { by, other, .. } => Fact::FriendAccepted { by: by.0, other: other.0 },
        Logged::FriendRemoved { by, other } => Fact::FriendRemoved { by: by.0, other: other.0 },
        Logged::FriendNoted { user, other, relation: how, .. } => {
            Fact::FriendNoted { user: user.0, other: other.0, relation: relation(*how) }
        }
        Logged::ConversationCreated { conversation, kind, members, once, .. } => Fact::ConversationCreated {
            conversation: conversation.0,
            owner: match kind {
                ConversationKind::Direct => None,
                ConversationKind::Group { owner } => Some(owner.0),
            },
            members: users(members),
            id: once.map(|(id, _)| id.0),
        },
        Logged::MembersAdded { conversation, users: added } => {
            Fact::MembersAdded { conversation: conversation.0, users: users(added) }
        }
        Logged::MemberLeft { conversation, user } => Fact::MemberLeft { conversation: conversation.0, user: user.0 },
        Logged::MessagePosted { conversation, seq, message, sender, client_id, content, eligible } => {
            Fact::MessagePosted(Posted {
                conversation: conversation.0,
                seq: seq.0,
                message: message.0,
                sender: sender.0,
                id: client_id.0,
                body: body(content),
                packet: fact.packet_card().map(|card| card.packet.0),
                eligible: users(eligible),
            })
        }
        Logged::Acknowledged { conversation, user, from, through } => {
            Fact::Acknowledged { conversation: conversation.0, user: user.0, from: from.0, through: through.0 }
        }
        Logged::ReadMarked { conversation, user, through } => {
            Fact::ReadMarked { conversation: conversation.0, user: user.0, through: through.0 }
        }
        Logged::MailboxNoted { user, conversation, member: true } => {
            Fact::MailboxNoted { user: user.0, conversation: conversation.0 }
        }
        Logged::OrderCreated { order, user, id, kind, amount, balance, line, .. } => Fact::Ordered(Ordered {
            order: order.0,
            user: user.0,
            id: id.0,
            withdrawal: *kind == OrderKind::Withdrawal,
            amount: amount.0,
            balance: balance.0,
            line: *line,
        }),
        Logged::OrderSettled { order, user, outcome, amount, balance, line, .. } => Fact::Settled(Settled {
            order: order.0,
            user: user.0,
            outcome: match outcome {
                Word::Succeeded => Outcome::Succeeded,
                Word::Returned => Outcome::Returned,
                Word::Failed | Word::Pending | Word::NotFound => Outcome::Failed,
            },
            amount: amount.0,
            balance: balance.0,
            line: *line,
        }),
        Logged::PacketFunded { .. } => funded(fact),
        Logged::PacketPosted { packet, seq, message, eligible, .. } => {
            Fact::PacketPosted { packet: packet.0, seq: seq.0, message: message.0, eligible: users(eligible) }
        }
        Logged::PacketDeclined { packet, .. } => Fact::PacketDeclined { packet: packet.0 },
        Logged::PacketRefunded { packet, sender, amount, balance, line, .. } => Fact::PacketRefunded {
            packet: packet.0,
            sender: sender.0,
            amount: amount.0,
            balance: balance.0,
            line: *line,
        },
        Logged::Claimed { packet, sender, user, index, amount } => {
            Fact::Claimed { packet: packet.0, sender: sender.0, user: user.0, index: *index, amount: amount.0 }
        }
        Logged::PacketExpired { packet, sender, refund, balance, line } => Fact::PacketExpired {
            packet: packet.0,
            sender: sender.0,
            refund: refund.0,
            balance: balance.0,
            line: *line,
        },
        Logged::Credited { user, packet, amount, balance, line, .. } => {
            Fact::Credited { user: user.0, packet: packet.0, amount: amount.0, balance: balance.0, line: *line }
        }
        Logged::RuleHit { user, effect: Effect::Suspended(suspension), .. }
        | Logged::UserSuspended { user, suspension, .. } => {
            Fact::Suspended { user: user.0, until_ms: suspension.until.0 }
        }
        Logged::SuspensionLifted { user, .. } => Fact::Suspended { user: user.0, until_ms: 0 },
        Logged::SuspensionNoted { user, until } => Fact::Suspended { user: user.0, until_ms: until.0 },
        Logged::RuleHit { .. } => Fact::Other,
        Logged::SettingChanged { name, value, changed, .. } => {
            Fact::SettingChanged { sequence: changed.sequence, name: name.clone(), value: *value }
        }
        Logged::SettingNoted { changed } => {
            Fact::SettingNoted { sequence: changed.sequence, values: changed.values.clone() }
        }
        Logged::Received { from, through } => Fact::Received { from: from.0, through: through.0 },
        Logged::TryBegun { .. }
        | Logged::TryPassed { .. }
        | Logged::PinSet { .. }
        | Logged::LimitUsed { .. }
        | Logged::LevelSet { .. }
        | Logged::OrderSubmitting { .. }
        | Logged::OrderPending { .. }
        | Logged::OrderNotFound { .. }
        | Logged::OrderRaised { .. }
        | Logged::SessionOpened { .. }
        | Logged::SessionClosed { .. }
        | Logged::ProfileUpdated { .. }
        | Logged::GroupUpdated { .. }
        | Logged::QuietSet { .. }
        | Logged::MailboxNoted { member: false, .. }
        | Logged::OperatorCreated { .. }
        | Logged::OperatorChanged { .. }
        | Logged::OperatorReset { .. }
        | Logged::OperatorSignedIn { .. }
        | Logged::OperatorGuessedWrong { .. }
        | Logged::OperatorSignedOut { .. }
        | Logged::DifferenceFound { .. }
        | Logged::DifferenceSettled { .. }
        | Logged::DifferenceClosed { .. }
        | Logged::ReconciliationAsked { .. }
        | Logged::ReconciliationRan { .. }
        | Logged::CreditRedone { .. }
        | Logged::TransferFunded { .. }
        | Logged::TransferDeclined { .. }
        | Logged::TransferPosted { .. }
        | Logged::TransferRefunded { .. }
        | Logged::TransferArrived { .. }
        | Logged::TransferAccepted { .. }
        | Logged::TransferWentBack { .. }
        | Logged::TransferRecalled { .. }
        | Logged::DisputeDecided { .. }
        | Logged::TransferNoted { .. }
        | Logged::TransferCredited { .. }
        | Logged::TransferGivenBack { .. }
        | Logged::TransferRepaid { .. }
        | Logged::FileRecorded { .. }
        | Logged::RulesChanged { .. }
        | Logged::RulesNoted { .. }
        | Logged::DeviceSeen { .. }
        | Logged::DeviceHit { .. }
        | Logged::ReleaseCodeMade { .. }
        | Logged::ReleaseFailed { .. } => Fact::Other,
    }
}

fn funded(fact: &Logged) -> Fact {
    let Logged::PacketFunded {
        packet,
        sender,
        id,
        conversation,
        kind,
        amount,
        count,
        share_min,
        share_max,
        secret,
        expires_at,
        balance,
        line,
        ..
    } = fact
    else {
        unreachable!("called for this fact only")
    };
    Fact::PacketFunded(Funded {
        packet: packet.0,
        sender: sender.0,
        id: id.0,
        conversation: conversation.0,
        lucky: *kind == PacketKind::Lucky,
        kind: match kind {
            PacketKind::Equal => 1,
            PacketKind::Lucky => 2,
            PacketKind::Named(_) => 3,
        },
        amount: amount.0,
        count: *count,
        share_min: share_min.0,
        share_max: share_max.0,
        secret: secret.0,
        expires_at_ms: expires_at.0,
        balance: balance.0,
        line: *line,
    })
}

/// What the outcome of a command tells whoever sent it.
#[must_use]
pub fn outcome(command: &Command, outcome: &Called) -> Option<Told> {
    let Ok(reply) = outcome else { return None };
    Some(match (command, reply) {
        (Command::SignUp(c), Reply::SignedUp { user }) => Told::SignedUp { name: c.name.clone(), user: user.0 },
        (Command::CreateGroup(c), Reply::GroupCreated { conversation }) => {
            Told::GroupCreated { by: c.by.0, id: c.id.0, conversation: conversation.0 }
        }
        (Command::PostMessage(c), Reply::Posted { conversation, client_id, id, seq, at }) => Told::Posted {
            sender: c.sender.0,
            id: client_id.0,
            conversation: conversation.0,
            message: id.0,
            seq: seq.0,
            at_ms: at.0,
        },
        (Command::Acknowledge(c), Reply::Acknowledged { conversation, through }) if c.from.0 <= 1 => {
            Told::Acknowledged { user: c.user.0, conversation: conversation.0, through: through.0 }
        }
        (Command::MarkRead(c), Reply::ReadMarked { conversation, through, unread }) => {
            Told::Read { user: c.user.0, conversation: conversation.0, through: through.0, unread: Some(*unread) }
        }
        (Command::TopUp(c), Reply::ToppedUp { amount, balance, .. }) => {
            Told::ToppedUp { user: c.user.0, id: c.id.0, amount: amount.0, balance: balance.0 }
        }
        (Command::Withdraw(c), Reply::Withdrawn { order, balance, .. }) => {
            Told::Withdrawn { user: c.user.0, id: c.id.0, order: order.0, balance: balance.0 }
        }
        (Command::SendPacket(c), Reply::PacketFunded { packet, balance, commitment }) => Told::PacketFunded {
            sender: c.sender.0,
            id: c.id.0,
            packet: packet.0,
            balance: balance.0,
            commitment: commitment.0,
        },
        (Command::GrabPacket(c), Reply::PacketGrab { packet, mine, .. }) => {
            Told::Mine { user: c.user.0, packet: packet.0, amount: mine.map(|fen| fen.0) }
        }
        (Command::OpenPacket(c), Reply::PacketOpened { packet, amount, index, .. }) => {
            Told::Opened { user: c.user.0, packet: packet.0, index: *index, amount: amount.0 }
        }
        _ => return None,
    })
}

/// What a push tells.
#[must_use]
pub fn push(push: &PushKind) -> Option<Told> {
    Some(match push {
        PushKind::Message(message) => Told::Message {
            conversation: message.conversation.0,
            seq: message.seq.0,
            message: message.id.0,
            sender: message.sender.0,
            id: message.client_id.0,
            at_ms: message.at.0,
            body: body(&message.content),
        },
        PushKind::Delivered { conversation, user, through } => {
            Told::Delivered { user: user.0, conversation: conversation.0, through: through.0 }
        }
        PushKind::Read { conversation, user, through, .. } => {
            Told::Read { user: user.0, conversation: conversation.0, through: through.0, unread: None }
        }
        PushKind::Packet { packet, claim: Some(claim), .. } => {
            Told::Opened { user: claim.user.0, packet: packet.0, index: claim.index, amount: claim.amount.0 }
        }
        _ => return None,
    })
}
