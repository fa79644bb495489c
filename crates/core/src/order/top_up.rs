use sha2::{Digest, Sha256};

use super::{OrderKind, Word, hear::settled, ordered};
use crate::{
    Context, State,
    command::Reply,
    cut::Key,
    fact::Fact,
    fen::Fen,
    guard::limits::{LimitKind, Payment},
    ids::{ClientId, UserId},
    refusal::Refusal,
    state::check_once,
};

/// Orders money from the provider. It is credited on the provider's word; the sandbox may give that at once.
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
        keys.push(Key::Guard(self.user));
    }

    fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"top-up");
        hash.update(self.amount.0.to_be_bytes());
        hash.finalize().into()
    }

    pub(crate) fn decide(&self, state: &State, context: &mut Context) -> Result<Vec<Fact>, Refusal> {
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
        let (user, amount) = (self.user, self.amount);
        let payment = Payment { user, kind: LimitKind::TopUp, amount, pass: None };
        let used = payment.check(state, context.now)?;
        let wallet = state.wallets.get(&user).copied().unwrap_or_default();
        let balance = wallet.balance.plus(amount);
        if balance > state.settings.balance_max {
            return Err(Refusal::BalanceLimit);
        }
        let payments = state.settings.payments;
        let order = context.id();
        let created = Fact::OrderCreated {
            order,
            user,
            id: self.id,
            digest,
            kind: OrderKind::TopUp,
            provider: payments.provider(),
            amount,
            destination: String::new(),
            at_once: payments.at_once(),
            balance: if payments.at_once() { balance } else { wallet.balance },
            line: 0,
        };
        let mut facts = vec![used, created];
        if payments.at_once() {
            facts.push(settled(order, user, OrderKind::TopUp, Word::Succeeded, false, amount, wallet));
        }
        Ok(facts)
    }

    pub(crate) fn reply(&self, state: &State) -> Reply {
        let (order, state, balance) = ordered(state, self.user, self.id);
        Reply::ToppedUp { order, state, amount: self.amount, balance }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        settings::Settings,
        trial::{Trial, check_order, id_from_the_future},
    };

    #[test]
    fn checks_come_in_this_order() {
        let mut trial = Trial::with(Settings {
            top_up_max: Fen(1_000),
            new_top_up_max: Fen(900),
            balance_max: Fen(1_400),
            ..Settings::default()
        });
        let ann = trial.user("ann");
        let [used, fresh, last] = [trial.id(), trial.id(), trial.id()];
        trial.must(TopUp { user: ann, id: used, amount: Fen(900) });
        let nobody = UserId(1);
        check_order(
            &mut trial,
            vec![
                ("id reused, above all", TopUp { user: ann, id: used, amount: Fen(0) }, Err(Refusal::IdReused)),
                ("no UUIDv7", TopUp { user: nobody, id: ClientId(1), amount: Fen(0) }, Err(Refusal::BadClientId)),
                (
                    "far ahead",
                    TopUp { user: nobody, id: id_from_the_future(), amount: Fen(0) },
                    Err(Refusal::BadClientId),
                ),
                ("user", TopUp { user: nobody, id: fresh, amount: Fen(0) }, Err(Refusal::NoSuchUser)),
                ("nothing", TopUp { user: ann, id: fresh, amount: Fen(0) }, Err(Refusal::AmountInvalid)),
                ("less", TopUp { user: ann, id: fresh, amount: Fen(i64::MIN) }, Err(Refusal::AmountInvalid)),
                ("too much", TopUp { user: ann, id: fresh, amount: Fen(1_001) }, Err(Refusal::AmountInvalid)),
                ("limit", TopUp { user: ann, id: fresh, amount: Fen(901) }, Err(Refusal::LimitPerTransaction)),
                ("balance", TopUp { user: ann, id: fresh, amount: Fen(501) }, Err(Refusal::BalanceLimit)),
                ("to the limit", TopUp { user: ann, id: fresh, amount: Fen(500) }, Ok(())),
                ("beyond it", TopUp { user: ann, id: last, amount: Fen(1) }, Err(Refusal::BalanceLimit)),
            ],
        );
        assert_eq!(trial.balance(ann), Fen(1_400));
    }

    /// Rule W2.
    #[test]
    fn an_id_tops_up_once_forever() {
        let mut trial = Trial::new();
        let (ann, bob) = (trial.user("ann"), trial.user("bob"));
        let top_up = TopUp { user: ann, id: trial.id(), amount: Fen(500) };
        let other = TopUp { amount: Fen(501), ..top_up.clone() };
        let first = trial.must(top_up.clone());
        // What comes between changes nothing about the first answer.
        let between = TopUp { user: ann, id: trial.id(), amount: Fen(7) };
        trial.must(between);
        trial.again(top_up.clone(), &first);
        assert_eq!(trial.run(other.clone()), Err(Refusal::IdReused));
        trial.forget_ids();
        trial.again(top_up.clone(), &first);
        assert_eq!(trial.run(other), Err(Refusal::IdReused));
        assert_eq!(trial.balance(ann), Fen(507));
        // Ids are each user's own.
        trial.must(TopUp { user: bob, ..top_up });
        assert_eq!(trial.balance(bob), Fen(500));
    }

    #[test]
    fn a_refused_id_can_be_used() {
        let mut trial = Trial::new();
        let ann = trial.user("ann");
        let id = trial.id();
        assert_eq!(trial.run(TopUp { user: ann, id, amount: Fen(-1) }), Err(Refusal::AmountInvalid));
        trial.must(TopUp { user: ann, id, amount: Fen(1) });
    }
}
