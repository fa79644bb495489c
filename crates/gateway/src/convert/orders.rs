use laisee_core::order::{Order, OrderKind, OrderState, Provider, Raised, Word};
use laisee_wire::v1;

use super::order;

/// An order as operators see it.
#[must_use]
pub fn order_for_operator(found: &Order, user_name: String) -> v1::OrderForOperator {
    let provider = match found.provider {
        Provider::Sandbox => v1::PaymentProvider::Sandbox,
        Provider::Webhook => v1::PaymentProvider::Webhook,
    };
    v1::OrderForOperator {
        order: Some(order(found)),
        user: found.user.0,
        user_name,
        provider: provider.into(),
        attempts: found.attempts,
        raised: found.raised.iter().map(raised).collect(),
    }
}

fn raised(raised: &Raised) -> v1::RaisedWord {
    v1::RaisedWord {
        word: provider_word(raised.word).into(),
        amount: raised.amount.0,
        reference: raised.reference.clone(),
        reason: raised.reason.clone(),
        at_ms: raised.at.0,
    }
}

#[must_use]
pub fn provider_word(word: Word) -> v1::ProviderWord {
    match word {
        Word::NotFound => v1::ProviderWord::NotFound,
        Word::Pending => v1::ProviderWord::Pending,
        Word::Succeeded => v1::ProviderWord::Succeeded,
        Word::Failed => v1::ProviderWord::Failed,
        Word::Returned => v1::ProviderWord::Returned,
    }
}

/// The state that is asked for; `None`: any.
#[must_use]
pub fn order_state(status: v1::OrderStatus) -> Option<OrderState> {
    match status {
        v1::OrderStatus::Unspecified => None,
        v1::OrderStatus::Created => Some(OrderState::Created),
        v1::OrderStatus::Unknown => Some(OrderState::Unknown),
        v1::OrderStatus::Submitted => Some(OrderState::Submitted),
        v1::OrderStatus::Succeeded => Some(OrderState::Succeeded),
        v1::OrderStatus::Failed => Some(OrderState::Failed),
        v1::OrderStatus::Returned => Some(OrderState::Returned),
    }
}

/// The kind that is asked for; `None`: any.
#[must_use]
pub fn order_kind(kind: v1::OrderKind) -> Option<OrderKind> {
    match kind {
        v1::OrderKind::Unspecified => None,
        v1::OrderKind::TopUp => Some(OrderKind::TopUp),
        v1::OrderKind::Withdrawal => Some(OrderKind::Withdrawal),
    }
}
