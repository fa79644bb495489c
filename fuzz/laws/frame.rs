//! Frames from clients, in either encoding.

use laisee_core::settings::Settings;
use laisee_gateway::{
    connection::Encoding,
    convert::{self, ClientBody, RequestKind},
};
use laisee_wire::v1::ClientFrame;
use prost::Message as _;

use super::shard::Shard;

/// Bytes are no frame, or one that means the same in both encodings and that a shard answers or refuses.
pub fn check(encoding: Encoding, bytes: &[u8]) {
    let Some(frame) = encoding.decode(bytes) else { return };
    assert_eq!(Encoding::Protobuf.decode(&frame.encode_to_vec()), Some(frame.clone()));
    // A number that no version's enum has is kept in protobuf, and has no name in JSON.
    if let Ok(json) = serde_json::to_vec(&frame) {
        assert_eq!(Encoding::Json.decode(&json), Some(frame.clone()));
    }
    let ClientFrame { body: Some(body), .. } = frame else { return };
    ask(body);
}

pub fn ask(mut body: ClientBody) {
    // Every request has a kind, by which it is counted.
    let _ = RequestKind::of(&body);
    let mut shard = Shard::new(Settings::default());
    if let Some(Ok(command)) = convert::command(shard.ann, &mut body) {
        let answered = shard.carry_out(command.clone());
        shard.settle();
        // Whoever repeats gets no other answer than that it was done, and never a second time.
        let again = shard.carry_out(command);
        assert_eq!(answered.is_ok(), again.is_ok(), "{answered:?}, then {again:?}");
    }
}
