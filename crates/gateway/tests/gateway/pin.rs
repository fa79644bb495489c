//! The payment PIN, limits, withdrawals and what statements show of them (W5 to W9), over real sockets.

use laisee_core::{fen::Fen, settings::Settings};
use laisee_gateway::GatewayConfig;
use laisee_wire::v1::{self, ErrorCode, client_frame::Body as Ask, server_frame::Body as Answer};
use serde_json::json;

use crate::{
    live::Live,
    web,
    world::{PASSWORD, Person, World, config, new_id, packet, top_up},
};

const PIN: &str = "135790";
const WRONG: &str = "135791";

fn settings() -> Settings {
    Settings { pin_tries: 3, pin_lockout_ms: 60_000, ..Settings::default() }
}

async fn set_pin(world: &World, person: &Person) {
    let body = json!({ "pin": PIN, "password": PASSWORD });
    let answer = world.rest("PUT", "/v1/wallet/pin", person, &body).await;
    assert_eq!((answer.status, answer.json()["set"].as_bool()), (200, Some(true)), "{answer:?}");
}

async fn error(live: &mut Live, ask: Ask) -> v1::Error {
    match live.ask(ask).await {
        Answer::Error(error) => error,
        other => panic!("{other:?}"),
    }
}

fn withdraw(amount: i64, pin: &str) -> v1::Withdraw {
    v1::Withdraw { id: new_id(), amount, destination: "bank 42".into(), pin: pin.into() }
}

async fn balance(live: &mut Live) -> i64 {
    match live.ask(Ask::GetWallet(v1::GetWallet {})).await {
        Answer::Wallet(wallet) => wallet.balance,
        other => panic!("{other:?}"),
    }
}

/// Rule W5.
#[tokio::test]
async fn a_pin_is_set_by_password_changed_by_pin_and_locks() {
    let world = World::with(config(), settings());
    let ann = world.sign_up("ann").await;
    let put = async |body: serde_json::Value| {
        let answer = world.rest("PUT", "/v1/wallet/pin", &ann, &body).await;
        if answer.status == 200 { "OK".to_owned() } else { answer.code() }
    };
    for (body, expected) in [
        (json!({ "pin": PIN }), "MALFORMED"),
        (json!({ "pin": "12345", "password": PASSWORD }), "PIN_INVALID"),
        (json!({ "pin": "111111", "password": PASSWORD }), "PIN_INVALID"),
        (json!({ "pin": PIN, "currentPin": PIN }), "PIN_NOT_SET"),
        (json!({ "pin": PIN, "password": "wrong horse" }), "PASSWORD_WRONG"),
        (json!({ "pin": PIN, "password": PASSWORD }), "OK"),
        (json!({ "pin": "246801", "currentPin": WRONG }), "PIN_WRONG"),
        (json!({ "pin": "246801", "currentPin": PIN }), "OK"),
        (json!({ "pin": PIN, "currentPin": PIN }), "PIN_WRONG"),
        (json!({ "pin": PIN, "currentPin": PIN }), "PIN_WRONG"),
        (json!({ "pin": PIN, "currentPin": PIN }), "PIN_LOCKED"),
        (json!({ "pin": PIN, "currentPin": "246801" }), "PIN_LOCKED"),
        (json!({ "pin": PIN, "password": PASSWORD }), "OK"),
        (json!({ "pin": "246801", "currentPin": PIN }), "OK"),
    ] {
        assert_eq!(put(body.clone()).await, expected, "{body}");
    }
    let pin = web::get(&world.addr, "/v1/wallet/pin", Some(&ann.token)).await.json();
    assert_eq!((pin["set"].as_bool(), pin["triesLeft"].as_u64()), (Some(true), Some(3)), "{pin}");
}

