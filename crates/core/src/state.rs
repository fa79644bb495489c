//! A shard's state in memory: what of its entities is loaded, and what it knows of itself.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    Context,
    conversation::Conversation,
    cut::{Cut, Key, Loaded, Meta, Once, Sent},
    file::{File, Uploads},
    guard::Guard,
    ids::{
        ClientId, ConversationId, DeviceId, DifferenceId, FileId, Millis, Mint, OperatorId, OrderId, PacketId,
        Position, ShardId, TransferId, UserId,
    },
    ledger::Books,
    operator::Operator,
    order::Order,
    packet::Packet,
    pair::{Pair, PairKey},
    recent::Recent,
    reconciliation::{DayNumber, Recorded, Run},
    refusal::Refusal,
    risk::{Device, Record, rule::RulesInForce},
    settings::{Changed, Settings},
    shelf::Shelf,
    timer::TimerKey,
    transfer::{Received, Transfer},
    user::User,
    wallet::Wallet,
};

/// Changes only through [`State::evolve`]; everything else here loads, saves and lets go.
pub struct State {
    pub shard: ShardId,
    pub settings: Arc<Settings>,
    /// The newest fact that is part of this state.
    pub position: Position,
    pub meta: Meta,
    pub names: Shelf<String, UserId>,
    pub users: Shelf<UserId, User>,
    pub wallets: Shelf<UserId, Wallet>,
    pub guards: Shelf<UserId, Guard>,
    pub orders: Shelf<OrderId, Order>,
    pub pairs: Shelf<PairKey, Pair>,
    pub conversations: Shelf<ConversationId, Conversation>,
    pub packets: Shelf<PacketId, Packet>,
    pub transfers: Shelf<TransferId, Transfer>,
    /// Transfers that were credited here.
    pub received: Shelf<TransferId, Received>,
    pub files: Shelf<FileId, File>,
    pub uploads: Shelf<UserId, Uploads>,
    pub operator_names: Shelf<String, OperatorId>,
    pub operators: Shelf<OperatorId, Operator>,
    pub differences: Shelf<DifferenceId, Recorded>,
    pub runs: Shelf<DayNumber, Run>,
    pub risks: Shelf<UserId, Record>,
    pub friends: Shelf<UserId, BTreeSet<UserId>>,
    pub devices: Shelf<DeviceId, Device>,
    pub rules: RulesInForce,
    /// Until when users of this and of other shards are suspended, as far as this shard was told.
    pub suspended: BTreeMap<UserId, Millis>,
    pub sent: Recent<Sent>,
    pub once: Recent<Once>,
    /// What falls due before `timers_until`, soonest first. What comes later waits in the views.
    pub timers: BTreeSet<(Millis, TimerKey)>,
    pub timers_until: Millis,
    /// Timers set (`true`) and cleared since the last cut.
    pub timers_changed: BTreeMap<(Millis, TimerKey), bool>,
}

impl State {
    /// The state of a shard whose views stand at `position` with `meta` (`None`: a new shard). Client ids minted after
    /// `horizon` are either given to `sent` and `once` next, or were never accepted.
    #[must_use]
    pub fn new(
        shard: ShardId,
        settings: Arc<Settings>,
        position: Position,
        meta: Option<Meta>,
        horizon: Millis,
    ) -> Self {
        let meta = meta.unwrap_or_else(|| Meta {
            at: Millis(0),
            mint: Mint::new(shard),
            books: Books::default(),
            received: BTreeMap::new(),
            settings: Changed::default(),
        });
        let settings = Arc::new(meta.settings.over(&settings));
        Self {
            shard,
            settings,
            position,
            meta,
            names: Shelf::default(),
            users: Shelf::default(),
            wallets: Shelf::default(),
            guards: Shelf::default(),
            orders: Shelf::default(),
            pairs: Shelf::default(),
            conversations: Shelf::default(),
            packets: Shelf::default(),
            transfers: Shelf::default(),
            received: Shelf::default(),
            files: Shelf::default(),
            uploads: Shelf::default(),
            operator_names: Shelf::default(),
            operators: Shelf::default(),
            differences: Shelf::default(),
            runs: Shelf::default(),
            risks: Shelf::default(),
            friends: Shelf::default(),
            devices: Shelf::default(),
            rules: RulesInForce::default(),
            suspended: BTreeMap::new(),
            sent: Recent::new(horizon),
            once: Recent::new(horizon),
            timers: BTreeSet::new(),
            timers_until: Millis(i64::MIN),
            timers_changed: BTreeMap::new(),
        }
    }

