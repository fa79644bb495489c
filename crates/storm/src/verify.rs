//! Compares what was acknowledged with what is stored, through the public interface.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::Path,
    sync::Arc,
    time::Duration,
};

use laisee_client::{ClientError, Connection, Request, device::Lost, http::Http};
use laisee_wire::v1::{
    GetConversation, GetHistory, GetPacket, GetStatement, GetWallet, ListOrders, ListTransfers, Message, Movement,
    MovementKind, Order, Transfer, Wallet, content::Kind,
};
use serde::{Deserialize, Serialize};
use tokio::{
    sync::Semaphore,
    task::JoinSet,
    time::{Instant, sleep},
};

use crate::{
    Record, StormError, Violation,
    audit::{Findings, Orders, listed_laws, order_laws, packet_laws, statement_laws},
    cast::{Person, sign_in},
    insist,
    ledger::{Owner, Room},
};

/// Users compared at the same time.
const TOGETHER: usize = 16;
/// How long a wallet may take to be credited with what was opened, and a packet to be posted.
const CREDIT: Duration = Duration::from_secs(30);
const PATIENCE: Duration = Duration::from_secs(120);

/// What was compared and what was found.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Verification {
    pub users: u64,
    pub conversations: u64,
    /// Messages stored, of which so many were acknowledged to this storm's users.
    pub messages: u64,
    pub acknowledged_messages: u64,
    pub packets: u64,
    pub opens: u64,
    pub transfers: u64,
    pub top_ups: u64,
    pub withdrawals: u64,
    /// Of all wallets together, of all packets not yet ended, and of all transfers that hold money still, in fen.
    pub balances: i64,
    pub in_packets: i64,
    pub in_transfers: i64,
    /// Of withdrawals under way, and of those that were carried out, in fen.
    pub held: i64,
    pub taken_out: i64,
    pub violation_count: u64,
    pub violations: Vec<Violation>,
}

/// Compares a ledger file with the server.
///
/// # Errors
/// When the file cannot be read. What differs is no error but stands in the answer.
pub async fn verify(addresses: &[String], ledger: &Path) -> Result<Verification, StormError> {
    Ok(verify_record(addresses, &Record::read(ledger)?, CREDIT).await)
}

/// Compares what a record says with the server. `credit`: how long credits and posts may still be on their way.
pub async fn verify_record(addresses: &[String], record: &Record, credit: Duration) -> Verification {
    let patience = Instant::now() + credit;
    let record = Arc::new(record.clone());
    let permits = Arc::new(Semaphore::new(TOGETHER));
    let mut tasks = JoinSet::new();
    for &user in record.users.keys() {
        let (addresses, record, permits) = (addresses.to_vec(), record.clone(), permits.clone());
        tasks.spawn(async move {
            let _permit = permits.acquire().await;
            let mut check = Check { user, record, found: Found::default(), patience };
            if let Err(error) = check.all(&addresses).await {
                check.found.findings.add("verify", format!("user {user}: {error}"));
            }
            check.found
        });
    }
    let mut whole = Found::default();
    while let Some(done) = tasks.join_next().await {
        match done {
            Ok(found) => whole.add(found),
            Err(error) => whole.findings.add("verify", format!("a task ended: {error}")),
        }
    }
    let Sums { balances, in_packets, in_transfers, orders } = whole.sums;
    let there = balances + in_packets + in_transfers + orders.held;
    if there + orders.taken_out != orders.put_in {
        let Orders { put_in, taken_out, .. } = orders;
        whole.findings.add("P5", format!("{put_in} fen were put in, {taken_out} taken out, {there} are there"));
    }
    Verification {
        users: record.users.len() as u64,
        conversations: record.conversations.len() as u64,
        messages: whole.messages,
        acknowledged_messages: record.conversations.values().map(|room| room.messages.len() as u64).sum(),
        packets: record.packets.len() as u64,
        opens: record.users.values().map(|owner| owner.opened.len() as u64).sum(),
        transfers: record.transfers.len() as u64,
        top_ups: record.users.values().map(|owner| owner.top_ups.len() as u64).sum(),
        withdrawals: record.users.values().map(|owner| owner.withdrawals.len() as u64).sum(),
        balances,
        in_packets,
        in_transfers,
        held: orders.held,
        taken_out: orders.taken_out,
        violation_count: whole.findings.count,
        violations: whole.findings.kept,
    }
}

#[derive(Default)]
struct Found {
    findings: Findings,
    messages: u64,
    sums: Sums,
}

impl Found {
    fn add(&mut self, other: Found) {
        self.findings.extend(other.findings);
        self.messages += other.messages;
        self.sums.add(other.sums);
    }
}

