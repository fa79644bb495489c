//! A server's inside for benches: shards on an embedded store in a temporary folder, and people with packets.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use laisee_bus::{Bus, Failure, LocalBus, ShardLimits};
use laisee_core::{
    command::{Command, CreateGroup, GrabPacket, Reply, SendPacket, SignUp, TopUp},
    fen::Fen,
    ids::{ClientId, ConversationId, Millis, PacketId, ShardId, UserId},
    packet::{PacketKind, PacketStatus},
    settings::Settings,
};
use laisee_shard::{ShardOptions, Shards};
use laisee_store::sqlite::SqliteStore;
use rand::RngExt;

pub struct World {
    pub bus: Arc<LocalBus>,
    pub place: tempfile::TempDir,
    shards: Option<Shards>,
    runtime: tokio::runtime::Runtime,
}

impl World {
    /// Starts `shards` shards whose limits allow packets for crowds.
    ///
    /// # Errors
    /// When the store cannot be made.
    pub fn start(shards: u16) -> Result<Self> {
        let place = tempfile::tempdir_in(".").context("a temporary folder here")?;
        let store = Arc::new(SqliteStore::open_or_create(place.path(), shards)?);
        let limits = ShardLimits { packet_in_flight_max: 65_536, ..ShardLimits::default() };
        let (bus, inboxes) = LocalBus::new(shards, limits);
        let settings = Settings {
            packet_count_max: 1_000_000,
            group_members_max: 1_000_000,
            top_up_max: Fen(1_000_000_000_000),
            balance_max: Fen(1_000_000_000_000),
            pin_required_from: Fen(1_000_000_000_000),
            new_send_max: Fen(1_000_000_000_000),
            new_send_day_max: Fen(1_000_000_000_000),
            new_top_up_max: Fen(1_000_000_000_000),
            new_top_up_day_max: Fen(1_000_000_000_000),
            ..Settings::default()
        };
        let options = ShardOptions { settings: Arc::new(settings), ..ShardOptions::default() };
        let shards = laisee_shard::start(&store, &bus, inboxes, &options);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self { bus, place, shards: Some(shards), runtime })
    }

    /// Carries out one command, waiting for a shard that is still starting.
    ///
    /// # Errors
    /// When it is refused.
    pub fn call(&self, command: &Command) -> Result<Reply> {
        loop {
            match self.runtime.block_on(self.bus.call(command.clone(), None)) {
                Ok(reply) => return Ok(reply),
                Err(Failure::Unavailable { .. } | Failure::Busy { .. }) => {
                    std::thread::sleep(Duration::from_millis(50))
                }
                Err(failure) => bail!("{failure}"),
            }
        }
    }

    /// A user who can pay for everything.
    ///
    /// # Errors
    /// When the commands are refused.
    pub fn sponsor(&self, name: &str) -> Result<UserId> {
        let sign_up =
            SignUp { name: name.into(), display_name: name.into(), face: String::new(), password_hash: String::new() };
        let Reply::SignedUp { user } = self.call(&Command::SignUp(sign_up))? else { bail!("an unfitting reply") };
        self.call(&Command::TopUp(TopUp { user, id: client_id(), amount: Fen(1_000_000_000_000) }))?;
        Ok(user)
    }

    /// # Errors
    /// When the command is refused.
    pub fn group(&self, by: UserId, members: Vec<UserId>) -> Result<ConversationId> {
        let create = CreateGroup { by, id: client_id(), title: "bench".into(), members };
        match self.call(&Command::CreateGroup(create))? {
            Reply::GroupCreated { conversation } => Ok(conversation),
            other => bail!("an unfitting reply: {other:?}"),
        }
    }

    /// Sends a lucky packet and waits until it can be opened.
    ///
    /// # Errors
    /// When it is refused.
    pub fn packet(&self, sender: UserId, conversation: ConversationId, count: u32) -> Result<PacketId> {
        let packet = self.fund(sender, conversation, count)?;
        self.posted(sender, packet)?;
        Ok(packet)
    }

    /// Sends a lucky packet, which is then on its way into the conversation.
    ///
    /// # Errors
    /// When it is refused.
    pub fn fund(&self, sender: UserId, conversation: ConversationId, count: u32) -> Result<PacketId> {
        let send = SendPacket {
            sender,
            id: client_id(),
            conversation,
            kind: PacketKind::Lucky,
            amount: Fen(100).times(count),
            count,
            greeting: String::new(),
            pass: None,
        };
        let Reply::PacketFunded { packet, .. } = self.call(&Command::SendPacket(send))? else {
            bail!("an unfitting reply")
        };
        Ok(packet)
    }

    /// Waits until a packet can be opened.
    ///
    /// # Errors
    /// When it never will be.
    pub fn posted(&self, sender: UserId, packet: PacketId) -> Result<()> {
        loop {
            match self.call(&Command::GrabPacket(GrabPacket { user: sender, packet }))? {
                Reply::PacketGrab { status: PacketStatus::Open, .. } => return Ok(()),
                Reply::PacketGrab { status: PacketStatus::Funded, .. } => std::thread::sleep(Duration::from_millis(2)),
                other => bail!("the packet was not posted: {other:?}"),
            }
        }
    }

    /// Waits until every shard has read what the others owe it so far.
    ///
    /// # Errors
    /// When a shard does not answer.
    pub fn credited(&self) -> Result<()> {
        self.shards.as_ref().context("the shards run")?.wait_for_couriers();
        Ok(())
    }

    /// How many facts of a shard one sync made durable, on average.
    #[must_use]
    pub fn facts_per_append(&self, shard: ShardId) -> f64 {
        let status = self.shards.iter().flat_map(|shards| &shards.status).find(|status| status.shard == shard.0);
        status.map_or(0.0, |status| {
            let (facts, appends) = (&status.counters.facts, &status.counters.appends);
            facts.load(Ordering::Relaxed) as f64 / appends.load(Ordering::Relaxed).max(1) as f64
        })
    }

    /// Ends, and leaves what was stored.
    pub fn stop(mut self) -> tempfile::TempDir {
        if let Some(shards) = self.shards.take() {
            shards.stop();
        }
        self.place
    }
}

/// People who exist only as claimers, spread over the shards.
#[must_use]
pub fn crowd(size: usize, shards: u16) -> Vec<UserId> {
    let mut mints: Vec<_> = (0..shards).map(|shard| laisee_core::ids::Mint::new(ShardId(shard))).collect();
    let at = Millis(laisee_core::ids::ID_EPOCH_MS + 1_000);
    (0..size).map(|n| mints[n % usize::from(shards)].mint(at).into()).collect()
}

/// A new one.
#[must_use]
pub fn client_id() -> ClientId {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    ClientId::compose(Millis(now.as_millis() as i64), rand::rng().random())
}
