//! Transfers and orders to the provider.

use std::{
    collections::BTreeMap,
    time::{SystemTime, UNIX_EPOCH},
};

use laisee_wire::v1::{client_frame::Body as Ask, content::Kind, server_frame::Body, *};

use super::world::{Broken, World, refused};

/// Delays and times, in ms.
pub const SHORT_MS: i64 = 100;
pub const LONG_MS: i64 = 400;
pub const ACCEPT_MS: i64 = 300;
const PROVIDER_MS: i64 = 30;
/// From here on the PIN is asked for, in fen.
const PIN_FROM: i64 = 300;

#[derive(Default)]
pub struct Money {
    transfers: BTreeMap<u64, Transfer>,
    orders: BTreeMap<u64, (u64, Order)>,
    pins: BTreeMap<u64, String>,
}

fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64
}

type Notices = Vec<(u64, Body)>;

impl World {
    /// What falls due by itself: orders settle, transfers arrive and go back.
    pub fn advance(&mut self, notices: &mut Notices) {
        let now = now_ms();
        let due = |order: &Order| order.status() == OrderStatus::Submitted && order.created_at_ms + PROVIDER_MS <= now;
        let orders = self.money.orders.iter().filter(|(_, (_, order))| due(order));
        for id in orders.map(|(&id, _)| id).collect::<Vec<_>>() {
            self.settle(id, notices);
        }
        for id in self.money.transfers.keys().copied().collect::<Vec<_>>() {
            let transfer = self.money.transfers.get_mut(&id).unwrap();
            if transfer.status() == TransferStatus::Pending && transfer.arrives_at_ms <= now {
                transfer.status = TransferStatus::Arrived as i32;
                transfer.accept_by_ms = now + ACCEPT_MS;
                self.tell(id, notices);
            } else if transfer.status() == TransferStatus::Arrived && transfer.accept_by_ms <= now {
                self.go_back(id, TransferStatus::Expired, notices);
            }
        }
    }

    fn settle(&mut self, id: u64, notices: &mut Notices) {
        let (user, order) = self.money.orders.get_mut(&id).unwrap();
        order.status = OrderStatus::Succeeded as i32;
        let (user, kind, amount) = (*user, order.kind(), order.amount);
        if kind == OrderKind::TopUp && !self.now_and_then(Broken::LosesTopUps) {
            notices.extend(self.move_order(user, MovementKind::TopUp, amount, id));
        }
    }

    pub fn held(&self, user: u64) -> i64 {
        let mine = self.money.orders.values().filter(|(of, _)| *of == user).map(|(_, order)| order);
        let open = mine.filter(|o| o.kind() == OrderKind::Withdrawal && o.status() == OrderStatus::Submitted);
        open.map(|order| order.amount).sum()
    }

