//! Everything there is in one simulated world, and its loop: take the next event, let it happen, ask the auditor.

use std::{collections::BTreeMap, sync::Arc};

use laisee_bus::{Failure, Outcome};
use laisee_core::{
    command::Command,
    fen::Fen,
    guard::{Level, limits::LimitKind},
    ids::SessionId,
    order::{Order, Word},
    push::Push,
    query::{Answer, Query},
};
use laisee_wire::v1::{self, ServerFrame};

use crate::{
    auditor::{Auditor, Rules, Told, Verdict, Violation},
    broken::Broken,
    chance::Chance,
    device::{Device, Person},
    gateway::Gateway,
    network::Link,
    plan::Plan,
    provider::{Does, Provider},
    schedule::Schedule,
    shard::Node,
    stats::Stats,
    store::FaultyStore,
    trace::Trace,
};

/// Where an answer goes: gateways have their numbers, couriers the number of their shard above this one.
pub const COURIERS: u16 = 1_000;

/// When worlds begin: some day in 2026.
const BEGIN_MS: i64 = 1_782_000_000_000;

/// Something that is to happen.
pub enum Event {
    /// A frame arrives at the gateway's end of a link, or at the device's.
    Up {
        link: u64,
        bytes: Vec<u8>,
    },
    Down {
        link: u64,
        frame: Box<ServerFrame>,
    },
    /// One end of a link notices that it is cut.
    CutAtGateway {
        link: u64,
    },
    CutAtDevice {
        link: u64,
        code: Option<u16>,
    },

    /// A device is switched on; signs in over HTTP; gets the answer; connects; does what its agenda says.
    DeviceOn {
        device: usize,
    },
    SignIn {
        device: usize,
        life: u32,
    },
    SignInArrives {
        device: usize,
        life: u32,
        gateway: usize,
    },
    SignedIn {
        device: usize,
        life: u32,
        answer: Box<Result<v1::SignedIn, v1::Error>>,
    },
    Connect {
        device: usize,
        life: u32,
    },
    DeviceTick {
        device: usize,
        life: u32,
    },

    /// Between gateways, couriers and shards.
    Request {
        shard: usize,
        from: u16,
        ticket: u64,
        command: Box<Command>,
        origin: Option<SessionId>,
    },
    Question {
        shard: usize,
        gateway: usize,
        ticket: u64,
        query: Box<Query>,
    },
    Reply {
        to: u16,
        ticket: u64,
        outcome: Box<Outcome>,
    },
    Answer {
        gateway: usize,
        ticket: u64,
        answer: Box<Result<Answer, Failure>>,
    },
    Push {
        gateway: usize,
        push: Arc<Push>,
    },
    Deadline {
        gateway: usize,
        ticket: u64,
    },

    /// Between the cashier and the provider.
    CashierTick,
    ProviderGets {
        order: Box<Order>,
    },
    ProviderAsked {
        order: Box<Order>,
    },
    ProviderActs {
        order: u64,
        does: Does,
    },
    ProviderSays {
        order: u64,
        word: Word,
        amount: Option<Fen>,
    },

    GatewayTick {
        gateway: usize,
    },

    /// The steps of a shard's life; those of a former life fall on deaf ears.
    Start {
        shard: usize,
        life: u32,
    },
    Write {
        shard: usize,
        life: u32,
    },
    Append {
        shard: usize,
        life: u32,
    },
    Save {
        shard: usize,
        life: u32,
    },
    CourierLate {
        shard: usize,
        life: u32,
        to: u16,
        ticket: u64,
    },
    CourierAsks {
        shard: usize,
        life: u32,
        to: u16,
    },

    /// A second has passed: time for rare faults.
    Second,
    /// Somebody does something.
    Act,
}

pub struct World {
    pub plan: Plan,
    pub broken: Option<Broken>,
    pub provider: Provider,
    pub chance: Chance,
    pub schedule: Schedule<Event>,
    pub store: FaultyStore,
    pub shards: Vec<Node>,
    pub gateways: Vec<Gateway>,
    pub links: BTreeMap<u64, Link>,
    pub last_link: u64,
    pub last_ticket: u64,
    pub people: Vec<Person>,
    pub devices: Vec<Device>,
    pub auditor: Auditor,
    pub stats: Stats,
    pub trace: Trace,
    pub violation: Option<Violation>,
    /// Tells what happens, for whoever looks at one seed.
    pub aloud: bool,
    /// No more faults.
    pub healed: bool,
    pub actions_left: u32,
    pub begin_ms: i64,
    /// When something sent from one place to another arrives at the soonest, so that nothing overtakes.
    pub roads: BTreeMap<(u16, u16), i64>,
}

