use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use futures_util::{SinkExt, StreamExt};
use laisee_wire::v1::{
    ClientFrame, ServerFrame, Settings, SignIn, SignUp, Welcome, client_frame::Body as Ask, server_frame::Body,
};
use prost::Message as _;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::AbortHandle,
};
use tokio_tungstenite::{
    accept_hdr_async,
    tungstenite::{
        Message,
        handshake::server::{Request, Response},
    },
};

use super::{
    money::{ACCEPT_MS, LONG_MS, SHORT_MS},
    world::{Broken, World},
};

/// A message notice that the sending connection does not get; a packet's card is written by the server.
fn is_own(body: &Body) -> bool {
    match body {
        Body::MessageNotice(notice) => notice.message.as_ref().is_some_and(|m| !m.client_msg_id.is_empty()),
        _ => false,
    }
}

type Lines = Arc<Mutex<HashMap<u64, (u64, mpsc::UnboundedSender<ServerFrame>)>>>;

/// The listening server.
pub struct Fake {
    pub address: String,
    tasks: Arc<Mutex<Vec<AbortHandle>>>,
}

impl Fake {
    pub async fn start(broken: Broken) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let world = Arc::new(Mutex::new(World::new(broken)));
        let lines = Lines::default();
        let tasks: Arc<Mutex<Vec<AbortHandle>>> = Arc::default();
        let (of_server, numbers) = (tasks.clone(), Arc::new(AtomicU64::new(1)));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (world, lines, line) = (world.clone(), lines.clone(), numbers.fetch_add(1, Relaxed));
                let task = tokio::spawn(async move {
                    let mut begin = [0; 10];
                    while stream.peek(&mut begin).await.unwrap_or(0) < begin.len() {
                        tokio::task::yield_now().await;
                    }
                    if begin.starts_with(b"GET /v1/ws") {
                        socket(stream, world, lines, line).await;
                    } else {
                        rest(stream, world).await;
                    }
                });
                of_server.lock().unwrap().push(task.abort_handle());
            }
        });
        Self { address, tasks }
    }

    /// Cuts every connection without a word, as a killed process does.
    pub fn cut(&self) {
        self.tasks.lock().unwrap().drain(..).for_each(|task| task.abort());
    }
}

async fn rest(stream: TcpStream, world: Arc<Mutex<World>>) {
    let mut stream = BufReader::new(stream);
    loop {
        let (mut head, mut length) = (String::new(), 0);
        while !head.ends_with("\r\n\r\n") {
            let from = head.len();
            if stream.read_line(&mut head).await.unwrap_or(0) == 0 {
                return;
            }
            if let Some(value) = head[from..].strip_prefix("content-length: ") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.unwrap();
        let signed_in = if head.starts_with("POST /v1/sign-up") {
            world.lock().unwrap().sign_up(&serde_json::from_slice::<SignUp>(&body).unwrap())
        } else {
            world.lock().unwrap().sign_in(&serde_json::from_slice::<SignIn>(&body).unwrap())
        };
        let (status, json) = match signed_in {
            Ok(signed_in) => ("200 OK", serde_json::to_string(&signed_in).unwrap()),
            Err(error) => ("422 No", serde_json::to_string(&error).unwrap()),
        };
        let answer = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{json}", json.len());
        if stream.get_mut().write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn socket(stream: TcpStream, world: Arc<Mutex<World>>, lines: Lines, line: u64) {
    let mut json = false;
    // The handshake library fixes the type of the refusal.
    #[allow(clippy::result_large_err)]
    let choose = |request: &Request, mut response: Response| {
        let wanted = request.headers()["sec-websocket-protocol"].clone();
        json = wanted == "laisee.v1.json";
        response.headers_mut().insert("sec-websocket-protocol", wanted);
        Ok(response)
    };
    let Ok(mut socket) = accept_hdr_async(stream, choose).await else { return };
    let (out, mut notices) = mpsc::unbounded_channel();
    let mut user = 0;
    loop {
        let frames: Vec<ServerFrame> = tokio::select! {
            Some(notice) = notices.recv() => vec![notice],
            message = socket.next() => {
                let frame: ClientFrame = match message {
                    Some(Ok(Message::Binary(bytes))) => ClientFrame::decode(bytes).unwrap(),
                    Some(Ok(Message::Text(text))) => serde_json::from_str(&text).unwrap(),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                    _ => break,
                };
                let mut world = world.lock().unwrap();
                match frame.body.unwrap() {
                    Ask::Hello(hello) => {
                        user = world.by_token(&hello.token);
                        lines.lock().unwrap().insert(line, (user, out.clone()));
                        let settings = Settings {
                            heartbeat_ms: 500,
                            ack_messages: 10,
                            ack_ms: 100,
                            packet_share_min: 1,
                            packet_share_max: 20_000,
                            packet_count_max: 100,
                            transfer_min: 1,
                            transfer_max: 1_000,
                            transfer_short_ms: SHORT_MS,
                            transfer_long_ms: LONG_MS,
                            transfer_accept_ms: ACCEPT_MS,
                            ..Settings::default()
                        };
                        let of = Some(laisee_wire::v1::User { id: user, ..Default::default() });
                        let welcome = Welcome { user: of, settings: Some(settings), ..Welcome::default() };
                        vec![ServerFrame { request: frame.request, body: Some(Body::Welcome(welcome)) }]
                    }
                    ask => {
                        let outcome = world.handle(user, ask);
                        let lines = lines.lock().unwrap();
                        for (to, body) in outcome.notices {
                            for (&number, (of, line_out)) in lines.iter() {
                                let sender = number == line && is_own(&body) && to == user;
                                if *of == to && !sender {
                                    let _ = line_out.send(ServerFrame { request: 0, body: Some(body.clone()) });
                                }
                            }
                        }
                        vec![ServerFrame { request: frame.request, body: Some(outcome.answer) }]
                    }
                }
            }
        };
        for frame in frames {
            let message = match json {
                true => Message::text(serde_json::to_string(&frame).unwrap()),
                false => Message::binary(frame.encode_to_vec()),
            };
            if socket.send(message).await.is_err() {
                break;
            }
        }
    }
    lines.lock().unwrap().remove(&line);
}
