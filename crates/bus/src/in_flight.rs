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
        // Whoever entered before all were forgotten leaves a place that is free already.
        let _ = self.slot(packet).fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1));
    }

    pub(crate) fn forget_all(&self) {
        self.slots.iter().for_each(|slot| slot.store(0, Ordering::Relaxed));
    }

    fn slot(&self, packet: PacketId) -> &AtomicU32 {
        let hash = packet.0.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        &self.slots[(hash >> 48) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_has_so_many_places_and_no_more() {
        let in_flight = InFlight::new(2);
        let (one, other) = (PacketId(1), PacketId(2));
        assert!(in_flight.enter(one) && in_flight.enter(one));
        assert!(!in_flight.enter(one), "full");
        assert!(in_flight.enter(other), "of another packet");
        in_flight.leave(one);
        assert!(in_flight.enter(one) && !in_flight.enter(one));
    }

    #[test]
    fn who_leaves_after_all_were_forgotten_frees_nothing() {
        let (in_flight, packet) = (InFlight::new(1), PacketId(1));
        assert!(in_flight.enter(packet));
        in_flight.forget_all();
        in_flight.leave(packet);
        assert!(in_flight.enter(packet) && !in_flight.enter(packet));
    }
}
