//! What a request needs that is more than one command: several queries, a check in another shard, an answer put together.
//! Written over the `Bus` trait, with no timer and no socket.

mod account;
pub mod admin;
mod conversations;
mod fitting;
mod friends;
mod heads;
mod history;
mod offline;
mod packets;
mod people;
mod pin;
mod risk;
mod sign_in;
mod surroundings;
mod sync;
mod transfers;
mod wallet;

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use laisee_bus::Bus;
use laisee_core::{
    ids::{SessionId, ShardId, UserId},
    query::{Answer, Query},
    settings::Settings,
};
use laisee_wire::v1;

use admin::reconciliation::Following;
pub use heads::HeadsTold;
pub use pin::limit_of;
pub use sign_in::name_of;
pub use surroundings::Surroundings;
pub use wallet::Lines;

use crate::{
    GatewayConfig, LiveSettings, PasswordHasher, Presence,
    convert::{self, ClientBody, ErrorCode, ServerBody, error, failure},
    known_sessions::{KnownSessions, Since},
    live_figures::LiveFigures,
    token::PageTokens,
};

/// Who asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Identity {
    pub user: UserId,
    pub session: SessionId,
}

/// Answers requests.
pub struct Desk<B> {
    pub bus: Arc<B>,
    pub settings: LiveSettings,
    pub config: Arc<GatewayConfig>,
    pub presence: Arc<Presence>,
    passwords: Arc<dyn PasswordHasher>,
    entropy: surroundings::Entropy,
    /// Milliseconds of the Unix epoch.
    pub clock: surroundings::Clock,
    /// What the console plots.
    pub live_figures: Arc<LiveFigures>,
    pages: PageTokens,
    known: KnownSessions,
    /// How far reconciliation is, where somebody says so.
    pub following: OnceLock<Arc<dyn Fn() -> Following + Send + Sync>>,
}

pub type Answers = Result<Vec<ServerBody>, v1::Error>;

impl<B: Bus> Desk<B> {
    pub fn new(
        bus: Arc<B>,
        settings: Arc<Settings>,
        config: Arc<GatewayConfig>,
        presence: Arc<Presence>,
        surroundings: Surroundings,
    ) -> Self {
        let Surroundings { clock, entropy, passwords } = surroundings;
        let pages = PageTokens::new(entropy());
        let (live_figures, known, following) = (Arc::default(), KnownSessions::default(), OnceLock::new());
        let settings = LiveSettings::new(settings);
        Self { bus, settings, config, presence, passwords, entropy, clock, live_figures, pages, known, following }
    }

    /// A session was closed: its token is good for nothing from now on.
    pub fn session_closed(&self, session: SessionId) {
        self.known.forget(session);
    }

    /// Changes whenever a session was closed, or may have been.
    pub fn sign_outs(&self) -> Since {
        self.known.begin()
    }

    /// It is not known any more which sessions were closed.
    pub fn sessions_unsure(&self) {
        self.known.forget_all();
    }

