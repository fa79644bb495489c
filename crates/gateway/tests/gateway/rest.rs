//! REST and its description (E3, section 9).

use laisee_gateway::http::{further_routes::FURTHER_ROUTES, routes::ROUTES};
use serde_json::json;

use crate::{
    live::Encoding,
    web,
    world::{World, config, id, made_up_id, new_id},
};

/// The description that is served has exactly the paths that are served.
#[tokio::test]
async fn the_served_description_agrees_with_the_routes() {
    let world = World::new();
    let ann = world.sign_up("ann").await;
    let answer = web::get(&world.addr, "/v1/openapi.json", None).await;
    assert_eq!(answer.field("content-type"), Some("application/json"));
    let description = answer.json();
    let paths = description["paths"].as_object().unwrap();
    let mut described = 0;
    for (path, methods) in paths {
        for (method, operation) in methods.as_object().unwrap() {
            described += 1;
            let method = method.to_uppercase();
            let filled = path.split(['{', '}']).enumerate().map(|(n, part)| if n % 2 == 1 { "1" } else { part });
            let filled: String = filled.collect();
            let reply = web::call(&world.addr, &method, &filled, Some(&ann.token), "{}").await;
            assert!(
                ![404, 405].contains(&reply.status) || reply.status == 404 && reply.code() == "NOT_FOUND",
                "{path}"
            );
            assert_ne!(reply.status, 405, "{method} {path}");
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            for name in path.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
                let described = parameters.iter().any(|parameter| {
                    parameter["name"] == json!(name)
                        && parameter["in"] == json!("path")
                        && parameter["required"] == json!(true)
                });
                assert!(described, "{path} lacks {name}");
            }
        }
    }
    let further = FURTHER_ROUTES.iter().filter(|route| !route.path.starts_with("/v1/admin/")).count();
    assert_eq!(described, ROUTES.len() + further);
    let text = description.to_string();
    let schemas = description["components"]["schemas"].as_object().unwrap();
    for reference in text.split("#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(schemas.contains_key(name), "{name} is not described");
    }
}

#[tokio::test]
async fn what_is_no_path_is_not_found() {
    let world = World::new();
    for path in ["/v1/", "/v1/nothing", "/v1/packets", "/v1/sign-up/x", "/v1/packets/1/open/2"] {
        let reply = web::call(&world.addr, "DELETE", path, None, "").await;
        assert!([404, 405].contains(&reply.status), "{path}: {}", reply.status);
    }
    assert_eq!(web::get(&world.addr, "/v1/nothing", None).await.code(), "NOT_FOUND");
    let other_method = web::get(&world.addr, "/v1/packets/1/open", None).await;
    assert_eq!((other_method.status, other_method.code().as_str()), (405, "NOT_FOUND"));
    let ann = world.sign_up("ann").await;
    for path in ["/v1/files/x", "/v1/files/%ff", "/v1/packets/%ff", "/v1/conversations/%ff/members"] {
        let reply = web::get(&world.addr, path, Some(&ann.token)).await;
        assert_eq!((reply.status, reply.code().as_str()), (400, "MALFORMED"), "E3: {path}");
    }
}

/// Rules T4, T5 and E3.
#[tokio::test]
async fn bodies_as_they_must_not_be() {
    let world = World::configured(laisee_gateway::GatewayConfig { frame_max_bytes: 1_000, ..config() });
    let ann = world.sign_up("ann").await;
    let post = async |path: &str, body: &str| {
        let reply = web::call(&world.addr, "POST", path, Some(&ann.token), body).await;
        (reply.status, reply.code())
    };
    let large = json!({ "id": "x".repeat(1_000) }).to_string();
    for path in ["/v1/wallet/top-up", "/v1/sign-in", "/v1/sign-up"] {
        assert_eq!(post(path, &large).await, (413, "TOO_LARGE".into()), "{path}");
        for body in ["{", "[]", "null", "3", "\"x\"", "{\"id\":5}", "{\"name\":[]}", "\u{0}"] {
            let (status, code) = post(path, body).await;
            // A field of another request is an unknown one, and ignored (T2).
            let ignored = body.contains("id") != path.contains("top-up") && body.contains(':');
            assert!(ignored || (status, code.as_str()) == (400, "MALFORMED"), "{path} {body}: {status} {code}");
        }
    }
    assert_eq!(post("/v1/packets/xyz/open", "{}").await, (400, "MALFORMED".into()));
    assert_eq!(post("/v1/packets/-1/open", "{}").await, (400, "MALFORMED".into()));
    let broken = web::send(
        &world.addr,
        "POST",
        "/v1/wallet/top-up",
        &format!("authorization: Bearer {}\r\n", ann.token),
        b"{\"id\":\"\xff\xfe\"}",
    )
    .await;
    assert_eq!(broken.code(), "MALFORMED");
    for query in ["?nothing=1", "?limit=many", "?limit=-1", "?before=1.5"] {
        let reply = web::get(&world.addr, &format!("/v1/wallet/statement{query}"), Some(&ann.token)).await;
        assert_eq!((reply.status, reply.code().as_str()), (400, "MALFORMED"), "{query}");
    }
}

