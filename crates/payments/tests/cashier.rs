//! The cashier between real shards and a provider that answers as it is told: what it asks, when, and what becomes of the
//! orders. Tests that kill a whole server are in the binary's crate.

#![allow(clippy::unwrap_used)]

use std::{
    collections::{HashMap, VecDeque},
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use laisee_bus::{Bus, Failure, LocalBus, ShardLimits};
use laisee_core::{
    command::{BeginTry, Command, PassTry, Reply, SetPin, SignUp, TopUp, Withdraw},
    fen::Fen,
    guard::{PinPass, TryOf, set_pin::PinAuthority},
    ids::{ClientId, Millis, OrderId, ShardId, UserId},
    order::{Order, OrderState, Payments, Word},
    query::{Answer, Query},
    settings::Settings,
};
use laisee_payments::{
    PaymentsConfig, ProviderChoice, WebhookConfig,
    cashier::Cashier,
    door::{Door, Turned},
    signature::{Purpose, SIGNATURE, Secret, TIMESTAMP, Unbelieved},
};
use laisee_shard::{ShardOptions, Shards};
use laisee_store::memory::MemoryStore;
use tokio::runtime::Runtime;

const SECRET: &str = "sixteen bytes or more";
const WITHIN: Duration = Duration::from_secs(30);
const RETRY_MIN_MS: u64 = 100;
const RETRY_MAX_MS: u64 = 400;
const TICK_MS: u64 = 10;

/// What the provider does with a request. What is not said before is "succeeded".
#[derive(Clone, Copy, PartialEq, Debug)]
enum Say {
    Word(&'static str),
    /// "pending" of another amount.
    OtherAmount,
    /// Hangs up.
    Nothing,
    /// Something that nobody signed.
    Unsigned,
    /// Answers rightly after so many ms.
    After(u64, &'static str),
}

/// One request as it came: which path, of which order, when.
#[derive(Clone, Debug)]
struct Heard {
    path: String,
    number: String,
    at: Instant,
}

#[derive(Default)]
struct Script {
    next: Mutex<VecDeque<Say>>,
    heard: Mutex<Vec<Heard>>,
    /// How far the provider's clock is from ours, in s.
    clock_off_s: AtomicI64,
    /// What each order was submitted with.
    amounts: Mutex<HashMap<String, i64>>,
}

fn now_s() -> i64 {
    std::time::UNIX_EPOCH.elapsed().unwrap().as_secs() as i64
}

impl Script {
    fn paths(&self) -> Vec<String> {
        self.heard.lock().unwrap().iter().map(|heard| heard.path.clone()).collect()
    }

    fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream);
        let (mut request, mut signature, mut length) = (String::new(), String::new(), 0);
        reader.read_line(&mut request)?;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            match name.to_lowercase().as_str() {
                SIGNATURE => value.clone_into(&mut signature),
                "content-length" => length = value.parse().unwrap(),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let asked: serde_json::Value = serde_json::from_slice(&body)?;
        let number = asked["number"].as_str().unwrap().to_owned();
        let path = request.split(' ').nth(1).unwrap().to_owned();
        if let Some(amount) = asked["amount"].as_i64() {
            self.amounts.lock().unwrap().insert(number.clone(), amount);
        }
        let say = self.next.lock().unwrap().pop_front().unwrap_or(Say::Word("succeeded"));
        self.heard.lock().unwrap().push(Heard { path, number: number.clone(), at: Instant::now() });
        let amount = self.amounts.lock().unwrap().get(&number).copied().unwrap_or(0);
        let (status, amount) = match say {
            Say::Nothing => return Ok(()),
            Say::Word(word) => (word, amount),
            Say::OtherAmount => ("pending", amount + 1),
            Say::Unsigned => ("succeeded", amount),
            Say::After(ms, word) => {
                thread::sleep(Duration::from_millis(ms));
                (word, amount)
            }
        };
        let said = format!("{{\"number\":\"{number}\",\"status\":\"{status}\",\"amount\":{amount}}}");
        let at_s = now_s() + self.clock_off_s.load(Ordering::Relaxed);
        let secret = if say == Say::Unsigned { Secret::new(b"nobody's") } else { Secret::new(SECRET.as_bytes()) };
        let signed = secret.sign(Purpose::Answer { request: &signature }, at_s, said.as_bytes());
        let head = format!(
            "HTTP/1.1 200 OK\r\nconnection: close\r\n{TIMESTAMP}: {at_s}\r\n{SIGNATURE}: {signed}\r\ncontent-length: {}\r\n\r\n",
            said.len()
        );
        let mut stream = reader.into_inner();
        stream.write_all(head.as_bytes())?;
        stream.write_all(said.as_bytes())
    }
}

/// Shards, Ann, and a provider; the cashier comes and goes.
struct World {
    bus: Arc<LocalBus>,
    shards: Option<Shards>,
    runtime: Runtime,
    script: Arc<Script>,
    config: PaymentsConfig,
    ann: UserId,
    ids: u64,
}

impl World {
    fn new(say: &[Say]) -> Self {
        let script = Arc::new(Script { next: Mutex::new(say.to_vec().into()), ..Script::default() });
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let told = script.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let told = told.clone();
                thread::spawn(move || told.serve(stream).ok());
            }
        });
        let webhook = WebhookConfig {
            url: format!("http://{address}"),
            secret: SECRET.into(),
            timeout_ms: 2_000,
            ..WebhookConfig::default()
        };
        let config = PaymentsConfig {
            provider: ProviderChoice::Webhook,
            retry_min_ms: RETRY_MIN_MS,
            retry_max_ms: RETRY_MAX_MS,
            tick_ms: TICK_MS,
            workers: 4,
            webhook,
            ..PaymentsConfig::default()
        };
        let (bus, inboxes) = LocalBus::new(1, ShardLimits::default());
        let settings = Settings { payments: Payments::Webhook, ..Settings::default() };
        let options = ShardOptions { settings: Arc::new(settings), ..ShardOptions::default() };
        let shards = laisee_shard::start(&Arc::new(MemoryStore::new(1)), &bus, inboxes, &options);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut world = Self { bus, shards: Some(shards), runtime, script, config, ann: UserId(0), ids: 0 };
        let sign_up =
            SignUp { name: "ann".into(), display_name: "Ann".into(), face: String::new(), password_hash: "-".into() };
        let Reply::SignedUp { user } = world.call(Command::SignUp(sign_up)) else { panic!("not signed up") };
        world.ann = user;
        world
    }

    fn cashier(&self) -> Cashier {
        Cashier::start(&self.config, self.config.client().unwrap(), self.bus.clone()).unwrap()
    }

    fn call(&self, command: Command) -> Reply {
        let begun = Instant::now();
        loop {
            match self.runtime.block_on(self.bus.call(command.clone(), None)) {
                Ok(reply) => return reply,
                Err(Failure::Unavailable { .. } | Failure::Busy { .. }) if begun.elapsed() < WITHIN => {
                    thread::sleep(Duration::from_millis(5));
                }
                Err(failed) => panic!("{command:?}: {failed}"),
            }
        }
    }

    fn id(&mut self) -> ClientId {
        self.ids += 1;
        ClientId::compose(Millis(now_s() * 1_000), self.ids.into())
    }

    fn top_up(&mut self, amount: i64) -> OrderId {
        let top_up = TopUp { user: self.ann, id: self.id(), amount: Fen(amount) };
        let Reply::ToppedUp { order, state: OrderState::Created, .. } = self.call(Command::TopUp(top_up)) else {
            panic!("not ordered")
        };
        order
    }

    /// A withdrawal out of what is there, with a PIN set for it.
    fn withdraw(&mut self, amount: i64) -> OrderId {
        let user = self.ann;
        let tried = |of| {
            let Reply::TryBegun { number, .. } = self.call(Command::BeginTry(BeginTry { user, of })) else {
                panic!("not begun")
            };
            self.call(Command::PassTry(PassTry { user, of, number }));
            number
        };
        let by = PinAuthority::Password(tried(TryOf::Password));
        self.call(Command::SetPin(SetPin { user, hash: "-".into(), by }));
        let pass = Some(PinPass(tried(TryOf::Pin)));
        let withdraw = Withdraw { user, id: self.id(), amount: Fen(amount), destination: "bank".into(), pass };
        match self.call(Command::Withdraw(withdraw)) {
            Reply::Withdrawn { order, .. } => order,
            other => panic!("{other:?}"),
        }
    }

    fn order(&self, order: OrderId) -> Order {
        match self.runtime.block_on(self.bus.query(ShardId(0), Query::Order { user: self.ann, order })) {
            Ok(Answer::Order(order)) => *order,
            other => panic!("{other:?}"),
        }
    }

    fn becomes(&self, order: OrderId, state: OrderState) {
        let begun = Instant::now();
        while self.order(order).state != state {
            assert!(
                begun.elapsed() < WITHIN,
                "{:?}, not {state:?}; heard {:?}",
                self.order(order),
                self.script.paths()
            );
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits until the provider was spoken to so many times.
    fn heard(&self, times: usize) -> Vec<Heard> {
        let begun = Instant::now();
        loop {
            let heard = self.script.heard.lock().unwrap().clone();
            if heard.len() >= times {
                return heard;
            }
            assert!(begun.elapsed() < WITHIN, "heard only {heard:?}");
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// Balance and what is held.
    fn wallet(&self) -> (i64, i64) {
        match self.runtime.block_on(self.bus.query(ShardId(0), Query::Wallet { user: self.ann })) {
            Ok(Answer::Wallet { balance, guard }) => (balance.0, guard.held.0),
            other => panic!("{other:?}"),
        }
    }

    /// A call of the provider's, as the gateway takes it in.
    fn calls(&self, door: &Door, order: OrderId, status: &str, amount: i64, at_s: i64) -> Result<(), Turned> {
        let body = format!("{{\"number\":\"{order}\",\"status\":\"{status}\",\"amount\":{amount}}}");
        let signature = Secret::new(SECRET.as_bytes()).sign(Purpose::Call, at_s, body.as_bytes());
        let at = at_s.to_string();
        self.runtime.block_on(door.take(&*self.bus, Some(&at), Some(&signature), body.as_bytes(), now_s()))
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(shards) = self.shards.take() {
            shards.stop();
        }
    }
}

const SUBMITTED: &str = "/orders";
const ASKED: &str = "/orders/query";

/// What the provider is asked for one order, by what it answered before.
#[test]
fn nothing_is_repeated_before_it_was_asked_about() {
    use Say::{Nothing, OtherAmount, Unsigned, Word};
    for (says, heard, state) in [
        (vec![Word("succeeded")], vec![SUBMITTED], OrderState::Succeeded),
        (vec![Word("failed")], vec![SUBMITTED], OrderState::Failed),
        // It works on it, and is asked how it is getting on.
        (vec![Word("pending"), Word("pending")], vec![SUBMITTED, ASKED, ASKED], OrderState::Succeeded),
        // The answer got lost: it may have the order, so it is asked, however often that takes.
        (vec![Nothing], vec![SUBMITTED, ASKED], OrderState::Succeeded),
        (vec![Nothing, Nothing, Unsigned], vec![SUBMITTED, ASKED, ASKED, ASKED], OrderState::Succeeded),
        // It never had it: only now is it sent again.
        (vec![Nothing, Word("not_found")], vec![SUBMITTED, ASKED, SUBMITTED], OrderState::Succeeded),
        (
            vec![Nothing, Nothing, Word("not_found"), Nothing, Word("failed")],
            vec![SUBMITTED, ASKED, ASKED, SUBMITTED, ASKED],
            OrderState::Failed,
        ),
        // What it says of the very order it was given is believed, and the order sent again later.
        (vec![Word("not_found")], vec![SUBMITTED, SUBMITTED], OrderState::Succeeded),
        // Not what was ordered: nothing moves, and it is asked again.
        (vec![OtherAmount], vec![SUBMITTED, ASKED], OrderState::Succeeded),
        // It has it, and then says that it never had: that does not fit, and nothing is repeated.
        (vec![Word("pending"), Word("not_found")], vec![SUBMITTED, ASKED, ASKED], OrderState::Succeeded),
    ] {
        let mut world = World::new(&says);
        let cashier = world.cashier();
        let order = world.top_up(700);
        world.becomes(order, state);
        assert_eq!(world.script.paths(), heard, "{says:?}");
        let number = order.to_string();
        assert!(world.heard(0).iter().all(|heard| heard.number == number), "one number for ever");
        let submitted = heard.iter().filter(|path| **path == SUBMITTED).count();
        assert_eq!(world.order(order).attempts as usize, submitted, "{says:?}");
        assert_eq!(world.wallet().0, if state == OrderState::Succeeded { 700 } else { 0 }, "{says:?}");
        // It has its end: nobody is asked any more.
        thread::sleep(Duration::from_millis(2 * RETRY_MIN_MS));
        assert_eq!(world.script.paths().len(), heard.len(), "{says:?}");
        cashier.stop();
    }
}

#[test]
fn a_provider_that_says_nothing_is_asked_less_and_less_often() {
    let mut world = World::new(&[Say::Nothing; 6]);
    let cashier = world.cashier();
    let order = world.top_up(700);
    world.becomes(order, OrderState::Succeeded);
    let heard = world.heard(7);
    let waits: Vec<u128> = heard.windows(2).map(|two| (two[1].at - two[0].at).as_millis()).collect();
    for (n, wait) in waits.iter().enumerate() {
        let expected = u128::from((RETRY_MIN_MS << n).min(RETRY_MAX_MS));
        // A few ms are lost between the answer and its being heard; how much later it is depends on the machine.
        assert!(*wait + 2 >= expected, "wait {n} of {waits:?}");
    }
    cashier.stop();
}

/// A cashier that begins anew knows nothing, and does nothing twice.
#[test]
fn whoever_begins_anew_asks_first() {
    for (says, state) in [
        (Say::Nothing, OrderState::Unknown),
        (Say::Unsigned, OrderState::Unknown),
        (Say::Word("pending"), OrderState::Submitted),
    ] {
        let mut world = World::new(&[says]);
        world.config.retry_min_ms = 60_000;
        world.config.retry_max_ms = 60_000;
        let first = world.cashier();
        let order = world.top_up(700);
        world.heard(1);
        first.stop();
        assert_eq!(world.order(order).state, state);
        // However long the first one would have waited: the second begins at once, with a question.
        let second = world.cashier();
        world.becomes(order, OrderState::Succeeded);
        assert_eq!(world.script.paths(), [SUBMITTED, ASKED], "{says:?}");
        second.stop();
        assert_eq!((world.order(order).attempts, world.wallet()), (1, (700, 0)));
    }
}

/// What was ordered while there was no cashier is found.
#[test]
fn orders_wait_for_a_cashier() {
    let mut world = World::new(&[]);
    let orders: Vec<OrderId> = (1..=100).map(|amount| world.top_up(amount)).collect();
    assert!(world.script.paths().is_empty());
    world.script.next.lock().unwrap().extend([Say::Word("failed"); 100]);
    let cashier = world.cashier();
    for order in orders {
        world.becomes(order, OrderState::Failed);
    }
    assert_eq!(world.script.paths(), vec![SUBMITTED; 100]);
    cashier.stop();
}

#[test]
fn an_order_that_takes_long_holds_up_no_other() {
    let mut world = World::new(&[Say::After(1_500, "succeeded")]);
    let cashier = world.cashier();
    let slow = world.top_up(700);
    world.heard(1);
    let quick = world.top_up(700);
    world.becomes(quick, OrderState::Succeeded);
    assert_eq!(world.order(slow).state, OrderState::Unknown, "it is still under way");
    world.becomes(slow, OrderState::Succeeded);
    assert_eq!(world.script.paths(), [SUBMITTED, SUBMITTED], "nobody asked of it meanwhile");
    cashier.stop();
}

/// A cashier without its provider leaves that one's orders as they are.
#[test]
fn without_a_line_orders_of_a_provider_wait() {
    let mut world = World::new(&[]);
    let order = world.top_up(700);
    let without = Cashier::start(&world.config, None, world.bus.clone()).unwrap();
    thread::sleep(Duration::from_millis(5 * TICK_MS));
    without.stop();
    assert_eq!((world.order(order).state, world.order(order).attempts), (OrderState::Created, 0));
    let cashier = world.cashier();
    world.becomes(order, OrderState::Succeeded);
    cashier.stop();
}

/// The clocks of the two sides jump: what is signed then is not believed, the order stays open, and nothing is repeated.
#[test]
fn a_clock_that_jumps_costs_time_and_nothing_else() {
    for jump_s in [3_600, -3_600, 301] {
        let mut world = World::new(&[]);
        world.script.clock_off_s.store(jump_s, Ordering::Relaxed);
        let cashier = world.cashier();
        let order = world.top_up(700);
        world.heard(3);
        assert_eq!((world.order(order).state, world.wallet().0), (OrderState::Unknown, 0), "{jump_s}");
        let door = Door::new(Secret::new(SECRET.as_bytes()));
        let called = world.calls(&door, order, "succeeded", 700, now_s() + jump_s);
        assert_eq!(called, Err(Turned::Unbelieved(Unbelieved::Timestamp)), "{jump_s}");
        world.script.clock_off_s.store(0, Ordering::Relaxed);
        world.becomes(order, OrderState::Succeeded);
        let paths = world.script.paths();
        assert_eq!(paths.iter().filter(|path| *path == SUBMITTED).count(), 1, "{jump_s}: {paths:?}");
        cashier.stop();
        assert_eq!((world.order(order).attempts, world.wallet().0), (1, 700));
    }
}

/// Calls that come twice, late, and in any order, while the cashier is asking: each order of four calls, for a withdrawal.
#[test]
fn whatever_order_calls_come_in_money_moves_once() {
    let words = ["pending", "succeeded", "returned", "succeeded"];
    let mut orders: Vec<Vec<usize>> = vec![vec![]];
    for _ in 0..words.len() {
        orders = orders
            .iter()
            .flat_map(|order| (0..words.len()).filter(|n| !order.contains(n)).map(|n| [&order[..], &[n]].concat()))
            .collect();
    }
    assert_eq!(orders.len(), 24);
    let mut world = World::new(&[Say::Word("succeeded")]);
    let cashier = world.cashier();
    let first = world.top_up(10_000);
    world.becomes(first, OrderState::Succeeded);
    for order in orders {
        // The provider itself says "pending" whenever it is asked.
        world.script.next.lock().unwrap().extend([Say::Word("pending"); 2]);
        let before = world.heard(0).len();
        let withdrawal = world.withdraw(300);
        // A provider calls about what it has.
        world.heard(before + 1);
        let door = Door::new(Secret::new(SECRET.as_bytes()));
        // Read once: else a second that passes between two calls gives both the same time, and they are one call.
        let now = now_s();
        for (n, word) in order.iter().map(|n| words[*n]).enumerate() {
            // Now and then the cashier comes between.
            thread::sleep(Duration::from_millis(n as u64 * TICK_MS / 2));
            let at_s = now - n as i64;
            assert_eq!(world.calls(&door, withdrawal, word, 300, at_s), Ok(()), "{order:?}");
            assert_eq!(world.calls(&door, withdrawal, word, 300, at_s), Err(Turned::Replayed), "{order:?}");
        }
        let stands = world.order(withdrawal);
        assert_eq!((stands.state, stands.raised.len()), (OrderState::Returned, 0), "{order:?}");
        assert_eq!(world.wallet(), (10_000, 0), "{order:?}");
        world.script.next.lock().unwrap().clear();
    }
    // What cannot be: the opposite of how it ended. It is raised once, and moves nothing.
    let top_up = world.top_up(500);
    world.becomes(top_up, OrderState::Succeeded);
    let door = Door::new(Secret::new(SECRET.as_bytes()));
    for (n, word) in ["failed", "returned", "failed"].into_iter().enumerate() {
        assert_eq!(world.calls(&door, top_up, word, 500, now_s() - n as i64), Ok(()));
    }
    let raised: Vec<Word> = world.order(top_up).raised.iter().map(|raised| raised.word).collect();
    assert_eq!((raised, world.wallet()), (vec![Word::Failed, Word::Returned], (10_500, 0)));
    cashier.stop();
}
