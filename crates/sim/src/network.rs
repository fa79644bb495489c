//! Links between devices and gateways, and roads between gateways and shards. All of them are slow, lossy and short-lived.

use laisee_bus::{Failure, Outcome};
use laisee_core::{
    command::Command,
    ids::SessionId,
    query::{Answer, Query},
};
use laisee_wire::v1::{ClientFrame, ServerFrame, client_frame::Body as Ask, server_frame::Body};
use prost::Message as _;

use crate::world::{COURIERS, Event, World};

/// One connection of a device to a gateway.
#[derive(Debug)]
pub struct Link {
    pub device: usize,
    pub gateway: usize,
    /// Nothing passes any more, whether or not the ends have noticed.
    pub cut: bool,
    /// The welcome has come through; before, a transport neither loses nor mixes up anything.
    pub greeted: bool,
    up_ms: i64,
    down_ms: i64,
}

impl Link {
    /// When the last frame to the device arrives.
    #[must_use]
    pub fn last_down(&self) -> i64 {
        self.down_ms
    }
}

impl World {
    pub fn open_link(&mut self, device: usize, gateway: usize) -> u64 {
        self.last_link += 1;
        let now = self.now();
        let link = Link { device, gateway, cut: false, greeted: false, up_ms: now, down_ms: now };
        self.links.insert(self.last_link, link);
        self.last_link
    }

    fn frame_delay(&mut self) -> i64 {
        let most = if self.healed { 20 } else { self.plan.faults.frame_delay_ms };
        let (a, b, c) = (self.chance.between(1, most), self.chance.between(1, most), self.chance.between(1, most));
        a.min(b).min(c)
    }

    /// Sends a frame from a device to its gateway.
    pub fn send_up(&mut self, id: u64, frame: &ClientFrame) {
        let bytes = frame.encode_to_vec();
        let mut times = self.passages(id, true, true);
        // The answer to the first of two heartbeats has what the answer to the second lacks: no transport repeats a
        // request and then loses one of the answers.
        if matches!(frame.body, Some(Ask::Heartbeat(_))) {
            times.truncate(1);
        }
        for at_ms in times {
            self.schedule.at(at_ms, Event::Up { link: id, bytes: bytes.clone() });
        }
    }

    /// Sends a frame from a gateway to its device.
    pub fn send_down(&mut self, id: u64, frame: ServerFrame) {
        // A page of a sync comes in several frames of which none may be missing; a transport that loses one is cut.
        let whole = matches!(frame.body, Some(Body::SyncSegment(_) | Body::Welcome(_)));
        for at_ms in self.passages(id, false, !whole) {
            self.schedule.at(at_ms, Event::Down { link: id, frame: Box::new(frame.clone()) });
        }
    }

    /// When a frame arrives: never, once or twice.
    fn passages(&mut self, id: u64, up: bool, may_fail: bool) -> Vec<i64> {
        let delay = self.frame_delay();
        let now = self.now();
        let faults = self.plan.faults.clone();
        let Some(greeted) = self.links.get(&id).filter(|link| !link.cut).map(|link| link.greeted) else {
            return vec![];
        };
        let may_fail = may_fail && greeted;
        if may_fail && self.fault(faults.frame_lost) {
            self.stats.frames_lost += 1;
            return vec![];
        }
        let overtakes = may_fail && self.fault(faults.frame_overtakes);
        let doubled = may_fail && self.fault(faults.frame_doubled);
        let link = self.links.get_mut(&id).expect("it was there a moment ago");
        let last = if up { &mut link.up_ms } else { &mut link.down_ms };
        let at_ms = if overtakes { now + delay } else { (now + delay).max(*last) };
        *last = at_ms.max(*last);
        self.stats.frames_overtaken += u64::from(overtakes);
        if doubled {
            self.stats.frames_doubled += 1;
            let again = at_ms + self.chance.between(0, 3_000);
            return vec![at_ms, again];
        }
        vec![at_ms]
    }

    pub fn arrive_up(&mut self, id: u64, bytes: &[u8]) {
        let Some(link) = self.links.get(&id).filter(|link| !link.cut) else { return };
        self.trace.bytes(bytes);
        self.gateway_takes(link.gateway, id, bytes);
    }

