//! Frames that wait to be written to one connection.

use std::{cell::RefCell, collections::VecDeque};

use tokio_tungstenite::tungstenite::Message;

/// Bounded: a reader that is too slow overfills it and is cut off (C5).
#[derive(Default)]
pub struct Outbox {
    waiting: RefCell<VecDeque<Message>>,
}

impl Outbox {
    /// Puts a frame in; false: it is full.
    pub fn push(&self, message: Message, max: usize) -> bool {
        let mut waiting = self.waiting.borrow_mut();
        if waiting.len() >= max {
            return false;
        }
        waiting.push_back(message);
        true
    }

    pub fn pop(&self) -> Option<Message> {
        let mut waiting = self.waiting.borrow_mut();
        let message = waiting.pop_front();
        // At rest a connection holds no buffer.
        if waiting.is_empty() && waiting.capacity() > 64 {
            waiting.shrink_to_fit();
        }
        message
    }

    pub fn is_empty(&self) -> bool {
        self.waiting.borrow().is_empty()
    }
}
