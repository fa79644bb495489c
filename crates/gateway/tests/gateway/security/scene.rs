//! People with things that are theirs, somebody who has nothing to do with them, and an operator of each role.

use laisee_bus::Bus;
use laisee_core::{
    command::{Command, HearOrder, SuspendUser},
    fen::Fen,
    ids::{Millis, OperatorId, OrderId, UserId},
    operator::Role,
    order::Word,
    settings::Settings,
};
use serde_json::{Value, json};

use super::roads::{Road, Told};
use crate::{
    web,
    world::{PASSWORD, Person, World, config, eventually, id, new_id},
};

pub const PIN: &str = "135790";
pub const PDF: &[u8] = b"%PDF-1.7 and what was said";
/// What nobody may read who has nothing to do with it.
pub const SECRETS: [&str; 6] =
    ["words between friends", "luck for the group", "note to bob", "bank of ann", "ann's evidence", "why ann wants it"];

pub struct Scene {
    pub world: World,
    /// Sends and owns everything.
    pub ann: Person,
    /// Her second device, and one that nobody uses.
    pub tablet: Person,
    pub phone: Person,
    /// Her friend, who is in the group and is sent money.
    pub bob: Person,
    /// Her friend, who is in no group.
    pub carol: Person,
    /// Has asked to be her friend.
    pub dave: Person,
    /// Nobody's friend, with money and a PIN.
    pub mallory: Person,
    /// May send no packets for now.
    pub sam: Person,
    pub direct: u64,
    pub group: u64,
    /// In the group, two shares, nobody has opened it.
    pub packet: u64,
    /// Transfers to Bob in each state that matters.
    pub pending: u64,
    pub arrived: u64,
    /// Evidence is [`Scene::file`].
    pub recalled: u64,
    pub file: u64,
    pub order: u64,
    pub withdrawal: u64,
    pub viewer: String,
    pub support: String,
    pub finance: String,
    pub admin: String,
    /// The operators' ids, by role.
    pub operators: [u64; 4],
}

/// Limits that are not in the way.
fn settings() -> Settings {
    Settings { pin_required_from: Fen(1_000_000), transfer_accept_ms: 3_600_000, ..Settings::default() }
}

impl Scene {
    pub async fn new() -> Self {
        let world = World::with(config(), settings());
        let (ann, bob, direct) = world.ann_and_bob().await;
        let [carol, dave, mallory, sam] = [
            world.sign_up("carol").await,
            world.sign_up("dave").await,
            world.sign_up("mallory").await,
            world.sign_up("sam").await,
        ];
        let (tablet, phone) = (world.sign_in(&ann).await, world.sign_in(&ann).await);
        world.befriend(&ann, &carol).await;
        let ask = json!({ "user": ann.user.to_string(), "greeting": "hello" });
        good(&world, &dave, "RequestFriend", ask).await;
        let group = world.group(&ann, &[&bob]).await;
        for person in [&ann, &mallory, &sam, &bob] {
            good(&world, person, "SetPin", json!({ "pin": PIN, "password": PASSWORD })).await;
            good(&world, person, "TopUp", json!({ "id": new_id(), "amount": "100000" })).await;
        }
        let words = json!({ "conversation": direct.to_string(), "clientMsgId": new_id(), "content": { "text": { "text": SECRETS[0] } } });
        good(&world, &ann, "SendMessage", words).await;
        let packet = json!({ "id": new_id(), "conversation": group.to_string(), "kind": "PACKET_KIND_LUCKY", "amount": "1000",
            "count": 2, "greeting": SECRETS[1] });
        let packet = id(&good(&world, &ann, "SendPacket", packet).await["packet"]);
        let mut transfers = vec![];
        for arrival in ["ARRIVAL_AFTER_24_H", "ARRIVAL_AT_ONCE", "ARRIVAL_AFTER_2_H"] {
            let transfer = json!({ "id": new_id(), "conversation": direct.to_string(), "receiver": bob.user.to_string(),
                "amount": "300", "note": SECRETS[2], "arrival": arrival });
            transfers.push(id(&good(&world, &ann, "SendTransfer", transfer).await["transfer"]));
        }
        let order = good(&world, &ann, "TopUp", json!({ "id": new_id(), "amount": "77" })).await;
        let withdraw = json!({ "id": new_id(), "amount": "55", "destination": SECRETS[3], "pin": PIN });
        let withdrawal = good(&world, &ann, "Withdraw", withdraw).await;
        let file = upload(&world, &ann, "ann%27s%20evidence.pdf", PDF).await;
        for (transfer, status) in transfers.iter().zip(["PENDING", "ARRIVED", "PENDING"]) {
            has_status(&world, &ann, *transfer, status).await;
        }
        let recall =
            json!({ "transfer": transfers[2].to_string(), "reason": SECRETS[5], "evidence": [file.to_string()] });
        good(&world, &ann, "RecallTransfer", recall).await;
        eventually(async || {
            let grab =
                world.tell(Road::Rest, Some(&bob.token), "GrabPacket", &json!({ "packet": packet.to_string() })).await;
            (grab.body["status"] == "PACKET_STATUS_OPEN").then_some(())
        })
        .await;
        suspend(&world, &sam).await;
        contradict(&world, id(&withdrawal["order"])).await;
        let mut operators = [0; 4];
        let mut tokens = vec![];
        for (n, role) in Role::ALL.into_iter().enumerate() {
            let token = world.operator_token(role.word(), role).await;
            let me = web::get(&world.addr, "/v1/admin/me", Some(&token)).await.json();
            operators[n] = id(&me["operator"]["id"]);
            tokens.push(token);
        }
        let [viewer, support, finance, admin] = tokens.try_into().unwrap();
        let (order, withdrawal) = (id(&order["order"]), id(&withdrawal["order"]));
        let (pending, arrived, recalled) = (transfers[0], transfers[1], transfers[2]);
        world.settled().await;
        Self {
            world,
            ann,
            tablet,
            phone,
            bob,
            carol,
            dave,
            mallory,
            sam,
            direct,
            group,
            packet,
            pending,
            arrived,
            recalled,
            file,
            order,
            withdrawal,
            viewer,
            support,
            finance,
            admin,
            operators,
        }
    }

