//! The people of a storm: accounts, friendships, groups. Every step is repeated until it is done, so that a server
//! that restarts meanwhile does no harm.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use laisee_client::{
    Client, ClientError, Connection, Encoding, Event, Identity, Options, Tempo,
    device::{Jitter, mint},
    http::Http,
};
use laisee_wire::v1::{
    AnswerFriend, ConversationState, CreateGroup, ErrorCode, ListFriends, Relation, RequestFriend, SignIn, SignUp,
    SignedIn,
};
use tokio::{sync::Semaphore, task::JoinSet, time::Instant};

use crate::{
    StormError,
    insist::{Insist, insist},
};

/// How long a preparation may take before the storm is called off.
const PATIENCE: Duration = Duration::from_secs(120);

/// A signed-in user.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub user: u64,
    pub name: String,
    pub password: String,
    pub token: String,
}

impl Person {
    /// A device of this person.
    pub(crate) fn device(&self, tempo: Tempo, seed: u64) -> Client {
        let client = concat!("storm ", env!("CARGO_PKG_VERSION")).into();
        Client::new(Identity { token: self.token.clone(), client }, tempo, seed)
    }

    /// A connection for requests alone: no sync, no acknowledgements.
    pub(crate) fn requests(&self, addresses: &[String], seed: u64) -> Connection {
        let tempo = Tempo { follow: false, ..Tempo::tireless() };
        Connection::open(Options::new(addresses.to_vec()), self.device(tempo, seed), |_: Event| {}).0
    }

    pub(crate) fn options(addresses: &[String], json: bool) -> Options {
        let encoding = if json { Encoding::Json } else { Encoding::Protobuf };
        Options::new(addresses.to_vec()).with_encoding(encoding)
    }
}

pub(crate) fn unix_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as i64
}

/// A name part that no other storm against this server has.
pub(crate) fn tag(seed: u64) -> String {
    let mut rest = (unix_ms() as u64) << 12 | (seed & 0xfff);
    let mut tag = String::new();
    while rest > 0 {
        tag.push(char::from_digit((rest % 36) as u32, 36).unwrap_or('0'));
        rest /= 36;
    }
    tag
}

/// Signs `count` users up, `concurrency` at a time.
pub(crate) async fn sign_up(
    addresses: &[String],
    tag: &str,
    count: usize,
    concurrency: usize,
) -> Result<Vec<Person>, StormError> {
    let workers = concurrency.clamp(1, count.max(1));
    let mut tasks = JoinSet::new();
    for worker in 0..workers {
        let (addresses, tag) = (addresses.to_vec(), tag.to_owned());
        tasks.spawn(async move {
            let mut https: Vec<Http> = addresses.iter().map(Http::new).collect();
            let mut people = Vec::new();
            for index in (worker..count).step_by(workers) {
                let person = sign_up_one(&mut https, &tag, index).await;
                people.push((index, person.map_err(StormError::setup(format!("signing up user {index}")))?));
            }
            Ok::<_, StormError>(people)
        });
    }
    let mut people = Vec::with_capacity(count);
    while let Some(done) = tasks.join_next().await {
        people.extend(done.map_err(|e| StormError::Plan(format!("a sign-up task ended: {e}")))??);
    }
    people.sort_by_key(|&(index, _)| index);
    Ok(people.into_iter().map(|(_, person)| person).collect())
}

/// Takes the addresses in turn until one answers.
async fn sign_up_one(https: &mut [Http], tag: &str, index: usize) -> Result<Person, ClientError> {
    let name = format!("s{tag}n{index}");
    let password = format!("storm {tag} {index}");
    let faces = ["🐼#E7B75F", "🦊#D98A4B", "🐯#C9A227", "🐲#4F8A5B", "🐰#B98EA7"];
    let request = SignUp {
        name: name.clone(),
        display_name: format!("Storm {index}"),
        face: faces[index % faces.len()].into(),
        password: password.clone(),
        device: "storm".into(),
        device_id: String::new(),
    };
    let mut insist = Insist::new(Instant::now() + PATIENCE, index as u64);
    let (mut turn, addresses) = (index, https.len());
    let signed_up = insist!(insist, {
        turn += 1;
        https[turn % addresses].sign_up(&request)
    });
    let signed_in = match signed_up {
        // The first attempt was done, its answer lost.
        Err(error) if error.code() == Some(ErrorCode::NameTaken) => sign_in(https, &name, &password).await?,
        other => other?,
    };
    let user = signed_in.user.as_ref().map_or(0, |user| user.id);
    Ok(Person { user, name, password, token: signed_in.token })
}

