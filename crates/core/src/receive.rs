//! Notes from another shard's log. A shard stores how far it has read from each source in the batch that applies the
//! notes, so each takes effect exactly once, however often couriers deliver it.

use crate::{
    Context, State,
    conversation::post_packet::PostPacket,
    cut::Key,
    fact::Fact,
    fen::Fen,
    ids::{Position, ShardId},
    note::Note,
    packet::posted::{posted, refused},
};

/// A courier's delivery: all notes that `from` owes this shard after `after`, up to `through`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receive {
    pub to: ShardId,
    pub from: ShardId,
    /// Where the courier believes this shard stands. A delivery that leaves a gap is not applied.
    pub after: Position,
    pub through: Position,
    /// Rising by position; one fact may owe several notes.
    pub notes: Vec<(Position, Note)>,
}

impl Receive {
    pub(crate) fn needs(&self, state: &State, keys: &mut Vec<Key>) {
        for (_, note) in &self.notes {
            match note {
                Note::PostPacket { conversation, sender, client_id, card } => {
                    PostPacket { conversation: *conversation, sender: *sender, client_id: *client_id, card }
                        .needs(keys);
                }
                Note::PacketPosted { packet, .. } => keys.push(Key::Packet(*packet)),
                Note::PacketRefused { packet, .. } => {
                    keys.push(Key::Packet(*packet));
                    if let Some(found) = state.packets.peek(packet) {
                        keys.push(Key::Wallet(found.head.terms.sender));
                    }
                }
                Note::Credit { user, .. } => keys.push(Key::Wallet(*user)),
                Note::Friend { .. } | Note::Mailbox { .. } => {}
            }
        }
    }

    /// The position up to which this shard has read after the delivery.
    pub(crate) fn watermark(&self, state: &State) -> Position {
        state.meta.received.get(&self.from).copied().unwrap_or_default()
    }

    /// The notes that are new here, unless the delivery leaves a gap or brings nothing new.
    pub(crate) fn fresh(&self, state: &State) -> Option<&[(Position, Note)]> {
        let watermark = self.watermark(state);
        let follows = self.after <= watermark && self.through > watermark;
        follows.then(|| &self.notes[self.notes.partition_point(|(position, _)| *position <= watermark)..])
    }
}

/// What one note makes happen. State must have evolved by the facts of the notes before it.
pub(crate) fn take_note(state: &State, context: &mut Context, note: &Note) -> Option<Fact> {
    match note {
        Note::PostPacket { conversation, sender, client_id, card } => {
            let post = PostPacket { conversation: *conversation, sender: *sender, client_id: *client_id, card };
            Some(post.decide(state, context))
        }
        Note::PacketPosted { packet, seq, message, eligible } => posted(state, *packet, *seq, *message, eligible),
        Note::PacketRefused { packet, refusal } => refused(state, *packet, *refusal),
        Note::Credit { user, packet, sender, amount, .. } => {
            let wallet = state.wallets.get(user).copied().unwrap_or_default();
            debug_assert!(*amount > Fen::ZERO);
            Some(Fact::Credited {
                user: *user,
                packet: *packet,
                sender: *sender,
                amount: *amount,
                balance: wallet.balance.plus(*amount),
                line: wallet.lines + 1,
            })
        }
        Note::Friend { user, other, relation, conversation, greeting } => Some(Fact::FriendNoted {
            user: *user,
            other: *other,
            relation: *relation,
            conversation: *conversation,
            greeting: greeting.clone(),
        }),
        Note::Mailbox { user, conversation, member } => {
            Some(Fact::MailboxNoted { user: *user, conversation: *conversation, member: *member })
        }
    }
}
