/// How a device paces itself. All times in milliseconds. What the server's settings say (heartbeat, batching of
/// acknowledgements) replaces the values here at every welcome.
#[derive(Clone, Debug, PartialEq)]
pub struct Tempo {
    /// Between two heartbeats.
    pub heartbeat_ms: i64,
    /// Acknowledge after so many messages ...
    pub ack_messages: u32,
    /// ... or so long after the first unacknowledged one.
    pub ack_ms: i64,
    /// A request of the device's own without an answer for so long is sent again.
    pub answer_ms: i64,
    /// First wait before an unanswered message is sent again; doubles, with jitter.
    pub resend_min_ms: i64,
    /// Longest such wait.
    pub resend_max_ms: i64,
    /// After so many sendings without success a message has failed.
    pub resend_limit: u32,
    /// A message without an answer for so long, connected or not, has failed.
    pub give_up_ms: i64,
    /// Messages under way at the same time; more wait in the queue.
    pub send_window: usize,
    /// How long a gap may close by itself before it is pulled.
    pub gap_wait_ms: i64,
    /// First wait before connecting again; doubles, with full jitter (rule C8).
    pub reconnect_min_ms: i64,
    /// Longest such wait.
    pub reconnect_max_ms: i64,
    /// Whether to sync, pull and acknowledge. Off: only requests and messages sent, for tools that look by themselves.
    pub follow: bool,
}

impl Default for Tempo {
    fn default() -> Self {
        Self {
            heartbeat_ms: 25_000,
            ack_messages: 20,
            ack_ms: 500,
            answer_ms: 10_000,
            resend_min_ms: 3_000,
            resend_max_ms: 30_000,
            resend_limit: 6,
            give_up_ms: 60_000,
            send_window: 64,
            gap_wait_ms: 100,
            reconnect_min_ms: 500,
            reconnect_max_ms: 30_000,
            follow: true,
        }
    }
}

impl Tempo {
    /// For load and crash tests: comes back fast and never gives a message up.
    pub fn tireless() -> Self {
        Self {
            resend_limit: u32::MAX,
            give_up_ms: i64::MAX / 4,
            reconnect_min_ms: 50,
            reconnect_max_ms: 1_000,
            ..Self::default()
        }
    }
}
