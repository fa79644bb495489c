//! Everything again: with the same contents, with others, from another device, on another road, after a restart.

use laisee_core::ledger::Entry;
use laisee_gateway::http::openapi::message;
use prost_reflect::Kind;
use serde_json::{Value, json};

use super::{
    ledger::Findings,
    roads::{Road, Told},
    rows::{Again, OPERATORS, Row, USERS},
    scene::Scene,
};
use crate::world::new_id;

/// A request's other contents, one field at a time, with the field that is other. Whatever field comes to a request is tried
/// by itself.
fn others(row: &Row, body: &Value) -> Vec<(String, Value)> {
    // The id is what stays, and a PIN is no content (W6).
    let kept = ["id", "clientId", "clientMsgId", "pin"];
    let message = message(row.request);
    let fields = message.fields().filter(|field| !kept.contains(&field.json_name()) || field.kind() == Kind::Uint32);
    let other = |field: prost_reflect::FieldDescriptor| {
        let now = &body[field.json_name()];
        let value = match field.kind() {
            _ if field.is_list() => json!([]),
            Kind::Bool => json!(!now.as_bool().unwrap_or_default()),
            Kind::String if field.name() == "code" => json!("111111"),
            Kind::String => json!(format!("{} other", now.as_str().unwrap_or_default())),
            Kind::Enum(of) => {
                let names: Vec<String> = of.values().map(|value| value.name().to_owned()).collect();
                let first = names[0].clone();
                let now = now.as_str().unwrap_or(&first);
                json!(names.iter().rev().find(|name| *name != now).unwrap())
            }
            Kind::Message(of) if of.name() == "Content" => json!({ "text": { "text": "other words" } }),
            Kind::Message(_) => {
                let mut within = now.clone();
                within["name"] = json!("other");
                within
            }
            Kind::Uint32 => json!(now.as_u64().unwrap_or_default() + 1),
            Kind::Int64 | Kind::Uint64 => {
                let number: u64 = now.as_str().unwrap_or("0").parse().unwrap();
                json!((number + 1).to_string())
            }
            other => panic!("say what is another {other:?}"),
        };
        let mut changed = body.clone();
        changed[field.json_name()] = value;
        (field.json_name().to_owned(), changed)
    };
    fields.map(other).collect()
}

/// Answers in which only what may differ does: whether it was the first time, and what there is meanwhile.
fn lasting(told: &Told) -> Value {
    let mut body = told.body.clone();
    if let Some(fields) = body.as_object_mut() {
        for passing in ["first", "unread", "endedAtMs"] {
            fields.remove(passing);
        }
    }
    body
}

/// The same again and again, however it comes.
async fn again(scene: &Scene, row: &Row, body: &Value, first: &Told, findings: &mut Findings) {
    let other_device = if (row.by)(scene) == scene.ann.token { scene.tablet.token.as_str() } else { (row.by)(scene) };
    for token in [(row.by)(scene), other_device] {
        for road in Road::of(row.request) {
            let what = format!("{} on {road:?}", row.request);
            let ends = scene.world.ends();
            let told = scene.tell(road, token, row.request, body).await;
            match row.again {
                Again::Once(_) | Again::Same(_) => {
                    let same = told.ok() && lasting(&told) == lasting(first);
                    findings.check(same, || format!("{what}: not {first:?}, but {told:?}"));
                }
                Again::Over(code) => findings.check(told.code == code, || format!("{what}: not {code}, but {told:?}")),
                Again::Reads | Again::Anew => {}
            }
            if row.again != Again::Anew {
                findings.nothing_happened(&scene.world, &ends, &what);
            }
        }
    }
}

