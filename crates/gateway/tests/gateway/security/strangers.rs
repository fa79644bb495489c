//! Somebody signed in, and somebody else's packet, transfer, statement, file, order, conversation and dispute.

use laisee_core::{fen::Fen, ids::UserId};
use serde_json::{Value, json};

use super::{
    ledger::{Findings, wallets},
    roads::{Road, Told, told},
    rows::{Again, Row, Stranger, USERS},
    scene::{PDF, PIN, Scene, upload},
};
use crate::{
    web,
    world::{eventually, made_up_id, new_id},
};

async fn balance(scene: &Scene) -> String {
    let wallet = scene.tell(Road::Rest, &scene.mallory.token, "GetWallet", &json!({})).await.body;
    assert_eq!(wallet["held"], "0");
    wallet["balance"].as_str().unwrap().to_owned()
}

/// Rules E2, F9, P3, P6: each request of users by a stranger, on each road, twice.
#[tokio::test]
async fn what_is_somebody_elses_is_out_of_reach() {
    let scene = Scene::new().await;
    let mut findings = Findings::default();
    let token = &scene.mallory.token;
    let mallory = UserId(scene.mallory.user);
    let others = |entries: &[_]| {
        let mut wallets = wallets(entries);
        wallets.remove(&mallory);
        wallets
    };
    let before = others(&scene.world.settled().await);
    for row in USERS {
        for road in Road::of(row.request) {
            let what = format!("{} on {road:?}", row.request);
            let (body, ends) = ((row.body)(&scene), scene.world.ends());
            match row.stranger {
                Stranger::Own => {
                    let told = scene.tell(road, token, row.request, &body).await;
                    findings.check(![401, 403].contains(&told.status), || format!("{what}: {told:?}"));
                    shows_nothing(&scene, &told, &what, &mut findings);
                    if row.again == Again::Reads {
                        findings.nothing_happened(&scene.world, &ends, &what);
                    } else {
                        scene.world.settled().await;
                    }
                }
                Stranger::Refused(code) => {
                    let told = scene.tell(road, token, row.request, &body).await;
                    let status = if road == Road::Rest { 422 } else { 0 };
                    findings.check((told.status, told.code.as_str()) == (status, code), || {
                        format!("{what}: not {code}, but {told:?}")
                    });
                    shows_nothing(&scene, &told, &what, &mut findings);
                    findings.nothing_happened(&scene.world, &ends, &what);
                }
                Stranger::ComesBack(code) => comes_back(&scene, road, row, &body, code).await,
            }
        }
    }
    findings.none_of(2 * USERS.len());
    assert_eq!(others(&scene.world.settled().await), before, "nobody else's money has moved");
}

fn shows_nothing(scene: &Scene, told: &Told, what: &str, findings: &mut Findings) {
    let shown = scene.given_away(&told.body.to_string());
    findings.check(shown.is_empty(), || format!("{what} shows {shown:?}"));
}

/// Rules P1 and F1: sent into a conversation that one is not in, the money returns whole.
async fn comes_back(scene: &Scene, road: Road, row: &Row, body: &Value, code: &str) {
    let had = balance(scene).await;
    let token = &scene.mallory.token;
    let told = scene.tell(road, token, row.request, body).await;
    assert!(told.ok(), "{}: {told:?}", row.request);
    eventually(async || (balance(scene).await == had).then_some(())).await;
    scene.world.settled().await;
    let (asked, thing) =
        if row.request == "SendPacket" { ("GetPacket", "packet") } else { ("GetTransfer", "transfer") };
    let found = scene.tell(Road::Rest, token, asked, &json!({ thing: told.body[thing] })).await.body;
    assert!(found["status"].as_str().unwrap().ends_with("_REFUNDED"), "{found}");
    if thing == "transfer" {
        let number = found["errorCode"].as_u64().unwrap() as i32;
        assert_eq!(super::roads::short(laisee_wire::v1::ErrorCode::try_from(number).unwrap()), code);
    }
}

