use super::{Order, OrderKind, OrderState, RAISED_MAX, Word};
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
    /// `held`: its money is held, and goes to the provider or back.
    Settle {
        held: bool,
    },
    /// It says nothing new.
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
                // Against all that were raised: two words that come by turns are two.
                let said = order.raised.iter().any(|raised| (raised.word, raised.amount) == (self.word, amount));
                if said || order.raised.len() >= RAISED_MAX {
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

    /// How an order stands, and what was raised of it.
    fn stands(trial: &Trial, order: OrderId) -> (OrderState, Vec<Word>) {
        let order = trial.state.orders.get(&order).unwrap();
        (order.state, order.raised.iter().map(|raised| raised.word).collect())
    }

    /// An order for 300 fen out of 1,000.
    fn withdrawal() -> (Trial, UserId, OrderId) {
        let (mut trial, ann, top_up) = Trial::with_order(1_000);
        trial.must(SubmitOrder { order: top_up });
        trial.must(HearOrder::says(top_up, Word::Succeeded, 1_000));
        trial.set_pin(ann);
        let pass = Some(PinPass(trial.pass_try(ann)));
        let withdraw = Withdraw { user: ann, id: trial.id(), amount: Fen(300), destination: "bank".into(), pass };
        let Reply::Withdrawn { order, .. } = trial.must(withdraw) else { panic!("{:?}", trial.log) };
        (trial, ann, order)
    }

    #[test]
    fn an_order_that_is_none_is_refused() {
        let mut trial = Trial::new();
        assert_eq!(trial.run(HearOrder::says(OrderId(1), Word::Pending, 1)), Err(Refusal::NoSuchOrder));
    }

    /// An order of 300 fen in this state; a withdrawal is one of Ann's 1,000.
    fn in_state(kind: OrderKind, state: OrderState) -> (Trial, UserId, OrderId) {
        let (mut trial, ann, order) = match kind {
            OrderKind::TopUp => Trial::with_order(300),
            OrderKind::Withdrawal => withdrawal(),
        };
        if state != OrderState::Created {
            trial.must(SubmitOrder { order });
        }
        let words: &[Word] = match state {
            OrderState::Created | OrderState::Unknown => &[],
            OrderState::Submitted => &[Word::Pending],
            OrderState::Succeeded => &[Word::Succeeded],
            OrderState::Failed => &[Word::Failed],
            OrderState::Returned => &[Word::Succeeded, Word::Returned],
        };
        for word in words {
            trial.must(HearOrder::says(order, *word, 300));
        }
        assert_eq!(stands(&trial, order), (state, vec![]));
        (trial, ann, order)
    }

    /// What becomes of it: `-` nothing, `!` raised, a letter: the state it is in then.
    fn effect_of(kind: OrderKind, before: OrderState, word: Word) -> char {
        let (mut trial, ann, order) = in_state(kind, before);
        trial.must(HearOrder::says(order, word, 300));
        let (after, raised) = stands(&trial, order);
        let effect = match (after == before, raised.as_slice()) {
            (true, []) => '-',
            (true, [raised]) if *raised == word => '!',
            (false, []) => match after {
                OrderState::Created => 'c',
                OrderState::Submitted => 's',
                OrderState::Succeeded => 'S',
                OrderState::Failed => 'F',
                OrderState::Returned => 'R',
                OrderState::Unknown => panic!("no word makes an order unknown"),
            },
            other => panic!("{kind:?} {before:?} {word:?}: {other:?}"),
        };
        // The money is where the state says.
        let (balance, held) = match (kind, after) {
            (OrderKind::TopUp, OrderState::Succeeded) => (300, 0),
            (OrderKind::TopUp, _) => (0, 0),
            (OrderKind::Withdrawal, OrderState::Succeeded) => (700, 0),
            (OrderKind::Withdrawal, OrderState::Failed | OrderState::Returned) => (1_000, 0),
            (OrderKind::Withdrawal, _) => (700, 300),
        };
        assert_eq!((trial.balance(ann), trial.held(ann)), (Fen(balance), Fen(held)), "{kind:?} {before:?} {word:?}");
        // The same word again, and with another amount: the first is nothing new, the second never applied.
        let (log, standing) = (trial.log.len(), stands(&trial, order));
        if effect != 'c' {
            trial.must(HearOrder::says(order, word, 300));
            assert_eq!((trial.log.len(), stands(&trial, order)), (log, standing.clone()), "{before:?} {word:?} again");
        }
        trial.must(HearOrder::says(order, word, 299));
        assert_eq!(stands(&trial, order).0, after, "{before:?} {word:?} of another amount");
        assert_eq!(stands(&trial, order).1.len(), standing.1.len() + 1, "{before:?} {word:?} of another amount");
        assert_eq!((trial.balance(ann), trial.held(ann)), (Fen(balance), Fen(held)), "{kind:?} {before:?} {word:?}");
        effect
    }

    /// Rules W2 and W8: every word in every state.
    #[test]
    fn what_becomes_of_every_word_in_every_state() {
        use OrderState::{Created, Failed, Returned, Submitted, Succeeded, Unknown};
        // In the order of WORDS: not found, pending, succeeded, failed, returned.
        for (kind, state, expected) in [
            (OrderKind::TopUp, Created, "- s S F !"),
            (OrderKind::TopUp, Unknown, "c s S F !"),
            (OrderKind::TopUp, Submitted, "! - S F !"),
            (OrderKind::TopUp, Succeeded, "! - - ! !"),
            (OrderKind::TopUp, Failed, "! - ! - !"),
            // A top-up is never returned: there is no such row.
            (OrderKind::Withdrawal, Created, "- s S F R"),
            (OrderKind::Withdrawal, Unknown, "c s S F R"),
            (OrderKind::Withdrawal, Submitted, "! - S F R"),
            (OrderKind::Withdrawal, Succeeded, "! - - ! R"),
            (OrderKind::Withdrawal, Failed, "! - ! - !"),
            (OrderKind::Withdrawal, Returned, "! - - ! -"),
        ] {
            let effects: Vec<String> = WORDS.map(|word| effect_of(kind, state, word).to_string()).into();
            assert_eq!(effects.join(" "), expected, "{kind:?} {state:?}");
        }
    }

    /// Words that come by turns are each raised once, and a provider that never ends does not fill the log.
    #[test]
    fn each_word_that_does_not_fit_is_raised_once() {
        let (mut trial, ann, order) = in_state(OrderKind::Withdrawal, OrderState::Failed);
        let before = trial.log.len();
        for _ in 0..3 {
            for word in [Word::Succeeded, Word::Returned, Word::NotFound] {
                trial.must(HearOrder::says(order, word, 300));
            }
        }
        assert_eq!(stands(&trial, order).1, [Word::Succeeded, Word::Returned, Word::NotFound]);
        assert_eq!(trial.log.len(), before + 3);
        for amount in 1..200 {
            trial.must(HearOrder::says(order, Word::Succeeded, amount));
        }
        assert_eq!((stands(&trial, order).1.len(), trial.log.len()), (RAISED_MAX, before + RAISED_MAX));
        assert_eq!(trial.balance(ann), Fen(1_000));
        let replayed = trial.replayed();
        assert_eq!(replayed.orders.peek(&order), trial.state.orders.peek(&order), "as it stands after a restart");
    }

    #[test]
    fn a_withdrawal_that_bounced_comes_back_once() {
        let (mut trial, ann, order) = in_state(OrderKind::Withdrawal, OrderState::Unknown);
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
        assert_eq!(stands(&trial, order), (OrderState::Returned, vec![Word::Failed]));
    }

    #[test]
    fn the_sandbox_at_once_needs_no_word() {
        assert!(Payments::default().at_once());
        let mut trial = Trial::with(Settings::default());
        trial.rich("ann", 5);
        let order = trial.orders()[0];
        assert_eq!(stands(&trial, order), (OrderState::Succeeded, vec![]));
        trial.must(HearOrder::says(order, Word::Succeeded, 5));
        assert_eq!(stands(&trial, order), (OrderState::Succeeded, vec![]));
    }

    #[test]
    fn a_providers_words_are_cut_to_size() {
        let (mut trial, _, order) = in_state(OrderKind::Withdrawal, OrderState::Unknown);
        let long = HearOrder { reason: "r\n".repeat(500), ..HearOrder::says(order, Word::Failed, 300) };
        trial.must(long);
        assert_eq!(trial.state.orders.get(&order).unwrap().reason, "r".repeat(200));
    }
}
