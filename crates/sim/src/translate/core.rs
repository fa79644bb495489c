//! From the core: facts of the log, outcomes of commands, pushes.

use laisee_bus::Outcome as Called;
use laisee_core::{
    command::{Command, Reply},
    content::{Content, SystemNote},
    conversation::ConversationKind,
    fact::Fact as Logged,
    guard::TryOf,
    ids::UserId,
    order::{OrderKind, Word},
    packet::PacketKind,
    pair::Relation as Related,
    push::{Push, PushKind, Recipients},
    risk::{Effect, LiftedBy},
    transfer::{Arrival, Transfer, TransferStatus, WentBack},
};

use super::{extension, note, packet, text, transfer};
use crate::auditor::{
    Asked, Back, Fact, Funded, Ordered, Outcome, Posted, Relation, Secret, Seen, Sent, Settled, Stage, Step, Told,
};

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

fn secret(of: TryOf) -> Secret {
    match of {
        TryOf::Pin => Secret::Pin,
        TryOf::Password => Secret::Password,
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
                transfer: match content {
                    Content::Transfer(card) => Some(card.transfer.0),
                    _ => None,
                },
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
        Logged::OrderSubmitting { order, .. } => Fact::OrderStep { order: order.0, step: Step::Submitting },
        Logged::OrderPending { order, .. } => Fact::OrderStep { order: order.0, step: Step::Pending },
        Logged::OrderNotFound { order } => Fact::OrderStep { order: order.0, step: Step::NotFound },
        Logged::OrderRaised { order, .. } => Fact::OrderStep { order: order.0, step: Step::Raised },
        Logged::OrderDecided { order, .. } => Fact::OrderStep { order: order.0, step: Step::Decided },
        Logged::OrderCreated { order, user, id, kind, amount, balance, line, at_once, .. } => Fact::Ordered(Ordered {
            order: order.0,
            user: user.0,
            id: id.0,
            withdrawal: *kind == OrderKind::Withdrawal,
            at_once: *at_once,
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
        Logged::TransferFunded { .. } => sent(fact),
        Logged::TransferDeclined { transfer, .. } => Fact::TransferDeclined { transfer: transfer.0 },
        Logged::TransferPosted { transfer, seq, .. } => Fact::TransferPosted { transfer: transfer.0, seq: seq.0 },
        Logged::TransferRefunded { transfer, sender, amount, balance, line, .. } => Fact::TransferRefunded {
            transfer: transfer.0,
            sender: sender.0,
            amount: amount.0,
            balance: balance.0,
            line: *line,
        },
        Logged::TransferArrived { transfer } => Fact::TransferArrived { transfer: transfer.0 },
        Logged::TransferAccepted { transfer, receiver, amount, .. } => {
            Fact::TransferAccepted { transfer: transfer.0, receiver: receiver.0, amount: amount.0 }
        }
        Logged::TransferWentBack { transfer, sender, why, amount, balance, line, .. } => Fact::TransferWentBack {
            transfer: transfer.0,
            sender: sender.0,
            why: match why {
                WentBack::Receiver => Back::Receiver,
                WentBack::Expiry => Back::Expiry,
                WentBack::Operator => Back::Operator,
            },
            amount: amount.0,
            balance: balance.0,
            line: *line,
        },
        Logged::TransferRecalled { transfer, evidence, .. } => {
            Fact::TransferRecalled { transfer: transfer.0, evidence: evidence.iter().map(|file| file.0).collect() }
        }
        Logged::DisputeDecided { transfer, returned, .. } => {
            Fact::DisputeDecided { transfer: transfer.0, returned: *returned }
        }
        Logged::TransferNoted { user, transfer } => Fact::TransferNoted { user: user.0, transfer: transfer.0 },
        Logged::TransferCredited { user, transfer, amount, balance, line, .. } => Fact::TransferCredited {
            user: user.0,
            transfer: transfer.0,
            amount: amount.0,
            balance: balance.0,
            line: *line,
        },
        Logged::TransferGivenBack { user, transfer, amount, balance, line, .. } => Fact::TransferGivenBack {
            user: user.0,
            transfer: transfer.0,
            amount: amount.0,
            balance: balance.0,
            line: *line,
        },
        Logged::TransferRepaid { transfer, sender, amount, balance, line, .. } => Fact::TransferRepaid {
            transfer: transfer.0,
            sender: sender.0,
            amount: amount.0,
            balance: balance.0,
            line: *line,
        },
        Logged::FileRecorded { file, user, .. } => Fact::FileRecorded { file: file.0, user: user.0 },
        Logged::RuleHit { user, effect: Effect::Suspended(suspension), .. }
        | Logged::UserSuspended { user, suspension, .. } => {
            Fact::Suspended { user: user.0, until_ms: suspension.until.0, self_release: suspension.self_release }
        }
        Logged::SuspensionLifted { user, by: LiftedBy::User, .. } => Fact::Released { user: user.0 },
        Logged::SuspensionLifted { user, .. } => Fact::Suspended { user: user.0, until_ms: 0, self_release: false },
        Logged::SuspensionNoted { user, until } => {
            Fact::Suspended { user: user.0, until_ms: until.0, self_release: false }
        }
        Logged::ReleaseCodeMade { user, code } => {
            Fact::CodeMade { user: user.0, code: code.code.0, expires_at_ms: code.expires_at.0 }
        }
        Logged::ReleaseFailed { user, .. } => Fact::CodeFailed { user: user.0 },
        Logged::RuleHit { .. } => Fact::Other,
        Logged::SettingChanged { name, value, changed, .. } => {
            Fact::SettingChanged { sequence: changed.sequence, name: name.clone(), value: *value }
        }
        Logged::SettingNoted { changed } => {
            Fact::SettingNoted { sequence: changed.sequence, values: changed.values.clone() }
        }
        Logged::Received { from, through } => Fact::Received { from: from.0, through: through.0 },
        Logged::LevelSet { user, level, .. } => Fact::LevelSet { user: user.0, level: *level as usize },
        Logged::TryBegun { user, of, number, locked_until, .. } => {
            Fact::TryBegun { user: user.0, of: secret(*of), number: *number, locked_until_ms: locked_until.0 }
        }
        Logged::TryPassed { user, of, .. } => Fact::TryPassed { user: user.0, of: secret(*of) },
        Logged::PinSet { user, .. } => Fact::PinSet { user: user.0 },
        Logged::LimitUsed { .. }
        | Logged::OrderAsked { .. }
        | Logged::RaisedClosed { .. }
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
        | Logged::Redelivered { .. }
        | Logged::RulesChanged { .. }
        | Logged::RulesNoted { .. }
        | Logged::DeviceSeen { .. }
        | Logged::DeviceHit { .. } => Fact::Other,
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

fn sent(fact: &Logged) -> Fact {
    let Logged::TransferFunded {
        transfer,
        sender,
        id,
        receiver,
        conversation,
        amount,
        arrival,
        arrives_at,
        accept_ms,
        balance,
        line,
        ..
    } = fact
    else {
        unreachable!("called for this fact only")
    };
    Fact::TransferSent(Sent {
        transfer: transfer.0,
        sender: sender.0,
        receiver: receiver.0,
        id: id.0,
        conversation: conversation.0,
        amount: amount.0,
        delay: match arrival {
            Arrival::AtOnce => 0,
            Arrival::Soon => 1,
            Arrival::Later => 2,
        },
        arrives_at_ms: arrives_at.0,
        accept_ms: *accept_ms,
        balance: balance.0,
        line: *line,
    })
}

fn seen(found: &Transfer) -> Box<Seen> {
    let terms = &found.terms;
    let asked = |recall: &laisee_core::transfer::Recall| Asked {
        at_ms: recall.at.0,
        grounds: !recall.reason.is_empty() || !recall.evidence.is_empty(),
        returned: recall.decision.as_ref().map(|decision| decision.returned),
    };
    Box::new(Seen {
        transfer: terms.transfer.0,
        sender: terms.sender.0,
        receiver: terms.receiver.0,
        conversation: terms.conversation.0,
        amount: terms.amount.0,
        arrives_at_ms: terms.arrives_at.0,
        stage: match found.status {
            TransferStatus::Funded => Stage::OnItsWay,
            TransferStatus::Pending => Stage::Pending,
            TransferStatus::Frozen => Stage::Frozen,
            TransferStatus::Arrived => Stage::Arrived,
            TransferStatus::Accepted => Stage::Accepted,
            TransferStatus::Returned => Stage::Returned,
            TransferStatus::Expired => Stage::Expired,
            TransferStatus::Recalled => Stage::Recalled,
            TransferStatus::Refunded => Stage::Refunded,
            TransferStatus::GivenBack => Stage::GivenBack,
        },
        seq: found.seq.0,
        accept_by_ms: found.accept_by.map_or(0, |at| at.0),
        ended_at_ms: found.ended_at.map_or(0, |at| at.0),
        recall: found.recall.as_ref().map(asked),
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
        (Command::SendTransfer(c), Reply::TransferFunded { transfer, balance, arrives_at }) => Told::TransferFunded {
            sender: c.sender.0,
            id: c.id.0,
            transfer: transfer.0,
            balance: balance.0,
            arrives_at_ms: arrives_at.0,
        },
        (Command::AcceptTransfer(c), Reply::Transfer(found)) => {
            Told::Transfer { user: c.user.0, seen: seen(found), asked: false }
        }
        (Command::ReturnTransfer(c), Reply::Transfer(found)) => {
            Told::Transfer { user: c.user.0, seen: seen(found), asked: false }
        }
        (Command::RecallTransfer(c), Reply::Transfer(found)) => {
            Told::Transfer { user: c.user.0, seen: seen(found), asked: false }
        }
        // An operator sees what the sender sees.
        (Command::DecideDispute(_), Reply::Transfer(found)) => {
            Told::Transfer { user: found.terms.sender.0, seen: seen(found), asked: false }
        }
        (Command::GrabPacket(c), Reply::PacketGrab { packet, mine, .. }) => {
            Told::Mine { user: c.user.0, packet: packet.0, amount: mine.map(|fen| fen.0) }
        }
        (Command::OpenPacket(c), Reply::PacketOpened { packet, amount, index, .. }) => {
            Told::Opened { user: c.user.0, packet: packet.0, index: *index, amount: amount.0 }
        }
        _ => return None,
    })
}

/// What an operator is shown when all is at rest: what the sender sees.
#[must_use]
pub fn dispute(found: &Transfer) -> Told {
    Told::Transfer { user: found.terms.sender.0, seen: seen(found), asked: true }
}

/// What a push tells.
#[must_use]
pub fn push(push: &Push) -> Option<Told> {
    Some(match &push.what {
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
        PushKind::Transfer(found) => match &push.to {
            Recipients::One(user) => Told::Transfer { user: user.0, seen: seen(found), asked: false },
            Recipients::Many(_) | Recipients::Gateways => return None,
        },
        _ => return None,
    })
}
