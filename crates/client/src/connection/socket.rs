use std::time::Duration;

use futures_util::{FutureExt, SinkExt, StreamExt};
use laisee_wire::v1::{
    ClientFrame, ErrorCode, Hello, ServerFrame, Welcome, client_frame::Body as Ask, server_frame::Body,
};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{
        Message, client::IntoClientRequest, http::HeaderValue, http::header::SEC_WEBSOCKET_PROTOCOL,
        protocol::WebSocketConfig,
    },
};

use super::{Encoding, Options};
use crate::{ClientError, Request, device::Identity};

/// The largest frame a server sends: a page of history of large messages.
const FRAME_MAX: usize = 8 * 1024 * 1024;

/// Frames that were fed are written without waiting for a flush once they are so many bytes.
const BURST_BYTES: usize = 16 * 1024;

/// A WebSocket that carries frames: no reconnecting, no upkeep.
#[derive(Debug)]
pub struct Socket {
    stream: WebSocketStream<TcpStream>,
    encoding: Encoding,
    closed: Option<u16>,
}

/// What came in.
// Lives for a moment on the stack; a box for each frame would cost more.
#[allow(clippy::large_enum_variant)]
#[derive(Debug)]
pub enum Received {
    Frame(ServerFrame),
    /// The connection is over, with the close code if the server said one.
    Closed(Option<u16>),
}

impl Socket {
    /// Connects to the `turn`-th address (modulo their number). Errors: `Transport`.
    pub async fn connect(options: &Options, turn: usize) -> Result<Self, ClientError> {
        let none = || ClientError::Transport("no address".into());
        let index = turn.checked_rem(options.addresses.len()).ok_or_else(none)?;
        let address = &options.addresses[index];
        let late = |_| ClientError::Transport(format!("{address}: connecting took too long"));
        timeout(options.connect_timeout, Self::handshake(options, address)).await.map_err(late)?
    }

    async fn handshake(options: &Options, address: &str) -> Result<Self, ClientError> {
        let failed = |e: &dyn std::fmt::Display| ClientError::Transport(format!("{address}: {e}"));
        let tcp = TcpStream::connect(address).await.map_err(|e| failed(&e))?;
        tcp.set_nodelay(true).map_err(|e| failed(&e))?;
        let mut request = format!("ws://{address}/v1/ws").into_client_request().map_err(|e| failed(&e))?;
        let subprotocol = HeaderValue::from_static(options.encoding.subprotocol());
        request.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, subprotocol);
        let config = WebSocketConfig::default()
            .read_buffer_size(options.read_buffer)
            .write_buffer_size(BURST_BYTES)
            .max_message_size(Some(FRAME_MAX))
            .max_frame_size(Some(FRAME_MAX));
        let (stream, _) = client_async_with_config(request, tcp, Some(config)).await.map_err(|e| failed(&e))?;
        Ok(Self { stream, encoding: options.encoding, closed: None })
    }

    /// Connects and signs in. Errors: as `connect`, or the server's refusal.
    pub async fn sign_in(options: &Options, turn: usize, identity: &Identity) -> Result<(Self, Welcome), ClientError> {
        let mut socket = Self::connect(options, turn).await?;
        let hello = Ask::Hello(Hello { token: identity.token.clone(), client: identity.client.clone() });
        socket.send(&ClientFrame { request: 1, body: Some(hello) }).await?;
        let late = |_| ClientError::Transport("no welcome in time".into());
        match timeout(options.request_timeout, socket.receive()).await.map_err(late)? {
            Received::Frame(ServerFrame { body: Some(Body::Welcome(welcome)), .. }) => Ok((socket, welcome)),
            Received::Frame(ServerFrame { body: Some(Body::Error(error)), .. }) => Err(error.into()),
            Received::Frame(frame) => Err(ClientError::Unexpected(format!("{frame:?} for Hello"))),
            Received::Closed(code) => Err(ClientError::Transport(format!("closed before the welcome: {code:?}"))),
        }
    }

    /// Puts a frame into the write buffer without sending it.
    pub async fn feed(&mut self, frame: &ClientFrame) -> Result<(), ClientError> {
        let message = self.encoding.encode(frame)?;
        self.stream.feed(message).await.map_err(|e| ClientError::Transport(e.to_string()))
    }

    /// Sends what was fed, in one write where the kernel takes it.
    pub async fn flush(&mut self) -> Result<(), ClientError> {
        self.stream.flush().await.map_err(|e| ClientError::Transport(e.to_string()))
    }

    /// One frame, at once.
    pub async fn send(&mut self, frame: &ClientFrame) -> Result<(), ClientError> {
        self.feed(frame).await?;
        self.flush().await
    }

    /// The next frame. May be cancelled without losing anything.
    pub async fn receive(&mut self) -> Received {
        loop {
            match self.stream.next().await {
                Some(Ok(message @ (Message::Binary(_) | Message::Text(_)))) => match self.encoding.decode(message) {
                    Ok(frame) => return Received::Frame(frame),
                    Err(_) => return Received::Closed(None),
                },
                Some(Ok(Message::Close(frame))) => {
                    self.closed = frame.map(|frame| frame.code.into());
                    return Received::Closed(self.closed);
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Received::Closed(self.closed),
            }
        }
    }

    /// The next frame if one is there already.
    pub fn try_receive(&mut self) -> Option<Received> {
        self.receive().now_or_never()
    }

    /// One request, reading past everything else until its answer; for tools that use a socket for one thing at a
    /// time. `number` must not be under way already.
    pub async fn call<R: Request>(
        &mut self,
        number: u32,
        request: R,
        within: Duration,
    ) -> Result<R::Answer, ClientError> {
        self.send(&ClientFrame { request: number, body: Some(request.into_body()) }).await?;
        let answer = async {
            loop {
                match self.receive().await {
                    Received::Frame(ServerFrame { request, body: Some(body) }) if request == number => return Ok(body),
                    Received::Frame(_) => {}
                    Received::Closed(code) => return Err(ClientError::Transport(format!("closed: {code:?}"))),
                }
            }
        };
        let body = timeout(within, answer).await.map_err(|_| ClientError::Lost(crate::device::Lost::TimedOut))??;
        crate::request::unpack::<R>(body)
    }

    /// Says goodbye; whether the server answers does not matter.
    pub async fn close(mut self) {
        if self.stream.close(None).await.is_ok() {
            let _ = timeout(Duration::from_millis(200), self.stream.next()).await;
        }
    }

    /// Whether an error says that the session is over.
    pub fn is_signed_out(error: &ClientError) -> bool {
        error.code() == Some(ErrorCode::Unauthenticated)
    }
}
