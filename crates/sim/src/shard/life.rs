//! Starting, dying, being taken over.

use std::collections::{BTreeMap, VecDeque};

use laisee_bus::Failure;
use laisee_core::{
    ids::{Millis, Position},
    recent::Recent,
};
use laisee_shard::{ShardOptions, courier::Courier, engine::Engine, recovery::recover, timers::TimerWindow};
use laisee_store::{Batch, Log, ReadLog, ReadTables, Store};

use super::Running;
use crate::{
    broken::Broken,
    store::Fate,
    world::{Event, World},
};

/// What a caller is told to wait, as production does.
const RETRY_AFTER_MS: u32 = 1_000;
/// Log bytes the auditor reads at a time.
const READ_BYTES: usize = 1 << 20;

impl World {
    pub fn start(&mut self, shard: usize, life: u32) {
        if self.shards[shard].life != life || self.shards[shard].running.is_some() {
            return;
        }
        let id = self.shards[shard].id;
        let epoch = self.store.claim(id).expect("memory can be claimed");
        if self.fault(self.plan.faults.crash * 4) {
            self.stats.crashes_in_recovery += 1;
            let ms = self.chance.between(50, 1_000);
            return self.schedule.after(ms, Event::Start { shard, life });
        }
        let now = Millis(self.shard_now(shard));
        if self.breaks(Broken::LogLosesTail) {
            self.store.memory.lose_newest(id);
        }
        let mut log = self.store.log(id, epoch).expect("memory can be read");
        // Small pieces, so that views which fell back are often brought on while the shard starts.
        let settings = self.plan.settings.clone();
        let options = ShardOptions { settings, cut_facts: 50, ..ShardOptions::default() };
        let recovered = recover(&self.store, id, &options, now).expect("memory can be read");
        let mut state = recovered.state;
        if self.breaks(Broken::WatermarkForgotten) {
            state.meta.received.clear();
        }
        if self.breaks(Broken::SentForgotten) {
            state.sent = Recent::new(Millis(i64::MIN));
        }
        if self.breaks(Broken::OnceForgotten) {
            state.once = Recent::new(Millis(i64::MIN));
        }
        // A narrower window than production's, so that its end is met.
        state.timers.clear();
        state.timers_until = Millis(i64::MIN);
        let durable = log.end().expect("memory can be read");
        let mut reader = self.store.reader(id).expect("memory can be read");
        let viewed = reader.snapshot(|views| views.position()).expect("memory can be read");
        let mut entropy = self.shards[shard].entropy.fork();
        let running = Running {
            engine: Engine::new(state, Box::new(move || entropy.bytes())),
            reader,
            tables: self.store.tables(id).expect("memory can be read"),
            log,
            courier: Courier::new(id, self.plan.shards, durable),
            courier_log: self.store.log_reader(id).expect("memory can be read"),
            deliveries: BTreeMap::new(),
            applied: VecDeque::new(),
            appending: vec![],
            durable,
            viewed,
            last_cut: viewed,
            uncut: recovered.unsaved,
            timers: TimerWindow::new(self.plan.timers_ahead_ms),
            view: None,
            saving: false,
            write_ms: None,
        };
        if self.chance.happens(300) && self.plan.faults.views_fall_back > 0 {
            self.shards[shard].earlier_views = Some(self.store.memory.keep_views(id));
        }
        self.shards[shard].running = Some(running);
        self.aloud(|| format!("shard {shard} starts at {durable}, its views stand at {viewed}"));
        let verdict = self.auditor.restarted(id.0, durable.0);
        self.check(verdict);
        self.audit_log(shard);
        self.carry(shard);
        self.wake(shard, 0);
    }

    /// The shard's own clock.
    pub fn shard_now(&self, shard: usize) -> i64 {
        self.now() + self.shards[shard].skew_ms
    }

    /// Kills a shard: memory is gone, and of what was being written any part may have reached the disk.
    pub fn die(&mut self, shard: usize) {
        let Some(mut running) = self.shards[shard].running.take() else { return };
        self.aloud(|| format!("shard {shard} dies"));
        let batches = encoded(&running);
        if !batches.is_empty() {
            let kept = self.chance.index(batches.len() + 1);
            self.stats.appends_torn += 1;
            self.store.decree(self.shards[shard].id, Fate::Torn(kept));
            // It is dead either way.
            let _ = running.log.append(&batches);
        }
        self.abandon(shard, running);
    }

