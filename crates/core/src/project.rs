//! The rows of history that follow from a fact.

use crate::{
    audit::audit,
    content::Message,
    cut::{Done, Once, Row, Sent, SettingChange},
    fact::Fact,
    fen::Fen,
    ids::{Millis, Position, UserId},
    order::{
        OrderKind, Word,
        step::{StepSeen, step},
    },
    packet::{Claim, Terms},
    pair::Relation,
    reconciliation::redeliver,
    risk::{Effect, Suspension},
    wallet::{Movement, MovementKind},
};

/// Gives the rows of one fact, in order. `position` is its place in the log.
pub fn project(fact: &Fact, position: Position, at: Millis, mut row: impl FnMut(Row)) {
    if let Some((user, movement)) = movement(fact, at) {
        row(Row::Movement { user, movement });
    }
    if let Some(audit) = audit(fact) {
        row(Row::Audit { position, at, audit });
    }
    if let Some((order, step)) = step(fact) {
        row(Row::OrderStep { order, seen: StepSeen { position, at, step } });
    }
    match fact {
        Fact::UserCreated { user, name, .. } => row(Row::Name { name: name.clone(), user: *user }),
        Fact::SettingChanged { by, name, before, value, reason, changed } => row(Row::SettingChange(SettingChange {
            sequence: changed.sequence,
            at,
            by: *by,
            name: name.clone(),
            before: *before,
            after: *value,
            reason: reason.clone(),
        })),
        Fact::OperatorCreated { operator, name, .. } => {
            row(Row::OperatorName { name: name.clone(), operator: *operator });
        }
        Fact::SessionOpened { user, session, token_hash, device, .. } => row(Row::Session {
            user: *user,
            session: *session,
            token_hash: *token_hash,
            device: device.clone(),
            opened_at: at,
        }),
        Fact::SessionClosed { user, session } => row(Row::SessionGone { user: *user, session: *session }),
        Fact::FriendNoted { user, other, relation: Relation::None, .. } => {
            row(Row::RelationGone { user: *user, other: *other });
        }
        Fact::FriendNoted { user, other, relation, conversation, greeting } => row(Row::Relation {
            user: *user,
            other: *other,
            relation: *relation,
            conversation: *conversation,
            greeting: greeting.clone(),
            since: at,
        }),
        // Former members keep what they had, so the row stays when they leave.
        Fact::MailboxNoted { user, conversation, member: true } => {
            row(Row::Mailbox { user: *user, conversation: *conversation });
        }
        Fact::ConversationCreated {
            conversation,
            kind: crate::conversation::ConversationKind::Group { owner },
            once: Some((id, digest)),
            ..
        } => {
            let done = Done::GroupCreated { conversation: *conversation };
            row(Row::Once { user: *owner, id: *id, once: Once { digest: *digest, done } });
        }
        Fact::MessagePosted { conversation, seq, message, sender, client_id, content, .. } => {
            row(Row::Message(Message {
                conversation: *conversation,
                seq: *seq,
                id: *message,
                sender: *sender,
                client_id: *client_id,
                at,
                content: content.clone(),
            }));
            let sent = Sent { conversation: *conversation, seq: *seq, message: *message, at };
            row(Row::Sent { client_id: *client_id, sender: *sender, sent });
        }
        Fact::OrderCreated { order, user, id, digest, at_once, balance, .. } => {
            let done = Done::Ordered { order: *order, at_once: *at_once, balance: *balance };
            row(Row::Once { user: *user, id: *id, once: Once { digest: *digest, done } });
        }
        Fact::PinSet { user, hash } => row(Row::Pin { user: *user, hash: hash.0.clone() }),
        Fact::PacketFunded { packet, sender, id, digest, secret, balance, .. } => {
            let Some(terms) = Terms::of(fact, at) else { unreachable!("this fact has them") };
            let commitment = terms.draw().commitment(secret);
            let done = Done::PacketFunded { packet: *packet, balance: *balance, commitment };
            row(Row::Once { user: *sender, id: *id, once: Once { digest: *digest, done } });
            row(Row::PacketTerms(terms));
        }
        Fact::PacketPosted { packet, eligible, .. } => {
            row(Row::PacketEligible { packet: *packet, users: eligible.clone() });
        }
        Fact::Redelivered { from, position } => {
            let (user, id, once) = redeliver::once(*from, *position);
            row(Row::Once { user, id, once });
        }
        Fact::TransferFunded { transfer, sender, id, digest, arrives_at, balance, .. } => {
            let done = Done::TransferFunded { transfer: *transfer, balance: *balance, arrives_at: *arrives_at };
            row(Row::Once { user: *sender, id: *id, once: Once { digest: *digest, done } });
            row(Row::TransferOf { user: *sender, transfer: *transfer });
        }
        Fact::TransferNoted { user, transfer } => row(Row::TransferOf { user: *user, transfer: *transfer }),
        Fact::Claimed { packet, user, index, amount, .. } => {
            row(Row::Claim { packet: *packet, claim: Claim { user: *user, index: *index, amount: *amount, at } });
        }
        Fact::RulesChanged { book, by, reason, .. } => {
            row(Row::RuleBook { book: book.clone(), at, by: Some(*by), reason: reason.clone() });
        }
        Fact::RulesNoted { book } => {
            row(Row::RuleBook { book: book.clone(), at, by: None, reason: String::new() });
        }
        Fact::RuleHit { user, number, rule, sequence, count, device, effect, .. } => {
            row(Row::RuleHit {
                user: *user,
                number: *number,
                at,
                rule: *rule,
                sequence: *sequence,
                count: *count,
                device: *device,
                effect: effect.clone(),
            });
            if let Effect::Suspended(suspension) = effect {
                suspended(*user, suspension, &mut row);
            }
        }
        Fact::UserSuspended { user, suspension, .. } => suspended(*user, suspension, &mut row),
        Fact::SuspensionLifted { user, suspension, by } => {
            row(Row::Suspension { user: *user, suspension: suspension.clone(), lifted: Some((at, by.clone())) });
            row(Row::Suspended { user: *user, until: Millis(0) });
        }
        Fact::SuspensionNoted { user, until } => row(Row::Suspended { user: *user, until: *until }),
        _ => {}
    }
}

