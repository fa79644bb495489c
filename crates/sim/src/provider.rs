//! Orders that take their time: a cashier that finds what is open and hands it over, and a provider that answers late,
//! twice, not at all, and sometimes wrongly. The provider keeps books of its own, which the auditor holds the log to.

use std::collections::{BTreeMap, btree_map::Entry};

use laisee_bus::Outcome;
use laisee_core::{
    command::{Command, HearOrder, SubmitOrder},
    fen::Fen,
    ids::OrderId,
    order::{Order, OrderKind, OrderState, Word},
    query::{Answer, Query},
};

use crate::{
    auditor,
    broken::Broken,
    gateway::Waiting,
    world::{Event, World},
};

/// The gateway that the cashier works beside.
const GATEWAY: usize = 0;
const TICK_MS: i64 = 1_000;
const PAGE: usize = 500;
/// How long until a call that was not answered is made again.
const CALL_AGAIN_MS: i64 = 3_000;

/// What the provider has, by number.
#[derive(Default)]
pub struct Provider {
    has: BTreeMap<u64, Has>,
}

struct Has {
    amount: Fen,
    withdrawal: bool,
    word: Word,
}

/// What the provider does by itself.
#[derive(Clone, Copy, Debug)]
pub enum Does {
    /// Carries an order out, or fails to.
    Ends,
    /// The money of a withdrawal that was paid out has come back.
    Returns,
    /// Says unasked what came of an order, until it is heard.
    Calls,
}

impl World {
    /// Looks for open orders in every shard.
    pub fn cashier_ticks(&mut self) {
        self.schedule.after(TICK_MS, Event::CashierTick);
        for shard in 0..self.plan.shards {
            let ticket = self.ticket();
            self.gateways[GATEWAY].waiting.insert(ticket, Waiting::Cashier);
            self.send_question(GATEWAY, ticket, shard, Query::OpenOrders { after: OrderId(0), limit: PAGE });
        }
    }

    pub fn cashier_finds(&mut self, answer: Answer) {
        let Answer::Orders { orders, .. } = answer else { return };
        for order in orders {
            // Not every order's turn comes at every tick.
            if self.chance.happens(500) {
                self.cashier_serves(order);
            }
        }
    }

    fn cashier_serves(&mut self, order: Order) {
        match order.state {
            OrderState::Created if self.breaks(Broken::OrderUnmarked) => self.hand_over(order),
            OrderState::Created => {
                let ticket = self.ticket();
                let command = Command::SubmitOrder(SubmitOrder { order: order.order });
                self.gateways[GATEWAY].waiting.insert(ticket, Waiting::Submit { order: Box::new(order) });
                self.send_request(GATEWAY as u16, ticket, command, None);
            }
            OrderState::Unknown | OrderState::Submitted => {
                let ms = self.provider_delay();
                self.lossy(ms, Event::ProviderAsked { order: Box::new(order) });
            }
            OrderState::Succeeded | OrderState::Failed | OrderState::Returned => {}
        }
    }

    /// It is written down, or not, that the provider may have the order.
    pub fn cashier_marked(&mut self, order: Order, outcome: &Outcome) {
        if outcome.is_ok() {
            self.hand_over(order);
        }
    }

    fn hand_over(&mut self, order: Order) {
        let ms = self.provider_delay();
        let order = Box::new(order);
        if self.fault(self.plan.faults.provider_doubled) {
            let again = ms + self.chance.between(0, 20_000);
            self.schedule.after(again, Event::ProviderGets { order: order.clone() });
        }
        self.lossy(ms, Event::ProviderGets { order });
    }

    fn provider_delay(&mut self) -> i64 {
        let most = if self.healed { 20 } else { self.plan.faults.provider_delay_ms };
        self.chance.between(1, most).min(self.chance.between(1, most))
    }

    fn lossy(&mut self, ms: i64, event: Event) {
        if !self.fault(self.plan.faults.provider_lost) {
            self.schedule.after(ms, event);
        }
    }

    /// An order reaches the provider, perhaps again: by its number it is known.
    pub fn provider_gets(&mut self, order: &Order) {
        let number = order.order.0;
        let verdict = self.auditor.handed_over(number);
        self.check(verdict);
        let withdrawal = order.kind == OrderKind::Withdrawal;
        let new = Has { amount: order.amount, withdrawal, word: Word::Pending };
        match self.provider.has.entry(number) {
            Entry::Occupied(_) => self.stats.orders_handed_twice += 1,
            Entry::Vacant(place) => {
                place.insert(new);
                let ms = if self.chance.happens(200) { 0 } else { self.chance.between(1, 8_000) };
                self.schedule.after(ms, Event::ProviderActs { order: number, does: Does::Ends });
            }
        }
        self.provider_says(number);
    }

    pub fn provider_asked(&mut self, order: &Order) {
        self.provider_says(order.order.0);
    }

    /// Answers, or calls: what it says may be late, and come twice.
    fn provider_says(&mut self, order: u64) {
        let has = self.provider.has.get(&order);
        let (word, amount) = has.map_or((Word::NotFound, None), |has| (has.word, Some(has.amount)));
        let errs = self.fault(self.plan.faults.provider_errs);
        let amount = amount.filter(|_| self.chance.happens(700));
        let amount = if errs { amount.map(|amount| amount.plus(Fen(1))) } else { amount };
        let ms = self.provider_delay();
        // That it has not got an order is said once, to who asked.
        if word != Word::NotFound && self.fault(self.plan.faults.provider_doubled) {
            let again = ms + self.chance.between(0, 10_000);
            self.schedule.after(again, Event::ProviderSays { order, word, amount });
        }
        self.lossy(ms, Event::ProviderSays { order, word, amount });
    }

    pub fn provider_acts(&mut self, order: u64, does: Does) {
        let fails = self.chance.happens(250);
        let comes_back = self.chance.happens(500);
        let healed = self.healed;
        let Some(has) = self.provider.has.get_mut(&order) else { return };
        let mut next = None;
        match does {
            Does::Ends => {
                has.word = if fails { Word::Failed } else { Word::Succeeded };
                next = (has.withdrawal && !fails && comes_back).then_some(Does::Returns);
            }
            // What has come to rest stays so.
            Does::Returns if healed => return,
            Does::Returns => has.word = Word::Returned,
            Does::Calls => {}
        }
        let outcome = match has.word {
            Word::Succeeded => auditor::Outcome::Succeeded,
            Word::Returned => auditor::Outcome::Returned,
            Word::Failed | Word::Pending | Word::NotFound => auditor::Outcome::Failed,
        };
        if !matches!(does, Does::Calls) {
            self.auditor.carried(order, outcome);
        }
        if self.auditor.order_ended_as(order) == Some(outcome) {
            return;
        }
        self.provider_says(order);
        self.schedule.after(CALL_AGAIN_MS, Event::ProviderActs { order, does: Does::Calls });
        if let Some(does) = next {
            let ms = self.chance.between(500, 8_000);
            self.schedule.after(ms, Event::ProviderActs { order, does });
        }
    }

    /// A word of the provider's reaches the gateway.
    pub fn provider_heard(&mut self, order: u64, word: Word, amount: Option<Fen>) {
        let (reference, reason) = (format!("provider-{order}"), String::new());
        let order = OrderId(order);
        self.ask_once(Command::HearOrder(HearOrder { order, word, amount, reference, reason }));
    }
}
