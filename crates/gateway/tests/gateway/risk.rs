//! Risk control as users meet it: refused with a reason, told of it, and released with code and password.

use laisee_bus::Bus;
use laisee_core::{
    command::{ChangeRules, Command},
    ids::OperatorId,
    operator::Role,
    risk::{Consequence, Rule, RuleId, RuleKind, change_rules::RuleChange},
};
use laisee_wire::v1::{self, ErrorCode, SuspensionReason, client_frame::Body as Ask, server_frame::Body as Answer};
use serde_json::json;

use crate::{
    live::Live,
    web,
    world::{PASSWORD, Person, SHARDS, World, eventually, name_in, new_id, packet, say, send_packet, top_up},
};

const PIN: &str = "135790";
const HOUR_MS: i64 = 60 * 60 * 1000;

/// Puts a rule into the book and waits until each shard obeys it.
async fn rule(world: &World, kind: RuleKind, threshold: u32, self_release: bool) {
    let consequence = Consequence::Suspend { for_ms: HOUR_MS, self_release };
    let (id, name, window_ms) = (RuleId(0), "rule".to_owned(), HOUR_MS);
    let rule = Rule { id, name, kind, window_ms, threshold, consequence, enabled: true, dry_run: false };
    let (change, by, reason) = (RuleChange::Put(rule), OperatorId::HOST, "a test".to_owned());
    world.bus.call(Command::ChangeRules(ChangeRules { expected: 0, change, by, reason }), None).await.unwrap();
    for shard in 0..SHARDS {
        eventually(async || {
            let query = laisee_core::query::Query::RuleBooks { before: 0, limit: 1 };
            match world.bus.query(laisee_core::ids::ShardId(shard), query).await.unwrap() {
                laisee_core::query::Answer::RuleBooks { books, .. } => books.first().map(|_| ()),
                other => panic!("{other:?}"),
            }
        })
        .await;
    }
}

/// Somebody rich in shard 0, somebody in shard 1 whom opening made suspicious, and the conversation between them.
async fn suspended(self_release: bool) -> (World, Person, Person, u64, Live) {
    let world = World::new();
    let (ann, bob) = (world.sign_up(&name_in(0)).await, world.sign_up(&name_in(1)).await);
    let conversation = world.befriend(&ann, &bob).await;
    rule(&world, RuleKind::Opens, 2, self_release).await;
    let mut rich = world.live(&ann).await;
    rich.ask(top_up(10_000)).await;
    let mut opens = world.live(&bob).await;
    for _ in 0..2 {
        let packet = send_packet(&mut rich, packet(conversation, 10, 1)).await;
        let opened = opens.ask(Ask::OpenPacket(v1::OpenPacket { packet })).await;
        assert!(matches!(opened, Answer::PacketOpened(_)), "{opened:?}");
    }
    let told = opens.notice(|notice| match notice {
        Answer::SuspensionNotice(v1::SuspensionNotice { suspension }) => *suspension,
        _ => None,
    });
    assert_eq!(told.await.reason(), SuspensionReason::Opens);
    (world, ann, bob, conversation, rich)
}

/// The refusal of an open, once the packet's shard has heard of the suspension.
async fn refused(opens: &mut Live, rich: &mut Live, conversation: u64) -> (u64, v1::Error) {
    for _ in 0..20 {
        let packet = send_packet(rich, packet(conversation, 10, 1)).await;
        if let Answer::Error(error) = opens.ask(Ask::OpenPacket(v1::OpenPacket { packet })).await {
            return (packet, error);
        }
    }
    panic!("it opened all of them");
}

