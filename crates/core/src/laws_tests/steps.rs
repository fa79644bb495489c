//! What can happen in a small world, and how it is chosen.

use std::sync::Arc;

use proptest::prelude::*;

use crate::{
    command::*,
    fact::Fact,
    fen::Fen,
    guard::{PinPass, TryOf, set_pin::PinAuthority},
    ids::{ConversationId, OperatorId, OrderId, PacketId, Seq, TransferId, UserId},
    order::{Payments, Word},
    packet::PacketKind,
    refusal::Refusal,
    settings::Settings,
    transfer::Arrival,
    trial::{Trial, text},
};

/// What may happen next. Numbers choose among what there is; those that choose nothing that exists are wanted, too.
#[derive(Clone, Debug)]
pub enum Step {
    TopUp {
        user: u8,
        amount: i64,
    },
    Withdraw {
        user: u8,
        amount: i64,
    },
    /// A try of the PIN, right or wrong.
    TryPin {
        user: u8,
        right: bool,
    },
    /// Sets the PIN by the password.
    SetPin {
        user: u8,
    },
    Submit {
        order: u8,
    },
    /// What an operator may do to an order: have it asked about, settle it, close what was raised.
    Order {
        order: u8,
        how: u8,
    },
    Hear {
        order: u8,
        word: u8,
        more: i64,
    },
    Send {
        user: u8,
        conversation: u8,
        kind: u8,
        each: i64,
        count: u32,
    },
    Open {
        user: u8,
        packet: u8,
    },
    Grab {
        user: u8,
        packet: u8,
    },
    Expire {
        packet: u8,
    },
    /// Between two of the people, in the direct conversation or elsewhere.
    Transfer {
        user: u8,
        other: u8,
        conversation: u8,
        amount: i64,
        arrival: u8,
    },
    /// What may be done to a transfer: accepted, returned, given back, recalled, decided either way, advanced.
    Handle {
        user: u8,
        transfer: u8,
        how: u8,
    },
    Say {
        user: u8,
        conversation: u8,
    },
    /// `back` counts from one beyond the newest message.
    Acknowledge {
        user: u8,
        conversation: u8,
        back: u32,
        length: u32,
    },
    Read {
        user: u8,
        conversation: u8,
        back: u32,
    },
    Add {
        user: u8,
        conversation: u8,
        other: u8,
    },
    Remove {
        user: u8,
        conversation: u8,
        other: u8,
    },
    Rename {
        user: u8,
        conversation: u8,
        title: u8,
    },
    Quiet {
        user: u8,
        conversation: u8,
        quiet: bool,
    },
    Befriend {
        user: u8,
        other: u8,
    },
    Answer {
        user: u8,
        other: u8,
        accept: bool,
    },
    Part {
        user: u8,
        other: u8,
    },
    /// Does again what was done `back` commands ago.
    Repeat {
        back: usize,
    },
    Settle,
    /// Time passes.
    Later {
        ms: i64,
    },
    ForgetIds,
}

