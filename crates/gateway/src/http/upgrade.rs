//! From an HTTP request to a live connection.

use std::rc::Rc;

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Response, StatusCode, header},
};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, sync::mpsc, task::spawn_local};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::{Door, assets::plain};
use crate::connection::{self, Encoding, Hub};

/// A connection on its way.
pub struct Upgrading {
    on: OnUpgrade,
    encoding: Encoding,
}

/// `GET /v1/ws` (T1).
pub(super) async fn begin(State(door): State<Door>, mut request: Request) -> Response<Body> {
    let headers = request.headers();
    let Some(key) = websocket_key(headers) else {
        return plain(StatusCode::BAD_REQUEST, "this address speaks WebSocket, version 13");
    };
    let Some(encoding) = encoding(headers) else {
        return plain(StatusCode::BAD_REQUEST, "the subprotocol is laisee.v1 or laisee.v1.json");
    };
    let accept = derive_accept_key(key.as_bytes());
    let on = hyper::upgrade::on(&mut request);
    if door.upgrades.try_send(Upgrading { on, encoding }).is_err() {
        return plain(StatusCode::SERVICE_UNAVAILABLE, "there is no room for a live connection now; try again");
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let fields = response.headers_mut();
    fields.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    fields.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    fields.insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(encoding.subprotocol()));
    if let Ok(accept) = HeaderValue::from_str(&accept) {
        fields.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    }
    response
}

fn websocket_key(headers: &HeaderMap) -> Option<String> {
    let says = |name, word: &str| {
        let value = headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).unwrap_or_default();
        value.split(',').any(|one| one.trim().eq_ignore_ascii_case(word))
    };
    let asks = says(header::UPGRADE, "websocket") && says(header::CONNECTION, "upgrade");
    let asks = asks && says(header::SEC_WEBSOCKET_VERSION, "13");
    headers.get(header::SEC_WEBSOCKET_KEY).filter(|_| asks)?.to_str().ok().map(str::to_owned)
}

fn encoding(headers: &HeaderMap) -> Option<Encoding> {
    let offered = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter().filter_map(|value| value.to_str().ok());
    offered.flat_map(|value| value.split(',')).find_map(|name| Encoding::of_subprotocol(name.trim()))
}

/// Runs connections as they come.
pub async fn run_all(hub: Rc<Hub>, mut upgrading: mpsc::Receiver<Upgrading>) {
    while let Some(Upgrading { on, encoding }) = upgrading.recv().await {
        let hub = hub.clone();
        spawn_local(async move {
            if let Some(stream) = stream_of(on).await {
                connection::run(hub, stream, encoding).await;
            }
        });
    }
}

/// The socket itself: what hyper keeps around it is memory that every idle connection would pay for.
async fn stream_of(on: OnUpgrade) -> Option<TcpStream> {
    let parts = on.await.ok()?.downcast::<TokioIo<TcpStream>>().ok()?;
    // A client that speaks before it is answered breaks the protocol.
    parts.read_buf.is_empty().then(|| parts.io.into_inner())
}
