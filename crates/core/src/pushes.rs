//! Whom to tell of a fact.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    State,
    content::Message,
    conversation::Conversation,
    fact::Fact,
    ids::{ConversationId, Millis, PacketId, Seq, SessionId, TransferId, UserId},
    packet::{Claim, PacketStatus},
    project::movement,
    push::{Push, PushKind, Recipients},
    refusal::Refusal,
    risk::Effect,
    transfer::Transfer,
};

/// Gives the pushes of one fact, in the state right after it.
pub fn pushes(state: &State, fact: &Fact, at: Millis, origin: Option<SessionId>, mut push: impl FnMut(Push)) {
    let mut tell = |to: Recipients, what: PushKind| push(Push { to, what, origin });
    if let Some(transfer) = Transfer::moved_by(fact) {
        tell_both(state, transfer, &mut tell);
    }
    match fact {
        Fact::SettingChanged { .. } => {
            tell(Recipients::Gateways, PushKind::Settings(Arc::new(state.meta.settings.clone())));
        }
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
        Fact::RuleHit { user, effect: Effect::Suspended(suspension), .. }
        | Fact::UserSuspended { user, suspension, .. } => {
            tell(Recipients::One(*user), PushKind::Suspension { suspension: Some(suspension.clone()) });
        }
        Fact::SuspensionLifted { user, .. } => {
            tell(Recipients::One(*user), PushKind::Suspension { suspension: None });
        }
        // Also to the device that asks, which may be the only one.
        Fact::ReleaseCodeMade { user, code } => {
            let what = PushKind::ReleaseCode { code: code.code.0, expires_at: code.expires_at };
            push(Push { to: Recipients::One(*user), what, origin: None });
            return;
        }
        Fact::OrderCreated { order, .. }
        | Fact::OrderPending { order, .. }
        | Fact::OrderNotFound { order }
        | Fact::OrderSettled { order, .. } => {
            let order = state.orders.get(order).expect("the fact is about it");
            tell(Recipients::One(order.user), PushKind::Order(Arc::new(order.clone())));
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

/// Both people hear how a transfer stands, each as it sees it.
fn tell_both(state: &State, transfer: TransferId, tell: &mut impl FnMut(Recipients, PushKind)) {
    let found = state.transfers.get(&transfer).expect("the fact is about it");
    for user in [found.terms.sender, found.terms.receiver] {
        if let Some(seen) = found.seen_by(user) {
            tell(Recipients::One(user), PushKind::Transfer(Box::new(seen)));
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::*,
        fen::Fen,
        packet::PacketKind,
        pair::Relation,
        trial::{START, Trial},
    };

    /// What a command makes the shard tell, in words short enough for a table.
    fn told(trial: &mut Trial, command: impl Into<Command>) -> Vec<(Vec<UserId>, String)> {
        let before = trial.log.len();
        trial.must(command);
        let mut told = vec![];
        // What facts of one command tell depends on none but the last of them, so the state now is the state right after it.
        for (fact, at) in &trial.log[before..] {
            pushes(&trial.state, fact, *at, Some(SessionId(7)), |push| {
                assert_eq!(push.origin, Some(SessionId(7)));
                let to = match push.to {
                    Recipients::One(user) => vec![user],
                    Recipients::Many(users) => users.to_vec(),
                    Recipients::Gateways => vec![],
                };
                told.push((to, words(&push.what)));
            });
        }
        told
    }

    fn words(what: &PushKind) -> String {
        match what {
            PushKind::Message(message) => format!("message {}", message.seq.0),
            PushKind::Delivered { user, through, .. } => format!("{user} has {}", through.0),
            PushKind::Read { user, through, unread, .. } => format!("{user} read {}, {unread} left", through.0),
            PushKind::Conversation(seen) => format!("conversation {}", seen.head.revision),
            PushKind::Friend { other, relation, .. } => format!("{other} is {relation:?}"),
            PushKind::Balance { balance, movement } => format!("{balance:?} after {:?}", movement.amount),
            PushKind::Packet { status, claim, left, refusal, .. } => {
                format!("{status:?}, {:?} claimed, {left} left, {refusal:?}", claim.map(|claim| claim.amount))
            }
            PushKind::Transfer(seen) => format!("transfer is {:?}", seen.status),
            PushKind::Order(order) => format!("order is {:?}", order.state),
            PushKind::SessionClosed { session } => format!("{session} closed"),
            PushKind::Suspension { suspension } => format!("suspended: {}", suspension.is_some()),
            PushKind::ReleaseCode { code, .. } => format!("code {code:06}"),
            PushKind::Settings(changed) => format!("settings {}", changed.sequence),
            PushKind::PacketEnded { status, eligible, claims, .. } => {
                format!("{status:?} for {}, {} claims", eligible.len(), claims.len())
            }
        }
    }

    fn tell(to: &[UserId], what: impl Into<String>) -> (Vec<UserId>, String) {
        (to.to_vec(), what.into())
    }

    /// Rules M3, M5 and M8, in a group: everybody hears of a message, and of marks only those they are about.
    #[test]
    fn a_group_hears_what_concerns_it() {
        let mut trial = Trial::new();
        let [ann, bob, eve] = ["ann", "bob", "eve"].map(|name| trial.user(name));
        let conversation = trial.group(ann, &[bob, eve]);
        for (sender, seq) in [(ann, 2), (bob, 3), (ann, 4)] {
            let say = trial.say(sender, conversation);
            assert_eq!(told(&mut trial, say), [tell(&[ann, bob, eve], format!("message {seq}"))]);
        }
        let acknowledge =
            |user, from, through| Acknowledge { user, conversation, from: Seq(from), through: Seq(through) };
        // Each sender hears of its own newest message in the stretch; nobody of oneself.
        let all = [tell(&[ann], format!("{eve} has 4")), tell(&[bob], format!("{eve} has 3"))];
        assert_eq!(told(&mut trial, acknowledge(eve, 1, 4)), all);
        assert_eq!(told(&mut trial, acknowledge(bob, 1, 2)), [tell(&[ann], format!("{bob} has 2"))]);
        assert_eq!(told(&mut trial, acknowledge(eve, 1, 4)), []);
        let read = MarkRead { user: bob, conversation, through: Seq(4) };
        let heard = [tell(&[bob], format!("{bob} read 4, 0 left")), tell(&[ann], format!("{bob} read 4, 0 left"))];
        assert_eq!(told(&mut trial, read), heard);
        let quiet = SetQuiet { by: eve, conversation, quiet: true };
        assert_eq!(told(&mut trial, quiet), [tell(&[eve], "conversation 1")]);
        let leave = RemoveMember { by: eve, conversation, user: eve };
        let heard = told(&mut trial, leave);
        assert_eq!(heard[1..], [tell(&[ann, bob], "conversation 2"), tell(&[eve], "conversation 2")]);
    }

    #[test]
    fn in_a_direct_conversation_the_other_hears_of_marks_in_any_case() {
        let mut trial = Trial::new();
        let [ann, bob] = ["ann", "bob"].map(|name| trial.user(name));
        let conversation = trial.friends(ann, bob);
        let acknowledge = Acknowledge { user: ann, conversation, from: Seq(1), through: Seq(1) };
        assert_eq!(told(&mut trial, acknowledge), [tell(&[bob], format!("{ann} has 1"))]);
    }

    /// Only the sender hears of each share; that nothing is left is for the gateways, which then answer by themselves.
    #[test]
    fn a_packet_is_told_to_its_sender_and_its_end_to_gateways() {
        let mut trial = Trial::new();
        let [ann, bob] = [trial.rich("ann", 300), trial.user("bob")];
        let group = trial.group(ann, &[bob]);
        let (id, kind, amount) = (trial.id(), PacketKind::Equal, Fen(100));
        let greeting = String::new();
        let send = SendPacket { sender: ann, id, conversation: group, kind, amount, count: 2, greeting, pass: None };
        assert_eq!(told(&mut trial, send), [tell(&[ann], "200 fen after -100 fen")]);
        trial.settle();
        let Some(packet) = trial.log.iter().find_map(|(fact, _)| match fact {
            Fact::PacketPosted { packet, .. } => Some(*packet),
            _ => None,
        }) else {
            panic!("{:?}", trial.log)
        };
        let open = |user| OpenPacket { user, packet };
        assert_eq!(told(&mut trial, open(bob)), [tell(&[ann], "Open, Some(50 fen) claimed, 1 left, None")]);
        let ended =
            [tell(&[ann], "Finished, Some(50 fen) claimed, 0 left, None"), tell(&[], "Finished for 2, 2 claims")];
        assert_eq!(told(&mut trial, open(ann)), ended);
        assert_eq!(told(&mut trial, open(ann)), []);

        let packet = trial.fund(ann, group, PacketKind::Equal, 100, 1);
        trial.settle();
        trial.later(trial.state.settings.packet_life_ms);
        let ended = [
            tell(&[ann], "Expired, None claimed, 0 left, None"),
            tell(&[], "Expired for 2, 0 claims"),
            tell(&[ann], "250 fen after 100 fen"),
        ];
        assert_eq!(told(&mut trial, ExpirePacket { packet }), ended);
    }

    #[test]
    fn accounts_hear_of_themselves() {
        let mut trial = Trial::new();
        let ann = trial.user("ann");
        let open = OpenSession { user: ann, token_hash: [1; 32], device: "phone".into(), device_id: None };
        let Reply::SessionOpened { session } = trial.must(open) else { panic!("no session") };
        let close = CloseSession { user: ann, session };
        assert_eq!(told(&mut trial, close), [tell(&[ann], format!("{session} closed"))]);
        let top_up = TopUp { user: ann, id: trial.id(), amount: Fen(5) };
        let order = tell(&[ann], "order is Succeeded");
        assert_eq!(told(&mut trial, top_up), [order.clone(), order, tell(&[ann], "5 fen after 5 fen")]);
        let noted = Fact::FriendNoted {
            user: ann,
            other: UserId(9),
            relation: Relation::Incoming,
            conversation: None,
            greeting: "hi".into(),
        };
        let mut heard = vec![];
        pushes(&trial.state, &noted, START, None, |push| heard.push((push.to, words(&push.what))));
        assert_eq!(heard, [(Recipients::One(ann), "9 is Incoming".to_owned())]);
    }
}