/// Where the money is, in fen.
#[derive(Clone, Copy, Default)]
struct Sums {
    balances: i64,
    in_packets: i64,
    in_transfers: i64,
    orders: Orders,
}

impl Sums {
    fn add(&mut self, other: Sums) {
        self.balances += other.balances;
        self.in_packets += other.in_packets;
        self.in_transfers += other.in_transfers;
        self.orders.put_in += other.orders.put_in;
        self.orders.taken_out += other.orders.taken_out;
        self.orders.held += other.orders.held;
    }
}

/// What one look at a user's money found.
#[derive(Default)]
struct Money {
    findings: Findings,
    /// By packet.
    refunds: BTreeMap<u64, i64>,
    sums: Sums,
}

/// One user's part: their wallet, orders and transfers, the packets they sent, the conversations they are the first
/// member of.
struct Check {
    user: u64,
    record: Arc<Record>,
    found: Found,
    /// Until here, what differs may still be on its way.
    patience: Instant,
}

impl Check {
    async fn all(&mut self, addresses: &[String]) -> Result<(), ClientError> {
        let record = self.record.clone();
        let Some(owner) = record.users.get(&self.user) else { return Ok(()) };
        let link = self.connect(addresses, owner).await?;
        // Packets and transfers may expire and credits arrive while this looks, so all is looked at again until it agrees.
        loop {
            let mut money = self.packets(&link, owner).await?;
            self.wallet(&link, owner, &mut money).await?;
            if money.findings.count == 0 || Instant::now() >= self.patience {
                self.found.add(Found { findings: money.findings, messages: 0, sums: money.sums });
                break;
            }
            sleep(Duration::from_millis(200)).await;
        }
        for (&conversation, room) in &record.conversations {
            if room.members.first() == Some(&self.user) {
                self.history(&link, conversation, room).await?;
            }
        }
        link.close().await;
        Ok(())
    }

    /// With the token of the storm, or by signing in again when that was signed out.
    async fn connect(&self, addresses: &[String], owner: &Owner) -> Result<Connection, ClientError> {
        let mut person = Person {
            user: self.user,
            name: owner.name.clone(),
            password: owner.password.clone(),
            token: owner.token.clone(),
        };
        let link = person.requests(addresses, self.user);
        match ask(&link, GetWallet {}).await {
            Err(ClientError::Lost(Lost::SignedOut)) => {}
            Err(error) => return Err(error),
            Ok(_) => return Ok(link),
        }
        let mut https: Vec<Http> = addresses.iter().map(Http::new).collect();
        person.token = sign_in(&mut https, &person.name, &person.password).await?.token;
        Ok(person.requests(addresses, self.user))
    }

    /// The packets this user sent: their laws, and what came back of each.
    async fn packets(&self, link: &Connection, owner: &Owner) -> Result<Money, ClientError> {
        let mut money = Money::default();
        let mut opens: HashMap<u64, Vec<(u64, i64, u32)>> = HashMap::new();
        for (&user, other) in &self.record.users {
            for (&packet, &(amount, index)) in &other.opened {
                if owner.sent.contains_key(&packet) {
                    opens.entry(packet).or_default().push((user, amount, index));
                }
            }
        }
        for &id in owner.sent.keys() {
            let findings = &mut money.findings;
            let packet = match ask(link, GetPacket { packet: id }).await {
                Err(error @ ClientError::Refused(_)) => {
                    findings.add("P1", format!("packet {id} was acknowledged and is not there: {error}"));
                    continue;
                }
                other => other?,
            };
            packet_laws(&packet, findings);
            let Some(sent) = self.record.packets.get(&id) else { continue };
            if (packet.sender, packet.conversation, packet.amount, packet.count)
                != (sent.sender, sent.conversation, sent.amount, sent.count)
                || packet.commitment != sent.commitment
            {
                findings.add("P1", format!("packet {id} is not what was acknowledged"));
            }
            let acknowledged = opens.remove(&id).unwrap_or_default();
            for &(user, amount, index) in &acknowledged {
                let same = |claim: &&laisee_wire::v1::Claim| claim.user == user;
                match packet.claims.iter().find(same) {
                    Some(claim) if (claim.amount, claim.index) == (amount, index) => {}
                    other => {
                        findings.add("P4", format!("packet {id}: user {user} was told {amount}, it has {other:?}"))
                    }
                }
            }
            if self.record.complete {
                for claim in &packet.claims {
                    if !acknowledged.iter().any(|&(user, ..)| user == claim.user) {
                        findings.add("P4", format!("packet {id}: the claim of {} was never acknowledged", claim.user));
                    }
                }
            }
            money.sums.in_packets += packet.amount - packet.claimed_amount - packet.refunded;
            money.refunds.insert(id, packet.refunded);
        }
        Ok(money)
    }