    /// The same after the server went down and came back.
    pub async fn restarted(self) -> Self {
        Self { world: self.world.restarted().await, ..self }
    }

    pub fn token(&self, role: Role) -> &str {
        match role {
            Role::Viewer => &self.viewer,
            Role::Support => &self.support,
            Role::Finance => &self.finance,
            Role::Admin => &self.admin,
        }
    }

    pub async fn tell(&self, road: Road, token: &str, request: &str, body: &Value) -> Told {
        self.world.tell(road, Some(token), request, body).await
    }

    /// What of all this an answer gives away.
    pub fn given_away(&self, answer: &str) -> Vec<String> {
        let things = [self.packet, self.pending, self.arrived, self.recalled, self.file, self.order, self.withdrawal];
        let things = things.map(|thing| thing.to_string());
        let tokens = [&self.ann.token, &self.tablet.token, &self.admin].map(Clone::clone);
        let secrets = SECRETS.iter().map(|&secret| secret.to_owned());
        secrets.chain(things).chain(tokens).filter(|secret| answer.contains(secret.as_str())).collect()
    }
}

async fn good(world: &World, person: &Person, request: &str, body: Value) -> Value {
    let told = world.tell(Road::Rest, Some(&person.token), request, &body).await;
    assert!(told.ok(), "{request}: {told:?}");
    told.body
}

pub async fn upload(world: &World, person: &Person, name: &str, bytes: &[u8]) -> u64 {
    let fields = format!("authorization: Bearer {}\r\n", person.token);
    let reply = web::send(&world.addr, "POST", &format!("/v1/files?name={name}"), &fields, bytes).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    id(&reply.json()["id"])
}

pub async fn has_status(world: &World, person: &Person, transfer: u64, status: &str) {
    let asked = json!({ "transfer": transfer.to_string() });
    eventually(async || {
        let found = world.tell(Road::Rest, Some(&person.token), "GetTransfer", &asked).await;
        (found.body["status"] == format!("TRANSFER_STATUS_{status}")).then_some(())
    })
    .await;
}

/// The provider says of an order that was carried out that it was not.
async fn contradict(world: &World, order: u64) {
    let (reference, reason) = (String::new(), String::new());
    let heard = HearOrder { order: OrderId(order), word: Word::Failed, amount: None, reference, reason };
    world.bus.call(Command::HearOrder(heard), None).await.unwrap();
}

/// By an operator, so that no rule is in the book that others would fall under.
async fn suspend(world: &World, person: &Person) {
    let until = Millis(now_ms() + 3_600_000);
    let suspend = SuspendUser {
        user: UserId(person.user),
        until,
        self_release: true,
        by: OperatorId::HOST,
        reason: "for a test".into(),
    };
    world.bus.call(Command::SuspendUser(suspend), None).await.unwrap();
}

pub fn now_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    since.as_millis() as i64
}