    /// What remains to be done when a shard's memory is gone.
    pub fn abandon(&mut self, shard: usize, running: Running) {
        let node = &mut self.shards[shard];
        node.life += 1;
        let (id, life) = (node.id, node.life);
        let applied = running.applied.into_iter().chain(running.appending);
        let mut callers: Vec<(u16, u64)> = applied.flat_map(|applied| applied.replies).filter_map(to).collect();
        callers.extend(node.inbox.drain(..).map(|queued| (queued.from, queued.ticket)));
        let questions: Vec<_> = node.questions.drain(..).collect();
        // Whoever waits is told, or waits until it is too long.
        if self.chance.happens(500) {
            let unavailable = Failure::Unavailable { retry_after_ms: RETRY_AFTER_MS };
            for (from, ticket) in callers {
                self.send_reply(id.0, from, ticket, Err(unavailable));
            }
            for asking in questions {
                self.send_answer(id.0, asking.gateway, asking.ticket, Err(unavailable));
            }
        }
        self.views_suffer(shard);
        let ms = self.chance.between(50, 3_000);
        self.schedule.after(ms, Event::Start { shard, life });
    }

    /// Views are not synced: after a crash they may stand where they stood before, or be gone.
    fn views_suffer(&mut self, shard: usize) {
        let id = self.shards[shard].id;
        if self.fault(self.plan.faults.views_lost) {
            self.stats.views_lost += 1;
            self.store.memory.lose_views(id);
            self.shards[shard].earlier_views = None;
        } else if self.fault(self.plan.faults.views_fall_back)
            && let Some(earlier) = self.shards[shard].earlier_views.take()
        {
            self.stats.views_fallen_back += 1;
            self.store.memory.bring_back_views(id, earlier);
        }
    }

    /// Another process takes the shard over, while its owner believes that it still has it.
    pub fn take_over(&mut self, shard: usize) {
        let Some(running) = self.shards[shard].running.take() else { return };
        let node = &mut self.shards[shard];
        node.inbox.clear();
        node.questions.clear();
        node.former = Some((node.life, running));
        node.life += 1;
        let life = node.life;
        self.start(shard, life);
        if self.shards[shard].running.is_none() {
            self.schedule.after(500, Event::Start { shard, life });
        }
    }

    /// Shows the auditor what was added to a shard's log.
    pub fn audit_log(&mut self, shard: usize) {
        loop {
            let node = &mut self.shards[shard];
            let id = node.id.0;
            let batches = node.audit.read(node.audited, READ_BYTES).expect("memory can be read");
            if batches.is_empty() {
                break;
            }
            for batch in batches {
                self.trace.word(u64::from(id));
                self.trace.bytes(&batch.bytes);
                let facts = batch.facts().expect("what was encoded can be decoded");
                for (n, fact) in facts.iter().enumerate() {
                    let position = Position(batch.first.0 + n as u64);
                    self.aloud(|| format!("shard {id} at {position}: {fact:?}"));
                    let verdict = self.auditor.fact(id, position.0, batch.at.0, &crate::translate::fact(fact));
                    self.check(verdict);
                }
                self.shards[shard].audited = batch.last();
            }
        }
        let verdict = self.auditor.committed(self.shards[shard].id.0);
        self.check(verdict);
    }
}

/// What a shard is appending, as it will stand in the log.
pub(super) fn encoded(running: &Running) -> Vec<Batch> {
    let facts = running.appending.iter().filter_map(|applied| applied.batch.as_ref());
    facts.map(|batch| Batch::encode(batch.first, batch.at, &batch.facts)).collect()
}

/// Whom a reply is for.
pub(super) fn to(replying: laisee_shard::engine::Replying) -> Option<(u16, u64)> {
    match replying.reply_to {
        laisee_bus::ReplyTo::Gateway { gateway, ticket } => Some((gateway.0, ticket)),
        _ => None,
    }
}
