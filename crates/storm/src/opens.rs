//! The client of bench P3: opens through real WebSockets, and nothing else, as fast as the answers come.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant as Clock},
};

use hdrhistogram::Histogram;
use laisee_client::{
    ClientError, Connection, Encoding, Identity, Options, Request,
    connection::{Received, Socket},
    device::{Jitter, mint},
};
use laisee_wire::v1::{
    ClientFrame, GetWallet, GrabPacket, OpenPacket, PacketKind, PacketStatus, SendPacket, ServerFrame, TopUp,
    client_frame, server_frame::Body,
};
use serde::{Deserialize, Serialize};
use tokio::{
    sync::{Barrier, Semaphore},
    task::JoinSet,
    time::{Instant, sleep},
};

use crate::{
    Operation, StormError,
    cast::{Person, gather, sign_up, tag, unix_ms},
    insist::{self, name_of},
    measure::{histogram, operation},
};

/// Requests of the sender under way while packets are prepared.
const PREPARE_TOGETHER: usize = 64;
const PATIENCE: Duration = Duration::from_secs(300);
/// What each share is worth, in fen.
const SHARE: i64 = 2;
/// One top-up, below the server's limit.
const TOP_UP: i64 = 1_000_000;
/// Between two looks at whether the top-ups have reached the wallet.
const WALLET_LOOK: Duration = Duration::from_millis(20);

/// One group; every member opens every packet once.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct OpensPlan {
    pub addresses: Vec<String>,
    pub seed: u64,
    /// Connections, each its own user and a member of the group. The server's `packet_count_max` must allow as many.
    pub connections: usize,
    /// Opens under way on each connection.
    pub in_flight: usize,
    /// Packets with one share for each connection: `connections * packets` opens in all.
    pub packets: usize,
    /// The measuring ends after so many milliseconds even if packets are left.
    pub duration_ms: u64,
    /// Whether amounts are drawn or equal.
    pub lucky: bool,
    pub encoding: Encoding,
}

impl Default for OpensPlan {
    fn default() -> Self {
        Self {
            addresses: vec!["127.0.0.1:7080".into()],
            seed: 1,
            connections: 100,
            in_flight: 1,
            packets: 5_000,
            duration_ms: 30_000,
            lucky: true,
            encoding: Encoding::Protobuf,
        }
    }
}

/// What the opens were like.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct OpensReport {
    /// From the first request to the last answer.
    pub seconds: f64,
    /// Answered with an amount, first opening each.
    pub opens: Operation,
    /// Other answers, by code, such as BUSY; those were sent again.
    pub errors: std::collections::BTreeMap<String, u64>,
    /// True: the time was over before all packets were opened.
    pub cut_off: bool,
}

/// Prepares users, group and packets, then measures opens alone.
///
/// # Errors
/// When the preparations do not succeed.
pub async fn opens(plan: OpensPlan) -> Result<OpensReport, StormError> {
    let stage = prepare(&plan).await?;
    measure(&plan, &stage).await
}

/// What is ready to be measured.
pub struct Prepared {
    people: Vec<Person>,
    packets: Arc<Vec<u64>>,
}

/// Everything before the measuring: users, one group, packets that lie open in it.
///
/// # Errors
/// When a step does not succeed in time.
pub async fn prepare(plan: &OpensPlan) -> Result<Prepared, StormError> {
    if plan.connections < 2 || plan.in_flight == 0 || plan.packets == 0 || plan.addresses.is_empty() {
        return Err(StormError::Plan("two connections, one packet, one in flight and an address at least".into()));
    }
    let people = sign_up(&plan.addresses, &tag(plan.seed), plan.connections, 16).await?;
    let links: Vec<(u64, Connection)> =
        people.iter().map(|p| (p.user, p.requests(&plan.addresses, plan.seed))).collect();
    let circle = gather(&links, "P3".into(), Arc::new(Semaphore::new(32))).await?;
    for (_, link) in &links[1..] {
        link.close().await;
    }
    let sender = links[0].1.clone();
    let packets = fund(plan, &sender, circle.group).await.map_err(StormError::setup("preparing packets"))?;
    sender.close().await;
    Ok(Prepared { people, packets: Arc::new(packets) })
}

async fn fund(plan: &OpensPlan, sender: &Connection, group: u64) -> Result<Vec<u64>, ClientError> {
    let amount = SHARE * plan.connections as i64;
    let needed = amount * plan.packets as i64;
    let mut dice = Jitter::new(plan.seed);
    for _ in 0..needed.div_euclid(TOP_UP) + 1 {
        let request = TopUp { id: mint(unix_ms(), &mut dice), amount: TOP_UP };
        ask(sender, request).await?;
    }
    // The provider may take its time.
    while ask(sender, GetWallet {}).await?.balance < needed {
        tokio::time::sleep(WALLET_LOOK).await;
    }
    let permits = Arc::new(Semaphore::new(PREPARE_TOGETHER));
    let mut tasks = JoinSet::new();
    for _ in 0..plan.packets {
        let request = SendPacket {
            id: mint(unix_ms(), &mut dice),
            conversation: group,
            kind: if plan.lucky { PacketKind::Lucky } else { PacketKind::Equal } as i32,
            amount,
            count: plan.connections as u32,
            ..SendPacket::default()
        };
        let (sender, permits) = (sender.clone(), permits.clone());
        tasks.spawn(async move {
            let _permit = permits.acquire().await;
            let packet = ask(&sender, request).await?.packet;
            loop {
                let grab = ask(&sender, GrabPacket { packet }).await?;
                if grab.status() != PacketStatus::Funded {
                    return Ok::<_, ClientError>(packet);
                }
                sleep(Duration::from_millis(20)).await;
            }
        });
    }
    let mut packets = Vec::with_capacity(plan.packets);
    while let Some(done) = tasks.join_next().await {
        packets.push(done.map_err(|e| ClientError::Unexpected(e.to_string()))??);
    }
    packets.sort_unstable();
    Ok(packets)
}