    /// The statement against the record, against what came back of the packets, and against transfers and orders.
    async fn wallet(&self, link: &Connection, owner: &Owner, money: &mut Money) -> Result<(), ClientError> {
        let Wallet { balance, held, .. } = ask(link, GetWallet {}).await?;
        let (transfers, orders) = (transfers(link).await?, orders(link).await?);
        let lines = statement(link).await?;
        let complete = self.record.complete;
        statement_laws(self.user, owner, &lines, balance, complete, &mut money.findings);
        let mut refunded: BTreeMap<u64, i64> = money.refunds.keys().map(|&packet| (packet, 0)).collect();
        for line in lines.iter().filter(|line| line.kind() == MovementKind::PacketRefund) {
            *refunded.entry(line.packet).or_default() += line.amount;
        }
        for (packet, amount) in refunded {
            let says = money.refunds.get(&packet);
            if says != Some(&amount) && (complete || says.is_some()) {
                let what = format!("packet {packet}: the sender got {amount} back, it says {says:?}");
                money.findings.add("P5", what);
            }
        }
        let (user, findings) = (self.user, &mut money.findings);
        money.sums.balances = balance;
        money.sums.in_transfers = listed_laws(user, &self.record, &transfers, &lines, complete, findings);
        money.sums.orders = order_laws(user, owner, &orders, &lines, held, complete, findings);
        Ok(())
    }

    async fn history(&mut self, link: &Connection, conversation: u64, room: &Room) -> Result<(), ClientError> {
        loop {
            let state = ask(link, GetConversation { conversation }).await?.conversation;
            let (joined, head) = state.map_or((0, 0), |state| (state.joined, state.head));
            let messages = whole_history(link, conversation, joined, head).await?;
            let mut findings = Findings::default();
            history_laws(conversation, room, joined, &messages, self.record.complete, &mut findings);
            if findings.count == 0 || Instant::now() >= self.patience {
                self.found.messages += messages.len() as u64;
                self.found.findings.extend(findings);
                return Ok(());
            }
            sleep(Duration::from_millis(200)).await;
        }
    }
}

/// What must hold between a conversation's whole history and what was acknowledged in it.
fn history_laws(
    conversation: u64,
    room: &Room,
    joined: u32,
    messages: &[Message],
    exact: bool,
    findings: &mut Findings,
) {
    for (nth, message) in messages.iter().enumerate() {
        if message.seq != joined + 1 + nth as u32 {
            findings.add("M6", format!("conversation {conversation}: {} stands at {}", message.seq, nth + 1));
        }
    }
    let mut by_id: HashMap<&str, (u64, u32, u64)> = HashMap::new();
    // Packets and transfers: an id is one or the other.
    let mut cards: HashMap<(&str, u64), u32> = HashMap::new();
    for message in messages {
        match message.content.as_ref().and_then(|content| content.kind.as_ref()) {
            Some(Kind::Packet(card)) => *cards.entry(("packet", card.packet)).or_default() += 1,
            Some(Kind::Transfer(card)) => *cards.entry(("transfer", card.transfer)).or_default() += 1,
            Some(Kind::Text(_)) => {
                let place = (message.sender, message.seq, message.id);
                if by_id.insert(&message.client_msg_id, place).is_some() {
                    findings.add("M2", format!("message {} is stored twice", message.client_msg_id));
                }
                if exact && !room.messages.contains_key(&message.client_msg_id) {
                    findings.add("M1", format!("message {} was never acknowledged", message.client_msg_id));
                }
            }
            _ => {}
        }
    }
    for (id, acknowledged) in &room.messages {
        match by_id.get(id.as_str()) {
            Some(stored) if stored == acknowledged => {}
            other => {
                findings.add("M1", format!("message {id} was acknowledged as {acknowledged:?}, stored: {other:?}"))
            }
        }
    }
    let packets = room.packets.iter().map(|&packet| ("packet", packet));
    let known: HashSet<(&str, u64)> = packets.chain(room.transfers.iter().map(|&id| ("transfer", id))).collect();
    let rule = |what| if what == "packet" { "P1" } else { "F1" };
    for (card, &times) in &cards {
        if times > 1 || (exact && !known.contains(card)) {
            findings.add(rule(card.0), format!("{card:?} is posted {times} times in {conversation}"));
        }
    }
    for card in known.iter().filter(|card| !cards.contains_key(card)) {
        findings.add(rule(card.0), format!("{card:?} was funded and is not posted in {conversation}"));
    }
}

async fn ask<R: Request + Clone>(link: &Connection, request: R) -> Result<R::Answer, ClientError> {
    insist::ask(link, request, Instant::now() + PATIENCE).await
}

