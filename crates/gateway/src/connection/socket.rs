//! Moves the bytes of one connection: a burst of requests in, a burst of answers out with one flush.

use std::{
    future::poll_fn,
    io::{self, Read, Write},
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, Waker, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::timeout,
};
use tokio_tungstenite::tungstenite::{
    self, Message, WebSocket,
    protocol::{CloseFrame, Role, WebSocketConfig, frame::coding::CloseCode as WsCloseCode},
};

use super::{
    Connection, Encoding, Hub,
    session::{CloseCode, Step},
};
use crate::{
    GatewayConfig,
    convert::{ErrorCode, ServerBody, error},
};

/// Requests taken in before answers are written.
const BURST_MAX: usize = 256;
/// How long the other side is given to take in a goodbye.
const GOODBYE: Duration = Duration::from_secs(2);

/// Serves one connection until it ends.
pub async fn run(hub: Rc<Hub>, stream: TcpStream, encoding: Encoding) {
    // A task's waker is the same for as long as it lives.
    let waker = poll_fn(|context| Poll::Ready(context.waker().clone())).await;
    let connection = hub.join(encoding, waker.clone());
    let mut line = Line::new(Socket { stream, waker }, &hub.config);
    let code = poll_fn(|_| line.serve(&hub, &connection)).await;
    hub.leave(&connection);
    if let Some(code) = code {
        // Whatever comes of it, the connection is over. Boxed, because nobody says goodbye for most of the time.
        let _ = Box::pin(timeout(GOODBYE, line.say_goodbye(&connection, code))).await;
    }
}

/// A socket that says "would block" where it cannot go on, and wakes the connection's task when it can.
struct Socket {
    stream: TcpStream,
    waker: Waker,
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut buffer = ReadBuf::new(buffer);
        let mut context = Context::from_waker(&self.waker);
        match Pin::new(&mut self.stream).poll_read(&mut context, &mut buffer) {
            Poll::Ready(read) => read.map(|()| buffer.filled().len()),
            Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
        }
    }
}

impl Write for Socket {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let mut context = Context::from_waker(&self.waker);
        match Pin::new(&mut self.stream).poll_write(&mut context, buffer) {
            Poll::Ready(written) => written,
            Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Line {
    socket: WebSocket<Socket>,
    /// Frames left the outbox that are not written yet.
    unwritten: bool,
}

impl Line {
    fn new(socket: Socket, config: &GatewayConfig) -> Self {
        let frame_max = config.frame_max_bytes as usize;
        let config = WebSocketConfig::default()
            .read_buffer_size(config.read_buffer_bytes)
            .write_buffer_size(4 * 1024)
            .max_write_buffer_size(1024 * 1024)
            .max_message_size(Some(frame_max))
            .max_frame_size(Some(frame_max));
        Self { socket: WebSocket::from_raw_socket(socket, Role::Server, Some(config)), unwritten: false }
    }

    /// Moves what can be moved. Ready with why the connection ends: a code of ours, or none when the other side ended it.
    fn serve(&mut self, hub: &Rc<Hub>, connection: &Rc<Connection>) -> Poll<Option<CloseCode>> {
        loop {
            // A reader that does not read must not keep the connection from being closed.
            if let Some(code) = connection.closing.get() {
                return Poll::Ready(Some(code));
            }
            // Nor is anything taken in from it: it would have to be answered.
            if ready!(self.write(connection)).is_err() {
                return Poll::Ready(None);
            }
            let mut taken = 0;
            while taken < BURST_MAX {
                let message = match self.socket.read() {
                    Err(error) if would_block(&error) => break,
                    message => message,
                };
                taken += 1;
                if let Some(end) = take(hub, connection, message) {
                    return Poll::Ready(end);
                }
            }
            if taken == 0 && connection.outbox.is_empty() && connection.closing.get().is_none() {
                return Poll::Pending;
            }
        }
    }

    /// Writes everything that waits, with one flush.
    fn write(&mut self, connection: &Connection) -> Poll<tungstenite::Result<()>> {
        while self.unwritten || !connection.outbox.is_empty() {
            // What is stuck already goes first: else a reader that does not read would empty the outbox into another.
            if self.unwritten {
                ready!(poll(self.socket.flush()))?;
                self.unwritten = false;
            }
            while let Some(message) = connection.outbox.pop() {
                self.unwritten = true;
                // When it would block, the message was taken all the same.
                ready!(poll(self.socket.write(message)))?;
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Says goodbye, and waits for the other side's: else its system would throw ours away unread.
    async fn say_goodbye(&mut self, connection: &Connection, code: CloseCode) -> tungstenite::Result<()> {
        if code != CloseCode::TooSlow {
            poll_fn(|_| self.write(connection)).await?;
        }
        let frame = CloseFrame { code: WsCloseCode::from(code as u16), reason: format!("{code:?}").into() };
        match self.socket.close(Some(frame)) {
            Err(error) if !would_block(&error) => return Err(error),
            _ => poll_fn(|_| poll(self.socket.flush())).await?,
        }
        loop {
            poll_fn(|_| poll(self.socket.read())).await?;
        }
    }
}

fn would_block(error: &tungstenite::Error) -> bool {
    matches!(error, tungstenite::Error::Io(error) if error.kind() == io::ErrorKind::WouldBlock)
}

fn poll<T>(result: tungstenite::Result<T>) -> Poll<tungstenite::Result<T>> {
    match result {
        Err(error) if would_block(&error) => Poll::Pending,
        result => Poll::Ready(result),
    }
}

/// Takes one message in; `Some`: the connection ends, with this code.
fn take(
    hub: &Rc<Hub>,
    connection: &Rc<Connection>,
    message: tungstenite::Result<Message>,
) -> Option<Option<CloseCode>> {
    let step = match message {
        Err(tungstenite::Error::Capacity(_)) => {
            let too_large = error(ErrorCode::TooLarge, "the frame is larger than allowed", 0);
            hub.answer(connection, 0, ServerBody::Error(too_large));
            return Some(Some(CloseCode::TooLarge));
        }
        Err(_) | Ok(Message::Close(_)) => return Some(None),
        Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)) => return None,
        Ok(message) => {
            let fits = matches!(
                (&message, connection.encoding()),
                (Message::Binary(_), Encoding::Protobuf) | (Message::Text(_), Encoding::Json)
            );
            let bytes = message.into_data();
            let bytes: &[u8] = if fits { &bytes } else { b"\xff" };
            connection.session.borrow_mut().take(bytes, hub.now_ms())
        }
    };
    match step {
        Step::Carry { request, who, body } => hub.carry(connection, request, who, body),
        Step::Heartbeat { request, who, told } => hub.heartbeat(connection, request, who, told),
        Step::Identify { request, hello } => hub.identify(connection, request, hello),
        Step::Refuse { request, error } => hub.answer(connection, request, ServerBody::Error(error)),
        Step::Close { request, error, code } => {
            hub.answer(connection, request, ServerBody::Error(error));
            return Some(Some(code));
        }
    }
    None
}