/// Rule W6: a session alone empties no wallet, on either road, and a repetition costs no try.
#[tokio::test]
async fn withdrawals_and_large_packets_need_the_pin() {
    let world = World::with(config(), settings());
    let (ann, bob, _) = world.ann_and_bob().await;
    let group = world.group(&ann, &[&bob]).await;
    let mut live = world.live(&ann).await;
    live.ask(top_up(100_000)).await;
    let large = v1::SendPacket { pin: String::new(), ..packet(group, 20_000, 2) };
    assert_eq!(live.refused(Ask::SendPacket(large.clone())).await, ErrorCode::PinNotSet);
    assert_eq!(live.refused(Ask::Withdraw(withdraw(1, PIN))).await, ErrorCode::PinNotSet);
    set_pin(&world, &ann).await;
    assert_eq!(live.refused(Ask::SendPacket(large.clone())).await, ErrorCode::PinRequired);
    assert_eq!(live.refused(Ask::Withdraw(withdraw(1, ""))).await, ErrorCode::PinRequired);
    let wrong = error(&mut live, Ask::SendPacket(v1::SendPacket { pin: WRONG.into(), ..large.clone() })).await;
    assert_eq!((wrong.code(), wrong.tries_left), (ErrorCode::PinWrong, 2));
    let right = v1::SendPacket { pin: PIN.into(), ..large.clone() };
    let first = live.ask(Ask::SendPacket(right)).await;
    assert!(matches!(first, Answer::PacketFunded(_)), "{first:?}");
    assert_eq!(balance(&mut live).await, 80_000);
    // Whatever PIN a repetition brings: the first answer, and no try is lost.
    for pin in ["", WRONG, WRONG, WRONG, PIN, "nonsense"] {
        let again = v1::SendPacket { pin: pin.into(), ..large.clone() };
        assert_eq!(live.ask(Ask::SendPacket(again)).await, first, "{pin}");
    }
    let other = v1::SendPacket { greeting: "other".into(), pin: WRONG.into(), ..large };
    assert_eq!(live.refused(Ask::SendPacket(other)).await, ErrorCode::IdReused);
    let small = packet(group, 19_999, 2);
    assert!(matches!(live.ask(Ask::SendPacket(small)).await, Answer::PacketFunded(_)), "below needs none");
}

/// Rules W6 and W7: transfers empty no wallet either.
#[tokio::test]
async fn large_transfers_need_the_pin_and_count_for_the_limit() {
    let world = World::with(config(), Settings { new_send_max: Fen(30_000), ..settings() });
    let (ann, bob, conversation) = world.ann_and_bob().await;
    let mut live = world.live(&ann).await;
    live.ask(top_up(100_000)).await;
    let transfer = |amount| v1::SendTransfer {
        id: new_id(),
        conversation,
        receiver: bob.user,
        amount,
        arrival: v1::Arrival::AtOnce.into(),
        ..v1::SendTransfer::default()
    };
    let large = transfer(20_000);
    let with = |pin: &str| Ask::SendTransfer(v1::SendTransfer { pin: pin.into(), ..large.clone() });
    assert_eq!(live.refused(with("")).await, ErrorCode::PinNotSet);
    set_pin(&world, &ann).await;
    assert_eq!(live.refused(with("")).await, ErrorCode::PinRequired);
    assert_eq!(live.refused(with(WRONG)).await, ErrorCode::PinWrong);
    let first = live.ask(with(PIN)).await;
    assert!(matches!(first, Answer::TransferFunded(_)), "{first:?}");
    for pin in ["", WRONG, WRONG, WRONG, PIN] {
        assert_eq!(live.ask(with(pin)).await, first, "a repetition costs no try");
    }
    assert_eq!(balance(&mut live).await, 80_000);
    let over = error(&mut live, Ask::SendTransfer(transfer(30_001))).await;
    assert_eq!((over.code(), over.left_fen), (ErrorCode::LimitPerTransaction, 30_000));
}

