//! A transfer as its two people see it.

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    OnItsWay,
    Pending,
    Frozen,
    Arrived,
    Accepted,
    Returned,
    Expired,
    Recalled,
    Refunded,
    GivenBack,
}

impl Stage {
    pub(super) fn holds(self) -> bool {
        matches!(self, Self::OnItsWay | Self::Pending | Self::Frozen | Self::Arrived)
    }
}

/// What a recall says, as far as one may see it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    pub at_ms: i64,
    /// Whether the sender's words or files are shown.
    pub grounds: bool,
    pub returned: Option<bool>,
}

/// A transfer as somebody sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seen {
    pub transfer: u64,
    pub sender: u64,
    pub receiver: u64,
    pub conversation: u64,
    pub amount: i64,
    pub arrives_at_ms: i64,
    pub stage: Stage,
    pub seq: u32,
    /// 0: not yet.
    pub accept_by_ms: i64,
    pub ended_at_ms: i64,
    pub recall: Option<Asked>,
}
