//! A provider that moves no money anywhere. For trying things out.

use std::time::{SystemTime, UNIX_EPOCH};

use laisee_core::order::{Order, Word};

use crate::provider::{Page, Provider, Said, Span, Unheard};

/// Takes everything and settles it so long after it was ordered. (One that settles at once needs no cashier: the shard
/// does it with the order.)
pub struct Sandbox {
    pub settle_ms: i64,
}

impl Sandbox {
    fn says(&self, order: &Order, now_ms: i64) -> Said {
        let settled = now_ms >= order.created_at.plus(self.settle_ms).0;
        let word = if settled { Word::Succeeded } else { Word::Pending };
        Said { word, amount: Some(order.amount), reference: format!("sandbox-{}", order.order), reason: String::new() }
    }
}

impl Provider for Sandbox {
    fn submit(&self, order: &Order) -> Result<Said, Unheard> {
        self.ask(order)
    }

    fn ask(&self, order: &Order) -> Result<Said, Unheard> {
        Ok(self.says(order, now_ms()))
    }

    fn list(&self, _: Span, _: &str) -> Result<Option<Page>, Unheard> {
        Ok(None)
    }
}

pub(crate) fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}
