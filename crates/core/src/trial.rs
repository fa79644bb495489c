//! A state on trial: carries out commands as a shard would, without one around it, and checks after each of them what
//! always holds. For tests.

use std::sync::Arc;

use crate::{
    Context, State, carry_out,
    command::*,
    content::Content,
    cut::{Key, Loaded, Row},
    fact::Fact,
    fen::Fen,
    file::FileType,
    guard::{TryOf, set_pin::PinAuthority},
    ids::{
        ClientId, ConversationId, FileId, ID_EPOCH_MS, Millis, OperatorId, OrderId, PacketId, Position, SessionId,
        ShardId, TransferId, UserId,
    },
    needs,
    note::Note,
    notes,
    operator::Role,
    order::Payments,
    packet::PacketKind,
    project,
    refusal::Refusal,
    settings::Settings,
    transfer::Arrival,
};

/// When trials begin.
pub const START: Millis = Millis(ID_EPOCH_MS + 10_000_000);

pub struct Trial {
    pub state: State,
    pub context: Context,
    /// Everything that happened, with its moment.
    pub log: Vec<(Fact, Millis)>,
    ids: u128,
}

impl Trial {
    pub fn new() -> Self {
        Self::with(Settings::default())
    }

    pub fn with(settings: Settings) -> Self {
        let mut state = fresh(settings);
        state.timers_until = Millis(i64::MAX);
        let mut entropy = 0_u8;
        let entropy = Box::new(move || {
            entropy = entropy.wrapping_add(1);
            [entropy; 32]
        });
        let context = Context { now: START, mint: state.meta.mint.clone(), entropy };
        Self { state, context, log: vec![], ids: 0 }
    }

    /// Carries out a command. Whatever it is: a refusal changes nothing, and the books are balanced.
    pub fn run(&mut self, command: impl Into<Command>) -> Result<Reply, Refusal> {
        let command = command.into();
        self.load(&command);
        let (position, mut facts) = (self.state.position, vec![]);
        let done = carry_out(&mut self.state, &mut self.context, &command, &mut facts);
        assert_eq!(self.state.position.0, position.0 + facts.len() as u64);
        assert!(done.is_ok() || facts.is_empty(), "{command:?} was refused and left {facts:?}");
        assert_eq!(self.state.meta.books.total(), Fen::ZERO, "after {command:?}");
        self.log.extend(facts.into_iter().map(|fact| (fact, self.context.now)));
        done
    }

    /// Carries out a command that cannot be refused here.
    pub fn must(&mut self, command: impl Into<Command>) -> Reply {
        self.run(command).unwrap()
    }

    /// Carries out a command again: it must change nothing and be answered the same.
    pub fn again(&mut self, command: impl Into<Command>, expected: &Reply) {
        let before = self.log.len();
        assert_eq!(&self.must(command), expected);
        assert_eq!(self.log[before..], [], "a repetition changes nothing");
    }

    fn load(&mut self, command: &Command) {
        self.load_keys(|state, keys| needs(command, state, keys));
    }

    /// Loads what is needed, and what is needed once that is there.
    pub fn load_keys(&mut self, needs: impl Fn(&State, &mut Vec<Key>)) {
        loop {
            let mut keys = vec![];
            needs(&self.state, &mut keys);
            keys.retain(|key| self.state.lacks(key));
            if keys.is_empty() {
                return;
            }
            keys.into_iter().for_each(|key| {
                let found = self.find(key);
                self.state.install(found);
            });
        }
    }

    /// What lies under a key that memory lacks. Entities are never let go of here, so there are none; what client ids
    /// became is found in the rows of the log, as it would be in the views.
    fn find(&self, key: Key) -> Loaded {
        let mut found = nothing(key);
        for (n, (fact, at)) in self.log.iter().enumerate() {
            project(fact, Position(n as u64 + 1), *at, |row| match (&mut found, row) {
                (Loaded::Sent(user, id, into), Row::Sent { client_id, sender, sent })
                    if (sender, client_id) == (*user, *id) =>
                {
                    *into = Some(sent);
                }
                (Loaded::Once(user, id, into), Row::Once { user: owner, id: other, once })
                    if (owner, other) == (*user, *id) =>
                {
                    *into = Some(once);
                }
                _ => {}
            });
        }
        found
    }

