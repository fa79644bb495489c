use crate::{
    Context, State,
    command::Reply,
    cut::{Done, Key, Once},
    fact::Fact,
    fen::Fen,
    ids::{ClientId, Millis, Position, ShardId, UserId},
    note::Note,
    receive::{note_needs, take_note},
    refusal::Refusal,
    transfer::TransferStatus,
};

/// Does what a delivery should have done and never did: lets a note take effect whose position this shard has read past
/// without it. Whether that is so is known from the logs by whoever sends it; that it is done once is known here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Redeliver {
    pub to: ShardId,
    /// Where the fact stands that owes the note.
    pub from: ShardId,
    pub position: Position,
    pub note: Note,
}

impl Redeliver {
    pub(crate) fn needs(&self, state: &State, keys: &mut Vec<Key>) {
        let (user, id, _) = once(self.from, self.position);
        keys.push(Key::Once(user, id));
        note_needs(&self.note, state, keys);
        if let Note::CreditTransfer { transfer, .. } = &self.note {
            keys.push(Key::Received(*transfer));
        }
    }

    pub(crate) fn decide(&self, state: &State, context: &mut Context) -> Result<Vec<Fact>, Refusal> {
        let read = state.meta.received.get(&self.from).copied().unwrap_or_default();
        let mine = self.note.redeliverable() && self.note.addressee().is(self.from, self.to);
        // A courier that has not been here will bring it.
        if !mine || self.position > read || pays_nothing(&self.note) {
            return Err(Refusal::NotDueForRepair);
        }
        let (user, id, _) = once(self.from, self.position);
        if state.once.get(user, id).is_some() || has_paid(state, &self.note) {
            return Ok(vec![]);
        }
        let Some(effect) = take_note(state, context, &self.note) else { return Ok(vec![]) };
        Ok(vec![effect, Fact::Redelivered { from: self.from, position: self.position }])
    }

    pub(crate) fn reply(&self, first: bool) -> Reply {
        Reply::Redelivered { first }
    }
}

/// Whether the wallet has this money. Of a claim's credit nothing is kept but its line, so there only [`once`] tells;
/// a word about a packet or a transfer is taken only while that waits for one.
fn has_paid(state: &State, note: &Note) -> bool {
    match note {
        Note::CreditTransfer { transfer, .. } => state.received.get(transfer).is_some(),
        Note::RepayTransfer { transfer, .. } => {
            state.transfers.get(transfer).is_none_or(|found| found.status != TransferStatus::Accepted)
        }
        _ => false,
    }
}

fn pays_nothing(note: &Note) -> bool {
    match note {
        Note::Credit { amount, .. } | Note::CreditTransfer { amount, .. } | Note::RepayTransfer { amount, .. } => {
            *amount <= Fen::ZERO
        }
        _ => false,
    }
}