pub(crate) async fn sign_in(https: &mut [Http], name: &str, password: &str) -> Result<SignedIn, ClientError> {
    let request = SignIn { name: name.into(), password: password.into(), device: "storm".into(), ..SignIn::default() };
    let mut insist = Insist::new(Instant::now() + PATIENCE, 0);
    let (mut turn, addresses) = (0, https.len());
    insist!(insist, {
        turn += 1;
        https[turn % addresses].sign_in(&request)
    })
}

/// A group whose members are friends of the first one.
#[derive(Clone, Debug)]
pub(crate) struct Circle {
    pub group: u64,
    /// The direct conversation of the first with each other member, in their order.
    pub direct: Vec<u64>,
}

/// Makes the first of `members` a friend of each other one, and a group of them all.
pub(crate) async fn gather(
    members: &[(u64, Connection)],
    title: String,
    permits: Arc<Semaphore>,
) -> Result<Circle, StormError> {
    let failed = || StormError::setup(format!("gathering {title}"));
    let Some(((owner, owner_link), others)) = members.split_first() else {
        return Err(StormError::Plan("an empty group".into()));
    };
    let mut tasks = JoinSet::new();
    for (nth, (user, link)) in others.iter().enumerate() {
        let (owner, owner_link, user, link) = (*owner, owner_link.clone(), *user, link.clone());
        let permits = permits.clone();
        tasks.spawn(async move {
            let _permit = permits.acquire().await;
            (nth, befriend(owner, &owner_link, user, &link).await)
        });
    }
    let mut direct = vec![0; others.len()];
    while let Some(done) = tasks.join_next().await {
        let (nth, conversation) = done.map_err(|e| StormError::Plan(format!("a friendship task ended: {e}")))?;
        direct[nth] = conversation.map_err(failed())?;
    }
    let request = CreateGroup {
        client_id: mint(unix_ms(), &mut Jitter::new(*owner)),
        title: title.clone(),
        members: others.iter().map(|&(user, _)| user).collect(),
    };
    let mut insist = Insist::new(Instant::now() + PATIENCE, *owner);
    let state = insist!(insist, create(owner_link, request.clone())).map_err(failed())?;
    let group = state.conversation.map_or(0, |conversation| conversation.id);
    Ok(Circle { group, direct })
}

/// Makes a group; `Transport`, to be tried again, while a friendship does not show yet at the owner's shard.
async fn create(owner: &Connection, request: CreateGroup) -> Result<ConversationState, ClientError> {
    match owner.call(request).await {
        Err(error) if error.code() == Some(ErrorCode::NotFriends) => Err(ClientError::Transport(error.to_string())),
        other => other,
    }
}

/// The direct conversation of two who are friends afterwards.
async fn befriend(asker: u64, asks: &Connection, answerer: u64, answers: &Connection) -> Result<u64, ClientError> {
    let mut insist = Insist::new(Instant::now() + PATIENCE, answerer);
    let request = RequestFriend { user: answerer, greeting: "a storm is coming".into() };
    let asked = insist!(insist, asks.call(request.clone()));
    if let Err(error) = asked
        && error.code() != Some(ErrorCode::AlreadyFriends)
    {
        return Err(error);
    }
    insist!(insist, accept(answers, asker))
}

/// Says yes; `Transport`, to be tried again, while the friendship does not show yet.
async fn accept(answers: &Connection, asker: u64) -> Result<u64, ClientError> {
    let missing = || ClientError::Transport("the friendship does not show yet".into());
    match answers.call(AnswerFriend { user: asker, accept: true }).await {
        Ok(state) if state.relation() == Relation::Friend && state.conversation != 0 => Ok(state.conversation),
        Ok(_) => Err(missing()),
        // An earlier attempt was done, or the request has not arrived at the other's shard.
        Err(e) if matches!(e.code(), Some(ErrorCode::AlreadyFriends | ErrorCode::NoSuchRequest)) => {
            let friends = answers.call(ListFriends {}).await?.friends;
            let found = friends.iter().find(|f| f.user.as_ref().is_some_and(|user| user.id == asker));
            found.map(|friend| friend.conversation).filter(|&id| id != 0).ok_or_else(missing)
        }
        Err(e) => Err(e),
    }
}
