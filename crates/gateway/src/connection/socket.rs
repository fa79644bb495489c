//! Moves the bytes of one connection: a burst of requests in, a burst of answers out with one flush.

use std::rc::Rc;

use futures_util::{FutureExt, SinkExt, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        self, Message,
        protocol::{CloseFrame, Role, WebSocketConfig, frame::coding::CloseCode as WsCloseCode},
    },
};

use super::{
    Connection, Encoding, Hub,
    session::{CloseCode, Step},
};
use crate::convert::{ErrorCode, ServerBody, error};

/// Requests taken in before answers are written.
const BURST_MAX: usize = 256;

/// Serves one connection until it ends.
pub async fn run<S: AsyncRead + AsyncWrite + Unpin>(hub: Rc<Hub>, stream: S, encoding: Encoding) {
    let frame_max = hub.config.frame_max_bytes as usize;
    let config = WebSocketConfig::default()
        .read_buffer_size(hub.config.read_buffer_bytes)
        .write_buffer_size(4 * 1024)
        .max_write_buffer_size(1024 * 1024)
        .max_message_size(Some(frame_max))
        .max_frame_size(Some(frame_max));
    let mut socket = WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await;
    let connection = hub.join(encoding);
    let code = serve(&hub, &mut socket, &connection).await;
    hub.leave(&connection);
    if let Some(code) = code {
        Box::pin(close(&mut socket, &connection, code)).await;
    }
}

/// Why a connection ends: a code of ours, or none when the other side ended it.
async fn serve<S: AsyncRead + AsyncWrite + Unpin>(
    hub: &Rc<Hub>,
    socket: &mut WebSocketStream<S>,
    connection: &Rc<Connection>,
) -> Option<CloseCode> {
    loop {
        tokio::select! {
            message = socket.next() => {
                let mut message = message;
                let mut taken = 0;
                loop {
                    if let Some(end) = take(hub, connection, message) {
                        // What was said before the end still goes out.
                        flush(socket, connection).await;
                        return end;
                    }
                    taken += 1;
                    if taken >= BURST_MAX {
                        break;
                    }
                    match socket.next().now_or_never() {
                        Some(next) => message = next,
                        None => break,
                    }
                }
            }
            () = connection.wake.notified() => {}
        }
        if let Some(code) = connection.closing.get() {
            return Some(code);
        }
        if !connection.outbox.is_empty() && !flush(socket, connection).await {
            return connection.closing.get();
        }
    }
}

/// Writes everything that waits, with one flush; false: the connection is over.
async fn flush<S: AsyncRead + AsyncWrite + Unpin>(socket: &mut WebSocketStream<S>, connection: &Connection) -> bool {
    let write = async {
        while let Some(message) = connection.outbox.pop() {
            socket.feed(message).await?;
        }
        socket.flush().await
    };
    let mut write = std::pin::pin!(write);
    loop {
        tokio::select! {
            biased;
            done = &mut write => return done.is_ok(),
            // A reader that does not read must not keep the connection from being closed.
            () = connection.wake.notified() => {
                if connection.closing.get().is_some() {
                    return false;
                }
            }
        }
    }
}

/// Takes one message in; `Some`: the connection ends, with this code.
fn take(
    hub: &Rc<Hub>,
    connection: &Rc<Connection>,
    message: Option<Result<Message, tungstenite::Error>>,
) -> Option<Option<CloseCode>> {
    let step = match message {
        None => return Some(None),
        Some(Err(tungstenite::Error::Capacity(_))) => {
            let too_large = error(ErrorCode::TooLarge, "the frame is larger than allowed", 0);
            hub.answer(connection, 0, ServerBody::Error(too_large));
            return Some(Some(CloseCode::TooLarge));
        }
        Some(Err(_) | Ok(Message::Close(_))) => return Some(None),
        Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => return None,
        Some(Ok(message)) => {
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

/// Says goodbye, for as long as the other side takes it in, but not for long.
async fn close<S: AsyncRead + AsyncWrite + Unpin>(
    socket: &mut WebSocketStream<S>,
    connection: &Connection,
    code: CloseCode,
) {
    let goodbye = async {
        if code != CloseCode::TooSlow {
            while let Some(message) = connection.outbox.pop() {
                socket.feed(message).await?;
            }
        }
        let frame = CloseFrame { code: WsCloseCode::from(code as u16), reason: format!("{code:?}").into() };
        socket.close(Some(frame)).await?;
        // Waiting for the other side's goodbye keeps its system from throwing ours away unread.
        while let Some(Ok(_)) = socket.next().await {}
        Ok::<(), tungstenite::Error>(())
    };
    // Whatever comes of it, the connection is over.
    let _ = tokio::time::timeout(std::time::Duration::from_secs(2), goodbye).await;
}
