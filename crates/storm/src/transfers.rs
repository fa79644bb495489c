//! Transfers, as those who send and receive them play them.

use std::{collections::VecDeque, time::Duration};

use laisee_client::{
    ClientError,
    device::{Jitter, mint},
};
use laisee_wire::v1::{
    AcceptTransfer, Arrival, ErrorCode, GetTransfer, RecallTransfer, ReturnTransfer, SendTransfer, Transfer,
    TransferCard, TransferStatus,
};
use tokio::time::{Instant, sleep};

use crate::{
    cast::unix_ms,
    insist::insist,
    ledger::{Entry, Step},
    player::{Place, Player, lock},
};

/// Transfers remembered by a user for each thing to do with them; the oldest are forgotten, and go back by themselves.
const REMEMBERED: usize = 256;
/// Of 16 transfers so many are sent back without being accepted, also while they are pending.
const UNWANTED: u64 = 2;
/// How far away a moment may be that is waited for.
const NEAR_MS: i64 = 3_000;
/// How long the couriers may take: from the card to the transfer's shard, and with accepted money to the wallet.
const COURIER: Duration = Duration::from_secs(60);

/// A transfer that somebody may do something with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Due {
    transfer: u64,
    arrives_at_ms: i64,
    /// Since when this user knows of it.
    since: Instant,
}

/// What a user knows of transfers.
#[derive(Debug, Default)]
pub(crate) struct Transfers {
    /// Sent to this user, and nothing done with it yet.
    to_receive: VecDeque<Due>,
    /// Sent by this user, with a delay.
    to_recall: VecDeque<Due>,
    /// The last request, its transfer, and when that arrives.
    pub last: Option<(SendTransfer, u64, i64)>,
    pub accepted: Option<u64>,
}

impl Transfers {
    /// A card for this user was posted.
    pub(crate) fn saw(&mut self, card: &TransferCard) {
        let TransferCard { transfer, arrives_at_ms, .. } = *card;
        remember(&mut self.to_receive, Due { transfer, arrives_at_ms, since: Instant::now() });
    }
}

fn remember(queue: &mut VecDeque<Due>, due: Due) {
    queue.push_back(due);
    if queue.len() > REMEMBERED {
        queue.pop_front();
    }
}

/// Waits until `ms`, if that is near. Gives from when on a latency counts: what was waited for on purpose is none.
async fn until(ms: i64, due: Instant) -> Instant {
    let left = ms - unix_ms();
    if !(1..NEAR_MS).contains(&left) {
        return due;
    }
    sleep(Duration::from_millis(left as u64)).await;
    due.max(Instant::now())
}

impl Player {
    /// A transfer to the other person of a direct conversation, with one of the delays. The note holds the request's id,
    /// so that one that was sent twice is noticed.
    pub(crate) async fn transfer(
        &self,
        to: &Place,
        arrival: u64,
        amount: u64,
        due: Instant,
        dice: &mut Jitter,
    ) -> Result<(), ClientError> {
        let (stage, user) = (&self.seat.stage, self.seat.person.user);
        let limits = stage.settings.get().copied().unwrap_or_default();
        let least = limits.transfer_min.max(1);
        let most = stage.plan.transfer_max.min(limits.transfer_max.max(least)).max(least);
        let arrival = [Arrival::AtOnce, Arrival::After2H, Arrival::After24H][(arrival % 3) as usize];
        let id = mint(unix_ms(), dice);
        let request = SendTransfer {
            note: id.clone(),
            id,
            conversation: to.conversation,
            receiver: to.members.iter().copied().find(|&member| member != user).unwrap_or_default(),
            amount: least + (amount % (most - least + 1) as u64) as i64,
            arrival: arrival as i32,
            pin: String::new(),
        };
        let funded = match self.pay(request.clone(), dice).await {
            Err(error) if error.code() == Some(ErrorCode::InsufficientFunds) => {
                self.failed(&error);
                return self.top_up(dice).await;
            }
            other => other?,
        };
        self.done("transfer", due);
        let (transfer, arrives_at_ms) = (funded.transfer, funded.arrives_at_ms);
        {
            let audit = &mut *lock(&stage.audit);
            audit.transfers.sent(user, transfer, &request, arrives_at_ms, &mut audit.findings);
        }
        let SendTransfer { id, conversation, receiver, amount, note, .. } = request.clone();
        lock(&stage.ledger).add(&Entry::Transfer {
            user,
            receiver,
            conversation,
            id,
            transfer,
            amount,
            note,
            arrives_at_ms,
        });
        let transfers = &mut lock(&self.seat.state).transfers;
        if arrival != Arrival::AtOnce {
            remember(&mut transfers.to_recall, Due { transfer, arrives_at_ms, since: Instant::now() });
        }
        transfers.last = Some((request, transfer, arrives_at_ms));
        Ok(())
    }

