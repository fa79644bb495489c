//! The people of the demo, who they know, what they have said, and what they have sent each other.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use laisee_client::{ClientError, http::Http};
use laisee_wire::v1::{self, Arrival, ErrorCode, PacketKind, TransferStatus, content::Kind};
use serde::{Serialize, de::DeserializeOwned};

use super::PASSWORD;

struct Character {
    name: &'static str,
    display_name: &'static str,
    face: &'static str,
}

const PEOPLE: [Character; 7] = [
    Character { name: "mei", display_name: "林小梅", face: "🌸#B98AC0" },
    Character { name: "chen", display_name: "陈大伟", face: "🐯#E7B75F" },
    Character { name: "nora", display_name: "Nora Lindqvist", face: "🦊#D9745A" },
    Character { name: "ah_ma", display_name: "阿嬷", face: "🍵#55B595" },
    Character { name: "tomas", display_name: "Tomás Rivera", face: "🐼#7F9BD1" },
    Character { name: "yuki", display_name: "Yuki 由纪", face: "🐰#A3A86A" },
    Character { name: "wei", display_name: "李维", face: "🐙#7F9BD1" },
];

/// When the world's client ids were minted, as they say, in ms since 1970.
const MINTED_AT: u64 = 1_767_225_600_000;

/// Knows nobody yet, and asks the first person to be friends.
const NEWCOMER: usize = 6;

/// Whose names are not printed as the two to sign in with.
pub fn others() -> Vec<&'static str> {
    PEOPLE[2..].iter().map(|person| person.name).collect()
}

struct Person {
    id: u64,
    token: String,
    session: u64,
}

struct World {
    http: Http,
    people: Vec<Person>,
    /// Client ids given out. They are the same in every run, so that a world whose making was cut off is made further and
    /// nothing in it is made twice.
    ids: u64,
}

/// Makes the world, unless it is there. The newcomer comes last: who is there with it has everything.
///
/// # Errors
/// When the server refuses something it should not.
pub async fn make(address: &str) -> Result<()> {
    let mut world = World { http: Http::new(address), people: vec![], ids: 0 };
    if world.look_for(&PEOPLE[NEWCOMER]).await?.is_some() {
        return world.leave().await;
    }
    for person in &PEOPLE[..NEWCOMER] {
        world.arrive(person).await?;
    }
    for other in 1..NEWCOMER {
        world.befriend(0, other).await?;
    }
    for (a, b) in [(1, 2), (1, 3), (2, 4), (3, 5)] {
        world.befriend(a, b).await?;
    }
    for person in 0..NEWCOMER {
        world.top_up(person).await?;
    }
    world.talk().await?;
    world.transfer().await?;
    world.arrive(&PEOPLE[NEWCOMER]).await?;
    world.top_up(NEWCOMER).await?;
    let mei = world.people[0].id;
    let request = v1::RequestFriend { user: mei, greeting: "我是羽毛球班的李维".into() };
    world.post::<_, v1::FriendState>(NEWCOMER, &format!("/v1/friends/{mei}/request"), &request).await?;
    world.leave().await
}

impl World {
    /// Signs a person in, if there is one.
    async fn look_for(&mut self, person: &Character) -> Result<Option<v1::SignedIn>> {
        let (name, password, device) = (person.name.into(), PASSWORD.into(), "demo".into());
        let sign_in = v1::SignIn { name, password, device, ..v1::SignIn::default() };
        for _ in 0..100 {
            match self.http.sign_in(&sign_in).await {
                Ok(signed) => {
                    self.enter(&signed);
                    return Ok(Some(signed));
                }
                Err(ClientError::Refused(error)) if error.code() == ErrorCode::WrongNameOrPassword => return Ok(None),
                // The shards are still starting.
                Err(ClientError::Refused(error)) if error.retry_after_ms > 0 => {
                    tokio::time::sleep(Duration::from_millis(error.retry_after_ms.into())).await;
                }
                Err(error) => bail!("the demo cannot look for its people: {error}"),
            }
        }
        bail!("the server does not get ready")
    }

