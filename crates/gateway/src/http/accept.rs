//! Takes connections in and speaks HTTP on them, until they end or become live connections.

use std::{net::SocketAddr, rc::Rc, time::Duration};

use axum::{Router, extract::ConnectInfo};
use hyper::{
    body::Incoming,
    server::conn::http1,
    service::{Service as _, service_fn},
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::spawn_local,
    time::sleep,
};

/// How long a request's head may take to come, also the first one's, and the next one's on a connection that is kept.
const HEAD_WITHIN: Duration = Duration::from_secs(30);
/// Bytes of a request's head at most.
const HEAD_MAX: usize = 16 * 1024;
/// After a failure to accept, such as too many open files.
const AGAIN_AFTER: Duration = Duration::from_millis(100);

/// Accepts until the gateway goes away. `full` says, given the number of connections that speak HTTP, whether there
/// are too many.
pub async fn accept(
    listener: TcpListener,
    router: Router,
    going_away: Rc<watch::Sender<bool>>,
    full: impl Fn(usize) -> bool,
) {
    let mut stop = going_away.subscribe();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|going| *going) => return,
        };
        match accepted {
            // Closed at once: the client tries again later, or elsewhere.
            Ok(_) if full(going_away.receiver_count()) => {}
            Ok((stream, peer)) => {
                // Answers are flushed when they are whole; waiting for more only delays them.
                let _ = stream.set_nodelay(true);
                spawn_local(speak(stream, peer, router.clone(), going_away.subscribe()));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                sleep(AGAIN_AFTER).await;
            }
        }
    }
}

async fn speak(stream: TcpStream, peer: SocketAddr, router: Router, mut going_away: watch::Receiver<bool>) {
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.call(request)
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN).max_buf_size(HEAD_MAX);
    let mut connection = std::pin::pin!(http.serve_connection(TokioIo::new(stream), service).with_upgrades());
    // How it ended, well or badly, is for nobody to know but the client.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = going_away.wait_for(|going| *going) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}
