//! Switching on, signing in, connecting, dying.

use std::sync::Arc;

use laisee_client::{
    Client, Identity,
    device::{Jitter, Saved},
};
use laisee_wire::v1;

use super::{App, Device, Person};
use crate::{
    gateway::Done,
    world::{Event, World},
};

impl World {
    /// People and their devices, all switched off but the first of each.
    pub fn populate(&mut self) {
        for person in 0..self.plan.people {
            let count = 1 + self.chance.index(self.plan.devices_max);
            let first = self.devices.len();
            self.people.push(Person {
                name: format!("person-{person}"),
                user: None,
                devices: (first..first + count).collect(),
                relations: Default::default(),
                asked: vec![],
                packets: Default::default(),
            });
            for n in 0..count {
                let skew = if self.chance.happens(700) { 0 } else { self.chance.between(-600_000, 600_000) };
                let seed = self.chance.draw();
                self.devices.push(Device {
                    person,
                    life: 0,
                    on: false,
                    client: None,
                    token: None,
                    link: None,
                    app: App::default(),
                    kept: vec![],
                    kept_app: App::default(),
                    under_way: Default::default(),
                    wanted: vec![],
                    tick_ms: None,
                    jitter: Jitter::new(seed),
                    skew_ms: skew,
                });
                let ms = if n == 0 { self.chance.between(0, 500) } else { self.chance.between(0, 60_000) };
                self.schedule.after(ms, Event::DeviceOn { device: first + n });
            }
        }
    }

    /// The device's own clock. It is wrong, but runs.
    #[must_use]
    pub fn device_now(&self, device: usize) -> i64 {
        self.now() + self.devices[device].skew_ms
    }

    #[must_use]
    pub fn user_of(&self, device: usize) -> u64 {
        self.people[self.devices[device].person].user.unwrap_or(0)
    }

    pub fn switch_on(&mut self, device: usize) {
        let found = &mut self.devices[device];
        if found.on {
            return;
        }
        found.on = true;
        found.life += 1;
        let life = found.life;
        if found.token.is_some() {
            self.open_client(device);
        } else {
            self.schedule.after(0, Event::SignIn { device, life });
        }
    }

    /// Asks over HTTP for an account, or to be signed in to it.
    pub fn sign_in(&mut self, device: usize, life: u32) {
        let found = &self.devices[device];
        if found.life != life || found.token.is_some() {
            return;
        }
        // Until there is an answer, again and again.
        let again = self.chance.between(2_000, 6_000);
        self.schedule.after(again, Event::SignIn { device, life });
        if self.fault(self.plan.faults.frame_lost) {
            return;
        }
        let gateway = self.chance.index(self.gateways.len());
        let ms = self.chance.between(1, 50);
        self.schedule.after(ms, Event::SignInArrives { device, life, gateway });
    }

    pub fn sign_in_arrives(&mut self, device: usize, life: u32, gateway: usize) {
        let person = &self.people[self.devices[device].person];
        let (name, first) = (person.name.clone(), person.devices[0] == device);
        let password = format!("the password of {name}");
        let desk = self.gateways[gateway].desk.clone();
        let task = async move {
            let answer = if first {
                let sign_up = v1::SignUp {
                    display_name: name.clone(),
                    name,
                    face: String::new(),
                    password,
                    device: "simulated".into(),
                    device_id: String::new(),
                };
                desk.sign_up(sign_up).await
            } else {
                desk.sign_in(v1::SignIn { name, password, device: "simulated".into(), ..v1::SignIn::default() }).await
            };
            Done::SignedIn { device, life, answer: Box::new(answer) }
        };
        self.begin(gateway, Box::pin(task));
    }

    pub fn signed_in(&mut self, device: usize, life: u32, answer: Result<v1::SignedIn, v1::Error>) {
        let found = &mut self.devices[device];
        let Ok(signed_in) = answer else { return };
        if found.life != life || found.token.is_some() {
            return;
        }
        found.token = Some(signed_in.token);
        let person = &mut self.people[found.person];
        person.user = signed_in.user.map(|user| user.id);
        self.open_client(device);
    }