    /// So much time passes that client ids are no longer in memory.
    pub fn forget_ids(&mut self) {
        self.later(self.state.settings.recent_ms + 10_000);
        // Only facts move the state's time.
        self.ids += 1;
        self.user(&format!("passer-by-{}", self.ids));
        self.state.evict(self.state.position, usize::MAX);
        assert!(self.state.once.is_empty() && self.state.sent.is_empty(), "client ids are forgotten");
    }

    /// Delivers all notes of what has happened, until no more arise.
    pub fn settle(&mut self) {
        let own = self.state.shard;
        loop {
            let after = self.state.meta.received.get(&own).copied().unwrap_or_default();
            let through = Position(self.log.len() as u64);
            let mut owed: Vec<(Position, Note)> = vec![];
            for (n, (fact, at)) in self.log.iter().enumerate().skip(after.0 as usize) {
                notes(fact, *at, |note| {
                    if note.addressee().is(own, own) {
                        owed.push((Position(n as u64 + 1), note));
                    }
                });
            }
            if owed.is_empty() {
                return;
            }
            self.must(Receive { to: own, from: own, after, through, notes: owed });
        }
    }

    pub fn later(&mut self, ms: i64) {
        self.context.now = self.context.now.plus(ms);
    }

    /// A fresh client id of the present.
    pub fn id(&mut self) -> ClientId {
        self.ids += 1;
        ClientId::compose(self.context.now, self.ids)
    }

    pub fn user(&mut self, name: &str) -> UserId {
        let sign_up =
            SignUp { name: name.into(), display_name: name.into(), face: String::new(), password_hash: "hash".into() };
        match self.must(sign_up) {
            Reply::SignedUp { user } => user,
            other => panic!("{other:?}"),
        }
    }

    pub fn operator(&mut self, name: &str, role: Role) -> OperatorId {
        let (name, password_hash, reason) = (name.into(), "hash".into(), "for a trial".into());
        let by = OperatorId::HOST;
        match self.must(CreateOperator { by, name, role, password_hash, totp_secret: [7; 20], reason }) {
            Reply::OperatorCreated { operator } => operator,
            other => panic!("{other:?}"),
        }
    }

    /// Signs an operator in with the code of a step.
    pub fn signed_in(&mut self, operator: OperatorId, step: u64) -> SessionId {
        let (token_hash, device) = ([step as u8; 32], "desk".into());
        match self.must(SignInOperator { operator, password_fits: true, step: Some(step), token_hash, device }) {
            Reply::OperatorSignedIn { session, .. } => session,
            other => panic!("{other:?}"),
        }
    }

    pub fn rich(&mut self, name: &str, amount: i64) -> UserId {
        let user = self.user(name);
        let id = self.id();
        self.must(TopUp { user, id, amount: Fen(amount) });
        user
    }

    pub fn friends(&mut self, a: UserId, b: UserId) -> ConversationId {
        self.must(RequestFriend { by: a, other: b, greeting: String::new() });
        match self.must(AnswerFriend { by: b, other: a, accept: true }) {
            Reply::FriendState { conversation: Some(conversation), .. } => conversation,
            other => panic!("{other:?}"),
        }
    }

    pub fn group(&mut self, by: UserId, members: &[UserId]) -> ConversationId {
        let id = self.id();
        match self.must(CreateGroup { by, id, title: "group".into(), members: members.to_vec() }) {
            Reply::GroupCreated { conversation } => conversation,
            other => panic!("{other:?}"),
        }
    }

