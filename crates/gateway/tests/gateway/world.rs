//! A server and its people.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use laisee_bus::{Delivery, LocalBus, Outcome, ReplyTo, Request, ShardInbox, ShardLimits};
use laisee_core::{settings::Settings, user::shard_of_name};
use laisee_gateway::{Assets, Files, GatewayConfig, Handle, Inside, PasswordCost, ShardFigures};
use laisee_payments::signature::Secret;
use laisee_shard::{ShardOptions, Shards};
use laisee_store::memory::MemoryStore;
use laisee_wire::v1::{
    self, Content, CreateGroup, PacketKind, SendMessage, SendPacket, Text, TopUp, client_frame::Body as Ask,
    content::Kind, server_frame::Body as Answer,
};
use serde_json::{Value, json};

use crate::{
    live::{Encoding, Live},
    web,
};

pub const SHARDS: u16 = 2;
/// Shared with the payment provider.
pub const PROVIDER_SECRET: &[u8] = b"of the two of us";
pub const PASSWORD: &str = "correct horse";

/// The least a password may cost, no rate limits, no long waits.
pub fn config() -> GatewayConfig {
    GatewayConfig {
        password_cost: PasswordCost::Test,
        sign_ins_per_min: 0,
        requests_per_s: 0,
        drain_ms: 300,
        ..GatewayConfig::default()
    }
}

pub struct World {
    pub addr: String,
    pub bus: Arc<LocalBus>,
    pub ready: Arc<AtomicBool>,
    running: Option<(Handle, Shards)>,
    /// Ends of shards that nobody serves.
    pub held: Vec<ShardInbox>,
    /// Where uploaded files are.
    pub place: tempfile::TempDir,
    /// What outlives a restart.
    pub store: Arc<MemoryStore>,
    config: GatewayConfig,
    settings: Settings,
}

/// Somebody with an account, and a token for one device.
#[derive(Clone)]
pub struct Person {
    pub user: u64,
    pub name: String,
    pub session: u64,
    pub token: String,
}

impl World {
    pub fn new() -> Self {
        Self::with(config(), Settings::default())
    }

    pub fn configured(config: GatewayConfig) -> Self {
        Self::with(config, Settings::default())
    }

    pub fn with(config: GatewayConfig, settings: Settings) -> Self {
        Self::built(config, settings, ShardLimits::default(), SHARDS)
    }

    /// Only the first `served` shards run; the test has the others' ends in its hands.
    pub fn built(config: GatewayConfig, settings: Settings, limits: ShardLimits, served: u16) -> Self {
        let store = Arc::new(MemoryStore::new(SHARDS));
        let place = tempfile::tempdir().expect("a place for files");
        Self::on(store, place, config, settings, limits, served)
    }

    /// Serves what is there.
    fn on(
        store: Arc<MemoryStore>,
        place: tempfile::TempDir,
        config: GatewayConfig,
        settings: Settings,
        limits: ShardLimits,
        served: u16,
    ) -> Self {
        let (bus, mut inboxes) = LocalBus::new(SHARDS, limits);
        let held = inboxes.split_off(usize::from(served));
        let options = ShardOptions { settings: Arc::new(settings.clone()), ..ShardOptions::default() };
        let shards = laisee_shard::start(&store, &bus, inboxes, &options);
        while !shards.ready() {
            std::thread::sleep(Duration::from_millis(1));
        }
        let ready = Arc::new(AtomicBool::new(true));
        let health = ready.clone();
        let inside = Inside {
            ready: Arc::new(move || health.load(Ordering::Relaxed)),
            figures: Arc::new(|| "laisee_of_the_shards 1\n".into()),
            shards: Arc::new(|| vec![ShardFigures { shard: 1, ready: true, ..ShardFigures::default() }]),
            reconciliation: Arc::new(Default::default),
            files: Arc::new(Files::open(place.path()).expect("a place for files")),
            payments: Some(Arc::new(laisee_payments::door::Door::new(Secret::new(PROVIDER_SECRET)))),
        };
        let handle = laisee_gateway::serve(&config, "127.0.0.1:0", &settings, bus.clone(), Assets::none(), inside)
            .expect("a port is free");
        let addr = handle.local_addr().to_string();
        Self { addr, bus, ready, running: Some((handle, shards)), held, place, store, config, settings }
    }

