//! Orders at the operators' desk: lists over all shards, lives, and what finance may do about one.

use std::time::Duration;

use laisee_bus::Bus;
use laisee_core::{
    command::{Command, HearOrder, SubmitOrder},
    fen::Fen,
    ids::OrderId,
    operator::Role,
    order::{Payments, Word},
    settings::Settings,
};
use serde_json::{Value, json};

use crate::world::{PASSWORD, Person, World, config, id, made_up_id, name_in, new_id};

/// Orders wait for a provider's word; the tests are the cashier and the provider.
fn world() -> World {
    World::with(config(), Settings { payments: Payments::Webhook, ..Settings::default() })
}

impl World {
    async fn order_top_up(&self, person: &Person, amount: i64) -> u64 {
        let body = json!({ "id": new_id(), "amount": amount.to_string() });
        id(&self.rest("POST", "/v1/wallet/top-up", person, &body).await.json()["order"])
    }

    async fn submit(&self, order: u64) {
        self.bus.call(Command::SubmitOrder(SubmitOrder { order: OrderId(order) }), None).await.unwrap();
    }

    async fn hear(&self, order: u64, word: Word, amount: i64) {
        let (reference, reason) = ("p1".to_owned(), "said so".to_owned());
        let heard = HearOrder { order: OrderId(order), word, amount: Some(Fen(amount)), reference, reason };
        self.bus.call(Command::HearOrder(heard), None).await.unwrap();
    }

    async fn life(&self, token: &str, order: u64) -> Value {
        let reply = self.admin("GET", &format!("/v1/admin/orders/{order}"), token, &json!({})).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.json()
    }

    /// What came of something done about an order: its code, or its status.
    async fn handle(&self, token: &str, order: u64, deed: &str, reason: &str) -> String {
        let path = format!("/v1/admin/orders/{order}/{deed}");
        let reply = self.admin("POST", &path, token, &json!({ "reason": reason })).await;
        if reply.status == 200 {
            reply.json()["order"]["order"]["status"].as_str().unwrap().into()
        } else {
            reply.code()
        }
    }
}

/// The kinds of the steps of a life.
fn steps(life: &Value) -> Vec<String> {
    let steps = life["steps"].as_array().unwrap().iter();
    steps.map(|step| step["kind"].as_str().unwrap().replace("ORDER_STEP_KIND_", "")).collect()
}

/// All pages of a list, as ids.
async fn listed(world: &World, token: &str, query: &str) -> Vec<u64> {
    let (mut ids, mut after) = (vec![], String::new());
    loop {
        let path = format!("/v1/admin/orders?limit=3&{query}&after={after}");
        let page = world.admin("GET", &path, token, &json!({})).await;
        assert_eq!(page.status, 200, "{query}: {page:?}");
        let page = page.json();
        assert_eq!(page["complete"], json!(true));
        ids.extend(page["orders"].as_array().unwrap().iter().map(|order| id(&order["order"]["id"])));
        after = page["next"].as_str().unwrap().to_owned();
        if after.is_empty() {
            return ids;
        }
    }
}

