//! Nobody, anybody with a wrong token, and each kind of caller at the other's door.

use laisee_core::operator::{Permission, Role};
use laisee_gateway::http::{
    admin_routes::ADMIN_ROUTES,
    further_routes::{Caller, FURTHER_ROUTES},
};
use laisee_wire::v1;
use serde_json::json;

use super::{
    roads::{Road, Told, filled, told, verb},
    rows::{OPERATORS, Row, USERS},
    scene::Scene,
};
use crate::{
    live::{Encoding, Live},
    web,
    world::{PASSWORD, Person, World, id},
};

/// Tokens that are good for nothing, at either door.
fn garbage(good: &str) -> Vec<String> {
    let mut changed = good.to_owned();
    changed.replace_range(20..21, if &good[20..21] == "A" { "B" } else { "A" });
    let nowhere = "AAAAAAA_8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let mut all: Vec<String> = ["", "nonsense", "AAAA", "null", "undefined", nowhere].map(str::to_owned).to_vec();
    all.extend([changed, good[1..].to_owned(), format!("{good}A"), format!("{good} {good}"), good.to_uppercase()]);
    all.extend(["x".repeat(5_000), "t\u{f6}ken".to_owned()]);
    all
}

/// Tokens of users that lived, and live no more.
async fn ended(scene: &Scene) -> Vec<String> {
    let world = &scene.world;
    let mut gone = vec![];
    for _ in 0..2 {
        gone.push(world.sign_in(&scene.ann).await);
    }
    // One signs itself out, the other is signed out from elsewhere.
    let close = |session: u64| json!({ "session": session.to_string() });
    assert!(scene.tell(Road::Rest, &gone[0].token, "CloseSession", &close(0)).await.ok());
    assert!(scene.tell(Road::Rest, &scene.ann.token, "CloseSession", &close(gone[1].session)).await.ok());
    gone.into_iter().map(|person: Person| person.token).collect()
}

/// The token of an operator whose session has run out by itself.
async fn expired(scene: &Scene) -> String {
    let set = async |value: i64, sequence: u32| {
        let body = json!({ "name": "operator_session_ms", "value": value.to_string(), "sequence": sequence.to_string(), "reason": "a test" });
        assert!(scene.tell(Road::Rest, &scene.admin, "ChangeSetting", &body).await.ok());
    };
    set(1, 0).await;
    let late = scene.world.operator_token("late", Role::Admin).await;
    set(43_200_000, 1).await;
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    late
}

/// Asks on every road, holds the answer to the code, and the logs to what they were.
async fn refused(scene: &Scene, token: &str, row: &Row, live_code: &str, rest: (u16, &str)) {
    let body = (row.body)(scene);
    for road in Road::of(row.request) {
        let before = scene.world.ends();
        let Told { status, code, body: answer } = scene.tell(road, token, row.request, &body).await;
        let expected = if road == Road::Rest { rest } else { (0, live_code) };
        assert_eq!((status, code.as_str()), expected, "{} on {road:?} with `{token:.60}`", row.request);
        assert_eq!(scene.given_away(&answer.to_string()), Vec::<String>::new(), "{}", row.request);
        assert_eq!(scene.world.ends(), before, "E2: {} on {road:?}", row.request);
    }
}

/// Rules C1, E2 and E3: with no token, with one that is none, with one that has ended, and with an operator's.
#[tokio::test]
async fn nobody_asks_what_users_ask() {
    let scene = Scene::new().await;
    let ended = ended(&scene).await;
    let entries = scene.world.settled().await;
    let mut tokens = garbage(&scene.ann.token);
    tokens.extend(ended);
    tokens.extend([&scene.viewer, &scene.admin].map(Clone::clone));
    for row in USERS {
        let body = (row.body)(&scene);
        for road in Road::of(row.request) {
            let before = scene.world.ends();
            let nobody = scene.world.tell(road, None, row.request, &body).await;
            let expected = if road == Road::Rest { (401, "UNAUTHENTICATED") } else { (0, "OUT_OF_ORDER") };
            assert_eq!((nobody.status, nobody.code.as_str()), expected, "{} on {road:?}", row.request);
            assert_eq!(scene.world.ends(), before, "{}", row.request);
        }
        for token in &tokens {
            refused(&scene, token, row, "UNAUTHENTICATED", (401, "UNAUTHENTICATED")).await;
        }
    }
    assert_eq!(scene.world.settled().await, entries);
}

/// The same at the operators' door, where users' tokens are none, and each role is let in to what is its own.
#[tokio::test]
async fn operators_ask_what_their_role_allows_and_nobody_else_does() {
    let scene = Scene::new().await;
    let world = &scene.world;
    let gone = world.operator_token("gone", Role::Admin).await;
    assert!(scene.tell(Road::Rest, &gone, "SignOutOperator", &json!({})).await.ok());
    let off = world.operator_token("off", Role::Admin).await;
    let me = scene.tell(Road::Rest, &off, "GetOwnOperator", &json!({})).await.body;
    let operator = id(&me["operator"]["id"]).to_string();
    let switch = json!({ "operator": operator, "role": "ROLE_ADMIN", "active": false, "reason": "left" });
    assert!(scene.tell(Road::Rest, &scene.admin, "ChangeOperator", &switch).await.ok());
    let late = expired(&scene).await;
    let entries = world.settled().await;
    let mut tokens = garbage(&scene.admin);
    tokens.extend([gone, off, late]);
    tokens.extend([&scene.ann, &scene.mallory].map(|person| person.token.clone()));
    let unknown = (401, "OPERATOR_UNAUTHENTICATED");
    for row in OPERATORS {
        let body = (row.body)(&scene);
        let nobody = world.tell(Road::Rest, None, row.request, &body).await;
        assert_eq!((nobody.status, nobody.code.as_str()), unknown, "{}", row.request);
        for token in &tokens {
            refused(&scene, token, row, "", unknown).await;
        }
        let permission = ADMIN_ROUTES.iter().find(|route| route.request == row.request).unwrap().permission;
        for role in Role::ALL.into_iter().filter(|role| !role.may(permission)) {
            refused(&scene, scene.token(role), row, "", (403, "ROLE_INSUFFICIENT")).await;
        }
    }
    assert_eq!(world.settled().await, entries);
    // Only now, because some of it has effects: the least role that may do it is not turned away.
    for row in OPERATORS.iter().filter(|row| row.again == super::rows::Again::Reads) {
        let permission = ADMIN_ROUTES.iter().find(|route| route.request == row.request).unwrap().permission;
        let told = scene.tell(Road::Rest, scene.token(permission.least()), row.request, &(row.body)(&scene)).await;
        assert!(told.ok() || told.code == "NO_SUCH_DIFFERENCE", "{}: {told:?}", row.request);
    }
}

