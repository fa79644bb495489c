use laisee_core::guard::limits::LimitKind;

use super::ClientBody;

macro_rules! kinds {
    ($($kind:ident),* $(,)?) => {
        /// The kinds of requests, for figures.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum RequestKind {
            SignUp,
            SignIn,
            $($kind),*
        }

        impl RequestKind {
            pub const ALL: &[Self] = &[Self::SignUp, Self::SignIn, $(Self::$kind),*];

            /// The kind of a request.
            #[must_use]
            pub fn of(body: &ClientBody) -> Self {
                match body {
                    $(ClientBody::$kind(_) => Self::$kind),*
                }
            }
        }
    };
}

kinds! {
    Hello, Heartbeat, SendMessage, Acknowledge, MarkRead, GetHistory, Sync, CountOffline, PullOffline,
    CreateGroup, AddMembers, RemoveMember, UpdateGroup, SetQuiet, GetConversation, GetMembers,
    FindUser, GetUsers, RequestFriend, AnswerFriend, RemoveFriend, ListFriends, UpdateProfile, ListSessions,
    CloseSession, GetWallet, TopUp, GetStatement, SendPacket, GrabPacket, OpenPacket, GetPacket,
    SendTransfer, GetTransfer, AcceptTransfer, ReturnTransfer, RecallTransfer, ListTransfers,
    GetPin, SetPin, Withdraw, GetOrder, ListOrders,
    ExportPacket,
    GetRisk, RequestReleaseCode, ReleaseSuspension,
}

impl RequestKind {
    /// Which limit a request counts against.
    #[must_use]
    pub fn limit(self) -> Option<LimitKind> {
        match self {
            Self::SendPacket | Self::SendTransfer => Some(LimitKind::Send),
            Self::TopUp => Some(LimitKind::TopUp),
            Self::Withdraw => Some(LimitKind::Withdraw),
            _ => None,
        }
    }
}