    /// Sends a packet that is on its way, and not yet in the conversation.
    pub fn fund(
        &mut self,
        sender: UserId,
        conversation: ConversationId,
        kind: PacketKind,
        amount: i64,
        count: u32,
    ) -> PacketId {
        let id = self.id();
        let (amount, greeting) = (Fen(amount), String::new());
        let send = SendPacket { sender, id, conversation, kind, amount, count, greeting, pass: None };
        match self.must(send) {
            Reply::PacketFunded { packet, .. } => packet,
            other => panic!("{other:?}"),
        }
    }

    /// Sends a transfer that is on its way, and not yet in the conversation.
    pub fn transfer(
        &mut self,
        sender: UserId,
        receiver: UserId,
        conversation: ConversationId,
        amount: i64,
        arrival: Arrival,
    ) -> TransferId {
        let (id, amount, note) = (self.id(), Fen(amount), String::new());
        match self.must(SendTransfer { sender, id, receiver, conversation, amount, note, arrival, pass: None }) {
            Reply::TransferFunded { transfer, .. } => transfer,
            other => panic!("{other:?}"),
        }
    }

    /// A file of a user's, of bytes like no other's.
    pub fn file(&mut self, user: UserId, number: u8) -> FileId {
        let (name, file_type, bytes, sha256) = (format!("{number}.png"), FileType::Png, 100, [number; 32]);
        match self.must(RecordFile { user, name, file_type, bytes, sha256 }) {
            Reply::FileRecorded { file } => file,
            other => panic!("{other:?}"),
        }
    }

    pub fn say(&mut self, sender: UserId, conversation: ConversationId) -> PostMessage {
        PostMessage { sender, conversation, client_id: self.id(), content: text("hello") }
    }

    /// Sets a PIN by the account's password.
    pub fn set_pin(&mut self, user: UserId) {
        let number = self.begin_try_of(user, TryOf::Password);
        self.must(PassTry { user, of: TryOf::Password, number });
        self.must(SetPin { user, hash: "hash".into(), by: PinAuthority::Password(number) });
    }

    pub fn begin_try(&mut self, user: UserId) -> u32 {
        self.begin_try_of(user, TryOf::Pin)
    }

    pub fn begin_try_of(&mut self, user: UserId, of: TryOf) -> u32 {
        match self.must(BeginTry { user, of }) {
            Reply::TryBegun { number, .. } => number,
            other => panic!("{other:?}"),
        }
    }

    /// A try of the PIN that was right.
    pub fn pass_try(&mut self, user: UserId) -> u32 {
        let number = self.begin_try(user);
        self.must(PassTry { user, of: TryOf::Pin, number });
        number
    }

    /// Ann, who ordered money from a provider that has not said anything yet.
    pub fn with_order(amount: i64) -> (Self, UserId, OrderId) {
        let mut trial = Self::with(Settings { payments: Payments::Webhook, ..Settings::default() });
        let ann = trial.rich("ann", amount);
        let order = trial.orders()[0];
        (trial, ann, order)
    }

    pub fn orders(&self) -> Vec<OrderId> {
        let created = self.log.iter().filter_map(|(fact, _)| match fact {
            Fact::OrderCreated { order, .. } => Some(*order),
            _ => None,
        });
        created.collect()
    }

    pub fn held(&self, user: UserId) -> Fen {
        self.state.guards.peek(&user).map_or(Fen::ZERO, |guard| guard.held)
    }

    pub fn balance(&self, user: UserId) -> Fen {
        self.state.wallets.peek(&user).map_or(Fen::ZERO, |wallet| wallet.balance)
    }

    /// The whole state in words: entities as they would be saved, and what memory alone holds.
    pub fn words(state: &mut State) -> String {
        let cut = state.cut();
        let claims: Vec<_> = cut
            .packets
            .iter()
            .map(|head| {
                let mut claims: Vec<_> = state.packets.peek(&head.terms.packet).unwrap().claims.iter().collect();
                claims.sort();
                format!("{claims:?}")
            })
            .collect();
        format!("{cut:#?}\n{claims:#?}\n{:?}\n{:?}\n{:?}", state.timers, state.rules, state.suspended)
    }

