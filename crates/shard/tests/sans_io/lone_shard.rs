//! One shard without threads or clock, over a store in memory.

use std::sync::Arc;

use laisee_bus::{Failure, Outcome, ReplyTo, Request};
use laisee_core::{
    command::{
        AnswerFriend, Command, CreateGroup, PostMessage, Receive, Reply, RequestFriend, SendPacket, SignUp, TopUp,
    },
    content::Content,
    cut::Key,
    fen::Fen,
    ids::{ClientId, ConversationId, ID_EPOCH_MS, Millis, PacketId, Position, Seq, ShardId, UserId},
    packet::PacketKind,
    settings::Settings,
};
use laisee_shard::{
    ShardOptions,
    courier::Courier,
    engine::{Applied, Engine, FactBatch},
    recovery::{Recovered, recover},
    viewer::{self, ViewWork},
};
use laisee_store::{
    Batch, Changes, Log, Order, Range, ReadLog, ReadTables, RowValues, Store, StoreError,
    memory::{MemoryLog, MemoryStore, MemoryTables},
    views,
};

pub const SHARD: ShardId = ShardId(0);
pub const START: Millis = Millis(ID_EPOCH_MS + 1_000_000);

pub struct LoneShard {
    pub store: MemoryStore,
    pub engine: Engine,
    pub now: Millis,
    pub options: ShardOptions,
    log: MemoryLog,
    tables: MemoryTables,
    uncut: Vec<Arc<FactBatch>>,
    courier: Courier,
    numbers: u128,
}

impl LoneShard {
    pub fn new(settings: Settings) -> Self {
        let options = ShardOptions { settings: Arc::new(settings), ..ShardOptions::default() };
        Self::open(MemoryStore::new(1), START, options, 0)
    }

    /// Starts the shard that the store holds.
    pub fn open(store: MemoryStore, now: Millis, options: ShardOptions, numbers: u128) -> Self {
        let epoch = store.claim(SHARD).expect("memory can be claimed");
        let mut log = store.log(SHARD, epoch).expect("memory can be opened");
        let Recovered { state, unsaved } = recover(&store, SHARD, &options, now).expect("it recovers");
        let courier = Courier::new(SHARD, 1, log.end().expect("memory can be read"));
        let mut entropy = state.position.0 as u8;
        let entropy = Box::new(move || {
            entropy = entropy.wrapping_add(1);
            [entropy; 32]
        });
        let engine = Engine::new(state, entropy);
        let tables = store.tables(SHARD).expect("memory can be opened");
        Self { store, engine, now, options, log, tables, uncut: unsaved, courier, numbers }
    }

    /// How far the views are.
    pub fn viewed(&self) -> Position {
        let mut reader = self.store.reader(SHARD).expect("memory can be opened");
        reader.snapshot(|views| views.position()).expect("memory can be read")
    }

    /// How many facts the next cut brings.
    pub fn unsaved(&self) -> u64 {
        self.uncut.iter().map(|batch| batch.facts.len() as u64).sum()
    }

    /// The machine goes down now and comes up again: all that is left is the store.
    pub fn restart(self) -> Self {
        Self::open(self.store, self.now, self.options, self.numbers)
    }

    /// Applies a batch without appending it.
    pub fn apply(&mut self, commands: impl IntoIterator<Item = Command>) -> Applied {
        let request = |command| Request { command, origin: None, reply_to: ReplyTo::Nobody };
        let mut requests: Vec<Request> = commands.into_iter().map(request).collect();
        let mut reader = self.store.reader(SHARD).expect("memory can be opened");
        loop {
            let lacking = self.engine.lacking(&requests);
            if lacking.is_empty() {
                break;
            }
            let loaded = reader.snapshot(|views| views::load(views, &lacking)).expect("memory can be read");
            self.engine.install(loaded);
        }
        self.engine.apply(self.now, &mut requests)
    }

    pub fn append(&mut self, applied: &Applied) -> Result<(), StoreError> {
        if let Some(batch) = &applied.batch {
            self.log.append(&[Batch::encode(batch.first, batch.at, &batch.facts)])?;
            self.uncut.push(batch.clone());
            self.courier.take(batch);
        }
        Ok(())
    }