    /// The same data, served anew, at another address.
    pub async fn restarted(mut self) -> Self {
        let gone = self.go_away();
        while !gone.is_finished() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let place = std::mem::replace(&mut self.place, tempfile::tempdir().expect("another place"));
        let (store, config, settings) = (self.store.clone(), self.config.clone(), self.settings.clone());
        Self::on(store, place, config, settings, ShardLimits::default(), SHARDS)
    }

    /// Asks the gateway to go; what it returns is done when it has gone.
    pub fn go_away(&mut self) -> std::thread::JoinHandle<()> {
        let (handle, shards) = self.running.take().expect("it goes once");
        std::thread::spawn(move || {
            handle.shutdown();
            shards.stop();
        })
    }

    /// The next request of a client to the shard that nobody serves; couriers come by as well.
    pub async fn held_request(&mut self) -> Request {
        loop {
            let request = self.held[0].requests.recv().await.expect("the bus is there");
            if matches!(request.reply_to, ReplyTo::Gateway { .. }) {
                return request;
            }
        }
    }

    /// What becomes of it.
    pub fn reply(&self, request: &Request, outcome: Outcome) {
        let ReplyTo::Gateway { gateway, ticket } = request.reply_to else { panic!("{request:?}") };
        self.bus.deliver(gateway, &mut vec![Delivery::Reply { ticket, outcome }]);
    }