/// The whole statement, oldest line first.
async fn statement(link: &Connection) -> Result<Vec<Movement>, ClientError> {
    let (mut lines, mut before) = (Vec::new(), 0);
    loop {
        let page = ask(link, GetStatement { before, limit: 200, ..GetStatement::default() }).await?;
        before = page.movements.last().map_or(0, |line| line.number);
        lines.extend(page.movements);
        if !page.more || before == 0 {
            lines.reverse();
            return Ok(lines);
        }
    }
}

/// All transfers of the user, newest first.
async fn transfers(link: &Connection) -> Result<Vec<Transfer>, ClientError> {
    let mut all: Vec<Transfer> = Vec::new();
    loop {
        let before = all.last().map_or(0, |transfer| transfer.id);
        let page = ask(link, ListTransfers { before, limit: 100 }).await?;
        let end = !page.more || page.transfers.is_empty();
        all.extend(page.transfers);
        if end {
            return Ok(all);
        }
    }
}

/// All orders of the user, newest first.
async fn orders(link: &Connection) -> Result<Vec<Order>, ClientError> {
    let mut all: Vec<Order> = Vec::new();
    loop {
        let before = all.last().map_or(0, |order| order.id);
        let page = ask(link, ListOrders { before, limit: 200 }).await?;
        let end = !page.more || page.orders.is_empty();
        all.extend(page.orders);
        if end {
            return Ok(all);
        }
    }
}

/// All messages after `joined`, in order of seq.
async fn whole_history(
    link: &Connection,
    conversation: u64,
    joined: u32,
    head: u32,
) -> Result<Vec<Message>, ClientError> {
    let (mut messages, mut after) = (Vec::new(), joined);
    while after < head {
        let request = match after {
            0 => GetHistory { conversation, before: 101.min(head + 1), after: 0, limit: 100 },
            _ => GetHistory { conversation, before: 0, after, limit: 100 },
        };
        let page = ask(link, request).await?.messages;
        let Some(last) = page.last() else { break };
        if last.seq <= after {
            break;
        }
        after = last.seq;
        messages.extend(page);
    }
    Ok(messages)
}

#[cfg(test)]
mod tests {
    use laisee_wire::v1::{Content, PacketCard, Text, TransferCard};

    use super::*;

    fn text(seq: u32, client: &str) -> Message {
        let content = Content { fallback: String::new(), kind: Some(Kind::Text(Text::default())) };
        Message {
            seq,
            id: seq.into(),
            sender: 1,
            client_msg_id: client.into(),
            content: Some(content),
            ..Message::default()
        }
    }

    fn card(seq: u32, packet: u64) -> Message {
        let kind = Some(Kind::Packet(PacketCard { packet, ..PacketCard::default() }));
        Message { content: Some(Content { fallback: String::new(), kind }), ..text(seq, "") }
    }

    fn transfer(seq: u32, transfer: u64) -> Message {
        let kind = Some(Kind::Transfer(TransferCard { transfer, ..TransferCard::default() }));
        Message { content: Some(Content { fallback: String::new(), kind }), ..text(seq, "") }
    }

    #[test]
    fn what_was_acknowledged_is_stored_exactly_once() {
        let room = Room {
            members: vec![1],
            messages: [("a".to_owned(), (1, 1, 1)), ("b".to_owned(), (1, 3, 3))].into(),
            packets: vec![7],
            transfers: vec![7],
        };
        let good = || vec![text(1, "a"), card(2, 7), text(3, "b"), transfer(4, 7)];
        let count = |messages: Vec<Message>, exact| {
            let mut findings = Findings::default();
            history_laws(5, &room, 0, &messages, exact, &mut findings);
            findings.count
        };
        assert_eq!(count(good(), true), 0);
        assert_eq!(count(good()[..2].to_vec(), true), 2);
        assert_eq!(count([good(), vec![text(5, "a")]].concat(), false), 2);
        assert_eq!(count([good(), vec![text(5, "c")]].concat(), true), 1);
        assert_eq!(count([good(), vec![text(5, "c")]].concat(), false), 0);
        assert_eq!(count([good(), vec![card(5, 7)]].concat(), false), 1);
        assert_eq!(count([good(), vec![transfer(5, 7)]].concat(), false), 1);
        assert_eq!(count([good(), vec![transfer(5, 8)]].concat(), true), 1);
        assert_eq!(count(good()[..3].to_vec(), false), 1);
        assert_eq!(count(vec![text(1, "a"), text(2, "x"), text(3, "b"), transfer(4, 7)], false), 1);
        assert_eq!(count(vec![text(1, "a"), card(2, 7), text(4, "b"), transfer(5, 7)], false), 3);
    }
}
