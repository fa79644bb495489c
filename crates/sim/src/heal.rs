//! The end of a world: no more faults, everything repaired, and then everything must come to its end.

use laisee_core::{
    State, fact_needs,
    ids::{Millis, Position},
    query::{Answer, DisputeBy, DisputeFilter, DisputeOrder, Query},
    settings::Settings,
};
use laisee_reconcile::day;
use laisee_shard::{engine::FactBatch, viewer};
use laisee_store::{Changes, Order, Range, ReadTables, Store, answer::answer, memory::MemoryStore, views};
use laisee_wire::v1::{
    GetPacket, GetStatement, GetWallet, ListFriends, ListOrders, ListTransfers, client_frame::Body as Ask,
};

use crate::{
    actions,
    auditor::{Law, Verdict},
    broken::Broken,
    translate,
    world::{Event, World},
};

/// How long the faulty part of a world takes at most, and how long it may take to come to rest, in ms.
const FAULTS_MS: i64 = 600_000;
const REST_WITHIN_MS: i64 = 4 * 3_600_000;

impl World {
    /// Lives from beginning to end.
    pub fn live(&mut self) {
        let until = self.begin_ms + FAULTS_MS;
        while self.actions_left > 0 && self.now() < until {
            if !self.step() {
                return;
            }
        }
        self.heal();
        if !self.rest("after the faults stopped", Self::messages_agree) {
            return;
        }
        // What notices told and was lost with them is found at the next sync.
        self.all_reconnect();
        if !self.rest("after reconnecting", Self::unread_agrees) {
            return;
        }
        let verdict = self.auditor.settle();
        self.check(verdict);
        self.ask_once_more();
        if self.violation.is_none() && self.rest("after the last questions", |_| Ok(())) {
            let verdict = self.replayed().and_then(|()| self.disputes_listed()).and_then(|()| self.reconciled());
            self.check(verdict);
        }
    }

    fn heal(&mut self) {
        self.healed = true;
        self.aloud(|| "no more faults".into());
        for shard in 0..self.shards.len() {
            self.shards[shard].skew_ms = 0;
            self.shards[shard].former = None;
            self.wake(shard, 0);
        }
        for device in 0..self.devices.len() {
            self.schedule.after(0, Event::DeviceOn { device });
            let failed: Vec<String> = self.devices[device].app.failed.iter().cloned().collect();
            for id in failed {
                actions::retry_message(self, device, &id);
            }
        }
    }

    /// Goes on until everything is at rest and `agrees`; false: it does not come to that.
    fn rest(&mut self, when: &str, agrees: impl Fn(&Self) -> Verdict) -> bool {
        let until = self.now() + REST_WITHIN_MS;
        let mut look_ms = self.now();
        loop {
            if !self.step() {
                return false;
            }
            if self.now() < look_ms {
                continue;
            }
            look_ms = self.now() + 500;
            self.press_all_buttons();
            actions::decide_all(self);
            let restless = self.restless();
            if restless.is_none() && agrees(self).is_ok() {
                return true;
            }
            if self.now() > until {
                let verdict = match restless {
                    Some(restless) => Law::Converges.broken(format!("{when}: {restless}")),
                    None => agrees(self),
                };
                self.check(verdict);
                return false;
            }
        }
    }

    /// Messages that failed are sent again by hand, except where they were refused.
    fn press_all_buttons(&mut self) {
        for device in 0..self.devices.len() {
            let app = &self.devices[device].app;
            let failed: Vec<String> = app.failed.difference(&app.refused).cloned().collect();
            for id in failed {
                actions::retry_message(self, device, &id);
            }
        }
    }

