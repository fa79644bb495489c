//! Ways to break the system on purpose, between the real code and the world. Each breaks one law; the auditor must notice.

macro_rules! broken {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// What is broken in this world.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Broken {
            $($(#[$doc])* $name),*
        }

        impl Broken {
            pub const ALL: &[Self] = &[$(Self::$name),*];
        }
    };
}

broken! {
    /// A shard replies when it has applied, before it has appended.
    ReplyBeforeAppend,
    /// An append is taken for done and never reaches the disk.
    AppendForgotten,
    /// A shard that starts again finds its newest batch gone.
    LogLosesTail,
    /// A share is credited twice, under two positions.
    CreditTwice,
    /// A courier passes over a credit.
    CreditLost,
    /// A shard that starts again believes it has read nothing from the others.
    WatermarkForgotten,
    /// A shard that starts again knows no client id of a message any more.
    SentForgotten,
    /// A shard that starts again knows no client id of a money command any more.
    OnceForgotten,
    /// The log says that more was credited than was claimed.
    CreditTooHigh,
    /// The log lets a wallet go below zero.
    Overdrawn,
    /// The log has a share that was not drawn.
    ShareChanged,
    /// The log has a second claim of one user.
    ClaimTwice,
    /// The log has the end of an order twice.
    OrderSettledTwice,
    /// The log ends an order with another amount than it was made for.
    OrderAmountChanged,
    /// A shard has forgotten what levels may move.
    LimitsForgotten,
    /// A shard has forgotten from what on it asks for the PIN.
    PinForgotten,
    /// A list of transfers or orders lacks its newest.
    ListTooShort,
    /// Orders are handed over before the log knows that they may be.
    OrderUnmarked,
    /// The log says that an order succeeded which the provider did not carry out.
    OutcomeChanged,
    /// The log has an operator end an order that its provider may have.
    SettledByGuess,
    /// The log lets a user end its suspension without a code.
    ReleasedWithoutCode,
    /// The log has the end of a transfer twice.
    TransferEndsTwice,
    /// The log gives back less than was sent.
    TransferBackTooLow,
    /// The log gives the sender more than the receiver gave back.
    TransferRepaidTooMuch,
    /// A transfer arrives before its delay is over.
    TransferArrivesEarly,
    /// The log has a recall of what has arrived.
    RecallTooLate,
    /// The log lets a frozen transfer arrive.
    FrozenArrives,
    /// A transfer whose card was posted is refunded.
    CardAndRefund,
    /// The receiver of a transfer never hears of it.
    TransferNoteLost,
    /// Somebody is shown another amount than was sent.
    TransferToldWrong,
    /// Somebody is told another share than was claimed.
    ShareToldWrong,
    /// The packet's details show a secret that does not fit the commitment.
    SecretChanged,
    /// Packets are never expired.
    TimersStopped,
    /// The log leaves a sequence number out.
    SeqGap,
    /// Somebody is told another message id than the one that is stored.
    AnswerChanged,
    /// The log gives back less than was left.
    RefundTooLow,
    /// A device gives its user a message twice.
    GivenTwice,
    /// A device gives its user two messages in the wrong order.
    GivenOutOfOrder,
    /// A device never gives its user one message.
    NeverGiven,
    /// One reader sees another text.
    GivenChanged,
    /// Somebody is told one unread message too many.
    UnreadWrong,
    /// One device forgets where its user has read to.
    ReadMarkLost,
    /// A view misses one change.
    ViewDrifts,
    /// The state after replay is not the state before.
    ReplayDiffers,
    /// Somebody is shown a balance that never was.
    BalanceToldWrong,
    /// A statement line is changed in the views after everything has come to rest.
    ViewRowChanged,
    /// A shard does not remember who is suspended.
    SuspensionForgotten,
    /// The word that somebody is suspended never reaches the other shards.
    SuspensionNoteLost,
    /// A friendship's news do not reach one of the two.
    FriendNoteLost,
    /// A change of settings does not reach another shard.
    SettingsNoteLost,
}
