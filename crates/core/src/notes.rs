//! What a fact makes this shard owe to others. A courier may work these out from the log alone, long after, so they
//! follow from the fact and nothing else.

use crate::{
    content::{Content, PacketCard, TransferCard},
    fact::Fact,
    ids::{Millis, UserId},
    note::Note,
    pair::Relation,
    risk::Effect,
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
        Fact::TransferFunded { transfer, sender, id, receiver, conversation, amount, note, arrives_at, .. } => {
            let card = TransferCard {
                transfer: *transfer,
                receiver: *receiver,
                amount: *amount,
                note: note.clone(),
                arrives_at: *arrives_at,
            };
            owe(Note::PostTransfer { conversation: *conversation, sender: *sender, client_id: *id, card });
        }
        Fact::MessagePosted { seq, content: Content::Transfer(card), .. } => {
            owe(Note::TransferPosted { transfer: card.transfer, seq: *seq });
        }
        Fact::TransferDeclined { transfer, refusal } => {
            owe(Note::TransferRefused { transfer: *transfer, refusal: *refusal });
        }
        Fact::TransferPosted { transfer, receiver, .. } => {
            owe(Note::TransferKnown { user: *receiver, transfer: *transfer });
        }
        Fact::TransferAccepted { transfer, sender, receiver, amount } => {
            owe(Note::CreditTransfer { user: *receiver, transfer: *transfer, sender: *sender, amount: *amount });
        }
        Fact::TransferGivenBack { transfer, amount, .. } => {
            owe(Note::RepayTransfer { transfer: *transfer, amount: *amount });
        }
        Fact::PacketDeclined { packet, refusal } => {
            owe(Note::PacketRefused { packet: *packet, refusal: *refusal });
        }
        Fact::Claimed { packet, sender, user, amount, .. } => {
            owe(Note::Credit { user: *user, packet: *packet, sender: *sender, amount: *amount, claimed_at: at });
        }
        Fact::SessionOpened { user, device_id: Some(device), .. } => {
            owe(Note::Device { device: *device, user: *user });
        }
        Fact::DeviceHit { device, users, rule, sequence, count } => {
            for user in users {
                let rule = rule.clone();
                owe(Note::DeviceHit { user: *user, device: *device, rule, sequence: *sequence, count: *count });
            }
        }
        Fact::RulesChanged { book, .. } => owe(Note::Rules { book: book.clone() }),
        Fact::RuleHit { user, effect: Effect::Suspended(suspension), .. }
        | Fact::UserSuspended { user, suspension, .. } => {
            owe(Note::Suspension { user: *user, until: suspension.until });
        }
        Fact::SuspensionLifted { user, .. } => owe(Note::Suspension { user: *user, until: Millis(0) }),
        Fact::SettingChanged { changed, .. } => owe(Note::Settings { changed: changed.clone() }),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::{AddMembers, OpenPacket, RemoveFriend, RemoveMember},
        fen::Fen,
        packet::PacketKind,
        refusal::Refusal,
        trial::{START, Trial},
    };

    /// What the newest facts owe, from that number of facts on.
    fn owed(trial: &Trial, since: usize) -> Vec<Note> {
        let mut owed = vec![];
        trial.log[since..].iter().for_each(|(fact, at)| notes(fact, *at, |note| owed.push(note)));
        owed
    }

    #[test]
    fn both_friends_hear_how_they_stand_now() {
        let mut trial = Trial::new();
        let [ann, bob] = ["ann", "bob"].map(|name| trial.user(name));
        let told = |trial: &Trial, since| -> Vec<_> {
            let notes = owed(trial, since).into_iter();
            let friends = notes.filter_map(|note| match note {
                Note::Friend { user, other, relation, conversation, .. } => Some((user, other, relation, conversation)),
                _ => None,
            });
            friends.collect()
        };
        let before = trial.log.len();
        let conversation = Some(trial.friends(ann, bob));
        let (asked, friends) = ((Relation::Requested, Relation::Incoming), Relation::Friend);
        assert_eq!(
            told(&trial, before),
            [
                (ann, bob, asked.0, None),
                (bob, ann, asked.1, None),
                (bob, ann, friends, conversation),
                (ann, bob, friends, conversation),
            ]
        );
        let before = trial.log.len();
        trial.must(RemoveFriend { by: ann, other: bob });
        assert_eq!(told(&trial, before), [(ann, bob, Relation::None, None), (bob, ann, Relation::None, None)]);
    }

    #[test]
    fn members_hear_that_they_came_and_left() {
        let mut trial = Trial::new();
        let [ann, bob, eve] = ["ann", "bob", "eve"].map(|name| trial.user(name));
        let conversation = trial.group(ann, &[bob]);
        let before = trial.log.len();
        trial.must(AddMembers { by: ann, conversation, users: vec![eve] });
        trial.must(RemoveMember { by: bob, conversation, user: bob });
        let heard = |user, member| Note::Mailbox { user, conversation, member };
        assert_eq!(owed(&trial, before), [heard(eve, true), heard(bob, false)]);
    }

    #[test]
    fn a_packet_asks_hears_and_pays() {
        let mut trial = Trial::new();
        let (ann, bob) = (trial.rich("ann", 200), trial.user("bob"));
        let group = trial.group(ann, &[bob]);
        let packet = trial.fund(ann, group, PacketKind::Equal, 100, 2);
        let before = trial.log.len();
        trial.settle();
        let Some(Note::PacketPosted { packet: posted, eligible, .. }) = owed(&trial, before).pop() else {
            panic!("{:?}", trial.log)
        };
        assert_eq!((posted, eligible), (packet, vec![ann, bob]));
        let before = trial.log.len();
        trial.must(OpenPacket { user: bob, packet });
        let credit = Note::Credit { user: bob, packet, sender: ann, amount: Fen(50), claimed_at: START };
        assert_eq!(owed(&trial, before), [credit]);
        let declined = trial.fund(ann, group, PacketKind::Equal, 100, 4);
        let before = trial.log.len();
        trial.settle();
        let refused = Note::PacketRefused { packet: declined, refusal: Refusal::ShareCountInvalid };
        assert!(owed(&trial, before).contains(&refused), "{:?}", trial.log);
    }
}
