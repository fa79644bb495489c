//! Account levels: an operator sets them, and limits go by them at once.

use laisee_core::{fen::Fen, operator::Role, settings::Settings};
use serde_json::{Value, json};

use crate::{
    web,
    world::{World, config, id, made_up_id, new_id},
};

const TIGHT: fn() -> Settings = || Settings {
    new_top_up_max: Fen(1_000),
    new_top_up_day_max: Fen(1_500),
    verified_top_up_max: Fen(50_000),
    verified_top_up_day_max: Fen(60_000),
    ..Settings::default()
};

#[tokio::test]
async fn a_level_is_set_once_and_the_limits_follow() {
    let world = World::with(config(), TIGHT());
    let fay = world.operator_token("fay", Role::Finance).await;
    let ann = world.sign_up("ann").await;
    let path = format!("/v1/admin/users/{}/level", ann.user);
    let set = async |before: &str, level: &str, reason: &str| {
        let body = json!({ "before": before, "level": level, "reason": reason });
        world.admin("PUT", &path, &fay, &body).await
    };
    let top_up = async |amount: i64| {
        let body = json!({ "id": new_id(), "amount": amount.to_string() });
        world.rest("POST", "/v1/wallet/top-up", &ann, &body).await
    };
    assert_eq!(top_up(1_000).await.status, 200);
    assert_eq!(top_up(1_001).await.code(), "LIMIT_PER_TRANSACTION");

    let (new, verified) = ("ACCOUNT_LEVEL_NEW", "ACCOUNT_LEVEL_VERIFIED");
    for (before, level, reason, code) in [
        (new, "ACCOUNT_LEVEL_UNSPECIFIED", "papers", "MALFORMED"),
        ("", verified, "papers", "MALFORMED"),
        (new, verified, "", "REASON_INVALID"),
        (verified, "ACCOUNT_LEVEL_ORDINARY", "papers", "SEQUENCE_STALE"),
    ] {
        let refused = set(before, level, reason).await;
        assert_eq!(refused.code(), code, "{before} > {level}: {refused:?}");
    }
    let wallet = set(new, verified, "papers seen at the desk").await.json();
    assert_eq!((&wallet["level"], &wallet["topUp"]["each"]), (&json!(verified), &json!("50000")));
    assert_eq!(wallet["topUp"]["left"], json!("59000"), "what was used of the day counts on");
    // Asked again after a lost answer, it is answered the same and nothing is done twice.
    assert_eq!(set(new, verified, "papers seen at the desk").await.json(), wallet);
    assert_eq!(world.rest("GET", "/v1/wallet", &ann, &json!({})).await.json()["level"], json!(verified));
    assert_eq!(top_up(50_000).await.status, 200);

    let rows = world.admin("GET", "/v1/admin/audit?action=user.level", &fay, &json!({})).await.json();
    let rows: Vec<_> = rows["rows"].as_array().unwrap().iter().map(words).collect();
    assert_eq!(rows, [format!("fay {} new > verified: papers seen at the desk", ann.user)]);
}

fn words(row: &Value) -> String {
    let text = |name: &str| row[name].as_str().unwrap().to_owned();
    format!("{} {} {} > {}: {}", text("byName"), id(&row["target"]), text("before"), text("after"), text("reason"))
}

#[tokio::test]
async fn nobody_below_finance_sets_a_level_and_nobody_its_own() {
    let world = World::new();
    let (sue, fay) =
        (world.operator_token("sue", Role::Support).await, world.operator_token("fay", Role::Finance).await);
    let ann = world.sign_up("ann").await;
    let body = json!({ "before": "ACCOUNT_LEVEL_NEW", "level": "ACCOUNT_LEVEL_VERIFIED", "reason": "please" });
    let path = format!("/v1/admin/users/{}/level", ann.user);
    assert_eq!(world.admin("PUT", &path, &sue, &body).await.code(), "ROLE_INSUFFICIENT");
    assert_eq!(world.admin("PUT", &path, &ann.token, &body).await.code(), "OPERATOR_UNAUTHENTICATED");
    assert_eq!(web::call(&world.addr, "PUT", &path, None, &body.to_string()).await.status, 401);
    let nobody = format!("/v1/admin/users/{}/level", made_up_id(0));
    assert_eq!(world.admin("PUT", &nobody, &fay, &body).await.code(), "NO_SUCH_USER");
    assert_eq!(world.rest("GET", "/v1/wallet", &ann, &json!({})).await.json()["level"], json!("ACCOUNT_LEVEL_NEW"));
}
