//! One request on each road that leads into the server: REST, and the live connection in both encodings.

use std::fmt::Write as _;

use laisee_gateway::http::{
    admin_routes::ADMIN_ROUTES,
    openapi::message,
    routes::{Method, ROUTES},
};
use laisee_wire::v1::{ClientFrame, server_frame::Body as Answer};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::{
    live::{Encoding, Live},
    web,
    world::World,
};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Road {
    Rest,
    Live(Encoding),
}

impl Road {
    pub const ALL: [Self; 3] = [Self::Rest, Self::Live(Encoding::Json), Self::Live(Encoding::Protobuf)];

    /// Those on which a request can go.
    pub fn of(request: &str) -> impl Iterator<Item = Self> {
        let (rest, live) = (place(request).is_some(), frame_field(request).is_some());
        Self::ALL.into_iter().filter(move |road| if *road == Self::Rest { rest } else { live })
    }
}

/// What came back.
#[derive(Clone, PartialEq, Debug)]
pub struct Told {
    /// Over REST; 0 on the live connection.
    pub status: u16,
    /// The short name of the error's code; empty: it was answered.
    pub code: String,
    pub body: Value,
}

impl Told {
    pub fn ok(&self) -> bool {
        self.code.is_empty()
    }

    /// Whether there is such a code (E1).
    pub fn is_known(&self) -> bool {
        laisee_wire::v1::ErrorCode::from_str_name(&format!("ERROR_CODE_{}", self.code)).is_some()
    }
}

/// Where a request goes over REST.
pub fn place(request: &str) -> Option<(Method, &'static str)> {
    let users = ROUTES.iter().find(|route| route.request == request).map(|route| (route.method, route.path));
    users.or_else(|| ADMIN_ROUTES.iter().find(|route| route.request == request).map(|route| (route.method, route.path)))
}

/// All requests that go into a frame, with the name of the field.
pub fn frames() -> Vec<(String, String)> {
    let bodies = message("ClientFrame").oneofs().find(|one| one.name() == "body").unwrap();
    let named = |field: prost_reflect::FieldDescriptor| match field.kind() {
        prost_reflect::Kind::Message(of) => (of.name().to_owned(), field.json_name().to_owned()),
        other => panic!("{other:?} is no request"),
    };
    bodies.fields().map(named).collect()
}

pub fn frame_field(request: &str) -> Option<String> {
    frames().into_iter().find(|(name, _)| name == request).map(|(_, field)| field)
}

pub fn verb(method: Method) -> String {
    format!("{method:?}").to_uppercase()
}

/// A path with the body's fields in its braces.
pub fn filled(path: &str, body: &Value) -> String {
    let parts = path.split(['{', '}']).enumerate();
    parts.map(|(n, part)| if n % 2 == 1 { encoded(&text(&body[part])) } else { part.to_owned() }).collect()
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02x}").unwrap();
        }
        encoded
    })
}

/// A body as the parameters of a query.
fn query(path: &str, body: &Value) -> String {
    let mut pairs = vec![];
    for (name, value) in body.as_object().unwrap() {
        if !path.contains(&format!("{{{name}}}")) {
            let values = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
            pairs.extend(values.iter().map(|value| format!("{name}={}", encoded(&text(value)))));
        }
    }
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

impl World {
    /// Sends a request and waits for what comes back.
    pub async fn tell(&self, road: Road, token: Option<&str>, request: &str, body: &Value) -> Told {
        match road {
            Road::Rest => {
                let (method, path) = place(request).unwrap_or_else(|| panic!("{request} has no route"));
                let query = if method == Method::Get { query(path, body) } else { String::new() };
                let address = filled(path, body) + &query;
                let body = if method == Method::Get { String::new() } else { body.to_string() };
                told(&web::call(&self.addr, &verb(method), &address, token, &body).await)
            }
            Road::Live(encoding) => {
                let mut live = Live::connect(&self.addr, encoding).await;
                if let Some(token) = token
                    && let Answer::Error(error) = live.hello(token).await
                {
                    return refused(&error);
                }
                let field = frame_field(request).unwrap_or_else(|| panic!("{request} has no frame"));
                let frame: ClientFrame = serde_json::from_value(json!({ "request": 1, field: body })).unwrap();
                match live.ask(frame.body.unwrap()).await {
                    Answer::Error(error) => refused(&error),
                    answer => answered(answer),
                }
            }
        }
    }

    /// The same, with a body that may be no JSON at all; `body` gives what stands in the path.
    pub async fn tell_text(&self, road: Road, token: &str, request: &str, body: &Value, text: &str) -> Told {
        match road {
            Road::Rest => {
                let (method, path) = place(request).unwrap();
                told(&web::call(&self.addr, &verb(method), &filled(path, body), Some(token), text).await)
            }
            Road::Live(encoding) => {
                assert_eq!(encoding, Encoding::Json);
                let mut live = Live::connect(&self.addr, encoding).await;
                assert!(matches!(live.hello(token).await, Answer::Welcome(_)));
                let field = frame_field(request).unwrap();
                live.raw(Message::Text(format!("{{\"request\":7,\"{field}\":{text}}}").into())).await;
                live.answer_or_end(7).await.map_or_else(
                    |code| Told { status: 0, code: code.map_or_else(String::new, short), body: Value::Null },
                    |answer| match answer {
                        Answer::Error(error) => refused(&error),
                        answer => answered(answer),
                    },
                )
            }
        }
    }
}

pub fn short(code: laisee_wire::v1::ErrorCode) -> String {
    code.as_str_name().trim_start_matches("ERROR_CODE_").to_owned()
}

pub fn told(reply: &web::Reply) -> Told {
    let body = serde_json::from_str(&reply.body).unwrap_or(Value::Null);
    let code = body["code"].as_str().unwrap_or("none").trim_start_matches("ERROR_CODE_");
    let code = if reply.status == 200 { String::new() } else { code.to_owned() };
    Told { status: reply.status, code, body }
}

fn refused(error: &laisee_wire::v1::Error) -> Told {
    Told { status: 0, code: short(error.code()), body: serde_json::to_value(error).unwrap() }
}

/// As REST would have it.
fn answered(answer: Answer) -> Told {
    let frame = serde_json::to_value(laisee_wire::v1::ServerFrame { request: 0, body: Some(answer) }).unwrap();
    let fields = frame.as_object().unwrap().clone();
    let body = fields.into_iter().find(|(name, _)| name != "request").map_or(Value::Null, |(_, body)| body);
    Told { status: 0, code: String::new(), body }
}
