//! People, talk and money through running shards, over each store, and again after a restart.

use std::{sync::Arc, time::Duration};

use laisee_bus::{Bus, Failure, LocalBus, ShardLimits};
use laisee_core::{
    command::{AnswerFriend, Command, OpenPacket, PostMessage, Reply, RequestFriend, SendPacket, SignUp, TopUp},
    content::Content,
    fen::Fen,
    ids::{ClientId, ConversationId, Millis, PacketId, Seq, UserId},
    packet::{PacketKind, PacketStatus},
    pair::Relation,
    query::{Answer, Query, Stretch, StretchFrom},
    refusal::Refusal,
    settings::Settings,
};
use laisee_shard::{ShardOptions, Shards};
use laisee_store::{Store, memory::MemoryStore, sqlite::SqliteStore};

struct World {
    bus: Arc<LocalBus>,
    shards: Shards,
}

fn start<S: Store>(store: &Arc<S>, settings: Settings) -> World {
    let (bus, inboxes) = LocalBus::new(store.shards(), ShardLimits::default());
    let options = ShardOptions { settings: Arc::new(settings), ..ShardOptions::default() };
    let shards = laisee_shard::start(store, &bus, inboxes, &options);
    World { bus, shards }
}

impl World {
    async fn call(&self, command: Command) -> Result<Reply, Failure> {
        loop {
            match self.bus.call(command.clone(), None).await {
                Err(Failure::Unavailable { .. }) => tokio::time::sleep(Duration::from_millis(20)).await,
                done => return done,
            }
        }
    }

    async fn ask(&self, user: UserId, query: Query) -> Answer {
        self.bus.query(user.shard(), query).await.expect("the query is answered")
    }

    async fn sign_up(&self, name: &str) -> UserId {
        let sign_up =
            SignUp { name: name.into(), display_name: name.into(), face: String::new(), password_hash: "x".into() };
        match self.call(Command::SignUp(sign_up)).await {
            Ok(Reply::SignedUp { user }) => user,
            other => panic!("{other:?}"),
        }
    }

    async fn befriend(&self, a: UserId, b: UserId) -> ConversationId {
        let request = RequestFriend { by: a, other: b, greeting: "hello".into() };
        self.call(Command::RequestFriend(request)).await.expect("may ask");
        match self.call(Command::AnswerFriend(AnswerFriend { by: b, other: a, accept: true })).await {
            Ok(Reply::FriendState { relation: Relation::Friend, conversation: Some(conversation), .. }) => conversation,
            other => panic!("{other:?}"),
        }
    }

    async fn balance(&self, user: UserId) -> Fen {
        match self.ask(user, Query::Wallet { user }).await {
            Answer::Wallet { balance, .. } => balance,
            other => panic!("{other:?}"),
        }
    }

