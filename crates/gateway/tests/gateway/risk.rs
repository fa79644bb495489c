//! Risk control as users meet it: refused with a reason, told of it, and released with code and password.

use laisee_bus::Bus;
use laisee_core::{
    command::{ChangeRules, Command},
    ids::OperatorId,
    risk::{Consequence, Rule, RuleId, RuleKind, change_rules::RuleChange},
};
use laisee_wire::v1::{self, ErrorCode, SuspensionReason, client_frame::Body as Ask, server_frame::Body as Answer};
use serde_json::json;

use crate::{
    live::Live,
    web,
    world::{PASSWORD, Person, SHARDS, World, eventually, name_in, new_id, packet, say, send_packet, top_up},
};

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
async fn code_and_password_end_a_suspension() {
    let (world, _, bob, conversation, mut rich) = suspended(true).await;
    let mut live = world.live(&bob).await;
    let (id, _) = refused(&mut live, &mut rich, conversation).await;
    let release = |code: &str, password: &str| {
        Ask::ReleaseSuspension(v1::ReleaseSuspension { code: code.into(), password: password.into() })
    };
    assert_eq!(live.refused(release("123456", PASSWORD)).await, ErrorCode::NoReleaseCode);
    assert_eq!(live.refused(release("12345", PASSWORD)).await, ErrorCode::Malformed);

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
    for (attempt, left) in [(release(wrong, PASSWORD), 4), (release(&code, "wrong horse"), 3)] {
        let Answer::Error(error) = live.ask(attempt).await else { panic!("released") };
        assert_eq!((error.code(), error.tries_left), (ErrorCode::ReleaseFailed, left));
    }
    let body = json!({ "code": code, "password": PASSWORD });
    assert_eq!(world.rest("POST", "/v1/risk/release", &bob, &body).await.status, 200);
    let told = other.notice(|notice| match notice {
        Answer::SuspensionNotice(v1::SuspensionNotice { suspension: None }) => Some(()),
        _ => None,
    });
    told.await;
    assert_eq!(live.refused(release(&code, PASSWORD)).await, ErrorCode::NotSuspended);
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
