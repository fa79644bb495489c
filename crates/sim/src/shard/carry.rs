//! The courier: what a shard owes the others.

use laisee_bus::Outcome;
use laisee_core::command::{Command, Reply};
use laisee_core::ids::ShardId;
use laisee_shard::engine::FactBatch;

use crate::{
    tamper,
    world::{COURIERS, Event, World},
};

const LOG_BYTES: usize = 1 << 20;
/// How long a courier waits for an answer, and before it asks again, as in production.
const DEADLINE_MS: i64 = 10_000;
const AGAIN_AFTER_MS: i64 = 200;

impl World {
    /// Sends what can be sent, and reads what was missed.
    pub fn carry(&mut self, shard: usize) {
        loop {
            while let Some(receive) = self.shards[shard].running.as_mut().and_then(|running| running.courier.next()) {
                let ticket = self.ticket();
                let (to, life, number) = (receive.to.0, self.shards[shard].life, self.shards[shard].id.0);
                if let Some(running) = self.shards[shard].running.as_mut() {
                    running.deliveries.insert(to, ticket);
                }
                let mut receive = receive;
                if self.tampers() {
                    tamper::delivery(self.broken, &mut self.chance, &mut receive);
                }
                self.schedule.after(DEADLINE_MS, Event::CourierLate { shard, life, to, ticket });
                self.send_request(COURIERS + number, ticket, Command::Receive(receive), None);
            }
            let Some(running) = self.shards[shard].running.as_mut() else { return };
            let Some(after) = running.courier.behind() else { return };
            let missed = running.courier_log.read(after, LOG_BYTES).expect("memory can be read");
            // Only in a broken world does the log lack what was taken for durable.
            if missed.is_empty() {
                return;
            }
            for batch in missed {
                let facts = batch.facts().expect("what was encoded can be decoded");
                running.courier.take(&FactBatch { first: batch.first, at: batch.at, facts });
            }
        }
    }

    pub fn courier_hears(&mut self, shard: usize, ticket: u64, outcome: Outcome) {
        let life = self.shards[shard].life;
        let Some(running) = self.shards[shard].running.as_mut() else { return };
        let Some(to) = running.deliveries.iter().find(|(_, under_way)| **under_way == ticket).map(|(to, _)| *to) else {
            return;
        };
        running.deliveries.remove(&to);
        match outcome {
            Ok(Reply::Received { through, .. }) => {
                running.courier.answered(ShardId(to), Some(through));
                self.carry(shard);
            }
            _ => self.schedule.after(AGAIN_AFTER_MS, Event::CourierAsks { shard, life, to }),
        }
    }

    pub fn courier_late(&mut self, shard: usize, life: u32, to: u16, ticket: u64) {
        if self.shards[shard].life != life {
            return;
        }
        let Some(running) = self.shards[shard].running.as_mut() else { return };
        if running.deliveries.get(&to) == Some(&ticket) {
            running.deliveries.remove(&to);
            self.schedule.after(AGAIN_AFTER_MS, Event::CourierAsks { shard, life, to });
        }
    }

    /// Asks a shard that did not answer how far it has read.
    pub fn courier_asks(&mut self, shard: usize, life: u32, to: u16) {
        if self.shards[shard].life != life {
            return;
        }
        if let Some(running) = self.shards[shard].running.as_mut() {
            running.courier.answered(ShardId(to), None);
            self.carry(shard);
        }
    }
}
