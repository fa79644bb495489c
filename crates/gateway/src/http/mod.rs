//! What is served over HTTP.

mod accept;
mod admin;
pub mod admin_routes;
mod assets;
mod figures;
mod files;
pub mod further_routes;
pub mod openapi;
mod parameters;
mod payments;
pub mod rest;
pub mod routes;
mod sign_ins;
mod statement_csv;
mod unambiguous;
mod upgrade;

use std::{
    io,
    net::{SocketAddr, TcpListener, ToSocketAddrs},
    rc::Rc,
    sync::Arc,
    thread::JoinHandle,
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::{Query, Request, State},
    http::{HeaderValue, Response, StatusCode, Uri, header},
    response::IntoResponse,
    routing::{MethodFilter, on},
};
use laisee_bus::LocalBus;
use laisee_core::{
    ids::{OperatorId, UserId},
    settings::Settings,
};
use tokio::{
    sync::{Notify, mpsc, watch},
    task::{LocalSet, spawn_local},
    time::{interval, timeout},
};

pub use assets::{Asset, Assets};
pub use figures::Figures;

use self::{
    admin_routes::ADMIN_ROUTES,
    assets::plain,
    further_routes::FURTHER_ROUTES,
    parameters::Parameters,
    routes::{Method, ROUTES},
    sign_ins::SignIns,
    upgrade::Upgrading,
};
use crate::{
    GatewayConfig,
    connection::Hub,
    files::Files,
    handle::{Desk, Surroundings, admin::reconciliation::Following},
    live_figures::{EVERY, Measured, ShardFigures},
    rate::{Rate, Rates},
};

/// Connections that may wait to be accepted.
const BACKLOG: i32 = 4_096;
/// Connections that may wait to become live.
const UPGRADES_MAX: usize = 4_096;
/// How long connections are given to go when the gateway stops.
const GOING_AWAY: Duration = Duration::from_secs(3);

/// What may be asked of a running server from outside: is it ready, and further figures.
#[derive(Clone)]
pub struct Inside {
    pub ready: Arc<dyn Fn() -> bool + Send + Sync>,
    /// Lines for the metrics page.
    pub figures: Arc<dyn Fn() -> String + Send + Sync>,
    pub shards: Arc<dyn Fn() -> Vec<ShardFigures> + Send + Sync>,
    /// How far reconciliation is.
    pub reconciliation: Arc<dyn Fn() -> Following + Send + Sync>,
    /// What users have uploaded.
    pub files: Arc<Files>,
    /// Where the payment provider's calls come in, if there is one that may call.
    pub payments: Option<Arc<laisee_payments::door::Door>>,
}

/// A running gateway.
pub struct Handle {
    addr: SocketAddr,
    stop: Arc<Notify>,
    thread: JoinHandle<()>,
}

impl Handle {
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.addr
    }

    /// Asks every connection to go elsewhere, and ends.
    pub fn shutdown(self) {
        self.stop.notify_one();
        // A panic in the gateway was reported by its thread.
        let _ = self.thread.join();
    }
}

/// All that request handlers share.
#[derive(Clone)]
pub(crate) struct Door {
    desk: Arc<Desk<LocalBus>>,
    figures: Arc<Figures>,
    sign_ins: Arc<SignIns>,
    /// Requests of each user.
    requests: Arc<Rates<UserId>>,
    operator_requests: Arc<Rates<OperatorId>>,
    upgrades: mpsc::Sender<Upgrading>,
    assets: Assets,
    inside: Inside,
}

