//! Bodies, headers and paths as they must not be, at every endpoint: answered, refused, and nothing has happened.

use laisee_gateway::http::{
    admin_routes::ADMIN_ROUTES,
    further_routes::{FURTHER_ROUTES, Taken},
    openapi::message,
    routes::{Method, ROUTES},
};
use prost_reflect::Kind;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{
    ledger::Findings,
    roads::{Road, filled, told, verb},
    rows::{OPERATORS, USERS},
    scene::Scene,
};
use crate::{live::Encoding, web, world::World};

/// Every endpoint that takes JSON: method, path, whose token, and a good body.
fn taking_json(scene: &Scene) -> Vec<(String, String, String, Value)> {
    let body_of = |request: &str| {
        USERS.iter().chain(OPERATORS).find(|row| row.request == request).map_or(json!({}), |row| (row.body)(scene))
    };
    let users = ROUTES.iter().map(|route| (route.method, route.path, route.request, scene.ann.token.clone()));
    let admins = ADMIN_ROUTES.iter().map(|route| (route.method, route.path, route.request, scene.admin.clone()));
    let open = FURTHER_ROUTES.iter().filter_map(|route| match route.taken {
        Taken::Message(request) => Some((route.method, route.path, request, String::new())),
        _ => None,
    });
    let with_body =
        users.chain(admins).chain(open).filter(|(method, ..)| !matches!(method, Method::Get | Method::Delete));
    with_body
        .map(|(method, path, request, token)| {
            let body = body_of(request);
            (verb(method), filled(path, &body), token, body)
        })
        .collect()
}

#[tokio::test]
async fn bodies_that_are_none_are_malformed_everywhere() {
    let scene = Scene::new().await;
    let before = scene.world.ends();
    let deep_list = format!("{{\"reason\":{}{}}}", "[".repeat(30_000), "]".repeat(30_000));
    let deep_object = format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000));
    let long_number = format!("{{\"amount\":{}}}", "9".repeat(50_000));
    let none: [&[u8]; 17] = [
        b"{",
        b"}",
        b"[]",
        b"null",
        b"3",
        b"\"x\"",
        b"\x00",
        b"\xef\xbb\xbf{}",
        b"{} {}",
        b"{'a':1}",
        b"{\"a\":1,}",
        b"{\"a\":\"\xff\xfe\"}",
        b"{\"a\":\"\xed\xa0\x80\"}",
        b"{\"a\":\"\\ud800\"}",
        deep_list.as_bytes(),
        deep_object.as_bytes(),
        b"<xml/>",
    ];
    let mut tried = 0;
    for (method, path, token, _) in taking_json(&scene) {
        let fields = format!("authorization: Bearer {token}\r\n");
        for body in none.iter().copied().chain([long_number.as_bytes()]) {
            let what = format!("{method} {path}: {:.40}", String::from_utf8_lossy(body));
            let reply = web::send(&scene.world.addr, &method, &path, &fields, body).await;
            let long = body == long_number.as_bytes();
            // An unknown field is ignored (T2), but what it holds must be JSON that can be read.
            assert!(
                reply.status == 400 && reply.code() == "MALFORMED" || long && reply.status < 500,
                "{what}: {reply:?}"
            );
            tried += 1;
        }
        let large = json!({ "reason": "x".repeat(70_000) }).to_string();
        let reply = web::send(&scene.world.addr, &method, &path, &fields, large.as_bytes()).await;
        assert_eq!((reply.status, reply.code().as_str()), (413, "TOO_LARGE"), "T4: {method} {path}");
    }
    assert!(tried > 300, "{tried}");
    assert_eq!(scene.world.ends(), before, "E2");
}

