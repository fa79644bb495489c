//! Facts as the auditor sees them: numbers and words.

/// Ids of users, conversations, packets and messages are `u64`, client ids `u128`, amounts fen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fact {
    SettingChanged {
        sequence: u64,
        name: String,
        value: i64,
    },
    SettingNoted {
        sequence: u64,
        values: std::collections::BTreeMap<String, i64>,
    },
    UserCreated {
        user: u64,
        name: String,
    },
    FriendRequested {
        by: u64,
        other: u64,
    },
    FriendAccepted {
        by: u64,
        other: u64,
    },
    FriendRemoved {
        by: u64,
        other: u64,
    },
    FriendNoted {
        user: u64,
        other: u64,
        relation: Relation,
    },
    ConversationCreated {
        conversation: u64,
        owner: Option<u64>,
        members: Vec<u64>,
        id: Option<u128>,
    },
    MembersAdded {
        conversation: u64,
        users: Vec<u64>,
    },
    MemberLeft {
        conversation: u64,
        user: u64,
    },
    MessagePosted(Posted),
    Acknowledged {
        conversation: u64,
        user: u64,
        from: u32,
        through: u32,
    },
    ReadMarked {
        conversation: u64,
        user: u64,
        through: u32,
    },
    MailboxNoted {
        user: u64,
        conversation: u64,
    },
    Ordered(Ordered),
    OrderStep {
        order: u64,
        step: Step,
    },
    Settled(Settled),
    PacketFunded(Funded),
    PacketPosted {
        packet: u64,
        seq: u32,
        message: u64,
        eligible: Vec<u64>,
    },
    PacketDeclined {
        packet: u64,
    },
    PacketRefunded {
        packet: u64,
        sender: u64,
        amount: i64,
        balance: i64,
        line: u64,
    },
    Claimed {
        packet: u64,
        sender: u64,
        user: u64,
        index: u32,
        amount: i64,
    },
    PacketExpired {
        packet: u64,
        sender: u64,
        refund: i64,
        balance: i64,
        line: u64,
    },
    Credited {
        user: u64,
        packet: u64,
        amount: i64,
        balance: i64,
        line: u64,
    },
    TransferSent(Sent),
    /// In the conversation's shard: it refuses the card.
    TransferDeclined {
        transfer: u64,
    },
    TransferPosted {
        transfer: u64,
        seq: u32,
    },
    /// All of it is back, because it was declined.
    TransferRefunded {
        transfer: u64,
        sender: u64,
        amount: i64,
        balance: i64,
        line: u64,
    },
    TransferArrived {
        transfer: u64,
    },
    TransferAccepted {
        transfer: u64,
        receiver: u64,
        amount: i64,
    },
    TransferWentBack {
        transfer: u64,
        sender: u64,
        why: Back,
        amount: i64,
        balance: i64,
        line: u64,
    },
    TransferRecalled {
        transfer: u64,
        evidence: Vec<u64>,
    },
    DisputeDecided {
        transfer: u64,
        returned: bool,
    },
    /// In the receiver's shard: that there is one for it.
    TransferNoted {
        user: u64,
        transfer: u64,
    },
    /// In the receiver's shard: accepted money is in its wallet, and out of it again.
    TransferCredited {
        user: u64,
        transfer: u64,
        amount: i64,
        balance: i64,
        line: u64,
    },
    TransferGivenBack {
        user: u64,
        transfer: u64,
        amount: i64,
        balance: i64,
        line: u64,
    },
    /// What was given back is in its sender's wallet.
    TransferRepaid {
        transfer: u64,
        sender: u64,
        amount: i64,
        balance: i64,
        line: u64,
    },
    FileRecorded {
        file: u64,
        user: u64,
    },
    /// 0 new, 1 ordinary, 2 verified.
    LevelSet {
        user: u64,
        level: usize,
    },
    /// A try of a secret, before it is looked at, and until when there is none if it is wrong (0: there is).
    TryBegun {
        user: u64,
        of: Secret,
        number: u32,
        locked_until_ms: i64,
    },
    TryPassed {
        user: u64,
        of: Secret,
    },
    PinSet {
        user: u64,
    },
    /// Until when the shard refuses a user; a moment that is past: it does not.
    Suspended {
        user: u64,
        until_ms: i64,
        /// Whether the user may end it with a code.
        self_release: bool,
    },
    CodeMade {
        user: u64,
        code: u32,
        expires_at_ms: i64,
    },
    /// A wrong code, or a wrong password with it.
    CodeFailed {
        user: u64,
    },
    /// The user itself has ended its suspension.
    Released {
        user: u64,
    },
    Received {
        from: u16,
        through: u64,
    },
    /// Nothing the laws are about.
    Other,
}

/// What is tried.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Secret {
    Pin,
    Password,
}

/// How another stands to a user.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Relation {
    None,
    Requested,
    Incoming,
    Friend,
}

/// A message in its conversation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Posted {
    pub conversation: u64,
    pub seq: u32,
    pub message: u64,
    pub sender: u64,
    pub id: u128,
    /// What it says, in one spelling for all who tell of it.
    pub body: String,
    /// The packet it brings, if any, and who may open that.
    pub packet: Option<u64>,
    pub eligible: Vec<u64>,
    /// The transfer it brings, if any.
    pub transfer: Option<u64>,
}

/// An order to the provider.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ordered {
    pub order: u64,
    pub user: u64,
    pub id: u128,
    /// Else it is a top-up.
    pub withdrawal: bool,
    /// It ends in the fact that follows, without a provider.
    pub at_once: bool,
    pub amount: i64,
    pub balance: i64,
    pub line: u64,
}

/// What happens to an order before its end, or beside it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// It is about to be handed over.
    Submitting,
    Pending,
    NotFound,
    /// A word that does not fit.
    Raised,
    /// An operator ends it, and not its provider.
    Decided,
}

/// The end of an order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settled {
    pub order: u64,
    pub user: u64,
    pub outcome: Outcome,
    pub amount: i64,
    pub balance: i64,
    pub line: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    Succeeded,
    Failed,
    Returned,
}

/// A packet with its terms.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Funded {
    pub packet: u64,
    pub sender: u64,
    pub id: u128,
    pub conversation: u64,
    pub lucky: bool,
    /// 1 equal, 2 lucky, 3 named.
    pub kind: u8,
    pub amount: i64,
    pub count: u32,
    pub share_min: i64,
    pub share_max: i64,
    pub secret: [u8; 32],
    pub expires_at_ms: i64,
    pub balance: i64,
    pub line: u64,
}

/// A transfer with its terms.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sent {
    pub transfer: u64,
    pub sender: u64,
    pub receiver: u64,
    pub id: u128,
    pub conversation: u64,
    pub amount: i64,
    /// Which of the three times it takes.
    pub delay: usize,
    pub arrives_at_ms: i64,
    pub accept_ms: i64,
    pub balance: i64,
    pub line: u64,
}

/// Why a transfer went back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Back {
    Receiver,
    Expiry,
    Operator,
}
