//! The life of a batch: queue, load, apply, append, reply.

use std::sync::Arc;

use laisee_bus::{Failure, GatewayId, ReplyTo, Request};
use laisee_core::{
    command::Command,
    ids::{Millis, Position, SessionId},
};
use laisee_shard::engine::{Applied, Replying};
use laisee_store::{Log, ReadTables, views};

use super::{Queued, Running, life};
use crate::{
    broken::Broken,
    store::Fate,
    tamper,
    world::{Event, World},
};

/// Batches that may wait for the appender, and commands that fall due at a time, as in production.
const APPLIED_MAX: usize = 8;
const DUE_MAX: usize = 1_024;
const RETRY_AFTER_MS: u32 = 200;

impl World {
    pub fn request_arrives(
        &mut self,
        shard: usize,
        from: u16,
        ticket: u64,
        command: Command,
        origin: Option<SessionId>,
    ) {
        let id = self.shards[shard].id;
        if self.shards[shard].running.is_none() {
            if self.chance.happens(500) {
                let unavailable = Failure::Unavailable { retry_after_ms: RETRY_AFTER_MS };
                self.send_reply(id.0, from, ticket, Err(unavailable));
            }
            return;
        }
        if self.fault(self.plan.faults.busy) {
            self.stats.turned_away += 1;
            let busy = Failure::Busy { retry_after_ms: RETRY_AFTER_MS };
            return self.send_reply(id.0, from, ticket, Err(busy));
        }
        self.shards[shard].inbox.push_back(Queued { command, origin, from, ticket });
        let ms = self.chance.between(0, 2);
        self.wake(shard, ms);
    }

    /// Makes sure that the writer looks within so many ms.
    pub fn wake(&mut self, shard: usize, ms: i64) {
        let at_ms = self.now() + ms;
        let life = self.shards[shard].life;
        let Some(running) = self.shards[shard].running.as_mut() else { return };
        if running.write_ms.is_none_or(|standing| at_ms < standing) {
            running.write_ms = Some(at_ms);
            self.schedule.at(at_ms, Event::Write { shard, life });
        }
    }

    /// Crashes the shard, perhaps.
    fn crashes(&mut self, shard: usize, count: impl FnOnce(&mut crate::stats::Stats)) -> bool {
        if !self.fault(self.plan.faults.crash) {
            return false;
        }
        count(&mut self.stats);
        self.die(shard);
        true
    }

    /// One turn of the writer.
    pub fn write(&mut self, shard: usize, life: u32) {
        let now = self.now();
        let shard_now = Millis(self.shard_now(shard));
        if self.shards[shard].life != life {
            return;
        }
        let Some(running) = self.shards[shard].running.as_mut() else { return };
        if running.write_ms.is_none_or(|at_ms| at_ms > now) {
            return;
        }
        running.write_ms = None;
        if running.applied.len() >= APPLIED_MAX {
            return self.wake(shard, 5);
        }
        let taken = self.shards[shard].inbox.len().min(1 + self.chance.index(self.plan.batch_max));
        if taken > 0 && self.crashes(shard, |stats| stats.crashes_before_load += 1) {
            return;
        }
        let stopped = self.broken == Some(Broken::TimersStopped);
        let broken = self.broken;
        let forgets = self.broken == Some(Broken::SuspensionForgotten);
        let node = &mut self.shards[shard];
        let Some(running) = node.running.as_mut() else { return };
        let mut requests: Vec<Request> = node.inbox.drain(..taken).map(request).collect();
        if !stopped {
            requests.extend(running.engine.due(shard_now, DUE_MAX));
        }
        tamper::settings(broken, &mut running.engine.state.settings);
        if forgets {
            running.engine.state.suspended.clear();
        }
        if !requests.is_empty() {
            loop {
                let lacking = running.engine.lacking(&requests);
                if lacking.is_empty() {
                    break;
                }
                let loaded = running.reader.snapshot(|views| views::load(views, &lacking));
                running.engine.install(loaded.expect("memory can be read"));
            }
            if self.crashes(shard, |stats| stats.crashes_after_load += 1) {
                return;
            }
            let Some(running) = self.shards[shard].running.as_mut() else { return };
            let mut applied = running.engine.apply(shard_now, &mut requests);
            running.uncut.extend(applied.batch.clone());
            if self.crashes(shard, |stats| stats.crashes_after_apply += 1) {
                return;
            }
            if self.breaks(Broken::ReplyBeforeAppend) {
                let replies = std::mem::take(&mut applied.replies);
                self.release(shard, replies);
            }
            let Some(running) = self.shards[shard].running.as_mut() else { return };
            running.applied.push_back(applied);
            self.begin_append(shard);
        }
        self.keep_timers(shard);
        self.cut(shard);
        self.sleep(shard);
    }

    fn keep_timers(&mut self, shard: usize) {
        let now = Millis(self.shard_now(shard));
        let Some(running) = self.shards[shard].running.as_mut() else { return };
        let Running { timers, engine, reader, viewed, .. } = running;
        timers.keep(&mut engine.state, reader, now, *viewed).expect("memory can be read");
    }