/// Which of two is meant cannot be known, and two readers would take two different ones.
#[tokio::test]
async fn a_name_that_stands_twice_is_malformed() {
    let scene = Scene::new().await;
    let mut findings = Findings::default();
    let before = scene.world.ends();
    for (method, path, token, body) in taking_json(&scene) {
        for (name, value) in body.as_object().unwrap() {
            let text = body.to_string();
            let twice = format!("{},\"{name}\":{value}}}", &text[..text.len() - 1]);
            let reply = web::call(&scene.world.addr, &method, &path, Some(&token), &twice).await;
            let malformed = (reply.status, told(&reply).code.as_str()) == (400, "MALFORMED");
            findings.check(malformed, || format!("{method} {path} {twice}: {reply:?}"));
            findings.nothing_happened(&scene.world, &before, &twice);
        }
        let within = "{\"nothing\":{\"a\":1,\"a\":2}}";
        let reply = web::call(&scene.world.addr, &method, &path, Some(&token), within).await;
        let malformed = (reply.status, told(&reply).code.as_str()) == (400, "MALFORMED");
        findings.check(malformed, || format!("{method} {path} {within}: {reply:?}"));
    }
    for row in USERS {
        let body = (row.body)(&scene);
        for (name, value) in body.as_object().unwrap() {
            let text = body.to_string();
            let twice = format!("{},\"{name}\":{value}}}", &text[..text.len() - 1]);
            let told =
                scene.world.tell_text(Road::Live(Encoding::Json), &scene.ann.token, row.request, &body, &twice).await;
            findings.check(told.code == "MALFORMED", || format!("{} {twice}: {told:?}", row.request));
            findings.nothing_happened(&scene.world, &before, &twice);
        }
    }
    findings.none_of(100);
}

/// Rule T2, and that what counts is the bytes: not what the sender calls them.
#[tokio::test]
async fn unknown_fields_and_types_are_not_looked_at() {
    let scene = Scene::new().await;
    for row in USERS.iter().filter(|row| row.again == super::rows::Again::Reads) {
        let mut body = (row.body)(&scene);
        body["__proto__"] = json!({ "admin": true });
        body["amounts"] = json!(1.5);
        let road = Road::Live(Encoding::Json);
        let told = scene.world.tell_text(road, (row.by)(&scene), row.request, &body, &body.to_string()).await;
        assert!(told.ok(), "T2: {}: {told:?}", row.request);
    }
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/json; charset=utf-16",
        "\u{1}",
    ] {
        let fields = format!("authorization: Bearer {}\r\ncontent-type: {kind}\r\n", scene.ann.token);
        let read = json!({ "conversation": scene.direct.to_string(), "through": 1, "unknown": [{}] }).to_string();
        let reply = web::send(&scene.world.addr, "POST", "/v1/read", &fields, read.as_bytes()).await;
        assert!(reply.status == 200 || kind == "\u{1}" && reply.status == 400, "{kind}: {reply:?}");
        let form = web::send(&scene.world.addr, "POST", "/v1/wallet/top-up", &fields, b"id=1&amount=5").await;
        assert_eq!(form.status, 400, "{kind}");
    }
    for (name, expected) in [("evidence.html", 422), ("evidence.pdf", 422)] {
        let fields = format!("authorization: Bearer {}\r\ncontent-type: application/pdf\r\n", scene.ann.token);
        let reply = web::send(&scene.world.addr, "POST", &format!("/v1/files?name={name}"), &fields, b"<script>").await;
        assert_eq!((reply.status, reply.code().as_str()), (expected, "FILE_TYPE_INVALID"));
    }
}