async fn with_other_contents(scene: &Scene, row: &Row, body: &Value, first: &Told, findings: &mut Findings) {
    for (field, changed) in others(row, body) {
        let listed =
            |codes: &[(&str, &'static str)]| codes.iter().find(|(name, _)| *name == field).map(|(_, code)| *code);
        let expected = match row.again {
            Again::Once(earlier) => listed(earlier).unwrap_or("ID_REUSED"),
            // Another thing is another request; what the row names is about the same thing.
            Again::Same(of_the_same) => match listed(of_the_same) {
                Some(code) => code,
                None => continue,
            },
            Again::Over(code) if !body[&field].is_null() && !is_thing(&field) => code,
            _ => continue,
        };
        for road in Road::of(row.request) {
            let what = format!("{} with another {field} on {road:?}", row.request);
            let ends = scene.world.ends();
            let told = scene.tell(road, (row.by)(scene), row.request, &changed).await;
            findings.check(told.code == expected, || format!("{what}: not {expected}, but {told:?}"));
            if expected.is_empty() {
                findings
                    .check(lasting(&told) == lasting(first), || format!("{what}: not the first answer, but {told:?}"));
            }
            if road == Road::Rest && expected == "ID_REUSED" {
                findings.check(told.status == 409, || format!("E3: {what}: {}", told.status));
            }
            findings.nothing_happened(&scene.world, &ends, &what);
        }
    }
}

/// Names what the request is about, so that another one is about something else.
fn is_thing(field: &str) -> bool {
    [
        "transfer",
        "packet",
        "order",
        "session",
        "user",
        "operator",
        "difference",
        "id",
        "name",
        "sequence",
        "conversation",
    ]
    .contains(&field)
}

/// Rules W2 and M2, and that what has no client id is idempotent by what it is.
async fn comes_again(row: &Row, findings: &mut Findings) {
    let scene = Scene::new().await;
    let (body, before, ends) = ((row.body)(&scene), scene.world.settled().await, scene.world.ends());
    let road = Road::of(row.request).next().unwrap();
    let first = scene.tell(road, (row.by)(&scene), row.request, &body).await;
    // Orders of the sandbox end at once; what is done to open ones is tried in `orders`.
    let unfit = ["RELEASE_FAILED", "NO_SUCH_DIFFERENCE", "NO_SUCH_RULE", "NO_RELEASE_CODE", "ORDER_ENDED"];
    findings.check(first.ok() || unfit.contains(&first.code.as_str()), || format!("{}: {first:?}", row.request));
    let after = scene.world.settled().await;
    if row.again == Again::Reads {
        findings.nothing_happened(&scene.world, &ends, row.request);
    }
    if row.again == Again::Anew {
        findings.check(after == before, || format!("{}: what moves money needs an id or an end", row.request));
    }
    again(&scene, row, &body, &first, findings).await;
    unmoved(&scene, row, &after, findings).await;
    let scene = scene.restarted().await;
    again(&scene, row, &body, &first, findings).await;
    with_other_contents(&scene, row, &body, &first, findings).await;
    unmoved(&scene, row, &after, findings).await;
}

async fn unmoved(scene: &Scene, row: &Row, entries: &[Entry], findings: &mut Findings) {
    let mut now = scene.world.settled().await;
    let mut then = entries.to_vec();
    // Shards are read one after another, so an entry's place says nothing.
    now.sort_unstable_by_key(|entry| format!("{entry:?}"));
    then.sort_unstable_by_key(|entry| format!("{entry:?}"));
    findings.check(now == then, || format!("{}: one effect, not {then:?} and then {now:?}", row.request));
}

async fn all_of(rows: impl Iterator<Item = &'static Row>) {
    let mut findings = Findings::default();
    for row in rows {
        comes_again(row, &mut findings).await;
    }
    findings.none_of(100);
}

#[tokio::test]
async fn what_bears_an_id_happens_once() {
    all_of(USERS.iter().filter(|row| matches!(row.again, Again::Once(_)))).await;
}

#[tokio::test]
async fn what_users_ask_again_moves_no_money_again() {
    all_of(USERS.iter().filter(|row| matches!(row.again, Again::Same(_) | Again::Over(_) | Again::Anew))).await;
}

#[tokio::test]
async fn what_operators_ask_again_moves_no_money_again() {
    all_of(OPERATORS.iter().filter(|row| row.again != Again::Reads)).await;
}

/// One world for all, because they change nothing.
#[tokio::test]
async fn what_only_asks_changes_nothing() {
    let scene = Scene::new().await;
    let (ends, entries) = (scene.world.ends(), scene.world.settled().await);
    for row in USERS.iter().chain(OPERATORS).filter(|row| row.again == Again::Reads) {
        let body = (row.body)(&scene);
        for road in Road::of(row.request) {
            for _ in 0..2 {
                let told = scene.tell(road, (row.by)(&scene), row.request, &body).await;
                assert!(told.ok() || told.code == "NO_SUCH_DIFFERENCE", "{}: {told:?}", row.request);
                assert_eq!(scene.world.ends(), ends, "{}", row.request);
            }
        }
    }
    assert_eq!(scene.world.settled().await, entries);
}

/// Rule W2: an id is for one thing, also across kinds; and each user's ids are its own.
#[tokio::test]
async fn an_id_is_for_one_thing_of_one_person() {
    let scene = Scene::new().await;
    let moves: Vec<&Row> = USERS
        .iter()
        .filter(|row| {
            matches!(row.again, Again::Once(_)) && row.request != "SendMessage" && row.request != "CreateGroup"
        })
        .collect();
    assert!(moves.len() >= 4);
    for first in &moves {
        let mut body = (first.body)(&scene);
        let id = new_id();
        body["id"] = json!(id);
        assert!(scene.tell(Road::Rest, &scene.ann.token, first.request, &body).await.ok(), "{}", first.request);
        for other in moves.iter().filter(|other| other.request != first.request) {
            let mut body = (other.body)(&scene);
            body["id"] = json!(id);
            for road in Road::of(other.request) {
                let told = scene.tell(road, &scene.tablet.token, other.request, &body).await;
                assert_eq!(told.code, "ID_REUSED", "{} after {}", other.request, first.request);
            }
        }
        let mine = scene.world.settled().await.len();
        let top_up = json!({ "id": id, "amount": "500" });
        assert!(scene.tell(Road::Rest, &scene.mallory.token, "TopUp", &top_up).await.ok(), "hers and mine are two");
        assert_eq!(scene.world.settled().await.len(), mine + 1);
    }
}
