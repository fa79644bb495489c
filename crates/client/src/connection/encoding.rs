use laisee_wire::v1::{ClientFrame, ServerFrame};
use prost::Message as _;
use serde::{Deserialize, Serialize};
use tokio_tungstenite::tungstenite::Message;

use crate::ClientError;

/// How frames travel (rule T1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    #[default]
    Protobuf,
    Json,
}

impl Encoding {
    /// The WebSocket subprotocol that chooses it.
    pub fn subprotocol(self) -> &'static str {
        match self {
            Self::Protobuf => "laisee.v1",
            Self::Json => "laisee.v1.json",
        }
    }

    /// One frame as one WebSocket message.
    pub fn encode(self, frame: &ClientFrame) -> Result<Message, ClientError> {
        match self {
            Self::Protobuf => Ok(Message::binary(frame.encode_to_vec())),
            Self::Json => {
                serde_json::to_string(frame).map(Message::text).map_err(|e| ClientError::Unexpected(e.to_string()))
            }
        }
    }

    /// One WebSocket message as a frame. Errors: the bytes are none, or are in the other encoding.
    pub fn decode(self, message: Message) -> Result<ServerFrame, ClientError> {
        match (self, message) {
            (Self::Protobuf, Message::Binary(bytes)) => {
                ServerFrame::decode(bytes).map_err(|e| ClientError::Unexpected(e.to_string()))
            }
            (Self::Json, Message::Text(text)) => {
                serde_json::from_str(&text).map_err(|e| ClientError::Unexpected(e.to_string()))
            }
            (_, other) => {
                Err(ClientError::Unexpected(format!("a message of {} bytes in another encoding", other.len())))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use laisee_wire::v1::{Head, HeartbeatAnswer, Hello, client_frame, server_frame};

    use super::*;

    #[test]
    fn t1_both_encodings_carry_the_same_frame() {
        let heads = vec![Head { conversation: u64::MAX, head: 7 }];
        let answer = HeartbeatAnswer { server_time_ms: -1, heads };
        let frame = ServerFrame { request: 3, body: Some(server_frame::Body::HeartbeatAnswer(answer)) };
        let binary = Message::binary(frame.encode_to_vec());
        let text = Message::text(serde_json::to_string(&frame).unwrap());
        assert_eq!(Encoding::Protobuf.decode(binary.clone()).unwrap(), frame);
        assert_eq!(Encoding::Json.decode(text.clone()).unwrap(), frame);
        assert!(Encoding::Json.decode(binary).is_err());
        assert!(Encoding::Protobuf.decode(text).is_err());
    }

    #[test]
    fn t2_json_names_and_integers() {
        let hello = Hello { token: "t".into(), client: String::new() };
        let frame = ClientFrame { request: 1, body: Some(client_frame::Body::Hello(hello)) };
        let text = Encoding::Json.encode(&frame).unwrap().into_text().unwrap();
        assert!(text.as_str().starts_with(r#"{"request":1,"hello":{"token":"t""#), "{text}");
        let unknown = r#"{"request":0,"messageNotice":{"message":{"conversation":"18446744073709551615"}},"new":1}"#;
        assert!(Encoding::Json.decode(Message::text(unknown)).is_ok());
    }
}