/// Rules W2 and W5: a thousand guesses at once are no more than those that are allowed.
#[tokio::test]
async fn guesses_at_once_are_counted_before_they_are_looked_at() {
    let world = World::with(config(), settings());
    let ann = world.sign_up("ann").await;
    set_pin(&world, &ann).await;
    let mut live = world.live(&ann).await;
    live.ask(top_up(1_000)).await;
    let guesses = (0..12).map(|n| {
        let body = json!({ "id": new_id(), "amount": "1", "destination": "bank", "pin": format!("2468{n:02}") });
        let (addr, token) = (world.addr.clone(), ann.token.clone());
        async move { web::post(&addr, "/v1/wallet/withdraw", Some(&token), &body).await.code() }
    });
    let answers = futures_util::future::join_all(guesses).await;
    let wrong = answers.iter().filter(|code| *code == "PIN_WRONG").count();
    let locked = answers.iter().filter(|code| *code == "PIN_LOCKED").count();
    assert_eq!((wrong, locked), (2, 10), "{answers:?}");
    let right = error(&mut live, Ask::Withdraw(withdraw(1, PIN))).await;
    assert_eq!(right.code(), ErrorCode::PinLocked);
    assert!(right.until_ms > 0, "it says until when");
    assert_eq!(balance(&mut live).await, 1_000);
}

/// Rule W5: a try that nobody has time to look at is none.
#[tokio::test]
async fn a_full_queue_of_hashing_costs_no_try() {
    let settings = Settings { pin_tries: 100, ..settings() };
    let world = World::with(GatewayConfig { password_queue_max: 1, ..config() }, settings);
    let ann = world.sign_up("ann").await;
    set_pin(&world, &ann).await;
    let guesses = (0..40).map(|n| {
        let body = json!({ "id": new_id(), "amount": "1", "destination": "bank", "pin": format!("2468{n:02}") });
        let (addr, token) = (world.addr.clone(), ann.token.clone());
        async move { web::post(&addr, "/v1/wallet/withdraw", Some(&token), &body).await.code() }
    });
    let answers = futures_util::future::join_all(guesses).await;
    let [wrong, busy] = ["PIN_WRONG", "BUSY"].map(|code| answers.iter().filter(|answer| *answer == code).count());
    assert_eq!(wrong + busy, 40, "{answers:?}");
    assert!(wrong > 0 && busy > 0, "{answers:?}");
    let pin = web::get(&world.addr, "/v1/wallet/pin", Some(&ann.token)).await.json();
    assert_eq!(pin["triesLeft"].as_u64(), Some(100 - wrong as u64), "{answers:?}");
}

/// Rule W5: PIN and password are locked each by its own tries, and each says its own time.
#[tokio::test]
async fn whoever_is_locked_is_told_until_when_of_what() {
    let world = World::with(config(), settings());
    let ann = world.sign_up("ann").await;
    set_pin(&world, &ann).await;
    let mut live = world.live(&ann).await;
    live.ask(top_up(1_000)).await;
    let by_pin = || v1::SetPin { pin: "246801".into(), current_pin: WRONG.into(), ..v1::SetPin::default() };
    let by_password = || v1::SetPin { pin: "246801".into(), password: "wrong horse".into(), ..v1::SetPin::default() };
    for _ in 0..3 {
        error(&mut live, Ask::SetPin(by_pin())).await;
    }
    let pin_until = error(&mut live, Ask::SetPin(by_pin())).await.until_ms;
    // So that the two times differ.
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    let mut last = 0;
    for _ in 0..3 {
        last = error(&mut live, Ask::SetPin(by_password())).await.until_ms;
    }
    let password_until = error(&mut live, Ask::SetPin(by_password())).await;
    assert_eq!((password_until.code(), password_until.until_ms), (ErrorCode::PinLocked, last));
    assert!(password_until.until_ms >= pin_until + 20, "{pin_until} {}", password_until.until_ms);
    // The PIN's time is its own, on every road: changing it, and paying with it or without.
    for ask in [Ask::SetPin(by_pin()), Ask::Withdraw(withdraw(1, PIN)), Ask::Withdraw(withdraw(1, ""))] {
        let locked = error(&mut live, ask).await;
        assert_eq!((locked.code(), locked.until_ms), (ErrorCode::PinLocked, pin_until));
    }
    let pin = web::get(&world.addr, "/v1/wallet/pin", Some(&ann.token)).await.json();
    assert_eq!(pin["lockedUntilMs"].as_str(), Some(pin_until.to_string().as_str()), "{pin}");
}

