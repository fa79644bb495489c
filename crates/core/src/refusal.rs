//! Why a command was not carried out. A refused command has changed nothing.

use serde::{Deserialize, Serialize};
use thiserror::Error;

macro_rules! refusals {
    ($($(#[$words:meta])* $name:ident = $code:literal,)*) => {
        /// The closed list of business refusals. The numbers are those of `ErrorCode` in the protocol and are never
        /// reused; the log holds them as these numbers, too, so that the order here means nothing.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Error, Serialize, Deserialize)]
        #[serde(into = "u16", try_from = "u16")]
        #[repr(u16)]
        pub enum Refusal {
            $($(#[$words])* $name = $code,)*
        }

        impl TryFrom<u16> for Refusal {
            type Error = UnknownRefusal;

            fn try_from(code: u16) -> Result<Self, UnknownRefusal> {
                match code {
                    $($code => Ok(Self::$name),)*
                    _ => Err(UnknownRefusal(code)),
                }
            }
        }
    };
}

refusals! {
    #[error("the same client id was used before with other contents")]
    IdReused = 6,
    #[error("a client id must be a UUIDv7 minted not far in the future")]
    BadClientId = 7,
    #[error("your role may not do this")]
    RoleInsufficient = 12,

    #[error("the name is taken")]
    NameTaken = 200,
    #[error("a name has 3 to 32 characters: a to z, 0 to 9, _ and -, beginning with a letter")]
    NameInvalid = 201,
    #[error("too many signed-in devices; sign one out first")]
    TooManySessions = 204,
    #[error("there is no such session")]
    NoSuchSession = 205,
    #[error("there is no such user")]
    NoSuchUser = 206,
    #[error("a display name has 1 to 40 characters, a face at most 64 bytes")]
    ProfileInvalid = 207,

    #[error("that is yourself")]
    NotYourself = 220,
    #[error("you are friends already")]
    AlreadyFriends = 221,
    #[error("there is no such friend request")]
    NoSuchRequest = 222,
    #[error("you are not friends")]
    NotFriends = 223,

    #[error("there is no such conversation")]
    NoSuchConversation = 240,
    #[error("you are not a member of this conversation")]
    NotAMember = 241,
    #[error("the group is full")]
    GroupFull = 242,
    #[error("only the owner may do this")]
    NotOwner = 243,
    #[error("this is not a group")]
    NotAGroup = 244,
    #[error("the content is empty, too long, or of a kind only the server writes")]
    ContentInvalid = 245,
    #[error("the position lies beyond the newest message")]
    PositionAhead = 246,
    #[error("a title has 1 to 60 characters, an announcement at most 2,000")]
    TitleInvalid = 247,
    #[error("the owner cannot leave the group")]
    OwnerCannotLeave = 248,

    #[error("the amount is not between the limits")]
    AmountInvalid = 260,
    #[error("the balance is too low")]
    InsufficientFunds = 261,
    #[error("the wallet would hold more than it may")]
    BalanceLimit = 262,
    #[error("this needs a payment PIN, and none is set")]
    PinNotSet = 263,
    #[error("this needs the payment PIN")]
    PinRequired = 264,
    #[error("too many wrong tries; wait until the lockout is over")]
    PinLocked = 266,
    #[error("more than this account may move at once")]
    LimitPerTransaction = 268,
    #[error("more than this account may still move today")]
    LimitPerDay = 269,
    #[error("there is no such order")]
    NoSuchOrder = 270,
    #[error("the provider may have the order already")]
    OrderNotNew = 271,
    #[error("a destination has 1 to 200 characters in one line")]
    DestinationInvalid = 272,

    #[error("there is no such packet")]
    NoSuchPacket = 280,
    #[error("every share is claimed")]
    PacketFinished = 281,
    #[error("the packet's time is over")]
    PacketExpired = 282,
    #[error("the packet is not for you")]
    PacketNotForYou = 283,
    #[error("the packet is still on its way into the conversation")]
    PacketNotOpenYet = 284,
    #[error("the number of shares is not between the limits")]
    ShareCountInvalid = 285,
    #[error("a share would be smaller or larger than allowed")]
    ShareAmountInvalid = 286,
    #[error("equal shares need an amount divisible by their number")]
    AmountNotDivisible = 287,
    #[error("the greeting is too long")]
    GreetingTooLong = 288,
    #[error("the recipient is not a member")]
    RecipientInvalid = 289,

    #[error("there is no such transfer")]
    NoSuchTransfer = 300,
    #[error("the transfer is still on its way into the conversation")]
    TransferNotPosted = 301,
    #[error("the transfer has not arrived yet")]
    TransferNotArrived = 302,
    #[error("the sender has asked for the money back, and an operator decides")]
    TransferFrozen = 303,
    #[error("the transfer has arrived and can be recalled no more")]
    TransferArrived = 304,
    #[error("the transfer was accepted")]
    TransferAccepted = 305,
    #[error("the money has gone back")]
    TransferEnded = 306,
    #[error("it is for the other of the two to do this")]
    TransferNotForYou = 307,
    #[error("a recall needs 1 to 500 characters of reason and at most so many different files")]
    RecallInvalid = 308,
    #[error("there was a recall already")]
    RecallRepeated = 309,
    #[error("the note is too long, or has several lines")]
    TransferNoteInvalid = 310,
    #[error("the money has not reached the wallet yet; try again")]
    TransferOnItsWay = 311,
    #[error("there is no such dispute")]
    NoSuchDispute = 312,
    #[error("the dispute was decided, or needs no decision any more")]
    DisputeEnded = 313,

    #[error("there is no such file")]
    NoSuchFile = 340,
    #[error("files are JPEG, PNG, WebP or PDF")]
    FileTypeInvalid = 341,
    #[error("the file is too large")]
    FileTooLarge = 342,
    #[error("that is more than may be uploaded in a day")]
    FileQuota = 343,
    #[error("a file's name has 1 to 120 characters in one line, without slashes")]
    FileNameInvalid = 344,

    #[error("there is no such operator")]
    NoSuchOperator = 400,
    #[error("a reason has 1 to 500 characters")]
    ReasonInvalid = 401,
    #[error("too many wrong guesses; this operator is locked for a while")]
    OperatorLocked = 403,
    #[error("there is no such setting")]
    NoSuchSetting = 404,
    #[error("nothing could run with this value, or not with the other settings as they are")]
    SettingUnfit = 405,
    #[error("somebody changed it meanwhile; look again")]
    SequenceStale = 406,
    #[error("the provider does not have the order yet")]
    OrderNotSubmitted = 430,
    #[error("the order has come to its end")]
    OrderEnded = 431,
    #[error("only the provider can say how this order ends")]
    OrderUncertain = 432,
    #[error("the provider said nothing that does not fit")]
    NothingRaised = 433,

    #[error("there is no such difference")]
    NoSuchDifference = 450,
    #[error("that day is not over yet")]
    DayNotOver = 451,
    #[error("a courier will bring this; there is nothing to repair")]
    NotDueForRepair = 452,
    #[error("your red packets are suspended")]
    RiskSuspended = 320,
    #[error("the rule cannot be carried out")]
    RuleInvalid = 321,
    #[error("the rules were changed since you looked")]
    RulesStale = 322,
    #[error("there is no such rule")]
    NoSuchRule = 323,
    #[error("there is no suspension")]
    NotSuspended = 324,
    #[error("only an operator may end this suspension")]
    ReleaseForbidden = 325,
    #[error("there is no release code, or it is no longer good")]
    NoReleaseCode = 326,
    #[error("no more release codes for this suspension")]
    TooManyReleaseCodes = 327,
    #[error("a suspension ends in the future, within a year")]
    SuspensionInvalid = 329,

}

impl Refusal {
    /// Whether clients are told more with it: until when, or how much is left.
    #[must_use]
    pub fn has_figures(self) -> bool {
        matches!(self, Self::PinLocked | Self::LimitPerTransaction | Self::LimitPerDay | Self::RiskSuspended)
    }

    /// The stable number sent to clients.
    #[must_use]
    pub fn code(self) -> u16 {
        self as u16
    }
}

impl From<Refusal> for u16 {
    fn from(refusal: Refusal) -> Self {
        refusal.code()
    }
}

/// A number that no refusal of this version has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("there is no refusal {0}")]
pub struct UnknownRefusal(pub u16);
