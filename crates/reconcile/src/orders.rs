//! Each order against its provider's word: whether the money moved on both sides or on neither, once, and as much.

use laisee_core::{
    fen::Fen,
    ids::{Millis, OrderId},
    order::{Order, OrderKind, OrderState, Word},
    reconciliation::{Difference, DifferenceKind, Place},
};

/// What a provider says of an order, asked after the order was read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Told {
    pub word: Word,
    /// What it takes the amount to be.
    pub amount: Option<Fen>,
    /// How often its list has the order as carried out; 1 at most where it is in order.
    pub times: u32,
}

/// Where an order's money stands on one side.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Money {
    /// It did not move, or came back.
    Home,
    /// It may move.
    Open,
    /// It has moved.
    Gone,
}

fn here(order: &Order) -> Money {
    match order.state {
        OrderState::Created | OrderState::Unknown | OrderState::Submitted => Money::Open,
        OrderState::Succeeded => Money::Gone,
        OrderState::Failed | OrderState::Returned => Money::Home,
    }
}

fn there(word: Word) -> Money {
    match word {
        Word::NotFound | Word::Failed | Word::Returned => Money::Home,
        Word::Pending => Money::Open,
        Word::Succeeded => Money::Gone,
    }
}

/// What differs between an order and its provider's word, if anything. None of it is taken for granted: the repair of one
/// that can be repaired asks the provider once more.
#[must_use]
pub fn compare(order: &Order, told: &Told) -> Option<DifferenceKind> {
    if told.times > 1 {
        return Some(DifferenceKind::OrderTwice);
    }
    if told.word != Word::NotFound && told.amount.is_some_and(|amount| amount != order.amount) {
        return Some(DifferenceKind::OrderAmount);
    }
    let withdrawal = order.kind == OrderKind::Withdrawal;
    match (here(order), there(told.word)) {
        // It had said that it has the order, and knows nothing of it any more.
        (Money::Open, Money::Home) if told.word == Word::NotFound => {
            (order.state == OrderState::Submitted).then_some(DifferenceKind::OrderLost)
        }
        // Money that never came cannot come back.
        (Money::Open, Money::Home) if told.word == Word::Returned && !withdrawal => Some(DifferenceKind::OrderUnpaid),
        (Money::Open, Money::Home | Money::Gone) => Some(DifferenceKind::OrderUnheard),
        (Money::Gone, Money::Home) if told.word == Word::Returned && withdrawal => Some(DifferenceKind::OrderUnheard),
        (Money::Gone, Money::Home | Money::Open) => Some(DifferenceKind::OrderUnpaid),
        (Money::Home, Money::Gone) if withdrawal => Some(DifferenceKind::OrderTwice),
        (Money::Home, Money::Gone) => Some(DifferenceKind::OrderUncredited),
        // A withdrawal whose money is back, and which may still be paid out.
        (Money::Home, Money::Open) if withdrawal => Some(DifferenceKind::OrderTwice),
        (Money::Open, Money::Open) | (Money::Gone, Money::Gone) | (Money::Home, Money::Home | Money::Open) => None,
    }
}

/// The difference between an order, read from the views at `place`, and its provider's word.
#[must_use]
pub fn difference(order: &Order, told: &Told, place: Place) -> Option<Difference> {
    let kind = compare(order, told)?;
    let found = match there(told.word) {
        Money::Gone => told.amount.unwrap_or(order.amount),
        Money::Home | Money::Open => Fen::ZERO,
    };
    let found = if kind == DifferenceKind::OrderAmount { told.amount.unwrap_or_default() } else { found };
    let said = match told.times {
        0 | 1 => format!("{:?}", told.word),
        times => format!("{:?}, {times} times", told.word),
    };
    let amount = told.amount.map_or(String::new(), |amount| format!(" with {} fen", amount.0));
    let words = format!(
        "order {}, a {} of {} fen, is {:?}; its provider says {said}{amount}",
        order.order,
        named(order.kind),
        order.amount.0,
        order.state
    );
    Some(of(order, kind, place, found, words))
}

/// An order that has waited for its end since before `since`, and of which the provider has said no last word.
#[must_use]
pub fn overdue(order: &Order, since: Millis, place: Place) -> Option<Difference> {
    let waits = here(order) == Money::Open && order.created_at < since;
    waits.then(|| {
        let words = format!(
            "order {}, a {} of {} fen, is {:?} since {} (ms), and its provider has not said the last word",
            order.order,
            named(order.kind),
            order.amount.0,
            order.state,
            order.created_at.0
        );
        of(order, DifferenceKind::OrderStuck, place, Fen::ZERO, words)
    })
}

/// What a provider's list has and nobody ordered.
#[must_use]
pub fn unfounded(number: &str, told: &Told, at: Millis, place: Place) -> Difference {
    let amount = told.amount.unwrap_or_default();
    Difference {
        kind: DifferenceKind::OrderUnfounded,
        subject: number.parse().unwrap_or_else(|_| laisee_core::ids::DifferenceId::of_key(number).0),
        user: None,
        place,
        other: None,
        at,
        expected: Fen::ZERO,
        found: amount,
        words: format!(
            "the provider has an order {number} of {} fen ({:?}) that nobody made here",
            amount.0, told.word
        ),
    }
}

