//! The client of bench P5: many signed-in connections that do nothing but heartbeats.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use laisee_client::{
    Encoding, Identity, Options,
    connection::{Received, Socket},
    device::Jitter,
};
use laisee_wire::v1::{ClientFrame, Heartbeat, ServerFrame, client_frame, server_frame::Body};
use serde::{Deserialize, Serialize};
use tokio::{
    sync::{Semaphore, watch},
    task::JoinSet,
    time::{Instant, sleep_until, timeout_at},
};

use crate::{
    Operation, StormError,
    cast::{sign_up, tag},
    measure::{histogram, operation},
};

/// Who connects.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct IdlePlan {
    pub addresses: Vec<String>,
    pub seed: u64,
    pub connections: usize,
    /// Connections that share a user and a token; 1: each its own user.
    pub connections_per_user: usize,
    /// Connections being made at the same time.
    pub concurrency: usize,
    /// Between two heartbeats, in ms; 0: as the server says.
    pub heartbeat_ms: u64,
    pub encoding: Encoding,
}

impl Default for IdlePlan {
    fn default() -> Self {
        Self {
            addresses: vec!["127.0.0.1:7080".into()],
            seed: 1,
            connections: 1_000,
            connections_per_user: 1,
            concurrency: 64,
            heartbeat_ms: 0,
            encoding: Encoding::Protobuf,
        }
    }
}

/// What the connecting and the holding were like.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct IdleReport {
    /// Connections that stood at the end.
    pub standing: u64,
    /// Connections that were lost while they were held.
    pub lost: u64,
    /// From the first to the last welcome, in seconds, without signing up.
    pub connecting_s: f64,
    /// Each from the first packet to the welcome.
    pub connects: Operation,
    /// Each from heartbeat to answer.
    pub heartbeats: Operation,
}

/// Connections that stand. Dropping closes them.
pub struct Held {
    plan: IdlePlan,
    tasks: JoinSet<hdrhistogram::Histogram<u64>>,
    stop: watch::Sender<bool>,
    lost: Arc<AtomicU64>,
    connects: hdrhistogram::Histogram<u64>,
    connecting: Duration,
}

/// Signs up and connects everybody; returns when all stand, heartbeats on.
///
/// # Errors
/// When somebody cannot sign up or connect.
pub async fn open(plan: IdlePlan) -> Result<Held, StormError> {
    if plan.connections == 0 || plan.connections_per_user == 0 || plan.addresses.is_empty() {
        return Err(StormError::Plan("one connection and one address at least".into()));
    }
    let users = plan.connections.div_ceil(plan.connections_per_user);
    let people = sign_up(&plan.addresses, &tag(plan.seed), users, 16).await?;
    let mut options = Options::new(plan.addresses.clone()).with_encoding(plan.encoding);
    options.read_buffer = 512;
    options.connect_timeout = Duration::from_secs(60);
    options.request_timeout = Duration::from_secs(60);
    let options = Arc::new(options);
    let permits = Arc::new(Semaphore::new(plan.concurrency.max(1)));
    let began = Instant::now();
    let mut connecting = JoinSet::new();
    for nth in 0..plan.connections {
        let identity = Identity { token: people[nth / plan.connections_per_user].token.clone(), client: "idle".into() };
        let (options, permits) = (options.clone(), permits.clone());
        connecting.spawn(async move {
            let _permit = permits.acquire().await;
            let began = Instant::now();
            let signed_in = Socket::sign_in(&options, nth, &identity).await;
            signed_in.map(|(socket, welcome)| (nth, socket, welcome, began.elapsed()))
        });
    }
    let (stop, _) = watch::channel(false);
    let lost = Arc::new(AtomicU64::new(0));
    let (mut tasks, mut connects) = (JoinSet::new(), histogram());
    while let Some(done) = connecting.join_next().await {
        let done = done.map_err(|e| StormError::Plan(format!("a connecting task ended: {e}")))?;
        let (nth, socket, welcome, took) = done.map_err(StormError::setup("connecting"))?;
        connects.saturating_record((took.as_micros() as u64).max(1));
        let told_ms = welcome.settings.map_or(0, |settings| u64::from(settings.heartbeat_ms));
        let every_ms = if plan.heartbeat_ms > 0 { plan.heartbeat_ms } else { told_ms.max(1_000) };
        let seed = plan.seed.wrapping_add(nth as u64);
        tasks.spawn(hold(socket, Duration::from_millis(every_ms), seed, stop.subscribe(), lost.clone()));
    }
    Ok(Held { plan, tasks, stop, lost, connects, connecting: began.elapsed() })
}

/// Sends heartbeats until told to stop or the connection is gone; how long their answers took.
async fn hold(
    mut socket: Socket,
    every: Duration,
    seed: u64,
    mut stop: watch::Receiver<bool>,
    lost: Arc<AtomicU64>,
) -> hdrhistogram::Histogram<u64> {
    // Two digits keep the histogram small: there is one for each connection. It is made at the first answer.
    let mut took = None;
    let first = Jitter::new(seed).below(every.as_millis() as u64);
    let mut due = Instant::now() + Duration::from_millis(first);
    let mut sent = None;
    let mut number = 1;
    loop {
        tokio::select! {
            _ = stop.changed() => break,
            () = sleep_until(due) => {
                number += 1;
                let body = Some(client_frame::Body::Heartbeat(Heartbeat {}));
                if socket.send(&ClientFrame { request: number, body }).await.is_err() {
                    lost.fetch_add(1, Relaxed);
                    break;
                }
                sent = Some(Instant::now());
                due += every;
            }
            received = socket.receive() => match received {
                Received::Frame(ServerFrame { body: Some(Body::HeartbeatAnswer(_)), .. }) => {
                    if let Some(sent) = sent.take() {
                        let us = (sent.elapsed().as_micros() as u64).max(1);
                        took.get_or_insert_with(Vec::new).push(us);
                    }
                }
                Received::Frame(_) => {}
                Received::Closed(_) => {
                    lost.fetch_add(1, Relaxed);
                    break;
                }
            }
        }
    }
    let mut all = histogram();
    took.into_iter().flatten().for_each(|us| all.saturating_record(us));
    all
}

impl Held {
    /// Connections that stand now.
    pub fn standing(&self) -> u64 {
        self.plan.connections as u64 - self.lost.load(Relaxed)
    }

    /// Holds the connections for this long, then closes them.
    pub async fn hold(mut self, for_how_long: Duration) -> IdleReport {
        let began = Instant::now();
        sleep_until(began + for_how_long).await;
        let standing = self.standing();
        let lost = self.lost.load(Relaxed);
        self.stop.send_replace(true);
        let mut heartbeats = histogram();
        let patience = Instant::now() + Duration::from_secs(60);
        while let Ok(Some(done)) = timeout_at(patience, self.tasks.join_next()).await {
            if let Ok(took) = done {
                heartbeats += took;
            }
        }
        IdleReport {
            standing,
            lost,
            connecting_s: self.connecting.as_secs_f64(),
            connects: operation(&self.connects, self.connecting),
            heartbeats: operation(&heartbeats, for_how_long),
        }
    }
}

/// [`open`], then hold for so long.
///
/// # Errors
/// As [`open`].
pub async fn idle(plan: IdlePlan, for_how_long: Duration) -> Result<IdleReport, StormError> {
    Ok(open(plan).await?.hold(for_how_long).await)
}
