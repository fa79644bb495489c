//! The two encodings of frames. What comes in may be anything at all.

use bytes::Bytes;
use laisee_wire::v1::{ClientFrame, ServerFrame, server_frame::Body};
use prost::Message as _;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

/// Chosen by the WebSocket's subprotocol (T1).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Encoding {
    Protobuf,
    Json,
}

impl Encoding {
    /// The encoding that a subprotocol names.
    #[must_use]
    pub fn of_subprotocol(name: &str) -> Option<Self> {
        match name {
            "laisee.v1" => Some(Self::Protobuf),
            "laisee.v1.json" => Some(Self::Json),
            _ => None,
        }
    }

    #[must_use]
    pub fn subprotocol(self) -> &'static str {
        match self {
            Self::Protobuf => "laisee.v1",
            Self::Json => "laisee.v1.json",
        }
    }

    /// A frame from a client; `None`: it is none (T5).
    #[must_use]
    pub fn decode(self, bytes: &[u8]) -> Option<ClientFrame> {
        match self {
            Self::Protobuf => ClientFrame::decode(bytes).ok(),
            Self::Json => serde_json::from_slice(bytes).ok(),
        }
    }

    /// A frame to a client.
    #[must_use]
    pub fn encode(self, request: u32, body: Body) -> Message {
        self.encode_frame(&ServerFrame { request, body: Some(body) })
    }

    /// The same, of a frame that is needed again.
    #[must_use]
    pub fn encode_frame(self, frame: &ServerFrame) -> Message {
        match self {
            Self::Protobuf => Message::Binary(Bytes::from(frame.encode_to_vec())),
            Self::Json => {
                let text = serde_json::to_string(frame).expect("frames have a JSON form");
                Message::Text(Utf8Bytes::from(text))
            }
        }
    }
}