    /// What is not at rest.
    fn restless(&self) -> Option<String> {
        if let Some(node) = self.shards.iter().find(|node| !node.idle()) {
            return Some(format!("shard {} is not idle", node.id));
        }
        if let Some(number) = self.gateways.iter().position(|gateway| !gateway.tasks.is_empty()) {
            return Some(format!("gateway {number} has handlers under way"));
        }
        if self.auditor.packets_open() > 0 {
            return Some(format!("{} packets have not ended", self.auditor.packets_open()));
        }
        if self.auditor.orders_open() > 0 {
            return Some(format!("{} orders have not ended", self.auditor.orders_open()));
        }
        if self.auditor.transfers_open() > 0 {
            return Some(format!("{} transfers have not ended", self.auditor.transfers_open()));
        }
        if self.auditor.in_transit() != 0 {
            return Some(format!("{} fen are between shards", self.auditor.in_transit()));
        }
        if self.auditor.news_pending() {
            return Some("somebody has not heard who is a friend, or a member".into());
        }
        for (number, device) in self.devices.iter().enumerate() {
            if !device.at_rest() {
                return Some(format!("device {number} is not at rest: {:?}", device.under_way.values().next()));
            }
            let waits = |client: &laisee_client::Client| {
                client.outgoing().any(|outgoing| !device.app.refused.contains(&outgoing.client_msg_id))
            };
            if device.client.as_ref().is_some_and(waits) {
                return Some(format!("device {number} has unsent messages"));
            }
        }
        None
    }

    /// Every device holds every message that its user may see.
    fn messages_agree(&self) -> Verdict {
        for (number, device) in self.devices.iter().enumerate() {
            let Some(client) = &device.client else { continue };
            for (conversation, head) in self.auditor.conversations_of(self.user_of(number)) {
                let through = client.through(conversation);
                if through != head {
                    let what = format!("device {number} holds {conversation} through {through} of {head}");
                    return Law::ReadersAgree.broken(what);
                }
            }
        }
        Ok(())
    }

    /// All devices show the same, and what follows from the log.
    fn unread_agrees(&self) -> Verdict {
        self.messages_agree()?;
        for (number, device) in self.devices.iter().enumerate() {
            let user = self.user_of(number);
            for (conversation, thread) in &device.app.threads {
                self.auditor.device_holds(number, user, *conversation, thread.through, thread.unread())?;
            }
        }
        Ok(())
    }

    /// Every shard starts again from what is on disk, and everybody asks again for what was answered before.
    fn ask_once_more(&mut self) {
        for shard in 0..self.shards.len() {
            self.die(shard);
        }
        for device in 0..self.devices.len() {
            let person = self.devices[device].person;
            self.want(device, Ask::GetWallet(GetWallet {}));
            self.want(device, Ask::GetStatement(GetStatement { limit: 20, ..GetStatement::default() }));
            self.want(device, Ask::ListFriends(ListFriends {}));
            self.want(device, Ask::ListOrders(ListOrders { before: 0, limit: 100 }));
            self.want(device, Ask::ListTransfers(ListTransfers { before: 0, limit: 100 }));
            if self.people[person].devices[0] != device {
                continue;
            }
            let packets: Vec<u64> = self.devices[device].app.packets.iter().copied().collect();
            for packet in packets {
                self.want(device, Ask::GetPacket(GetPacket { packet }));
            }
            let asked = self.people[person].asked.clone();
            for ask in asked.into_iter().rev().take(20) {
                self.want(device, ask);
            }
        }
    }

    /// Reconciliation finds nothing in a world that keeps the laws.
    fn reconciled(&mut self) -> Verdict {
        if self.breaks(Broken::ViewRowChanged) {
            crate::tamper::statement(&self.store);
        }
        let overdue_since = Millis(self.now());
        let scope = day::Scope { overdue_since, ..day::Scope::default() };
        let report = day::reconcile(&self.store, &scope, || true).expect("memory can be read").unwrap_or_default();
        if let Some(difference) = report.differences.first() {
            return Law::BooksAgree.broken(format!("{}: {}", difference.key(), difference.words));
        }
        self.stats.credits_reconciled += report.movements.get("credited").map_or(0, |(count, _)| *count);
        Ok(())
    }

