use super::{Order, OrderKind, OrderState, Word};
use crate::{
    Context, State,
    command::Reply,
    cut::Key,
    fact::Fact,
    fen::Fen,
    ids::{OrderId, UserId},
    refusal::Refusal,
    wallet::Wallet,
};

/// What the provider says of an order: in its answer, when asked, or by itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HearOrder {
    pub order: OrderId,
    pub word: Word,
    /// What the provider takes the order's amount to be; `None`: it did not say.
    pub amount: Option<Fen>,
    /// The provider's own number, and why it says so; may be empty.
    pub reference: String,
    pub reason: String,
}

/// What the provider's words may be long.
const WORDS_CHARS_MAX: usize = 200;

/// What becomes of a word.
enum Effect {
    Pending,
    NotFound,
    Settle { held: bool },
    Known,
    Raise,
}

impl HearOrder {
    pub(crate) fn needs(&self, state: &State, keys: &mut Vec<Key>) {
        keys.push(Key::Order(self.order));
        if let Some(order) = state.orders.peek(&self.order) {
            keys.push(Key::Wallet(order.user));
            keys.push(Key::Guard(order.user));
        }
    }

    pub(crate) fn decide(&self, state: &State, _context: &Context) -> Result<Vec<Fact>, Refusal> {
        let order = state.orders.get(&self.order).ok_or(Refusal::NoSuchOrder)?;
        let (reference, reason) = (shortened(&self.reference), shortened(&self.reason));
        Ok(match self.effect(order) {
            Effect::Known => vec![],
            Effect::Pending => vec![Fact::OrderPending { order: self.order, reference }],
            Effect::NotFound => vec![Fact::OrderNotFound { order: self.order }],
            Effect::Settle { held } => {
                let wallet = state.wallets.get(&order.user).copied().unwrap_or_default();
                let fact = settled(self.order, order.user, order.kind, self.word, held, order.amount, wallet);
                vec![worded(fact, reference, reason)]
            }
            Effect::Raise => {
                let amount = self.amount.unwrap_or(order.amount);
                let same = |raised: &super::Raised| (raised.word, raised.amount) == (self.word, amount);
                if order.raised.as_ref().is_some_and(same) {
                    return Ok(vec![]);
                }
                vec![Fact::OrderRaised { order: self.order, word: self.word, amount, reference, reason }]
            }
        })
    }

    fn effect(&self, order: &Order) -> Effect {
        if self.amount.is_some_and(|amount| amount != order.amount) {
            return Effect::Raise;
        }
        let withdrawal = order.kind == OrderKind::Withdrawal;
        match (order.state, self.word) {
            (OrderState::Created | OrderState::Unknown, Word::Pending) => Effect::Pending,
            (OrderState::Unknown, Word::NotFound) => Effect::NotFound,
            (OrderState::Created, Word::NotFound) | (OrderState::Submitted, Word::Pending) => Effect::Known,
            (OrderState::Created | OrderState::Unknown | OrderState::Submitted, Word::Succeeded | Word::Failed) => {
                Effect::Settle { held: withdrawal }
            }
            (OrderState::Created | OrderState::Unknown | OrderState::Submitted, Word::Returned) if withdrawal => {
                Effect::Settle { held: true }
            }
            (OrderState::Succeeded, Word::Returned) if withdrawal => Effect::Settle { held: false },
            // "Pending" of what has ended is an older word that came late; it contradicts nothing.
            (state, Word::Pending) if state.settled() => Effect::Known,
            (OrderState::Succeeded, Word::Succeeded)
            | (OrderState::Failed, Word::Failed)
            | (OrderState::Returned, Word::Returned | Word::Succeeded) => Effect::Known,
            _ => Effect::Raise,
        }
    }

    pub(crate) fn reply(&self, state: &State, applied: bool) -> Reply {
        let order = state.orders.get(&self.order).expect("it was decided on");
        Reply::OrderStands { order: self.order, state: order.state, applied }
    }
}

/// The end of an order. `held`: its money is held, and has not gone to the provider.
pub(super) fn settled(
    order: OrderId,
    user: UserId,
    kind: OrderKind,
    outcome: Word,
    held: bool,
    amount: Fen,
    wallet: Wallet,
) -> Fact {
    let credits = match kind {
        OrderKind::TopUp => outcome == Word::Succeeded,
        OrderKind::Withdrawal => outcome != Word::Succeeded,
    };
    let (balance, line) =
        if credits { (wallet.balance.plus(amount), wallet.lines + 1) } else { (wallet.balance, wallet.lines) };
    let (reference, reason) = (String::new(), String::new());
    Fact::OrderSettled { order, user, kind, outcome, held, amount, reference, reason, balance, line }
}

fn worded(mut fact: Fact, its_reference: String, its_reason: String) -> Fact {
    if let Fact::OrderSettled { reference, reason, .. } = &mut fact {
        (*reference, *reason) = (its_reference, its_reason);
    }
    fact
}

fn shortened(words: &str) -> String {
    words.chars().filter(|char| !char.is_control()).take(WORDS_CHARS_MAX).collect()
}

