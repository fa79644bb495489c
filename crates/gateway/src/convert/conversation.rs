use laisee_core::conversation::{ConversationKind, ConversationSeen};
use laisee_wire::v1;

/// A conversation as one member sees it.
#[must_use]
pub fn conversation(seen: &ConversationSeen) -> v1::Conversation {
    let (kind, owner) = match seen.kind {
        ConversationKind::Direct => (v1::ConversationKind::Direct, 0),
        ConversationKind::Group { owner } => (v1::ConversationKind::Group, owner.0),
    };
    v1::Conversation {
        id: seen.conversation.0,
        kind: kind.into(),
        title: seen.title.clone(),
        owner,
        announcement: seen.announcement.clone(),
        peer: seen.peer.map_or(0, |user| user.0),
        member_count: seen.member_count,
        head: seen.head.0,
        last_at_ms: seen.last_at.0,
        joined: seen.member.joined.0,
        acked: seen.member.acked.0,
        read: seen.member.read.0,
        unread: seen.unread,
        quiet: seen.member.quiet,
        revision: seen.revision,
        member: seen.member.active(),
        peer_acked: seen.peer_acked.0,
        peer_read: seen.peer_read.0,
    }
}