/// Rules R1 and R2.
#[tokio::test]
async fn a_suspended_account_is_told_why_and_talks_on() {
    let (world, _, bob, conversation, mut rich) = suspended(true).await;
    let mut live = world.live(&bob).await;
    let (id, error) = refused(&mut live, &mut rich, conversation).await;
    assert_eq!(error.code(), ErrorCode::RiskSuspended);
    let seen = error.suspension.expect("it says why");
    assert_eq!((seen.reason(), seen.until_ms - seen.since_ms), (SuspensionReason::Opens, HOUR_MS));
    assert!(seen.self_release);

    assert_eq!(live.refused(Ask::GrabPacket(v1::GrabPacket { packet: id })).await, ErrorCode::RiskSuspended);
    let open = world.rest("POST", &format!("/v1/packets/{id}/open"), &bob, &json!({})).await;
    assert_eq!((open.status, open.code().as_str()), (422, "RISK_SUSPENDED"));
    assert_eq!(open.json()["suspension"]["reason"], "SUSPENSION_REASON_OPENS", "over REST, too");
    let send = Ask::SendPacket(packet(conversation, 10, 1));
    assert_eq!(live.refused(send).await, ErrorCode::RiskSuspended);

    assert!(matches!(live.ask(say(conversation, "what happened?")).await, Answer::MessageSent(_)));
    assert!(matches!(live.ask(Ask::GetWallet(v1::GetWallet {})).await, Answer::Wallet(_)));
    assert!(matches!(live.ask(top_up(5)).await, Answer::ToppedUp(_)));
    let risk = world.rest("GET", "/v1/risk", &bob, &json!({})).await.json();
    assert_eq!(risk["suspension"]["untilMs"], json!(seen.until_ms.to_string()));
    assert_eq!(risk["codesLeft"], json!(5));
}

/// Rule R3.
#[tokio::test]
async fn code_and_pin_end_a_suspension() {
    let (world, _, bob, conversation, mut rich) = suspended(true).await;
    let mut live = world.live(&bob).await;
    let (id, _) = refused(&mut live, &mut rich, conversation).await;
    let release =
        |code: &str, pin: &str| Ask::ReleaseSuspension(v1::ReleaseSuspension { code: code.into(), pin: pin.into() });
    assert_eq!(live.refused(release("123456", PIN)).await, ErrorCode::NoReleaseCode);
    assert_eq!(live.refused(release("12345", PIN)).await, ErrorCode::Malformed);

    let mut other = world.live(&world.sign_in(&bob).await).await;
    let Answer::ReleaseCodeMade(made) = live.ask(Ask::RequestReleaseCode(v1::RequestReleaseCode {})).await else {
        panic!("no code")
    };
    assert_eq!(made.codes_left, 4);
    let code = other.notice(|notice| match notice {
        Answer::ReleaseCodeNotice(told) => Some(told.code.clone()),
        _ => None,
    });
    let code = code.await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    // The password is no PIN, and a session alone is not enough.
    assert_eq!(live.refused(release(&code, "")).await, ErrorCode::PinNotSet);
    let pin = json!({ "pin": PIN, "password": PASSWORD });
    assert_eq!(world.rest("PUT", "/v1/wallet/pin", &bob, &pin).await.status, 200);
    for (pin, expected) in
        [("", ErrorCode::PinRequired), (PASSWORD, ErrorCode::PinInvalid), ("135791", ErrorCode::PinWrong)]
    {
        for code in [wrong, &code] {
            assert_eq!(live.refused(release(code, pin)).await, expected, "{pin:?}");
        }
    }
    for left in [4, 3] {
        let Answer::Error(error) = live.ask(release(wrong, PIN)).await else { panic!("released") };
        assert_eq!((error.code(), error.tries_left), (ErrorCode::ReleaseFailed, left), "codes were not guessed before");
    }
    let body = json!({ "code": code, "pin": PIN });
    assert_eq!(world.rest("POST", "/v1/risk/release", &bob, &body).await.status, 200);
    let told = other.notice(|notice| match notice {
        Answer::SuspensionNotice(v1::SuspensionNotice { suspension: None }) => Some(()),
        _ => None,
    });
    told.await;
    assert_eq!(live.refused(release(&code, PIN)).await, ErrorCode::NotSuspended);
    eventually(async || {
        let open = web::post(&world.addr, &format!("/v1/packets/{id}/open"), Some(&bob.token), &json!({})).await;
        (open.status == 200).then_some(())
    })
    .await;
}

/// Rule R3: a rule can leave it to operators alone.
#[tokio::test]
async fn some_suspensions_are_not_for_the_user_to_end() {
    let (world, _, bob, ..) = suspended(false).await;
    let mut live = world.live(&bob).await;
    let request = Ask::RequestReleaseCode(v1::RequestReleaseCode {});
    assert_eq!(live.refused(request).await, ErrorCode::ReleaseForbidden);
    let risk = world.rest("GET", "/v1/risk", &bob, &json!({})).await.json();
    assert_ne!(risk["suspension"]["selfRelease"], json!(true));
}