/// Each further path, with the token it asks for and with every other.
#[tokio::test]
async fn further_paths_ask_for_their_token() {
    let scene = Scene::new().await;
    let ended = ended(&scene).await;
    let things = json!({ "file": scene.file.to_string(), "transfer": scene.recalled.to_string() });
    let entries = scene.world.settled().await;
    for route in FURTHER_ROUTES {
        let (method, path) = (verb(route.method), filled(route.path, &things));
        let try_with = async |token: Option<&str>| {
            let before = scene.world.ends();
            let reply = web::call(&scene.world.addr, &method, &path, token, "{}").await;
            if reply.status != 200 {
                assert_eq!(scene.world.ends(), before, "{method} {path}");
                assert_eq!(scene.given_away(&reply.body), Vec::<String>::new(), "{path}");
            }
            reply
        };
        let (code, own, other, good): (_, &str, &str, &str) = match route.caller {
            // Whatever the token: it is not looked at.
            Caller::Anybody => {
                let plain = try_with(None).await.status;
                assert_eq!(try_with(Some("nonsense")).await.status, plain, "{path}");
                continue;
            }
            // `webhook` tries it.
            Caller::Provider => {
                for token in [None, Some(scene.ann.token.as_str()), Some(&scene.admin)] {
                    assert_eq!(try_with(token).await.code(), "SIGNATURE_INVALID");
                }
                continue;
            }
            Caller::User => ("UNAUTHENTICATED", "users", &scene.admin, &scene.ann.token),
            Caller::Operator(permission) => {
                for role in Role::ALL.into_iter().filter(|role| !role.may(permission)) {
                    assert_eq!(told(&try_with(Some(scene.token(role))).await).code, "ROLE_INSUFFICIENT", "{path}");
                }
                assert_eq!(permission, Permission::SeeDisputes);
                ("OPERATOR_UNAUTHENTICATED", "operators", &scene.ann.token, &scene.support)
            }
        };
        assert_eq!(try_with(None).await.code(), code, "{path}");
        for token in garbage(good).iter().chain(&ended).map(String::as_str).chain([other]) {
            let reply = try_with(Some(token)).await;
            assert_eq!((reply.status, reply.code().as_str()), (401, code), "{path} of {own} with `{token:.60}`");
        }
        assert_ne!(try_with(Some(good)).await.status, 401, "{path}");
    }
    assert_eq!(scene.world.settled().await, entries);
}

/// Rule C1: a connection is let in by the same tokens.
#[tokio::test]
async fn hello_takes_no_other_token() {
    let scene = Scene::new().await;
    let ended = ended(&scene).await;
    let before = scene.world.ends();
    for encoding in Encoding::BOTH {
        for token in garbage(&scene.ann.token).into_iter().chain(ended.clone()).chain([scene.admin.clone()]) {
            let mut live = Live::connect(&scene.world.addr, encoding).await;
            live.send(v1::client_frame::Body::Hello(v1::Hello { token: token.clone(), client: String::new() })).await;
            assert_eq!(live.end().await, (Some(4401), Some(v1::ErrorCode::Unauthenticated)), "{token:.60}");
        }
    }
    assert_eq!(scene.world.ends(), before);
}

/// A bearer token comes in one way only.
#[tokio::test]
async fn a_token_stands_in_its_field_alone() {
    let world = World::new();
    let ann = world.sign_up("ann").await;
    let token = &ann.token;
    for fields in [
        format!("authorization: Basic {token}\r\n"),
        format!("authorization: {token}\r\n"),
        "authorization: Bearer\r\n".to_owned(),
        format!("authorization: Bearer nonsense\r\nauthorization: Bearer {token}\r\n"),
        format!("cookie: token={token}\r\n"),
        format!("x-authorization: Bearer {token}\r\n"),
    ] {
        let reply = web::send(&world.addr, "GET", "/v1/wallet", &fields, b"").await;
        assert_eq!((reply.status, reply.code().as_str()), (401, "UNAUTHENTICATED"), "{fields}");
    }
    let in_query = web::get(&world.addr, &format!("/v1/wallet?token={token}"), None).await;
    assert_eq!(in_query.code(), "UNAUTHENTICATED");
    let wrong = json!({ "name": "ann", "password": format!("{PASSWORD}!"), "device": "x" });
    assert_eq!(web::post(&world.addr, "/v1/sign-in", Some(token), &wrong).await.code(), "WRONG_NAME_OR_PASSWORD");
}
