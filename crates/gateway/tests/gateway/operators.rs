//! Operators: signing in, roles, and what stands in the audit log.

use std::time::{SystemTime, UNIX_EPOCH};

use laisee_bus::Bus;
use laisee_core::{
    command::{Command, CreateOperator, Reply},
    ids::OperatorId,
    operator::{Permission, Role, TotpSecret},
};
use laisee_gateway::{
    Argon2Passwords, PasswordCost, PasswordHasher,
    http::{admin_routes::ADMIN_ROUTES, routes::Method},
    totp,
};
use serde_json::{Value, json};

use crate::{
    web,
    world::{PASSWORD, World, eventually, id, name_in, new_id},
};

const SECRET: TotpSecret = [7; 20];

fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64
}

/// A code of so many steps from now. Each is good once, so each sign-in of a test takes another.
fn code(steps: i64) -> String {
    totp::code(&SECRET, now_ms() + steps * 30_000)
}

impl World {
    /// Somebody on the server's own machine makes an operator.
    pub async fn operator(&self, name: &str, role: Role) -> u64 {
        let password_hash = Argon2Passwords::new(PasswordCost::Test, 8).hash(PASSWORD.into()).await.unwrap();
        let (by, reason) = (OperatorId::HOST, "for a test".to_owned());
        let create = CreateOperator { by, name: name.into(), role, password_hash, totp_secret: SECRET, reason };
        match self.bus.call(Command::CreateOperator(create), None).await.unwrap() {
            Reply::OperatorCreated { operator } => operator.0,
            other => panic!("{other:?}"),
        }
    }

    pub async fn try_in(&self, name: &str, password: &str, code: &str) -> web::Reply {
        let body = json!({ "name": name, "password": password, "code": code, "device": "desk" });
        web::post(&self.addr, "/v1/admin/sign-in", None, &body).await
    }

