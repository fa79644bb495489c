//! Requests of operators.

use std::net::SocketAddr;

use axum::{
    body::Body,
    extract::{ConnectInfo, Query, Request, State},
    http::Response,
};
use laisee_wire::v1;
use serde_json::{Map, Value};

use super::{
    Door,
    admin_routes::AdminRoute,
    parameters::Parameters,
    rest::{Pairs, bearer, body, in_time, respond, sign_in_body, take_query, too_fast},
    routes::Method,
};
use crate::convert::{ErrorCode, error};

/// Carries out a request of a signed-in operator whose role allows it.
pub(super) async fn carry(
    route: &'static AdminRoute,
    door: Door,
    parameters: Parameters,
    Query(query): Query<Pairs>,
    request: Request,
) -> Response<Body> {
    let answered = async {
        let token = bearer(request.headers());
        let token = token.map_err(|missing| error(ErrorCode::OperatorUnauthenticated, &missing.message, 0))?;
        let who = door.desk.identify_operator(token).await?;
        door.operator_requests.take(who.operator, (door.desk.clock)()).map_err(too_fast)?;
        who.must_be_allowed(route.permission)?;
        let mut fields = match route.method {
            Method::Get | Method::Delete => Map::new(),
            _ => body(&door, request).await?,
        };
        if route.method == Method::Get {
            take_query(route.request, query, &mut fields)?;
        }
        for (name, value) in parameters.iter() {
            fields.insert(name.to_owned(), Value::String(value.to_owned()));
        }
        (route.handle)(&door.desk, who, Value::Object(fields)).await
    };
    respond(&door, in_time(&door, answered).await)
}

/// `POST /v1/admin/sign-in`.
pub(super) async fn sign_in(
    State(door): State<Door>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response<Body> {
    let signed = async {
        let asked: v1::SignInOperator = sign_in_body(&door, peer, request).await?;
        // Counted apart from a user of the same name.
        let name = format!("operator {}", asked.name);
        door.sign_ins.guess(&name, (door.desk.clock)(), door.desk.sign_in_operator(asked)).await
    };
    let signed = in_time(&door, signed).await;
    respond(&door, signed.map(|signed| serde_json::to_value(signed).unwrap_or_default()))
}
