use super::Outgoing;

/// What a device keeps over a restart, apart from the messages themselves, which the application stores.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Saved {
    /// What it holds of each conversation.
    pub kept: Vec<Kept>,
    /// The wait-ack queue from top to bottom.
    pub outgoing: Vec<Outgoing>,
}

/// What a device holds of one conversation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kept {
    pub conversation: u64,
    /// Messages up to here were given to the application.
    pub through: u32,
    /// Messages up to here are not mine to see.
    pub joined: u32,
    /// My read mark.
    pub read: u32,
    /// Up to here the server knows that I have them.
    pub acked: u32,
    pub revision: u32,
}
