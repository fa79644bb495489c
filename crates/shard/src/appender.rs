//! The appender: puts batches at the end of the log, and only then lets anything be known of them.

use std::sync::{Arc, atomic::Ordering};

use laisee_bus::{Delivery, Failure, GatewayId, LocalBus, ReplyTo, ShardInbox};
use laisee_core::push::Push;
use laisee_store::{Batch, Log, StoreError};
use tokio::sync::mpsc;

use crate::{
    engine::{Applied, FactBatch, Replying},
    progress::Progress,
    serve::Counters,
};

/// Batches put into one transaction at most.
const MERGE_MAX: usize = 64;
/// What is said of requests that the shard will not carry out, or that nobody knows of whether it did.
pub(crate) const DOWN: Failure = Failure::Unavailable { retry_after_ms: 1_000 };

pub(crate) struct Appender<'a, L> {
    pub log: L,
    pub applied: mpsc::Receiver<Applied>,
    pub bus: &'a LocalBus,
    pub port: &'a laisee_bus::ShardPort,
    pub progress: &'a Progress,
    pub couriers: mpsc::Sender<Arc<FactBatch>>,
    pub counters: &'a Counters,
}

impl<L: Log> Appender<'_, L> {
    /// Runs until the writer is gone, or the log fails.
    pub fn run(mut self) -> Result<(), StoreError> {
        let mut waiting = Vec::with_capacity(MERGE_MAX);
        let mut release = Release::new(self.bus, self.port);
        while self.applied.blocking_recv_many(&mut waiting, MERGE_MAX) > 0 {
            if let Err(error) = self.append(&waiting) {
                self.progress.fail();
                self.applied.close();
                while let Some(applied) = self.applied.blocking_recv() {
                    waiting.push(applied);
                }
                for applied in waiting.drain(..) {
                    release.refuse(applied.replies);
                }
                release.flush();
                return Err(error);
            }
            let mut appended = Vec::with_capacity(waiting.len());
            for applied in waiting.drain(..) {
                appended.extend(applied.batch);
                release.replies(applied.replies);
                release.pushes(applied.pushes);
            }
            release.flush();
            for batch in appended {
                // The courier waits for nobody but the disk, so this is brief; that it is gone means that all are
                // stopping.
                let _ = self.couriers.blocking_send(batch);
            }
        }
        Ok(())
    }

    fn append(&mut self, waiting: &[Applied]) -> Result<(), StoreError> {
        let facts = waiting.iter().filter_map(|applied| applied.batch.as_ref());
        let batches: Vec<Batch> = facts.map(|batch| Batch::encode(batch.first, batch.at, &batch.facts)).collect();
        let Some(last) = batches.last().map(Batch::last) else { return Ok(()) };
        self.log.append(&batches)?;
        let count: u64 = batches.iter().map(|batch| u64::from(batch.count)).sum();
        self.counters.facts.fetch_add(count, Ordering::Relaxed);
        self.counters.appends.fetch_add(1, Ordering::Relaxed);
        self.progress.appended(last);
        self.progress.tell_waiting(self.counters);
        Ok(())
    }
}

/// Hands replies and pushes to gateways, a whole batch at a time.
struct Release<'a> {
    bus: &'a LocalBus,
    port: &'a laisee_bus::ShardPort,
    gateways: Vec<Vec<Delivery>>,
}

impl<'a> Release<'a> {
    fn new(bus: &'a LocalBus, port: &'a laisee_bus::ShardPort) -> Self {
        Self { bus, port, gateways: Vec::new() }
    }

    fn replies(&mut self, replies: Vec<Replying>) {
        for Replying { reply_to, packet, outcome } in replies {
            self.port.done(packet);
            match reply_to {
                // Whoever no longer waits has lost nothing but this answer.
                ReplyTo::Once(sender) => drop(sender.send(outcome)),
                ReplyTo::Gateway { gateway, ticket } => self.gateway(gateway).push(Delivery::Reply { ticket, outcome }),
                ReplyTo::Nobody => {}
            }
        }
    }

    fn refuse(&mut self, mut replies: Vec<Replying>) {
        for replying in &mut replies {
            replying.outcome = Err(DOWN);
        }
        self.replies(replies);
    }

    fn pushes(&mut self, pushes: Vec<Push>) {
        for push in pushes {
            let push = Arc::new(push);
            for number in 0..self.bus.gateways() {
                self.gateway(GatewayId(number)).push(Delivery::Push(push.clone()));
            }
        }
    }

    fn gateway(&mut self, gateway: GatewayId) -> &mut Vec<Delivery> {
        let index = usize::from(gateway.0);
        if self.gateways.len() <= index {
            self.gateways.resize_with(index + 1, Vec::new);
        }
        &mut self.gateways[index]
    }

    fn flush(&mut self) {
        for (number, deliveries) in self.gateways.iter_mut().enumerate() {
            if !deliveries.is_empty() {
                self.bus.deliver(GatewayId(number as u16), deliveries);
            }
        }
    }
}

/// Tells everybody who waits that the shard is down: those whose requests the writer had `left`, and those in the queues.
pub(crate) fn refuse_all(bus: &LocalBus, inbox: &mut ShardInbox, mut left: Vec<Replying>) {
    while let Ok(request) = inbox.requests.try_recv() {
        left.push(Replying::failed(request, DOWN));
    }
    let mut release = Release::new(bus, &inbox.port);
    release.refuse(left);
    release.flush();
    while let Ok(question) = inbox.questions.try_recv() {
        drop(question.reply_to.send(Err(DOWN)));
    }
}
