//! Requests over plain HTTP: the same messages as JSON.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use axum::{
    body::{Body, to_bytes},
    extract::{ConnectInfo, Query, Request, State},
    http::{HeaderMap, HeaderValue, Response, StatusCode, header},
};
use laisee_bus::Failure;
use laisee_wire::v1::{self, ServerFrame};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tokio::time::timeout;

use super::{
    Door,
    openapi::message,
    parameters::Parameters,
    routes::{Method, ROUTES, Route},
    sign_ins,
    unambiguous::Unambiguous,
};
use crate::convert::{ClientBody, ErrorCode, RequestKind, ServerBody, bad_request, error, failure};

/// The parameters of a query, as they stand there.
pub type Pairs = Vec<(String, String)>;

/// Carries out a request of somebody signed in.
pub(super) async fn carry(
    route: &'static Route,
    door: Door,
    parameters: Parameters,
    Query(query): Query<Pairs>,
    request: Request,
) -> Response<Body> {
    let since = Instant::now();
    let answered = async {
        let who = door.desk.identify(bearer(request.headers())?).await?;
        door.requests.take(who.user, (door.desk.clock)()).map_err(too_fast)?;
        let fields = match route.method {
            Method::Get | Method::Delete => Map::new(),
            _ => body(&door, request).await?,
        };
        let body = assemble(route, fields, query, parameters.iter())?;
        let kind = RequestKind::of(&body);
        let answer = door.desk.answer(who, body).await;
        door.figures.answered(kind, since.elapsed());
        answer
    };
    respond(&door, in_time(&door, answered).await.map(whole))
}

/// Rule E1: what takes too long is answered by `DEADLINE`.
pub(super) async fn in_time<T>(door: &Door, work: impl Future<Output = Result<T, v1::Error>>) -> Result<T, v1::Error> {
    let deadline = Duration::from_millis(door.desk.config.deadline_ms.into());
    timeout(deadline, work).await.unwrap_or_else(|_| Err(failure(Failure::Deadline)))
}

pub(super) fn respond(door: &Door, answer: Result<Value, v1::Error>) -> Response<Body> {
    match answer {
        Ok(answer) => json(StatusCode::OK, &answer),
        Err(refused) => {
            door.figures.refused(refused.code());
            refuse(&refused)
        }
    }
}

pub(super) fn too_fast(wait_ms: u32) -> v1::Error {
    error(ErrorCode::RateLimited, "too many requests of this user", wait_ms)
}