    /// `None`: nothing about transfers, orders or PINs.
    pub fn answer_money(&mut self, user: u64, ask: &Ask, notices: &mut Notices) -> Option<Body> {
        let named = match ask {
            Ask::GetTransfer(r) => Some(r.transfer),
            Ask::AcceptTransfer(r) => Some(r.transfer),
            Ask::ReturnTransfer(r) => Some(r.transfer),
            Ask::RecallTransfer(r) => Some(r.transfer),
            _ => None,
        };
        if named.is_some_and(|id| !self.money.transfers.contains_key(&id)) {
            return Some(refused(ErrorCode::NoSuchTransfer));
        }
        Some(match ask {
            Ask::SetPin(r) => {
                self.money.pins.insert(user, r.pin.clone());
                Body::Pin(Pin { set: true, ..Pin::default() })
            }
            Ask::TopUp(r) => {
                let order = self.order(user, OrderKind::TopUp, r.amount, "");
                // Half of the providers' words come at once.
                if r.amount % 2 == 0 {
                    self.settle(order, notices);
                }
                let (amount, balance, status) = (r.amount, self.balance(user), self.money.orders[&order].1.status);
                Body::ToppedUp(ToppedUp { amount, balance, order, status })
            }
            Ask::Withdraw(r) => {
                if let Some(refusal) = self.unpaid(user, r.amount, &r.pin, true) {
                    return Some(refusal);
                }
                let order = self.order(user, OrderKind::Withdrawal, r.amount, &r.destination);
                if !self.now_and_then(Broken::ForgetsToHold) {
                    notices.extend(self.move_order(user, MovementKind::Withdrawal, -r.amount, order));
                }
                let (amount, balance, status) = (r.amount, self.balance(user), OrderStatus::Submitted as i32);
                Body::Withdrawn(Withdrawn { amount, balance, order, status })
            }
            Ask::GetOrder(r) => Body::Order(self.money.orders[&r.order].1.clone()),
            Ask::ListOrders(r) => {
                let before = if r.before == 0 { u64::MAX } else { r.before };
                let mine = self.money.orders.range(..before).rev().filter(|(_, (of, _))| *of == user);
                let mut orders: Vec<Order> = mine.map(|(_, (_, order))| order.clone()).collect();
                let more = orders.len() > 5;
                orders.truncate(5);
                Body::Orders(Orders { orders, more })
            }
            Ask::SendTransfer(r) => self.send_transfer(user, r, notices),
            Ask::GetTransfer(r) => Body::Transfer(self.money.transfers[&r.transfer].clone()),
            Ask::ListTransfers(r) => {
                let before = if r.before == 0 { u64::MAX } else { r.before };
                let mine = self.money.transfers.range(..before).rev();
                let mine = mine.filter(|(_, transfer)| transfer.sender == user || transfer.receiver == user);
                let mut transfers: Vec<Transfer> = mine.map(|(_, transfer)| transfer.clone()).collect();
                let more = transfers.len() > 5;
                transfers.truncate(5);
                Body::Transfers(Transfers { transfers, more })
            }
            Ask::AcceptTransfer(r) => self.accept(r.transfer, notices),
            Ask::ReturnTransfer(r) => self.send_back(r.transfer, notices),
            Ask::RecallTransfer(r) => {
                let transfer = self.money.transfers.get_mut(&r.transfer).unwrap();
                match transfer.status() {
                    _ if transfer.recall.is_some() => {}
                    TransferStatus::Pending => {
                        transfer.status = TransferStatus::Frozen as i32;
                        let (asked_at_ms, reason) = (now_ms(), r.reason.clone());
                        transfer.recall = Some(Recall { asked_at_ms, reason, ..Recall::default() });
                        self.tell(r.transfer, notices);
                    }
                    TransferStatus::Arrived => return Some(refused(ErrorCode::TransferArrived)),
                    _ => return Some(refused(ErrorCode::TransferEnded)),
                }
                Body::Transfer(self.money.transfers[&r.transfer].clone())
            }
            _ => return None,
        })
    }

    /// Why this cannot be paid.
    fn unpaid(&self, user: u64, amount: i64, pin: &str, always: bool) -> Option<Body> {
        let set = self.money.pins.get(&user);
        if always || amount >= PIN_FROM {
            match set {
                None => return Some(refused(ErrorCode::PinNotSet)),
                Some(_) if pin.is_empty() => return Some(refused(ErrorCode::PinRequired)),
                Some(set) if set != pin => return Some(refused(ErrorCode::PinWrong)),
                Some(_) => {}
            }
        }
        (self.balance(user) < amount).then(|| refused(ErrorCode::InsufficientFunds))
    }

    fn order(&mut self, user: u64, kind: OrderKind, amount: i64, destination: &str) -> u64 {
        let id = self.id();
        let (kind, status) = (kind as i32, OrderStatus::Submitted as i32);
        let (destination, created_at_ms) = (destination.to_owned(), now_ms());
        let order = Order { id, kind, status, amount, destination, created_at_ms, ..Order::default() };
        self.money.orders.insert(id, (user, order));
        id
    }

    fn move_order(&mut self, user: u64, kind: MovementKind, amount: i64, order: u64) -> Notices {
        self.move_money(user, Movement { kind: kind as i32, amount, order, ..Movement::default() })
    }

    fn move_transfer(&mut self, user: u64, kind: MovementKind, amount: i64, transfer: u64) -> Notices {
        self.move_money(user, Movement { kind: kind as i32, amount, transfer, ..Movement::default() })
    }

    fn tell(&self, id: u64, notices: &mut Notices) {
        let transfer = &self.money.transfers[&id];
        for user in [transfer.sender, transfer.receiver] {
            notices.push((user, Body::TransferNotice(TransferNotice { transfer: Some(transfer.clone()) })));
        }
    }

