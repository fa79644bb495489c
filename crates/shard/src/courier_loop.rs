//! Runs a courier: feeds it what was appended, reads what it missed from the log, and calls the target shards.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use futures_util::{StreamExt, stream::FuturesUnordered};
use laisee_bus::{Bus, LocalBus};
use laisee_core::{
    command::{Command, Receive, Reply},
    ids::{Position, ShardId},
};
use laisee_store::{ReadLog, StoreError};
use tokio::sync::mpsc;

use crate::{courier::Courier, engine::FactBatch, serve::Counters};

const LOG_BYTES: usize = 1 << 20;
/// The least time between two deliveries to one target: each costs it an append, however few notes it brings. The first
/// goes at once.
const PACE: Duration = Duration::from_millis(20);
/// How long after a failed delivery its target is asked again.
const AGAIN_AFTER: Duration = Duration::from_millis(200);

/// Runs until the appender is gone.
pub(crate) async fn run(
    mut courier: Courier,
    mut log: Box<dyn ReadLog>,
    mut appended: mpsc::Receiver<Arc<FactBatch>>,
    bus: &LocalBus,
    counters: &Counters,
) -> Result<(), StoreError> {
    let mut in_flight = FuturesUnordered::new();
    loop {
        while let Some(receive) = courier.next() {
            in_flight.push(deliver(bus, receive));
        }
        let behind = courier.behind();
        let waiting = u64::from(!courier.idle()) + courier.waiting() as u64;
        counters.courier_waiting.store(waiting, Ordering::Release);
        tokio::select! {
            biased;
            batch = appended.recv() => {
                let Some(batch) = batch else { return Ok(()) };
                courier.take(&batch);
                while let Ok(batch) = appended.try_recv() {
                    courier.take(&batch);
                }
            }
            Some((to, through)) = in_flight.next() => courier.answered(to, through),
            () = std::future::ready(()), if behind.is_some() => {
                let after = behind.unwrap_or_default();
                for batch in log.read(after, LOG_BYTES)? {
                    courier.take(&FactBatch { first: batch.first, at: batch.at, facts: batch.facts()? });
                }
            }
        }
    }
}

async fn deliver(bus: &LocalBus, receive: Receive) -> (ShardId, Option<Position>) {
    let to = receive.to;
    let (received, ()) = tokio::join!(bus.call(Command::Receive(receive), None), tokio::time::sleep(PACE));
    match received {
        Ok(Reply::Received { through, .. }) => (to, Some(through)),
        _ => {
            tokio::time::sleep(AGAIN_AFTER).await;
            (to, None)
        }
    }
}
