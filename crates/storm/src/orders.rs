//! Money into wallets and out of them, and the PIN that the server asks for.

use std::time::Duration;

use laisee_client::{
    ClientError, Request,
    device::{Jitter, mint},
};
use laisee_wire::v1::{ErrorCode, GetOrder, OrderStatus, SendPacket, SendTransfer, SetPin, TopUp, Withdraw};
use tokio::time::{Instant, sleep};

use crate::{
    audit::ended,
    cast::unix_ms,
    insist::insist,
    ledger::Entry,
    player::{Player, lock},
};

/// How often one request is sent again because of the PIN.
const PIN_ROUNDS: u32 = 4;
/// Between two looks at an order that is under way: at first, and at most.
const LOOK_MIN: Duration = Duration::from_millis(20);
const LOOK_MAX: Duration = Duration::from_millis(500);

/// A request that may need the PIN.
pub(crate) trait Guarded: Request + Clone {
    fn with_pin(self, pin: String) -> Self;
}

impl Guarded for SendPacket {
    fn with_pin(self, pin: String) -> Self {
        Self { pin, ..self }
    }
}

impl Guarded for SendTransfer {
    fn with_pin(self, pin: String) -> Self {
        Self { pin, ..self }
    }
}

impl Guarded for Withdraw {
    fn with_pin(self, pin: String) -> Self {
        Self { pin, ..self }
    }
}

impl Player {
    /// Sends a request until it is answered for good, with the PIN as soon as the server asks for it.
    pub(crate) async fn pay<R: Guarded>(&self, mut request: R, dice: &mut Jitter) -> Result<R::Answer, ClientError> {
        for _ in 0..PIN_ROUNDS {
            let mut insist = Self::insist(dice);
            let answer = insist!(insist, self.link.call(request.clone()), |error: &ClientError| self.failed(error));
            let error = match answer {
                Err(error @ ClientError::Refused(_)) => error,
                other => return other,
            };
            match error.code() {
                Some(ErrorCode::PinRequired) => {}
                Some(ErrorCode::PinNotSet) => self.set_pin(dice).await?,
                Some(ErrorCode::PinWrong) => {
                    self.found("W5", format!("user {}: the right PIN is wrong", self.seat.person.user));
                    return Err(error);
                }
                _ => return Err(error),
            }
            self.failed(&error);
            request = request.with_pin(self.pin());
        }
        Err(ClientError::Unexpected("the PIN was given and is asked for again and again".into()))
    }

    /// Six digits of this user's own, none of the easy ones.
    fn pin(&self) -> String {
        format!("13{:04}", self.seat.person.user % 10_000)
    }

    pub(crate) async fn set_pin(&self, dice: &mut Jitter) -> Result<(), ClientError> {
        let password = self.seat.person.password.clone();
        let request = SetPin { pin: self.pin(), current_pin: String::new(), password };
        let mut insist = Self::insist(dice);
        let pin = insist!(insist, self.link.call(request.clone()), |error: &ClientError| self.failed(error))?;
        if !pin.set {
            self.found("W5", format!("user {}: a PIN was set and is not there", self.seat.person.user));
        }
        Ok(())
    }

    /// Each top-up of a user has another amount, so that one that was done twice is noticed. Returns when the order has
    /// come to its end.
    pub(crate) async fn top_up(&self, dice: &mut Jitter) -> Result<(), ClientError> {
        let due = Instant::now();
        let nth = {
            let mut state = lock(&self.seat.state);
            state.top_ups += 1;
            state.top_ups
        };
        let request = TopUp { id: mint(unix_ms(), dice), amount: self.seat.stage.plan.top_up + nth };
        let mut insist = Self::insist(dice);
        let topped_up = insist!(insist, self.link.call(request.clone()), |error: &ClientError| self.failed(error))?;
        self.done("top_up", due);
        if topped_up.amount != request.amount {
            self.found("W2", format!("top-up {} of {} gave {}", request.id, request.amount, topped_up.amount));
        }
        let (user, amount, order) = (self.seat.person.user, request.amount, topped_up.order);
        lock(&self.seat.stage.ledger).add(&Entry::TopUp { user, id: request.id, order, amount });
        self.order_ends(order, topped_up.status(), due, dice).await
    }

    /// The destination holds the request's id, so that one that was done twice is noticed. Returns when the order has
    /// come to its end.
    pub(crate) async fn withdraw(&self, draw: u64, due: Instant, dice: &mut Jitter) -> Result<(), ClientError> {
        let stage = &self.seat.stage;
        let id = mint(unix_ms(), dice);
        let amount = 1 + (draw % stage.plan.withdrawal_max as u64) as i64;
        let destination = format!("storm bank {id}");
        let request = Withdraw { id, amount, destination, pin: self.pin() };
        let withdrawn = match self.pay(request.clone(), dice).await {
            Err(error) if error.code() == Some(ErrorCode::InsufficientFunds) => {
                self.failed(&error);
                return self.top_up(dice).await;
            }
            other => other?,
        };
        self.done("withdraw", due);
        if withdrawn.amount != amount {
            self.found("W2", format!("withdrawal {} of {amount} gave {}", request.id, withdrawn.amount));
        }
        let Withdraw { id, destination, .. } = request.clone();
        let (user, order) = (self.seat.person.user, withdrawn.order);
        lock(&stage.ledger).add(&Entry::Withdrawal { user, id, order, amount, destination });
        lock(&self.seat.state).last_withdrawal = Some((request, order));
        self.order_ends(order, withdrawn.status(), due, dice).await
    }

    /// Looks at an order until the provider has said what became of it.
    async fn order_ends(
        &self,
        order: u64,
        mut status: OrderStatus,
        due: Instant,
        dice: &mut Jitter,
    ) -> Result<(), ClientError> {
        let mut wait = LOOK_MIN;
        while !ended(status) {
            sleep(wait).await;
            wait = (wait * 2).min(LOOK_MAX);
            let mut insist = Self::insist(dice);
            let looked = insist!(insist, self.link.call(GetOrder { order }), |error: &ClientError| self.failed(error));
            status = looked?.status();
        }
        self.done("order", due);
        Ok(())
    }
}