/// Ids in paths that are none, at every path that has one: answered by an `Error` with a code there is (E3).
#[tokio::test]
async fn paths_with_what_is_no_id() {
    let scene = Scene::new().await;
    let before = scene.world.ends();
    let long = "9".repeat(20_000);
    let ids = [
        "x",
        "-1",
        "1.5",
        "1e3",
        "18446744073709551616",
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e",
        "..%5c..%5cwindows",
        "%00",
        "1%00",
        "%ff%fe",
        "%c0%ae%c0%ae",
        "null",
        "1'%20or%20'1'='1",
        "1;2",
        "1%2f2",
        "%20",
        "1%20",
        "0x1",
        "%f0%9f%90%bc",
        "1?transfer=2",
        long.as_str(),
    ];
    let paths = ROUTES.iter().map(|route| (route.method, route.path));
    let paths = paths.chain(ADMIN_ROUTES.iter().map(|route| (route.method, route.path)));
    let paths = paths.chain(FURTHER_ROUTES.iter().map(|route| (route.method, route.path)));
    let mut findings = Findings::default();
    for (method, path) in paths.filter(|(_, path)| path.contains('{')) {
        let token = if path.starts_with("/v1/admin") { &scene.admin } else { &scene.ann.token };
        for id in ids {
            let parts = path.split(['{', '}']).enumerate();
            let address: String = parts.map(|(n, part)| if n % 2 == 1 { id } else { part }).collect();
            let reply = web::call(&scene.world.addr, &verb(method), &address, Some(token), "{}").await;
            let what = format!("{} {address:.120}: {} {:.200}", verb(method), reply.status, reply.body);
            // Names of settings are any text, and not every one is known. A path without its last part is another path.
            let named = path.contains("{name}") || id.starts_with("1?");
            let refused = [400, 404, 405].contains(&reply.status);
            let as_it_should = if id == long {
                // Longer than a request line may be: it never came to the router.
                [400, 414, 431].contains(&reply.status)
            } else {
                refused || named && [200, 409, 422].contains(&reply.status)
            };
            findings.check(as_it_should, || what.clone());
            if reply.status != 200 && id != long {
                findings.check(told(&reply).is_known(), || format!("E3: {what}"));
            }
            findings.nothing_happened(&scene.world, &before, &what);
        }
    }
    findings.none_of(500);
    for path in [
        "/../etc/passwd",
        "/..%2f..%2fetc/passwd",
        "/assets/../../etc/passwd",
        "/console/..%2f..%2fetc",
        "//v1/wallet",
        "/v1/../v1/wallet",
        "/v1/wallet/",
        "/V1/WALLET",
        "/v1/%77allet",
    ] {
        let reply = web::get(&scene.world.addr, path, None).await;
        assert!(!reply.body.contains("root:") && !reply.body.contains("balance"), "{path}");
    }
}

/// Ids and texts within bodies, at every field of every request: what cannot be is malformed or refused by a rule.
#[tokio::test]
async fn fields_with_what_cannot_be() {
    let scene = Scene::new().await;
    let before = scene.world.ends();
    let mut findings = Findings::default();
    for row in USERS.iter().chain(OPERATORS) {
        let Some((method, path)) = super::roads::place(row.request) else { continue };
        if method == Method::Get {
            continue;
        }
        for field in message(row.request).fields() {
            if path.contains(&format!("{{{}}}", field.json_name())) || field.is_list() {
                continue;
            }
            let never: &[Value] = match field.kind() {
                Kind::Uint64 | Kind::Uint32 => &[
                    json!("-1"),
                    json!("1.5"),
                    json!("../1"),
                    json!("18446744073709551616"),
                    json!(""),
                    json!([]),
                    json!({}),
                ],
                Kind::Bool => &[json!("yes"), json!(2), json!([])],
                Kind::Enum(_) => &[json!("NOTHING"), json!([]), json!({}), json!(1.5)],
                Kind::String => &[json!(1), json!(true), json!([]), json!({})],
                Kind::Message(_) => &[json!(1), json!("x"), json!([])],
                _ => continue,
            };
            for value in never {
                let mut body = (row.body)(&scene);
                body[field.json_name()] = value.clone();
                let told =
                    scene.world.tell_text(Road::Rest, (row.by)(&scene), row.request, &body, &body.to_string()).await;
                let what = format!("{} {}: {value}", row.request, field.name());
                let malformed = (told.status, told.code.as_str()) == (400, "MALFORMED");
                findings.check(malformed, || format!("{what}: {told:?}"));
                findings.nothing_happened(&scene.world, &before, &what);
            }
        }
    }
    findings.none_of(100);
}

