//! Commands on their way to shards, and whom to tell of their outcomes. No task waits for one.

use std::{rc::Rc, time::Instant};

use super::Connection;
use crate::convert::RequestKind;

/// Who waits for the outcome of a command.
pub struct Waiting {
    pub connection: Rc<Connection>,
    pub request: u32,
    pub kind: RequestKind,
    pub since: Instant,
}

/// A ticket names a place and the turn it was given in, so that an outcome that comes after the deadline is not taken
/// for that of whoever has the place now.
#[derive(Default)]
pub struct Pending {
    places: Vec<Place>,
    free: Vec<u32>,
}

#[derive(Default)]
struct Place {
    turn: u32,
    waiting: Option<Waiting>,
}

impl Pending {
    /// The ticket of somebody who begins to wait.
    pub fn begin(&mut self, waiting: Waiting) -> u64 {
        let index = self.free.pop().unwrap_or_else(|| {
            self.places.push(Place::default());
            (self.places.len() - 1) as u32
        });
        let place = &mut self.places[index as usize];
        place.waiting = Some(waiting);
        (u64::from(place.turn) << 32) | u64::from(index)
    }

    /// Who waited with this ticket; `None`: nobody does any more.
    pub fn end(&mut self, ticket: u64) -> Option<Waiting> {
        let (turn, index) = ((ticket >> 32) as u32, ticket as u32);
        let place = self.places.get_mut(index as usize)?;
        if place.turn != turn {
            return None;
        }
        let waiting = place.waiting.take()?;
        place.turn = place.turn.wrapping_add(1);
        self.free.push(index);
        Some(waiting)
    }

    /// Ends the waiting of all who began before a moment.
    pub fn overdue(&mut self, began_before: Instant) -> Vec<Waiting> {
        let late = |place: &Place| place.waiting.as_ref().is_some_and(|waiting| waiting.since < began_before);
        let places = self.places.iter().enumerate();
        let tickets: Vec<u64> = places
            .filter(|(_, place)| late(place))
            .map(|(index, place)| (u64::from(place.turn) << 32) | index as u64)
            .collect();
        tickets.into_iter().filter_map(|ticket| self.end(ticket)).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::{task::Waker, time::Duration};

    use super::*;
    use crate::{GatewayConfig, connection::Encoding};

    fn waiting(request: u32, since: Instant) -> Waiting {
        let connection =
            Rc::new(Connection::new(1, Encoding::Protobuf, &GatewayConfig::default(), 0, Waker::noop().clone()));
        Waiting { connection, request, kind: RequestKind::OpenPacket, since }
    }

    #[test]
    fn an_outcome_finds_who_waits_once() {
        let mut pending = Pending::default();
        let now = Instant::now();
        let (a, b) = (pending.begin(waiting(1, now)), pending.begin(waiting(2, now)));
        assert_eq!(pending.end(b).map(|waiting| waiting.request), Some(2));
        assert!(pending.end(b).is_none());
        assert_eq!(pending.end(a).map(|waiting| waiting.request), Some(1));
        assert!(pending.end(u64::MAX).is_none());
    }

    /// Rule C9.
    #[test]
    fn an_outcome_after_the_deadline_goes_to_nobody() {
        let mut pending = Pending::default();
        let now = Instant::now();
        let late = pending.begin(waiting(1, now));
        let young = pending.begin(waiting(2, now + Duration::from_secs(5)));
        let over: Vec<u32> =
            pending.overdue(now + Duration::from_secs(1)).iter().map(|waiting| waiting.request).collect();
        assert_eq!(over, [1]);
        let next = pending.begin(waiting(3, now));
        assert!(pending.end(late).is_none(), "the place has another owner now");
        assert_eq!(pending.end(next).map(|waiting| waiting.request), Some(3));
        assert_eq!(pending.end(young).map(|waiting| waiting.request), Some(2));
    }
}