pub fn step() -> impl Strategy<Value = Step> {
    // Mostly what can be done, now and then what cannot.
    let user = prop_oneof![6 => 0..2_u8, 3 => 2..4_u8, 1 => Just(4_u8)];
    let conversation = prop_oneof![6 => Just(1_u8), 2 => Just(0_u8), 2 => Just(2_u8), 1 => Just(3_u8)];
    let packet = prop_oneof![6 => 0..2_u8, 1 => 2..8_u8];
    let (each, count) = (prop_oneof![8 => 1..=6_i64, 1 => 0..=12_i64], prop_oneof![8 => 1..=3_u32, 1 => 0..=5_u32]);
    let other = 0..5_u8;
    let pair = || (0..5_u8, 0..5_u8);
    let (near, far) =
        (prop_oneof![6 => Just(1_u8), 3 => Just(0_u8), 1 => Just(2_u8)], prop_oneof![8 => Just(0_u8), 1 => Just(1_u8)]);
    let how = prop_oneof![5 => Just(0_u8), 1 => Just(1_u8), 4 => Just(2_u8), 7 => 3..7_u8];
    let place = (user.clone(), conversation);
    prop_oneof![
        1 => (user.clone(), -5..100_i64).prop_map(|(user, amount)| Step::TopUp { user, amount }),
        3 => (user.clone(), -5..100_i64).prop_map(|(user, amount)| Step::Withdraw { user, amount }),
        6 => (0..2_u8, any::<bool>()).prop_map(|(user, right)| Step::TryPin { user, right }),
        1 => user.clone().prop_map(|user| Step::SetPin { user }),
        4 => (0..3_u8, 0..8_u8).prop_map(|(order, how)| match how {
            0..=2 => Step::Order { order, how },
            _ => Step::Submit { order },
        }),
        5 => (0..3_u8, 0..5_u8, prop_oneof![8 => Just(0_i64), 1 => Just(1_i64)])
            .prop_map(|(order, word, more)| Step::Hear { order, word, more }),
        5 => (place.clone(), 0..8_u8, each, count).prop_map(|((user, conversation), kind, each, count)| {
            Step::Send { user, conversation, kind, each, count }
        }),
        12 => (user.clone(), packet.clone()).prop_map(|(user, packet)| Step::Open { user, packet }),
        1 => (user.clone(), packet.clone()).prop_map(|(user, packet)| Step::Grab { user, packet }),
        2 => packet.prop_map(|packet| Step::Expire { packet }),
        8 => (0..2_u8, near.clone(), far, -1..60_i64, 0..3_u8).prop_map(
            |(user, near, conversation, amount, arrival)| {
                // Mostly to the other of the two who are friends.
                let other = if near == 1 { 1 - user } else { near };
                Step::Transfer { user, other, conversation, amount, arrival }
            }
        ),
        16 => (near, 0..3_u8, how).prop_map(|(user, transfer, how)| Step::Handle { user, transfer, how }),
        5 => place.clone().prop_map(|(user, conversation)| Step::Say { user, conversation }),
        4 => (place.clone(), 0..8_u32, 0..6_u32).prop_map(|((user, conversation), back, length)| {
            Step::Acknowledge { user, conversation, back, length }
        }),
        3 => (place.clone(), 0..8_u32).prop_map(|((user, conversation), back)| {
            Step::Read { user, conversation, back }
        }),
        3 => (place.clone(), other.clone()).prop_map(|((user, conversation), other)| {
            Step::Add { user, conversation, other }
        }),
        2 => (place.clone(), other).prop_map(|((user, conversation), other)| {
            Step::Remove { user, conversation, other }
        }),
        1 => (place.clone(), 0..3_u8).prop_map(|((user, conversation), title)| {
            Step::Rename { user, conversation, title }
        }),
        1 => (place, any::<bool>()).prop_map(|((user, conversation), quiet)| {
            Step::Quiet { user, conversation, quiet }
        }),
        1 => pair().prop_map(|(user, other)| Step::Befriend { user, other }),
        1 => (pair(), any::<bool>()).prop_map(|((user, other), accept)| Step::Answer { user, other, accept }),
        1 => pair().prop_map(|(user, other)| Step::Part { user, other }),
        4 => (0..12_usize).prop_map(|back| Step::Repeat { back }),
        8 => Just(Step::Settle),
        3 => (0..300_i64).prop_map(|ms| Step::Later { ms }),
        1 => Just(Step::ForgetIds),
    ]
}

/// A small world: five people, two of them with money, a direct conversation, a group, and a place that is none.
pub struct World {
    pub trial: Trial,
    people: Vec<UserId>,
    conversations: Vec<ConversationId>,
    commands: Vec<Command>,
    pub replies: Vec<Result<Reply, Refusal>>,
}

impl World {
    pub fn new() -> Self {
        let mut trial = Trial::with(Settings {
            packet_share_max: Fen(10),
            packet_life_ms: 1_500,
            transfer_short_ms: 300,
            transfer_long_ms: 700,
            transfer_accept_ms: 500,
            balance_max: Fen(320),
            pin_tries: 2,
            pin_lockout_ms: 400,
            pin_required_from: Fen(14),
            new_send_max: Fen(15),
            new_send_day_max: Fen(30),
            new_withdraw_max: Fen(80),
            new_withdraw_day_max: Fen(150),
            group_members_max: 4,
            ..Settings::default()
        });
        let mut people = vec![trial.rich("ann", 300), trial.rich("bob", 100)];
        people.extend(["eve", "dan", "fay"].map(|name| trial.user(name)));
        // From here on the provider takes its time, and says what it likes.
        let settings = Settings { payments: Payments::Webhook, ..(*trial.state.settings).clone() };
        trial.state.settings = Arc::new(settings);
        trial.set_pin(people[0]);
        trial.set_pin(people[1]);
        let direct = trial.friends(people[0], people[1]);
        let group = trial.group(people[0], &people[1..3]);
        let own = trial.group(people[1], &[people[0], people[3]]);
        trial.settle();
        Self {
            trial,
            people,
            conversations: vec![direct, group, own, ConversationId(1)],
            commands: vec![],
            replies: vec![],
        }
    }