    /// Signs a person up, or in when a making that was cut off came that far.
    async fn arrive(&mut self, person: &Character) -> Result<()> {
        if self.look_for(person).await?.is_some() {
            return Ok(());
        }
        let request = v1::SignUp {
            name: person.name.into(),
            display_name: person.display_name.into(),
            face: person.face.into(),
            password: PASSWORD.into(),
            device: "demo".into(),
            device_id: String::new(),
        };
        let signed = self.http.sign_up(&request).await.with_context(|| format!("signing {} up", person.name))?;
        self.enter(&signed);
        Ok(())
    }

    fn enter(&mut self, signed: &v1::SignedIn) {
        let id = signed.user.as_ref().map_or(0, |user| user.id);
        self.people.push(Person { id, token: signed.token.clone(), session: signed.session });
    }

    /// Signs everybody out: the making leaves no devices behind.
    async fn leave(mut self) -> Result<()> {
        for Person { token, session, .. } in &self.people {
            let path = format!("/v1/sessions/{session}");
            let gone: Result<v1::SessionClosed, _> = self.http.call("DELETE", &path, Some(token), None::<&()>).await;
            gone.context("signing out")?;
        }
        Ok(())
    }

    /// As if minted at the beginning of 2026, one after another.
    fn next_id(&mut self) -> String {
        self.ids += 1;
        let random = u128::from(self.ids).to_be_bytes();
        let random = random[6..].try_into().expect("ten of sixteen bytes");
        uuid::Builder::from_unix_timestamp_millis(MINTED_AT, random).into_uuid().to_string()
    }

    async fn top_up(&mut self, who: usize) -> Result<()> {
        let top_up = v1::TopUp { id: self.next_id(), amount: 50_000 };
        self.post::<_, v1::ToppedUp>(who, "/v1/wallet/top-up", &top_up).await?;
        Ok(())
    }

    async fn post<Q: Serialize, A: DeserializeOwned>(&mut self, who: usize, path: &str, body: &Q) -> Result<A> {
        let token = self.people[who].token.clone();
        self.http.call("POST", path, Some(&token), Some(body)).await.with_context(|| format!("POST {path}"))
    }

    async fn befriend(&mut self, a: usize, b: usize) -> Result<u64> {
        let (a_id, b_id) = (self.people[a].id, self.people[b].id);
        let request = v1::RequestFriend { user: b_id, greeting: String::new() };
        let (path, token) = (format!("/v1/friends/{b_id}/request"), self.people[a].token.clone());
        match self.http.call::<_, v1::FriendState>("POST", &path, Some(&token), Some(&request)).await {
            Ok(_) => {}
            Err(ClientError::Refused(error)) if error.code() == ErrorCode::AlreadyFriends => {}
            Err(error) => return Err(error).context("asking to be friends"),
        }
        let answer = v1::AnswerFriend { user: a_id, accept: true };
        let state: v1::FriendState = self.post(b, &format!("/v1/friends/{a_id}/answer"), &answer).await?;
        Ok(state.conversation)
    }

    async fn friends(&mut self, who: usize) -> Result<Vec<v1::Friend>> {
        let token = self.people[who].token.clone();
        let friends: v1::Friends = self.http.call("GET", "/v1/friends", Some(&token), None::<&()>).await?;
        Ok(friends.friends)
    }