    /// Answers one request of somebody signed in; a sync may take several frames.
    ///
    /// # Errors
    /// The error to send instead.
    pub async fn answer(&self, who: Identity, mut body: ClientBody) -> Answers {
        if let Some(command) = convert::command(who.user, &mut body) {
            return self.carry_out(who, command?).await.map(|answer| vec![answer]);
        }
        let answer = match body {
            ClientBody::Sync(request) => return self.sync(who, request).await,
            ClientBody::Heartbeat(_) => {
                self.heads_since(who.user, &HeadsTold::default()).await.map(|(answer, _)| answer)
            }
            ClientBody::GetHistory(request) => self.history(who, &request).await,
            ClientBody::CountOffline(_) => self.count_offline(who).await,
            ClientBody::PullOffline(request) => self.pull_offline(who, &request).await,
            ClientBody::CreateGroup(request) => self.create_group(who, request).await,
            ClientBody::AddMembers(request) => self.add_members(who, request).await,
            ClientBody::RemoveMember(request) => self.remove_member(who, &request).await,
            ClientBody::UpdateGroup(request) => self.update_group(who, request).await,
            ClientBody::SetQuiet(request) => self.set_quiet(who, &request).await,
            ClientBody::GetConversation(request) => self.conversation_state(who.user, request.conversation).await,
            ClientBody::GetMembers(request) => self.members(who, &request).await,
            ClientBody::FindUser(request) => self.find_user(request).await,
            ClientBody::GetUsers(request) => self.users(request.ids).await,
            ClientBody::RequestFriend(request) => self.request_friend(who, request).await,
            ClientBody::AnswerFriend(request) => self.answer_friend(who, &request).await,
            ClientBody::RemoveFriend(request) => self.remove_friend(who, &request).await,
            ClientBody::ListFriends(_) => self.friends(who.user).await,
            ClientBody::UpdateProfile(request) => self.update_profile(who, request).await,
            ClientBody::ListSessions(_) => self.sessions(who).await,
            ClientBody::CloseSession(request) => self.close_session(who, &request).await,
            ClientBody::GetWallet(_) => self.wallet(who.user).await,
            ClientBody::GetStatement(request) => self.statement(who.user, &request).await,
            ClientBody::GetRisk(_) => self.risk(who.user).await,
            ClientBody::ReleaseSuspension(request) => self.release_suspension(who, request).await,
            ClientBody::GetPin(_) => self.pin(who.user).await,
            ClientBody::SetPin(request) => self.set_pin(who, request).await,
            ClientBody::SendPacket(request) => self.send_packet(who, request).await,
            ClientBody::SendTransfer(request) => self.send_transfer(who, request).await,
            ClientBody::Withdraw(request) => self.withdraw(who, request).await,
            ClientBody::GetOrder(request) => self.order(who.user, request.order).await,
            ClientBody::ListOrders(request) => self.orders(who.user, &request).await,
            ClientBody::GetPacket(request) => self.packet(who.user, request.packet).await,
            ClientBody::GetTransfer(request) => self.transfer(who.user, request.transfer).await,
            ClientBody::ReturnTransfer(request) => self.return_transfer(who, request.transfer).await,
            ClientBody::ListTransfers(request) => self.transfers(who.user, &request).await,
            ClientBody::ExportPacket(request) => self.export_packet(who.user, request.packet).await,
            ClientBody::Hello(_) => Err(error(ErrorCode::OutOfOrder, "Hello comes once, and first", 0)),
            ClientBody::SendMessage(_)
            | ClientBody::Acknowledge(_)
            | ClientBody::MarkRead(_)
            | ClientBody::TopUp(_)
            | ClientBody::GrabPacket(_)
            | ClientBody::OpenPacket(_)
            | ClientBody::AcceptTransfer(_)
            | ClientBody::RecallTransfer(_)
            | ClientBody::RequestReleaseCode(_) => unreachable!("these are commands"),
        };
        answer.map(|answer| vec![answer])
    }

    async fn ask(&self, shard: ShardId, query: Query) -> Result<Answer, v1::Error> {
        self.bus.query(shard, query).await.map_err(failure)
    }
}

/// Groups ids by the shard that owns them, in order.
fn by_shard<T: Copy>(ids: impl IntoIterator<Item = T>, shard: impl Fn(T) -> ShardId) -> BTreeMap<ShardId, Vec<T>> {
    let mut groups: BTreeMap<ShardId, Vec<T>> = BTreeMap::new();
    for id in ids {
        groups.entry(shard(id)).or_default().push(id);
    }
    groups
}

/// A reply or answer of another kind than was asked for: a bug, told to the client as a passing failure.
pub(crate) fn unfitting() -> v1::Error {
    tracing::error!("a shard gave an unfitting answer");
    error(ErrorCode::Unavailable, "the server made a mistake; try again", 1_000)
}
