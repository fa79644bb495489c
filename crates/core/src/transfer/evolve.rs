use super::{Received, Transfer};
use crate::{
    State,
    cut::{Done, Key, Once},
    fact::Fact,
    fen::Fen,
    ids::{Millis, Position, TransferId},
    timer::TimerKey,
};

impl State {
    /// The part of [`State::evolve`] that concerns transfers.
    pub(crate) fn evolve_transfer(&mut self, fact: &Fact, at: Millis, position: Position) {
        if let Some(transfer) = Transfer::moved_by(fact) {
            self.move_transfer(transfer, fact, at, position);
        }
        match fact {
            Fact::TransferFunded { transfer, sender, id, digest, amount, arrives_at, balance, line, .. } => {
                let Some(made) = Transfer::funded(fact, at) else { unreachable!("this fact funds one") };
                self.meta.mint.observe(transfer.0);
                self.transfers.create(*transfer, made, position);
                self.move_wallet(*sender, Fen(-amount.0), *balance, *line, position);
                let done = Done::TransferFunded { transfer: *transfer, balance: *balance, arrives_at: *arrives_at };
                self.once.insert(*sender, *id, Once { digest: *digest, done }, position);
            }
            Fact::TransferRefunded { sender, amount, balance, line, .. }
            | Fact::TransferWentBack { sender, amount, balance, line, .. }
            | Fact::TransferRepaid { sender, amount, balance, line, .. } => {
                self.move_wallet(*sender, *amount, *balance, *line, position);
            }
            Fact::TransferCredited { user, transfer, sender, amount, balance, line } => {
                let received = Received { user: *user, sender: *sender, amount: *amount, given_back: false };
                self.received.create(*transfer, received, position);
                self.move_wallet(*user, *amount, *balance, *line, position);
            }
            Fact::TransferGivenBack { transfer, user, amount, balance, line, .. } => {
                let received = self.received.change(transfer, position);
                assert!(!received.given_back, "nothing is given back twice");
                received.given_back = true;
                self.move_wallet(*user, Fen(-amount.0), *balance, *line, position);
            }
            _ => {}
        }
    }

    /// Moves a transfer on, and its timer with it.
    fn move_transfer(&mut self, id: TransferId, fact: &Fact, at: Millis, position: Position) {
        let found = self.transfers.change(&id, position);
        let before = found.waits();
        found.take(fact, at);
        let after = found.waits();
        if before != after {
            if let Some(due) = before {
                self.clear_timer(due, TimerKey::Transfer(id));
            }
            if let Some(due) = after {
                self.set_timer(due, TimerKey::Transfer(id));
            }
        }
    }
}

/// What must be in memory for a fact about transfers that comes from the log.
pub(crate) fn fact_needs(fact: &Fact, keys: &mut Vec<Key>) {
    keys.extend(Transfer::moved_by(fact).map(Key::Transfer));
    match fact {
        Fact::TransferFunded { sender, .. } => keys.push(Key::Wallet(*sender)),
        Fact::TransferCredited { user, .. } => keys.push(Key::Wallet(*user)),
        Fact::TransferGivenBack { transfer, user, .. } => {
            keys.extend([Key::Received(*transfer), Key::Wallet(*user)]);
        }
        Fact::TransferRefunded { sender, .. }
        | Fact::TransferWentBack { sender, .. }
        | Fact::TransferRepaid { sender, .. } => keys.push(Key::Wallet(*sender)),
        _ => {}
    }
}