    async fn direct(&mut self, a: usize, b: usize) -> Result<u64> {
        let other = self.people[b].id;
        // A new friendship reaches the friend list a moment after it is made.
        for _ in 0..200 {
            let friends = self.friends(a).await?;
            let found = friends.iter().find(|friend| friend.user.as_ref().is_some_and(|user| user.id == other));
            if let Some(friend) = found.filter(|friend| friend.conversation != 0) {
                return Ok(friend.conversation);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        bail!("a friendship does not arrive")
    }

    async fn say(&mut self, who: usize, conversation: u64, text: &str) -> Result<()> {
        let kind = Kind::Text(v1::Text { text: text.into(), ..v1::Text::default() });
        let content = v1::Content { fallback: String::new(), kind: Some(kind) };
        let message = v1::SendMessage { conversation, client_msg_id: self.next_id(), content: Some(content) };
        let _: v1::MessageSent = self.post(who, "/v1/messages", &message).await?;
        Ok(())
    }

    async fn group(&mut self, by: usize, title: &str, members: &[usize]) -> Result<u64> {
        for member in members {
            self.direct(by, *member).await?;
        }
        let members = members.iter().map(|member| self.people[*member].id).collect();
        let create = v1::CreateGroup { client_id: self.next_id(), title: title.into(), members };
        let state: v1::ConversationState = self.post(by, "/v1/groups", &create).await?;
        Ok(state.conversation.map_or(0, |conversation| conversation.id))
    }

    async fn announce(&mut self, who: usize, conversation: u64, announcement: &str) -> Result<()> {
        let update = v1::UpdateGroup { conversation, title: None, announcement: Some(announcement.into()) };
        let path = format!("/v1/conversations/{conversation}");
        let token = self.people[who].token.clone();
        let _: v1::ConversationState =
            self.http.call("PATCH", &path, Some(&token), Some(&update)).await.context("announcing")?;
        Ok(())
    }

    async fn send_packet(
        &mut self,
        who: usize,
        conversation: u64,
        (amount, count): (i64, u32),
        greeting: &str,
    ) -> Result<u64> {
        let kind = if count == 1 { PacketKind::Named } else { PacketKind::Lucky };
        let (kind, greeting) = (kind.into(), greeting.into());
        let send =
            v1::SendPacket { id: self.next_id(), conversation, kind, amount, count, greeting, ..Default::default() };
        let funded: v1::PacketFunded = self.post(who, "/v1/packets", &send).await?;
        Ok(funded.packet)
    }

    async fn open(&mut self, who: usize, packet: u64) -> Result<()> {
        let open = v1::OpenPacket { packet };
        let path = format!("/v1/packets/{packet}/open");
        for _ in 0..200 {
            let token = self.people[who].token.clone();
            match self.http.call::<_, v1::PacketOpened>("POST", &path, Some(&token), Some(&open)).await {
                Ok(_) => return Ok(()),
                Err(ClientError::Refused(error)) if error.code() == ErrorCode::PacketNotOpenYet => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Err(error) => return Err(error).context("opening a packet"),
            }
        }
        bail!("a packet does not open")
    }

    async fn send_transfer(
        &mut self,
        (from, to): (usize, usize),
        (amount, arrival): (i64, Arrival),
        note: &str,
    ) -> Result<u64> {
        let (conversation, receiver) = (self.direct(from, to).await?, self.people[to].id);
        let (arrival, note) = (arrival.into(), note.into());
        let send = v1::SendTransfer {
            id: self.next_id(),
            conversation,
            receiver,
            amount,
            note,
            arrival,
            ..Default::default()
        };
        let funded: v1::TransferFunded = self.post(from, "/v1/transfers", &send).await?;
        let path = format!("/v1/transfers/{}", funded.transfer);
        for _ in 0..200 {
            let token = self.people[from].token.clone();
            let now: v1::Transfer = self.http.call("GET", &path, Some(&token), None::<&()>).await?;
            let posted = now.status() != TransferStatus::Funded;
            if posted && (now.status() != TransferStatus::Pending || now.arrival() != Arrival::AtOnce) {
                return Ok(funded.transfer);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        bail!("a transfer is not posted")
    }

    /// Money that has come, money that is still on its way, and a dispute for the operators.
    async fn transfer(&mut self) -> Result<()> {
        let (mei, nora, tomas, yuki) = (0, 2, 4, 5);
        self.send_transfer((tomas, mei), (4_500, Arrival::AtOnce), "Climbing gym, my half").await?;
        self.send_transfer((mei, yuki), (12_000, Arrival::After24H), "机票订金").await?;
        let rope = self.send_transfer((nora, tomas), (8_800, Arrival::After24H), "Second-hand rope").await?;
        let reason = "The rope on the photo is not his: the same photo is in three other offers.".into();
        let (path, token) = (format!("/v1/transfers/{rope}/recall"), self.people[nora].token.clone());
        let recall = v1::RecallTransfer { transfer: rope, reason, evidence: vec![] };
        match self.http.call::<_, v1::Transfer>("POST", &path, Some(&token), Some(&recall)).await {
            Ok(_) => Ok(()),
            // A making that was cut off a day ago: it has gone its way.
            Err(ClientError::Refused(error))
                if [ErrorCode::TransferArrived, ErrorCode::TransferAccepted, ErrorCode::TransferEnded]
                    .contains(&error.code()) =>
            {
                Ok(())
            }
            Err(error) => Err(error).context("recalling a transfer"),
        }
    }

    async fn talk(&mut self) -> Result<()> {
        let (mei, chen, nora, ah_ma, tomas, yuki) = (0, 1, 2, 3, 4, 5);

        let direct = self.direct(mei, tomas).await?;
        self.say(tomas, direct, "Your rope bag is still in my car.").await?;

        let climbing = self.group(nora, "Saturday climbers", &[mei, tomas]).await?;
        for (who, text) in [
            (nora, "Wall opens at nine, who is in?"),
            (tomas, "Me, if somebody carries my shoes."),
            (mei, "In. And I bring dumplings for the winner."),
            (nora, "Then I am suddenly very motivated."),
        ] {
            self.say(who, climbing, text).await?;
        }
        self.send_packet(nora, climbing, (3_000, 3), "First one up").await?;

        let direct = self.direct(mei, nora).await?;
        for (who, text) in [
            (nora, "How do you say \"happy new year\" so that grandma laughs?"),
            (mei, "新年快乐，恭喜发财，红包拿来！"),
            (nora, "I have practised it for an hour."),
        ] {
            self.say(who, direct, text).await?;
        }

        let direct = self.direct(mei, chen).await?;
        for (who, text) in
            [(chen, "周末的票买好了吗？"), (mei, "买好了，两张，靠窗。"), (chen, "太好了，票钱我发你红包。")]
        {
            self.say(who, direct, text).await?;
        }
        self.send_packet(chen, direct, (6_600, 1), "路上小心").await?;

        let family = self.group(mei, "团圆饭 🥟", &[chen, ah_ma, yuki]).await?;
        self.announce(mei, family, "除夕六点，阿嬷家。带上胃口就好。").await?;
        for (who, text) in [
            (ah_ma, "除夕都回来吃饭，不许说忙。"),
            (chen, "我带酒！六点前到。"),
            (yuki, "妈妈说她做年糕，我负责吃。"),
            (mei, "好好好，碗我来洗 😄"),
        ] {
            self.say(who, family, text).await?;
        }
        let thanks = self.send_packet(mei, family, (2_000, 3), "先谢谢阿嬷").await?;
        for who in [ah_ma, yuki, chen] {
            self.open(who, thanks).await?;
        }
        self.say(ah_ma, family, "乖。我也发一个，暖一暖。").await?;
        let warm = self.send_packet(ah_ma, family, (8_888, 4), "平平安安，万事如意").await?;
        for who in [chen, mei, yuki, ah_ma] {
            self.open(who, warm).await?;
        }
        self.say(chen, family, "谢谢阿嬷！").await?;
        self.say(yuki, family, "手气最佳是我吗？").await?;
        self.send_packet(chen, family, (5_200, 4), "酒钱，大家随意").await?;
        Ok(())
    }
}
