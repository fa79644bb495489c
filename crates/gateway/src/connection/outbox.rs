//! Frames that wait to be written to one connection.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
};

use tokio_tungstenite::tungstenite::Message;

/// Bounded by frames and by bytes: a reader that is too slow overfills it and is cut off (C5).
#[derive(Default)]
pub struct Outbox {
    waiting: RefCell<VecDeque<Message>>,
    bytes: Cell<usize>,
}

/// Frames an empty outbox keeps room for.
const ROOM_AT_REST: usize = 4;

impl Outbox {
    /// Puts a frame in; false: it is full. An empty outbox takes a frame of any size.
    pub fn push(&self, message: Message, frames_max: usize, bytes_max: usize) -> bool {
        let mut waiting = self.waiting.borrow_mut();
        let bytes = self.bytes.get().saturating_add(message.len());
        if waiting.len() >= frames_max || (bytes > bytes_max && !waiting.is_empty()) {
            return false;
        }
        self.bytes.set(bytes);
        waiting.push_back(message);
        true
    }

    pub fn pop(&self) -> Option<Message> {
        let mut waiting = self.waiting.borrow_mut();
        let message = waiting.pop_front()?;
        self.bytes.set(self.bytes.get() - message.len());
        if waiting.is_empty() && waiting.capacity() > ROOM_AT_REST {
            *waiting = VecDeque::new();
        }
        Some(message)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.waiting.borrow().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(bytes: usize) -> Message {
        Message::Binary(vec![0; bytes].into())
    }

    /// Rule C5.
    #[test]
    fn it_is_bounded_by_frames_and_by_bytes() {
        let outbox = Outbox::default();
        assert!(outbox.push(frame(1_000), 2, 100), "one frame always fits");
        assert!(!outbox.push(frame(1), 2, 100), "too many bytes");
        assert_eq!(outbox.pop().map(|frame| frame.len()), Some(1_000));
        assert_eq!(outbox.bytes.get(), 0);
        assert!(outbox.push(frame(1), 2, 100) && outbox.push(frame(1), 2, 100));
        assert!(!outbox.push(frame(1), 2, 100), "too many frames");
    }
}
