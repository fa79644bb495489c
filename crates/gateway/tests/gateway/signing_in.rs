//! Signing up and in.

use serde_json::{Value, json};

use crate::{
    web,
    world::{PASSWORD, World, config},
};

fn account(name: &str, password: &str) -> Value {
    json!({ "name": name, "displayName": "Somebody", "password": password, "device": "phone" })
}

#[tokio::test]
async fn names_and_passwords_have_their_rules() {
    let world = World::new();
    let try_up = async |body: &Value| {
        let answer = web::post(&world.addr, "/v1/sign-up", None, body).await;
        (answer.status, if answer.status == 200 { String::new() } else { answer.code() })
    };
    for name in ["", "ab", &"x".repeat(33), "with space", "a/b", "Ann", "ann\u{0}", "../etc"] {
        assert_eq!(try_up(&account(name, PASSWORD)).await, (422, "NAME_INVALID".into()), "{name}");
    }
    for password in ["", "1234567", &"x".repeat(129)] {
        assert_eq!(try_up(&account("ann", password)).await, (422, "PASSWORD_TOO_WEAK".into()), "{password}");
    }
    for (field, value) in [("displayName", ""), ("displayName", &"x".repeat(41)), ("face", &"x".repeat(65))] {
        let mut body = account("ann", PASSWORD);
        body[field] = json!(value);
        assert_eq!(try_up(&body).await, (422, "PROFILE_INVALID".into()), "{field}");
    }
    assert_eq!(try_up(&account("ann", PASSWORD)).await.0, 200);
    assert_eq!(try_up(&account("ann", "another password")).await, (422, "NAME_TAKEN".into()));
    assert_eq!(try_up(&account("ann", PASSWORD)).await.0, 200, "whoever did not get the first answer asks again");
}

/// Nothing tells whether it was the name or the password.
#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_look_the_same() {
    let world = World::new();
    world.sign_up("ann").await;
    let wrong = async |name: &str, password: &str| {
        let answer = web::post(&world.addr, "/v1/sign-in", None, &account(name, password)).await;
        (answer.status, answer.body)
    };
    let (status, body) = wrong("ann", "wrong password").await;
    assert_eq!(status, 401);
    assert!(body.contains("WRONG_NAME_OR_PASSWORD"), "{body}");
    for (name, password) in [("nobody", PASSWORD), ("", ""), ("ann", ""), ("ann", &"x".repeat(5_000)), ("😀", "x")] {
        assert_eq!(wrong(name, password).await, (status, body.clone()), "{name}");
    }
    let typed = web::post(&world.addr, "/v1/sign-in", None, &account(" ANN ", PASSWORD)).await;
    assert_eq!(typed.status, 200, "a name is found however it is typed");
}

#[tokio::test]
async fn tries_are_limited_for_each_address() {
    let world = World::configured(laisee_gateway::GatewayConfig { sign_ins_per_min: 6, sign_ins_burst: 3, ..config() });
    world.sign_up("ann").await;
    for _ in 0..2 {
        assert_eq!(web::post(&world.addr, "/v1/sign-in", None, &account("ann", PASSWORD)).await.status, 200);
    }
    for path in ["/v1/sign-in", "/v1/sign-up"] {
        let refused = web::post(&world.addr, path, None, &account("bob", PASSWORD)).await;
        assert_eq!((refused.status, refused.code().as_str()), (429, "RATE_LIMITED"));
        let wait: u32 = refused.field("retry-after").unwrap().parse().unwrap();
        assert!((1..=11).contains(&wait), "E3: {wait}");
        let told = refused.json()["retryAfterMs"].as_u64().unwrap();
        assert!((1..=10_001).contains(&told), "{told}");
    }
}

/// From however many addresses they come.
#[tokio::test]
async fn wrong_guesses_are_limited_for_each_account() {
    let config =
        laisee_gateway::GatewayConfig { sign_ins_per_min: 1, sign_ins_burst: 3, behind_proxy: true, ..config() };
    let world = World::configured(config);
    let sign_in = async |n: u32, name: &str, password: &str| {
        let fields = format!("x-forwarded-for: 203.0.113.{n}\r\ncontent-type: application/json\r\n");
        web::send(&world.addr, "POST", "/v1/sign-in", &fields, account(name, password).to_string().as_bytes()).await
    };
    world.sign_up("ann").await;
    world.sign_up("bob").await;
    for n in 0..5 {
        assert_eq!(sign_in(n, "ann", PASSWORD).await.status, 200, "what is right does not count");
    }
    for n in 5..8 {
        assert_eq!(sign_in(n, "ann", "a wrong guess").await.code(), "WRONG_NAME_OR_PASSWORD");
    }
    assert_eq!(sign_in(8, "ann", PASSWORD).await.code(), "RATE_LIMITED");
    assert_eq!(sign_in(9, "bob", PASSWORD).await.status, 200, "others are not affected");
}

#[tokio::test]
async fn an_account_has_so_many_devices() {
    let settings = laisee_core::settings::Settings { sessions_max: 2, ..Default::default() };
    let world = World::with(config(), settings);
    let ann = world.sign_up("ann").await;
    world.sign_in(&ann).await;
    let refused = web::post(&world.addr, "/v1/sign-in", None, &account("ann", PASSWORD)).await;
    assert_eq!(refused.code(), "TOO_MANY_SESSIONS");
    let sessions = web::get(&world.addr, "/v1/sessions", Some(&ann.token)).await.json();
    let current = |session: &&Value| session["current"] == json!(true);
    let sessions = sessions["sessions"].as_array().unwrap();
    assert_eq!((sessions.len(), sessions.iter().filter(current).count()), (2, 1));
}