    pub async fn sign_up(&self, name: &str) -> Person {
        let body = json!({ "name": name, "displayName": name, "password": PASSWORD, "device": "first" });
        let answer = web::post(&self.addr, "/v1/sign-up", None, &body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        person(name, &answer.json())
    }

    /// Another device of the same account.
    pub async fn sign_in(&self, person: &Person) -> Person {
        let body = json!({ "name": person.name, "password": PASSWORD, "device": "another" });
        let answer = web::post(&self.addr, "/v1/sign-in", None, &body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        self::person(&person.name, &answer.json())
    }

    /// Ann and Bob, who are friends, and their conversation.
    pub async fn ann_and_bob(&self) -> (Person, Person, u64) {
        let (ann, bob) = (self.sign_up("ann").await, self.sign_up("bob").await);
        let conversation = self.befriend(&ann, &bob).await;
        (ann, bob, conversation)
    }

    /// Friends, whether or not their lists say so yet.
    pub async fn just_friends(&self, a: &Person, b: &Person) -> u64 {
        let ask = format!("/v1/friends/{}/request", b.user);
        assert_eq!(web::post(&self.addr, &ask, Some(&a.token), &json!({})).await.status, 200);
        let accept = format!("/v1/friends/{}/answer", a.user);
        let answer = web::post(&self.addr, &accept, Some(&b.token), &json!({ "accept": true })).await;
        id(&answer.json()["conversation"])
    }

    pub async fn befriend(&self, a: &Person, b: &Person) -> u64 {
        let conversation = self.just_friends(a, b).await;
        // The word goes by courier to the shards of both.
        for person in [a, b] {
            eventually(async || {
                let friends = web::get(&self.addr, "/v1/friends", Some(&person.token)).await.json();
                let friends = friends["friends"].as_array().cloned().unwrap_or_default();
                friends.iter().any(|friend| friend["conversation"] == json!(conversation.to_string())).then_some(())
            })
            .await;
        }
        conversation
    }

    /// A group of `owner` and its friends `members`.
    pub async fn group(&self, owner: &Person, members: &[&Person]) -> u64 {
        let members = members.iter().map(|member| member.user).collect();
        let group = Ask::CreateGroup(CreateGroup { client_id: new_id(), title: "tea".into(), members });
        match self.live(owner).await.ask(group).await {
            Answer::ConversationState(state) => state.conversation.unwrap().id,
            other => panic!("{other:?}"),
        }
    }

    /// A live connection, signed in.
    pub async fn live(&self, person: &Person) -> Live {
        self.live_in(person, Encoding::Protobuf).await
    }

    pub async fn live_in(&self, person: &Person, encoding: Encoding) -> Live {
        let mut live = Live::connect(&self.addr, encoding).await;
        match live.hello(&person.token).await {
            Answer::Welcome(_) => live,
            other => panic!("{other:?}"),
        }
    }

    pub async fn rest(&self, method: &str, path: &str, person: &Person, body: &Value) -> web::Reply {
        web::call(&self.addr, method, path, Some(&person.token), &body.to_string()).await
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if self.running.is_some() {
            // Clients that are still there need their threads to say goodbye, so nobody waits for it here.
            drop(self.go_away());
        }
    }
}

fn person(name: &str, signed: &Value) -> Person {
    Person {
        user: id(&signed["user"]["id"]),
        name: name.into(),
        session: id(&signed["session"]),
        token: signed["token"].as_str().unwrap().into(),
    }
}

/// A 64-bit id in JSON (T2).
pub fn id(value: &Value) -> u64 {
    value.as_str().unwrap_or_else(|| panic!("{value} is no id")).parse().unwrap()
}

/// A name that lives in a shard.
pub fn name_in(shard: u16) -> String {
    let names = (0..).map(|n| format!("person{n}"));
    names.into_iter().find(|name| shard_of_name(name, SHARDS).0 == shard).expect("there are many names")
}

/// An id of something in a shard that nobody ever made.
pub fn made_up_id(shard: u16) -> u64 {
    (1_u64 << 30 << 22) | (u64::from(shard) << 12) | 7
}

/// A UUIDv7 that was not there before.
pub fn new_id() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let bytes = u128::from(COUNT.fetch_add(1, Ordering::Relaxed)).to_be_bytes();
    let random = &bytes[6..].try_into().unwrap();
    uuid::Builder::from_unix_timestamp_millis(since.as_millis() as u64, random).into_uuid().to_string()
}

pub fn text(text: &str) -> Option<Content> {
    let kind = Kind::Text(Text { text: text.into(), ..Text::default() });
    Some(Content { fallback: String::new(), kind: Some(kind) })
}

pub fn say(conversation: u64, words: &str) -> Ask {
    Ask::SendMessage(SendMessage { conversation, client_msg_id: new_id(), content: text(words) })
}

pub fn top_up(amount: i64) -> Ask {
    Ask::TopUp(TopUp { id: new_id(), amount })
}

pub fn packet(conversation: u64, amount: i64, count: u32) -> SendPacket {
    let kind = PacketKind::Lucky.into();
    SendPacket { id: new_id(), conversation, kind, amount, count, ..SendPacket::default() }
}

/// Sends a packet and waits until it lies in the conversation.
pub async fn send_packet(live: &mut Live, packet: SendPacket) -> u64 {
    let packet = match live.ask(Ask::SendPacket(packet)).await {
        Answer::PacketFunded(funded) => funded.packet,
        other => panic!("{other:?}"),
    };
    for _ in 0..500 {
        match live.ask(Ask::GrabPacket(v1::GrabPacket { packet })).await {
            Answer::PacketGrab(grab) if grab.status() == v1::PacketStatus::Open => return packet,
            Answer::PacketGrab(_) => tokio::time::sleep(Duration::from_millis(5)).await,
            other => panic!("{other:?}"),
        }
    }
    panic!("the packet never arrived");
}

/// Waits until there is something to be had.
pub async fn eventually<T>(mut there: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..500 {
        if let Some(found) = there().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it never came true");
}
