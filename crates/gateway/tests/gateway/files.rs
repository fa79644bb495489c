//! Uploaded files, and disputes with them as evidence, over real sockets.

use laisee_core::{operator::Role, settings::Settings};
use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt, net::TcpStream};

use crate::{
    web,
    world::{Person, World, config, eventually, id, new_id},
};

const PDF: &[u8] = b"%PDF-1.7 and what was said";

async fn upload(world: &World, person: &Person, name: &str, bytes: &[u8]) -> web::Reply {
    let fields = format!("authorization: Bearer {}\r\n", person.token);
    web::send(&world.addr, "POST", &format!("/v1/files?name={name}"), &fields, bytes).await
}

/// The files under a folder, by their names.
fn kept(folder: &std::path::Path) -> Vec<String> {
    let mut names = vec![];
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            names.extend(kept(&path));
        } else {
            names.push(path.file_name().unwrap().to_str().unwrap().to_owned());
        }
    }
    names
}

#[tokio::test]
async fn a_file_is_its_owners_and_nobody_elses() {
    let world = World::new();
    let (ann, eve) = (world.sign_up("ann").await, world.sign_up("eve").await);
    let answer = upload(&world, &ann, "%e8%81%8a%e5%a4%a9.pdf", PDF).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let file = answer.json();
    assert_eq!((&file["name"], &file["contentType"]), (&json!("聊天.pdf"), &json!("application/pdf")));
    assert_eq!(file["bytes"], json!(PDF.len().to_string()));
    let path = format!("/v1/files/{}", id(&file["id"]));
    let found = web::get(&world.addr, &path, Some(&ann.token)).await;
    assert_eq!((found.status, found.body.as_bytes()), (200, PDF));
    assert_eq!(found.field("content-type"), Some("application/pdf"));
    assert_eq!(found.field("x-content-type-options"), Some("nosniff"));
    assert!(found.field("content-disposition").unwrap().starts_with("attachment"), "{found:?}");
    let others = web::get(&world.addr, &path, Some(&eve.token)).await;
    assert_eq!((others.status, others.code().as_str()), (422, "NO_SUCH_FILE"));
    assert_eq!(web::get(&world.addr, &path, None).await.status, 401);
    for path in ["/v1/files/1", "/v1/files/9223372036854775807", "/v1/files/..%2f..%2fetc%2fpasswd", "/v1/files/x"] {
        let refused = web::get(&world.addr, path, Some(&ann.token)).await;
        assert!([400, 404, 422].contains(&refused.status), "{path}: {refused:?}");
    }
    // The same bytes of somebody else are another file, and lie there once.
    let again = upload(&world, &eve, "mine.pdf", PDF).await.json();
    assert_ne!(again["id"], file["id"]);
    assert_eq!(kept(world.place.path()), [file["sha256"].as_str().unwrap()]);
}

/// Whoever is slow with many takes none from others, and gives them back by hanging up.
#[tokio::test]
async fn nobody_takes_all_places_for_uploads() {
    let world = World::new();
    let (ann, eve) = (world.sign_up("ann").await, world.sign_up("eve").await);
    let mut slow = vec![];
    // One more for each try: a try has a place itself while it lasts, and may have kept a slow one out.
    eventually(async || {
        let mut line = TcpStream::connect(&world.addr).await.unwrap();
        let head = "POST /v1/files?name=slow.pdf HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n";
        let begin = format!("{head}authorization: Bearer {}\r\n\r\n%PDF", ann.token);
        line.write_all(begin.as_bytes()).await.unwrap();
        slow.push(line);
        let answer = upload(&world, &ann, "more.pdf", PDF).await;
        (answer.status != 200).then(|| assert_eq!(answer.code(), "BUSY"))
    })
    .await;
    assert_eq!(upload(&world, &eve, "mine.pdf", PDF).await.status, 200);
    drop(slow);
    eventually(async || (upload(&world, &ann, "more.pdf", PDF).await.status == 200).then_some(())).await;
}

