use laisee_core::{
    content::{Content, PacketCard},
    cut::{Cut, Row},
    fact::Fact,
    fen::Fen,
    ids::{
        ClientId, ConversationId, ID_EPOCH_MS, MessageId, Millis, Mint, OrderId, PacketId, Position, Seq, ShardId,
        TransferId, UserId,
    },
    ledger::{Books, entry},
    order::{Order as PaymentOrder, OrderKind, OrderState, Provider, Word},
    packet::{PacketHead, PacketKind},
    project,
    reconciliation::DifferenceKind,
    transfer::Transfer,
    wallet::Wallet,
};
use laisee_reconcile::day::{Report, Scope, reconcile};
use laisee_store::{
    Batch, Changes, Log, Order, Range, ReadLog, ReadTables, RowValues, Store, Tables, Value, memory::MemoryStore, views,
};

/// Noon of a day in 2026.
pub const NOON: i64 = 1_795_521_600_000;

pub fn id(shard: u16, n: u64) -> u64 {
    ((NOON - ID_EPOCH_MS) as u64) << 22 | u64::from(shard) << 12 | n
}

/// Ann in shard 0 sends packets; Bob's wallet is in shard 1.
pub const ANN: fn() -> UserId = || UserId(id(0, 1));
pub const BOB: fn() -> UserId = || UserId(id(1, 1));

pub fn packet(n: u64) -> PacketId {
    PacketId(id(0, 100 + n))
}

/// Two shards whose logs are written by hand.
pub struct World {
    pub store: MemoryStore,
    pub now: i64,
}

impl World {
    pub fn new() -> Self {
        Self { store: MemoryStore::new(2), now: NOON }
    }

    /// Appends one batch; gives the position of its last fact.
    pub fn append(&mut self, shard: u16, facts: &[Fact]) -> u64 {
        let shard = ShardId(shard);
        let epoch = self.store.claim(shard).unwrap();
        let mut log = self.store.log(shard, epoch).unwrap();
        let batch = Batch::encode(Position(log.end().unwrap().0 + 1), Millis(self.now), facts);
        log.append(std::slice::from_ref(&batch)).unwrap();
        batch.last().0
    }

    /// A packet of 100 fen in two shares, which Bob opens: all as it should be but what comes after. Gives the position
    /// of the claim.
    pub fn claimed(&mut self, n: u64) -> u64 {
        let line = 1 + 2 * n;
        let funded = funded(packet(n), 100, 2, 0, line + 1);
        self.append(0, &[top_up(ANN(), 100, 100, line), funded, carded(packet(n)), posted(packet(n))]);
        self.append(0, &[claimed(packet(n), BOB(), 0, 40)])
    }

    /// Ann's part of it goes to herself, so that the packet ends.
    pub fn finish(&mut self, n: u64) {
        self.append(0, &[expired(packet(n), 60, 60 + 60 * n as i64, 3 + 2 * n)]);
    }

    pub fn report(&self) -> Report {
        self.report_of(&Scope { overdue_since: Millis(self.now - 60_000), ..Scope::default() })
    }

    pub fn report_of(&self, scope: &Scope) -> Report {
        reconcile(&self.store, scope, || true).unwrap().unwrap()
    }

    pub fn kinds(&self) -> Vec<DifferenceKind> {
        self.report().differences.iter().map(|difference| difference.kind).collect()
    }

    /// Makes the views of both shards from their logs.
    pub fn view(&self) {
        for number in 0..2 {
            self.view_shard(ShardId(number));
        }
    }

