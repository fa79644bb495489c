use serde::{Deserialize, Serialize};

/// How the gateway treats its clients.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GatewayConfig {
    /// How often clients send heartbeats, in ms. After three without any frame the connection is closed.
    pub heartbeat_ms: u32,
    /// How long a new connection may take to say Hello, in ms.
    pub hello_ms: u32,
    /// Clients acknowledge after so many messages, or so many ms.
    pub ack_messages: u32,
    pub ack_ms: u32,
    /// When a device that is connected but does not acknowledge is sent a message again, in ms, and how often.
    pub resend_ms: u32,
    pub resend_max: u32,
    /// Conversations in a page of a sync, messages in a segment, and messages of one conversation at most.
    pub sync_page_conversations: u32,
    pub sync_segment_messages: u32,
    pub sync_messages_max: u32,
    /// How far back a full sync goes, in days.
    pub sync_days: u32,
    /// Largest frame or body, in bytes.
    pub frame_max_bytes: u32,
    /// Frames, and bytes, that may wait for a connection before it is closed as too slow.
    pub outbox_max: usize,
    pub outbox_bytes_max: usize,
    /// How long a notice that nobody waits for (of balances, shares and marks) may wait for frames to go with, in ms.
    pub company_ms: u32,
    /// Connections at a time, live or not; below what the system allows as open files.
    pub connections_max: usize,
    /// Requests of one connection that may be in work at a time; further ones are told to try again.
    pub in_flight_max: u32,
    /// How long a request may take, in ms. After that the client is told that the outcome is unknown.
    pub deadline_ms: u32,
    /// Requests per second on one connection, or of one user over REST, and how many at once. 0: no limit.
    pub requests_per_s: u32,
    pub requests_burst: u32,
    /// Sign-ups and sign-ins per minute from one address, and failed sign-ins to one account, and how many at once.
    /// 0: no limit.
    pub sign_ins_per_min: u32,
    pub sign_ins_burst: u32,
    /// Whether the server stands behind a proxy that writes the client's address as the last one in `X-Forwarded-For`.
    /// Without such a proxy anybody could write anything there.
    pub behind_proxy: bool,
    /// How long a user without a connection still counts as online, in ms.
    pub grace_ms: u32,
    /// How much work a password hash is.
    pub password_cost: PasswordCost,
    /// Passwords that may be hashed or wait for it at a time.
    pub password_queue_max: usize,
    /// Bytes read from a connection at a time; at rest that much memory stays with each.
    pub read_buffer_bytes: usize,
    /// How long requests in work may take to end when the server goes away, in ms.
    pub drain_ms: u32,
}

/// How much work a password hash is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PasswordCost {
    /// Argon2id with 19 MiB and two passes, as OWASP's password storage cheat sheet recommends.
    Standard,
    /// As little as the algorithm allows. For load tests only.
    Test,
}

impl Default for GatewayConfig {
    fn default() -> Self {
        Self {
            heartbeat_ms: 30_000,
            hello_ms: 10_000,
            ack_messages: 20,
            ack_ms: 200,
            resend_ms: 10_000,
            resend_max: 3,
            sync_page_conversations: 20,
            sync_segment_messages: 200,
            sync_messages_max: 1_000,
            sync_days: 180,
            frame_max_bytes: 64 * 1024,
            outbox_max: 4_096,
            outbox_bytes_max: 4 * 1024 * 1024,
            company_ms: 20,
            connections_max: 100_000,
            in_flight_max: 1_024,
            deadline_ms: 10_000,
            requests_per_s: 200,
            requests_burst: 400,
            sign_ins_per_min: 30,
            sign_ins_burst: 30,
            behind_proxy: false,
            grace_ms: 5_000,
            password_cost: PasswordCost::Standard,
            password_queue_max: 256,
            read_buffer_bytes: 2 * 1024,
            drain_ms: 1_000,
        }
    }
}