/// Rule R4: several accounts on one device, whatever they call it.
#[tokio::test]
async fn a_device_is_known_by_its_id() {
    let world = World::new();
    rule(&world, RuleKind::SharedDevice, 2, false).await;
    let sign_up = async |name: &str, device_id: &str| {
        let body =
            json!({ "name": name, "displayName": name, "password": PASSWORD, "device": "x", "deviceId": device_id });
        web::post(&world.addr, "/v1/sign-up", None, &body).await
    };
    let own = new_id();
    let answers = [sign_up("ann", &own).await, sign_up("eve", "another").await, sign_up("bob", &own).await];
    let tokens = answers.map(|answer| answer.json()["token"].as_str().unwrap().to_owned());
    let reason = async |token: &str| {
        let risk = web::get(&world.addr, "/v1/risk", Some(token)).await.json();
        risk["suspension"]["reason"].as_str().map(str::to_owned)
    };
    for token in [&tokens[0], &tokens[2]] {
        assert_eq!(eventually(async || reason(token).await).await, "SUSPENSION_REASON_SHARED_DEVICE");
    }
    assert_eq!(reason(&tokens[1]).await, None);
    assert_eq!(sign_up("dan", &"x".repeat(65)).await.code(), "MALFORMED");
}

/// What operators do about it stands in the audit log, and the roles hold.
#[tokio::test]
async fn operators_tune_rules_and_decide_on_suspensions() {
    let world = World::new();
    let ann = world.sign_up("ann").await;
    let admin = world.operator_token("olga", Role::Admin).await;
    let rules = world.admin("GET", "/v1/admin/risk/rules", &admin, &json!({})).await.json();
    assert_eq!(rules["rules"].as_array().unwrap().len(), 5);
    let mut rule = rules["rules"][0].clone();
    rule["enabled"] = json!(true);
    let put = async |sequence: &str, rule: &serde_json::Value| {
        let body = json!({ "sequence": sequence, "reason": "try it", "rule": rule });
        world.admin("PUT", "/v1/admin/risk/rules/1", &admin, &body).await
    };
    assert_eq!(put("7", &rule).await.code(), "RULES_STALE");
    let changed = put("0", &rule).await.json();
    assert_eq!((&changed["sequence"], &changed["rules"][0]["enabled"]), (&json!("1"), &json!(true)));
    rule["threshold"] = json!(0);
    assert_eq!(put("1", &rule).await.code(), "RULE_INVALID");
    let (dropped, body) = ("/v1/admin/risk/rules/2/drop", json!({ "sequence": "1", "reason": "not ours" }));
    assert_eq!(world.admin("POST", dropped, &admin, &body).await.json()["rules"].as_array().unwrap().len(), 4);
    let history = world.admin("GET", "/v1/admin/risk/rules/history", &admin, &json!({})).await.json();
    let reasons = history["changes"].as_array().unwrap().iter().map(|change| change["reason"].clone());
    assert_eq!(reasons.collect::<Vec<_>>(), [json!("not ours"), json!("try it")]);
    let (dropped_one, tuned) = (&history["changes"][0], &history["changes"][1]);
    assert_eq!((&dropped_one["before"]["id"], &dropped_one["after"]), (&json!(2), &json!(null)));
    assert_eq!((&tuned["byName"], &tuned["sequence"]), (&json!("olga"), &json!("1")));
    let enabled = [&tuned["before"]["enabled"], &tuned["after"]["enabled"]];
    assert_eq!(enabled, [&json!(false), &json!(true)], "against the rules of the beginning");
    let path = "/v1/admin/risk/rules/history?limit=1";
    let page = world.admin("GET", path, &admin, &json!({})).await.json();
    assert_eq!((page["changes"].as_array().unwrap().len(), &page["more"]), (1, &json!(true)));
    assert_eq!(page["changes"][0]["before"]["id"], json!(2), "also at the end of a page");

    let support = world.operator_token("sue", Role::Support).await;
    assert_eq!(world.admin("POST", dropped, &support, &body).await.code(), "ROLE_INSUFFICIENT");
    let path = format!("/v1/admin/risk/suspensions/{}", ann.user);
    let until =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as i64 + HOUR_MS;
    let suspend = json!({ "untilMs": until.to_string(), "selfRelease": true, "reason": "reported by three" });
    let now = world.admin("PUT", &path, &support, &suspend).await.json();
    assert_eq!(now["suspension"]["name"], json!("ann"));
    let risk = world.rest("GET", "/v1/risk", &ann, &json!({})).await.json();
    assert_eq!(risk["suspension"]["reason"], "SUSPENSION_REASON_OPERATOR");
    let list = async |query: &str| {
        let path = format!("/v1/admin/risk/suspensions?{query}");
        let page = world.admin("GET", &path, &support, &json!({})).await.json();
        page["suspensions"].as_array().cloned().unwrap_or_default()
    };
    for (query, count) in [("", 1), ("sort=-until&reason=OPERATOR", 1), ("reason=OPENS", 0), ("user=7", 0)] {
        assert_eq!(list(query).await.len(), count, "{query}");
    }
    let lift = format!("{path}/lift");
    assert_eq!(world.admin("POST", &lift, &support, &json!({})).await.code(), "REASON_INVALID");
    let lifted = world.admin("POST", &lift, &support, &json!({ "reason": "a mistake" })).await.json();
    assert_eq!(lifted["suspension"]["liftedReason"], json!("a mistake"));
    assert_eq!(world.admin("POST", &lift, &support, &json!({ "reason": "again" })).await.code(), "NOT_SUSPENDED");
    assert_eq!((list("").await.len(), list("ended=true").await.len()), (0, 1));
    let audit = world.admin("GET", "/v1/admin/audit?limit=4", &admin, &json!({})).await.json();
    let actions: Vec<_> = audit["rows"].as_array().unwrap().iter().map(|row| row["action"].clone()).collect();
    for action in ["risk.rule", "risk.suspend", "risk.lift"] {
        let rows = world.admin("GET", &format!("/v1/admin/audit?action={action}"), &admin, &json!({})).await.json();
        assert!(!rows["rows"].as_array().unwrap().is_empty(), "{action} is missing: {actions:?}");
    }
}