    /// Operators find every dispute in their lists, as it ended.
    fn disputes_listed(&mut self) -> Verdict {
        for shard in 0..self.shards.len() {
            let id = self.shards[shard].id;
            let mut reader = self.store.reader(id).expect("memory can be read");
            let order = DisputeOrder { by: DisputeBy::AskedAt, descending: true };
            let filter = DisputeFilter::default();
            let query = Query::Disputes { filter, order, after: None, limit: usize::MAX };
            let found = reader.snapshot(|views| answer(views, &query)).expect("memory can be read");
            let Ok(Answer::Disputes { disputes, more: false, .. }) = found else { continue };
            let listed: Vec<u64> = disputes.iter().map(|found| found.terms.transfer.0).collect();
            self.auditor.disputes_listed(id.0, &listed)?;
            for found in &disputes {
                self.auditor.told(&translate::dispute(found))?;
            }
        }
        Ok(())
    }

    /// The log, replayed from its beginning, gives the views that are there.
    fn replayed(&mut self) -> Verdict {
        for shard in 0..self.shards.len() {
            let differs = self.breaks(Broken::ReplayDiffers);
            self.replay(shard, differs)?;
        }
        Ok(())
    }

    fn replay(&mut self, shard: usize, differs: bool) -> Verdict {
        let id = self.shards[shard].id;
        let settings = Settings { recent_ms: i64::MAX / 4, ..(*self.plan.settings).clone() };
        let mut state = State::new(id, settings.into(), Position(0), None, Millis(i64::MAX / 2));
        let rebuilt = MemoryStore::new(self.plan.shards);
        let mut reader = rebuilt.reader(id).expect("memory can be read");
        let mut log = self.store.log_reader(id).expect("memory can be read");
        let batches = log.read(Position(0), usize::MAX).expect("memory can be read");
        if batches.is_empty() {
            return Ok(());
        }
        let last = batches.len() - 1;
        let mut facts = vec![];
        for (n, batch) in batches.into_iter().enumerate() {
            if differs && n == last {
                continue;
            }
            let batch = FactBatch { first: batch.first, at: batch.at, facts: batch.facts().expect("it was encoded") };
            for fact in &batch.facts {
                let mut keys = vec![];
                fact_needs(fact, &state, &mut keys);
                keys.retain(|key| state.lacks(key));
                let loaded = reader.snapshot(|views| views::load(views, &keys)).expect("memory can be read");
                loaded.into_iter().for_each(|loaded| state.install(loaded));
                state.evolve(fact, batch.at);
            }
            facts.push(std::sync::Arc::new(batch));
        }
        let work = viewer::ViewWork { cut: state.cut(), batches: facts };
        let mut tables = rebuilt.tables(id).expect("memory can be written");
        viewer::save(&mut tables, &work, &mut Changes::default()).expect("memory can be written");
        self.compare(shard, &mut reader)
    }

    fn compare<R: ReadTables>(&self, shard: usize, rebuilt: &mut R) -> Verdict {
        let id = self.shards[shard].id;
        let mut live = self.store.reader(id).expect("memory can be read");
        for table in views::TABLES {
            let rows = |views: &mut dyn laisee_store::Snapshot| {
                views.scan(table, &Range::default(), Order::Rising, usize::MAX)
            };
            let is = live.snapshot(rows).expect("memory can be read");
            let should = rebuilt.snapshot(rows).expect("memory can be read");
            if is != should {
                let at = is.iter().zip(&should).position(|(is, should)| is != should);
                let at = at.unwrap_or(is.len().min(should.len()));
                return Law::ReplayEqual.broken(format!(
                    "shard {id}, table {}: there is {:?}, the log says {:?}",
                    table.name,
                    is.get(at),
                    should.get(at)
                ));
            }
        }
        Ok(())
    }
}
