//! Takes open orders to their providers and brings back what they say. It keeps nothing that matters: what is open stands
//! in the shards, and whoever begins anew finds it there. Every order is marked as perhaps submitted before a byte of it
//! leaves, so that after a crash the provider is asked, and nothing is sent twice unasked.

use std::{
    sync::{
        Arc, Condvar, Mutex, MutexGuard,
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use laisee_bus::{Bus, Failure, LocalBus};
use laisee_core::{
    command::{Command, SubmitOrder},
    ids::{OrderId, ShardId},
    order::{Order, OrderState, Provider as Carrier, Word},
    query::{Answer, Query},
    refusal::Refusal,
};

use crate::{PaymentsConfig, door::heard, provider::Provider, sandbox::Sandbox, turns::Turns, webhook::Webhook};

/// Open orders asked of a shard at a time.
const PAGE: usize = 500;
/// Orders that wait for a worker at most; the rest is found again at the next tick.
const WAITING_MAX: usize = 64;
/// How often open orders are looked for where new ones are settled at once, so that there should be none.
const IDLE_TICK: Duration = Duration::from_secs(5);

/// A cashier at work.
pub struct Cashier {
    stop: Arc<(Mutex<bool>, Condvar)>,
    threads: Vec<JoinHandle<()>>,
}

struct Desk {
    bus: Arc<LocalBus>,
    config: PaymentsConfig,
    sandbox: Sandbox,
    webhook: Option<Webhook>,
    turns: Mutex<Turns>,
}

impl Cashier {
    /// Begins to work. Without a webhook, orders that are with one wait.
    ///
    /// # Errors
    /// When threads cannot be had.
    pub fn start(config: &PaymentsConfig, webhook: Option<Webhook>, bus: Arc<LocalBus>) -> std::io::Result<Self> {
        let sandbox = Sandbox { settle_ms: config.sandbox_settle_ms };
        let [min, max] = [config.retry_min_ms, config.retry_max_ms].map(Duration::from_millis);
        let turns = Mutex::new(Turns::new(min, max));
        let desk = Arc::new(Desk { bus, config: config.clone(), sandbox, webhook, turns });
        let stop = Arc::new((Mutex::new(false), Condvar::new()));
        let (hand, waiting) = sync_channel(WAITING_MAX);
        let waiting = Arc::new(Mutex::new(waiting));
        let mut threads = Vec::new();
        for number in 0..config.workers.max(1) {
            let (desk, waiting, stop) = (desk.clone(), waiting.clone(), stop.clone());
            let builder = std::thread::Builder::new().name(format!("cashier-{number}"));
            threads.push(builder.spawn(move || desk.work(&waiting, &stop.0))?);
        }
        let stopping = stop.clone();
        let builder = std::thread::Builder::new().name("cashier".into());
        threads.push(builder.spawn(move || desk.look_after(&stopping, hand))?);
        Ok(Self { stop, threads })
    }

    /// Ends when the orders in work have had their answers; those that wait are found again at the next start.
    pub fn stop(self) {
        let (stopped, bell) = &*self.stop;
        *stopped.lock().expect("nothing panics under this lock") = true;
        bell.notify_all();
        for thread in self.threads {
            // A panic was reported by its thread.
            let _ = thread.join();
        }
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime of one thread can be had")
}

impl Desk {
    /// Looks for orders whose turn it is, until it is stopped.
    fn look_after(&self, stop: &(Mutex<bool>, Condvar), hand: SyncSender<Order>) {
        let runtime = runtime();
        let (stopped, bell) = stop;
        let tick =
            if self.config.payments().at_once() { IDLE_TICK } else { Duration::from_millis(self.config.tick_ms) };
        loop {
            for number in 0..self.bus.shards() {
                runtime.block_on(self.hand_out(ShardId(number), &hand));
            }
            let guard = stopped.lock().expect("nothing panics under this lock");
            let (ended, _) =
                bell.wait_timeout_while(guard, tick, |stopped| !*stopped).expect("nothing panics under this lock");
            if *ended {
                return;
            }
        }
    }

    async fn hand_out(&self, shard: ShardId, hand: &SyncSender<Order>) {
        let (mut after, mut open) = (OrderId(0), Vec::new());
        loop {
            // A shard that does not answer now is asked at the next tick.
            let Ok(Answer::Orders { orders, more }) =
                self.bus.query(shard, Query::OpenOrders { after, limit: PAGE }).await
            else {
                return;
            };
            after = orders.last().map_or(after, |order| order.order);
            for order in orders {
                open.push(order.order);
                let (now, mut turns) = (Instant::now(), self.turns());
                turns.asked(order.order, order.asked, now);
                let mine = turns.take(order.order, now);
                drop(turns);
                if mine && let Err(TrySendError::Full(order) | TrySendError::Disconnected(order)) = hand.try_send(order)
                {
                    self.turns().give_back(order.order);
                    return;
                }
            }
            if !more {
                break;
            }
        }
        open.sort_unstable();
        self.turns().keep(shard, &open);
    }

    fn turns(&self) -> MutexGuard<'_, Turns> {
        self.turns.lock().expect("nothing panics under this lock")
    }

    fn work(&self, waiting: &Mutex<Receiver<Order>>, stopped: &Mutex<bool>) {
        let runtime = runtime();
        loop {
            let next = waiting.lock().expect("nothing panics under this lock").recv();
            let Ok(order) = next else { return };
            if *stopped.lock().expect("nothing panics under this lock") {
                return;
            }
            let never_was_there = runtime.block_on(self.serve(&order));
            self.turns().end(order.order, Instant::now(), never_was_there);
        }
    }

    /// One step of one order. `true`: the provider never had it, so it can be submitted now.
    async fn serve(&self, order: &Order) -> bool {
        let number = order.order;
        let provider: &dyn Provider = match (order.provider, &self.webhook) {
            (Carrier::Sandbox, _) => &self.sandbox,
            (Carrier::Webhook, Some(webhook)) => webhook,
            (Carrier::Webhook, None) => {
                tracing::warn!(%number, "an order waits for a provider that is not configured");
                return false;
            }
        };
        let said = match order.state {
            OrderState::Created => {
                match self.bus.call(Command::SubmitOrder(SubmitOrder { order: number }), None).await {
                    Ok(_) => provider.submit(order),
                    // What was read of it is out of date.
                    Err(Failure::Refused(Refusal::OrderNotNew)) => return false,
                    Err(failed) => {
                        tracing::warn!(%number, %failed, "an order could not be marked as submitted");
                        return false;
                    }
                }
            }
            OrderState::Unknown | OrderState::Submitted => provider.ask(order),
            OrderState::Succeeded | OrderState::Failed | OrderState::Returned => return false,
        };
        match said {
            Ok(said) => {
                // Whoever says so of what it was just given is asked later, like anybody who gives no answer.
                let not_found = said.word == Word::NotFound && order.state == OrderState::Unknown;
                if let Err(failed) = self.bus.call(heard(number, said), None).await {
                    tracing::warn!(%number, %failed, "a provider's word could not be told; it will be asked again");
                    return false;
                }
                not_found
            }
            Err(unheard) => {
                tracing::info!(%number, %unheard, "a provider gave no answer; it will be asked");
                false
            }
        }
    }
}