    async fn until(&self, what: &str, mut holds: impl AsyncFnMut() -> bool) {
        for _ in 0..500 {
            if holds().await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("never came true: {what}");
    }

    async fn status(&self, user: UserId, packet: PacketId) -> Option<PacketStatus> {
        match self.bus.query(packet.shard(), Query::Packet { user, packet }).await {
            Ok(Answer::Packet(seen)) => Some(seen.status),
            _ => None,
        }
    }
}

fn id(n: u128) -> ClientId {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    ClientId::compose(Millis(now.as_millis() as i64), n)
}

async fn journey<S: Store>(store: Arc<S>) {
    let world = start(&store, Settings::default());
    let (ann, bob) = (world.sign_up("ann").await, world.sign_up("bob").await);
    let conversation = world.befriend(ann, bob).await;

    let text = Content::Text { text: "hi".into(), mentions: vec![], reply_to: Seq(0) };
    let post = PostMessage { sender: ann, conversation, client_id: id(1), content: text };
    let first = world.call(Command::PostMessage(post.clone())).await.expect("a member may write");
    assert_eq!(
        world.call(Command::PostMessage(post.clone())).await,
        Ok(first.clone()),
        "a resend gets the first answer"
    );

    let top_up = TopUp { user: ann, id: id(2), amount: Fen(10_000) };
    let topped_up = world.call(Command::TopUp(top_up.clone())).await.expect("the sandbox pays");
    let Reply::ToppedUp { amount, balance, .. } = topped_up else { panic!("{topped_up:?}") };
    assert_eq!((amount, balance), (Fen(10_000), Fen(10_000)));
    let send = SendPacket {
        sender: ann,
        id: id(3),
        conversation,
        kind: PacketKind::Lucky,
        amount: Fen(888),
        count: 1,
        greeting: "恭喜发财".into(),
        pass: None,
    };
    let Ok(Reply::PacketFunded { packet, balance, .. }) = world.call(Command::SendPacket(send.clone())).await else {
        panic!("the packet is not funded");
    };
    assert_eq!(balance, Fen(9_112));
    world.until("the packet is open", async || world.status(bob, packet).await == Some(PacketStatus::Open)).await;

    let open = |user| Command::OpenPacket(OpenPacket { user, packet });
    assert_eq!(world.call(open(ann)).await, Err(Failure::Refused(Refusal::PacketNotForYou)));
    let opened = Reply::PacketOpened { packet, amount: Fen(888), index: 0, first: true };
    assert_eq!(world.call(open(bob)).await, Ok(opened));
    world.until("the share is credited", async || world.balance(bob).await == Fen(888)).await;
    world.shards.stop();

    // Everything is there after a restart, and every repeat gets its first answer.
    let world = start(&store, Settings::default());
    assert_eq!(world.call(Command::PostMessage(post)).await, Ok(first));
    assert_eq!(world.call(Command::TopUp(top_up.clone())).await, Ok(topped_up));
    let other = TopUp { amount: Fen(1), ..top_up };
    assert_eq!(world.call(Command::TopUp(other)).await, Err(Failure::Refused(Refusal::IdReused)));
    let again = Reply::PacketOpened { packet, amount: Fen(888), index: 0, first: false };
    assert_eq!(world.call(open(bob)).await, Ok(again));
    assert_eq!(world.balance(ann).await, Fen(9_112));
    assert_eq!(world.balance(bob).await, Fen(888));
    let stretch = Stretch { conversation, from: StretchFrom::Before(Seq(0)), not_before: Millis(0), limit: 10 };
    let history = Query::History { user: bob, stretches: vec![stretch] };
    let Ok(Answer::Stretches(found)) = world.bus.query(conversation.shard(), history).await else {
        panic!("no history")
    };
    let seqs: Vec<u32> = found[0].messages.iter().map(|message| message.seq.0).collect();
    assert_eq!(seqs, [1, 2, 3], "the note, the text, the packet");
    world.shards.stop();
}

async fn expiry<S: Store>(store: Arc<S>) {
    let world = start(&store, Settings { packet_life_ms: 300, ..Settings::default() });
    let (ann, bob) = (world.sign_up("ann").await, world.sign_up("bob").await);
    let conversation = world.befriend(ann, bob).await;
    world.call(Command::TopUp(TopUp { user: ann, id: id(1), amount: Fen(1_000) })).await.expect("the sandbox pays");
    let send = |n, conversation| {
        Command::SendPacket(SendPacket {
            sender: ann,
            id: id(n),
            conversation,
            kind: PacketKind::Equal,
            amount: Fen(100),
            count: 1,
            greeting: String::new(),
            pass: None,
        })
    };
    world.call(send(2, conversation)).await.expect("there is money");
    world.call(send(3, ConversationId(bob.0))).await.expect("whether it can be posted is not known yet");
    world.until("both are refunded", async || world.balance(ann).await == Fen(1_000)).await;
    world.shards.stop();
}

#[tokio::test]
async fn people_talk_and_open_packets_in_memory() {
    journey(Arc::new(MemoryStore::new(4))).await;
}

#[tokio::test]
async fn people_talk_and_open_packets_on_sqlite() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = SqliteStore::open_or_create(folder.path(), 4).expect("a new store");
    journey(Arc::new(store)).await;
}

#[tokio::test]
async fn what_nobody_opens_goes_back_in_memory() {
    expiry(Arc::new(MemoryStore::new(3))).await;
}

#[tokio::test]
async fn what_nobody_opens_goes_back_on_sqlite() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = SqliteStore::open_or_create(folder.path(), 3).expect("a new store");
    expiry(Arc::new(store)).await;
}