fn of(order: &Order, kind: DifferenceKind, place: Place, found: Fen, words: String) -> Difference {
    Difference {
        kind,
        subject: order.order.0,
        user: Some(order.user),
        place,
        other: None,
        at: order.changed_at,
        expected: order.amount,
        found,
        words,
    }
}

fn named(kind: OrderKind) -> &'static str {
    match kind {
        OrderKind::TopUp => "top-up",
        OrderKind::Withdrawal => "withdrawal",
    }
}

/// Makes one of what a provider's list says of an order, which has each once.
#[must_use]
pub fn merged(entries: &[Told]) -> Option<Told> {
    let last = *entries.last()?;
    let carried_out = entries.iter().filter(|told| matches!(told.word, Word::Succeeded | Word::Returned)).count();
    Some(Told { times: u32::try_from(carried_out).unwrap_or(u32::MAX), ..last })
}

/// The order that a provider's number means; none: it is no number of ours.
#[must_use]
pub fn numbered(number: &str) -> Option<OrderId> {
    number.parse().ok().map(OrderId)
}

#[cfg(test)]
mod tests {
    use laisee_core::{
        ids::{Position, ShardId, UserId},
        order::Provider,
    };

    use super::*;

    fn order(kind: OrderKind, state: OrderState) -> Order {
        Order {
            order: OrderId(7),
            user: UserId(3),
            kind,
            provider: Provider::Webhook,
            amount: Fen(500),
            destination: String::new(),
            state,
            attempts: 1,
            reference: String::new(),
            reason: String::new(),
            created_at: Millis(1_000),
            changed_at: Millis(2_000),
            raised: vec![],
            asked: 0,
        }
    }

    fn told(word: Word) -> Told {
        Told { word, amount: Some(Fen(500)), times: 1 }
    }

    const WORDS: [Word; 5] = [Word::NotFound, Word::Pending, Word::Succeeded, Word::Failed, Word::Returned];

    /// Every state against every word; a dot: nothing differs.
    #[test]
    fn each_state_is_compared_with_each_word() {
        use DifferenceKind::{
            OrderLost as Lost, OrderTwice as Twice, OrderUncredited as Uncredited, OrderUnheard as Unheard,
            OrderUnpaid as Unpaid,
        };
        use OrderKind::{TopUp, Withdrawal};
        use OrderState::{Created, Failed, Returned, Submitted, Succeeded, Unknown};
        let (dot, some) = (None, Some);
        // not found, pending, succeeded, failed, returned
        let table = [
            (TopUp, Created, [dot, dot, some(Unheard), some(Unheard), some(Unpaid)]),
            (TopUp, Unknown, [dot, dot, some(Unheard), some(Unheard), some(Unpaid)]),
            (TopUp, Submitted, [some(Lost), dot, some(Unheard), some(Unheard), some(Unpaid)]),
            (TopUp, Succeeded, [some(Unpaid), some(Unpaid), dot, some(Unpaid), some(Unpaid)]),
            (TopUp, Failed, [dot, dot, some(Uncredited), dot, dot]),
            (Withdrawal, Created, [dot, dot, some(Unheard), some(Unheard), some(Unheard)]),
            (Withdrawal, Unknown, [dot, dot, some(Unheard), some(Unheard), some(Unheard)]),
            (Withdrawal, Submitted, [some(Lost), dot, some(Unheard), some(Unheard), some(Unheard)]),
            (Withdrawal, Succeeded, [some(Unpaid), some(Unpaid), dot, some(Unpaid), some(Unheard)]),
            (Withdrawal, Failed, [dot, some(Twice), some(Twice), dot, dot]),
            (Withdrawal, Returned, [dot, some(Twice), some(Twice), dot, dot]),
        ];
        for (kind, state, expected) in table {
            let found = WORDS.map(|word| compare(&order(kind, state), &told(word)));
            assert_eq!(found, expected, "{kind:?} {state:?}");
        }
    }

    #[test]
    fn another_amount_and_a_second_payment_come_before_all_else() {
        let order = order(OrderKind::Withdrawal, OrderState::Succeeded);
        let amount = Told { amount: Some(Fen(501)), ..told(Word::Succeeded) };
        assert_eq!(compare(&order, &amount), Some(DifferenceKind::OrderAmount));
        assert_eq!(compare(&order, &Told { amount: None, ..amount }), None, "it need not say");
        let twice = merged(&[told(Word::Succeeded), told(Word::Pending), told(Word::Succeeded)]).unwrap();
        assert_eq!((twice.times, compare(&order, &twice)), (2, Some(DifferenceKind::OrderTwice)));
        let place = Place { shard: ShardId(0), position: Position(9) };
        let found = difference(&order, &amount, place).unwrap();
        assert_eq!((found.subject, found.expected, found.found), (7, Fen(500), Fen(501)));
        assert!(found.words.contains("withdrawal of 500 fen"), "{}", found.words);
    }

    #[test]
    fn what_is_open_for_too_long_is_stuck() {
        let place = Place { shard: ShardId(0), position: Position(9) };
        for (state, stuck) in [(OrderState::Unknown, true), (OrderState::Created, true), (OrderState::Failed, false)] {
            let found = overdue(&order(OrderKind::TopUp, state), Millis(1_001), place);
            assert_eq!(found.is_some(), stuck, "{state:?}");
        }
        assert_eq!(overdue(&order(OrderKind::TopUp, OrderState::Unknown), Millis(1_000), place), None);
    }
}