    /// Wakes the writer again when there is more, or something falls due.
    fn sleep(&mut self, shard: usize) {
        if !self.shards[shard].inbox.is_empty() {
            return self.wake(shard, 0);
        }
        let now = self.shard_now(shard);
        let running = self.shards[shard].running.as_ref();
        let due = running.and_then(|running| running.engine.next_due());
        let most = self.plan.timers_ahead_ms / 6;
        self.wake(shard, due.map_or(most, |due| (due.0 - now).clamp(1, most)));
    }

    fn begin_append(&mut self, shard: usize) {
        let merge = 1 + self.chance.index(self.plan.merge_max);
        let ms = self.chance.between(0, self.plan.append_ms);
        let life = self.shards[shard].life;
        let Some(running) = self.shards[shard].running.as_mut() else { return };
        if running.appending.is_empty() && !running.applied.is_empty() {
            let count = running.applied.len().min(merge);
            running.appending = running.applied.drain(..count).collect();
            self.schedule.after(ms, Event::Append { shard, life });
            if self.fault(self.plan.faults.taken_over) {
                self.take_over(shard);
            }
        }
    }

    /// The append comes to its end.
    pub fn append(&mut self, shard: usize, life: u32) {
        if self.former_appends(shard, life) || self.shards[shard].life != life {
            return;
        }
        if self.crashes(shard, |stats| stats.crashes_in_append += 1) {
            return;
        }
        let Some(running) = self.shards[shard].running.as_mut() else { return };
        let mut batches = life::encoded(running);
        let appending = running.appending.len();
        self.decree(shard, batches.len());
        if self.tampers() {
            batches = tamper::log(self.broken, &mut self.chance, batches);
        }
        let forgotten = self.breaks(Broken::AppendForgotten);
        let Some(running) = self.shards[shard].running.as_mut() else { return };
        let appended = if batches.is_empty() || forgotten { Ok(()) } else { running.log.append(&batches) };
        if appended.is_err() {
            let Some(running) = self.shards[shard].running.take() else { return };
            return self.abandon(shard, running);
        }
        if let Some(last) = batches.last() {
            running.durable = last.last();
        }
        debug_assert!(appending > 0);
        self.audit_log(shard);
        if self.violation.is_some() || self.crashes(shard, |stats| stats.crashes_before_reply += 1) {
            return;
        }
        let Some(running) = self.shards[shard].running.as_mut() else { return };
        let appended = std::mem::take(&mut running.appending);
        for Applied { batch, replies, pushes } in appended {
            if let (Some(batch), Some(running)) = (batch, self.shards[shard].running.as_mut()) {
                running.courier.take(&batch);
            }
            self.release(shard, replies);
            let number = self.shards[shard].id.0;
            for push in pushes {
                self.send_push(number, Arc::new(push));
            }
        }
        if self.crashes(shard, |stats| stats.crashes_after_reply += 1) {
            return;
        }
        self.carry(shard);
        self.begin_append(shard);
        self.begin_save(shard);
        self.wake(shard, 0);
    }

    /// What the disk does with the next append.
    fn decree(&mut self, shard: usize, batches: usize) {
        if batches == 0 || self.healed {
            return;
        }
        let id = self.shards[shard].id;
        if self.shards[shard].full_until_ms > self.now() {
            self.stats.appends_full += 1;
            self.store.decree(id, Fate::Full);
        } else if self.fault(self.plan.faults.append_torn) {
            self.stats.appends_torn += 1;
            let kept = self.chance.index(batches + 1);
            self.store.decree(id, Fate::Torn(kept));
        }
    }

    /// A former owner ends its append: it must not succeed.
    fn former_appends(&mut self, shard: usize, life: u32) -> bool {
        if self.shards[shard].former.as_ref().is_none_or(|(former, _)| *former != life) {
            return false;
        }
        let Some((_, mut running)) = self.shards[shard].former.take() else { return false };
        let batches = life::encoded(&running);
        if !batches.is_empty() {
            let fenced = running.log.append(&batches).is_err();
            self.stats.writers_fenced += u64::from(fenced);
            if !fenced {
                let id = self.shards[shard].id;
                let verdict = crate::auditor::Law::LogKept.broken(format!("shard {id}: two writers append to one log"));
                self.check(verdict);
            }
        }
        true
    }

    /// Lets replies go.
    fn release(&mut self, shard: usize, replies: Vec<Replying>) {
        let number = self.shards[shard].id.0;
        for Replying { reply_to, outcome, .. } in replies {
            if let ReplyTo::Gateway { gateway, ticket } = reply_to {
                self.send_reply(number, gateway.0, ticket, outcome);
            }
        }
    }

    /// How far the shard has come.
    pub fn durable(&self, shard: usize) -> Position {
        self.shards[shard].running.as_ref().map_or(Position(0), |running| running.durable)
    }
}

fn request(queued: Queued) -> Request {
    let Queued { command, origin, from, ticket } = queued;
    Request { command, origin, reply_to: ReplyTo::Gateway { gateway: GatewayId(from), ticket } }
}
