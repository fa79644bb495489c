//! A bare WebSocket echo: what sockets alone allow on this machine. A burst that was read is answered by one flush.

use std::{
    cell::RefCell,
    collections::VecDeque,
    io,
    rc::Rc,
    time::{Duration, Instant},
};

use futures_util::{FutureExt, SinkExt, StreamExt};
use hdrhistogram::Histogram;
use tokio::{
    net::{TcpListener, TcpStream},
    runtime::Builder,
    sync::oneshot,
    task::{JoinSet, LocalSet, spawn_local},
};
use tokio_tungstenite::{
    WebSocketStream, accept_async_with_config, client_async_with_config,
    tungstenite::{Message, protocol::WebSocketConfig},
};

use crate::bench::Figures;

/// Bytes of each message: about those of an open and its answer.
const PAYLOAD: usize = 24;
/// Round trips that take longer count as this long.
const LONGEST_NS: u64 = 60_000_000_000;

fn config() -> WebSocketConfig {
    WebSocketConfig::default().read_buffer_size(4 * 1024)
}

/// Round trips over `connections`, each with so many in flight.
///
/// # Errors
/// When a socket cannot be had.
pub fn echo(connections: usize, in_flight: usize, time: Duration) -> io::Result<Figures> {
    let (addr, address) = oneshot::channel();
    // The server's thread ends with the process's need for it: when its listener's runtime is dropped.
    let (stop, stopped) = oneshot::channel::<()>();
    let server = std::thread::spawn(move || -> io::Result<()> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        LocalSet::new().block_on(&runtime, async move {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            // Whoever asked for the address is there, or nobody needs it.
            let _ = addr.send(listener.local_addr()?);
            tokio::select! {
                () = accept(listener) => {}
                _ = stopped => {}
            }
            Ok(())
        })
    });
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let figures = LocalSet::new().block_on(&runtime, async move {
        let address = address.await.map_err(io::Error::other)?;
        drive(address, connections, in_flight, time).await
    });
    drop(stop);
    server.join().map_err(|_| io::Error::other("the echo server panicked"))??;
    figures
}

async fn accept(listener: TcpListener) {
    while let Ok((stream, _)) = listener.accept().await {
        spawn_local(async move {
            if stream.set_nodelay(true).is_err() {
                return;
            }
            let Ok(mut socket) = accept_async_with_config(stream, Some(config())).await else { return };
            while let Some(Ok(first)) = socket.next().await {
                let mut next = Some(first);
                while let Some(message) = next.take() {
                    if message.is_close() || socket.feed(message).await.is_err() {
                        return;
                    }
                    if let Some(Some(Ok(message))) = socket.next().now_or_never() {
                        next = Some(message);
                    }
                }
                if socket.flush().await.is_err() {
                    return;
                }
            }
        });
    }
}

async fn drive(
    address: std::net::SocketAddr,
    connections: usize,
    in_flight: usize,
    time: Duration,
) -> io::Result<Figures> {
    let mut sockets = Vec::new();
    for _ in 0..connections {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let url = format!("ws://{address}/");
        let (socket, _) = client_async_with_config(url, stream, Some(config())).await.map_err(io::Error::other)?;
        sockets.push(socket);
    }
    let begun = Instant::now();
    let end = begun + time;
    let latency = Histogram::new_with_bounds(1, LONGEST_NS, 3).map_err(io::Error::other)?;
    let latency = Rc::new(RefCell::new(latency));
    let mut tasks = JoinSet::new();
    for socket in sockets {
        tasks.spawn_local(one(socket, in_flight, end, latency.clone()));
    }
    while let Some(done) = tasks.join_next().await {
        done.map_err(io::Error::other)??;
    }
    let latency = latency.borrow();
    let ms = |quantile| Some(latency.value_at_quantile(quantile) as f64 / 1e6);
    let per_s = latency.len() as f64 / begun.elapsed().as_secs_f64();
    Ok(Figures { per_s, p50_ms: ms(0.5), p99_ms: ms(0.99), ..Figures::default() })
}

async fn one(
    mut socket: WebSocketStream<TcpStream>,
    in_flight: usize,
    end: Instant,
    latency: Rc<RefCell<Histogram<u64>>>,
) -> io::Result<()> {
    let mut sent = VecDeque::with_capacity(in_flight);
    let message = || Message::Binary(vec![7; PAYLOAD].into());
    for _ in 0..in_flight {
        sent.push_back(Instant::now());
        socket.feed(message()).await.map_err(io::Error::other)?;
    }
    socket.flush().await.map_err(io::Error::other)?;
    while let Some(first) = socket.next().await {
        let mut answers = 1;
        first.map_err(io::Error::other)?;
        while let Some(Some(Ok(_))) = socket.next().now_or_never() {
            answers += 1;
        }
        let now = Instant::now();
        for _ in 0..answers {
            if let Some(at) = sent.pop_front() {
                latency.borrow_mut().saturating_record((now - at).as_nanos() as u64);
            }
        }
        if now >= end {
            break;
        }
        for _ in 0..answers {
            sent.push_back(now);
            socket.feed(message()).await.map_err(io::Error::other)?;
        }
        socket.flush().await.map_err(io::Error::other)?;
    }
    Ok(())
}