impl World {
    #[must_use]
    pub fn new(seed: u64, broken: Option<Broken>) -> Self {
        let mut chance = Chance::new(seed);
        let plan = Plan::draw(&mut chance);
        let begin_ms = BEGIN_MS + chance.between(0, 86_400_000);
        let store = FaultyStore::new(plan.shards);
        let settings = &plan.settings;
        let rules = Rules {
            reload_beyond: plan.config.sync_messages_max,
            delays_ms: [0, settings.transfer_short_ms, settings.transfer_long_ms],
            accept_ms: settings.transfer_accept_ms,
            limits: [Level::New, Level::Ordinary, Level::Verified].map(|level| {
                [LimitKind::Send, LimitKind::TopUp, LimitKind::Withdraw].map(|kind| {
                    let limit = settings.limit(level, kind);
                    (limit.each.0, limit.day.0)
                })
            }),
            pin_from: settings.pin_required_from.0,
            day_offset_ms: settings.limit_day_offset_ms,
        };
        let mut world = Self {
            broken,
            provider: Provider::default(),
            schedule: Schedule::new(begin_ms),
            shards: (0..plan.shards).map(|number| Node::new(number, &store, chance.fork())).collect(),
            gateways: (0..plan.gateways).map(|_| Gateway::new(&plan, chance.fork())).collect(),
            links: BTreeMap::new(),
            last_link: 0,
            last_ticket: 0,
            people: vec![],
            devices: vec![],
            auditor: Auditor::new(plan.shards, rules),
            stats: Stats::default(),
            trace: Trace::default(),
            violation: None,
            aloud: false,
            healed: false,
            actions_left: plan.actions,
            begin_ms,
            roads: BTreeMap::new(),
            store,
            plan,
            chance,
        };
        world.populate();
        for shard in 0..world.shards.len() {
            world.schedule.after(0, Event::Start { shard, life: 0 });
        }
        for gateway in 0..world.gateways.len() {
            world.schedule.after(1_000, Event::GatewayTick { gateway });
        }
        world.schedule.after(1_000, Event::Second);
        if !world.plan.settings.payments.at_once() {
            world.schedule.after(1_000, Event::CashierTick);
        }
        world.schedule.after(300, Event::Act);
        world
    }

    #[must_use]
    pub fn now(&self) -> i64 {
        self.schedule.now_ms()
    }

    /// Whether a fault with this rate occurs now.
    pub fn fault(&mut self, permille: u32) -> bool {
        !self.healed && self.chance.happens(permille)
    }

    /// Whether the world is to be broken here and now.
    pub fn breaks(&mut self, how: Broken) -> bool {
        self.broken == Some(how) && self.chance.happens(300)
    }

    pub fn check(&mut self, verdict: Verdict) {
        if let Err(violation) = verdict
            && self.violation.is_none()
        {
            self.violation = Some(violation);
        }
    }

    pub fn tell(&mut self, told: &Told) {
        let verdict = self.auditor.told(told);
        self.check(verdict);
    }

    /// Tells what happens, if anybody listens.
    pub fn aloud(&self, what: impl FnOnce() -> String) {
        if self.aloud {
            println!("{:>9} {}", self.now() - self.begin_ms, what());
        }
    }

    pub fn ticket(&mut self) -> u64 {
        self.last_ticket += 1;
        self.last_ticket
    }

