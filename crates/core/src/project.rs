//! The rows of history that follow from a fact.

use crate::{
    content::Message,
    cut::{Done, Once, Row, Sent},
    fact::Fact,
    fen::Fen,
    ids::{Millis, PacketId, UserId},
    packet::{Claim, Terms},
    pair::Relation,
    wallet::{Movement, MovementKind},
};

/// Gives the rows of one fact, in order.
pub fn project(fact: &Fact, at: Millis, mut row: impl FnMut(Row)) {
    match fact {
        Fact::UserCreated { user, name, .. } => row(Row::Name { name: name.clone(), user: *user }),
        Fact::SessionOpened { user, session, token_hash, device } => row(Row::Session {
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
        Fact::ToppedUp { user, id, digest, amount, balance, line } => {
            row(movement(*user, *line, at, MovementKind::TopUp, *amount, *balance, None, None));
            let done = Done::ToppedUp { amount: *amount, balance: *balance };
            row(Row::Once { user: *user, id: *id, once: Once { digest: *digest, done } });
        }
        Fact::PacketFunded { packet, sender, id, digest, amount, secret, balance, line, .. } => {
            let spent = Fen(-amount.0);
            row(movement(*sender, *line, at, MovementKind::PacketSent, spent, *balance, Some(*packet), None));
            let Some(terms) = Terms::of(fact, at) else { unreachable!("this fact has them") };
            let commitment = terms.draw().commitment(secret);
            let done = Done::PacketFunded { packet: *packet, balance: *balance, commitment };
            row(Row::Once { user: *sender, id: *id, once: Once { digest: *digest, done } });
            row(Row::PacketTerms(terms));
        }
        Fact::PacketPosted { packet, eligible, .. } => {
            row(Row::PacketEligible { packet: *packet, users: eligible.clone() });
        }
        Fact::PacketRefunded { packet, sender, amount, balance, line, .. } => {
            row(movement(*sender, *line, at, MovementKind::PacketRefund, *amount, *balance, Some(*packet), None));
        }
        Fact::PacketExpired { packet, sender, refund, balance, line } if *refund > Fen::ZERO => {
            row(movement(*sender, *line, at, MovementKind::PacketRefund, *refund, *balance, Some(*packet), None));
        }
        Fact::Claimed { packet, user, index, amount, .. } => {
            row(Row::Claim { packet: *packet, claim: Claim { user: *user, index: *index, amount: *amount, at } });
        }
        Fact::Credited { user, packet, sender, amount, balance, line } => {
            row(movement(*user, *line, at, MovementKind::PacketOpened, *amount, *balance, Some(*packet), Some(*sender)))
        }
        _ => {}
    }
}

#[allow(clippy::too_many_arguments)]
pub(crate) fn movement(
    user: UserId,
    number: u64,
    at: Millis,
    kind: MovementKind,
    amount: Fen,
    balance: Fen,
    packet: Option<PacketId>,
    counterpart: Option<UserId>,
) -> Row {
    Row::Movement { user, movement: Movement { number, at, kind, amount, balance, packet, counterpart } }
}