/// Texts too long for what they are, in every field of text: refused or cut, and kept whole nowhere.
#[tokio::test]
async fn texts_that_are_too_long() {
    let scene = Scene::new().await;
    let mut findings = Findings::default();
    let long = "x".repeat(30_000);
    for row in USERS.iter().chain(OPERATORS) {
        let fields = message(row.request);
        for field in fields.fields().filter(|field| field.kind() == Kind::String && !field.is_list()) {
            let since = scene.world.ends();
            let mut body = (row.body)(&scene);
            body[field.json_name()] = json!(long);
            let what = format!("{} {}", row.request, field.name());
            let told = scene.tell(Road::Rest, (row.by)(&scene), row.request, &body).await;
            let refused = [400, 401, 403, 404, 409, 413, 414, 422, 431].contains(&told.status);
            findings.check(refused || told.ok(), || format!("{what}: {told:?}"));
            if refused {
                findings.nothing_happened(&scene.world, &since, &what);
            } else {
                // What was cut has effects, which must not look like those of the next one.
                scene.world.settled().await;
            }
        }
    }
    findings.none_of(30);
    let kept: Vec<_> = scene.world.facts().into_iter().filter(|fact| format!("{fact:?}").len() > 20_000).collect();
    assert!(kept.is_empty(), "{} facts hold it, such as {:.200?}", kept.len(), kept[0]);
}

/// Heads as no client sends them: whatever becomes of the connection, the server goes on.
#[tokio::test]
async fn heads_as_they_must_not_be() {
    let world = World::new();
    let ann = world.sign_up("ann").await;
    let before = world.ends();
    let token = format!("authorization: Bearer {}\r\n", ann.token);
    let long = "x".repeat(500_000);
    let many: String = (0..5_000).map(|n| format!("x-{n}: 1\r\n")).collect();
    let get = |fields: &str| format!("GET /v1/wallet HTTP/1.1\r\nhost: x\r\n{fields}\r\n");
    let post =
        |fields: &str, body: &str| format!("POST /v1/wallet/top-up HTTP/1.1\r\nhost: x\r\n{token}{fields}\r\n{body}");
    let body = "{\"id\":\"1\",\"amount\":\"1\"}";
    let requests = [
        get(&format!("authorization: Bearer {long}\r\n")),
        get(&format!("x: {long}\r\n{token}")),
        get(&format!("{many}{token}")),
        format!("GET /v1/wallet?{long} HTTP/1.1\r\nhost: x\r\n{token}\r\n"),
        format!("GET /v1/packets/{long} HTTP/1.1\r\nhost: x\r\n{token}\r\n"),
        get("no colon\r\n"),
        get("a b: c\r\n"),
        get("x: \u{0}\r\n"),
        format!("{long} /v1/wallet HTTP/1.1\r\nhost: x\r\n\r\n"),
        "GET /v1/wallet HTTP/9.9\r\nhost: x\r\n\r\n".into(),
        "GET\r\n\r\n".into(),
        "\r\n\r\n\r\n\r\n".into(),
        // Two lengths, or a length and chunks: whose body it is must not be a matter of who reads.
        post("content-length: 23\r\ncontent-length: 5\r\n", body),
        post("content-length: -1\r\n", body),
        post("content-length: 99999999999999999999\r\n", body),
        post("content-length: 5\r\ntransfer-encoding: chunked\r\n", "0\r\n\r\n"),
        post("transfer-encoding: chunked\r\n", "zz\r\nx\r\n0\r\n\r\n"),
        post("transfer-encoding: chunked\r\n", "ffffffffffffffffff\r\nx"),
        post("transfer-encoding: gzip\r\n", body),
    ];
    for request in requests {
        let mut stream = TcpStream::connect(&world.addr).await.unwrap();
        let _ = stream.write_all(request.as_bytes()).await;
        let _ = stream.shutdown().await;
        let mut answer = vec![];
        let _ = tokio::time::timeout(std::time::Duration::from_secs(10), stream.read_to_end(&mut answer))
            .await
            .expect("it ends");
        let answer = String::from_utf8_lossy(&answer).into_owned();
        assert!(
            !answer.starts_with("HTTP/1.1 200") && !answer.starts_with("HTTP/1.1 5"),
            "{request:.60}: {answer:.200}"
        );
        assert_eq!(web::get(&world.addr, "/v1/wallet", Some(&ann.token)).await.status, 200, "{request:.60}");
    }
    assert_eq!(world.ends(), before);
}