    /// The oldest one that has arrived or soon will; or the oldest of all, when it is to be sent back.
    pub(crate) fn next_to_receive(&self, how: u64) -> Option<Due> {
        let queue = &mut lock(&self.seat.state).transfers.to_receive;
        let soon = |due: &Due| how % 16 < UNWANTED || due.arrives_at_ms < unix_ms() + NEAR_MS;
        let at = queue.iter().position(soon)?;
        queue.remove(at)
    }

    /// The newest, which is the likeliest to be pending still.
    pub(crate) fn next_to_recall(&self) -> Option<Due> {
        let queue = &mut lock(&self.seat.state).transfers.to_recall;
        queue.pop_back().filter(|due| due.arrives_at_ms > unix_ms() - NEAR_MS)
    }

    /// What a receiver does with a transfer: accept it, also too early, at the first moment and at the last; send it back, before
    /// or after accepting it, or both at once.
    pub(crate) async fn receive(&self, of: Due, how: u64, due: Instant, dice: &mut Jitter) -> Result<(), ClientError> {
        match how % 16 {
            ..UNWANTED => self.send_back(of, due, dice).await,
            2 => {
                let due = until(of.arrives_at_ms, due).await;
                let mut other = Jitter::new(dice.next_u64());
                let accept = self.accept(of, due, dice);
                let (accepted, back) = tokio::join!(accept, self.send_back(of, due, &mut other));
                accepted.and(back)
            }
            3 | 4 => {
                let due = until(of.arrives_at_ms, due).await;
                self.accept(of, due, dice).await?;
                self.send_back(of, Instant::now(), dice).await
            }
            5 => self.accept(of, due, dice).await,
            6 => {
                let accept_ms = self.seat.stage.settings.get().map_or(0, |settings| settings.transfer_accept_ms);
                let due = until(of.arrives_at_ms, due).await;
                let due = until(of.arrives_at_ms + accept_ms - 5 + dice.below(10) as i64, due).await;
                self.accept(of, due, dice).await
            }
            _ => {
                let due = until(of.arrives_at_ms, due).await;
                self.accept(of, due, dice).await
            }
        }
    }

    async fn accept(&self, of: Due, due: Instant, dice: &mut Jitter) -> Result<(), ClientError> {
        let transfer = of.transfer;
        let mut insist = Self::insist(dice);
        let request = AcceptTransfer { transfer };
        let answer = insist!(insist, self.link.call(request), |error: &ClientError| self.failed(error));
        let error = match answer {
            Ok(seen) => {
                self.done("accept", due);
                self.saw(&seen);
                if !matches!(seen.status(), TransferStatus::Accepted | TransferStatus::GivenBack) {
                    self.found("F3", format!("transfer {transfer} was accepted and is {:?}", seen.status()));
                }
                lock(&self.seat.state).transfers.accepted = Some(transfer);
                self.step(transfer, Step::Accepted);
                return Ok(());
            }
            Err(error) => error,
        };
        match error.code() {
            // Clocks differ.
            Some(ErrorCode::TransferNotArrived) => {
                self.receive_later(of, &error).await;
                Ok(())
            }
            Some(ErrorCode::TransferEnded | ErrorCode::TransferFrozen) => {
                self.failed(&error);
                self.look_at(transfer, dice).await
            }
            _ => self.unexpected(of, error).await,
        }
    }

    /// The card is there before its shard hears that it is.
    async fn unexpected(&self, of: Due, error: ClientError) -> Result<(), ClientError> {
        match error.code() {
            Some(ErrorCode::NoSuchTransfer) if of.since.elapsed() < COURIER => {
                self.receive_later(of, &error).await;
                Ok(())
            }
            Some(ErrorCode::NoSuchTransfer | ErrorCode::TransferNotForYou) => {
                self.found("F9", format!("transfer {}: its receiver got {error}", of.transfer));
                Err(error)
            }
            _ => Err(error),
        }
    }

    async fn receive_later(&self, of: Due, error: &ClientError) {
        self.failed(error);
        sleep(Duration::from_millis(20)).await;
        remember(&mut lock(&self.seat.state).transfers.to_receive, of);
    }

