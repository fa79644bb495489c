//! One running shard, people in it, and a gateway.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use laisee_bus::{Bus, Delivery, Failure, GatewayId, GatewayInbox, LocalBus, Outcome, ReplyTo, Request, ShardLimits};
use laisee_core::{
    command::{Command, CreateGroup, OpenPacket, PostMessage, Reply, SendPacket, SignUp, TopUp},
    content::Content,
    fen::Fen,
    ids::{ClientId, ConversationId, Millis, PacketId, Seq, ShardId, UserId},
    packet::{PacketKind, PacketStatus},
    query::{Answer, Query},
    settings::Settings,
};
use laisee_shard::{ShardOptions, Shards};

use super::moody_store::MoodyStore;

pub const SHARD: ShardId = ShardId(0);

pub struct World {
    pub store: MoodyStore,
    pub bus: Arc<LocalBus>,
    pub shards: Shards,
    gateway: GatewayId,
    inbox: GatewayInbox,
    numbers: u128,
}

impl World {
    pub fn start(store: &MoodyStore, limits: ShardLimits, options: ShardOptions) -> Self {
        let (bus, inboxes) = LocalBus::new(1, limits);
        let (gateway, inbox) = bus.attach();
        let shards = laisee_shard::start(&Arc::new(store.clone()), &bus, inboxes, &options);
        Self { store: store.clone(), bus, shards, gateway, inbox, numbers: 0 }
    }

    pub fn new(limits: ShardLimits) -> Self {
        Self::start(&MoodyStore::new(1), limits, ShardOptions { batch_max: 4, ..ShardOptions::default() })
    }

    pub fn with_settings(store: &MoodyStore, settings: Settings) -> Self {
        let options = ShardOptions { settings: Arc::new(settings), ..ShardOptions::default() };
        Self::start(store, ShardLimits::default(), options)
    }

    /// Stops everything and starts it again on what the store holds.
    pub fn restart(self) -> Self {
        self.shards.stop();
        let numbers = self.numbers;
        Self { numbers, ..Self::start(&self.store, ShardLimits::default(), ShardOptions::default()) }
    }

    pub fn starts(&self) -> u64 {
        self.shards.status[0].counters.starts.load(Ordering::Relaxed)
    }

    pub fn id(&mut self) -> ClientId {
        self.numbers += 1;
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
        ClientId::compose(Millis(now.as_millis() as i64), self.numbers)
    }

    /// Calls once, whatever comes of it.
    pub async fn call(&self, command: Command) -> Outcome {
        self.bus.call(command, None).await
    }

    /// Repeats until the shard is there, as a client would.
    pub async fn insist(&self, command: Command) -> Outcome {
        loop {
            match self.call(command.clone()).await {
                Err(Failure::Unavailable { .. }) => tokio::time::sleep(Duration::from_millis(10)).await,
                done => return done,
            }
        }
    }

    pub async fn must(&self, command: Command) -> Reply {
        self.insist(command.clone()).await.unwrap_or_else(|failure| panic!("{command:?}: {failure}"))
    }

    /// Sends for the gateway, which is told by ticket.
    pub fn send(&self, ticket: u64, command: Command) -> Result<(), Failure> {
        let reply_to = ReplyTo::Gateway { gateway: self.gateway, ticket };
        self.bus.send(Request { command, origin: None, reply_to })
    }

    /// What the gateway gets within a time; nothing, if none comes.
    pub async fn delivered(&self, within: Duration) -> Vec<Delivery> {
        let mut deliveries = vec![];
        // That nothing came is what some tests are about.
        let _ = tokio::time::timeout(within, self.inbox.take(&mut deliveries)).await;
        deliveries
    }