    pub fn arrive_down(&mut self, id: u64, frame: ServerFrame) {
        let Some(link) = self.links.get_mut(&id).filter(|link| !link.cut) else { return };
        link.greeted |= matches!(frame.body, Some(Body::Welcome(_)));
        let device = link.device;
        self.device_hears(device, id, frame);
    }

    pub fn cut_some_link(&mut self) {
        let open: Vec<u64> = self.links.iter().filter(|(_, link)| !link.cut).map(|(id, _)| *id).collect();
        let Some(id) = self.chance.pick(&open).copied() else { return };
        self.stats.links_cut += 1;
        self.cut_link(id, None);
    }

    /// Cuts a link; each end notices in its own time.
    pub fn cut_link(&mut self, id: u64, code: Option<u16>) {
        let Some(link) = self.links.get_mut(&id).filter(|link| !link.cut) else { return };
        link.cut = true;
        let slow = |world: &mut Self| {
            let most = if world.chance.happens(200) && !world.healed { 20_000 } else { 200 };
            world.chance.between(0, most)
        };
        let ms = slow(self);
        self.schedule.after(ms, Event::CutAtGateway { link: id });
        let ms = slow(self);
        self.schedule.after(ms, Event::CutAtDevice { link: id, code });
    }

    /// When something that goes from one place to another arrives: never, once or twice.
    fn travels(&mut self, from: u16, to: u16, repeatable: bool) -> Vec<i64> {
        let faults = &self.plan.faults;
        let (lost, doubled, overtakes) = (faults.bus_lost, faults.bus_doubled, faults.frame_overtakes);
        let most = if self.healed { 2 } else { faults.bus_delay_ms };
        if self.fault(lost) {
            self.stats.bus_lost += 1;
            return vec![];
        }
        let mut at_ms = self.now() + self.chance.between(0, most).min(self.chance.between(0, most));
        if !self.fault(overtakes) {
            let last = self.roads.entry((from, to)).or_default();
            at_ms = at_ms.max(*last);
            *last = at_ms;
        }
        if repeatable && self.fault(doubled) {
            self.stats.bus_doubled += 1;
            let again = at_ms + self.chance.between(0, 5_000);
            return vec![at_ms, again];
        }
        vec![at_ms]
    }

    /// Sends a command to its shard.
    pub fn send_request(&mut self, from: u16, ticket: u64, command: Command, origin: Option<SessionId>) {
        let shard = command.shard(self.plan.shards).0;
        if usize::from(shard) >= self.shards.len() {
            let outcome = Box::new(Err(Failure::NoSuchShard));
            return self.schedule.after(0, Event::Reply { to: from, ticket, outcome });
        }
        let times = self.travels(from, COURIERS + shard, true);
        self.stats.deliveries_repeated += u64::from(from >= COURIERS && times.len() > 1);
        for at_ms in times {
            let command = Box::new(command.clone());
            self.schedule.at(at_ms, Event::Request { shard: shard.into(), from, ticket, command, origin });
        }
    }

    pub fn send_question(&mut self, gateway: usize, ticket: u64, shard: u16, query: Query) {
        for at_ms in self.travels(gateway as u16, COURIERS + shard, false) {
            let query = Box::new(query.clone());
            self.schedule.at(at_ms, Event::Question { shard: shard.into(), gateway, ticket, query });
        }
    }

    pub fn send_reply(&mut self, shard: u16, to: u16, ticket: u64, outcome: Outcome) {
        for at_ms in self.travels(COURIERS + shard, to, true) {
            self.schedule.at(at_ms, Event::Reply { to, ticket, outcome: Box::new(outcome.clone()) });
        }
    }

    pub fn send_answer(&mut self, shard: u16, gateway: usize, ticket: u64, answer: Result<Answer, Failure>) {
        for at_ms in self.travels(COURIERS + shard, gateway as u16, false) {
            self.schedule.at(at_ms, Event::Answer { gateway, ticket, answer: Box::new(answer.clone()) });
        }
    }

    pub fn send_push(&mut self, shard: u16, push: std::sync::Arc<laisee_core::push::Push>) {
        for gateway in 0..self.gateways.len() {
            for at_ms in self.travels(COURIERS + shard, gateway as u16, true) {
                self.schedule.at(at_ms, Event::Push { gateway, push: push.clone() });
            }
        }
    }
}
