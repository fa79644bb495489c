//! What a fact makes this shard owe to others. A courier may work these out from the log alone, long after, so they
//! follow from the fact and nothing else.

use crate::{
    content::{Content, PacketCard},
    fact::Fact,
    ids::{Millis, UserId},
    note::Note,
    pair::Relation,
};

/// The notes a fact owes, in order.
pub fn notes(fact: &Fact, at: Millis, mut owe: impl FnMut(Note)) {
    match fact {
        Fact::FriendRequested { by, other, greeting } => {
            friend_notes(*by, *other, Relation::Requested, Relation::Incoming, None, greeting, &mut owe);
        }
        Fact::FriendAccepted { by, other, conversation } => {
            friend_notes(*by, *other, Relation::Friend, Relation::Friend, Some(*conversation), "", &mut owe);
        }
        Fact::FriendRemoved { by, other } => {
            friend_notes(*by, *other, Relation::None, Relation::None, None, "", &mut owe);
        }
        Fact::ConversationCreated { conversation, members: users, .. } | Fact::MembersAdded { conversation, users } => {
            for user in users {
                owe(Note::Mailbox { user: *user, conversation: *conversation, member: true });
            }
        }
        Fact::MemberLeft { conversation, user } => {
            owe(Note::Mailbox { user: *user, conversation: *conversation, member: false });
        }
        Fact::PacketFunded { packet, sender, id, conversation, kind, count, greeting, .. } => {
            owe(Note::PostPacket {
                conversation: *conversation,
                sender: *sender,
                client_id: *id,
                card: PacketCard { packet: *packet, kind: *kind, greeting: greeting.clone(), count: *count },
            });
        }
        Fact::MessagePosted { seq, message, content: Content::Packet(card), eligible, .. } => {
            owe(Note::PacketPosted { packet: card.packet, seq: *seq, message: *message, eligible: eligible.clone() });
        }
        Fact::PacketDeclined { packet, refusal } => {
            owe(Note::PacketRefused { packet: *packet, refusal: *refusal });
        }
        Fact::Claimed { packet, sender, user, amount, .. } => {
            owe(Note::Credit { user: *user, packet: *packet, sender: *sender, amount: *amount, claimed_at: at });
        }
        _ => {}
    }
}

fn friend_notes(
    by: UserId,
    other: UserId,
    relation: Relation,
    reverse: Relation,
    conversation: Option<crate::ids::ConversationId>,
    greeting: &str,
    owe: &mut impl FnMut(Note),
) {
    for (user, other, relation) in [(by, other, relation), (other, by, reverse)] {
        owe(Note::Friend { user, other, relation, conversation, greeting: greeting.to_owned() });
    }
}