    /// The state that follows from the log alone.
    pub fn replayed(&self) -> State {
        let mut state = fresh((*self.state.settings).clone());
        state.timers_until = Millis(i64::MAX);
        for (fact, at) in &self.log {
            let mut keys = vec![];
            crate::fact_needs(fact, &state, &mut keys);
            keys.retain(|key| state.lacks(key));
            keys.into_iter().for_each(|key| state.install(nothing(key)));
            state.evolve(fact, *at);
        }
        state
    }
}

fn fresh(settings: Settings) -> State {
    State::new(ShardId(0), Arc::new(settings), Position(0), None, Millis(0))
}

fn nothing(key: Key) -> Loaded {
    match key {
        Key::Name(name) => Loaded::Name(name, None),
        Key::User(user) => Loaded::User(user, None),
        Key::Wallet(user) => Loaded::Wallet(user, None),
        Key::Guard(user) => Loaded::Guard(user, None),
        Key::Order(order) => Loaded::Order(order, None),
        Key::Pair(pair) => Loaded::Pair(pair, None),
        Key::Conversation(conversation) => Loaded::Conversation(conversation, None),
        Key::Packet(packet) => Loaded::Packet(packet, None),
        Key::Transfer(transfer) => Loaded::Transfer(transfer, None),
        Key::Received(transfer) => Loaded::Received(transfer, None),
        Key::File(file) => Loaded::File(file, None),
        Key::Uploads(user) => Loaded::Uploads(user, None),
        Key::Risk(user) => Loaded::Risk(user, None),
        Key::Friends(user) => Loaded::Friends(user, None),
        Key::Device(device) => Loaded::Device(device, None),
        Key::Sent(user, id) => Loaded::Sent(user, id, None),
        Key::Once(user, id) => Loaded::Once(user, id, None),
        Key::OperatorName(name) => Loaded::OperatorName(name, None),
        Key::Operator(operator) => Loaded::Operator(operator, None),
        Key::Difference(id) => Loaded::Difference(id, None),
        Key::Run(day) => Loaded::Run(day, None),
    }
}

pub fn text(text: &str) -> Content {
    Content::Text { text: text.into(), mentions: vec![], reply_to: crate::ids::Seq(0) }
}

/// A client id whose time lies further ahead than any clock is wrong.
pub fn id_from_the_future() -> ClientId {
    ClientId::compose(START.plus(1_000 * 24 * 60 * 60 * 1000), 1)
}

macro_rules! commands {
    ($($name:ident),*) => {$(
        impl From<$name> for Command {
            fn from(command: $name) -> Self {
                Self::$name(command)
            }
        }
    )*};
}

commands! {
    SignUp, OpenSession, CloseSession, UpdateProfile, RequestFriend, AnswerFriend, RemoveFriend, CreateGroup, AddMembers,
    RemoveMember, UpdateGroup, SetQuiet, PostMessage, Acknowledge, MarkRead, TopUp, SendPacket, GrabPacket, OpenPacket,
    ExpirePacket, Receive, CreateOperator, ChangeOperator, ResetOperator, SignInOperator, SignOutOperator, RecordDifference, SettleDifference, RecordRun, Redeliver, CloseDifference, AskReconciliation, SendTransfer, AcceptTransfer, ReturnTransfer, GiveBackTransfer, RecallTransfer, DecideDispute, AdvanceTransfer, RecordFile, ChangeRules, SuspendUser, LiftSuspension, RequestReleaseCode, ReleaseSuspension, ChangeSetting,
    BeginTry, PassTry, SetPin, SetLevel, Withdraw, SubmitOrder, HearOrder, AskOrder, SettleOrder, CloseRaised
}

/// Carries out attempts in order and compares what came of each: the order of a command's checks, as a table. A row
/// fails the check it stands for and, where it can, those below it.
pub fn check_order<C: Into<Command>>(trial: &mut Trial, rows: Vec<(&str, C, Result<(), Refusal>)>) {
    for (what, command, expected) in rows {
        assert_eq!(trial.run(command).map(|_| ()), expected, "{what}");
    }
}
