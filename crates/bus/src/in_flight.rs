use std::sync::atomic::{AtomicU32, Ordering};

use laisee_core::ids::PacketId;

const SLOTS: usize = 1 << 16;

/// Counts the requests in flight for each packet. Packets share a slot when their ids collide in its hash, which only
/// makes the cap bite a little early; a map under a lock would be exact and slower on the hottest path there is.
pub(crate) struct InFlight {
    slots: Box<[AtomicU32]>,
    cap: u32,
}

impl InFlight {
    pub(crate) fn new(cap: u32) -> Self {
        Self { slots: (0..SLOTS).map(|_| AtomicU32::new(0)).collect(), cap }
    }

    /// Takes a place, unless the cap is reached.
    pub(crate) fn enter(&self, packet: PacketId) -> bool {
        let slot = self.slot(packet);
        if slot.fetch_add(1, Ordering::Relaxed) >= self.cap {
            slot.fetch_sub(1, Ordering::Relaxed);
            return false;
        }
        true
    }

    pub(crate) fn leave(&self, packet: PacketId) {
        self.slot(packet).fetch_sub(1, Ordering::Relaxed);
    }

    fn slot(&self, packet: PacketId) -> &AtomicU32 {
        let hash = packet.0.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        &self.slots[(hash >> 48) as usize]
    }
}