    fn packet(&self, number: u8) -> PacketId {
        let funded = self.trial.log.iter().filter_map(|(fact, _)| match fact {
            Fact::PacketFunded { packet, .. } => Some(*packet),
            _ => None,
        });
        // Counted from the newest, which are those that can still be opened.
        let funded: Vec<_> = funded.collect();
        funded.iter().rev().nth(number.into()).copied().unwrap_or(PacketId(1))
    }

    fn transfer(&self, number: u8) -> TransferId {
        let funded = self.trial.log.iter().filter_map(|(fact, _)| match fact {
            Fact::TransferFunded { transfer, .. } => Some(*transfer),
            _ => None,
        });
        let funded: Vec<_> = funded.collect();
        funded.iter().rev().nth(number.into()).copied().unwrap_or(TransferId(1))
    }

    /// An operator returns every other frozen transfer and releases the rest.
    pub fn decide_all(&mut self) {
        let funded = self.trial.log.iter().filter_map(|(fact, _)| match fact {
            Fact::TransferFunded { transfer, .. } => Some(*transfer),
            _ => None,
        });
        for (n, transfer) in funded.collect::<Vec<_>>().into_iter().enumerate() {
            let (by, reason) = (OperatorId(7), "at the end".to_owned());
            let decide = DecideDispute { by, transfer, returned: n % 2 == 0, reason };
            // Those that are not frozen refuse.
            let _ = self.trial.run(decide);
        }
    }

    /// Counted from the newest.
    fn order(&self, number: u8) -> OrderId {
        self.trial.orders().iter().rev().nth(number.into()).copied().unwrap_or(OrderId(1))
    }

    /// The newest right try of somebody's PIN.
    fn pass(&self, user: UserId) -> Option<PinPass> {
        let passed = self.trial.state.guards.peek(&user).map_or(0, |guard| guard.pin.passed);
        (passed > 0).then_some(PinPass(passed))
    }

    /// One place beyond the newest message.
    fn beyond(&self, conversation: ConversationId) -> u32 {
        self.trial.state.conversations.peek(&conversation).map_or(1, |found| found.head.head.0 + 1)
    }