#[tokio::test]
async fn lists_sort_and_filter_over_all_shards_page_by_page() {
    let world = world();
    let fay = world.operator_token("fay", Role::Finance).await;
    let people = [world.sign_up(&name_in(0)).await, world.sign_up(&name_in(1)).await];
    let mut made = vec![];
    for n in 0..11_usize {
        let amount = [500, 300, 700, 300][n % 4];
        let order = world.order_top_up(&people[n % 2], amount).await;
        if n >= 4 {
            world.submit(order).await;
        }
        match n {
            7 | 8 => world.hear(order, Word::Succeeded, amount).await,
            9 => world.hear(order, Word::Failed, amount).await,
            10 => world.hear(order, Word::Returned, amount).await,
            _ => {}
        }
        made.push((order, amount));
        // Of one moment, the ids of two shards would not say which came first.
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
    let ids = |chosen: &[usize]| chosen.iter().map(|n| made[*n].0).collect::<Vec<_>>();
    let rising: Vec<u64> = made.iter().map(|(order, _)| *order).collect();
    let falling: Vec<u64> = rising.iter().rev().copied().collect();
    assert_eq!(listed(&world, &fay, "").await, falling, "newest first");
    assert_eq!(listed(&world, &fay, "sort=created").await, rising);
    let mut by_amount = made.clone();
    by_amount.sort_by_key(|(order, amount)| (*amount, *order));
    let by_amount: Vec<u64> = by_amount.into_iter().map(|(order, _)| order).collect();
    assert_eq!(listed(&world, &fay, "sort=amount").await, by_amount);
    let turned: Vec<u64> = by_amount.iter().rev().copied().collect();
    assert_eq!(listed(&world, &fay, "sort=-amount").await, turned);
    assert_eq!(listed(&world, &fay, "sort=-changed").await.len(), made.len());

    for (query, expected) in [
        ("status=ORDER_STATUS_CREATED", ids(&[3, 2, 1, 0])),
        ("status=ORDER_STATUS_UNKNOWN", ids(&[10, 6, 5, 4])),
        ("status=ORDER_STATUS_SUCCEEDED", ids(&[8, 7])),
        ("raised=true", ids(&[10])),
        ("kind=ORDER_KIND_WITHDRAWAL", vec![]),
        (&format!("user={}&sort=created", people[1].user), ids(&[1, 3, 5, 7, 9])),
        (&format!("user={}&status=ORDER_STATUS_CREATED", people[0].user), ids(&[2, 0])),
        (&format!("user={}", made_up_id(9)), vec![]),
        ("fromMs=4102444800000", vec![]),
        ("toMs=1600000000000", vec![]),
        ("toMs=-9223372036854775808", vec![]),
        ("fromMs=-9223372036854775808&toMs=9223372036854775807", falling.clone()),
        ("fromMs=1600000000000&toMs=4102444800000&kind=ORDER_KIND_TOP_UP", falling.clone()),
    ] {
        assert_eq!(listed(&world, &fay, query).await, expected, "{query}");
    }
    for (query, code) in [("sort=colour", "MALFORMED"), ("after=xyz", "BAD_PAGE_TOKEN")] {
        let reply = world.admin("GET", &format!("/v1/admin/orders?{query}"), &fay, &json!({})).await;
        assert_eq!(reply.code(), code, "{query}");
    }
}

#[tokio::test]
async fn a_life_is_shown_and_the_provider_asked_again() {
    let world = world();
    let fay = world.operator_token("fay", Role::Finance).await;
    let ann = world.sign_up("ann").await;
    let order = world.order_top_up(&ann, 700).await;
    let life = world.life(&fay, order).await;
    assert_eq!((steps(&life), &life["mayBeAsked"]), (vec!["CREATED".to_owned()], &json!(false)));
    assert_eq!((id(&life["order"]["user"]), &life["order"]["userName"]), (ann.user, &json!("ann")));
    assert_eq!(world.handle(&fay, order, "ask", "it has been a day").await, "ORDER_NOT_SUBMITTED");
    world.submit(order).await;
    assert_eq!(world.life(&fay, order).await["mayBeAsked"], json!(true));
    assert_eq!(world.handle(&fay, order, "ask", " ").await, "REASON_INVALID");
    assert_eq!(world.handle(&fay, order, "ask", "it has been a day").await, "ORDER_STATUS_UNKNOWN");
    world.hear(order, Word::Succeeded, 700).await;
    assert_eq!(world.handle(&fay, order, "ask", "once more").await, "ORDER_ENDED");
    assert_eq!(world.handle(&fay, order, "settle", "once more").await, "ORDER_ENDED");
    world.hear(order, Word::Failed, 700).await;
    assert_eq!(world.handle(&fay, order, "close", "taken back in writing").await, "ORDER_STATUS_SUCCEEDED");
    assert_eq!(world.handle(&fay, order, "close", "again").await, "NOTHING_RAISED");
    let life = world.life(&fay, order).await;
    assert_eq!(steps(&life), ["CREATED", "HANDED_OVER", "ASKED", "SAID", "RAISED", "RAISED_CLOSED"]);
    let (asked, said) = (&life["steps"][2], &life["steps"][3]);
    assert_eq!((&asked["byName"], &asked["reason"]), (&json!("fay"), &json!("it has been a day")));
    assert_eq!((&said["word"], &said["reference"]), (&json!("PROVIDER_WORD_SUCCEEDED"), &json!("p1")));
    assert_eq!(world.rest("GET", "/v1/wallet", &ann, &json!({})).await.json()["balance"], json!("700"), "once");
}

#[tokio::test]
async fn only_what_is_certain_is_settled_by_hand() {
    let world = world();
    let (sue, fay) =
        (world.operator_token("sue", Role::Support).await, world.operator_token("fay", Role::Finance).await);
    let ann = world.sign_up("ann").await;
    let paid_in = world.order_top_up(&ann, 1_000).await;
    world.submit(paid_in).await;
    world.hear(paid_in, Word::Succeeded, 1_000).await;
    let pin = json!({ "pin": "135790", "password": PASSWORD });
    assert_eq!(world.rest("PUT", "/v1/wallet/pin", &ann, &pin).await.status, 200);
    let withdraw = async |amount: i64| {
        let body = json!({ "id": new_id(), "amount": amount.to_string(), "destination": "bank 42", "pin": "135790" });
        id(&world.rest("POST", "/v1/wallet/withdraw", &ann, &body).await.json()["order"])
    };
    let (waits, sent) = (withdraw(300).await, withdraw(200).await);
    world.submit(sent).await;
    let money = async || {
        let wallet = world.rest("GET", "/v1/wallet", &ann, &json!({})).await.json();
        (id(&wallet["balance"]), id(&wallet["held"]))
    };
    assert_eq!(money().await, (500, 500));
    for deed in ["ask", "settle", "close"] {
        assert_eq!(world.handle(&sue, waits, deed, "why").await, "ROLE_INSUFFICIENT", "{deed}");
        assert_eq!(world.handle(&ann.token, waits, deed, "why").await, "OPERATOR_UNAUTHENTICATED", "{deed}");
        for none in [made_up_id(0), made_up_id(9), 0] {
            assert_eq!(world.handle(&fay, none, deed, "why").await, "NO_SUCH_ORDER", "{deed} {none}");
        }
    }
    assert_eq!(world.life(&fay, sent).await["mayBeSettled"], json!(false));
    assert_eq!(world.handle(&fay, sent, "settle", "surely not paid").await, "ORDER_UNCERTAIN");
    assert_eq!(money().await, (500, 500), "nothing moved");
    assert_eq!(world.life(&fay, waits).await["mayBeSettled"], json!(true));
    assert_eq!(world.handle(&fay, waits, "settle", "the bank is closed for good").await, "ORDER_STATUS_FAILED");
    assert_eq!(money().await, (800, 200), "what was held is back");
    assert_eq!(steps(&world.life(&fay, waits).await), ["CREATED", "DECIDED", "SAID"]);
    let rows = world.admin("GET", "/v1/admin/audit?targetKind=order", &fay, &json!({})).await.json();
    let rows = rows["rows"].as_array().unwrap().clone();
    assert_eq!(rows.len(), 1, "what was refused is no act");
    let row = &rows[0];
    assert_eq!((&row["action"], id(&row["target"])), (&json!("order.settle"), waits));
    assert_eq!((&row["before"], &row["after"]), (&json!("created"), &json!("failed")));
}
