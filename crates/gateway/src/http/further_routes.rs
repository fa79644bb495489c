//! What is served besides the two tables of requests: signing in, bytes, the live connection, pages for machines. One table
//! again, from which the router and the descriptions are made, so that no path is served that is not described.

use axum::{
    Json,
    http::StatusCode,
    routing::{MethodFilter, MethodRouter, on},
};
use laisee_core::operator::Permission;

use super::{
    Door, admin, assets::plain, files, metrics, openapi, payments, ready, rest, routes::Method, statement_csv, upgrade,
};

/// Who may ask.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Caller {
    Anybody,
    /// With a user's token.
    User,
    /// With the token of an operator who is allowed this.
    Operator(Permission),
    /// The payment provider, by its signature.
    Provider,
}

/// What comes in as the body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Taken {
    Nothing,
    /// A message of the protocol, as JSON.
    Message(&'static str),
    Bytes(&'static str),
}

/// What goes out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Given {
    Message(&'static str),
    Bytes(&'static str),
    /// A JSON document that is no message.
    Json,
    /// 101: from here on it is a WebSocket.
    Live,
}

/// One that is no request of the tables.
pub struct FurtherRoute {
    pub method: Method,
    pub path: &'static str,
    pub caller: Caller,
    pub taken: Taken,
    pub given: Given,
    /// The message whose fields the query carries.
    pub query_of: Option<&'static str>,
    /// Parameters of the query besides.
    pub query: &'static [&'static str],
    pub summary: &'static str,
    pub(super) handle: fn(MethodFilter) -> MethodRouter<Door>,
}

const TEXT: Given = Given::Bytes("text/plain");

/// A page that anybody may get.
const fn page(
    path: &'static str,
    given: Given,
    summary: &'static str,
    handle: fn(MethodFilter) -> MethodRouter<Door>,
) -> FurtherRoute {
    let (method, caller, taken) = (Method::Get, Caller::Anybody, Taken::Nothing);
    FurtherRoute { method, path, caller, taken, given, query_of: None, query: &[], summary, handle }
}

/// A message that anybody may send, for a message.
const fn open(
    path: &'static str,
    request: &'static str,
    answer: &'static str,
    summary: &'static str,
    handle: fn(MethodFilter) -> MethodRouter<Door>,
) -> FurtherRoute {
    let (method, taken) = (Method::Post, Taken::Message(request));
    FurtherRoute { method, taken, ..page(path, Given::Message(answer), summary, handle) }
}

pub const FURTHER_ROUTES: &[FurtherRoute] = &[
    page("/healthz", TEXT, "The process lives", |on_method| on(on_method, async || plain(StatusCode::OK, "ok"))),
    page("/readyz", TEXT, "Every shard serves; 503: not yet", |on_method| on(on_method, ready)),
    page("/metrics", TEXT, "Figures in Prometheus' text form", |on_method| on(on_method, metrics)),
    page("/v1/openapi.json", Given::Json, "This description", |on_method| {
        on(on_method, async || Json(openapi::description()))
    }),
    page("/v1/admin/openapi.json", Given::Json, "This description", |on_method| {
        on(on_method, async || Json(openapi::admin_description()))
    }),
    page("/v1/ws", Given::Live, "The live connection; its first frame brings the token", |on_method| {
        on(on_method, upgrade::begin)
    }),
    open("/v1/sign-up", "SignUp", "SignedIn", "Make an account", |on_method| on(on_method, rest::sign_up)),
    open("/v1/sign-in", "SignIn", "SignedIn", "Sign a device in", |on_method| on(on_method, rest::sign_in)),
    open("/v1/admin/sign-in", "SignInOperator", "OperatorSignedIn", "Sign an operator in", |on_method| {
        on(on_method, admin::sign_in)
    }),
    FurtherRoute {
        method: Method::Post,
        path: "/v1/files",
        caller: Caller::User,
        taken: Taken::Bytes("application/octet-stream"),
        given: Given::Message("UploadedFile"),
        query_of: None,
        query: &["name"],
        summary: "Upload a file; its bytes are the body",
        handle: |on_method| on(on_method, files::upload),
    },
    FurtherRoute {
        method: Method::Get,
        path: "/v1/files/{file}",
        caller: Caller::User,
        taken: Taken::Nothing,
        given: Given::Bytes("application/octet-stream"),
        query_of: None,
        query: &[],
        summary: "The bytes of a file of mine",
        handle: |on_method| on(on_method, files::download),
    },
    FurtherRoute {
        method: Method::Get,
        path: "/v1/admin/disputes/{transfer}/files/{file}",
        caller: Caller::Operator(Permission::SeeDisputes),
        taken: Taken::Nothing,
        given: Given::Bytes("application/octet-stream"),
        query_of: None,
        query: &[],
        summary: "The bytes of a file that is evidence of that dispute",
        handle: |on_method| on(on_method, files::evidence),
    },
    FurtherRoute {
        method: Method::Get,
        path: "/v1/wallet/statement.csv",
        caller: Caller::User,
        taken: Taken::Nothing,
        given: Given::Bytes("text/csv"),
        query_of: Some("GetStatement"),
        query: &["zone"],
        summary: "Movements that fit, as a file",
        handle: |on_method| on(on_method, statement_csv::export),
    },
    FurtherRoute {
        method: Method::Post,
        path: "/v1/payments/webhook",
        caller: Caller::Provider,
        taken: Taken::Bytes("application/json"),
        given: TEXT,
        query_of: None,
        query: &[],
        summary: "The payment provider's own calls, signed",
        handle: |on_method| on(on_method, payments::webhook),
    },
];
