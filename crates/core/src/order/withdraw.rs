use sha2::{Digest, Sha256};

use super::{OrderKind, Word, hear::settled, ordered};
use crate::{
    Context, State,
    command::Reply,
    cut::Key,
    fact::Fact,
    fen::Fen,
    guard::{
        PinPass,
        limits::{LimitKind, Payment},
    },
    ids::{ClientId, UserId},
    refusal::Refusal,
    state::check_once,
};

/// Orders money out of a wallet. It is held at once, and goes to the provider or back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Withdraw {
    pub user: UserId,
    pub id: ClientId,
    pub amount: Fen,
    /// Where to, as the provider understands it.
    pub destination: String,
    pub pass: Option<PinPass>,
}

const DESTINATION_CHARS_MAX: usize = 200;

impl Withdraw {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Once(self.user, self.id));
        keys.push(Key::User(self.user));
        keys.push(Key::Wallet(self.user));
        keys.push(Key::Guard(self.user));
    }

    fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"withdrawal");
        hash.update(self.amount.0.to_be_bytes());
        hash.update(self.destination.as_bytes());
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
        if self.amount <= Fen::ZERO {
            return Err(Refusal::AmountInvalid);
        }
        let length = self.destination.chars().count();
        let printable = !self.destination.chars().any(char::is_control) && !self.destination.trim().is_empty();
        if length > DESTINATION_CHARS_MAX || !printable {
            return Err(Refusal::DestinationInvalid);
        }
        let (user, amount) = (self.user, self.amount);
        let payment = Payment { user, kind: LimitKind::Withdraw, amount, pass: self.pass };
        let used = payment.check(state, context.now)?;
        let wallet = state.wallets.get(&user).copied().unwrap_or_default();
        if wallet.balance < amount {
            return Err(Refusal::InsufficientFunds);
        }
        let payments = state.settings.payments;
        let (balance, line) = (wallet.balance.minus(amount), wallet.lines + 1);
        let order = context.id();
        let created = Fact::OrderCreated {
            order,
            user,
            id: self.id,
            digest,
            kind: OrderKind::Withdrawal,
            provider: payments.provider(),
            amount,
            destination: self.destination.clone(),
            at_once: payments.at_once(),
            balance,
            line,
        };
        let mut facts = vec![used, created];
        if payments.at_once() {
            let wallet = crate::wallet::Wallet { balance, lines: line };
            facts.push(settled(order, user, OrderKind::Withdrawal, Word::Succeeded, true, amount, wallet));
        }
        Ok(facts)
    }

    pub(crate) fn reply(&self, state: &State) -> Reply {
        let (order, state, balance) = ordered(state, self.user, self.id);
        Reply::Withdrawn { order, state, amount: self.amount, balance }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::{HearOrder, SubmitOrder, TopUp},
        order::{OrderState, Payments},
        settings::Settings,
        trial::{Trial, check_order, id_from_the_future},
    };

    #[test]
    fn checks_come_in_this_order() {
        let mut trial =
            Trial::with(Settings { new_withdraw_max: Fen(500), new_withdraw_day_max: Fen(600), ..Settings::default() });
        let (ann, bob) = (trial.rich("ann", 1_000), trial.user("bob"));
        let used = trial.id();
        trial.must(TopUp { user: ann, id: used, amount: Fen(1) });
        let fine =
            Withdraw { user: ann, id: trial.id(), amount: Fen(500), destination: "6222 0000".into(), pass: None };
        let wrong = Withdraw { amount: Fen(0), destination: " ".into(), ..fine.clone() };
        let too_long = "x".repeat(201);
        check_order(
            &mut trial,
            vec![
                ("id reused, above all", Withdraw { id: used, ..wrong.clone() }, Err(Refusal::IdReused)),
                ("no UUIDv7", Withdraw { id: ClientId(1), ..wrong.clone() }, Err(Refusal::BadClientId)),
                ("far ahead", Withdraw { id: id_from_the_future(), ..wrong.clone() }, Err(Refusal::BadClientId)),
                ("user", Withdraw { user: UserId(1), ..wrong.clone() }, Err(Refusal::NoSuchUser)),
                ("nothing", wrong.clone(), Err(Refusal::AmountInvalid)),
                ("less", Withdraw { amount: Fen(i64::MIN), ..wrong.clone() }, Err(Refusal::AmountInvalid)),
                ("nowhere", Withdraw { amount: Fen(501), ..wrong.clone() }, Err(Refusal::DestinationInvalid)),
                (
                    "too far",
                    Withdraw { amount: Fen(501), destination: too_long, ..wrong.clone() },
                    Err(Refusal::DestinationInvalid),
                ),
                (
                    "several lines",
                    Withdraw { amount: Fen(501), destination: "a\nb".into(), ..wrong },
                    Err(Refusal::DestinationInvalid),
                ),
                ("limit", Withdraw { amount: Fen(501), ..fine.clone() }, Err(Refusal::LimitPerTransaction)),
                ("no PIN set", fine.clone(), Err(Refusal::PinNotSet)),
            ],
        );
        for user in [ann, bob] {
            trial.set_pin(user);
        }
        let (mine, bobs) = (Some(PinPass(trial.pass_try(ann))), Some(PinPass(trial.pass_try(bob))));
        let (second, poor) = (trial.id(), trial.id());
        check_order(
            &mut trial,
            vec![
                ("no PIN given", fine.clone(), Err(Refusal::PinRequired)),
                ("fine", Withdraw { pass: mine, ..fine.clone() }, Ok(())),
                ("again, without", fine.clone(), Ok(())),
                ("for the day", Withdraw { id: second, pass: mine, ..fine.clone() }, Err(Refusal::LimitPerDay)),
                ("no money", Withdraw { user: bob, id: poor, pass: bobs, ..fine }, Err(Refusal::InsufficientFunds)),
            ],
        );
        assert_eq!((trial.balance(ann), trial.held(ann)), (Fen(501), Fen::ZERO), "the sandbox settles at once");
    }

    /// Rules W2 and W8: held first, then with the provider or back.
    #[test]
    fn the_money_is_held_until_the_provider_says() {
        let mut trial = Trial::with(Settings { payments: Payments::Webhook, ..Settings::default() });
        let ann = trial.user("ann");
        let top_up = TopUp { user: ann, id: trial.id(), amount: Fen(1_000) };
        let Reply::ToppedUp { order, balance: Fen(0), state: OrderState::Created, .. } = trial.must(top_up) else {
            panic!("{:?}", trial.log)
        };
        trial.must(SubmitOrder { order });
        trial.must(HearOrder::says(order, Word::Succeeded, 1_000));
        assert_eq!(trial.balance(ann), Fen(1_000));
        trial.set_pin(ann);
        for (word, back) in [(Word::Failed, 300), (Word::Succeeded, 0), (Word::Returned, 300)] {
            let before = trial.balance(ann);
            let pass = Some(PinPass(trial.pass_try(ann)));
            let order = Withdraw { user: ann, id: trial.id(), amount: Fen(300), destination: "bank".into(), pass };
            let first = trial.must(order.clone());
            let Reply::Withdrawn { order: number, state: OrderState::Created, balance, .. } = first else {
                panic!("{first:?}")
            };
            assert_eq!((balance, trial.held(ann)), (before.minus(Fen(300)), Fen(300)));
            trial.must(SubmitOrder { order: number });
            trial.must(HearOrder::says(number, word, 300));
            assert_eq!((trial.balance(ann), trial.held(ann)), (balance.plus(Fen(back)), Fen::ZERO), "{word:?}");
            trial.again(order.clone(), &first);
            trial.forget_ids();
            trial.again(order.clone(), &first);
            let other = Withdraw { destination: "elsewhere".into(), ..order };
            assert_eq!(trial.run(other), Err(Refusal::IdReused));
        }
        assert_eq!(trial.state.meta.books.held, Fen::ZERO);
    }
}