    /// A new operator's token.
    pub async fn operator_token(&self, name: &str, role: Role) -> String {
        self.operator(name, role).await;
        let answer = self.try_in(name, PASSWORD, &code(0)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["token"].as_str().unwrap().to_owned()
    }

    pub async fn admin(&self, method: &str, path: &str, token: &str, body: &Value) -> web::Reply {
        web::call(&self.addr, method, path, Some(token), &body.to_string()).await
    }

    async fn me(&self, token: &str) -> (u16, Value) {
        let reply = self.admin("GET", "/v1/admin/me", token, &json!({})).await;
        (reply.status, reply.json())
    }
}

#[tokio::test]
async fn signing_in_needs_password_and_a_code_that_is_good_once() {
    let world = World::new();
    world.operator("vic", Role::Viewer).await;
    let refused = async |name: &str, password: &str, code: &str| {
        let reply = world.try_in(name, password, code).await;
        (reply.status, reply.code())
    };
    for (name, password) in [("nobody", PASSWORD), ("vic", "wrong"), ("vic", &"x".repeat(5_000))] {
        assert_eq!(refused(name, password, &code(0)).await, (401, "WRONG_NAME_OR_PASSWORD".into()), "{name}");
    }
    assert_eq!(refused("vic", PASSWORD, "000000").await, (401, "TOTP_INVALID".into()));
    assert_eq!(refused("vic", PASSWORD, "").await, (401, "TOTP_INVALID".into()));
    let used = code(0);
    let signed = world.try_in(" VIC ", PASSWORD, &used).await;
    assert_eq!(signed.status, 200, "{signed:?}");
    let signed = signed.json();
    assert_eq!(signed["operator"]["role"], json!("ROLE_VIEWER"));
    assert_eq!(refused("vic", PASSWORD, &used).await, (401, "TOTP_INVALID".into()), "used up");
    assert_eq!(world.try_in("vic", PASSWORD, &code(1)).await.status, 200, "the next one is good");
    let (status, me) = world.me(signed["token"].as_str().unwrap()).await;
    assert_eq!((status, &me["operator"]["name"]), (200, &json!("vic")));
    assert!(me["permissions"].as_array().unwrap().contains(&json!("see-figures")));
    assert!(!me["permissions"].as_array().unwrap().contains(&json!("see-users")));
}

#[tokio::test]
async fn wrong_guesses_lock_for_a_while_and_the_right_one_does_not_help() {
    let world = World::new();
    world.operator("vic", Role::Viewer).await;
    for _ in 0..5 {
        assert_eq!(world.try_in("vic", PASSWORD, "000000").await.code(), "TOTP_INVALID");
    }
    let locked = world.try_in("vic", PASSWORD, &code(0)).await;
    assert_eq!((locked.status, locked.code().as_str()), (429, "OPERATOR_LOCKED"));
    assert!(locked.field("retry-after").unwrap().parse::<u64>().unwrap() > 800, "{locked:?}");
    // An admin ends it.
    let admin = world.operator_token("olga", Role::Admin).await;
    let operators = world.admin("GET", "/v1/admin/operators", &admin, &json!({})).await.json();
    let vic = operators["operators"].as_array().unwrap().iter().find(|one| one["name"] == json!("vic")).unwrap();
    let reset = format!("/v1/admin/operators/{}/reset", id(&vic["id"]));
    let secrets = world.admin("POST", &reset, &admin, &json!({ "reason": "forgot the phone" })).await.json();
    let uri = secrets["totpUri"].as_str().unwrap();
    assert!(uri.starts_with("otpauth://totp/Laisee:vic?secret="), "{uri}");
    let refused = world.try_in("vic", PASSWORD, &code(0)).await;
    assert_eq!(refused.code(), "WRONG_NAME_OR_PASSWORD", "the old password is gone");
    let with_new = world.try_in("vic", secrets["password"].as_str().unwrap(), &code(0)).await;
    assert_eq!(with_new.code(), "TOTP_INVALID", "and so is the old second factor");
}

#[tokio::test]
async fn tokens_end_with_their_sessions_and_are_no_users_tokens() {
    let world = World::new();
    let ann = world.sign_up("ann").await;
    let token = world.operator_token("vic", Role::Viewer).await;
    let unknown = (401, "OPERATOR_UNAUTHENTICATED".to_owned());
    for token in ["", "nonsense", &ann.token] {
        let reply = world.admin("GET", "/v1/admin/me", token, &json!({})).await;
        assert_eq!((reply.status, reply.code()), unknown, "{token}");
    }
    let reply = web::get(&world.addr, "/v1/admin/me", None).await;
    assert_eq!((reply.status, reply.code()), unknown);
    let reply = web::get(&world.addr, "/v1/wallet", Some(&token)).await;
    assert_eq!((reply.status, reply.code().as_str()), (401, "UNAUTHENTICATED"), "an operator is no user");
    assert_eq!(world.admin("POST", "/v1/admin/sign-out", &token, &json!({})).await.status, 200);
    assert_eq!(world.me(&token).await.0, 401);
}

#[tokio::test]
async fn who_is_switched_off_or_demoted_feels_it_at_once() {
    let world = World::new();
    let admin = world.operator_token("olga", Role::Admin).await;
    let sue = world.operator("sue", Role::Support).await;
    let token = world.try_in("sue", PASSWORD, &code(0)).await.json()["token"].as_str().unwrap().to_owned();
    let audit = async || world.admin("GET", "/v1/admin/audit", &token, &json!({})).await;
    let path = format!("/v1/admin/operators/{sue}");
    let change = async |role: &str, active: bool, reason: &str| {
        let body = json!({ "role": role, "active": active, "reason": reason });
        world.admin("PUT", &path, &admin, &body).await
    };
    assert_eq!(audit().await.status, 200);
    assert_eq!(change("ROLE_VIEWER", true, "").await.code(), "REASON_INVALID");
    assert_eq!(change("ROLE_UNSPECIFIED", true, "x").await.code(), "MALFORMED");
    assert_eq!(change("ROLE_VIEWER", true, "moved").await.json()["operator"]["role"], json!("ROLE_VIEWER"));
    assert_eq!(audit().await.code(), "ROLE_INSUFFICIENT");
    assert_eq!(change("ROLE_VIEWER", false, "left").await.status, 200);
    assert_eq!(audit().await.code(), "OPERATOR_UNAUTHENTICATED");
    assert_eq!(world.try_in("sue", PASSWORD, &code(1)).await.code(), "WRONG_NAME_OR_PASSWORD");
    let own = world.me(&admin).await.1["operator"]["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/admin/operators/{own}");
    let demoted = json!({ "role": "ROLE_VIEWER", "active": true, "reason": "x" });
    let oneself = world.admin("PUT", &path, &admin, &demoted).await;
    assert_eq!(oneself.code(), "NOT_YOURSELF", "an admin always remains");
}

/// What an admin does for others while the server runs; secrets are shown once and stand nowhere else.
#[tokio::test]
async fn an_admin_makes_operators_and_lets_them_in_again() {
    let world = World::new();
    let admin = world.operator_token("olga", Role::Admin).await;
    let secrets = |answer: &web::Reply| {
        assert_eq!(answer.status, 200, "{answer:?}");
        let answer = answer.json();
        let uri = answer["totpUri"].as_str().unwrap();
        let letters = uri.split("secret=").nth(1).unwrap().split('&').next().unwrap();
        let id = answer["operator"]["id"].as_str().unwrap().to_owned();
        (id, answer["password"].as_str().unwrap().to_owned(), from_base32(letters))
    };
    let make = async |name: &str| {
        let body = json!({ "name": name, "role": "ROLE_VIEWER", "reason": "new here" });
        world.admin("POST", "/v1/admin/operators", &admin, &body).await
    };
    let (vic, password, secret) = secrets(&make("vic").await);
    assert_eq!(make("vic").await.code(), "NAME_TAKEN");
    let try_in = async |password: &str, secret: &TotpSecret, steps: i64| {
        world.try_in("vic", password, &totp::code(secret, now_ms() + steps * 30_000)).await
    };
    let signed_in = try_in(&password, &secret, 0).await;
    assert_eq!(signed_in.status, 200, "{signed_in:?}");
    let token = signed_in.json()["token"].as_str().unwrap().to_owned();
    let reset = async |who: &str, token: &str, reason: &str| {
        let path = format!("/v1/admin/operators/{who}/reset");
        world.admin("POST", &path, token, &json!({ "reason": reason })).await
    };
    assert_eq!(reset(&vic, &token, "x").await.code(), "ROLE_INSUFFICIENT");
    assert_eq!(reset(&vic, &admin, " ").await.code(), "REASON_INVALID");
    assert_eq!(reset("1", &admin, "x").await.code(), "NO_SUCH_OPERATOR");
    let (same, new_password, new_secret) = secrets(&reset(&vic, &admin, "lost the phone").await);
    assert_eq!(same, vic);
    assert!(new_password != password && new_secret != secret);
    assert_eq!(world.me(&token).await.0, 401, "all sessions end");
    assert_eq!(try_in(&password, &secret, 1).await.code(), "WRONG_NAME_OR_PASSWORD");
    assert_eq!(try_in(&new_password, &secret, 1).await.code(), "TOTP_INVALID", "the old second factor is none");
    // The code of this very moment, though one of the old secret was used in it.
    assert_eq!(try_in(&new_password, &new_secret, 0).await.status, 200);
    let rows = world.admin("GET", "/v1/admin/audit?limit=20", &admin, &json!({})).await;
    let page = rows.json();
    let told = page["rows"].as_array().unwrap().iter().filter(|row| row["byName"] == "olga").cloned();
    let reasons: Vec<Value> = told.map(|row| row["reason"].clone()).filter(|reason| reason != "").collect();
    assert_eq!(reasons, ["lost the phone", "new here"]);
    for secret in [&password, &new_password, "argon2"] {
        assert!(!rows.body.contains(secret), "{}", rows.body);
    }
}

fn from_base32(letters: &str) -> TotpSecret {
    let digit = |letter: u8| if letter.is_ascii_uppercase() { letter - b'A' } else { letter - b'2' + 26 };
    let bit = |n: usize| digit(letters.as_bytes()[n / 5]) >> (4 - n % 5) & 1;
    std::array::from_fn(|byte| (0..8).fold(0, |all, n| all << 1 | bit(byte * 8 + n)))
}

#[tokio::test]
async fn a_password_is_changed_with_the_old_one_and_guesses_are_counted() {
    let world = World::new();
    let token = world.operator_token("vic", Role::Viewer).await;
    let change = async |old: &str, new: &str| {
        let body = json!({ "password": old, "newPassword": new });
        world.admin("POST", "/v1/admin/password", &token, &body).await
    };
    assert_eq!(change(PASSWORD, "short").await.code(), "PASSWORD_TOO_WEAK");
    assert_eq!(change(PASSWORD, "a new password").await.status, 200);
    assert_eq!(world.me(&token).await.0, 401, "all sessions end");
    let token = world.try_in("vic", "a new password", &code(1)).await.json()["token"].as_str().unwrap().to_owned();
    let guess = async || {
        let body = json!({ "password": "wrong", "newPassword": "another one" });
        world.admin("POST", "/v1/admin/password", &token, &body).await.code()
    };
    for _ in 0..5 {
        assert_eq!(guess().await, "FORBIDDEN");
    }
    assert_eq!(guess().await, "OPERATOR_LOCKED");
}

/// Every route with every role: refused where the table says so, before anything else is looked at.
#[tokio::test]
async fn every_route_asks_for_its_role() {
    let world = World::new();
    let mut tokens = vec![];
    for role in Role::ALL {
        tokens.push((role, world.operator_token(role.word(), role).await));
    }
    let mut refused = 0;
    for route in ADMIN_ROUTES.iter().filter(|route| route.permission != Permission::BeOneself) {
        let parts = route.path.split(['{', '}']).enumerate();
        let path: String = parts.map(|(n, part)| if n % 2 == 1 { "1" } else { part }).collect();
        let method = match route.method {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        };
        assert!(path.starts_with("/v1/admin/"), "{path}");
        let nobody = web::call(&world.addr, method, &path, None, "{}").await;
        assert_eq!((nobody.status, nobody.code().as_str()), (401, "OPERATOR_UNAUTHENTICATED"), "{method} {path}");
        for (role, token) in &tokens {
            let reply = web::call(&world.addr, method, &path, Some(token), "{}").await;
            let insufficient = reply.status == 403 && reply.code() == "ROLE_INSUFFICIENT";
            assert_eq!(insufficient, !role.may(route.permission), "{method} {path} as {role:?}: {reply:?}");
            assert_ne!(reply.status, 405, "{method} {path}");
            refused += usize::from(insufficient);
        }
    }
    assert!(refused >= 10, "{refused}");
}

#[tokio::test]
async fn the_audit_log_is_filtered_and_paged() {
    let world = World::new();
    let admin = world.operator_token("olga", Role::Admin).await;
    for n in 0..7 {
        let body = json!({ "name": format!("new{n}"), "role": "ROLE_VIEWER", "reason": format!("reason {n}") });
        assert_eq!(world.admin("POST", "/v1/admin/operators", &admin, &body).await.status, 200);
    }
    let page =
        async |query: &str| world.admin("GET", &format!("/v1/admin/audit?{query}"), &admin, &json!({})).await.json();
    let (mut seen, mut after) = (vec![], String::new());
    loop {
        let found = page(&format!("action=operator.create&limit=3&after={after}")).await;
        seen.extend(found["rows"].as_array().unwrap().iter().map(|row| row["reason"].as_str().unwrap().to_owned()));
        after = found["next"].as_str().unwrap().to_owned();
        if after.is_empty() {
            break;
        }
    }
    let mut expected: Vec<String> = (0..7).rev().map(|n| format!("reason {n}")).collect();
    expected.push("for a test".into());
    assert_eq!(seen, expected);
    let newest = &page("limit=1").await["rows"][0];
    assert_eq!((&newest["byName"], &newest["after"]), (&json!("olga"), &json!("new6, viewer")));
    let of_host = page("action=operator.create&targetKind=operator&toMs=1").await;
    assert_eq!(of_host["rows"], json!([]), "nothing happened before then");
    let bad = world.admin("GET", "/v1/admin/audit?after=xyz", &admin, &json!({})).await;
    assert_eq!(bad.code(), "BAD_PAGE_TOKEN");
}

#[tokio::test]
async fn the_served_description_for_operators_names_roles() {
    let world = World::new();
    let description = web::get(&world.addr, "/v1/admin/openapi.json", None).await.json();
    for route in ADMIN_ROUTES {
        let method = format!("{:?}", route.method).to_lowercase();
        let operation = &description["paths"][route.path][&method];
        assert_eq!(operation["x-role"], json!(route.permission.least().word()), "{}", route.path);
    }
}

fn setting(state: &Value, name: &str) -> (Value, Value) {
    let found = state["settings"].as_array().unwrap().iter().find(|one| one["name"] == json!(name)).unwrap();
    (found["value"].clone(), found["default"].clone())
}

/// Rule C11: a limit that an operator changes holds at once, in every shard, and clients are told of it.
#[tokio::test]
async fn a_setting_is_changed_live_everywhere() {
    let world = World::new();
    let admin = world.operator_token("olga", Role::Admin).await;
    // One of each shard.
    let [ann, bob] = [world.sign_up(&name_in(0)).await, world.sign_up(&name_in(1)).await];
    let conversation = world.befriend(&ann, &bob).await;
    let mut live = world.live(&bob).await;
    let state = async || world.admin("GET", "/v1/admin/settings", &admin, &json!({})).await.json();
    let change = async |name: &str, value: &str, sequence: &str, reason: &str| {
        let body = json!({ "value": value, "sequence": sequence, "reason": reason });
        let reply = world.admin("PUT", &format!("/v1/admin/settings/{name}"), &admin, &body).await;
        (reply.status, if reply.status == 200 { String::new() } else { reply.code() })
    };
    assert_eq!(setting(&state().await, "packet_share_max"), (json!("20000"), json!("20000")));
    for (name, value, sequence, reason, status, code) in [
        ("packet_share_max", "500", "0", "", 422, "REASON_INVALID"),
        ("nothing", "500", "0", "x", 422, "NO_SUCH_SETTING"),
        ("packet_share_max", "500", "7", "x", 409, "SEQUENCE_STALE"),
        ("packet_share_max", "0", "0", "x", 422, "SETTING_UNFIT"),
        ("packet_share_max", "1.5", "0", "x", 400, "MALFORMED"),
    ] {
        assert_eq!(change(name, value, sequence, reason).await, (status, code.into()), "{name} {value}");
    }
    assert_eq!(change("packet_share_max", "500", "0", "festival").await.0, 200);
    assert_eq!(change("packet_count_max", "3", "0", "festival").await, (409, "SEQUENCE_STALE".into()));
    assert_eq!(change("packet_count_max", "3", "1", "festival").await.0, 200);
    let told = live.notice(|notice| match notice {
        laisee_wire::v1::server_frame::Body::SettingsNotice(notice) => {
            notice.settings.as_ref().filter(|settings| settings.packet_count_max == 3).map(|all| all.packet_share_max)
        }
        _ => None,
    });
    assert_eq!(told.await, 500);
    assert_eq!(setting(&state().await, "packet_share_max"), (json!("500"), json!("20000")));
    // People of both shards are held to it, once the courier has brought it.
    for person in [&ann, &bob] {
        let money = json!({ "id": new_id(), "amount": "10000" });
        assert_eq!(world.rest("POST", "/v1/wallet/top-up", person, &money).await.status, 200);
        eventually(async || {
            let packet = json!({ "id": new_id(), "conversation": conversation.to_string(),
                "kind": "PACKET_KIND_LUCKY", "amount": "501", "count": 1 });
            let reply = world.rest("POST", "/v1/packets", person, &packet).await;
            (reply.status == 422 && reply.code() == "SHARE_AMOUNT_INVALID").then_some(())
        })
        .await;
    }
    let history = world.admin("GET", "/v1/admin/settings/history?limit=1", &admin, &json!({})).await.json();
    let newest = &history["changes"][0];
    assert_eq!(
        (&newest["name"], &newest["before"], &newest["after"]),
        (&json!("packet_count_max"), &json!("100"), &json!("3"))
    );
    assert_eq!((&newest["operatorName"], &history["next"]), (&json!("olga"), &json!("2")));
    let older =
        world.admin("GET", "/v1/admin/settings/history?after=2&name=packet_share_max", &admin, &json!({})).await;
    let older = older.json();
    assert_eq!((older["changes"].as_array().unwrap().len(), &older["next"]), (1, &json!("")));
    let audit = world.admin("GET", "/v1/admin/audit?action=settings.change", &admin, &json!({})).await.json();
    assert_eq!(audit["rows"].as_array().unwrap().len(), 2);
}