    /// Starts the client with what the device kept.
    fn open_client(&mut self, device: usize) {
        let now = self.device_now(device);
        let seed = self.chance.draw();
        let found = &mut self.devices[device];
        let identity = Identity { token: found.token.clone().unwrap_or_default(), client: "simulated".into() };
        let outgoing = found.client.take().map(|client| client.saved().outgoing).unwrap_or_default();
        let saved = Saved { kept: found.kept.clone(), outgoing };
        let mut app = found.kept_app.clone();
        // What became of messages is written down with the queue, at once.
        app.failed.clone_from(&found.app.failed);
        app.refused.clone_from(&found.app.refused);
        found.app = app;
        let kept: Vec<(u64, u32)> = saved.kept.iter().map(|kept| (kept.conversation, kept.through)).collect();
        found.client = Some(Client::restored(identity, self.plan.tempo.clone(), seed, now, saved));
        self.auditor.reopened(device, kept);
        self.try_to_connect(device);
        self.pump(device);
    }

    fn try_to_connect(&mut self, device: usize) {
        let found = &mut self.devices[device];
        let life = found.life;
        let Some(attempt) = found.client.as_mut().and_then(Client::next_attempt) else { return };
        self.schedule.after(attempt.wait_ms, Event::Connect { device, life });
    }

    pub fn connect(&mut self, device: usize, life: u32) {
        let found = &self.devices[device];
        if found.life != life || found.link.is_some() || found.client.is_none() {
            return;
        }
        if self.fault(self.plan.faults.link_cut) {
            return self.try_to_connect(device);
        }
        let gateway = self.chance.index(self.gateways.len());
        let link = self.open_link(device, gateway);
        self.line_opens(gateway, link);
        self.devices[device].link = Some(link);
        let now = self.device_now(device);
        if let Some(client) = self.devices[device].client.as_mut() {
            client.connected(now);
        }
        self.pump(device);
    }

    /// The device notices that its connection is gone.
    pub fn cut_at_device(&mut self, link: u64, code: Option<u16>) {
        let Some(found) = self.links.get_mut(&link) else { return };
        found.cut = true;
        let device = found.device;
        if self.devices[device].link != Some(link) {
            return;
        }
        self.devices[device].link = None;
        let now = self.device_now(device);
        if let Some(client) = self.devices[device].client.as_mut() {
            client.disconnected(now, code);
        }
        self.pump(device);
        self.try_to_connect(device);
    }

    /// The device itself drops its connection.
    pub(super) fn hang_up(&mut self, device: usize) {
        if let Some(link) = self.devices[device].link {
            self.cut_link(link, None);
            self.cut_at_device(link, None);
        }
    }

    /// Every device drops its connection and makes another.
    pub fn all_reconnect(&mut self) {
        for device in 0..self.devices.len() {
            self.hang_up(device);
        }
    }

    pub fn some_device_dies(&mut self, wiped: bool) {
        let on: Vec<usize> = (0..self.devices.len()).filter(|device| self.devices[*device].usable()).collect();
        if let Some(device) = self.chance.pick(&on).copied() {
            self.device_dies(device, wiped);
        }
    }

    /// A device loses what is in memory and comes back later; wiped, it loses everything else as well.
    pub fn device_dies(&mut self, device: usize, wiped: bool) {
        if let Some(link) = self.devices[device].link.take() {
            self.cut_link(link, None);
        }
        let now = self.device_now(device);
        let found = &mut self.devices[device];
        found.on = false;
        found.life += 1;
        found.tick_ms = None;
        let under_way = std::mem::take(&mut found.under_way);
        found.wanted.extend(under_way.into_values().map(|want| (now, want)));
        if wiped {
            self.stats.devices_wiped += 1;
            found.kept.clear();
            found.kept_app = App::default();
            found.app = App::default();
            found.client = None;
            found.token = None;
            found.wanted.clear();
        } else {
            self.stats.devices_died += 1;
        }
        let ms = self.chance.between(100, 20_000);
        self.schedule.after(ms, Event::DeviceOn { device });
    }

    /// The session is over: the device signs in anew.
    pub(super) fn signed_out(&mut self, device: usize) {
        let found = &mut self.devices[device];
        found.token = None;
        found.life += 1;
        let life = found.life;
        found.link = None;
        found.tick_ms = None;
        let ms = self.chance.between(100, 10_000);
        self.schedule.after(ms, Event::SignIn { device, life });
    }

    /// The settings all clients are welcomed with; for tests.
    #[must_use]
    pub fn config(&self) -> Arc<laisee_gateway::GatewayConfig> {
        self.plan.config.clone()
    }
}
