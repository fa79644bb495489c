//! Notes from another shard's log. A shard stores how far it has read from each source in the batch that applies the
//! notes, so each takes effect exactly once, however often couriers deliver it.

use crate::{
    Context, State,
    conversation::{post_packet::PostPacket, post_transfer::PostTransfer},
    cut::Key,
    fact::Fact,
    fen::Fen,
    ids::{Position, ShardId},
    note::Note,
    packet::posted::{posted, refused},
    risk::{hit, rule::Counted},
    transfer::{self, with_wallet},
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
        self.notes.iter().for_each(|(_, note)| note_needs(note, state, keys));
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

/// What one note needs in memory to take effect.
pub(crate) fn note_needs(note: &Note, state: &State, keys: &mut Vec<Key>) {
    match note {
        Note::PostPacket { conversation, sender, client_id, card } => {
            PostPacket { conversation: *conversation, sender: *sender, client_id: *client_id, card }.needs(keys);
        }
        Note::PacketPosted { packet, .. } => {
            keys.push(Key::Packet(*packet));
            if state.rules.may_count(Counted::Strangers)
                && let Some(found) = state.packets.peek(packet)
            {
                keys.push(Key::Risk(found.head.terms.sender));
                keys.push(Key::Friends(found.head.terms.sender));
            }
        }
        Note::PacketRefused { packet, .. } => {
            keys.push(Key::Packet(*packet));
            if let Some(found) = state.packets.peek(packet) {
                keys.push(Key::Wallet(found.head.terms.sender));
                state.rules.need(found.head.terms.sender, &[Counted::RefundRate], keys);
            }
        }
        Note::PostTransfer { conversation, sender, client_id, card } => {
            PostTransfer { conversation: *conversation, sender: *sender, client_id: *client_id, card }.needs(keys);
        }
        Note::TransferPosted { transfer, .. } => keys.push(Key::Transfer(*transfer)),
        Note::TransferRefused { transfer, .. } | Note::RepayTransfer { transfer, .. } => {
            with_wallet(state, *transfer, keys);
        }
        Note::CreditTransfer { user, .. } => keys.push(Key::Wallet(*user)),
        Note::Credit { user, .. } => {
            keys.push(Key::Wallet(*user));
            state.rules.need(*user, &[Counted::Opens, Counted::CircularFlow], keys);
        }
        Note::Friend { user, .. } => keys.push(Key::Friends(*user)),
        Note::Device { device, .. } => keys.push(Key::Device(*device)),
        Note::DeviceHit { user, .. } => keys.push(Key::Risk(*user)),
        Note::Mailbox { .. }
        | Note::TransferKnown { .. }
        | Note::Rules { .. }
        | Note::Suspension { .. }
        | Note::Settings { .. } => {}
    }
}

/// What one note makes happen. State must have evolved by the facts of the notes before it.
pub(crate) fn take_note(state: &State, context: &mut Context, note: &Note) -> Option<Fact> {
    match note {
        Note::PostPacket { conversation, sender, client_id, card } => {
            let post = PostPacket { conversation: *conversation, sender: *sender, client_id: *client_id, card };
            Some(post.decide(state, context))
        }
        Note::PacketPosted { packet, seq, message, eligible } => {
            posted(state, context.now, *packet, *seq, *message, eligible)
        }
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
        Note::PostTransfer { conversation, sender, client_id, card } => {
            let post = PostTransfer { conversation: *conversation, sender: *sender, client_id: *client_id, card };
            Some(post.decide(state, context))
        }
        Note::TransferPosted { transfer, seq } => transfer::posted::posted(state, *transfer, *seq),
        Note::TransferRefused { transfer, refusal } => transfer::posted::refused(state, *transfer, *refusal),
        Note::TransferKnown { user, transfer } => Some(Fact::TransferNoted { user: *user, transfer: *transfer }),
        Note::CreditTransfer { user, transfer, sender, amount } => {
            let wallet = state.wallets.get(user).copied().unwrap_or_default();
            debug_assert!(*amount > Fen::ZERO);
            Some(Fact::TransferCredited {
                user: *user,
                transfer: *transfer,
                sender: *sender,
                amount: *amount,
                balance: wallet.balance.plus(*amount),
                line: wallet.lines + 1,
            })
        }
        Note::RepayTransfer { transfer, amount } => transfer::give_back::repaid(state, *transfer, *amount),
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
        Note::Device { device, user } => Some(Fact::DeviceSeen { device: *device, user: *user }),
        Note::DeviceHit { user, device, rule, sequence, count } => {
            Some(hit(state, *user, rule, *sequence, *count, 0, Some(*device), context.now))
        }
        Note::Rules { book } => {
            (book.sequence > state.rules.book.sequence).then(|| Fact::RulesNoted { book: book.clone() })
        }
        Note::Suspension { user, until } => Some(Fact::SuspensionNoted { user: *user, until: *until }),
        Note::Settings { changed } => {
            (changed.sequence > state.meta.settings.sequence).then(|| Fact::SettingNoted { changed: changed.clone() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{command::Reply, ids::UserId, trial::Trial};

    const FROM: ShardId = ShardId(9);

    fn credit(user: UserId, amount: i64) -> Note {
        let packet = crate::ids::PacketId(u64::from(FROM.0) << 12);
        Note::Credit { user, packet, sender: UserId(1), amount: Fen(amount), claimed_at: crate::ids::Millis(0) }
    }

    /// A delivery of credits, each with the position of its fact.
    fn delivery(user: UserId, after: u64, through: u64, credits: &[(u64, i64)]) -> Receive {
        let notes = credits.iter().map(|(at, amount)| (Position(*at), credit(user, *amount))).collect();
        Receive { to: ShardId(0), from: FROM, after: Position(after), through: Position(through), notes }
    }

    #[test]
    fn each_note_takes_effect_once_however_often_it_comes() {
        let mut trial = Trial::new();
        let ann = trial.user("ann");
        let mut deliver = |after, through, credits: &[(u64, i64)]| {
            let reply = trial.must(delivery(ann, after, through, credits));
            let Reply::Received { from: FROM, through } = reply else { panic!("{reply:?}") };
            (through.0, trial.balance(ann).0)
        };
        // What comes, and where the shard stands then, with how much.
        assert_eq!(deliver(0, 3, &[(1, 1), (3, 10), (3, 100)]), (3, 111));
        assert_eq!(deliver(0, 3, &[(1, 1), (3, 10), (3, 100)]), (3, 111), "the same again");
        assert_eq!(deliver(0, 2, &[(1, 1)]), (3, 111), "an older one, late");
        assert_eq!(deliver(2, 5, &[(3, 10), (3, 100), (4, 1_000)]), (5, 1_111), "one that overlaps");
        assert_eq!(deliver(6, 8, &[(7, 10_000)]), (5, 1_111), "one that leaves a gap");
        assert_eq!(deliver(5, 8, &[(7, 10_000)]), (8, 11_111), "the one that follows");
        assert_eq!(deliver(8, 9, &[]), (9, 11_111), "one without notes moves the mark");
        let books = &trial.state.meta.books;
        assert_eq!((books.wallets, books.transit_from[&FROM]), (Fen(11_111), Fen(-11_111)));
    }

    #[test]
    fn nothing_new_is_no_fact() {
        let mut trial = Trial::new();
        let ann = trial.user("ann");
        trial.must(delivery(ann, 0, 3, &[(1, 1)]));
        let stands = Reply::Received { from: FROM, through: Position(3) };
        trial.again(delivery(ann, 0, 3, &[(1, 1)]), &stands);
        trial.again(delivery(ann, 4, 5, &[(5, 1)]), &stands);
    }

    #[test]
    fn sources_have_a_mark_each() {
        let mut trial = Trial::new();
        let ann = trial.user("ann");
        trial.must(delivery(ann, 0, 3, &[(1, 1)]));
        trial.must(Receive { from: ShardId(8), ..delivery(ann, 0, 2, &[(1, 1)]) });
        assert_eq!(trial.balance(ann), Fen(2));
        assert_eq!(Vec::from_iter(trial.state.meta.received.values().map(|at| at.0)), [2, 3]);
    }

    #[test]
    fn a_note_for_who_was_never_seen_makes_a_wallet() {
        // A wallet begins with its first movement.
        let mut trial = Trial::new();
        trial.must(delivery(UserId(5), 0, 1, &[(1, 7)]));
        assert_eq!(trial.balance(UserId(5)), Fen(7));
    }

    #[test]
    fn what_the_log_holds_is_what_memory_held() {
        let mut trial = Trial::new();
        let (ann, bob) = (trial.rich("ann", 1_000), trial.user("bob"));
        trial.friends(ann, bob);
        let group = trial.group(ann, &[bob]);
        let packet = trial.fund(ann, group, crate::packet::PacketKind::Lucky, 500, 2);
        trial.settle();
        trial.must(crate::command::OpenPacket { user: bob, packet });
        trial.settle();
        let mut replayed = trial.replayed();
        assert_eq!(Trial::words(&mut replayed), Trial::words(&mut trial.state));
    }
}