    fn view_shard(&self, shard: ShardId) {
        let mut log = self.store.log_reader(shard).unwrap();
        let mut changes = Changes::default();
        let (mut wallets, mut packets) = (std::collections::BTreeMap::new(), std::collections::BTreeMap::new());
        let (mut transfers, mut orders) = (std::collections::BTreeMap::new(), vec![]);
        let (mut books, mut received) = (Books::default(), std::collections::BTreeMap::new());
        let mut at = Millis(0);
        for batch in log.read(Position(0), usize::MAX).unwrap() {
            at = batch.at;
            for (n, fact) in batch.facts().unwrap().into_iter().enumerate() {
                let position = Position(batch.first.0 + n as u64);
                if let Some(entry) = entry(&fact) {
                    books.book(entry);
                }
                project(&fact, position, at, |row| {
                    if let Row::Movement { user, movement } = &row {
                        wallets.insert(*user, Wallet { balance: movement.balance, lines: movement.number });
                    }
                    views::put_row(&mut changes, &row);
                });
                note_packet(&mut packets, &fact, at);
                note_transfer(&mut transfers, &fact, at);
                orders.extend(order_of(&fact, at));
                if let Fact::Received { from, through } = fact {
                    received.insert(from, through);
                }
            }
        }
        let cut = Cut {
            wallets: wallets.into_iter().collect(),
            packets: packets.into_values().collect(),
            transfers: transfers.into_values().collect(),
            orders,
            ..empty_cut(shard, log.end().unwrap(), at, books, received)
        };
        views::put_cut(&mut changes, &cut);
        changes.coalesce();
        self.store.tables(shard).unwrap().save(&changes, cut.position).unwrap();
    }

    /// Changes a column of a table's first row, below everything.
    pub fn spoil(&self, shard: u16, table: &str, column: usize, value: Value) {
        self.change(shard, table, |row| row[column] = value.clone());
    }

    fn change(&self, shard: u16, table: &str, change: impl Fn(&mut RowValues)) {
        let table = views::TABLES.iter().find(|found| found.name == table).unwrap();
        let mut tables = self.store.tables(ShardId(shard)).unwrap();
        let (position, mut rows) = tables
            .snapshot(|views| Ok((views.position()?, views.scan(table, &Range::default(), Order::Rising, 1)?)))
            .unwrap();
        change(&mut rows[0]);
        let mut changes = Changes::default();
        changes.put(table, rows.remove(0));
        tables.save(&changes, position).unwrap();
    }
}

fn note_transfer(transfers: &mut std::collections::BTreeMap<TransferId, Transfer>, fact: &Fact, at: Millis) {
    if let Some(begun) = Transfer::funded(fact, at) {
        transfers.insert(begun.terms.transfer, begun);
    } else if let Some(moved) = Transfer::moved_by(fact) {
        transfers.get_mut(&moved).unwrap().take(fact, at);
    }
}

/// An order that came to its end at once.
fn order_of(fact: &Fact, at: Millis) -> Option<PaymentOrder> {
    let Fact::OrderSettled { order, user, kind, amount, .. } = fact else { return None };
    Some(PaymentOrder {
        order: *order,
        user: *user,
        kind: *kind,
        provider: Provider::Sandbox,
        amount: *amount,
        destination: String::new(),
        state: OrderState::Succeeded,
        attempts: 0,
        reference: String::new(),
        reason: String::new(),
        created_at: at,
        changed_at: at,
        raised: vec![],
        asked: 0,
    })
}

fn empty_cut(
    shard: ShardId,
    position: Position,
    at: Millis,
    books: Books,
    received: std::collections::BTreeMap<ShardId, Position>,
) -> Cut {
    let meta = laisee_core::cut::Meta { at, mint: Mint::new(shard), books, received, settings: Default::default() };
    Cut {
        position,
        meta,
        users: vec![],
        wallets: vec![],
        guards: vec![],
        orders: vec![],
        pairs: vec![],
        conversations: vec![],
        members: vec![],
        packets: vec![],
        transfers: vec![],
        received: vec![],
        files: vec![],
        uploads: vec![],
        timers: vec![],
        operators: vec![],
        differences: vec![],
        runs: vec![],
        risks: vec![],
        devices: vec![],
    }
}

fn note_packet(packets: &mut std::collections::BTreeMap<PacketId, PacketHead>, fact: &Fact, at: Millis) {
    if let Some(begun) = PacketHead::funded(fact, at) {
        packets.insert(begun.terms.packet, begun);
    } else if let Some(moved) = PacketHead::moved_by(fact) {
        packets.get_mut(&moved).unwrap().take(fact, at);
    }
}

pub fn top_up(user: UserId, amount: i64, balance: i64, line: u64) -> Fact {
    let (amount, balance) = (Fen(amount), Fen(balance));
    Fact::OrderSettled {
        order: OrderId(id(user.shard().0, 1_000 + line)),
        user,
        kind: OrderKind::TopUp,
        outcome: Word::Succeeded,
        held: false,
        amount,
        reference: String::new(),
        reason: String::new(),
        balance,
        line,
    }
}

