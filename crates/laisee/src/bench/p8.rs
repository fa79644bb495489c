//! P8: a server with millions of packets and messages is killed under load (SIGKILL) and started again: how long until
//! it says that it is ready, and until an open has succeeded. At last its views are deleted: how long a start takes that
//! rebuilds them, and how much memory at the most.

use std::{
    collections::BTreeMap,
    fs,
    io::ErrorKind,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use laisee_client::http::Http;
use laisee_core::{
    command::{Command, PostMessage, SendPacket},
    content::Content,
    fen::Fen,
    ids::{ConversationId, UserId},
    packet::PacketKind,
};
use laisee_storm::opens::{self, OpensPlan};
use laisee_wire::v1;

use super::{
    BenchArgs, Figures, Findings, Row,
    child::Child,
    closed_loop::closed_loop,
    hardware::{commit, hardware},
    world::{World, client_id, crowd},
};

/// Packets, and as many text messages besides their cards.
const PACKETS: usize = 1_000_000;
const SHARDS: u16 = 4;
/// Senders, each with a group of its own.
const SENDERS: usize = 64;
const IN_FLIGHT: usize = 8_192;
const KILLS: usize = 5;
/// Connections that open packets when the server is killed.
const CONNECTIONS: usize = 100;
/// How long the load runs before the kill.
const LOADED: Duration = Duration::from_secs(2);
const GIVES_UP: Duration = Duration::from_secs(120);

/// # Errors
/// When the world cannot be made, or a server does not come back.
pub fn run(args: &BenchArgs) -> Result<Findings> {
    let packets = args.packets.unwrap_or(PACKETS);
    let place = fill(packets)?;
    let (mut ready, mut open) = (Vec::new(), Vec::new());
    for kill in 0..KILLS {
        let (until_ready, until_open) = killed_and_back(&place, kill as u64)?;
        eprintln!("p8: kill {}: ready after {until_ready:.2?}, an open after {until_open:.2?}", kill + 1);
        ready.push(until_ready);
        open.push(until_open);
    }
    let rebuilt = rebuilt(&place)?;
    eprintln!("p8: without views: ready after {:.2?}, {:.0} MiB at the most", rebuilt.until_ready, rebuilt.peak_mib);
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    ready.sort();
    open.sort();
    let (middle, worst) = (open[KILLS / 2], open[KILLS - 1]);
    let mut ours = Figures { p50_ms: Some(ms(middle)), p99_ms: Some(ms(worst)), ..Figures::default() };
    ours.more.insert("ready_ms".into(), ms(ready[KILLS / 2]));
    ours.more.insert("ready_worst_ms".into(), ms(ready[KILLS - 1]));
    ours.more.insert("rebuilt_ready_ms".into(), ms(rebuilt.until_ready));
    ours.more.insert("rebuilt_peak_mib".into(), rebuilt.peak_mib);
    ours.more.insert("data_mib".into(), bytes(place.path())? as f64 / (1 << 20) as f64);
    let settings = BTreeMap::from([
        ("server".into(), "laisee serve, 4 shards, SQLite, log synchronous=FULL".into()),
        ("packets".into(), packets.to_string()),
        ("messages".into(), (2 * packets).to_string()),
        ("kills".into(), KILLS.to_string()),
        ("load at the kill".into(), format!("opens on {CONNECTIONS} connections, 16 in flight on each")),
        (
            "p50_ms, p99_ms".into(),
            "from the start of the process to the first open that succeeds: middle and worst".into(),
        ),
    ]);
    let rows = vec![Row::new(format!("{packets} packets, {} messages", 2 * packets), ours)];
    Ok(Findings { scenario: "p8".into(), commit: commit(), hardware: hardware(place.path()), settings, rows })
}

/// A data folder with so many packets, open ones, and as many text messages besides.
fn fill(packets: usize) -> Result<tempfile::TempDir> {
    let world = World::start(SHARDS)?;
    let (gateway, inbox) = world.bus.attach();
    let mut groups: Vec<(UserId, ConversationId)> = Vec::new();
    for (n, friend) in crowd(SENDERS, SHARDS).into_iter().enumerate() {
        let sender = world.sponsor(&format!("sender-{n}"))?;
        groups.push((sender, world.group(sender, vec![friend])?));
    }
    eprintln!("p8: sending {packets} packets and as many messages");
    let begun = Instant::now();
    let mut commands = (0..2 * packets).map(|n| {
        let (sender, conversation) = groups[n / 2 % SENDERS];
        if n % 2 == 0 {
            let (kind, amount, greeting) = (PacketKind::Lucky, Fen(100), String::new());
            Command::SendPacket(SendPacket {
                sender,
                id: client_id(),
                conversation,
                kind,
                amount,
                count: 2,
                greeting,
                pass: None,
            })
        } else {
            let text = format!("message {n} of many, about as long as people write them");
            let content = Content::Text { text, mentions: vec![], reply_to: laisee_core::ids::Seq(0) };
            Command::PostMessage(PostMessage { sender, conversation, client_id: client_id(), content })
        }
    });
    closed_loop(&world.bus, gateway, &inbox, IN_FLIGHT, Duration::from_secs(3_600), || commands.next())?;
    world.credited()?;
    eprintln!("p8: that took {:.0?}", begun.elapsed());
    Ok(world.stop())
}

/// Puts a server under load, kills it, and says how long it took to be back.
fn killed_and_back(place: &tempfile::TempDir, round: u64) -> Result<(Duration, Duration)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let server = Child::serve_in(place.path(), "127.0.0.1:0")?;
    let address = server.address.clone();
    runtime.block_on(ready(&address))?;
    let mine = runtime.block_on(Mine::prepare(&address))?;
    let plan = OpensPlan {
        addresses: vec![address.clone()],
        seed: 1_000 + round,
        connections: CONNECTIONS,
        in_flight: 16,
        packets: 10_000,
        duration_ms: 60_000,
        ..OpensPlan::default()
    };
    let prepared = runtime.block_on(opens::prepare(&plan))?;
    runtime.block_on(async {
        tokio::select! {
            _ = opens::measure(&plan, &prepared) => bail!("the load was over before the kill"),
            () = tokio::time::sleep(LOADED) => {
                // SIGKILL, while requests are in flight.
                drop(server);
                Ok(())
            }
        }
    })?;

    let begun = Instant::now();
    let server = Child::serve_in(place.path(), &address)?;
    runtime.block_on(ready(&server.address))?;
    let until_ready = begun.elapsed();
    runtime.block_on(mine.open(&server.address))?;
    Ok((until_ready, begun.elapsed()))
}