/// One of the two, and not the one whom it is for; one's own thing, with somebody else's beside it.
#[tokio::test]
async fn each_may_do_its_own_part_only() {
    let scene = Scene::new().await;
    let mut findings = Findings::default();
    let bobs = upload(&scene.world, &scene.bob, "bobs.pdf", b"%PDF-1.4 of bob").await.to_string();
    let [ann, bob, carol, admin] = [&scene.ann.token, &scene.bob.token, &scene.carol.token, &scene.admin];
    let [pending, arrived, recalled] = [scene.pending, scene.arrived, scene.recalled].map(|id| id.to_string());
    let (direct, group) = (scene.direct.to_string(), scene.group.to_string());
    let nobody = made_up_id(0).to_string();
    let nowhere = made_up_id(9).to_string();
    let transfer = |id: &str| json!({ "transfer": id });
    let recall = |id: &str, evidence: &str| json!({ "transfer": id, "reason": "mine", "evidence": [evidence] });
    let decide = |id: &str| json!({ "transfer": id, "outcome": "RECALL_OUTCOME_RETURNED", "reason": "because" });
    let send = |conversation: &str, receiver: u64| json!({ "id": new_id(), "conversation": conversation, "receiver": receiver.to_string(), "amount": "1" });
    let entries = scene.world.settled().await;
    for (token, request, body, code) in [
        (ann, "AcceptTransfer", transfer(&arrived), "TRANSFER_NOT_FOR_YOU"),
        (ann, "ReturnTransfer", transfer(&arrived), "TRANSFER_NOT_FOR_YOU"),
        (bob, "RecallTransfer", recall(&pending, &bobs), "TRANSFER_NOT_FOR_YOU"),
        (bob, "AcceptTransfer", transfer(&pending), "TRANSFER_NOT_ARRIVED"),
        (bob, "AcceptTransfer", transfer(&recalled), "TRANSFER_FROZEN"),
        (ann, "RecallTransfer", recall(&arrived, &scene.file.to_string()), "TRANSFER_ARRIVED"),
        (ann, "RecallTransfer", recall(&pending, &bobs), "NO_SUCH_FILE"),
        (ann, "RecallTransfer", recall(&pending, &nobody), "NO_SUCH_FILE"),
        (bob, "RecallTransfer", recall(&nobody, &bobs), "NO_SUCH_TRANSFER"),
        (ann, "SendTransfer", send(&direct, scene.ann.user), "NOT_YOURSELF"),
        (carol, "GetPacket", json!({ "packet": scene.packet.to_string() }), "NO_SUCH_PACKET"),
        (carol, "OpenPacket", json!({ "packet": scene.packet.to_string() }), "PACKET_NOT_FOR_YOU"),
        (carol, "GetHistory", json!({ "conversation": direct }), "NOT_A_MEMBER"),
        (carol, "GetTransfer", transfer(&pending), "NO_SUCH_TRANSFER"),
        (bob, "GetOrder", json!({ "order": scene.order.to_string() }), "NO_SUCH_ORDER"),
        (bob, "UpdateGroup", json!({ "conversation": group, "title": "bob's" }), "NOT_OWNER"),
        (bob, "RemoveMember", json!({ "conversation": group, "user": scene.ann.user.to_string() }), "NOT_OWNER"),
        (bob, "CloseSession", json!({ "session": scene.ann.session.to_string() }), "NO_SUCH_SESSION"),
        (admin, "DecideDispute", decide(&pending), "NO_SUCH_DISPUTE"),
        (admin, "DecideDispute", decide(&nobody), "NO_SUCH_DISPUTE"),
        (admin, "DecideDispute", decide(&nowhere), "NO_SUCH_DISPUTE"),
        (admin, "GetDispute", transfer(&pending), "NO_SUCH_DISPUTE"),
    ] {
        for road in Road::of(request) {
            let ends = scene.world.ends();
            let told = scene.tell(road, token, request, &body).await;
            let what = format!("{request} {body} on {road:?}");
            findings.check(told.code == code, || format!("{what}: not {code}, but {told:?}"));
            findings.nothing_happened(&scene.world, &ends, &what);
        }
    }
    findings.none_of(60);
    assert_eq!(scene.world.settled().await, entries);
}

