use std::collections::{BTreeMap, VecDeque};

use laisee_client::{
    Client, Event, Identity, Tempo,
    device::{Jitter, mint},
};
use laisee_wire::v1::{
    ClientFrame, Content, Error, ErrorCode, Message, ResyncNotice, ServerFrame, Text, content::Kind, server_frame::Body,
};

use super::server::{Server, user_of};

/// Chances out of 100 for each frame or step.
#[derive(Clone, Copy, Debug)]
pub struct Faults {
    pub lose: u64,
    pub duplicate: u64,
    pub reorder: u64,
    pub busy: u64,
    pub disconnect: u64,
    pub restart: u64,
}

impl Faults {
    const NONE: Self = Self { lose: 0, duplicate: 0, reorder: 0, busy: 0, disconnect: 0, restart: 0 };
}

struct Device {
    client: Client,
    connected: bool,
    connect_at_ms: Option<i64>,
    up: VecDeque<ClientFrame>,
    down: VecDeque<ServerFrame>,
    /// What the application holds, by conversation.
    held: BTreeMap<u64, Vec<Message>>,
    through: BTreeMap<u64, u32>,
    failed: Vec<String>,
    sent: BTreeMap<String, u32>,
}

pub struct World {
    server: Server,
    devices: Vec<Device>,
    dice: Jitter,
    now_ms: i64,
    faults: Faults,
    written: Vec<(u64, String)>,
}

impl World {
    pub fn new(seed: u64, users: u64, faults: Faults, reload_after: usize) -> Self {
        let mut server = Server::default();
        server.reload_after = reload_after;
        for room in 1..=5 {
            server.open_room(room, (1..=users).filter(|user| room < 4 || user % 2 == 1));
        }
        let devices = (0..users as usize * 2).map(|d| Device {
            client: fresh(d, seed),
            connected: false,
            connect_at_ms: None,
            up: VecDeque::new(),
            down: VecDeque::new(),
            held: BTreeMap::new(),
            through: BTreeMap::new(),
            failed: Vec::new(),
            sent: BTreeMap::new(),
        });
        let devices = devices.collect();
        Self { server, devices, dice: Jitter::new(seed), now_ms: 1_000_000, faults, written: Vec::new() }
    }

    fn chance(&mut self, of_100: u64) -> bool {
        self.dice.below(100) < of_100
    }

    /// One step of somebody doing something, with faults.
    pub fn step(&mut self) {
        let d = self.dice.below(self.devices.len() as u64) as usize;
        match self.dice.below(10) {
            0 => self.write(d),
            1 => {
                let room = 1 + self.dice.below(5);
                let through = self.devices[d].through.get(&room).copied().unwrap_or(0);
                self.devices[d].client.mark_read(self.now_ms, room, through);
            }
            2 if self.chance(10) => self.server.join(4 + self.dice.below(2), user_of(d)),
            3 if self.chance(20) && self.devices[d].connected => {
                let body = Some(Body::ResyncNotice(ResyncNotice {}));
                self.devices[d].down.push_back(ServerFrame { request: 0, body });
            }
            4 => {
                if let Some(id) = self.devices[d].failed.pop() {
                    self.devices[d].client.retry(self.now_ms, &id);
                }
            }
            _ => self.now_ms += self.dice.below(400) as i64,
        }
        if self.chance(self.faults.disconnect) {
            self.cut(d);
        }
        if self.chance(self.faults.restart) {
            self.cut(d);
            let saved = self.devices[d].client.saved();
            let seed = self.dice.next_u64();
            self.devices[d].client = Client::restored(identity(d), tempo(), seed, self.now_ms, saved);
            self.devices[d].connect_at_ms = None;
        }
        self.run(d);
        for _ in 0..4 {
            self.carry();
        }
    }

    fn write(&mut self, d: usize) {
        let user = user_of(d);
        let rooms: Vec<u64> =
            self.server.rooms.iter().filter(|(_, room)| room.joined.contains_key(&user)).map(|(&id, _)| id).collect();
        let room = rooms[self.dice.below(rooms.len() as u64) as usize];
        let id = mint(self.now_ms, &mut self.dice);
        let text = Text { text: format!("{d} {}", self.written.len()), ..Text::default() };
        let content = Content { fallback: String::new(), kind: Some(Kind::Text(text)) };
        self.written.push((user, id.clone()));
        assert!(self.devices[d].client.send_message(self.now_ms, room, id, content));
    }

    fn cut(&mut self, d: usize) {
        let device = &mut self.devices[d];
        if std::mem::take(&mut device.connected) {
            device.up.clear();
            device.down.clear();
            self.server.online.remove(&d);
            device.client.disconnected(self.now_ms, None);
        }
    }