struct Rebuilt {
    until_ready: Duration,
    /// Resident memory at the most, up to then.
    peak_mib: f64,
}

/// Starts a server whose views were deleted.
fn rebuilt(place: &tempfile::TempDir) -> Result<Rebuilt> {
    for shard in 0..SHARDS {
        for file in ["views.db", "views.db-wal", "views.db-shm"] {
            match fs::remove_file(place.path().join(format!("shard-{shard}")).join(file)) {
                Err(problem) if problem.kind() != ErrorKind::NotFound => return Err(problem.into()),
                _ => {}
            }
        }
    }
    let begun = Instant::now();
    let server = Child::serve_in(place.path(), "127.0.0.1:0")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(ready(&server.address))?;
    let until_ready = begun.elapsed();
    let status = fs::read_to_string(format!("/proc/{}/status", server.pid()))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()).context("the system tells the peak of memory")?;
    Ok(Rebuilt { until_ready, peak_mib: kib.parse::<f64>()? / 1024.0 })
}

/// Waits until the server says that all shards serve.
async fn ready(address: &str) -> Result<()> {
    let begun = Instant::now();
    while begun.elapsed() < GIVES_UP {
        if let Ok((200, _)) = Http::new(address).exchange("GET", "/readyz", None, b"").await {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    bail!("the server was not ready after {GIVES_UP:?}")
}

/// Somebody with a packet that lies open.
struct Mine {
    token: String,
    packet: u64,
}

impl Mine {
    async fn prepare(address: &str) -> Result<Self> {
        let mut http = Http::new(address);
        let name = format!("p8{}", &client_id().to_string().replace('-', "")[..16]);
        let password = "a long password".to_owned();
        let sign_up = v1::SignUp { name: name.clone(), display_name: name, password, ..v1::SignUp::default() };
        let signed_in = http.sign_up(&sign_up).await?;
        let token = Some(signed_in.token.as_str());
        let top_up = v1::TopUp { id: client_id().to_string(), amount: 1_000 };
        let _: v1::ToppedUp = http.call("POST", "/v1/wallet/top-up", token, Some(&top_up)).await?;
        let group = v1::CreateGroup { client_id: client_id().to_string(), title: "p8".into(), members: vec![] };
        let group: v1::ConversationState = http.call("POST", "/v1/groups", token, Some(&group)).await?;
        let conversation = group.conversation.context("a group was made")?.id;
        let kind = v1::PacketKind::Lucky.into();
        let send = v1::SendPacket {
            id: client_id().to_string(),
            conversation,
            kind,
            amount: 88,
            count: 1,
            ..Default::default()
        };
        let funded: v1::PacketFunded = http.call("POST", "/v1/packets", token, Some(&send)).await?;
        let mine = Self { token: signed_in.token.clone(), packet: funded.packet };
        let grab = format!("/v1/packets/{}/grab", mine.packet);
        loop {
            let found: v1::PacketGrab = http.call("GET", &grab, token, None::<&()>).await?;
            if found.status() == v1::PacketStatus::Open {
                return Ok(mine);
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn open(&self, address: &str) -> Result<()> {
        let path = format!("/v1/packets/{}/open", self.packet);
        let begun = Instant::now();
        loop {
            let opened: Result<v1::PacketOpened, _> =
                Http::new(address).call("POST", &path, Some(&self.token), None::<&()>).await;
            match opened {
                Ok(opened) if opened.first && opened.amount == 88 => return Ok(()),
                Ok(other) => bail!("the packet was opened before: {other:?}"),
                Err(error) if begun.elapsed() > GIVES_UP => return Err(error.into()),
                Err(_) => tokio::time::sleep(Duration::from_millis(2)).await,
            }
        }
    }
}

fn bytes(folder: &std::path::Path) -> Result<u64> {
    let mut sum = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let data = entry.metadata()?;
        sum += if data.is_dir() { bytes(&entry.path())? } else { data.len() };
    }
    Ok(sum)
}
