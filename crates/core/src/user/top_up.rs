use sha2::{Digest, Sha256};

use crate::{
    Context, State,
    command::Reply,
    cut::{Done, Key},
    fact::Fact,
    fen::Fen,
    ids::{ClientId, UserId},
    refusal::Refusal,
    state::check_once,
};

/// Brings money in from the sandbox provider.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TopUp {
    pub user: UserId,
    pub id: ClientId,
    pub amount: Fen,
}

impl TopUp {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Once(self.user, self.id));
        keys.push(Key::User(self.user));
        keys.push(Key::Wallet(self.user));
    }

    fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"top-up");
        hash.update(self.amount.0.to_be_bytes());
        hash.finalize().into()
    }

    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Vec<Fact>, Refusal> {
        let digest = self.digest();
        if check_once(state, context, self.user, self.id, &digest)? {
            return Ok(vec![]);
        }
        if state.users.get(&self.user).is_none() {
            return Err(Refusal::NoSuchUser);
        }
        if self.amount <= Fen::ZERO || self.amount > state.settings.top_up_max {
            return Err(Refusal::AmountInvalid);
        }
        let wallet = state.wallets.get(&self.user).copied().unwrap_or_default();
        let balance = wallet.balance.plus(self.amount);
        if balance > state.settings.balance_max {
            return Err(Refusal::BalanceLimit);
        }
        let line = wallet.lines + 1;
        Ok(vec![Fact::ToppedUp { user: self.user, id: self.id, digest, amount: self.amount, balance, line }])
    }

    pub(crate) fn reply(&self, state: &State) -> Reply {
        match state.once.get(self.user, self.id).map(|once| once.done) {
            Some(Done::ToppedUp { amount, balance }) => Reply::ToppedUp { amount, balance },
            other => unreachable!("a top-up left {other:?}"),
        }
    }
}
