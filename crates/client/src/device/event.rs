use laisee_wire::v1::{Conversation, Error, Message, MessageSent, ServerFrame, Welcome, server_frame};

/// What a device tells its application.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// Signed in on a fresh connection; sync follows.
    Online(Box<Welcome>),
    /// The connection is gone; the driver should make another (see `Client::next_attempt`).
    Offline,
    /// The connection is silent or stuck: the driver is to drop it and call `Client::disconnected`.
    HangUp,
    /// The session is over: no reconnecting (rule C7).
    SignedOut,
    /// Everything up to the present has been given.
    Synced,
    /// The next message of its conversation. Given once, in order, never with a gap.
    Message(Message),
    /// Messages up to and including `through` that were not given will not be: with `reload` they are to be loaded by
    /// scrolling and older ones dropped (rule S3), without they were never mine to see.
    Skipped { conversation: u64, through: u32, reload: bool },
    /// How a conversation stands now.
    Conversation(Box<Conversation>),
    /// The server has this message of mine (it is also given as `Message` in its order).
    Sent(MessageSent),
    /// This message of mine was not sent; it stays in the queue for `Client::retry`.
    SendFailed { client_msg_id: String, failure: SendFailure },
    /// The read mark of an account moved; `unread` counts for that account.
    Read { conversation: u64, user: u64, through: u32, unread: u32 },
    /// Another user's devices have messages of mine up to here.
    Delivered { conversation: u64, user: u64, through: u32 },
    /// The answer to a request made with `Client::request`; may be an `Error` body.
    Answered { request: u32, body: server_frame::Body },
    /// A request made with `Client::request` will not be answered.
    Unanswered { request: u32, lost: Lost },
    /// Any other notice, as it came.
    Notice(Box<ServerFrame>),
}

/// Why a message of mine failed.
#[derive(Clone, Debug, PartialEq)]
pub enum SendFailure {
    /// The server refused it.
    Refused(Error),
    /// No answer after all retries. It may yet turn up.
    NoAnswer,
}

/// Why a request got no answer. Whether it was done is unknown: repeat it with the same client id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// The connection broke while it was under way.
    Disconnected,
    /// It waited too long.
    TimedOut,
    /// The session is over.
    SignedOut,
}
