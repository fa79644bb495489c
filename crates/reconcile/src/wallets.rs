//! Each wallet's lines follow one another.

use std::collections::{BTreeMap, VecDeque};

use laisee_core::{
    fen::Fen,
    ids::{Millis, UserId},
    reconciliation::{Difference, DifferenceKind, Place},
};

use crate::reading::Line;

/// The last line of those wallets that moved last. A wallet that was let go of is taken up again where its next line
/// says that it stands; the views' lines are compared one by one anyway.
#[derive(Debug, Default)]
pub struct Wallets {
    last: BTreeMap<UserId, (u64, Fen)>,
    order: VecDeque<UserId>,
    max: usize,
}

impl Wallets {
    #[must_use]
    pub fn new(max: usize) -> Self {
        Self { max, ..Self::default() }
    }

    pub fn take(&mut self, line: Line, at: Millis, place: Place, differ: &mut impl FnMut(Difference)) {
        let before = self.last.insert(line.user, (line.number, line.balance));
        if before.is_none() {
            self.order.push_back(line.user);
            if self.order.len() > self.max
                && let Some(oldest) = self.order.pop_front()
            {
                self.last.remove(&oldest);
            }
        }
        let first = (line.number == 1).then_some((0, Fen::ZERO));
        let Some((number, stood)) = before.or(first) else { return };
        let expected = stood.plus(line.amount);
        if line.number != number + 1 || line.balance != expected || line.balance < Fen::ZERO {
            differ(Difference {
                kind: DifferenceKind::WalletChain,
                subject: line.user.0,
                user: Some(line.user),
                place,
                other: None,
                at,
                expected,
                found: line.balance,
                words: format!(
                    "line {} of user {} moves {} fen and leaves {}; line {number} left {}",
                    line.number, line.user, line.amount.0, line.balance.0, stood.0
                ),
            });
        }
    }
}
