//! What operators see and do of reconciliation.

use laisee_bus::Bus;
use laisee_core::{
    command::{Command, RecordDifference, RecordRun},
    fen::Fen,
    ids::{Millis, Position, ShardId, UserId},
    operator::Role,
    reconciliation::{Difference, DifferenceKind, Place, Ran},
};
use serde_json::{Value, json};

use crate::world::World;

fn difference(kind: DifferenceKind, subject: u64, gap: i64) -> Difference {
    Difference {
        kind,
        subject,
        user: Some(UserId(77)),
        place: Place { shard: ShardId(1), position: Position(9) },
        other: Some(Place { shard: ShardId(0), position: Position(4) }),
        at: Millis(1_000),
        expected: Fen(gap),
        found: Fen(0),
        words: format!("{subject} lacks {gap} fen"),
    }
}

async fn record(world: &World, difference: Difference, repairable: bool) {
    let record = RecordDifference { difference, repairable };
    world.bus.call(Command::RecordDifference(record), None).await.unwrap();
}

fn subjects(page: &Value) -> Vec<&str> {
    page["differences"].as_array().unwrap().iter().map(|one| one["subject"].as_str().unwrap()).collect()
}

const PATH: &str = "/v1/admin/reconciliation/differences";

#[tokio::test]
async fn differences_are_listed_filtered_sorted_and_closed_with_a_reason() {
    let world = World::new();
    for (subject, gap) in [(1, 30), (2, 10), (3, 20)] {
        record(&world, difference(DifferenceKind::CreditTwice, subject, gap), false).await;
    }
    record(&world, difference(DifferenceKind::CreditMissing, 4, 5), true).await;
    let token = world.operator_token("fay", Role::Finance).await;
    let none = json!({});
    let list = async |query: &str| {
        let reply = world.admin("GET", &format!("{PATH}{query}"), &token, &none).await;
        assert_eq!(reply.status, 200, "{query}: {reply:?}");
        reply.json()
    };
    // The place is the same for three of them, which are one: the evidence of the first stays until it changes.
    let all = list("").await;
    assert_eq!((&all["total"], &all["pending"]), (&json!("2"), &json!("2")), "{all}");
    for (subject, gap) in [(5, 30), (6, 10), (7, 20)] {
        record(&world, difference(DifferenceKind::PacketSum, subject, gap), false).await;
    }
    assert_eq!(subjects(&list("?kind=packet-sum&sort=amount").await), ["6", "7", "5"]);
    assert_eq!(subjects(&list("?kind=packet-sum&sort=-amount").await), ["5", "7", "6"]);
    assert_eq!(subjects(&list("?state=OPEN").await), ["4"]);
    assert_eq!(subjects(&list("?user=78").await), Vec::<&str>::new());
    assert_eq!(subjects(&list("?shard=0").await), Vec::<&str>::new());
    let first = list("?kind=packet-sum&sort=amount&limit=2").await;
    let next = first["next"].as_str().unwrap();
    assert_eq!(subjects(&first), ["6", "7"]);
    let second = list(&format!("?kind=packet-sum&sort=amount&limit=2&after={next}")).await;
    assert_eq!((subjects(&second), second["next"].as_str().unwrap_or_default()), (vec!["5"], ""));

    let id = first["differences"][0]["id"].as_str().unwrap();
    let one = world.admin("GET", &format!("{PATH}/{id}"), &token, &none).await.json()["difference"].clone();
    assert_eq!((&one["kind"], &one["state"]), (&json!("packet-sum"), &json!("DIFFERENCE_STATE_RAISED")), "{one}");
    assert_eq!((&one["shard"], &one["position"], &one["otherPosition"]), (&json!(1), &json!("9"), &json!("4")));
    let close = format!("{PATH}/{id}/close");
    let refused = world.admin("POST", &close, &token, &json!({})).await;
    assert_eq!((refused.status, refused.code().as_str()), (422, "REASON_INVALID"));
    let closed = world.admin("POST", &close, &token, &json!({ "reason": "paid by hand" })).await.json();
    assert_eq!(closed["difference"]["state"], json!("DIFFERENCE_STATE_CLOSED"));
    assert_eq!(
        (&closed["difference"]["closedBy"], &closed["difference"]["closedReason"]),
        (&json!("fay"), &json!("paid by hand"))
    );

    let audit = world.admin("GET", "/v1/admin/audit?action=reconciliation.close", &token, &none).await.json();
    let [row] = &audit["rows"].as_array().unwrap()[..] else { panic!("{audit}") };
    assert_eq!(
        (&row["target"], &row["before"], &row["reason"]),
        (&json!(id), &json!("raised"), &json!("paid by hand"))
    );
}

#[tokio::test]
async fn what_is_wrong_in_a_request_is_said() {
    let world = World::new();
    let finance = world.operator_token("fay", Role::Finance).await;
    let support = world.operator_token("sue", Role::Support).await;
    for (token, method, path, body, status, code) in [
        (&support, "GET", PATH.to_owned(), json!({}), 403, "ROLE_INSUFFICIENT"),
        (&finance, "GET", format!("{PATH}?kind=gift"), json!({}), 400, "MALFORMED"),
        (&finance, "GET", format!("{PATH}?state=lost"), json!({}), 400, "MALFORMED"),
        (&finance, "GET", format!("{PATH}?sort=size"), json!({}), 400, "MALFORMED"),
        (&finance, "GET", format!("{PATH}?shard=70000"), json!({}), 400, "MALFORMED"),
        (&finance, "GET", format!("{PATH}?after=x"), json!({}), 400, "BAD_PAGE_TOKEN"),
        (&finance, "GET", format!("{PATH}/5"), json!({}), 422, "NO_SUCH_DIFFERENCE"),
        (&finance, "POST", format!("{PATH}/5/close"), json!({ "reason": "x" }), 422, "NO_SUCH_DIFFERENCE"),
        (&finance, "POST", RUNS.to_owned(), json!({ "day": "yesterday", "reason": "x" }), 400, "MALFORMED"),
        (&finance, "POST", RUNS.to_owned(), json!({ "day": "2999-01-01", "reason": "x" }), 422, "DAY_NOT_OVER"),
        (&finance, "POST", RUNS.to_owned(), json!({ "day": "2026-01-01", "reason": "" }), 422, "REASON_INVALID"),
    ] {
        let reply = world.admin(method, &path, token, &body).await;
        assert_eq!((reply.status, reply.code().as_str()), (status, code), "{method} {path} {body}");
    }
}

const RUNS: &str = "/v1/admin/reconciliation/runs";

#[tokio::test]
async fn a_closed_day_can_be_asked_for_again() {
    let world = World::new();
    let token = world.operator_token("fay", Role::Finance).await;
    let (began, ended) = (Millis(5), Millis(6));
    let ran = Ran { began, ended, facts: 12, rows: 3, differences: 1 };
    world.bus.call(Command::RecordRun(RecordRun { day: 20_000, ran }), None).await.unwrap();
    let runs = async || world.admin("GET", RUNS, &token, &json!({})).await.json()["runs"].clone();
    let before = runs().await;
    assert_eq!((&before[0]["day"], &before[0]["compared"]), (&json!("2024-10-04"), &json!("12")), "{before}");
    assert!(before[0].get("waits").is_none_or(|waits| waits == &json!(false)));
    let ask = json!({ "day": "2024-10-04", "reason": "a customer asks" });
    assert_eq!(world.admin("POST", RUNS, &token, &ask).await.status, 200);
    let after = runs().await;
    assert_eq!((&after[0]["waits"], &after[0]["askedBy"]), (&json!(true), &json!("fay")), "{after}");
}