/// Rule W7.
#[tokio::test]
async fn limits_say_what_is_left() {
    let tight = Settings {
        new_top_up_max: Fen(1_000),
        new_top_up_day_max: Fen(1_500),
        new_send_max: Fen(300),
        new_withdraw_max: Fen(200),
        ..settings()
    };
    let world = World::with(config(), tight);
    let (ann, bob, _) = world.ann_and_bob().await;
    let group = world.group(&ann, &[&bob]).await;
    set_pin(&world, &ann).await;
    let mut live = world.live(&ann).await;
    let told = |error: v1::Error| (error.code(), error.left_fen);
    assert_eq!(told(error(&mut live, top_up(1_001)).await), (ErrorCode::LimitPerTransaction, 1_000));
    live.ask(top_up(1_000)).await;
    assert_eq!(told(error(&mut live, top_up(501)).await), (ErrorCode::LimitPerDay, 500));
    let send = Ask::SendPacket(packet(group, 301, 2));
    assert_eq!(told(error(&mut live, send).await), (ErrorCode::LimitPerTransaction, 300));
    let out = Ask::Withdraw(withdraw(201, PIN));
    assert_eq!(told(error(&mut live, out).await), (ErrorCode::LimitPerTransaction, 200));
    let body = json!({ "id": new_id(), "amount": "501" });
    let over_rest = world.rest("POST", "/v1/wallet/top-up", &ann, &body).await;
    assert_eq!((over_rest.status, over_rest.json()["leftFen"].as_str()), (422, Some("500")), "{over_rest:?}");
    let Answer::Wallet(wallet) = live.ask(Ask::GetWallet(v1::GetWallet {})).await else { panic!("no wallet") };
    assert_eq!(wallet.top_up, Some(v1::Limit { each: 1_000, day: 1_500, left: 500 }));
}