    /// The outcomes of so many tickets, in the order in which they come.
    pub async fn outcomes(&self, count: usize) -> Vec<(u64, Outcome)> {
        let mut outcomes = vec![];
        while outcomes.len() < count {
            let deliveries = self.delivered(Duration::from_secs(5)).await;
            assert!(!deliveries.is_empty(), "only {} of {count} outcomes came", outcomes.len());
            outcomes.extend(deliveries.into_iter().filter_map(|delivery| match delivery {
                Delivery::Reply { ticket, outcome } => Some((ticket, outcome)),
                Delivery::Push(_) => None,
            }));
        }
        outcomes
    }

    pub async fn until(&self, what: &str, mut holds: impl AsyncFnMut() -> bool) {
        for _ in 0..1_000 {
            if holds().await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("never came true: {what}");
    }

    pub async fn user(&self, name: &str) -> UserId {
        let (name, display_name) = (name.to_owned(), name.to_owned());
        let sign_up = SignUp { name, display_name, face: String::new(), password_hash: "hash".into() };
        match self.must(Command::SignUp(sign_up)).await {
            Reply::SignedUp { user } => user,
            other => panic!("{other:?}"),
        }
    }

    pub fn top_up(&mut self, user: UserId, amount: i64) -> Command {
        Command::TopUp(TopUp { user, id: self.id(), amount: Fen(amount) })
    }

    pub async fn rich(&mut self, name: &str, amount: i64) -> UserId {
        let user = self.user(name).await;
        let top_up = self.top_up(user, amount);
        self.must(top_up).await;
        user
    }

    pub async fn group(&mut self, by: UserId, members: &[UserId]) -> ConversationId {
        let (id, title, members) = (self.id(), "group".into(), members.to_vec());
        match self.must(Command::CreateGroup(CreateGroup { by, id, title, members })).await {
            Reply::GroupCreated { conversation } => conversation,
            other => panic!("{other:?}"),
        }
    }

    pub fn say(&mut self, sender: UserId, conversation: ConversationId) -> Command {
        let content = Content::Text { text: "hello".into(), mentions: vec![], reply_to: Seq(0) };
        Command::PostMessage(PostMessage { sender, conversation, client_id: self.id(), content })
    }

    pub async fn fund(&mut self, sender: UserId, conversation: ConversationId, amount: i64, count: u32) -> PacketId {
        let (id, kind, greeting) = (self.id(), PacketKind::Lucky, String::new());
        let send = SendPacket { sender, id, conversation, kind, amount: Fen(amount), count, greeting, pass: None };
        match self.must(Command::SendPacket(send)).await {
            Reply::PacketFunded { packet, .. } => packet,
            other => panic!("{other:?}"),
        }
    }

    /// Sends a packet and waits until it is open.
    pub async fn packet(&mut self, sender: UserId, conversation: ConversationId, amount: i64, count: u32) -> PacketId {
        let packet = self.fund(sender, conversation, amount, count).await;
        self.until("the packet is open", async || {
            let seen = self.bus.query(SHARD, Query::Packet { user: sender, packet }).await;
            matches!(seen, Ok(Answer::Packet(seen)) if seen.status == PacketStatus::Open)
        })
        .await;
        packet
    }

    pub fn open(user: UserId, packet: PacketId) -> Command {
        Command::OpenPacket(OpenPacket { user, packet })
    }

    pub async fn balance(&self, user: UserId) -> Fen {
        loop {
            match self.bus.query(SHARD, Query::Wallet { user }).await {
                Ok(Answer::Wallet { balance, .. }) => return balance,
                Err(Failure::Unavailable { .. }) => tokio::time::sleep(Duration::from_millis(10)).await,
                other => panic!("{other:?}"),
            }
        }
    }

    /// The head of a conversation, as a member asks for it.
    pub async fn head(&self, user: UserId, conversation: ConversationId) -> Seq {
        match self.bus.query(SHARD, Query::Conversations { user, conversations: vec![conversation] }).await {
            Ok(Answer::Conversations(seen)) => seen[0].head,
            other => panic!("{other:?}"),
        }
    }
}