/// The path wins over a body that says something else.
#[tokio::test]
async fn ids_in_the_path_are_those_that_count() {
    let world = World::new();
    let (ann, bob, direct) = world.ann_and_bob().await;
    let group = world.group(&ann, &[&bob]).await;
    let path = format!("/v1/conversations/{group}/quiet");
    let body = json!({ "conversation": direct.to_string(), "quiet": true });
    let answer = world.rest("PUT", &path, &ann, &body).await.json();
    assert_eq!(id(&answer["conversation"]["id"]), group);
    let quiet = async |conversation: u64| {
        let path = format!("/v1/conversations/{conversation}");
        world.rest("GET", &path, &ann, &json!({})).await.json()["conversation"]["quiet"].clone()
    };
    assert_eq!((quiet(group).await, quiet(direct).await), (json!(true), json!(false)));
}

/// Rule E3, through the whole server.
#[tokio::test]
async fn refusals_have_their_status() {
    let world = World::new();
    let (ann, bob, conversation) = world.ann_and_bob().await;
    let money = json!({ "id": new_id(), "amount": "1000" });
    let top_up = "/v1/wallet/top-up";
    assert_eq!(world.rest("POST", top_up, &ann, &money).await.json()["balance"], json!("1000"));
    let other = json!({ "id": money["id"], "amount": "1001" });
    let packet = json!({ "id": new_id(), "conversation": conversation.to_string(),
        "kind": "PACKET_KIND_NAMED", "amount": "2000", "count": 1, "recipient": bob.user.to_string() });
    let nowhere = format!("/v1/packets/{}", made_up_id(9));
    let nothing = format!("/v1/packets/{}", made_up_id(0));
    for (method, path, body, status, code) in [
        ("POST", top_up, &other, 409, "ID_REUSED"),
        ("POST", "/v1/packets", &packet, 422, "INSUFFICIENT_FUNDS"),
        ("GET", nowhere.as_str(), &json!({}), 404, "NOT_FOUND"),
        ("GET", nothing.as_str(), &json!({}), 422, "NO_SUCH_PACKET"),
        ("GET", "/v1/users/find", &json!({}), 400, "MALFORMED"),
        ("GET", "/v1/users/find?name=nobody", &json!({}), 422, "NO_SUCH_USER"),
    ] {
        let reply = world.rest(method, path, &ann, body).await;
        assert_eq!((reply.status, reply.code().as_str()), (status, code), "{method} {path}");
        assert_eq!(reply.field("cache-control"), Some("no-store"));
    }
}

/// A whole journey over REST alone, seen by the other side on a live connection.
#[tokio::test]
async fn everything_can_be_done_over_rest() {
    let world = World::new();
    let (ann, bob, conversation) = world.ann_and_bob().await;
    let mut live = world.live_in(&bob, Encoding::Json).await;
    let message = json!({ "conversation": conversation.to_string(), "clientMsgId": new_id(),
        "content": { "text": { "text": "by post" } } });
    let sent = world.rest("POST", "/v1/messages", &ann, &message).await.json();
    let told = live
        .notice(|notice| match notice {
            laisee_wire::v1::server_frame::Body::MessageNotice(notice) => Some(notice.message.clone().unwrap().seq),
            _ => None,
        })
        .await;
    assert_eq!(sent["seq"], json!(told));
    let seen = json!({ "conversation": conversation.to_string(), "through": told });
    assert_eq!(world.rest("POST", "/v1/acknowledge", &bob, &seen).await.json()["through"], json!(told));
    assert_eq!(world.rest("POST", "/v1/read", &bob, &seen).await.json()["unread"], json!(0));
    let profile = json!({ "displayName": "安", "face": "🐼#E7B75F" });
    assert_eq!(world.rest("PUT", "/v1/profile", &ann, &profile).await.json()["user"]["displayName"], json!("安"));
    let friend = format!("/v1/friends/{}", bob.user);
    assert_eq!(world.rest("DELETE", &friend, &ann, &json!({})).await.json()["relation"], json!("RELATION_NONE"));
    assert_eq!(world.rest("POST", "/v1/messages", &ann, &message).await.json(), sent, "M2: the first answer again");
}