/// Rules W8 and W9.
#[tokio::test]
async fn a_statement_finds_what_is_looked_for() {
    let world = World::with(config(), settings());
    let (ann, bob, _) = world.ann_and_bob().await;
    let group = world.group(&ann, &[&bob]).await;
    set_pin(&world, &bob).await;
    let mut live = world.live(&ann).await;
    live.ask(top_up(5_000)).await;
    let sent = v1::SendPacket { greeting: "Spring luck".into(), ..packet(group, 1_000, 1) };
    let sent = crate::world::send_packet(&mut live, sent).await;
    let mut bobs = world.live(&bob).await;
    bobs.ask(Ask::OpenPacket(v1::OpenPacket { packet: sent })).await;
    crate::world::eventually(async || (balance(&mut bobs).await == 1_000).then_some(())).await;
    let Answer::Withdrawn(withdrawn) = bobs.ask(Ask::Withdraw(withdraw(400, PIN))).await else { panic!("not ordered") };
    assert_eq!((withdrawn.status(), withdrawn.balance), (v1::OrderStatus::Succeeded, 600));

    let lines = async |live: &mut Live, ask: v1::GetStatement| match live.ask(Ask::GetStatement(ask)).await {
        Answer::Statement(page) => page.movements.iter().map(|line| line.amount).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let all = v1::GetStatement::default;
    let search = |text: &str| v1::GetStatement { search: text.into(), ..all() };
    assert_eq!(lines(&mut bobs, all()).await, [-400, 1_000]);
    let withdrawals = vec![v1::MovementKind::Withdrawal.into()];
    assert_eq!(lines(&mut bobs, v1::GetStatement { kinds: withdrawals, ..all() }).await, [-400]);
    assert_eq!(lines(&mut bobs, v1::GetStatement { direction: v1::Direction::In.into(), ..all() }).await, [1_000]);
    assert_eq!(lines(&mut bobs, v1::GetStatement { amount_min: 401, ..all() }).await, [1_000]);
    assert_eq!(lines(&mut bobs, v1::GetStatement { amount_max: 400, ..all() }).await, [-400]);
    assert_eq!(lines(&mut bobs, v1::GetStatement { to_ms: 1, ..all() }).await, [] as [i64; 0]);
    assert_eq!(lines(&mut bobs, v1::GetStatement { from_ms: 1, ..all() }).await, [-400, 1_000]);
    assert_eq!(lines(&mut bobs, search("ANN")).await, [1_000], "by the counterpart's name");
    assert_eq!(lines(&mut bobs, search("bank")).await, [-400], "by the note");
    assert_eq!(lines(&mut bobs, search(&sent.to_string())).await, [1_000], "by the packet");
    assert_eq!(lines(&mut bobs, search(&withdrawn.order.to_string())).await, [-400], "by the order");
    assert_eq!(lines(&mut bobs, search("4.00")).await, [-400], "by the amount");
    assert_eq!(lines(&mut bobs, search("nothing of the kind")).await, [] as [i64; 0]);
    assert_eq!(lines(&mut live, search("spring")).await, [-1_000]);
    assert_eq!(bobs.refused(Ask::GetStatement(search(&"x".repeat(101)))).await, ErrorCode::TooLarge);

    let Answer::Orders(orders) = bobs.ask(Ask::ListOrders(v1::ListOrders::default())).await else { panic!("none") };
    assert_eq!(orders.orders.iter().map(|order| order.id).collect::<Vec<_>>(), [withdrawn.order]);
    let mine = Ask::GetOrder(v1::GetOrder { order: withdrawn.order });
    assert!(matches!(bobs.ask(mine.clone()).await, Answer::Order(_)));
    assert_eq!(live.refused(mine).await, ErrorCode::NoSuchOrder, "another's order is none");
}

/// Rule W10.
#[tokio::test]
async fn a_statement_can_be_had_as_a_file() {
    let world = World::with(config(), settings());
    let (ann, bob, _) = world.ann_and_bob().await;
    let group = world.group(&ann, &[&bob]).await;
    let mut live = world.live(&ann).await;
    live.ask(top_up(90_000)).await;
    for n in 0..230 {
        let greeting = if n == 0 { "=cmd(),\"x\"".to_owned() } else { format!("luck {n}") };
        live.ask(Ask::SendPacket(v1::SendPacket { greeting, ..packet(group, 100, 1) })).await;
    }
    let get =
        async |query: &str| web::get(&world.addr, &format!("/v1/wallet/statement.csv{query}"), Some(&ann.token)).await;
    let whole = get("?zone=%2B08:00").await;
    assert_eq!(whole.field("content-type"), Some("text/csv; charset=utf-8; header=present"));
    // The test's client does not take chunks apart; each piece's length stands in a line of its own.
    let lines: Vec<&str> = whole.body.split("\r\n").filter(|line| line.contains(',')).collect();
    assert!(
        lines[0].ends_with(
            "number,time (UTC+08:00),kind,amount (CNY),balance (CNY),counterpart,packet,transfer,order,note"
        )
    );
    assert_eq!(lines.len(), 1 + 231, "beyond a page, and each line once");
    assert!(lines[1].starts_with("231,") && lines[1].contains(",packet sent,-1.00,670.00,"), "{}", lines[1]);
    let mean = lines.iter().find(|line| line.starts_with("2,")).unwrap();
    assert!(mean.ends_with(",\"'=cmd(),\"\"x\"\"\""), "{mean}");
    let few = get("?kinds=MOVEMENT_KIND_TOP_UP").await;
    assert_eq!(few.body.matches("top-up").count(), 1);
    assert_eq!(few.body.matches("packet sent").count(), 0);
    for (query, code) in [("?zone=east", "MALFORMED"), ("?nothing=1", "MALFORMED"), ("?kinds=TEA", "MALFORMED")] {
        assert_eq!(get(query).await.code(), code, "{query}");
    }
    let stranger = web::get(&world.addr, "/v1/wallet/statement.csv", None).await;
    assert_eq!(stranger.code(), "UNAUTHENTICATED");
}

/// Rule W11: what is not the provider's word of now does not pass, and nothing passes twice.
#[tokio::test]
async fn only_the_providers_word_of_now_is_heard() {
    use laisee_core::order::Payments;
    use laisee_payments::signature::{Purpose, Secret};
    let world = World::with(config(), Settings { payments: Payments::Webhook, ..settings() });
    let ann = world.sign_up("ann").await;
    let mut live = world.live(&ann).await;
    let Answer::ToppedUp(ordered) = live.ask(top_up(500)).await else { panic!("not ordered") };
    assert_eq!((ordered.status(), ordered.balance), (v1::OrderStatus::Created, 0));
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() as i64;
    let call_as = async |purpose: Purpose<'_>, secret: &[u8], at: i64, body: &serde_json::Value| {
        let body = body.to_string();
        let signature = Secret::new(secret).sign(purpose, at, body.as_bytes());
        let fields = format!("laisee-timestamp: {at}\r\nlaisee-signature: {signature}\r\n");
        web::send(&world.addr, "POST", "/v1/payments/webhook", &fields, body.as_bytes()).await
    };
    let call = async |secret: &[u8], at: i64, body: &serde_json::Value| call_as(Purpose::Call, secret, at, body).await;
    let ours = crate::world::PROVIDER_SECRET;
    let word =
        |status: &str, amount: i64| json!({ "number": ordered.order.to_string(), "status": status, "amount": amount });
    let right = word("succeeded", 500);
    for (secret, at, body, status, code) in [
        (&b"another"[..], now, right.clone(), 401, "SIGNATURE_INVALID"),
        (ours, now - 301, right.clone(), 401, "TIMESTAMP_TOO_OLD"),
        (ours, now + 600, right.clone(), 401, "TIMESTAMP_TOO_OLD"),
        (ours, now, json!({ "number": "1", "status": "succeeded" }), 422, "NO_SUCH_ORDER"),
        (ours, now, json!({ "number": "tea", "status": "succeeded" }), 400, "MALFORMED"),
        (ours, now, word("rich", 500), 400, "MALFORMED"),
        (ours, now, word("not_found", 500), 400, "MALFORMED"),
    ] {
        let answer = call(secret, at, &body).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{body}");
    }
    // What was signed for another purpose is no call: an answer that was overheard, or a request of our own.
    for purpose in [Purpose::Answer { request: "v1=00" }, Purpose::Request { path: "/v1/payments/webhook" }] {
        let answer = call_as(purpose, ours, now, &right).await;
        assert_eq!((answer.status, answer.code().as_str()), (401, "SIGNATURE_INVALID"), "{purpose}");
    }
    let unsigned = web::post(&world.addr, "/v1/payments/webhook", Some(&ann.token), &right).await;
    assert_eq!(unsigned.code(), "SIGNATURE_INVALID", "a user's token is nothing here");
    assert_eq!(balance(&mut live).await, 0);
    // Taken in, and raised: it is not what was ordered.
    assert_eq!(call(ours, now, &word("succeeded", 501)).await.status, 200);
    assert_eq!(balance(&mut live).await, 0);
    assert_eq!(call(ours, now, &right).await.status, 200);
    assert_eq!(balance(&mut live).await, 500);
    let again = call(ours, now, &right).await;
    assert_eq!((again.status, again.code().as_str()), (409, "REPLAYED"));
    for (n, status) in ["succeeded", "failed", "returned", "pending"].into_iter().enumerate() {
        assert_eq!(call(ours, now - 1 - n as i64, &word(status, 500)).await.status, 200, "{status}");
    }
    assert_eq!(balance(&mut live).await, 500);
}
