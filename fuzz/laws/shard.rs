//! A small world that commands of any kind are tried on: Ann, who has money, a friend, a group and an open packet.

use std::sync::Arc;

use laisee_core::{
    Context, State, carry_out,
    command::{AnswerFriend, Command, CreateGroup, Receive, Reply, RequestFriend, SendPacket, SignUp, TopUp},
    cut::{Key, Loaded},
    fact::Fact,
    fen::Fen,
    ids::{ClientId, ID_EPOCH_MS, Millis, Position, ShardId, UserId},
    needs, notes,
    packet::PacketKind,
    refusal::Refusal,
    settings::Settings,
};

const SHARD: ShardId = ShardId(0);
/// The ids in the seeds are those that follow from this moment.
const NOW: Millis = Millis(ID_EPOCH_MS + (1 << 20));

pub struct Shard {
    state: State,
    context: Context,
    facts: Vec<Fact>,
    pub ann: UserId,
}

impl Shard {
    pub fn new(settings: Settings) -> Self {
        let mut state = State::new(SHARD, Arc::new(settings), Position(0), None, Millis(0));
        state.timers_until = Millis(i64::MAX);
        let context = Context { now: NOW, mint: state.meta.mint.clone(), entropy: Box::new(|| [7; 32]) };
        let mut shard = Self { state, context, facts: vec![], ann: UserId(0) };
        let [ann, bob] = ["ann", "bob"].map(|name| shard.sign_up(name));
        shard.ann = ann;
        // Settings may forbid any of this; then there is less to find.
        let _ = shard.carry_out(Command::TopUp(TopUp { user: ann, id: id(1), amount: Fen(1_000) }));
        let _ = shard.carry_out(Command::RequestFriend(RequestFriend { by: ann, other: bob, greeting: "hi".into() }));
        let _ = shard.carry_out(Command::AnswerFriend(AnswerFriend { by: bob, other: ann, accept: true }));
        let group = CreateGroup { by: ann, id: id(2), title: "group".into(), members: vec![bob] };
        if let Ok(Reply::GroupCreated { conversation }) = shard.carry_out(Command::CreateGroup(group)) {
            let (kind, greeting) = (PacketKind::Lucky, String::new());
            let packet = SendPacket {
                sender: ann,
                id: id(3),
                conversation,
                kind,
                amount: Fen(100),
                count: 2,
                greeting,
                pass: None,
            };
            let _ = shard.carry_out(Command::SendPacket(packet));
        }
        shard.settle();
        shard
    }

    fn sign_up(&mut self, name: &str) -> UserId {
        let (name, display_name) = (name.to_owned(), name.to_owned());
        let sign_up = SignUp { name, display_name, face: String::new(), password_hash: "hash".into() };
        match self.carry_out(Command::SignUp(sign_up)) {
            Ok(Reply::SignedUp { user }) => user,
            other => panic!("{other:?}"),
        }
    }

    /// Carries out a command for a shard like this one. Whatever it says, the books are balanced, and a refusal has
    /// changed nothing.
    pub fn carry_out(&mut self, command: Command) -> Result<Reply, Refusal> {
        loop {
            let mut keys = vec![];
            needs(&command, &self.state, &mut keys);
            keys.retain(|key| self.state.lacks(key));
            if keys.is_empty() {
                break;
            }
            keys.into_iter().for_each(|key| self.state.install(nothing(key)));
        }
        let before = self.facts.len();
        let done = carry_out(&mut self.state, &mut self.context, &command, &mut self.facts);
        assert!(done.is_ok() || self.facts.len() == before);
        assert_eq!(self.state.meta.books.total(), Fen::ZERO);
        done
    }

    /// Delivers what has happened, until nothing more follows from it.
    pub fn settle(&mut self) {
        loop {
            let after = self.state.meta.received.get(&SHARD).copied().unwrap_or_default();
            let through = Position(self.facts.len() as u64);
            let mut owed = vec![];
            for (n, fact) in self.facts.iter().enumerate().skip(after.0 as usize) {
                notes(fact, NOW, |note| owed.push((Position(n as u64 + 1), note)));
            }
            owed.retain(|(_, note)| note.addressee().is(SHARD, SHARD));
            if owed.is_empty() {
                return;
            }
            let receive = Receive { to: SHARD, from: SHARD, after, through, notes: owed };
            self.carry_out(Command::Receive(receive)).expect("deliveries are never refused");
        }
    }
}

pub fn id(n: u128) -> ClientId {
    ClientId::compose(NOW, n)
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