    fn send_transfer(&mut self, user: u64, r: &SendTransfer, notices: &mut Notices) -> Body {
        if let Some(refusal) = self.unpaid(user, r.amount, &r.pin, false) {
            return refusal;
        }
        let (id, now) = (self.id(), now_ms());
        let arrives_at_ms = now + [0, SHORT_MS, LONG_MS][r.arrival as usize];
        let balance = self.balance(user) - r.amount;
        let funded = Body::TransferFunded(TransferFunded { transfer: id, balance, arrives_at_ms });
        if self.now_and_then(Broken::LosesTransfers) {
            return funded;
        }
        notices.extend(self.move_transfer(user, MovementKind::TransferSent, -r.amount, id));
        let (transfer, receiver, amount, note) = (id, r.receiver, r.amount, r.note.clone());
        let card = TransferCard { transfer, receiver, amount, note: note.clone(), arrives_at_ms };
        let content = Content { fallback: String::new(), kind: Some(Kind::Transfer(card)) };
        let (message, told) = self.post(user, r.conversation, String::new(), content);
        notices.extend(told);
        let transfer = Transfer {
            id,
            sender: user,
            receiver,
            conversation: r.conversation,
            amount,
            note,
            arrival: r.arrival,
            status: TransferStatus::Pending as i32,
            created_at_ms: now,
            arrives_at_ms,
            seq: message.seq,
            ..Transfer::default()
        };
        self.money.transfers.insert(id, transfer);
        funded
    }

    fn end(&mut self, id: u64, status: TransferStatus, notices: &mut Notices) -> Transfer {
        let transfer = self.money.transfers.get_mut(&id).unwrap();
        transfer.status = status as i32;
        transfer.ended_at_ms = now_ms();
        let transfer = transfer.clone();
        self.tell(id, notices);
        transfer
    }

    fn go_back(&mut self, id: u64, status: TransferStatus, notices: &mut Notices) {
        let Transfer { sender, amount, .. } = self.end(id, status, notices);
        if !self.now_and_then(Broken::KeepsWhatGoesBack) {
            notices.extend(self.move_transfer(sender, MovementKind::TransferRefund, amount, id));
        }
    }

    fn accept(&mut self, id: u64, notices: &mut Notices) -> Body {
        let early = self.broken == Broken::AcceptsTooEarly;
        match self.money.transfers[&id].status() {
            TransferStatus::Accepted => {}
            TransferStatus::Arrived => self.accepted(id, notices),
            TransferStatus::Pending if early => self.accepted(id, notices),
            TransferStatus::Pending => return refused(ErrorCode::TransferNotArrived),
            TransferStatus::Frozen => return refused(ErrorCode::TransferFrozen),
            _ => return refused(ErrorCode::TransferEnded),
        }
        Body::Transfer(self.money.transfers[&id].clone())
    }

    fn accepted(&mut self, id: u64, notices: &mut Notices) {
        let Transfer { receiver, amount, .. } = self.end(id, TransferStatus::Accepted, notices);
        let times = if self.now_and_then(Broken::CreditsTransfersTwice) { 2 } else { 1 };
        for _ in 0..times {
            notices.extend(self.move_transfer(receiver, MovementKind::TransferReceived, amount, id));
        }
    }

    fn send_back(&mut self, id: u64, notices: &mut Notices) -> Body {
        let transfer = self.money.transfers[&id].clone();
        match transfer.status() {
            TransferStatus::Returned | TransferStatus::GivenBack => {}
            TransferStatus::Accepted if self.broken == Broken::ReturnsWhatWasAccepted => {
                self.go_back(id, TransferStatus::Returned, notices);
            }
            TransferStatus::Accepted => {
                let Transfer { sender, receiver, amount, .. } = transfer;
                if self.balance(receiver) < amount {
                    return refused(ErrorCode::InsufficientFunds);
                }
                self.money.transfers.get_mut(&id).unwrap().status = TransferStatus::GivenBack as i32;
                notices.extend(self.move_transfer(receiver, MovementKind::TransferGivenBack, -amount, id));
                notices.extend(self.move_transfer(sender, MovementKind::TransferRefund, amount, id));
                self.tell(id, notices);
            }
            TransferStatus::Pending | TransferStatus::Frozen | TransferStatus::Arrived => {
                self.go_back(id, TransferStatus::Returned, notices);
            }
            _ => return refused(ErrorCode::TransferEnded),
        }
        Body::Transfer(self.money.transfers[&id].clone())
    }
}