#[tokio::test]
async fn what_is_refused_leaves_nothing_behind() {
    let limits = Settings { file_bytes_max: 1_000, file_day_bytes_max: 1_500, ..Settings::default() };
    let world = World::with(config(), limits);
    let ann = world.sign_up("ann").await;
    let of = |size: usize, fill: u8| [PDF, &vec![fill; size - PDF.len()]].concat();
    for (name, bytes, code) in [
        ("a.pdf", b"<html>no</html>".to_vec(), "FILE_TYPE_INVALID"),
        ("a.pdf", b"GIF89a".to_vec(), "FILE_TYPE_INVALID"),
        ("a.pdf", vec![], "FILE_TYPE_INVALID"),
        ("a.pdf", of(1_001, b'x'), "FILE_TOO_LARGE"),
        ("..%2F..%2Fa.pdf", PDF.to_vec(), "FILE_NAME_INVALID"),
        ("..", PDF.to_vec(), "FILE_NAME_INVALID"),
        ("", PDF.to_vec(), "FILE_NAME_INVALID"),
        ("a%00.pdf", PDF.to_vec(), "FILE_NAME_INVALID"),
    ] {
        let refused = upload(&world, &ann, name, &bytes).await;
        assert_eq!((refused.status, refused.code().as_str()), (422, code), "{name}");
    }
    let unsigned = web::send(&world.addr, "POST", "/v1/files?name=a.pdf", "", PDF).await;
    assert_eq!(unsigned.status, 401);
    assert_eq!(kept(world.place.path()), Vec::<String>::new());
    let first = upload(&world, &ann, "a.pdf", &of(1_000, b'a')).await.json();
    let beyond = upload(&world, &ann, "b.pdf", &of(501, b'b')).await;
    assert_eq!(beyond.code(), "FILE_QUOTA");
    // Bytes that are somebody's stay, though they are refused under another name.
    assert_eq!(upload(&world, &ann, "c.pdf", &of(1_000, b'a')).await.code(), "FILE_QUOTA");
    assert_eq!(kept(world.place.path()), [first["sha256"].as_str().unwrap()]);
}