#[cfg(test)]
impl HearOrder {
    pub fn says(order: OrderId, word: Word, amount: i64) -> Self {
        Self { order, word, amount: Some(Fen(amount)), reference: "p1".into(), reason: String::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::{SubmitOrder, Withdraw},
        guard::PinPass,
        order::Payments,
        settings::Settings,
        trial::Trial,
    };

    const WORDS: [Word; 5] = [Word::NotFound, Word::Pending, Word::Succeeded, Word::Failed, Word::Returned];

    fn stands(trial: &Trial, order: OrderId) -> (OrderState, Option<Word>) {
        let order = trial.state.orders.get(&order).unwrap();
        (order.state, order.raised.as_ref().map(|raised| raised.word))
    }

    /// An order for 300 fen out of 1,000, which the provider may have.
    fn withdrawal() -> (Trial, UserId, OrderId) {
        let (mut trial, ann, top_up) = Trial::with_order(1_000);
        trial.must(SubmitOrder { order: top_up });
        trial.must(HearOrder::says(top_up, Word::Succeeded, 1_000));
        trial.set_pin(ann);
        let pass = Some(PinPass(trial.pass_try(ann)));
        let withdraw = Withdraw { user: ann, id: trial.id(), amount: Fen(300), destination: "bank".into(), pass };
        let Reply::Withdrawn { order, .. } = trial.must(withdraw) else { panic!("{:?}", trial.log) };
        trial.must(SubmitOrder { order });
        (trial, ann, order)
    }

    #[test]
    fn an_order_that_is_none_is_refused() {
        let mut trial = Trial::new();
        assert_eq!(trial.run(HearOrder::says(OrderId(1), Word::Pending, 1)), Err(Refusal::NoSuchOrder));
    }

    /// Every word after every word: money moves once, and what does not fit is raised.
    #[test]
    fn a_top_up_has_one_end_whatever_comes_in_whatever_order() {
        use OrderState::{Failed, Submitted, Succeeded, Unknown};
        let created = OrderState::Created;
        for (first, after_first) in [
            (Word::NotFound, created),
            (Word::Pending, Submitted),
            (Word::Succeeded, Succeeded),
            (Word::Failed, Failed),
            (Word::Returned, Unknown),
        ] {
            for second in WORDS {
                let (mut trial, ann, order) = Trial::with_order(700);
                trial.must(SubmitOrder { order });
                trial.must(HearOrder::says(order, first, 700));
                let raised = (first == Word::Returned).then_some(Word::Returned);
                assert_eq!(stands(&trial, order), (after_first, raised), "{first:?}");
                trial.must(HearOrder::says(order, second, 700));
                let (state, raised) = stands(&trial, order);
                if after_first.settled() {
                    assert_eq!(state, after_first, "{first:?}, then {second:?}");
                    assert_eq!(raised.is_some(), second != first && second != Word::Pending, "{first:?}, {second:?}");
                }
                let credited = if state == Succeeded { 700 } else { 0 };
                assert_eq!(trial.balance(ann), Fen(credited), "{first:?}, then {second:?}");
            }
        }
    }

    #[test]
    fn a_withdrawal_that_bounced_comes_back_once() {
        let (mut trial, ann, order) = withdrawal();
        for (word, balance) in [
            (Word::Succeeded, 700),
            (Word::Succeeded, 700),
            (Word::Returned, 1_000),
            (Word::Returned, 1_000),
            (Word::Failed, 1_000),
        ] {
            trial.must(HearOrder::says(order, word, 300));
            assert_eq!((trial.balance(ann), trial.held(ann)), (Fen(balance), Fen::ZERO), "{word:?}");
        }
        assert_eq!(stands(&trial, order), (OrderState::Returned, Some(Word::Failed)));
    }

    #[test]
    fn another_amount_is_never_applied() {
        let (mut trial, ann, order) = withdrawal();
        let before = trial.log.len();
        for _ in 0..2 {
            trial.must(HearOrder::says(order, Word::Failed, 299));
        }
        assert_eq!(stands(&trial, order), (OrderState::Unknown, Some(Word::Failed)));
        assert_eq!((trial.balance(ann), trial.held(ann)), (Fen(700), Fen(300)));
        assert_eq!(trial.log.len(), before + 1, "the same word is raised once");
    }

    #[test]
    fn the_sandbox_at_once_needs_no_word() {
        assert!(Payments::default().at_once());
        let mut trial = Trial::with(Settings::default());
        trial.rich("ann", 5);
        let order = trial.orders()[0];
        assert_eq!(stands(&trial, order), (OrderState::Succeeded, None));
        trial.must(HearOrder::says(order, Word::Succeeded, 5));
        assert_eq!(stands(&trial, order), (OrderState::Succeeded, None));
    }

    #[test]
    fn a_providers_words_are_cut_to_size() {
        let (mut trial, _, order) = withdrawal();
        let long = HearOrder { reason: "r\n".repeat(500), ..HearOrder::says(order, Word::Failed, 300) };
        trial.must(long);
        assert_eq!(trial.state.orders.get(&order).unwrap().reason, "r".repeat(200));
    }
}
