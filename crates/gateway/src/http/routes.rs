//! The REST routes: one table, from which the router and the OpenAPI description are made.

use laisee_wire::v1;
use serde_json::Value;

use crate::convert::ClientBody;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

/// A request that needs a token.
pub struct Route {
    pub method: Method,
    /// Parts in braces fill the field of the same name.
    pub path: &'static str,
    /// Message names in the protocol.
    pub request: &'static str,
    pub answer: &'static str,
    pub summary: &'static str,
    /// Makes the request from the JSON form of its message.
    pub read: fn(Value) -> serde_json::Result<ClientBody>,
}

macro_rules! routes {
    ($($method:ident $path:literal $request:ident => $answer:ident: $summary:literal;)*) => {
        &[$(Route {
            method: Method::$method,
            path: $path,
            request: stringify!($request),
            answer: stringify!($answer),
            summary: $summary,
            read: |value| serde_json::from_value::<v1::$request>(value).map(ClientBody::$request),
        }),*]
    };
}

pub const ROUTES: &[Route] = routes! {
    Get "/v1/sessions" ListSessions => Sessions: "My signed-in devices";
    Delete "/v1/sessions/{session}" CloseSession => SessionClosed: "Sign a device out (0: this one)";
    Put "/v1/profile" UpdateProfile => ProfileUpdated: "Change how I am shown";
    Get "/v1/users/find" FindUser => FoundUser: "Find somebody by name or id";
    Get "/v1/users" GetUsers => Users: "Profiles of up to 200 users";
    Get "/v1/friends" ListFriends => Friends: "Friends and open requests, with presence";
    Post "/v1/friends/{user}/request" RequestFriend => FriendState: "Ask somebody to be friends";
    Post "/v1/friends/{user}/answer" AnswerFriend => FriendState: "Accept or decline a request";
    Delete "/v1/friends/{user}" RemoveFriend => FriendState: "End a friendship or take a request back";
    Post "/v1/messages" SendMessage => MessageSent: "Send a message";
    Post "/v1/acknowledge" Acknowledge => Acknowledged: "Say up to where messages have arrived";
    Post "/v1/read" MarkRead => ReadMarked: "Move my read mark";
    Get "/v1/offline/count" CountOffline => OfflineCount: "Count unacknowledged messages";
    Get "/v1/offline" PullOffline => OfflinePage: "Pull unacknowledged messages in pages";
    Post "/v1/sync" Sync => SyncSegment: "What changed since my positions, a page at a time";
    Post "/v1/groups" CreateGroup => ConversationState: "Make a group";
    Get "/v1/conversations/{conversation}" GetConversation => ConversationState: "A conversation as I see it";
    Patch "/v1/conversations/{conversation}" UpdateGroup => ConversationState: "Change title or announcement";
    Put "/v1/conversations/{conversation}/quiet" SetQuiet => ConversationState: "Switch do not disturb";
    Get "/v1/conversations/{conversation}/messages" GetHistory => History: "Messages before or after a place";
    Get "/v1/conversations/{conversation}/members" GetMembers => Members: "Members, with presence";
    Post "/v1/conversations/{conversation}/members" AddMembers => ConversationState: "Bring friends into a group";
    Delete "/v1/conversations/{conversation}/members/{user}" RemoveMember => ConversationState: "Leave, or remove a member";
    Get "/v1/wallet" GetWallet => Wallet: "My balance";
    Post "/v1/wallet/top-up" TopUp => ToppedUp: "Order money from the provider";
    Post "/v1/wallet/withdraw" Withdraw => Withdrawn: "Order money out";
    Get "/v1/wallet/orders" ListOrders => Orders: "My orders to the provider, newest first";
    Get "/v1/wallet/orders/{order}" GetOrder => Order: "One of them";
    Get "/v1/wallet/statement" GetStatement => Statement: "Movements, newest first, that fit";
    Get "/v1/wallet/pin" GetPin => Pin: "How it stands with my payment PIN";
    Put "/v1/wallet/pin" SetPin => Pin: "Set, change or reset it";
    Post "/v1/packets" SendPacket => PacketFunded: "Send a red packet";
    Get "/v1/packets/{packet}" GetPacket => Packet: "Who got what";
    Get "/v1/packets/{packet}/export" ExportPacket => PacketExport: "Everything needed to check the draw offline";
    Get "/v1/packets/{packet}/grab" GrabPacket => PacketGrab: "Is there anything left?";
    Post "/v1/packets/{packet}/open" OpenPacket => PacketOpened: "Claim a share";
    Post "/v1/transfers" SendTransfer => TransferFunded: "Send money to a friend";
    Get "/v1/transfers" ListTransfers => Transfers: "Transfers I sent or was sent, newest first";
    Get "/v1/transfers/{transfer}" GetTransfer => Transfer: "A transfer as I see it";
    Post "/v1/transfers/{transfer}/accept" AcceptTransfer => Transfer: "Take the money";
    Post "/v1/transfers/{transfer}/return" ReturnTransfer => Transfer: "Send the money back";
    Post "/v1/transfers/{transfer}/recall" RecallTransfer => Transfer: "Ask for the money back before it arrives";
    Get "/v1/risk" GetRisk => Risk: "Are my red packets suspended?";
    Post "/v1/risk/release-code" RequestReleaseCode => ReleaseCodeMade: "Have a release code shown on my devices";
    Post "/v1/risk/release" ReleaseSuspension => SuspensionReleased: "End my suspension with code and payment PIN";
};