    /// Whether the entity must be loaded before it is read; marks it as used.
    pub fn lacks(&mut self, key: &Key) -> bool {
        match key {
            Key::Name(name) => self.names.lacks(name),
            Key::User(user) => self.users.lacks(user),
            Key::Wallet(user) => self.wallets.lacks(user),
            Key::Guard(user) => self.guards.lacks(user),
            Key::Order(order) => self.orders.lacks(order),
            Key::Pair(pair) => self.pairs.lacks(pair),
            Key::Conversation(conversation) => self.conversations.lacks(conversation),
            Key::Packet(packet) => self.packets.lacks(packet),
            Key::Transfer(transfer) => self.transfers.lacks(transfer),
            Key::Received(transfer) => self.received.lacks(transfer),
            Key::File(file) => self.files.lacks(file),
            Key::Uploads(user) => self.uploads.lacks(user),
            Key::Risk(user) => self.risks.lacks(user),
            Key::Friends(user) => self.friends.lacks(user),
            Key::Device(device) => self.devices.lacks(device),
            Key::Sent(user, id) => self.sent.lacks(*user, *id),
            Key::Once(user, id) => self.once.lacks(*user, *id),
            Key::OperatorName(name) => self.operator_names.lacks(name),
            Key::Operator(operator) => self.operators.lacks(operator),
            Key::Difference(id) => self.differences.lacks(id),
            Key::Run(day) => self.runs.lacks(day),
        }
    }

    /// Takes in what was loaded.
    pub fn install(&mut self, loaded: Loaded) {
        match loaded {
            Loaded::Name(name, user) => self.names.install(name, user),
            Loaded::User(id, user) => self.users.install(id, user),
            Loaded::Wallet(user, wallet) => self.wallets.install(user, wallet),
            Loaded::Guard(user, guard) => self.guards.install(user, guard),
            Loaded::Order(id, order) => self.orders.install(id, order),
            Loaded::Pair(key, pair) => self.pairs.install(key, pair),
            Loaded::Conversation(id, found) => {
                let conversation = found.map(|(head, members)| Conversation::restore(id, head, members));
                self.conversations.install(id, conversation);
            }
            Loaded::Packet(id, found) => {
                self.packets.install(id, found.map(|(head, claims)| Packet::restore(head, claims)));
            }
            Loaded::Transfer(id, transfer) => self.transfers.install(id, transfer),
            Loaded::Received(id, received) => self.received.install(id, received),
            Loaded::File(id, file) => self.files.install(id, file),
            Loaded::Uploads(user, uploads) => self.uploads.install(user, uploads),
            Loaded::Risk(user, record) => self.risks.install(user, record),
            Loaded::Friends(user, friends) => self.friends.install(user, friends),
            Loaded::Device(id, device) => self.devices.install(id, device),
            Loaded::Sent(user, id, sent) => self.sent.install(user, id, sent),
            Loaded::Once(user, id, once) => self.once.install(user, id, once),
            Loaded::OperatorName(name, operator) => self.operator_names.install(name, operator),
            Loaded::Operator(id, operator) => self.operators.install(id, operator),
            Loaded::Difference(id, recorded) => self.differences.install(id, recorded),
            Loaded::Run(day, run) => self.runs.install(day, run),
        }
    }