/// What rules would have done, over all shards and in pages.
#[tokio::test]
async fn a_dry_run_is_listed_for_operators() {
    let world = World::new();
    let admin = world.operator_token("olga", Role::Admin).await;
    let own = json!({ "name": "dry", "kind": "RULE_KIND_SHARED_DEVICE", "windowMs": HOUR_MS, "threshold": 2,
        "suspendForMs": HOUR_MS, "enabled": true, "dryRun": true });
    let body = json!({ "sequence": "0", "reason": "try it", "rule": own });
    assert_eq!(world.admin("POST", "/v1/admin/risk/rules", &admin, &body).await.status, 200);
    for shard in 0..SHARDS {
        eventually(async || {
            let query = laisee_core::query::Query::RuleBooks { before: 0, limit: 1 };
            match world.bus.query(laisee_core::ids::ShardId(shard), query).await.unwrap() {
                laisee_core::query::Answer::RuleBooks { books, .. } => books.first().map(|_| ()),
                other => panic!("{other:?}"),
            }
        })
        .await;
    }
    for shard in 0..SHARDS {
        let name = name_in(shard);
        let body = json!({ "name": name, "displayName": name, "password": PASSWORD, "deviceId": "one" });
        assert_eq!(web::post(&world.addr, "/v1/sign-up", None, &body).await.status, 200);
    }
    let page = async |query: &str| {
        world.admin("GET", &format!("/v1/admin/risk/hits?{query}"), &admin, &json!({})).await.json()
    };
    let whole = eventually(async || {
        let hits = page("dryRun=true").await["hits"].as_array().cloned().unwrap_or_default();
        (hits.len() == 2).then_some(hits)
    })
    .await;
    assert!(whole.iter().all(|hit| hit["effect"] == json!("RULE_EFFECT_DRY_RUN") && hit["rule"] == json!(6)));
    let first = page("limit=1").await;
    let second = page(&format!("limit=1&after={}", first["next"].as_str().unwrap())).await;
    assert_eq!([&first["hits"][0], &second["hits"][0]], [&whole[0], &whole[1]]);
    assert!(second["next"].as_str().is_none_or(str::is_empty));
    assert!(page("dryRun=false").await["hits"].as_array().is_none_or(Vec::is_empty));
}