    pub fn take(&mut self, step: &Step) {
        let user = |number: u8| self.people[usize::from(number)];
        let place = |number: u8| self.conversations[usize::from(number)];
        let command: Command = match *step {
            Step::TopUp { user: by, amount } => {
                TopUp { user: user(by), id: self.trial.id(), amount: Fen(amount) }.into()
            }
            Step::Withdraw { user: by, amount } => {
                let (user, destination) = (user(by), "bank".to_owned());
                let pass = self.pass(user);
                Withdraw { user, id: self.trial.id(), amount: Fen(amount), destination, pass }.into()
            }
            Step::TryPin { user: by, right } => {
                let user = user(by);
                let begun = self.trial.run(BeginTry { user, of: TryOf::Pin });
                self.replies.push(begun.clone());
                match begun {
                    Ok(Reply::TryBegun { number, .. }) if right => PassTry { user, of: TryOf::Pin, number }.into(),
                    _ => return,
                }
            }
            Step::SetPin { user: by } => {
                let user = user(by);
                match self.trial.run(BeginTry { user, of: TryOf::Password }) {
                    Ok(Reply::TryBegun { number, .. }) => {
                        self.trial.must(PassTry { user, of: TryOf::Password, number });
                        SetPin { user, hash: "hash".into(), by: PinAuthority::Password(number) }.into()
                    }
                    _ => return,
                }
            }
            Step::Submit { order } => SubmitOrder { order: self.order(order) }.into(),
            Step::Order { order, how } => {
                let (order, by, reason) = (self.order(order), OperatorId(7), "it has been a day".to_owned());
                match how {
                    0 => AskOrder { order, by, reason }.into(),
                    1 => SettleOrder { order, by, reason }.into(),
                    _ => CloseRaised { order, by, reason }.into(),
                }
            }
            Step::Hear { order, word, more } => {
                let order = self.order(order);
                let words = [Word::NotFound, Word::Pending, Word::Succeeded, Word::Failed, Word::Returned];
                let amount = self.trial.state.orders.peek(&order).map_or(0, |order| order.amount.0) + more;
                HearOrder::says(order, words[usize::from(word)], amount).into()
            }
            Step::Send { user: by, conversation, kind, each, count } => {
                let (kind, extra) = match kind {
                    0 | 1 => (PacketKind::Equal, 0),
                    2 => (PacketKind::Equal, 1),
                    3..=5 => (PacketKind::Lucky, i64::from(count / 2)),
                    6 => (PacketKind::Named(UserId(0)), 0),
                    _ => (PacketKind::Named(user(2)), 0),
                };
                let amount = Fen(each * i64::from(count) + extra);
                let (sender, conversation, greeting) = (user(by), place(conversation), "利".to_owned());
                SendPacket {
                    sender,
                    id: self.trial.id(),
                    conversation,
                    kind,
                    amount,
                    count,
                    greeting,
                    pass: self.pass(sender),
                }
                .into()
            }
            Step::Open { user: by, packet } => OpenPacket { user: user(by), packet: self.packet(packet) }.into(),
            Step::Grab { user: by, packet } => GrabPacket { user: user(by), packet: self.packet(packet) }.into(),
            Step::Expire { packet } => ExpirePacket { packet: self.packet(packet) }.into(),
            Step::Transfer { user: by, other, conversation, amount, arrival } => {
                let (sender, receiver, conversation) = (user(by), user(other), place(conversation));
                let arrival = [Arrival::AtOnce, Arrival::Soon, Arrival::Later][usize::from(arrival)];
                let (id, amount, note) = (self.trial.id(), Fen(amount), "利".to_owned());
                let pass = self.pass(sender);
                SendTransfer { sender, id, receiver, conversation, amount, note, arrival, pass }.into()
            }
            Step::Handle { user: by, transfer, how } => {
                let (user, transfer) = (user(by), self.transfer(transfer));
                let (by, reason) = (OperatorId(7), "so it is".to_owned());
                match how {
                    0 => AcceptTransfer { user, transfer }.into(),
                    1 => ReturnTransfer { user, transfer }.into(),
                    2 => GiveBackTransfer { user, transfer }.into(),
                    3 => RecallTransfer { user, transfer, reason, evidence: vec![] }.into(),
                    4 => DecideDispute { by, transfer, returned: true, reason }.into(),
                    5 => DecideDispute { by, transfer, returned: false, reason }.into(),
                    _ => AdvanceTransfer { transfer }.into(),
                }
            }
            Step::Say { user: by, conversation } => {
                let (sender, conversation) = (user(by), place(conversation));
                PostMessage { sender, conversation, client_id: self.trial.id(), content: text("hello") }.into()
            }
            Step::Acknowledge { user: by, conversation, back, length } => {
                let through = self.beyond(place(conversation)).saturating_sub(back);
                let (from, through) = (Seq(through.saturating_sub(length)), Seq(through));
                Acknowledge { user: user(by), conversation: place(conversation), from, through }.into()
            }
            Step::Read { user: by, conversation, back } => {
                let through = Seq(self.beyond(place(conversation)).saturating_sub(back));
                MarkRead { user: user(by), conversation: place(conversation), through }.into()
            }
            Step::Add { user: by, conversation, other } => {
                AddMembers { by: user(by), conversation: place(conversation), users: vec![user(other)] }.into()
            }
            Step::Remove { user: by, conversation, other } => {
                RemoveMember { by: user(by), conversation: place(conversation), user: user(other) }.into()
            }
            Step::Rename { user: by, conversation, title } => {
                let (title, announcement) = (format!("group {title}"), format!("words {}", title % 2));
                let (title, announcement) = (Some(title), Some(announcement));
                UpdateGroup { by: user(by), conversation: place(conversation), title, announcement }.into()
            }
            Step::Quiet { user: by, conversation, quiet } => {
                SetQuiet { by: user(by), conversation: place(conversation), quiet }.into()
            }
            Step::Befriend { user: by, other } => {
                RequestFriend { by: user(by), other: user(other), greeting: String::new() }.into()
            }
            Step::Answer { user: by, other, accept } => {
                AnswerFriend { by: user(by), other: user(other), accept }.into()
            }
            Step::Part { user: by, other } => RemoveFriend { by: user(by), other: user(other) }.into(),
            Step::Repeat { back } => match self.commands.iter().rev().nth(back) {
                Some(command) => command.clone(),
                None => return,
            },
            Step::Settle => return self.trial.settle(),
            Step::Later { ms } => return self.trial.later(ms),
            Step::ForgetIds => return self.trial.forget_ids(),
        };
        self.replies.push(self.trial.run(command.clone()));
        self.commands.push(command);
    }
}
