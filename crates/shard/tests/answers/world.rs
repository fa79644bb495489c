//! One shard in memory, and a group in it.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use laisee_bus::{Bus, Failure, LocalBus, ShardLimits};
use laisee_core::{
    command::{Acknowledge, AddMembers, Command, CreateGroup, PostMessage, RemoveMember, Reply, SignUp},
    content::Content,
    ids::{ClientId, ConversationId, Millis, Seq, ShardId, UserId},
    query::{Answer, Answered, Query},
};
use laisee_shard::{ShardOptions, Shards};
use laisee_store::memory::MemoryStore;

pub struct World {
    bus: Arc<LocalBus>,
    _shards: Shards,
    numbers: AtomicU64,
}

/// A group of its owner and two others. Its first message is the note that it was made.
pub struct Group {
    pub world: World,
    pub id: ConversationId,
    pub owner: UserId,
    pub bob: UserId,
    pub cid: UserId,
}

impl World {
    pub async fn new() -> Self {
        let store = Arc::new(MemoryStore::new(1));
        let (bus, inboxes) = LocalBus::new(1, ShardLimits::default());
        let shards = laisee_shard::start(&store, &bus, inboxes, &ShardOptions::default());
        Self { bus, _shards: shards, numbers: AtomicU64::new(1) }
    }

    pub fn id(&self) -> ClientId {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        ClientId::compose(Millis(now.as_millis() as i64), u128::from(number))
    }

    pub async fn call(&self, command: Command) -> Reply {
        loop {
            match self.bus.call(command.clone(), None).await {
                Err(Failure::Unavailable { .. }) => tokio::task::yield_now().await,
                done => return done.expect("the command is carried out"),
            }
        }
    }

    pub async fn ask(&self, query: Query) -> Answered {
        match self.bus.query(ShardId(0), query).await {
            Ok(answer) => Ok(answer),
            Err(Failure::Refused(refusal)) => Err(refusal),
            Err(other) => panic!("{other:?}"),
        }
    }

    pub async fn sign_up(&self, name: &str) -> UserId {
        let (display_name, face, password_hash) = (name.to_owned(), String::new(), "x".to_owned());
        match self.call(Command::SignUp(SignUp { name: name.into(), display_name, face, password_hash })).await {
            Reply::SignedUp { user } => user,
            other => panic!("{other:?}"),
        }
    }
}

impl Group {
    pub async fn new() -> Self {
        let world = World::new().await;
        let owner = world.sign_up("ann").await;
        let bob = world.sign_up("bob").await;
        let cid = world.sign_up("cid").await;
        Self::of(world, owner, bob, cid).await
    }

    async fn of(world: World, owner: UserId, bob: UserId, cid: UserId) -> Self {
        let id = Self::create(&world, owner, vec![bob, cid]).await;
        Self { world, id, owner, bob, cid }
    }

    /// Another group in the same world.
    pub async fn create(world: &World, by: UserId, members: Vec<UserId>) -> ConversationId {
        let create = CreateGroup { by, id: world.id(), title: "Group".into(), members };
        match world.call(Command::CreateGroup(create)).await {
            Reply::GroupCreated { conversation } => conversation,
            other => panic!("{other:?}"),
        }
    }

    pub async fn post(&self, sender: UserId, count: usize) {
        self.post_in(self.id, sender, count).await;
    }

    pub async fn post_in(&self, conversation: ConversationId, sender: UserId, count: usize) {
        for _ in 0..count {
            let content = Content::Text { text: "hi".into(), mentions: vec![], reply_to: Seq(0) };
            let client_id = self.world.id();
            self.world.call(Command::PostMessage(PostMessage { sender, conversation, client_id, content })).await;
        }
    }

    pub async fn leave(&self, user: UserId) {
        let leave = RemoveMember { by: user, conversation: self.id, user };
        self.world.call(Command::RemoveMember(leave)).await;
    }

    pub async fn come_back(&self, user: UserId) {
        let add = AddMembers { by: self.owner, conversation: self.id, users: vec![user] };
        self.world.call(Command::AddMembers(add)).await;
    }

    pub async fn acknowledge(&self, user: UserId, from: u32, through: u32) {
        let acknowledge = Acknowledge { user, conversation: self.id, from: Seq(from), through: Seq(through) };
        self.world.call(Command::Acknowledge(acknowledge)).await;
    }

    /// The one answer to what must be answered.
    pub async fn answer(&self, query: Query) -> Answer {
        self.world.ask(query).await.expect("it may be asked")
    }
}
