//! Cuts, saving them, and questions that wait for them.

use laisee_bus::Failure;
use laisee_core::query::Query;
use laisee_shard::viewer::{self, ViewWork};
use laisee_store::{Changes, ReadTables, answer::answer};

use super::Asking;
use crate::{
    broken::Broken,
    tamper,
    world::{Event, World},
};

/// How long the views may take to reach what was durable when a question came, as in production.
const FRESH_WITHIN_MS: i64 = 5_000;
const RETRY_AFTER_MS: u32 = 500;

impl World {
    pub fn question_arrives(&mut self, shard: usize, gateway: usize, ticket: u64, query: Query) {
        let unavailable = Failure::Unavailable { retry_after_ms: RETRY_AFTER_MS };
        let id = self.shards[shard].id;
        if self.shards[shard].running.is_none() {
            if self.chance.happens(500) {
                self.send_answer(id.0, gateway, ticket, Err(unavailable));
            }
            return;
        }
        let (wants, until_ms) = (self.durable(shard), self.now() + FRESH_WITHIN_MS);
        self.shards[shard].questions.push_back(Asking { query, gateway, ticket, wants, until_ms });
        self.answer_questions(shard);
        if !self.shards[shard].questions.is_empty() {
            self.wake(shard, 1);
        }
    }

    /// Answers those for which the views have come far enough.
    fn answer_questions(&mut self, shard: usize) {
        let now = self.now();
        let node = &mut self.shards[shard];
        let Some(running) = node.running.as_mut() else { return };
        let viewed = running.viewed;
        let mut answers = vec![];
        let mut waiting = std::collections::VecDeque::new();
        for asking in node.questions.drain(..) {
            if asking.wants <= viewed {
                let found = running.reader.snapshot(|views| answer(views, &asking.query)).expect("memory can be read");
                answers.push((asking.gateway, asking.ticket, found.map_err(Failure::Refused)));
            } else if asking.until_ms <= now {
                let unavailable = Failure::Unavailable { retry_after_ms: RETRY_AFTER_MS };
                answers.push((asking.gateway, asking.ticket, Err(unavailable)));
            } else {
                waiting.push_back(asking);
            }
        }
        node.questions = waiting;
        let id = node.id;
        for (gateway, ticket, answer) in answers {
            self.send_answer(id.0, gateway, ticket, answer);
        }
    }

    /// Hands the viewer a cut, if it is free and it is time.
    pub fn cut(&mut self, shard: usize) {
        let wanted = !self.shards[shard].questions.is_empty();
        let (entities_max, cut_facts) = (self.plan.entities_max, self.plan.cut_facts);
        let chance = self.chance.happens(100) || self.healed;
        let Some(running) = self.shards[shard].running.as_mut() else { return };
        let facts = running.engine.state.position.0 - running.last_cut.0;
        if facts == 0 || running.view.is_some() || !(wanted || chance || facts >= cut_facts) {
            return;
        }
        let saved = running.viewed;
        let work = ViewWork { cut: running.engine.cut(), batches: std::mem::take(&mut running.uncut) };
        running.last_cut = work.cut.position;
        running.view = Some(work);
        running.engine.state.evict(saved, entities_max);
        self.begin_save(shard);
    }

    /// Views must never know more than the log.
    pub fn begin_save(&mut self, shard: usize) {
        let ms = self.chance.between(0, self.plan.save_ms);
        let life = self.shards[shard].life;
        let Some(running) = self.shards[shard].running.as_mut() else { return };
        let ready = running.view.as_ref().is_some_and(|work| work.cut.position <= running.durable);
        if ready && !running.saving {
            running.saving = true;
            self.schedule.after(ms, Event::Save { shard, life });
        }
    }

    /// Saving a cut comes to its end.
    pub fn save(&mut self, shard: usize, life: u32) {
        if self.shards[shard].life != life {
            return;
        }
        let dies = self.fault(self.plan.faults.crash);
        let half_done = self.chance.happens(500);
        let keeps = self.plan.faults.views_fall_back > 0 && self.chance.happens(20);
        if !dies || half_done {
            let drifts = self.breaks(Broken::ViewDrifts);
            let Some(running) = self.shards[shard].running.as_mut() else { return };
            let Some(mut work) = running.view.take() else { return };
            if drifts {
                tamper::cut(&mut work);
            }
            viewer::save(&mut running.tables, &work, &mut Changes::default()).expect("memory can be written");
            running.viewed = work.cut.position;
            running.saving = false;
        }
        if dies {
            self.stats.crashes_in_save += 1;
            return self.die(shard);
        }
        if keeps {
            let id = self.shards[shard].id;
            self.shards[shard].earlier_views = Some(self.store.memory.keep_views(id));
        }
        self.answer_questions(shard);
        self.wake(shard, 0);
    }
}