/// `POST /v1/sign-up`.
pub(super) async fn sign_up(
    State(door): State<Door>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response<Body> {
    let since = Instant::now();
    let signed = async {
        let asked: v1::SignUp = sign_in_body(&door, peer, request).await?;
        let name = asked.name.clone();
        door.sign_ins.guess(&name, (door.desk.clock)(), door.desk.sign_up(asked)).await
    };
    let signed = in_time(&door, signed).await;
    door.figures.answered(RequestKind::SignUp, since.elapsed());
    respond(&door, signed.map(|signed| serde_json::to_value(signed).unwrap_or_default()))
}

/// `POST /v1/sign-in`.
pub(super) async fn sign_in(
    State(door): State<Door>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response<Body> {
    let since = Instant::now();
    let signed = async {
        let asked: v1::SignIn = sign_in_body(&door, peer, request).await?;
        let name = asked.name.clone();
        door.sign_ins.guess(&name, (door.desk.clock)(), door.desk.sign_in(asked)).await
    };
    let signed = in_time(&door, signed).await;
    door.figures.answered(RequestKind::SignIn, since.elapsed());
    respond(&door, signed.map(|signed| serde_json::to_value(signed).unwrap_or_default()))
}

pub(super) async fn sign_in_body<T: DeserializeOwned>(
    door: &Door,
    peer: SocketAddr,
    request: Request,
) -> Result<T, v1::Error> {
    let address = sign_ins::address(request.headers(), peer, door.desk.config.behind_proxy);
    door.sign_ins.come_from(address, (door.desk.clock)())?;
    read(body(door, request).await?)
}

fn read<T: DeserializeOwned>(fields: Map<String, Value>) -> Result<T, v1::Error> {
    serde_json::from_value(Value::Object(fields)).map_err(|problem| bad_request(&problem.to_string()))
}

pub(super) fn bearer(headers: &HeaderMap) -> Result<&str, v1::Error> {
    let field = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    field
        .and_then(|value| value.strip_prefix("Bearer "))
        .ok_or_else(|| error(ErrorCode::Unauthenticated, "the request needs `Authorization: Bearer <token>`", 0))
}

/// The fields of a JSON body; none when it is empty.
pub(super) async fn body(door: &Door, request: Request) -> Result<Map<String, Value>, v1::Error> {
    let max = door.desk.config.frame_max_bytes as usize;
    let bytes = to_bytes(request.into_body(), max).await;
    let bytes = bytes.map_err(|_| error(ErrorCode::TooLarge, "the body is larger than allowed, or broke off", 0))?;
    decode(&bytes)
}

/// The fields of a JSON body. Whatever the bytes are, there is an answer. A name that stands twice makes it none: which of
/// the two is meant depends on who reads, and a proxy might have read the other one.
///
/// # Errors
/// `MALFORMED`.
pub fn decode(bytes: &[u8]) -> Result<Map<String, Value>, v1::Error> {
    if bytes.is_empty() {
        return Ok(Map::new());
    }
    let found = serde_json::from_slice::<Unambiguous>(bytes);
    let none = |problem: &str| bad_request(&format!("the body is not a JSON object: {problem}"));
    match found.map_err(|problem| none(&problem.to_string()))?.0 {
        Value::Object(fields) => Ok(fields),
        _ => Err(none("it is something else")),
    }
}

/// The request that body, query and path make together.
///
/// # Errors
/// `MALFORMED`.
pub fn assemble<'a>(
    route: &Route,
    mut fields: Map<String, Value>,
    query: Pairs,
    path: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<ClientBody, v1::Error> {
    if route.method == Method::Get {
        take_query(route.request, query, &mut fields)?;
    }
    for (name, value) in path {
        fields.insert(name.to_owned(), Value::String(value.to_owned()));
    }
    (route.read)(Value::Object(fields)).map_err(|problem| bad_request(&problem.to_string()))
}

/// The fields of a `GetStatement` from a query.
///
/// # Errors
/// `MALFORMED`.
pub(super) fn statement_query(query: Pairs) -> Result<v1::GetStatement, v1::Error> {
    let route = ROUTES.iter().find(|route| route.request == "GetStatement").expect("the table has it");
    match assemble(route, Map::new(), query, [])? {
        ClientBody::GetStatement(asked) => Ok(asked),
        _ => Err(bad_request("these are no parameters of a statement")),
    }
}

/// Puts query parameters where a body would have fields; lists repeat the parameter.
pub(super) fn take_query(request: &str, query: Pairs, fields: &mut Map<String, Value>) -> Result<(), v1::Error> {
    let request = message(request);
    for (name, value) in query {
        let found = request.get_field_by_json_name(&name).or_else(|| request.get_field_by_name(&name));
        let field = found.ok_or_else(|| bad_request(&format!("there is no parameter `{name}`")))?;
        let value = match field.kind() {
            prost_reflect::Kind::Bool => Value::Bool(value == "true" || value == "1"),
            _ => Value::String(value),
        };
        if field.is_list() {
            let list = fields.entry(name).or_insert_with(|| Value::Array(vec![]));
            if let Value::Array(values) = list {
                values.push(value);
            }
        } else {
            fields.insert(name, value);
        }
    }
    Ok(())
}

/// The answer without the frame around it; the segments of a sync as one.
fn whole(bodies: Vec<ServerBody>) -> Value {
    let mut together: Option<v1::SyncSegment> = None;
    for body in bodies {
        match body {
            ServerBody::SyncSegment(segment) => match &mut together {
                None => together = Some(segment),
                Some(whole) => {
                    let mut parts = segment.conversations.into_iter();
                    // The first may go on with the last conversation of the former segment.
                    if let (Some(last), Some(mut part)) = (whole.conversations.last_mut(), parts.next()) {
                        let id = |part: &v1::SyncConversation| part.conversation.as_ref().map(|seen| seen.id);
                        if id(last) == id(&part) {
                            last.messages.append(&mut part.messages);
                        } else {
                            whole.conversations.push(part);
                        }
                    }
                    whole.conversations.extend(parts);
                    whole.page_end = segment.page_end;
                    whole.next_page_token = segment.next_page_token;
                }
            },
            body => return inner(body),
        }
    }
    together.map_or(Value::Null, |segment| inner(ServerBody::SyncSegment(segment)))
}

fn inner(body: ServerBody) -> Value {
    let frame = serde_json::to_value(ServerFrame { request: 0, body: Some(body) });
    match frame {
        Ok(Value::Object(fields)) => {
            fields.into_iter().find(|(name, _)| name != "request").map_or(Value::Null, |(_, body)| body)
        }
        _ => Value::Null,
    }
}

fn json(status: StatusCode, value: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(value.to_string()));
    *response.status_mut() = status;
    let fields = response.headers_mut();
    fields.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Rule E3.
pub(super) fn refuse(refused: &v1::Error) -> Response<Body> {
    let status = match refused.code() {
        ErrorCode::Unauthenticated
        | ErrorCode::WrongNameOrPassword
        | ErrorCode::OperatorUnauthenticated
        | ErrorCode::TotpInvalid
        | ErrorCode::SignatureInvalid
        | ErrorCode::TimestampTooOld => StatusCode::UNAUTHORIZED,
        ErrorCode::Forbidden | ErrorCode::RoleInsufficient => StatusCode::FORBIDDEN,
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::IdReused | ErrorCode::Replayed | ErrorCode::SequenceStale => StatusCode::CONFLICT,
        ErrorCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::RateLimited | ErrorCode::OperatorLocked => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::Busy | ErrorCode::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::Deadline => StatusCode::GATEWAY_TIMEOUT,
        _ if refused.code < 100 => StatusCode::BAD_REQUEST,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let mut response = json(status, &serde_json::to_value(refused).unwrap_or_default());
    if refused.retry_after_ms > 0 {
        let seconds = refused.retry_after_ms.div_ceil(1_000);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rule E3.
    #[test]
    fn each_kind_of_error_has_its_status() {
        let cases = [
            (ErrorCode::Malformed, 400),
            (ErrorCode::BadPageToken, 400),
            (ErrorCode::Unauthenticated, 401),
            (ErrorCode::Forbidden, 403),
            (ErrorCode::NotFound, 404),
            (ErrorCode::IdReused, 409),
            (ErrorCode::TooLarge, 413),
            (ErrorCode::RateLimited, 429),
            (ErrorCode::Busy, 503),
            (ErrorCode::Deadline, 504),
            (ErrorCode::WrongNameOrPassword, 401),
            (ErrorCode::InsufficientFunds, 422),
            (ErrorCode::OperatorUnauthenticated, 401),
            (ErrorCode::TotpInvalid, 401),
            (ErrorCode::RoleInsufficient, 403),
            (ErrorCode::OperatorLocked, 429),
            (ErrorCode::SequenceStale, 409),
        ];
        for (code, status) in cases {
            assert_eq!(refuse(&error(code, "", 1_500)).status().as_u16(), status, "{code:?}");
        }
        assert_eq!(refuse(&error(ErrorCode::Busy, "", 1_500)).headers()[header::RETRY_AFTER], "2");
    }

    #[test]
    fn what_is_not_an_object_is_malformed() {
        for bytes in [&b"[1]"[..], b"{", b"\xff", b"3", b"{\"a\":1,\"a\":1}", b"{\"a\":[{\"b\":1,\"b\":2}]}"] {
            assert_eq!(decode(bytes).expect_err("it is no object").code(), ErrorCode::Malformed);
        }
    }
}
