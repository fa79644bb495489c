use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use laisee_core::push::Push;
use tokio::sync::Notify;

use crate::Outcome;

/// The number of a gateway in this process.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct GatewayId(pub u16);

/// What a shard hands to a gateway.
#[derive(Clone, Debug)]
pub enum Delivery {
    Reply { ticket: u64, outcome: Outcome },
    Push(Arc<Push>),
}

/// The most deliveries that wait for a gateway before pushes are dropped (and it is told so). Replies always fit:
/// there are never more than requests in flight.
const PUSHES_MAX: usize = 100_000;

/// Where deliveries wait for their gateway. A whole batch goes in under one lock and wakes the gateway once.
#[derive(Default)]
pub(crate) struct GatewayPort {
    waiting: Mutex<Vec<Delivery>>,
    lost: AtomicBool,
    notify: Notify,
}

impl GatewayPort {
    pub(crate) fn deliver(&self, deliveries: &mut Vec<Delivery>) {
        {
            let mut waiting = self.waiting.lock().expect("no panic while the lock is held");
            if waiting.len() + deliveries.len() > PUSHES_MAX {
                deliveries.retain(|delivery| matches!(delivery, Delivery::Reply { .. }));
                self.lost.store(true, Ordering::Release);
            }
            waiting.append(deliveries);
        }
        self.notify.notify_one();
    }
}

/// A gateway's end of its port.
pub struct GatewayInbox {
    pub(crate) port: Arc<GatewayPort>,
}

impl GatewayInbox {
    /// Waits until there is something, and takes all of it. The flag says that pushes were dropped since the last
    /// call: every session must be told to sync. Safe to cancel.
    pub async fn take(&self, into: &mut Vec<Delivery>) -> bool {
        loop {
            {
                let mut waiting = self.port.waiting.lock().expect("no panic while the lock is held");
                if !waiting.is_empty() {
                    std::mem::swap(&mut *waiting, into);
                    return self.port.lost.swap(false, Ordering::AcqRel);
                }
            }
            self.port.notify.notified().await;
        }
    }
}