async fn ask<R: Request + Clone>(link: &Connection, request: R) -> Result<R::Answer, ClientError> {
    insist::ask(link, request, Instant::now() + PATIENCE).await
}

/// Measures opens: each connection opens each packet once, beginning at different ones.
///
/// # Errors
/// When the connections cannot be made.
pub async fn measure(plan: &OpensPlan, prepared: &Prepared) -> Result<OpensReport, StormError> {
    let count = prepared.people.len();
    let start = Arc::new(Barrier::new(count + 1));
    let mut options = Options::new(plan.addresses.clone()).with_encoding(plan.encoding);
    options.read_buffer = (plan.in_flight * 128).clamp(1_024, 32 * 1_024);
    let mut tasks = JoinSet::new();
    for (nth, person) in prepared.people.iter().enumerate() {
        let identity = Identity { token: person.token.clone(), client: "storm opens".into() };
        let (socket, _) = Socket::sign_in(&options, nth, &identity).await.map_err(StormError::setup("signing in"))?;
        let opener = Opener {
            socket,
            packets: prepared.packets.clone(),
            next: 0,
            offset: nth * prepared.packets.len() / count,
            number: 1,
            under_way: HashMap::with_capacity(plan.in_flight),
            again: Vec::new(),
            took: histogram(),
            errors: HashMap::new(),
        };
        let (start, in_flight) = (start.clone(), plan.in_flight);
        let within = Duration::from_millis(plan.duration_ms);
        tasks.spawn(async move {
            start.wait().await;
            opener.run(in_flight, Clock::now() + within).await
        });
    }
    start.wait().await;
    let began = Clock::now();
    let mut report = OpensReport::default();
    let mut took = histogram();
    while let Some(done) = tasks.join_next().await {
        let done = done.map_err(|e| StormError::Plan(format!("a connection's task ended: {e}")))?;
        took.add(&done.took).map_err(|e| StormError::Plan(e.to_string()))?;
        report.cut_off |= done.left;
        for (code, times) in done.errors {
            *report.errors.entry(code).or_default() += times;
        }
    }
    report.seconds = began.elapsed().as_secs_f64();
    report.opens = operation(&took, began.elapsed());
    Ok(report)
}

struct Opener {
    socket: Socket,
    packets: Arc<Vec<u64>>,
    next: usize,
    offset: usize,
    number: u32,
    under_way: HashMap<u32, (u64, Clock)>,
    again: Vec<u64>,
    took: Histogram<u64>,
    errors: HashMap<String, u64>,
}

struct Opened {
    took: Histogram<u64>,
    errors: HashMap<String, u64>,
    left: bool,
}

impl Opener {
    async fn run(mut self, in_flight: usize, end: Clock) -> Opened {
        let mut failure = None;
        loop {
            if Clock::now() < end
                && let Err(error) = self.fill(in_flight).await
            {
                failure = Some(error);
            }
            if failure.is_some() || self.under_way.is_empty() {
                break;
            }
            // One wait, then everything that is there, so that one flush answers a whole burst.
            let mut next = Some(self.socket.receive().await);
            while let Some(received) = next {
                match received {
                    Received::Frame(frame) => self.take(frame),
                    Received::Closed(code) => {
                        failure = Some(ClientError::Transport(format!("closed: {code:?}")));
                        break;
                    }
                }
                next = if self.under_way.is_empty() { None } else { self.socket.try_receive() };
            }
        }
        if let Some(error) = failure {
            *self.errors.entry(name_of(&error)).or_default() += 1;
        }
        let left = self.next < self.packets.len() || !self.again.is_empty();
        Opened { took: self.took, errors: self.errors, left }
    }

    async fn fill(&mut self, in_flight: usize) -> Result<(), ClientError> {
        let mut fed = false;
        while self.under_way.len() < in_flight {
            let packet = match self.again.pop() {
                Some(packet) => packet,
                None if self.next < self.packets.len() => {
                    let at = (self.offset + self.next) % self.packets.len();
                    self.next += 1;
                    self.packets[at]
                }
                None => break,
            };
            self.number = self.number.wrapping_add(1).max(2);
            let body = client_frame::Body::OpenPacket(OpenPacket { packet });
            self.under_way.insert(self.number, (packet, Clock::now()));
            self.socket.feed(&ClientFrame { request: self.number, body: Some(body) }).await?;
            fed = true;
        }
        if fed { self.socket.flush().await } else { Ok(()) }
    }

    fn take(&mut self, frame: ServerFrame) {
        let Some((packet, sent)) = self.under_way.remove(&frame.request) else { return };
        match frame.body {
            Some(Body::PacketOpened(_)) => {
                self.took.saturating_record((sent.elapsed().as_micros() as u64).max(1));
            }
            Some(Body::Error(error)) => {
                if (100..200).contains(&error.code) {
                    self.again.push(packet);
                }
                *self.errors.entry(name_of(&ClientError::Refused(error))).or_default() += 1;
            }
            _ => *self.errors.entry("(unexpected)".into()).or_default() += 1,
        }
    }
}