/// Serves on an address, from a thread of its own. Returns when the address is taken.
///
/// # Errors
/// When the address cannot be listened on.
pub fn serve(
    config: &GatewayConfig,
    addr: &str,
    settings: &Settings,
    bus: Arc<LocalBus>,
    assets: Assets,
    inside: Inside,
) -> io::Result<Handle> {
    let listener = listen(addr)?;
    let addr = listener.local_addr()?;
    let stop = Arc::new(Notify::new());
    let (gateway, inbox) = bus.attach();
    let config = Arc::new(config.clone());
    let surroundings = Surroundings::real(&config);
    let desk = Arc::new(Desk::new(bus, Arc::new(settings.clone()), config.clone(), Arc::default(), surroundings));
    // It is new, so nobody has said it before.
    let _ = desk.following.set(inside.reconciliation.clone());
    let (upgrades, upgrading) = mpsc::channel(UPGRADES_MAX);
    let door = Door {
        desk: desk.clone(),
        figures: Arc::default(),
        sign_ins: Arc::new(SignIns::new(Rate::per_minute(config.sign_ins_per_min, config.sign_ins_burst))),
        requests: Arc::new(Rates::new(Rate::per_second(config.requests_per_s, config.requests_burst))),
        operator_requests: Arc::new(Rates::new(Rate::per_second(config.requests_per_s, config.requests_burst))),
        upgrades,
        assets,
        inside,
    };
    let stopping = stop.clone();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let thread = std::thread::Builder::new().name("gateway".into()).spawn(move || {
        LocalSet::new().block_on(&runtime, async move {
            let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
            let figures = door.figures.clone();
            spawn_local(measure(door.clone()));
            let hub = Hub::new(desk, gateway, figures.clone());
            spawn_local(hub.clone().deliver(inbox));
            spawn_local(hub.clone().learn_settings());
            spawn_local(hub.clone().look_after());
            spawn_local(hub.clone().send_without_company());
            spawn_local(upgrade::run_all(hub.clone(), upgrading));
            let going_away = Rc::new(watch::Sender::new(false));
            let full = move |http: usize| http + figures.connections.get() as usize >= config.connections_max;
            spawn_local(accept::accept(listener, router(door), going_away.clone(), full));
            stopping.notified().await;
            going_away.send_replace(true);
            // Whoever stays longer is cut off.
            let _ = timeout(GOING_AWAY, async { tokio::join!(hub.go_away(), going_away.closed()) }).await;
        });
    })?;
    Ok(Handle { addr, stop, thread })
}

/// Measures for the console as long as the gateway runs.
async fn measure(door: Door) {
    let mut tick = interval(EVERY);
    loop {
        tick.tick().await;
        let (requests, opens) = door.figures.answers();
        let connections = door.figures.connections.get().max(0) as u32;
        let measured = Measured { connections, requests, opens, shards: (door.inside.shards)() };
        door.desk.live_figures.measured((door.desk.clock)(), measured);
    }
}

fn listen(addr: &str) -> io::Result<TcpListener> {
    let addr = addr.to_socket_addrs()?.next().ok_or_else(|| io::Error::other("the address names no host"))?;
    let socket = socket2::Socket::new(socket2::Domain::for_address(addr), socket2::Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&addr.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

fn router(door: Door) -> Router {
    let mut router = Router::new();
    for route in FURTHER_ROUTES {
        router = router.route(route.path, (route.handle)(filter(route.method)));
    }
    for route in ROUTES {
        let carry = move |State(door): State<Door>, parameters: Parameters, query: Query<_>, request: Request| {
            rest::carry(route, door, parameters, query, request)
        };
        router = router.route(route.path, on(filter(route.method), carry));
    }
    for route in ADMIN_ROUTES {
        let carry = move |State(door): State<Door>, parameters: Parameters, query: Query<_>, request: Request| {
            admin::carry(route, door, parameters, query, request)
        };
        router = router.route(route.path, on(filter(route.method), carry));
    }
    let router = router.fallback(web).method_not_allowed_fallback(other_methods);
    router.layer(axum::middleware::map_response(protect)).with_state(door)
}

fn filter(method: Method) -> MethodFilter {
    match method {
        Method::Get => MethodFilter::GET,
        Method::Post => MethodFilter::POST,
        Method::Put => MethodFilter::PUT,
        Method::Patch => MethodFilter::PATCH,
        Method::Delete => MethodFilter::DELETE,
    }
}

async fn ready(State(door): State<Door>) -> Response<Body> {
    if (door.inside.ready)() {
        plain(StatusCode::OK, "ready")
    } else {
        plain(StatusCode::SERVICE_UNAVAILABLE, "not every shard serves")
    }
}

async fn metrics(State(door): State<Door>) -> Response<Body> {
    plain(StatusCode::OK, &door.figures.page(&(door.inside.figures)()))
}

/// Rule E3: the path is there, for other methods.
async fn other_methods() -> Response<Body> {
    let none = crate::convert::error(crate::convert::ErrorCode::NotFound, "this path does not take this method", 0);
    (StatusCode::METHOD_NOT_ALLOWED, axum::Json(none)).into_response()
}

async fn web(State(door): State<Door>, uri: Uri, request: Request) -> Response<Body> {
    if uri.path().starts_with("/v1/") {
        let none = crate::convert::error(crate::convert::ErrorCode::NotFound, "there is no such path", 0);
        return (StatusCode::NOT_FOUND, axum::Json(none)).into_response();
    }
    door.assets.respond(uri.path(), request.headers())
}

/// What browsers are told not to allow.
async fn protect(mut response: Response<Body>) -> Response<Body> {
    let fields = response.headers_mut();
    let policy = "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data: blob:; \
                  style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
    fields.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    fields.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    fields.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}
