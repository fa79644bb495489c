//! Whom to tell of a fact.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    State,
    content::Message,
    conversation::Conversation,
    fact::Fact,
    ids::{ConversationId, Millis, PacketId, Seq, SessionId, UserId},
    packet::{Claim, PacketStatus},
    project::movement,
    push::{Push, PushKind, Recipients},
    refusal::Refusal,
};

/// Gives the pushes of one fact, in the state right after it.
pub fn pushes(state: &State, fact: &Fact, at: Millis, origin: Option<SessionId>, mut push: impl FnMut(Push)) {
    let mut tell = |to: Recipients, what: PushKind| push(Push { to, what, origin });
    match fact {
        Fact::SessionClosed { user, session } => {
            tell(Recipients::One(*user), PushKind::SessionClosed { session: *session });
        }
        Fact::FriendNoted { user, other, relation, conversation, greeting } => tell(
            Recipients::One(*user),
            PushKind::Friend {
                other: *other,
                relation: *relation,
                conversation: *conversation,
                greeting: greeting.clone(),
                since: at,
            },
        ),
        Fact::MembersAdded { conversation, .. } | Fact::GroupUpdated { conversation, .. } => {
            let conversation = conversation_of(state, *conversation);
            tell(
                Recipients::Many(conversation.recipients.clone()),
                PushKind::Conversation(Arc::new(conversation.clone())),
            );
        }
        Fact::ConversationCreated { conversation, .. } => {
            let conversation = conversation_of(state, *conversation);
            tell(
                Recipients::Many(conversation.recipients.clone()),
                PushKind::Conversation(Arc::new(conversation.clone())),
            );
        }
        Fact::MemberLeft { conversation, user } => {
            let conversation = conversation_of(state, *conversation);
            let snapshot = Arc::new(conversation.clone());
            tell(Recipients::Many(conversation.recipients.clone()), PushKind::Conversation(snapshot.clone()));
            tell(Recipients::One(*user), PushKind::Conversation(snapshot));
        }
        Fact::QuietSet { conversation, user, .. } => {
            let conversation = conversation_of(state, *conversation);
            tell(Recipients::One(*user), PushKind::Conversation(Arc::new(conversation.clone())));
        }
        Fact::MessagePosted { conversation, seq, message, sender, client_id, content, .. } => {
            let message = Message {
                conversation: *conversation,
                seq: *seq,
                id: *message,
                sender: *sender,
                client_id: *client_id,
                at,
                content: content.clone(),
            };
            let recipients = conversation_of(state, *conversation).recipients.clone();
            tell(Recipients::Many(recipients), PushKind::Message(Arc::new(message)));
        }
        Fact::Acknowledged { conversation, user, from, through } => {
            let found = conversation_of(state, *conversation);
            for (sender, seq) in senders_between(found, *user, *from, *through) {
                let what = PushKind::Delivered { conversation: *conversation, user: *user, through: seq };
                tell(Recipients::One(sender), what);
            }
        }
        Fact::ReadMarked { conversation, user, through } => {
            let found = conversation_of(state, *conversation);
            let unread = found.members[user].unread(found.head.head);
            let what = PushKind::Read { conversation: *conversation, user: *user, through: *through, unread };
            tell(Recipients::One(*user), what);
            for (sender, seq) in senders_between(found, *user, Seq(1), *through) {
                let what = PushKind::Read { conversation: *conversation, user: *user, through: seq, unread: 0 };
                tell(Recipients::One(sender), what);
            }
        }
        Fact::PacketPosted { packet, .. } => tell_sender(state, *packet, None, None, &mut tell),
        Fact::PacketRefunded { packet, refusal, .. } => {
            tell_sender(state, *packet, None, Some(*refusal), &mut tell);
            told_ended(state, *packet, &mut tell);
        }
        Fact::PacketExpired { packet, .. } => {
            tell_sender(state, *packet, None, None, &mut tell);
            told_ended(state, *packet, &mut tell);
        }
        Fact::Claimed { packet, user, index, amount, .. } => {
            let claim = Claim { user: *user, index: *index, amount: *amount, at };
            tell_sender(state, *packet, Some(claim), None, &mut tell);
            told_ended(state, *packet, &mut tell);
        }
        _ => {}
    }
    if let Some((user, movement)) = movement(fact, at) {
        tell(Recipients::One(user), PushKind::Balance { balance: movement.balance, movement });
    }
}

fn conversation_of(state: &State, id: ConversationId) -> &Conversation {
    state.conversations.get(&id).expect("the fact is about it")
}

/// For each other sender with a message between the two: its newest one there. Beyond what is remembered nobody is
/// told; clients see others' marks when they sync. In a direct conversation the other person is told in any case.
fn senders_between(conversation: &Conversation, user: UserId, from: Seq, through: Seq) -> BTreeMap<UserId, Seq> {
    if conversation.owner().is_none() {
        return conversation.members.keys().filter(|other| **other != user).map(|other| (*other, through)).collect();
    }
    let remembered = conversation.senders.iter().rev();
    let fitting = remembered.skip_while(|(seq, _)| *seq > through).take_while(|(seq, _)| *seq >= from);
    let mut newest = BTreeMap::new();
    for (seq, sender) in fitting.filter(|(_, sender)| *sender != user) {
        newest.entry(*sender).or_insert(*seq);
    }
    newest
}

fn tell_sender(
    state: &State,
    packet: PacketId,
    claim: Option<Claim>,
    refusal: Option<Refusal>,
    tell: &mut impl FnMut(Recipients, PushKind),
) {
    let found = state.packets.get(&packet).expect("the fact is about it");
    let terms = &found.head.terms;
    let (status, left) = (found.head.status, found.left());
    let what = PushKind::Packet { packet, conversation: terms.conversation, status, claim, left, refusal };
    tell(Recipients::One(terms.sender), what);
}

fn told_ended(state: &State, packet: PacketId, tell: &mut impl FnMut(Recipients, PushKind)) {
    let found = state.packets.get(&packet).expect("the fact is about it");
    let status = found.head.status;
    if matches!(status, PacketStatus::Finished | PacketStatus::Expired) {
        let share = |(user, index): (&UserId, &u32)| (*user, *index, found.shares[*index as usize]);
        let mut claims: Vec<_> = found.claims.iter().map(share).collect();
        claims.sort_unstable();
        let eligible = found.head.eligible.clone();
        tell(Recipients::Gateways, PushKind::PacketEnded { packet, status, eligible, claims: claims.into() });
    }
}
