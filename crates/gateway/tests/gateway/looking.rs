//! What operators look at: live figures, and anybody's packet.

use laisee_core::operator::Role;
use serde_json::json;

use crate::world::{World, eventually, id, made_up_id, new_id};

#[tokio::test]
async fn figures_are_measured_while_the_server_runs() {
    let world = World::new();
    let vic = world.operator_token("vic", Role::Viewer).await;
    let ann = world.sign_up("ann").await;
    let _live = world.live(&ann).await;
    let sample = eventually(async || {
        let figures = world.admin("GET", "/v1/admin/figures", &vic, &json!({})).await.json();
        assert_eq!(figures["shards"][0]["shard"], json!(1), "what the shards say of themselves");
        let sample = figures["samples"].as_array()?.last()?.clone();
        (sample["connections"] == json!(1)).then_some(sample)
    })
    .await;
    assert!(id(&sample["atMs"]) > 0, "{sample}");
}

#[tokio::test]
async fn any_packet_is_shown_and_its_secret_only_at_the_end() {
    let world = World::new();
    let sue = world.operator_token("sue", Role::Support).await;
    let (ann, bob, conversation) = world.ann_and_bob().await;
    let money = json!({ "id": new_id(), "amount": "1000" });
    assert_eq!(world.rest("POST", "/v1/wallet/top-up", &ann, &money).await.status, 200);
    let packet = json!({ "id": new_id(), "conversation": conversation.to_string(),
        "kind": "PACKET_KIND_LUCKY", "amount": "200", "count": 1 });
    let packet = id(&world.rest("POST", "/v1/packets", &ann, &packet).await.json()["packet"]);
    let look = async |packet: u64| world.admin("GET", &format!("/v1/admin/packets/{packet}"), &sue, &json!({})).await;

    let open = eventually(async || {
        let seen = look(packet).await.json();
        (seen["status"] == json!("PACKET_STATUS_OPEN")).then_some(seen)
    })
    .await;
    assert_eq!((id(&open["sender"]), &open["secret"], &open["mine"]), (ann.user, &json!(""), &json!("0")));
    assert_eq!(world.rest("POST", &format!("/v1/packets/{packet}/open"), &bob, &json!({})).await.status, 200);
    let ended = look(packet).await.json();
    assert_eq!(ended["status"], json!("PACKET_STATUS_FINISHED"));
    assert_eq!((id(&ended["claims"][0]["user"]), &ended["claims"][0]["amount"]), (bob.user, &json!("200")));
    assert_eq!(ended["secret"].as_str().map(str::len), Some(64));
    assert_eq!(look(made_up_id(0)).await.code(), "NO_SUCH_PACKET");
}

#[tokio::test]
async fn users_are_found_by_name_or_id_and_their_money_is_for_finance() {
    let world = World::new();
    let (sue, fay) =
        (world.operator_token("sue", Role::Support).await, world.operator_token("fay", Role::Finance).await);
    let ann = world.sign_up("ann").await;
    let money = json!({ "id": new_id(), "amount": "1000" });
    assert_eq!(world.rest("POST", "/v1/wallet/top-up", &ann, &money).await.status, 200);
    let look = async |token: &str, path: &str| world.admin("GET", path, token, &json!({})).await;

    for q in ["ann", " ANN ", &ann.user.to_string()] {
        let found = look(&sue, &format!("/v1/admin/users?q={}", q.replace(' ', "%20"))).await.json();
        assert_eq!(id(&found["users"][0]["id"]), ann.user, "{q}");
        assert_eq!(found["users"].as_array().map(Vec::len), Some(1), "{q}");
    }
    for q in ["", "nobody", "5", "99999999999999999999"] {
        let found = look(&sue, &format!("/v1/admin/users?q={q}")).await;
        assert_eq!((found.status, found.json()["users"].as_array().map(Vec::len)), (200, Some(0)), "{q}");
    }
    let path = format!("/v1/admin/users/{}", ann.user);
    let details = look(&sue, &path).await.json();
    assert_eq!((&details["user"]["name"], &details["sessions"][0]["device"]), (&json!("ann"), &json!("first")));
    assert!(id(&details["user"]["createdAtMs"]) > 0, "{details}");
    assert!(!details.to_string().contains("argon2"), "no password");
    for part in ["wallet", "statement"] {
        assert_eq!(look(&sue, &format!("{path}/{part}")).await.code(), "ROLE_INSUFFICIENT", "{part}");
    }
    assert_eq!(look(&fay, &format!("{path}/wallet")).await.json()["balance"], json!("1000"));
    let statement = look(&fay, &format!("{path}/statement")).await.json();
    assert_eq!(statement["movements"][0]["amount"], json!("1000"));
    let nobody = format!("/v1/admin/users/{}", made_up_id(0));
    for part in ["", "/wallet", "/statement"] {
        assert_eq!(look(&fay, &format!("{nobody}{part}")).await.code(), "NO_SUCH_USER", "{part}");
    }
}
