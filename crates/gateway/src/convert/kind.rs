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
    ExportPacket,
    GetRisk, RequestReleaseCode, ReleaseSuspension,
}