/// Files are their owner's; an operator sees evidence of the dispute that is named, and no other file.
#[tokio::test]
async fn files_and_statements_are_their_owners() {
    let scene = Scene::new().await;
    let (world, file, recalled) = (&scene.world, scene.file, scene.recalled);
    let bobs = upload(world, &scene.bob, "bobs.pdf", PDF).await;
    let get = async |token: &str, path: String| told(&web::get(&world.addr, &path, Some(token)).await);
    let ends = world.ends();
    for (token, path, code) in [
        (&scene.mallory.token, format!("/v1/files/{file}"), "NO_SUCH_FILE"),
        (&scene.bob.token, format!("/v1/files/{file}"), "NO_SUCH_FILE"),
        (&scene.ann.token, format!("/v1/files/{bobs}"), "NO_SUCH_FILE"),
        (&scene.ann.token, format!("/v1/files/{}", made_up_id(9)), "NO_SUCH_FILE"),
        (&scene.admin, format!("/v1/files/{file}"), "UNAUTHENTICATED"),
        (&scene.admin, format!("/v1/admin/disputes/{recalled}/files/{bobs}"), "NO_SUCH_FILE"),
        (&scene.admin, format!("/v1/admin/disputes/{}/files/{file}", scene.pending), "NO_SUCH_DISPUTE"),
        (&scene.admin, format!("/v1/admin/disputes/{}/files/{file}", made_up_id(9)), "NO_SUCH_DISPUTE"),
    ] {
        let found = get(token, path.clone()).await;
        assert_eq!(found.code, code, "{path}");
        assert_eq!(world.ends(), ends, "{path}");
    }
    assert!(get(&scene.ann.token, format!("/v1/files/{file}")).await.ok());
    assert!(get(&scene.support, format!("/v1/admin/disputes/{recalled}/files/{file}")).await.ok());
    for search in ["", "?search=bank", &format!("?search={}", scene.packet), &format!("?before={}", u64::MAX >> 1)] {
        let statement =
            web::get(&world.addr, &format!("/v1/wallet/statement.csv{search}"), Some(&scene.mallory.token)).await;
        assert_eq!(statement.status, 200);
        assert_eq!(scene.given_away(&statement.body), Vec::<String>::new(), "{search}");
    }
    let own = web::get(&world.addr, "/v1/wallet/statement.csv", Some(&scene.ann.token)).await;
    assert!(own.body.contains("bank of ann"), "what is looked for would be found");
}

/// A PIN is its owner's: another's is wrong for one's own wallet, and nothing asks for another's wallet at all.
#[tokio::test]
async fn no_pin_opens_another_wallet() {
    let scene = Scene::new().await;
    let change = json!({ "pin": "864209", "currentPin": PIN });
    assert!(scene.tell(Road::Rest, &scene.mallory.token, "SetPin", &change).await.ok());
    let before = wallets(&scene.world.settled().await);
    for road in Road::ALL {
        // Fields that name somebody else are no fields of these requests, and ignored (T2).
        let body = json!({ "id": new_id(), "amount": "1", "destination": "bank", "pin": PIN });
        assert_eq!(scene.tell(road, &scene.mallory.token, "Withdraw", &body).await.code, "PIN_WRONG", "{road:?}");
    }
    let named = json!({ "id": new_id(), "amount": "1", "destination": "bank", "pin": "864209",
        "user": scene.ann.user.to_string(), "wallet": scene.ann.user.to_string() });
    assert!(scene.tell(Road::Rest, &scene.mallory.token, "Withdraw", &named).await.ok());
    let after = wallets(&scene.world.settled().await);
    let (ann, mallory) = (UserId(scene.ann.user), UserId(scene.mallory.user));
    assert_eq!((after[&ann], after[&mallory]), (before[&ann], before[&mallory].minus(Fen(1))));
}
