//! Live connections. [`session`] is the state machine of one connection, [`encoding`] turns bytes into frames and back;
//! both are pure. [`hub`] knows all connections of this gateway, [`requests`] brings what they ask to the shards, and
//! [`deliver`] hands them what the shards send; [`socket`] moves the bytes of one.

mod deliver;
pub mod encoding;
mod ended;
mod hub;
mod outbox;
mod pending;
mod requests;
pub mod session;
mod socket;
mod unacknowledged;

use std::{
    cell::{Cell, RefCell},
    task::Waker,
};

pub use encoding::Encoding;
pub use hub::Hub;
pub use socket::run;

use self::{
    outbox::Outbox,
    session::{CloseCode, Session},
    unacknowledged::Unacknowledged,
};
use crate::{GatewayConfig, handle::Identity};

/// One live connection, as the whole gateway knows it.
pub struct Connection {
    number: u32,
    session: RefCell<Session>,
    outbox: Outbox,
    /// Wakes the connection's task: frames wait, or it is to close.
    waker: Waker,
    closing: Cell<Option<CloseCode>>,
    /// Whether frames wait for others to go with.
    waits_for_company: Cell<bool>,
    /// Requests in work.
    in_flight: Cell<u32>,
    unacknowledged: RefCell<Unacknowledged>,
}

impl Connection {
    fn new(number: u32, encoding: Encoding, config: &GatewayConfig, now_ms: i64, waker: Waker) -> Self {
        Self {
            number,
            session: RefCell::new(Session::new(encoding, config, now_ms)),
            outbox: Outbox::default(),
            waker,
            closing: Cell::new(None),
            waits_for_company: Cell::new(false),
            in_flight: Cell::new(0),
            unacknowledged: RefCell::default(),
        }
    }

    fn encoding(&self) -> Encoding {
        self.session.borrow().encoding
    }

    fn identity(&self) -> Option<Identity> {
        self.session.borrow().identity()
    }

    /// Asks its task to say goodbye. Of several reasons the first is told.
    fn close(&self, code: CloseCode) {
        if self.closing.get().is_none() {
            self.closing.set(Some(code));
        }
        self.waker.wake_by_ref();
    }

    fn busy(&self) -> bool {
        self.in_flight.get() > 0
    }

    fn begin(&self) {
        self.in_flight.set(self.in_flight.get() + 1);
    }

    fn end(&self) {
        self.in_flight.set(self.in_flight.get() - 1);
    }
}