    /// Sends a transfer back. What was accepted a moment ago can be given back when it has reached the wallet.
    async fn send_back(&self, of: Due, due: Instant, dice: &mut Jitter) -> Result<(), ClientError> {
        let transfer = of.transfer;
        let until = Instant::now() + COURIER;
        let answer = loop {
            let mut insist = Self::insist(dice);
            let request = ReturnTransfer { transfer };
            match insist!(insist, self.link.call(request), |error: &ClientError| self.failed(error)) {
                Err(error) if error.code() == Some(ErrorCode::TransferOnItsWay) && Instant::now() < until => {
                    self.failed(&error);
                    sleep(Duration::from_millis(20)).await;
                }
                other => break other,
            }
        };
        match answer {
            Ok(seen) => {
                let (kind, step) = match seen.status() {
                    TransferStatus::Returned => ("return", Step::Returned),
                    TransferStatus::GivenBack => ("give_back", Step::GivenBack),
                    other => {
                        self.found("F4", format!("transfer {transfer} was sent back and is {other:?}"));
                        return Ok(());
                    }
                };
                self.done(kind, due);
                self.saw(&seen);
                self.step(transfer, step);
                Ok(())
            }
            // Spent, or too late.
            Err(error) if matches!(error.code(), Some(ErrorCode::InsufficientFunds | ErrorCode::TransferEnded)) => {
                self.failed(&error);
                self.look_at(transfer, dice).await
            }
            Err(error) if error.code() == Some(ErrorCode::TransferOnItsWay) => {
                self.found("F3", format!("transfer {transfer} was accepted and does not reach the wallet"));
                Err(error)
            }
            Err(error) => self.unexpected(of, error).await,
        }
    }

    /// The sender asks for it back, now and then in the very moment in which it arrives.
    pub(crate) async fn recall(&self, of: Due, how: u64, due: Instant, dice: &mut Jitter) -> Result<(), ClientError> {
        let transfer = of.transfer;
        let due = match how.is_multiple_of(3) {
            true => until(of.arrives_at_ms - 10 + dice.below(15) as i64, due).await,
            false => due,
        };
        let request = RecallTransfer { transfer, reason: format!("storm {transfer}"), evidence: Vec::new() };
        let mut insist = Self::insist(dice);
        let answer = insist!(insist, self.link.call(request.clone()), |error: &ClientError| self.failed(error));
        match answer {
            Ok(seen) => {
                self.done("recall", due);
                self.saw(&seen);
                if seen.recall.is_none() {
                    self.found("F6", format!("transfer {transfer} was recalled, and there is no recall"));
                }
                self.step(transfer, Step::Recalled);
                Ok(())
            }
            Err(error) => match error.code() {
                Some(ErrorCode::TransferArrived | ErrorCode::TransferAccepted | ErrorCode::TransferEnded) => {
                    self.failed(&error);
                    self.look_at(transfer, dice).await
                }
                Some(ErrorCode::TransferNotPosted) => {
                    self.failed(&error);
                    sleep(Duration::from_millis(20)).await;
                    remember(&mut lock(&self.seat.state).transfers.to_recall, of);
                    Ok(())
                }
                _ => Err(error),
            },
        }
    }

    async fn look_at(&self, transfer: u64, dice: &mut Jitter) -> Result<(), ClientError> {
        let due = Instant::now();
        let mut insist = Self::insist(dice);
        let request = GetTransfer { transfer };
        let seen = insist!(insist, self.link.call(request), |error: &ClientError| self.failed(error))?;
        self.done("look", due);
        self.saw(&seen);
        Ok(())
    }

    fn saw(&self, transfer: &Transfer) {
        let audit = &mut *lock(&self.seat.stage.audit);
        audit.transfers.saw(transfer, &mut audit.findings);
    }

    fn step(&self, transfer: u64, step: Step) {
        let user = self.seat.person.user;
        lock(&self.seat.stage.ledger).add(&Entry::Step { user, transfer, step });
    }

    /// Accepts something again that was accepted.
    pub(crate) async fn accept_again(&self, transfer: u64, dice: &mut Jitter) -> Result<(), ClientError> {
        let mut insist = Self::insist(dice);
        let request = AcceptTransfer { transfer };
        match insist!(insist, self.link.call(request), |error: &ClientError| self.failed(error)) {
            Ok(seen) => {
                self.saw(&seen);
                Ok(())
            }
            // It was given back since.
            Err(error) if error.code() == Some(ErrorCode::TransferEnded) => self.look_at(transfer, dice).await,
            Err(error) => Err(error),
        }
    }
}
