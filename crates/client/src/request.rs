//! Which answer belongs to which request.

use laisee_wire::v1::{self, client_frame, server_frame};

use crate::ClientError;

/// A request message that knows its answer.
pub trait Request {
    /// What the server answers when it does not refuse.
    type Answer;

    /// As the body of a frame.
    fn into_body(self) -> client_frame::Body;

    /// The answer out of a frame's body; `None` when it is another kind.
    fn answer(body: server_frame::Body) -> Option<Self::Answer>;
}

macro_rules! requests {
    ($($request:ident => $answer:ident;)*) => {$(
        impl Request for v1::$request {
            type Answer = v1::$answer;

            fn into_body(self) -> client_frame::Body {
                client_frame::Body::$request(self)
            }

            fn answer(body: server_frame::Body) -> Option<Self::Answer> {
                match body {
                    server_frame::Body::$answer(answer) => Some(answer),
                    _ => None,
                }
            }
        }
    )*};
}

requests! {
    SendMessage => MessageSent;
    Acknowledge => Acknowledged;
    MarkRead => ReadMarked;
    GetHistory => History;
    CountOffline => OfflineCount;
    PullOffline => OfflinePage;
    CreateGroup => ConversationState;
    AddMembers => ConversationState;
    RemoveMember => ConversationState;
    UpdateGroup => ConversationState;
    SetQuiet => ConversationState;
    GetConversation => ConversationState;
    GetMembers => Members;
    FindUser => FoundUser;
    GetUsers => Users;
    RequestFriend => FriendState;
    AnswerFriend => FriendState;
    RemoveFriend => FriendState;
    ListFriends => Friends;
    UpdateProfile => ProfileUpdated;
    ListSessions => Sessions;
    CloseSession => SessionClosed;
    GetWallet => Wallet;
    TopUp => ToppedUp;
    GetStatement => Statement;
    SendPacket => PacketFunded;
    GrabPacket => PacketGrab;
    OpenPacket => PacketOpened;
    GetPacket => Packet;
    ExportPacket => PacketExport;
    SendTransfer => TransferFunded;
    GetTransfer => Transfer;
    AcceptTransfer => Transfer;
    ReturnTransfer => Transfer;
    RecallTransfer => Transfer;
    ListTransfers => Transfers;
    GetPin => Pin;
    SetPin => Pin;
    Withdraw => Withdrawn;
    GetOrder => Order;
    ListOrders => Orders;
}

/// The typed answer out of a body. Errors: `Refused`, or `Unexpected` for another kind.
pub(crate) fn unpack<R: Request>(body: server_frame::Body) -> Result<R::Answer, ClientError> {
    match body {
        server_frame::Body::Error(error) => Err(error.into()),
        body => R::answer(body).ok_or_else(|| ClientError::Unexpected("an answer of another kind".into())),
    }
}
