use laisee_wire::v1;
use prost::Message as _;

/// Bytes of messages that one frame carries, so that no answer grows without bound. A larger message goes alone.
const FRAME_BYTES_MAX: usize = 256 * 1024;

/// How many of the messages, from the first on, fit into one frame; at least one if there is one.
pub(super) fn fitting<'a>(messages: impl IntoIterator<Item = &'a v1::Message>) -> usize {
    let mut bytes = 0;
    let mut count = 0;
    for message in messages {
        bytes += message.encoded_len();
        if bytes > FRAME_BYTES_MAX && count > 0 {
            break;
        }
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_bytes(bytes: usize) -> v1::Message {
        v1::Message { client_msg_id: "x".repeat(bytes), ..v1::Message::default() }
    }

    #[test]
    fn a_frame_has_room_for_some_and_always_for_one() {
        assert_eq!(fitting(&[]), 0);
        assert_eq!(fitting(&[of_bytes(FRAME_BYTES_MAX * 2), of_bytes(1)]), 1);
        assert_eq!(fitting(&vec![of_bytes(FRAME_BYTES_MAX / 4); 9]), 3);
        assert_eq!(fitting(&vec![of_bytes(10); 9]), 9);
    }
}