    /// Lets the next event happen; false: a law is broken.
    pub fn step(&mut self) -> bool {
        let Some(event) = self.schedule.pop() else { return false };
        self.stats.events += 1;
        self.trace.word(self.now() as u64);
        self.happen(event);
        self.violation.is_none()
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Up { link, bytes } => self.arrive_up(link, &bytes),
            Event::Down { link, frame } => self.arrive_down(link, *frame),
            Event::CutAtGateway { link } => self.cut_at_gateway(link),
            Event::CutAtDevice { link, code } => self.cut_at_device(link, code),
            Event::DeviceOn { device } => self.switch_on(device),
            Event::SignIn { device, life } => self.sign_in(device, life),
            Event::SignInArrives { device, life, gateway } => self.sign_in_arrives(device, life, gateway),
            Event::SignedIn { device, life, answer } => self.signed_in(device, life, *answer),
            Event::Connect { device, life } => self.connect(device, life),
            Event::DeviceTick { device, life } => self.device_ticks(device, life),
            Event::Request { shard, from, ticket, command, origin } => {
                self.request_arrives(shard, from, ticket, *command, origin);
            }
            Event::Question { shard, gateway, ticket, query } => self.question_arrives(shard, gateway, ticket, *query),
            Event::Reply { to, ticket, outcome } if to >= COURIERS => {
                self.courier_hears(usize::from(to - COURIERS), ticket, *outcome);
            }
            Event::Reply { to, ticket, outcome } => self.outcome_arrives(usize::from(to), ticket, *outcome),
            Event::Answer { gateway, ticket, answer } => self.answer_arrives(gateway, ticket, *answer),
            Event::Push { gateway, push } => self.push_arrives(gateway, &push),
            Event::Deadline { gateway, ticket } => self.deadline(gateway, ticket),
            Event::CashierTick => self.cashier_ticks(),
            Event::ProviderGets { order } => self.provider_gets(&order),
            Event::ProviderAsked { order } => self.provider_asked(&order),
            Event::ProviderActs { order, does } => self.provider_acts(order, does),
            Event::ProviderSays { order, word, amount } => self.provider_heard(order, word, amount),
            Event::GatewayTick { gateway } => self.gateway_ticks(gateway),
            Event::Start { shard, life } => self.start(shard, life),
            Event::Write { shard, life } => self.write(shard, life),
            Event::Append { shard, life } => self.append(shard, life),
            Event::Save { shard, life } => self.save(shard, life),
            Event::CourierLate { shard, life, to, ticket } => self.courier_late(shard, life, to, ticket),
            Event::CourierAsks { shard, life, to } => self.courier_asks(shard, life, to),
            Event::Second => self.second(),
            Event::Act => self.act(),
        }
    }

    /// Rare faults, once a second.
    fn second(&mut self) {
        self.stats.virtual_seconds += 1;
        self.schedule.after(1_000, Event::Second);
        if self.healed {
            return;
        }
        let faults = self.plan.faults.clone();
        if self.fault(faults.link_cut) {
            self.cut_some_link();
        }
        if self.fault(faults.device_dies) {
            self.some_device_dies(false);
        }
        if self.fault(faults.device_wiped) {
            self.some_device_dies(true);
        }
        if self.fault(faults.gateway_dies) {
            let gateway = self.chance.index(self.gateways.len());
            self.gateway_dies(gateway);
        }
        let shard = self.chance.index(self.shards.len());
        if self.fault(faults.disk_full) {
            let ms = self.chance.between(500, 8_000);
            self.shards[shard].full_until_ms = self.now() + ms;
        }
        if self.fault(faults.clock_jumps) {
            self.stats.clock_jumps += 1;
            let most = faults.clock_jump_ms;
            self.shards[shard].skew_ms = if self.chance.happens(300) { 0 } else { self.chance.between(-most, most) };
        }
    }

    /// Adds up what stands in the logs.
    pub fn count(&mut self) {
        let figures = self.auditor.figures();
        let stats = &mut self.stats;
        stats.worlds += 1;
        stats.users += figures.users;
        stats.devices += self.devices.len() as u64;
        stats.facts += figures.facts;
        stats.messages += figures.messages;
        stats.conversations += figures.conversations;
        stats.friendships += figures.friendships;
        stats.members_left += figures.members_left;
        stats.reloads += figures.reloads;
        stats.levels_set += figures.guards.levels_set;
        stats.payments_with_pin += figures.guards.payments_with_pin;
        stats.pins_locked += figures.guards.pins_locked;
        let orders = figures.orders;
        stats.orders_later += orders.later;
        stats.orders_pending += orders.pending;
        stats.orders_not_found += orders.not_found;
        stats.orders_raised += orders.raised;
        stats.orders_settled_by_hand += orders.decided;
        stats.orders_failed += orders.failed;
        stats.orders_returned += orders.returned;
        stats.suspensions_released += figures.suspensions.released;
        stats.releases_failed += figures.suspensions.failed;
        let transfers = figures.transfers;
        stats.transfers += transfers.sent;
        stats.transfers_accepted += transfers.accepted;
        stats.transfers_returned += transfers.returned;
        stats.transfers_expired += transfers.expired;
        stats.transfers_refunded += transfers.refunded;
        stats.transfers_given_back += transfers.given_back;
        stats.recalls += transfers.recalls;
        stats.recalls_with_evidence += transfers.with_evidence;
        stats.disputes_returned += transfers.disputes_returned;
        stats.disputes_released += transfers.disputes_released;
        stats.returned_while_frozen += transfers.returned_frozen;
        stats.recalled_just_in_time += transfers.recalled_just_in_time;
        stats.accepted_just_in_time += transfers.accepted_just_in_time;
        stats.packets += figures.packets;
        stats.claims += figures.claims;
        stats.packets_finished += figures.finished;
        stats.packets_expired += figures.expired;
        stats.packets_refused += figures.refused;
        stats.refunded_fen += figures.refunded as u64;
    }
}
