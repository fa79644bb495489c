use laisee_core::{
    command::{
        Acknowledge, Command, GrabPacket, MarkRead, OpenPacket, PostMessage, RequestReleaseCode, SendPacket, TopUp,
    },
    fen::Fen,
    ids::{ConversationId, PacketId, Seq, UserId},
    packet::PacketKind,
    refusal::Refusal,
};
use laisee_wire::v1;

use super::{ClientBody, client_id, content, refused};

/// The command a request stands for, where one command does it all and its reply is the answer. `None`: a handler must
/// do more.
///
/// # Errors
/// When a field has an impossible value.
pub fn command(user: UserId, body: &mut ClientBody) -> Option<Result<Command, v1::Error>> {
    Some(match body {
        ClientBody::SendMessage(r) => client_id(&r.client_msg_id).and_then(|client_id| {
            Ok(Command::PostMessage(PostMessage {
                sender: user,
                conversation: ConversationId(r.conversation),
                client_id,
                content: content(r.content.take())?,
            }))
        }),
        ClientBody::Acknowledge(r) => Ok(Command::Acknowledge(Acknowledge {
            user,
            conversation: ConversationId(r.conversation),
            from: Seq(1),
            through: Seq(r.through),
        })),
        ClientBody::MarkRead(r) => Ok(Command::MarkRead(MarkRead {
            user,
            conversation: ConversationId(r.conversation),
            through: Seq(r.through),
        })),
        ClientBody::TopUp(r) => client_id(&r.id).map(|id| Command::TopUp(TopUp { user, id, amount: Fen(r.amount) })),
        // With a PIN there is more to do.
        ClientBody::SendPacket(r) if r.pin.is_empty() => send_packet(user, r).map(Command::SendPacket),
        ClientBody::GrabPacket(r) => Ok(Command::GrabPacket(GrabPacket { user, packet: PacketId(r.packet) })),
        ClientBody::OpenPacket(r) => Ok(Command::OpenPacket(OpenPacket { user, packet: PacketId(r.packet) })),
        ClientBody::RequestReleaseCode(_) => Ok(Command::RequestReleaseCode(RequestReleaseCode { user })),
        other => return super::transfer::transfer_command(user, other),
    })
}

/// The command that sends a packet, with no PIN.
///
/// # Errors
/// When a field has an impossible value.
pub fn send_packet(user: UserId, r: &v1::SendPacket) -> Result<SendPacket, v1::Error> {
    let kind = match r.kind() {
        v1::PacketKind::Equal => PacketKind::Equal,
        v1::PacketKind::Lucky => PacketKind::Lucky,
        v1::PacketKind::Named => PacketKind::Named(UserId(r.recipient)),
        v1::PacketKind::Unspecified => return Err(super::bad_request("a packet has a kind")),
    };
    if r.recipient != 0 && !matches!(kind, PacketKind::Named(_)) {
        return Err(refused(Refusal::RecipientInvalid));
    }
    Ok(SendPacket {
        sender: user,
        id: client_id(&r.id)?,
        conversation: ConversationId(r.conversation),
        kind,
        amount: Fen(r.amount),
        count: r.count,
        greeting: r.greeting.clone(),
        pass: None,
    })
}
