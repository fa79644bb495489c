//! Rule M8, from its words.

/// Messages after the last one that was read, written by oneself, or there before one came.
pub fn unread(head: u32, joined: u32, read: u32, last_own: u32) -> u32 {
    (1..=head).filter(|seq| *seq > joined && *seq > read && *seq > last_own).count() as u32
}