pub fn funded(packet: PacketId, amount: i64, count: u32, balance: i64, line: u64) -> Fact {
    Fact::PacketFunded {
        packet,
        sender: ANN(),
        id: ClientId(u128::from(packet.0)),
        digest: [0; 32],
        conversation: ConversationId(id(0, 2)),
        kind: PacketKind::Lucky,
        amount: Fen(amount),
        count,
        share_min: Fen(1),
        share_max: Fen(20_000),
        secret: laisee_core::packet::Secret([7; 32]),
        greeting: String::new(),
        expires_at: Millis(NOON + 86_400_000),
        balance: Fen(balance),
        line,
    }
}

/// The packet's card in its conversation.
pub fn carded(packet: PacketId) -> Fact {
    let card = PacketCard { packet, kind: PacketKind::Lucky, greeting: String::new(), count: 2 };
    message(ConversationId(id(0, 2)), packet.0, Content::Packet(card))
}

pub fn message(conversation: ConversationId, number: u64, content: Content) -> Fact {
    Fact::MessagePosted {
        conversation,
        seq: Seq(1),
        message: MessageId(number),
        sender: ANN(),
        client_id: ClientId(u128::from(number)),
        content,
        eligible: vec![],
    }
}

pub fn posted(packet: PacketId) -> Fact {
    let (seq, message, eligible) = (Seq(1), MessageId(id(0, 3)), vec![ANN(), BOB()]);
    Fact::PacketPosted { packet, seq, message, eligible, sender: ANN(), to_strangers: false }
}

pub fn claimed(packet: PacketId, user: UserId, index: u32, amount: i64) -> Fact {
    Fact::Claimed { packet, sender: ANN(), user, index, amount: Fen(amount) }
}

pub fn expired(packet: PacketId, refund: i64, balance: i64, line: u64) -> Fact {
    Fact::PacketExpired { packet, sender: ANN(), refund: Fen(refund), balance: Fen(balance), line }
}

pub fn credited(packet: PacketId, amount: i64, balance: i64, line: u64) -> Fact {
    Fact::Credited { user: BOB(), packet, sender: ANN(), amount: Fen(amount), balance: Fen(balance), line }
}

pub fn received(through: u64) -> Fact {
    received_from(0, through)
}

pub fn received_from(shard: u16, through: u64) -> Fact {
    Fact::Received { from: ShardId(shard), through: Position(through) }
}

impl World {
    /// Changes what a shard's views know of itself.
    pub fn spoil_meta(&self, shard: u16, spoil: impl Fn(&mut laisee_core::cut::Meta)) {
        self.change(shard, "meta", |row| {
            let Value::Bytes(bytes) = &row[2] else { panic!("{row:?}") };
            let mut meta = postcard::from_bytes(bytes).unwrap();
            spoil(&mut meta);
            row[2] = Value::Bytes(postcard::to_stdvec(&meta).unwrap());
        });
    }
}

impl World {
    /// Has a shard's views show its first transfer otherwise, and what they show keep its place in the queue.
    pub fn show_transfer(&self, shard: u16, spoil: impl Fn(&mut Transfer)) {
        self.change(shard, "transfer", |row| {
            let last = row.len() - 1;
            let Value::Bytes(bytes) = &row[last] else { panic!("{row:?}") };
            let mut found = postcard::from_bytes(bytes).unwrap();
            spoil(&mut found);
            row[last] = Value::Bytes(postcard::to_stdvec(&found).unwrap());
        });
    }

    /// Takes a table's first row away.
    pub fn remove(&self, shard: u16, table: &str) {
        let table = views::TABLES.iter().find(|found| found.name == table).unwrap();
        let mut tables = self.store.tables(ShardId(shard)).unwrap();
        let (position, mut rows) = tables
            .snapshot(|views| Ok((views.position()?, views.scan(table, &Range::default(), Order::Rising, 1)?)))
            .unwrap();
        let mut changes = Changes::default();
        changes.delete(table, rows.remove(0).into_iter().take(table.key).collect::<Vec<_>>());
        tables.save(&changes, position).unwrap();
    }
}