/// What a repair is known by, in the list of what was done once: a fact owes a shard at most one note that can be
/// redelivered. No client can make it: it belongs to nobody, and is no UUIDv7 but a UUIDv8 (RFC 9562, section 5.8).
#[must_use]
pub(crate) fn once(from: ShardId, position: Position) -> (UserId, ClientId, Once) {
    let place = u128::from(from.0) << 64 | u128::from(position.0);
    let made = ClientId::compose(Millis(0), place);
    let id = ClientId(made.0 & !(0xf << 76) | (8 << 76));
    (UserId(0), id, Once { digest: [0; 32], done: Done::Redelivered })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::{AcceptTransfer, GiveBackTransfer, OpenPacket, Receive, RemoveFriend},
        ids::{PacketId, TransferId},
        notes,
        packet::{PacketKind, PacketStatus},
        refusal::Refusal,
        transfer::Arrival,
        trial::{Trial, check_order},
    };

    const FROM: ShardId = ShardId(9);

    fn credit(user: UserId, amount: i64) -> Note {
        let packet = PacketId(u64::from(FROM.0) << 12);
        Note::Credit { user, packet, sender: UserId(1), amount: Fen(amount), claimed_at: Millis(0) }
    }

    #[test]
    fn checks_come_in_this_order() {
        let mut trial = Trial::new();
        let ann = trial.user("ann");
        let redo = |position, note| Redeliver { to: ShardId(0), from: FROM, position: Position(position), note };
        trial.must(Receive { to: ShardId(0), from: FROM, after: Position(0), through: Position(5), notes: vec![] });
        let elsewhere = UserId(7 << 12);
        let mailbox = Note::Mailbox { user: ann, conversation: crate::ids::ConversationId(1), member: true };
        let not_due = || Err(Refusal::NotDueForRepair);
        check_order(
            &mut trial,
            vec![
                ("moves no money, and may be out of date", redo(5, mailbox), not_due()),
                ("for another shard", redo(5, credit(elsewhere, 40)), not_due()),
                ("not read yet", redo(6, credit(ann, 40)), not_due()),
                ("nothing", redo(5, credit(ann, 0)), not_due()),
                ("passed over", redo(5, credit(ann, 40)), Ok(())),
            ],
        );
        assert_eq!(trial.balance(ann), Fen(40));
        trial.again(redo(5, credit(ann, 40)), &Reply::Redelivered { first: false });
        trial.forget_ids();
        trial.again(redo(5, credit(ann, 40)), &Reply::Redelivered { first: false });
        let books = &trial.state.meta.books;
        assert_eq!((books.wallets, books.transit_from[&FROM]), (Fen(40), Fen(-40)));
    }

    /// Passes over everything that is owed, redelivers it, each note twice, and goes on until nothing is owed. Gives the
    /// notes that had an effect.
    fn settle_by_repair(trial: &mut Trial) -> Vec<Note> {
        let (own, mut effects) = (trial.state.shard, vec![]);
        loop {
            let after = trial.state.meta.received.get(&own).copied().unwrap_or_default();
            let through = Position(trial.log.len() as u64);
            let mut owed = vec![];
            for (n, (fact, at)) in trial.log.iter().enumerate().skip(after.0 as usize) {
                notes(fact, *at, |note| {
                    if note.redeliverable() && note.addressee().is(own, own) {
                        owed.push((Position(n as u64 + 1), note));
                    }
                });
            }
            if owed.is_empty() {
                return effects;
            }
            trial.must(Receive { to: own, from: own, after, through, notes: vec![] });
            for (position, note) in owed {
                let redeliver = Redeliver { to: own, from: own, position, note: note.clone() };
                if trial.must(redeliver.clone()) == (Reply::Redelivered { first: true }) {
                    effects.push(note);
                }
                trial.again(redeliver, &Reply::Redelivered { first: false });
            }
        }
    }

    fn stands(trial: &Trial, transfer: TransferId) -> TransferStatus {
        trial.state.transfers.get(&transfer).unwrap().status
    }

    /// Every delivery of a packet's and a transfer's life is passed over, and each comes to its end by repairs alone.
    #[test]
    fn whatever_a_courier_carries_for_money_is_redelivered_once() {
        let mut trial = Trial::new();
        let (ann, bob) = (trial.rich("ann", 1_000), trial.user("bob"));
        let direct = trial.friends(ann, bob);
        let group = trial.group(ann, &[bob]);
        trial.settle();
        let transfer = trial.transfer(ann, bob, direct, 300, Arrival::AtOnce);
        let packet = trial.fund(ann, group, PacketKind::Equal, 100, 2);
        let refused = trial.fund(ann, group, PacketKind::Equal, 100, 4);
        assert_eq!(settle_by_repair(&mut trial).len(), 7, "three posts, three words, one notice");
        let status = |trial: &Trial, packet| trial.state.packets.get(&packet).unwrap().head.status;
        assert_eq!(status(&trial, packet), PacketStatus::Open);
        assert_eq!(status(&trial, refused), PacketStatus::Refunded);
        assert_eq!(stands(&trial, transfer), TransferStatus::Arrived);
        trial.must(OpenPacket { user: bob, packet });
        trial.must(AcceptTransfer { user: bob, transfer });
        assert_eq!(settle_by_repair(&mut trial).len(), 2);
        assert_eq!((trial.balance(ann), trial.balance(bob)), (Fen(600), Fen(350)));
        trial.must(GiveBackTransfer { user: bob, transfer });
        assert_eq!(settle_by_repair(&mut trial).len(), 1);
        assert_eq!(stands(&trial, transfer), TransferStatus::GivenBack);
        assert_eq!((trial.balance(ann), trial.balance(bob)), (Fen(900), Fen(50)));
        trial.must(RemoveFriend { by: ann, other: bob });
        let declined = trial.transfer(ann, bob, direct, 300, Arrival::AtOnce);
        assert_eq!(settle_by_repair(&mut trial).len(), 2);
        assert_eq!((stands(&trial, declined), trial.balance(ann)), (TransferStatus::Refunded, Fen(900)));
        let mut replayed = trial.replayed();
        assert_eq!(Trial::words(&mut replayed), Trial::words(&mut trial.state));
    }

    /// A courier brought it after all, or a log was read that ends earlier: the money is there once.
    #[test]
    fn what_was_delivered_is_not_delivered_again() {
        let mut trial = Trial::new();
        let (ann, bob) = (trial.rich("ann", 1_000), trial.user("bob"));
        let direct = trial.friends(ann, bob);
        trial.settle();
        let transfer = trial.transfer(ann, bob, direct, 300, Arrival::AtOnce);
        trial.settle();
        trial.must(AcceptTransfer { user: bob, transfer });
        trial.settle();
        trial.must(GiveBackTransfer { user: bob, transfer });
        trial.settle();
        let own = trial.state.shard;
        for (n, (fact, at)) in trial.log.clone().iter().enumerate() {
            let mut owed = vec![];
            notes(fact, *at, |note| owed.push(note));
            for note in owed {
                let money = matches!(
                    note,
                    Note::CreditTransfer { .. } | Note::RepayTransfer { .. } | Note::TransferPosted { .. }
                );
                if money {
                    let redeliver = Redeliver { to: own, from: own, position: Position(n as u64 + 1), note };
                    trial.again(redeliver, &Reply::Redelivered { first: false });
                }
            }
        }
        assert_eq!((trial.balance(ann), trial.balance(bob)), (Fen(1_000), Fen(0)));
    }

    #[test]
    fn no_client_can_take_its_id() {
        let id = |shard, position| once(ShardId(shard), Position(position)).1;
        assert!(!id(1_023, u64::MAX >> 2).is_v7());
        assert_ne!(id(1, 2), id(2, 2));
        assert_ne!(id(1, 2), id(1, 3));
    }
}
