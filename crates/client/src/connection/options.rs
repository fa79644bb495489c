use std::time::Duration;

use super::Encoding;

/// How to reach the server.
#[derive(Clone, Debug)]
pub struct Options {
    /// `host:port`, at least one; taken in turn when one fails.
    pub addresses: Vec<String>,
    pub encoding: Encoding,
    /// Read buffer of the socket in bytes: 1 KiB for thousands of idle connections, more for bursts.
    pub read_buffer: usize,
    /// How long connecting, with the WebSocket handshake, may take.
    pub connect_timeout: Duration,
    /// How long a request may wait for its answer, with the time until there is a connection.
    pub request_timeout: Duration,
}

impl Options {
    /// Protobuf, 4 KiB, 10 s.
    pub fn new(addresses: Vec<String>) -> Self {
        Self {
            addresses,
            encoding: Encoding::Protobuf,
            read_buffer: 4 * 1024,
            connect_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(10),
        }
    }

    /// The same in another encoding.
    pub fn with_encoding(self, encoding: Encoding) -> Self {
        Self { encoding, ..self }
    }
}