fn suspended(user: UserId, suspension: &Suspension, row: &mut impl FnMut(Row)) {
    row(Row::Suspension { user, suspension: suspension.clone(), lifted: None });
    row(Row::Suspended { user, until: suspension.until });
}

/// The line that a fact adds to a wallet's statement, if it moves one.
pub(crate) fn movement(fact: &Fact, at: Millis) -> Option<(UserId, Movement)> {
    let (user, number, kind, amount, balance) = match fact {
        Fact::OrderCreated { user, kind: OrderKind::Withdrawal, amount, balance, line, .. } => {
            (user, line, MovementKind::Withdrawal, Fen(-amount.0), balance)
        }
        Fact::OrderSettled { user, kind, outcome, amount, balance, line, .. } => match (kind, outcome) {
            (OrderKind::TopUp, Word::Succeeded) => (user, line, MovementKind::TopUp, *amount, balance),
            (OrderKind::TopUp, _) | (OrderKind::Withdrawal, Word::Succeeded) => return None,
            (OrderKind::Withdrawal, _) => (user, line, MovementKind::WithdrawalReturned, *amount, balance),
        },
        Fact::PacketFunded { sender, amount, balance, line, .. } => {
            (sender, line, MovementKind::PacketSent, Fen(-amount.0), balance)
        }
        Fact::PacketRefunded { sender, amount, balance, line, .. } => {
            (sender, line, MovementKind::PacketRefund, *amount, balance)
        }
        Fact::PacketExpired { sender, refund, balance, line, .. } if *refund > Fen::ZERO => {
            (sender, line, MovementKind::PacketRefund, *refund, balance)
        }
        Fact::Credited { user, amount, balance, line, .. } => {
            (user, line, MovementKind::PacketOpened, *amount, balance)
        }
        Fact::TransferFunded { sender, amount, balance, line, .. } => {
            (sender, line, MovementKind::TransferSent, Fen(-amount.0), balance)
        }
        Fact::TransferRefunded { sender, amount, balance, line, .. }
        | Fact::TransferWentBack { sender, amount, balance, line, .. }
        | Fact::TransferRepaid { sender, amount, balance, line, .. } => {
            (sender, line, MovementKind::TransferRefund, *amount, balance)
        }
        Fact::TransferCredited { user, amount, balance, line, .. } => {
            (user, line, MovementKind::TransferReceived, *amount, balance)
        }
        Fact::TransferGivenBack { user, amount, balance, line, .. } => {
            (user, line, MovementKind::TransferGivenBack, Fen(-amount.0), balance)
        }
        _ => return None,
    };
    let mut movement = Movement {
        number: *number,
        at,
        kind,
        amount,
        balance: *balance,
        packet: None,
        transfer: None,
        counterpart: None,
        order: None,
        note: String::new(),
    };
    match fact {
        Fact::PacketFunded { packet, greeting, .. } => {
            (movement.packet, movement.note) = (Some(*packet), greeting.clone());
        }
        Fact::PacketRefunded { packet, .. } | Fact::PacketExpired { packet, .. } => movement.packet = Some(*packet),
        Fact::Credited { packet, sender, .. } => {
            (movement.packet, movement.counterpart) = (Some(*packet), Some(*sender));
        }
        Fact::OrderCreated { order, destination, .. } => {
            (movement.order, movement.note) = (Some(*order), destination.clone());
        }
        Fact::OrderSettled { order, reason, .. } => {
            (movement.order, movement.note) = (Some(*order), reason.clone());
        }
        Fact::TransferFunded { transfer, receiver, note, .. } => {
            (movement.transfer, movement.counterpart) = (Some(*transfer), Some(*receiver));
            movement.note.clone_from(note);
        }
        Fact::TransferRefunded { transfer, receiver, .. }
        | Fact::TransferWentBack { transfer, receiver, .. }
        | Fact::TransferRepaid { transfer, receiver, .. } => {
            (movement.transfer, movement.counterpart) = (Some(*transfer), Some(*receiver));
        }
        Fact::TransferCredited { transfer, sender, .. } | Fact::TransferGivenBack { transfer, sender, .. } => {
            (movement.transfer, movement.counterpart) = (Some(*transfer), Some(*sender));
        }
        _ => {}
    }
    Some((*user, movement))
}
