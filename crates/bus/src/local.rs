use std::{
    sync::{Arc, RwLock},
    time::Duration,
};

use laisee_core::{
    command::Command,
    ids::{PacketId, SessionId, ShardId},
    query::{Answer, Query},
};
use tokio::{
    sync::{
        mpsc::{self, error::TrySendError},
        oneshot,
    },
    time::timeout,
};

use crate::{
    Bus, Delivery, Failure, GatewayId, GatewayInbox, Outcome, Question, ReplyTo, Request, gateway_port::GatewayPort,
    in_flight::InFlight,
};

/// The maxima of one shard's entry.
#[derive(Clone, Debug)]
pub struct ShardLimits {
    /// Requests that may wait.
    pub queue_max: usize,
    /// Requests in flight for one packet.
    pub packet_in_flight_max: u32,
    /// Questions that may wait.
    pub questions_max: usize,
    /// How long a caller waits.
    pub deadline: Duration,
    /// What a refused caller is told to wait.
    pub retry_after_ms: u32,
}

impl Default for ShardLimits {
    fn default() -> Self {
        Self {
            queue_max: 65_536,
            packet_in_flight_max: 16_384,
            questions_max: 8_192,
            deadline: Duration::from_secs(10),
            retry_after_ms: 200,
        }
    }
}

/// The bus within one process: channels.
pub struct LocalBus {
    shards: Vec<Arc<ShardPort>>,
    gateways: RwLock<Vec<Arc<GatewayPort>>>,
    limits: ShardLimits,
}

/// A shard's entry.
pub struct ShardPort {
    requests: mpsc::Sender<Request>,
    questions: mpsc::Sender<Question>,
    in_flight: InFlight,
}

/// A shard's end of the bus.
pub struct ShardInbox {
    pub shard: ShardId,
    pub requests: mpsc::Receiver<Request>,
    pub questions: mpsc::Receiver<Question>,
    pub port: Arc<ShardPort>,
}

impl ShardPort {
    /// To be called once for every request that was taken, when its outcome is known.
    pub fn done(&self, packet: Option<PacketId>) {
        if let Some(packet) = packet {
            self.in_flight.leave(packet);
        }
    }

    /// To be called when requests that were taken are lost, by a bug: nobody could call [`done`](Self::done) for them.
    pub fn forget_all(&self) {
        self.in_flight.forget_all();
    }
}

impl LocalBus {
    /// A bus for `shards` shards, and their ends of it.
    #[must_use]
    pub fn new(shards: u16, limits: ShardLimits) -> (Arc<Self>, Vec<ShardInbox>) {
        let mut ports = Vec::new();
        let mut inboxes = Vec::new();
        for number in 0..shards {
            let (requests, request_inbox) = mpsc::channel(limits.queue_max);
            let (questions, question_inbox) = mpsc::channel(limits.questions_max);
            let in_flight = InFlight::new(limits.packet_in_flight_max);
            let port = Arc::new(ShardPort { requests, questions, in_flight });
            ports.push(port.clone());
            inboxes.push(ShardInbox {
                shard: ShardId(number),
                requests: request_inbox,
                questions: question_inbox,
                port,
            });
        }
        (Arc::new(Self { shards: ports, gateways: RwLock::default(), limits }), inboxes)
    }

    /// Registers a gateway.
    pub fn attach(&self) -> (GatewayId, GatewayInbox) {
        let port = Arc::new(GatewayPort::default());
        let mut gateways = self.gateways.write().expect("no panic while the lock is held");
        gateways.push(port.clone());
        (GatewayId((gateways.len() - 1) as u16), GatewayInbox { port })
    }

    /// Puts a request into its shard's queue without waiting.
    ///
    /// # Errors
    /// `Busy` when the queue or the packet's cap is full, `Unavailable` when the shard is gone, `NoSuchShard` when an id
    /// is made up: nothing was done.
    pub fn send(&self, request: Request) -> Result<(), Failure> {
        let port = self.port(request.command.shard(self.shards()))?;
        if let Some(other) = request.command.relies_on() {
            self.port(other)?;
        }
        let busy = Failure::Busy { retry_after_ms: self.limits.retry_after_ms };
        let packet = request.command.packet();
        if let Some(packet) = packet
            && !port.in_flight.enter(packet)
        {
            return Err(busy);
        }
        port.requests.try_send(request).map_err(|error| {
            if let Some(packet) = packet {
                port.in_flight.leave(packet);
            }
            match error {
                TrySendError::Full(_) => busy,
                TrySendError::Closed(_) => self.unavailable(),
            }
        })
    }

    /// Hands deliveries to one gateway; empties `deliveries`.
    pub fn deliver(&self, gateway: GatewayId, deliveries: &mut Vec<Delivery>) {
        let gateways = self.gateways.read().expect("no panic while the lock is held");
        if let Some(port) = gateways.get(usize::from(gateway.0)) {
            port.deliver(deliveries);
        }
        deliveries.clear();
    }

    /// How many gateways are attached.
    pub fn gateways(&self) -> u16 {
        self.gateways.read().expect("no panic while the lock is held").len() as u16
    }

    /// How many requests wait in a shard's queue; 0 for one that does not exist.
    #[must_use]
    pub fn queued(&self, shard: ShardId) -> usize {
        self.port(shard).map_or(0, |port| port.requests.max_capacity() - port.requests.capacity())
    }

    fn port(&self, shard: ShardId) -> Result<&Arc<ShardPort>, Failure> {
        // An id made up by a client can name a shard that does not exist.
        self.shards.get(usize::from(shard.0)).ok_or(Failure::NoSuchShard)
    }

    fn unavailable(&self) -> Failure {
        Failure::Unavailable { retry_after_ms: self.limits.retry_after_ms }
    }
}

impl Bus for LocalBus {
    fn shards(&self) -> u16 {
        self.shards.len() as u16
    }

    async fn call(&self, command: Command, origin: Option<SessionId>) -> Outcome {
        let (reply_to, outcome) = oneshot::channel();
        self.send(Request { command, origin, reply_to: ReplyTo::Once(reply_to) })?;
        match timeout(self.limits.deadline, outcome).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(self.unavailable()),
            Err(_) => Err(Failure::Deadline),
        }
    }

    async fn query(&self, shard: ShardId, query: Query) -> Result<Answer, Failure> {
        let (reply_to, answer) = oneshot::channel();
        let port = self.port(shard)?;
        port.questions.try_send(Question { query, reply_to }).map_err(|error| match error {
            TrySendError::Full(_) => Failure::Busy { retry_after_ms: self.limits.retry_after_ms },
            TrySendError::Closed(_) => self.unavailable(),
        })?;
        match timeout(self.limits.deadline, answer).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(self.unavailable()),
            Err(_) => Err(Failure::Deadline),
        }
    }
}
