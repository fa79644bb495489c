use crate::{
    State,
    command::Reply,
    cut::{Done, Key},
    fact::Fact,
    fen::Fen,
    ids::{ClientId, PacketId, Position, ShardId, UserId},
    refusal::Refusal,
    risk::rule::Counted,
};

/// Does what a delivery should have done and never did: credits a claim whose position this shard has read past without
/// crediting it. Whether that is so is known from this shard's log by whoever sends it; that it is done once is known here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Redeliver {
    pub to: ShardId,
    /// Where the claim stands.
    pub from: ShardId,
    pub position: Position,
    pub packet: PacketId,
    pub sender: UserId,
    pub user: UserId,
    pub amount: Fen,
}

impl Redeliver {
    pub(crate) fn needs(&self, state: &State, keys: &mut Vec<Key>) {
        keys.push(Key::Wallet(self.user));
        keys.push(Key::Once(self.user, once_id(self.packet)));
        state.rules.need(self.user, &[Counted::Opens, Counted::CircularFlow], keys);
    }

    pub(crate) fn decide(&self, state: &State) -> Result<Vec<Fact>, Refusal> {
        let read = state.meta.received.get(&self.from).copied().unwrap_or_default();
        // A courier that has not been here will bring it.
        if self.user.shard() != self.to || self.position > read || self.amount <= Fen::ZERO {
            return Err(Refusal::NotDueForRepair);
        }
        if state.once.get(self.user, once_id(self.packet)).is_some() {
            return Ok(vec![]);
        }
        let wallet = state.wallets.get(&self.user).copied().unwrap_or_default();
        Ok(vec![
            Fact::Credited {
                user: self.user,
                packet: self.packet,
                sender: self.sender,
                amount: self.amount,
                balance: wallet.balance.plus(self.amount),
                line: wallet.lines + 1,
            },
            Fact::CreditRedone {
                user: self.user,
                packet: self.packet,
                from: self.from,
                position: self.position,
                amount: self.amount,
            },
        ])
    }

    pub(crate) fn reply(&self, first: bool) -> Reply {
        Reply::Redelivered { first }
    }
}

/// What a repair of this packet's credit is known by, in each user's list of what was done once. No client can make it: it
/// is no UUIDv7, but a UUIDv8 (RFC 9562, section 5.8) with the packet in it.
#[must_use]
pub(crate) fn once_id(packet: PacketId) -> ClientId {
    let made = ClientId::compose(packet.minted(), u128::from(packet.0));
    ClientId(made.0 & !(0xf << 76) | (8 << 76))
}

/// What is kept of it.
#[must_use]
pub(crate) fn done(amount: Fen) -> Done {
    Done::CreditRedone { amount }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::Receive,
        trial::{Trial, check_order},
    };

    const FROM: ShardId = ShardId(9);

    #[test]
    fn a_credit_is_redone_once_and_only_where_it_was_passed_over() {
        let mut trial = Trial::new();
        let ann = trial.user("ann");
        let packet = PacketId(u64::from(FROM.0) << 12);
        let redo = |position, amount| Redeliver {
            to: ShardId(0),
            from: FROM,
            position: Position(position),
            packet,
            sender: UserId(1),
            user: ann,
            amount: Fen(amount),
        };
        trial.must(Receive { to: ShardId(0), from: FROM, after: Position(0), through: Position(5), notes: vec![] });
        check_order(
            &mut trial,
            vec![
                ("not read yet", redo(6, 40), Err(Refusal::NotDueForRepair)),
                ("nothing", redo(5, 0), Err(Refusal::NotDueForRepair)),
                ("passed over", redo(5, 40), Ok(())),
            ],
        );
        assert_eq!(trial.balance(ann), Fen(40));
        trial.again(redo(5, 40), &Reply::Redelivered { first: false });
        trial.forget_ids();
        trial.again(redo(5, 40), &Reply::Redelivered { first: false });
        let books = &trial.state.meta.books;
        assert_eq!((books.wallets, books.transit_from[&FROM]), (Fen(40), Fen(-40)));
    }

    #[test]
    fn no_client_can_take_its_id() {
        assert!(!once_id(PacketId(u64::MAX >> 1)).is_v7());
        assert_ne!(once_id(PacketId(1 << 22)), once_id(PacketId(1 << 22 | 1)));
    }
}