    /// A whole batch: what came of each command.
    pub fn batch(&mut self, commands: impl IntoIterator<Item = Command>) -> Vec<Outcome> {
        let applied = self.apply(commands);
        self.append(&applied).expect("memory can be appended to");
        applied.replies.into_iter().map(|replying| replying.outcome).collect()
    }

    pub fn call(&mut self, command: Command) -> Outcome {
        self.batch([command]).remove(0)
    }

    pub fn must(&mut self, command: Command) -> Reply {
        self.call(command.clone()).unwrap_or_else(|failure| panic!("{command:?}: {failure}"))
    }

    /// Carries out what has fallen due; how many commands that were.
    pub fn tick(&mut self) -> usize {
        let due: Vec<_> = self.engine.due(self.now, usize::MAX).into_iter().map(|request| request.command).collect();
        let count = due.len();
        self.batch(due);
        count
    }

    /// The courier delivers everything.
    pub fn settle(&mut self) {
        loop {
            while let Some(after) = self.courier.behind() {
                for batch in self.log.read(after, usize::MAX).expect("memory can be read") {
                    let facts = batch.facts().expect("it was written here");
                    self.courier.take(&FactBatch { first: batch.first, at: batch.at, facts });
                }
            }
            let Some(delivery) = self.courier.next() else { return };
            match self.must(Command::Receive(delivery)) {
                Reply::Received { through, .. } => self.courier.answered(SHARD, Some(through)),
                other => panic!("{other:?}"),
            }
        }
    }

    /// A delivery of this shard to itself, of which the courier knows nothing.
    pub fn stray(&mut self, after: Position) -> Receive {
        let mut owed = vec![];
        let mut through = after;
        for batch in self.log.read(after, usize::MAX).expect("memory can be read") {
            let facts = batch.facts().expect("it was written here");
            let batch = FactBatch { first: batch.first, at: batch.at, facts };
            for (position, fact) in batch.numbered().filter(|(position, _)| *position > after) {
                laisee_core::notes(fact, batch.at, |note| {
                    if note.addressee().is(SHARD, SHARD) {
                        owed.push((position, note));
                    }
                });
                through = position;
            }
        }
        Receive { to: SHARD, from: SHARD, after, through, notes: owed }
    }

    /// The viewer saves a cut, and memory may let go of what was saved before.
    pub fn cut(&mut self) {
        let saved = self.tables.snapshot(|views| views.position()).expect("memory can be read");
        let work = ViewWork { cut: self.engine.cut(), batches: std::mem::take(&mut self.uncut) };
        viewer::save(&mut self.tables, &work, &mut Changes::default()).expect("memory can be saved");
        self.engine.state.evict(saved, 4);
    }

