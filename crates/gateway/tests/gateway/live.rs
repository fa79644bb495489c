//! A WebSocket client that knows no more than the protocol, so that it can also break it.

use std::{collections::VecDeque, time::Duration};

use futures_util::{SinkExt, StreamExt};
use laisee_wire::v1::{
    ClientFrame, ErrorCode, Hello, ServerFrame, client_frame::Body as Ask, server_frame::Body as Answer,
};
use prost::Message as _;
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, client::IntoClientRequest, http::header::SEC_WEBSOCKET_PROTOCOL},
};

const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    Protobuf,
    Json,
}

impl Encoding {
    pub const BOTH: [Self; 2] = [Self::Protobuf, Self::Json];

    pub fn subprotocol(self) -> &'static str {
        match self {
            Self::Protobuf => "laisee.v1",
            Self::Json => "laisee.v1.json",
        }
    }

    pub fn encode(self, frame: &ClientFrame) -> Message {
        match self {
            Self::Protobuf => Message::Binary(frame.encode_to_vec().into()),
            Self::Json => Message::Text(serde_json::to_string(frame).unwrap().into()),
        }
    }

    fn decode(self, message: &Message) -> ServerFrame {
        match (self, message) {
            (Self::Protobuf, Message::Binary(bytes)) => ServerFrame::decode(bytes.clone()).unwrap(),
            (Self::Json, Message::Text(text)) => serde_json::from_str(text).unwrap(),
            other => panic!("T1: {other:?}"),
        }
    }
}

pub struct Live {
    pub socket: WebSocketStream<TcpStream>,
    encoding: Encoding,
    number: u32,
    /// Frames that came while another one was waited for.
    kept: VecDeque<ServerFrame>,
}

/// What comes in.
#[derive(Debug)]
pub enum Came {
    Frame(Box<ServerFrame>),
    Closed(Option<u16>),
}

impl Live {
    pub async fn connect(addr: &str, encoding: Encoding) -> Self {
        let stream = TcpStream::connect(addr).await.unwrap();
        Self::over(stream, addr, encoding).await
    }

    pub async fn over(stream: TcpStream, addr: &str, encoding: Encoding) -> Self {
        let mut request = format!("ws://{addr}/v1/ws").into_client_request().unwrap();
        request.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, encoding.subprotocol().parse().unwrap());
        let (socket, response) = client_async(request, stream).await.unwrap();
        assert_eq!(response.headers()[SEC_WEBSOCKET_PROTOCOL], encoding.subprotocol());
        Self { socket, encoding, number: 0, kept: VecDeque::new() }
    }

    pub async fn hello(&mut self, token: &str) -> Answer {
        self.ask(Ask::Hello(Hello { token: token.into(), client: "test".into() })).await
    }

    /// Sends a request; its number.
    pub async fn send(&mut self, body: Ask) -> u32 {
        self.number += 1;
        let frame = ClientFrame { request: self.number, body: Some(body) };
        self.raw(self.encoding.encode(&frame)).await;
        self.number
    }

    pub async fn raw(&mut self, message: Message) {
        self.socket.send(message).await.unwrap();
    }

    /// A request's answer; what else comes is kept.
    pub async fn ask(&mut self, body: Ask) -> Answer {
        let number = self.send(body).await;
        self.answer_to(number).await
    }

    /// The error a request is refused with.
    pub async fn refused(&mut self, body: Ask) -> ErrorCode {
        let what = format!("{body:?}");
        match self.ask(body).await {
            Answer::Error(error) => error.code(),
            other => panic!("{what} was answered by {other:?}"),
        }
    }

    pub async fn answer_to(&mut self, number: u32) -> Answer {
        self.frame(|frame| frame.request == number).await.body.unwrap()
    }

    /// The answer to a request that may be none: then the connection ends, with this error before it.
    pub async fn answer_or_end(&mut self, number: u32) -> Result<Answer, Option<ErrorCode>> {
        let mut error = None;
        loop {
            match self.next().await {
                Came::Frame(frame) if frame.request == number => return Ok(frame.body.unwrap()),
                Came::Frame(frame) => {
                    if let Some(Answer::Error(refused)) = frame.body {
                        error = Some(refused.code());
                    }
                }
                Came::Closed(_) => return Err(error),
            }
        }
    }

    /// The next notice that `wanted` makes something of.
    pub async fn notice<T>(&mut self, mut wanted: impl FnMut(&Answer) -> Option<T>) -> T {
        let mut found = None;
        self.frame(|frame| {
            if frame.request == 0 {
                found = frame.body.as_ref().and_then(&mut wanted);
            }
            found.is_some()
        })
        .await;
        found.unwrap()
    }

    async fn frame(&mut self, mut wanted: impl FnMut(&ServerFrame) -> bool) -> ServerFrame {
        if let Some(at) = self.kept.iter().position(&mut wanted) {
            return self.kept.remove(at).unwrap();
        }
        loop {
            match self.next().await {
                Came::Frame(frame) if wanted(&frame) => return *frame,
                Came::Frame(frame) => self.kept.push_back(*frame),
                Came::Closed(code) => panic!("closed with {code:?}; there was {:?}", self.kept),
            }
        }
    }

    /// Whatever comes next.
    pub async fn next(&mut self) -> Came {
        loop {
            match timeout(PATIENCE, self.socket.next()).await.expect("something comes in time") {
                Some(Ok(Message::Close(frame))) => return Came::Closed(frame.map(|frame| frame.code.into())),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(message)) => return Came::Frame(self.encoding.decode(&message).into()),
                Some(Err(_)) | None => return Came::Closed(None),
            }
        }
    }

    /// All notices that are there, or come within a moment.
    pub async fn notices(&mut self) -> Vec<Answer> {
        let mut found = Vec::new();
        while let Ok(Came::Frame(frame)) = timeout(Duration::from_millis(150), self.next()).await {
            self.kept.push_back(*frame);
        }
        for frame in std::mem::take(&mut self.kept) {
            if frame.request == 0 {
                found.extend(frame.body);
            } else {
                self.kept.push_back(frame);
            }
        }
        found
    }

    /// Reads to the end: the close code, and the last error before it.
    pub async fn end(&mut self) -> (Option<u16>, Option<ErrorCode>) {
        let mut error = None;
        loop {
            match self.next().await {
                Came::Closed(code) => return (code, error),
                Came::Frame(frame) => {
                    if let Some(Answer::Error(refused)) = frame.body {
                        error = Some(refused.code());
                    }
                }
            }
        }
    }
}
