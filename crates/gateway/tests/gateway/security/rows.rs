//! The table: each request there is, as who may ask it would, and what becomes of it when others do or when it comes again.

use std::collections::BTreeSet;

use laisee_gateway::http::{admin_routes::ADMIN_ROUTES, further_routes::FURTHER_ROUTES, routes::ROUTES};
use serde_json::{Value, json};

use super::{
    roads::{frames, place},
    scene::{PIN, Scene},
};
use crate::world::{PASSWORD, new_id};

/// What somebody is told who is signed in and has nothing to do with the things that are named.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stranger {
    /// It names nothing of anybody's: it is answered with the stranger's own, and shows nothing of others.
    Own,
    /// Refused with this, and nothing has happened.
    Refused(&'static str),
    /// It is taken, and comes back with this code from where the conversation is (P1, F1).
    ComesBack(&'static str),
}

/// What becomes of the very same request when it comes again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Again {
    /// It never changes anything.
    Reads,
    /// It bears a client id: the first answer again, and nothing happens; `ID_REUSED` with other contents (W2, M2).
    /// Fields with codes of their own are listed; an empty one says: the first answer all the same.
    Once(&'static [(&'static str, &'static str)]),
    /// The answer is the same, and no fact comes of it. Listed: fields with which it is about the same thing and says
    /// something else, and the code of that.
    Same(&'static [(&'static str, &'static str)]),
    /// Refused with this, and no fact comes of it.
    Over(&'static str),
    /// It happens again. Not for money: none has ever moved by it.
    Anew,
}

pub struct Row {
    pub request: &'static str,
    /// As its rightful sender would ask it, with the fields of the path.
    pub body: fn(&Scene) -> Value,
    /// Its rightful sender's token.
    pub by: fn(&Scene) -> &str,
    pub stranger: Stranger,
    pub again: Again,
}

fn ann(scene: &Scene) -> &str {
    &scene.ann.token
}

fn bob(scene: &Scene) -> &str {
    &scene.bob.token
}

fn sam(scene: &Scene) -> &str {
    &scene.sam.token
}

fn admin(scene: &Scene) -> &str {
    &scene.admin
}

fn none(_: &Scene) -> Value {
    json!({})
}

fn text(id: u64) -> String {
    id.to_string()
}

const fn row(
    request: &'static str,
    by: fn(&Scene) -> &str,
    body: fn(&Scene) -> Value,
    stranger: Stranger,
    again: Again,
) -> Row {
    Row { request, body, by, stranger, again }
}

/// For operators, whose strangers are those of lower roles.
const fn operators(request: &'static str, body: fn(&Scene) -> Value, again: Again) -> Row {
    row(request, admin, body, Stranger::Refused("ROLE_INSUFFICIENT"), again)
}

use Again::{Anew, Once, Over, Reads, Same};
use Stranger::{ComesBack, Own, Refused};

/// What users ask, over REST, on the live connection or both.
pub const USERS: &[Row] = &[
    row("Heartbeat", ann, none, Own, Reads),
    row("ListSessions", ann, none, Own, Reads),
    row(
        "CloseSession",
        ann,
        |s| json!({ "session": text(s.phone.session) }),
        Refused("NO_SUCH_SESSION"),
        Over("NO_SUCH_SESSION"),
    ),
    row("UpdateProfile", ann, |_| json!({ "displayName": "An", "face": "A" }), Own, Anew),
    row("FindUser", ann, |s| json!({ "name": s.bob.name }), Own, Reads),
    row("GetUsers", ann, |s| json!({ "ids": [text(s.bob.user)] }), Own, Reads),
    row("ListFriends", ann, none, Own, Reads),
    row("RequestFriend", ann, |s| json!({ "user": text(s.sam.user), "greeting": "hi" }), Own, Same(&[])),
    row(
        "AnswerFriend",
        ann,
        |s| json!({ "user": text(s.dave.user), "accept": true }),
        Refused("NO_SUCH_REQUEST"),
        Same(&[]),
    ),
    row("RemoveFriend", ann, |s| json!({ "user": text(s.carol.user) }), Own, Over("NOT_FRIENDS")),
    row(
        "SendMessage",
        ann,
        |s| json!({ "conversation": text(s.direct), "clientMsgId": new_id(), "content": { "text": { "text": "again" } } }),
        Refused("NOT_A_MEMBER"),
        // A message is its conversation's and its id's; what it says is not compared (M2).
        Once(&[("content", "")]),
    ),
    row(
        "Acknowledge",
        bob,
        |s| json!({ "conversation": text(s.direct), "through": 1 }),
        Refused("NOT_A_MEMBER"),
        Same(&[]),
    ),
    row(
        "MarkRead",
        bob,
        |s| json!({ "conversation": text(s.direct), "through": 1 }),
        Refused("NOT_A_MEMBER"),
        Same(&[]),
    ),
    row("CountOffline", ann, none, Own, Reads),
    row("PullOffline", ann, none, Own, Reads),
    row("Sync", ann, |s| json!({ "positions": [{ "conversation": text(s.direct), "seq": 0 }] }), Own, Reads),
    row(
        "CreateGroup",
        ann,
        |s| json!({ "clientId": new_id(), "title": "tea", "members": [text(s.bob.user)] }),
        Refused("NOT_FRIENDS"),
        Once(&[]),
    ),
    row("GetConversation", ann, |s| json!({ "conversation": text(s.group) }), Refused("NO_SUCH_CONVERSATION"), Reads),
    row(
        "UpdateGroup",
        ann,
        |s| json!({ "conversation": text(s.group), "title": "mine" }),
        Refused("NOT_A_MEMBER"),
        Same(&[]),
    ),
    row(
        "SetQuiet",
        ann,
        |s| json!({ "conversation": text(s.group), "quiet": true }),
        Refused("NOT_A_MEMBER"),
        Same(&[]),
    ),
    row("GetHistory", ann, |s| json!({ "conversation": text(s.direct) }), Refused("NOT_A_MEMBER"), Reads),
    row("GetMembers", ann, |s| json!({ "conversation": text(s.group) }), Refused("NOT_A_MEMBER"), Reads),
    row(
        "AddMembers",
        ann,
        |s| json!({ "conversation": text(s.group), "users": [text(s.carol.user)] }),
        Refused("NOT_FRIENDS"),
        Same(&[]),
    ),
    row(
        "RemoveMember",
        ann,
        |s| json!({ "conversation": text(s.group), "user": text(s.bob.user) }),
        Refused("NOT_A_MEMBER"),
        Same(&[]),
    ),
    row("GetWallet", ann, none, Own, Reads),
    row("TopUp", ann, |_| json!({ "id": new_id(), "amount": "500" }), Own, Once(&[])),
    row(
        "Withdraw",
        ann,
        |_| json!({ "id": new_id(), "amount": "500", "destination": "bank", "pin": PIN }),
        Own,
        Once(&[]),
    ),
    row("ListOrders", ann, none, Own, Reads),
    row("GetOrder", ann, |s| json!({ "order": text(s.withdrawal) }), Refused("NO_SUCH_ORDER"), Reads),
    row("GetStatement", ann, none, Own, Reads),
    row("GetPin", ann, none, Own, Reads),
    row("SetPin", ann, |_| json!({ "pin": "246801", "password": PASSWORD }), Own, Anew),
    row(
        "SendPacket",
        ann,
        |s| {
            json!({ "id": new_id(), "conversation": text(s.group), "kind": "PACKET_KIND_LUCKY", "amount": "600", "count": 2,
                "greeting": "luck" })
        },
        ComesBack("NOT_A_MEMBER"),
        Once(&[("recipient", "RECIPIENT_INVALID")]),
    ),
    row("GetPacket", ann, |s| json!({ "packet": text(s.packet) }), Refused("NO_SUCH_PACKET"), Reads),
    row("ExportPacket", ann, |s| json!({ "packet": text(s.packet) }), Refused("NO_SUCH_PACKET"), Reads),
    row("GrabPacket", bob, |s| json!({ "packet": text(s.packet) }), Refused("PACKET_NOT_FOR_YOU"), Reads),
    row("OpenPacket", bob, |s| json!({ "packet": text(s.packet) }), Refused("PACKET_NOT_FOR_YOU"), Same(&[])),
    row(
        "SendTransfer",
        ann,
        |s| {
            json!({ "id": new_id(), "conversation": text(s.direct), "receiver": text(s.bob.user), "amount": "600",
                "note": "rent", "arrival": "ARRIVAL_AFTER_2_H" })
        },
        ComesBack("NOT_A_MEMBER"),
        Once(&[]),
    ),
    row("ListTransfers", ann, none, Own, Reads),
    row("GetTransfer", ann, |s| json!({ "transfer": text(s.pending) }), Refused("NO_SUCH_TRANSFER"), Reads),
    row("AcceptTransfer", bob, |s| json!({ "transfer": text(s.arrived) }), Refused("NO_SUCH_TRANSFER"), Same(&[])),
    row("ReturnTransfer", bob, |s| json!({ "transfer": text(s.pending) }), Refused("NO_SUCH_TRANSFER"), Same(&[])),
    row(
        "RecallTransfer",
        ann,
        |s| json!({ "transfer": text(s.pending), "reason": "not him", "evidence": [text(s.file)] }),
        Refused("NO_SUCH_TRANSFER"),
        Same(&[("reason", "RECALL_REPEATED"), ("evidence", "RECALL_REPEATED")]),
    ),
    row("GetRisk", sam, none, Own, Reads),
    row("RequestReleaseCode", sam, none, Refused("NOT_SUSPENDED"), Anew),
    row(
        "ReleaseSuspension",
        sam,
        |_| json!({ "code": "000000", "pin": PIN }),
        Refused("NOT_SUSPENDED"),
        Over("NO_RELEASE_CODE"),
    ),
];

/// What operators ask.
pub const OPERATORS: &[Row] = &[
    operators("GetOwnOperator", none, Reads),
    operators("SignOutOperator", none, Over("OPERATOR_UNAUTHENTICATED")),
    operators(
        "ChangeOwnPassword",
        |_| json!({ "password": PASSWORD, "newPassword": "another horse" }),
        Over("OPERATOR_UNAUTHENTICATED"),
    ),
    operators("ListDisputes", none, Reads),
    operators("GetDispute", |s| json!({ "transfer": text(s.recalled) }), Reads),
    operators(
        "DecideDispute",
        |s| json!({ "transfer": text(s.recalled), "outcome": "RECALL_OUTCOME_RETURNED", "reason": "as the chat shows" }),
        Same(&[("outcome", "DISPUTE_ENDED"), ("reason", "DISPUTE_ENDED")]),
    ),
    operators("ListOperators", none, Reads),
    operators(
        "CreateOperator",
        |_| json!({ "name": "newcomer", "role": "ROLE_ADMIN", "reason": "hired" }),
        Over("NAME_TAKEN"),
    ),
    operators(
        "ChangeOperator",
        |s| json!({ "operator": text(s.operators[0]), "role": "ROLE_ADMIN", "active": true, "reason": "promoted" }),
        Same(&[]),
    ),
    operators("ResetOperator", |s| json!({ "operator": text(s.operators[0]), "reason": "lost the phone" }), Anew),
    operators("GetFigures", none, Reads),
    operators("FindUsersAsOperator", |s| json!({ "q": s.ann.name }), Reads),
    operators("GetUserAsOperator", |s| json!({ "user": text(s.ann.user) }), Reads),
    operators(
        "SetAccountLevel",
        |s| {
            json!({ "user": text(s.bob.user), "level": "ACCOUNT_LEVEL_VERIFIED", "before": "ACCOUNT_LEVEL_NEW",
                "reason": "has shown a passport" })
        },
        Same(&[("level", "SEQUENCE_STALE")]),
    ),
    operators("GetWalletAsOperator", |s| json!({ "user": text(s.ann.user) }), Reads),
    operators("GetStatementAsOperator", |s| json!({ "user": text(s.ann.user) }), Reads),
    operators("ListOrdersAsOperator", none, Reads),
    operators("GetOrderAsOperator", |s| json!({ "order": text(s.withdrawal) }), Reads),
    // The sandbox has carried it out at once.
    operators(
        "AskOrder",
        |s| json!({ "order": text(s.withdrawal), "reason": "it has been a day" }),
        Over("ORDER_ENDED"),
    ),
    operators(
        "SettleOrder",
        |s| json!({ "order": text(s.withdrawal), "reason": "it has been a day" }),
        Over("ORDER_ENDED"),
    ),
    operators(
        "CloseRaised",
        |s| json!({ "order": text(s.withdrawal), "reason": "it is dealt with" }),
        Over("NOTHING_RAISED"),
    ),
    operators("GetPacketAsOperator", |s| json!({ "packet": text(s.packet) }), Reads),
    operators("GetSettings", none, Reads),
    operators(
        "ChangeSetting",
        |_| json!({ "name": "packet_share_max", "value": "500", "sequence": "0", "reason": "festival" }),
        Over("SEQUENCE_STALE"),
    ),
    operators("GetSettingHistory", none, Reads),
    operators("GetRiskRules", none, Reads),
    operators("GetRiskRuleHistory", none, Reads),
    operators(
        "AddRiskRule",
        |_| json!({ "sequence": "0", "rule": rule(0), "reason": "too fast" }),
        Over("RULES_STALE"),
    ),
    operators(
        "ChangeRiskRule",
        |_| json!({ "id": 1, "sequence": "0", "rule": rule(1), "reason": "too fast" }),
        Over("RULES_STALE"),
    ),
    operators("DropRiskRule", |_| json!({ "id": 1, "sequence": "0", "reason": "too fast" }), Over("RULES_STALE")),
    operators("GetRiskHits", none, Reads),
    operators("GetSuspensions", none, Reads),
    operators(
        "SuspendUser",
        |s| {
            let until = super::scene::now_ms() + 7_200_000;
            json!({ "user": text(s.bob.user), "untilMs": text(until as u64), "selfRelease": true, "reason": "circles" })
        },
        Anew,
    ),
    operators("LiftSuspension", |s| json!({ "user": text(s.sam.user), "reason": "a mistake" }), Over("NOT_SUSPENDED")),
    operators("ListDifferences", none, Reads),
    operators("GetDifference", |_| json!({ "difference": "1" }), Reads),
    operators("CloseDifference", |_| json!({ "difference": "1", "reason": "looked" }), Over("NO_SUCH_DIFFERENCE")),
    operators("ListReconciliationRuns", none, Reads),
    operators("RunReconciliation", |_| json!({ "day": "2026-01-01", "reason": "to be sure" }), Anew),
    operators("GetAudit", none, Reads),
];

fn rule(id: u32) -> Value {
    json!({ "id": id, "name": "opens", "kind": "RULE_KIND_OPENS", "windowMs": "60000", "threshold": 10, "enabled": true })
}

/// What is no row of a table above is looked at in these tests by its path.
const BY_PATH: [&str; 14] = [
    "/healthz",
    "/metrics",
    "/readyz",
    "/v1/admin/disputes/{transfer}/files/{file}",
    "/v1/admin/openapi.json",
    "/v1/admin/sign-in",
    "/v1/files",
    "/v1/files/{file}",
    "/v1/openapi.json",
    "/v1/payments/webhook",
    "/v1/sign-in",
    "/v1/sign-up",
    "/v1/wallet/statement.csv",
    "/v1/ws",
];

/// A new endpoint or frame fails here until it has a row.
#[test]
fn every_request_has_a_row() {
    let rows = |rows: &[Row]| {
        let names: BTreeSet<String> = rows.iter().map(|row| row.request.to_owned()).collect();
        assert_eq!(names.len(), rows.len(), "one row each");
        names
    };
    let routed = ROUTES.iter().map(|route| route.request.to_owned());
    let framed = frames().into_iter().map(|(request, _)| request);
    // Hello is how one signs in: it is what `callers` tries with every token.
    let asked: BTreeSet<String> = routed.chain(framed).filter(|request| request != "Hello").collect();
    assert_eq!(rows(USERS), asked, "give each request of users a row in USERS");
    let asked: BTreeSet<String> = ADMIN_ROUTES.iter().map(|route| route.request.to_owned()).collect();
    assert_eq!(rows(OPERATORS), asked, "give each request of operators a row in OPERATORS");
    let mut further: Vec<&str> = FURTHER_ROUTES.iter().map(|route| route.path).collect();
    further.sort_unstable();
    assert_eq!(further, BY_PATH, "try each further path in `callers` and `bytes`, and name it here");
    for row in USERS.iter().chain(OPERATORS) {
        assert!(place(row.request).is_some() || row.request == "Heartbeat", "{} can be asked over REST", row.request);
    }
}