    /// All rows of all views.
    pub fn rows(&mut self) -> Vec<(&'static str, Vec<RowValues>)> {
        let read = self.tables.snapshot(|views| {
            let rows = |table: &&'static laisee_store::TableSpec| {
                Ok((table.name, views.scan(table, &Range::default(), Order::Rising, usize::MAX)?))
            };
            views::TABLES.iter().map(rows).collect()
        });
        read.expect("memory can be read")
    }

    /// What memory holds or would load under these keys.
    pub fn words(&mut self, keys: &[Key]) -> String {
        let mut reader = self.store.reader(SHARD).expect("memory can be opened");
        let lacking: Vec<Key> = keys.iter().filter(|key| self.engine.state.lacks(key)).cloned().collect();
        let loaded = reader.snapshot(|views| views::load(views, &lacking)).expect("memory can be read");
        self.engine.install(loaded);
        let state = &self.engine.state;
        let entities = keys.iter().map(|key| match key {
            Key::Name(name) => format!("{:?}", state.names.get(name)),
            Key::User(user) => format!("{:?}", state.users.get(user)),
            Key::Wallet(user) => format!("{:?}", state.wallets.get(user)),
            Key::Guard(user) => format!("{:?}", state.guards.get(user)),
            Key::Order(order) => format!("{:?}", state.orders.get(order)),
            Key::Pair(pair) => format!("{:?}", state.pairs.get(pair)),
            Key::Conversation(id) => {
                format!("{:?}", state.conversations.get(id).map(|found| (&found.head, &found.members)))
            }
            Key::Packet(id) => format!(
                "{:?}",
                state.packets.get(id).map(|found| {
                    let mut claims: Vec<_> = found.claims.iter().collect();
                    claims.sort();
                    (&found.head, &found.shares, claims)
                })
            ),
            Key::Risk(user) => format!("{:?}", state.risks.get(user)),
            Key::Friends(user) => format!("{:?}", state.friends.get(user)),
            Key::Device(device) => format!("{:?}", state.devices.get(device)),
            Key::Sent(user, id) => format!("{:?}", state.sent.get(*user, *id)),
            Key::Once(user, id) => format!("{:?}", state.once.get(*user, *id)),
            Key::OperatorName(name) => format!("{:?}", state.operator_names.get(name)),
            Key::Operator(operator) => format!("{:?}", state.operators.get(operator)),
            Key::Difference(id) => format!("{:?}", state.differences.get(id)),
            Key::Run(day) => format!("{:?}", state.runs.get(day)),
            Key::Transfer(transfer) => format!("{:?}", state.transfers.get(transfer)),
            Key::Received(transfer) => format!("{:?}", state.received.get(transfer)),
            Key::File(file) => format!("{:?}", state.files.get(file)),
            Key::Uploads(user) => format!("{:?}", state.uploads.get(user)),
        });
        let entities: Vec<String> = keys.iter().zip(entities).map(|(key, found)| format!("{key:?}: {found}")).collect();
        format!("{:?} {:#?}\n{}\n{:?}", state.position, state.meta, entities.join("\n"), state.timers)
    }

    pub fn id(&mut self) -> ClientId {
        self.numbers += 1;
        ClientId::compose(self.now, self.numbers)
    }

    pub fn user(&mut self, name: &str) -> UserId {
        let (name, display_name) = (name.to_owned(), name.to_owned());
        let sign_up = SignUp { name, display_name, face: String::new(), password_hash: "hash".into() };
        match self.must(Command::SignUp(sign_up)) {
            Reply::SignedUp { user } => user,
            other => panic!("{other:?}"),
        }
    }

    pub fn rich(&mut self, name: &str, amount: i64) -> UserId {
        let user = self.user(name);
        let id = self.id();
        self.must(Command::TopUp(TopUp { user, id, amount: Fen(amount) }));
        user
    }

    pub fn friends(&mut self, a: UserId, b: UserId) -> ConversationId {
        self.must(Command::RequestFriend(RequestFriend { by: a, other: b, greeting: String::new() }));
        match self.must(Command::AnswerFriend(AnswerFriend { by: b, other: a, accept: true })) {
            Reply::FriendState { conversation: Some(conversation), .. } => conversation,
            other => panic!("{other:?}"),
        }
    }

    pub fn group(&mut self, by: UserId, members: &[UserId]) -> ConversationId {
        let id = self.id();
        match self.must(Command::CreateGroup(CreateGroup { by, id, title: "group".into(), members: members.to_vec() }))
        {
            Reply::GroupCreated { conversation } => conversation,
            other => panic!("{other:?}"),
        }
    }

    pub fn say(&mut self, sender: UserId, conversation: ConversationId) -> Command {
        let content = Content::Text { text: "hello".into(), mentions: vec![], reply_to: Seq(0) };
        Command::PostMessage(PostMessage { sender, conversation, client_id: self.id(), content })
    }

    pub fn send(&mut self, sender: UserId, conversation: ConversationId, amount: i64, count: u32) -> Command {
        let (id, kind, greeting) = (self.id(), PacketKind::Lucky, String::new());
        Command::SendPacket(SendPacket {
            sender,
            id,
            conversation,
            kind,
            amount: Fen(amount),
            count,
            greeting,
            pass: None,
        })
    }

    pub fn fund(&mut self, sender: UserId, conversation: ConversationId, amount: i64, count: u32) -> PacketId {
        let send = self.send(sender, conversation, amount, count);
        match self.must(send) {
            Reply::PacketFunded { packet, .. } => packet,
            other => panic!("{other:?}"),
        }
    }

    pub fn balance(&mut self, user: UserId) -> Fen {
        self.words(&[Key::Wallet(user)]);
        self.engine.state.wallets.get(&user).map_or(Fen::ZERO, |wallet| wallet.balance)
    }
}

/// The refusal in an outcome.
pub fn refused(outcome: &Outcome) -> Option<laisee_core::refusal::Refusal> {
    match outcome {
        Err(Failure::Refused(refusal)) => Some(*refusal),
        _ => None,
    }
}