/// Rules F6 and F7, from the upload to the decision.
#[tokio::test]
async fn an_operator_decides_by_the_evidence() {
    let world = World::new();
    let (ann, bob, conversation) = world.ann_and_bob().await;
    let [vic, sue, fin] = [("vic", Role::Viewer), ("sue", Role::Support), ("fin", Role::Finance)];
    let mut tokens = vec![];
    for (name, role) in [vic, sue, fin] {
        tokens.push(world.operator_token(name, role).await);
    }
    let [vic, sue, fin] = [&tokens[0], &tokens[1], &tokens[2]];
    world.rest("POST", "/v1/wallet/top-up", &ann, &json!({ "id": new_id(), "amount": "1000" })).await;
    let file = id(&upload(&world, &ann, "chat.pdf", PDF).await.json()["id"]);
    let other = id(&upload(&world, &ann, "other.pdf", PDF).await.json()["id"]);
    let his = id(&upload(&world, &bob, "his.pdf", PDF).await.json()["id"]);

    let mut transfers = vec![];
    for amount in ["100", "300", "200"] {
        let send = json!({ "id": new_id(), "conversation": conversation.to_string(), "receiver": bob.user.to_string(),
            "amount": amount, "arrival": "ARRIVAL_AFTER_24_H" });
        let transfer = id(&world.rest("POST", "/v1/transfers", &ann, &send).await.json()["transfer"]);
        let path = format!("/v1/transfers/{transfer}");
        eventually(async || {
            let seen = world.rest("GET", &path, &ann, &json!({})).await.json();
            (seen["status"] == json!("TRANSFER_STATUS_PENDING")).then_some(())
        })
        .await;
        transfers.push(transfer);
    }
    let recall = |evidence: u64| json!({ "reason": "not he", "evidence": [evidence.to_string()] });
    let path = |transfer: u64| format!("/v1/transfers/{transfer}/recall");
    let refused = world.rest("POST", &path(transfers[0]), &ann, &recall(his)).await;
    assert_eq!(refused.code(), "NO_SUCH_FILE");
    for transfer in &transfers {
        assert_eq!(world.rest("POST", &path(*transfer), &ann, &recall(file)).await.status, 200);
    }

    // Sorted and paged by the server.
    let list = async |query: &str, token: &str| {
        world.admin("GET", &format!("/v1/admin/disputes{query}"), token, &Value::Null).await
    };
    assert_eq!(list("", vic).await.code(), "ROLE_INSUFFICIENT");
    let amounts = |page: &Value| -> Vec<String> {
        let disputes = page["disputes"].as_array().cloned().unwrap_or_default();
        disputes.iter().map(|dispute| dispute["transfer"]["amount"].as_str().unwrap().to_owned()).collect()
    };
    let page = list("?state=DISPUTE_STATE_OPEN&sort=DISPUTE_SORT_AMOUNT&descending=true&limit=2", sue).await.json();
    assert_eq!(amounts(&page), ["300", "200"], "{page}");
    let next = page["next"].as_str().unwrap();
    let query = format!("?state=DISPUTE_STATE_OPEN&sort=DISPUTE_SORT_AMOUNT&descending=true&limit=2&after={next}");
    let page = list(&query, sue).await.json();
    assert_eq!((amounts(&page), page["next"].as_str()), (vec!["100".to_owned()], Some("")), "{page}");
    assert_eq!(amounts(&list("?user=1", sue).await.json()), Vec::<String>::new());
    assert_eq!(list("?after=nonsense", sue).await.code(), "BAD_PAGE_TOKEN");

    // One, with its evidence.
    let one = format!("/{}", transfers[0]);
    let dispute = list(&one, sue).await.json();
    assert_eq!(dispute["transfer"]["recall"]["reason"], json!("not he"), "{dispute}");
    assert_eq!((&dispute["sender"]["name"], &dispute["receiver"]["name"]), (&json!("ann"), &json!("bob")));
    assert_eq!(dispute["evidence"][0]["name"], json!("chat.pdf"));
    assert_eq!(dispute["earlier"].as_array().unwrap().len(), 2);
    let bytes = async |file: u64, token: &str| list(&format!("{one}/files/{file}"), token).await;
    assert_eq!(bytes(file, sue).await.body.as_bytes(), PDF);
    assert_eq!(bytes(other, sue).await.code(), "NO_SUCH_FILE", "that is no evidence");
    assert_eq!(bytes(file, vic).await.code(), "ROLE_INSUFFICIENT");
    assert_eq!(bytes(file, &ann.token).await.code(), "OPERATOR_UNAUTHENTICATED");
    assert_eq!(list("/7", sue).await.code(), "NO_SUCH_DISPUTE");

    // Decided once.
    let decide = async |transfer: u64, outcome: &str, reason: &str, token: &str| {
        let path = format!("/v1/admin/disputes/{transfer}/decide");
        world.admin("POST", &path, token, &json!({ "outcome": outcome, "reason": reason })).await
    };
    let (returned, released) = ("RECALL_OUTCOME_RETURNED", "RECALL_OUTCOME_RELEASED");
    assert_eq!(decide(transfers[0], returned, "clear", sue).await.code(), "ROLE_INSUFFICIENT");
    assert_eq!(decide(transfers[0], returned, "", fin).await.code(), "REASON_INVALID");
    assert_eq!(decide(transfers[0], "RECALL_OUTCOME_OPEN", "clear", fin).await.code(), "MALFORMED");
    for _ in 0..2 {
        let decided = decide(transfers[0], returned, "clear", fin).await;
        assert_eq!(decided.status, 200, "{decided:?}");
        assert_eq!(decided.json()["decidedByName"], json!("fin"));
    }
    assert_eq!(decide(transfers[0], released, "clear", fin).await.code(), "DISPUTE_ENDED");
    assert_eq!(decide(transfers[1], released, "she knew him", fin).await.status, 200);
    let status = async |transfer: u64| {
        let seen = world.rest("GET", &format!("/v1/transfers/{transfer}"), &bob, &Value::Null).await.json();
        seen["status"].as_str().unwrap().trim_start_matches("TRANSFER_STATUS_").to_owned()
    };
    assert_eq!(status(transfers[0]).await, "RECALLED");
    assert_eq!(status(transfers[1]).await, "PENDING");
    assert_eq!(status(transfers[2]).await, "FROZEN");
    let balance = world.rest("GET", "/v1/wallet", &ann, &Value::Null).await.json();
    assert_eq!(balance["balance"], json!("500"));
    assert_eq!(amounts(&list("?state=DISPUTE_STATE_OPEN", sue).await.json()), ["200"]);
    assert_eq!(amounts(&list(&format!("?outcome={released}"), sue).await.json()), ["300"]);
    let audit = world.admin("GET", "/v1/admin/audit?action=dispute.decide", sue, &Value::Null).await.json();
    let rows = audit["rows"].as_array().unwrap();
    let row = |n: usize| (rows[n]["byName"].as_str().unwrap(), rows[n]["after"].as_str().unwrap());
    assert_eq!([row(0), row(1)], [("fin", "released"), ("fin", "returned")], "{audit}");
}