    /// The entities changed since the last cut, as they stand now.
    pub fn cut(&mut self) -> Cut {
        let users = taken(&mut self.users, Clone::clone);
        let wallets = taken(&mut self.wallets, |wallet| *wallet);
        let guards = taken(&mut self.guards, |guard| *guard);
        let orders = taken(&mut self.orders, Clone::clone);
        let pairs = taken(&mut self.pairs, Clone::clone);
        let packets = taken(&mut self.packets, |packet| packet.head.clone());
        let operators = taken(&mut self.operators, Clone::clone);
        let differences = taken(&mut self.differences, Clone::clone);
        let runs = taken(&mut self.runs, Clone::clone);
        let transfers = taken(&mut self.transfers, Clone::clone);
        let received = taken(&mut self.received, |received| *received);
        let files = taken(&mut self.files, Clone::clone);
        let uploads = taken(&mut self.uploads, |uploads| *uploads);
        let risks = taken(&mut self.risks, Clone::clone);
        let devices = taken(&mut self.devices, Clone::clone);
        let changed = self.conversations.take_changed();
        let mut conversations = Vec::with_capacity(changed.len());
        let mut members = Vec::new();
        for id in changed {
            let conversation = self.conversations.saved(&id);
            conversations.push((id, conversation.head.clone()));
            for user in std::mem::take(&mut conversation.changed_members) {
                members.push((id, user, conversation.members[&user]));
            }
        }
        self.names.take_changed();
        self.operator_names.take_changed();
        self.friends.take_changed();
        Cut {
            position: self.position,
            meta: self.meta.clone(),
            users,
            wallets,
            guards,
            orders: orders.into_iter().map(|(_, order)| order).collect(),
            pairs,
            conversations,
            members,
            packets: packets.into_iter().map(|(_, head)| head).collect(),
            transfers: transfers.into_iter().map(|(_, transfer)| transfer).collect(),
            received,
            files,
            uploads,
            timers: std::mem::take(&mut self.timers_changed).into_iter().collect(),
            operators,
            differences,
            runs,
            risks,
            devices,
        }
    }

    /// Lets go of what the views have at `saved`, keeping about `max` entities of each kind.
    pub fn evict(&mut self, saved: Position, max: usize) {
        self.names.evict(saved, max);
        self.users.evict(saved, max);
        self.wallets.evict(saved, max);
        self.guards.evict(saved, max);
        self.orders.evict(saved, max);
        self.pairs.evict(saved, max);
        self.conversations.evict(saved, max);
        self.packets.evict(saved, max);
        self.transfers.evict(saved, max);
        self.received.evict(saved, max);
        self.files.evict(saved, max);
        self.uploads.evict(saved, max);
        self.operator_names.evict(saved, max);
        self.operators.evict(saved, max);
        self.differences.evict(saved, max);
        self.runs.evict(saved, max);
        self.risks.evict(saved, max);
        self.friends.evict(saved, max);
        self.devices.evict(saved, max);
        let horizon = self.meta.at.plus(-self.settings.recent_ms);
        self.sent.forget(horizon, saved);
        self.once.forget(horizon, saved);
    }
}

fn taken<K, V, S>(shelf: &mut Shelf<K, V>, save: impl Fn(&V) -> S) -> Vec<(K, S)>
where
    K: std::hash::Hash + Eq + Clone + std::fmt::Debug,
{
    let changed = shelf.take_changed();
    changed.into_iter().filter_map(|key| shelf.get(&key).map(&save).map(|saved| (key, saved))).collect()
}

/// Recognises a repeated money command: `true` when the same was done before.
///
/// # Errors
/// `IdReused` when something else was done under this id, `BadClientId` when the id is none.
pub(crate) fn check_once(
    state: &State,
    context: &Context,
    user: UserId,
    id: ClientId,
    digest: &[u8; 32],
) -> Result<bool, Refusal> {
    match state.once.get(user, id) {
        Some(once) if once.digest == *digest => Ok(true),
        Some(_) => Err(Refusal::IdReused),
        None => check_client_id(state, context, id).map(|()| false),
    }
}

/// # Errors
/// `BadClientId` when the id is no UUIDv7, or its time lies so far ahead that it would stay in memory for too long.
pub(crate) fn check_client_id(state: &State, context: &Context, id: ClientId) -> Result<(), Refusal> {
    let ahead = id.minted().0.saturating_sub(context.now.0);
    if !id.is_v7() || ahead > state.settings.client_id_ahead_max_ms { Err(Refusal::BadClientId) } else { Ok(()) }
}