    /// Connects, ticks, moves frames out and events in.
    fn run(&mut self, d: usize) {
        let now_ms = self.now_ms;
        let device = &mut self.devices[d];
        if !device.connected {
            let attempt = &mut device.client;
            let at = *device.connect_at_ms.get_or_insert_with(|| now_ms + attempt.next_attempt().unwrap().wait_ms);
            if at <= now_ms {
                device.connect_at_ms = None;
                device.connected = true;
                device.client.connected(now_ms);
            }
        }
        device.client.tick(now_ms);
        while let Some(frame) = device.client.poll_frame() {
            device.up.push_back(frame);
        }
        let mut hang_up = false;
        while let Some(event) = device.client.poll_event() {
            match event {
                Event::Message(message) => {
                    let through = device.through.entry(message.conversation).or_default();
                    assert_eq!(message.seq, *through + 1, "device {d}: a gap or a repetition");
                    *through = message.seq;
                    device.held.entry(message.conversation).or_default().push(message);
                }
                Event::Skipped { conversation, through, reload } => {
                    assert!(through > device.through.insert(conversation, through).unwrap_or(0));
                    if reload {
                        device.held.remove(&conversation);
                    }
                }
                Event::Sent(sent) => {
                    assert_eq!(device.sent.insert(sent.client_msg_id, sent.seq), None, "sent twice");
                }
                Event::SendFailed { client_msg_id, .. } => device.failed.push(client_msg_id),
                Event::HangUp => hang_up = true,
                Event::SignedOut => panic!("device {d} was signed out"),
                _ => {}
            }
        }
        if hang_up {
            self.cut(d);
        }
    }

    /// Moves one frame each way on one device.
    fn carry(&mut self) {
        let d = self.dice.below(self.devices.len() as u64) as usize;
        if let Some(frame) = self.devices[d].up.pop_front() {
            let hello = matches!(frame.body, Some(laisee_wire::v1::client_frame::Body::Hello(_)));
            if !hello && self.chance(self.faults.lose) {
                // Swallowed by an overloaded server.
            } else if !hello && self.chance(self.faults.busy) {
                let error = Error { code: ErrorCode::Busy as i32, retry_after_ms: 50, ..Error::default() };
                let body = Some(Body::Error(error));
                self.devices[d].down.push_back(ServerFrame { request: frame.request, body });
            } else {
                for (to, frame) in self.server.handle(d, frame) {
                    self.devices[to].down.push_back(frame);
                }
            }
        }
        let mut at = 0;
        let waiting = self.devices[d].down.len() as u64;
        if waiting > 1 && self.chance(self.faults.reorder) {
            at = self.dice.below(waiting) as usize;
        }
        // The segments of a sync and the welcome keep their place: the protocol promises that.
        let keeps_place = |f: &ServerFrame| matches!(f.body, Some(Body::SyncSegment(_) | Body::Welcome(_)));
        if self.devices[d].down.get(at).is_some_and(keeps_place) {
            at = 0;
        }
        if let Some(frame) = self.devices[d].down.remove(at) {
            let precious = keeps_place(&frame);
            if frame.request == 0 && self.chance(self.faults.duplicate) {
                self.devices[d].down.push_back(frame.clone());
            }
            if precious || !self.chance(self.faults.lose) {
                self.devices[d].client.received(self.now_ms, frame);
            }
        }
        self.run(d);
    }

    /// Ends all faults and lets time pass until everybody agrees. Panics when they do not.
    pub fn heal_and_check(&mut self) {
        self.faults = Faults::NONE;
        for _ in 0..3_000 {
            self.now_ms += 50;
            for d in 0..self.devices.len() {
                while let Some(id) = self.devices[d].failed.pop() {
                    self.devices[d].client.retry(self.now_ms, &id);
                }
                self.run(d);
            }
            for _ in 0..self.devices.len() * 4 {
                self.carry();
            }
        }
        self.check();
    }

    fn check(&self) {
        let mut stored: Vec<(u64, String)> = Vec::new();
        for room in self.server.rooms.values() {
            stored.extend(room.messages.iter().map(|m| (m.sender, m.client_msg_id.clone())));
        }
        let mut written = self.written.clone();
        stored.sort();
        written.sort();
        assert_eq!(stored, written, "everything written is stored exactly once");
        for (d, device) in self.devices.iter().enumerate() {
            assert_eq!(device.client.outgoing().count(), 0, "device {d} still waits");
            for (&id, room) in &self.server.rooms {
                let Some(&joined) = room.joined.get(&user_of(d)) else { continue };
                let head = room.messages.len() as u32;
                let held = device.held.get(&id).map(Vec::as_slice).unwrap_or_default();
                if head > joined {
                    assert_eq!(device.through.get(&id), Some(&head), "device {d} room {id} is behind");
                    let acked = self.server.acked.get(&(user_of(d), id)).copied().unwrap_or(0);
                    let last_of_others =
                        room.messages.iter().rev().find(|m| m.sender != user_of(d)).map_or(0, |m| m.seq);
                    assert!(
                        acked >= last_of_others.min(head) || last_of_others <= joined,
                        "device {d} room {id}: {acked}"
                    );
                }
                let from = head as usize - held.len();
                assert_eq!(held, &room.messages[from..], "device {d} room {id}");
            }
        }
    }

    /// How much was stored, so that a run that did nothing is noticed.
    pub fn stored(&self) -> usize {
        self.server.rooms.values().map(|room| room.messages.len()).sum()
    }
}

fn identity(d: usize) -> Identity {
    Identity { token: format!("token {d}"), client: "model".into() }
}

fn tempo() -> Tempo {
    Tempo { answer_ms: 1_500, resend_min_ms: 300, resend_max_ms: 2_000, resend_limit: 4, ..Tempo::default() }
}

fn fresh(d: usize, seed: u64) -> Client {
    Client::new(identity(d), tempo(), seed.wrapping_add(d as u64))
}
