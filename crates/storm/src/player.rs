//! One user of a storm: what they see, and what they do.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, OnceLock},
    time::Duration,
};

use laisee_client::{
    ClientError, Connection, Event,
    device::{Jitter, SendFailure, mint},
};
use laisee_wire::v1::{
    Content, Error, ErrorCode, GetPacket, MarkRead, Message, MessageSent, OpenPacket, PacketKind, PacketOpened,
    SendMessage, SendPacket, Settings, Text, TransferNotice, Withdraw, content::Kind, server_frame::Body,
};
use tokio::{
    sync::oneshot,
    time::{Instant, sleep},
};

use crate::{
    Plan,
    audit::Audit,
    cast::{Person, unix_ms},
    insist::{Insist, insist, name_of},
    ledger::{Entry, Ledger},
    measure::Measure,
    transfers::Transfers,
    work::{Action, words},
};

/// Opened packets remembered by a user for opening again.
const REMEMBERED: usize = 64;
/// Longer than any storm: what is still under way at its end is cut off by the settling time.
const FOREVER: Duration = Duration::from_secs(7 * 24 * 60 * 60);
const OWN: &str = "storm ";

/// What all players share.
#[derive(Debug)]
pub(crate) struct Stage {
    pub plan: Plan,
    pub started: Instant,
    pub audit: Mutex<Audit>,
    pub ledger: Mutex<Ledger>,
    pub measure: Mutex<Measure>,
    pub counts: Mutex<Counts>,
    /// As the server's first welcome said.
    pub settings: OnceLock<Settings>,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub reconnects: u64,
    pub reloads: u64,
}

/// A poisoned lock only says that another task panicked, which is reported on its own.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// A conversation a player takes part in.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub conversation: u64,
    pub members: Vec<u64>,
    pub direct: bool,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    waiting: HashMap<String, oneshot::Sender<Result<MessageSent, Error>>>,
    to_open: VecDeque<u64>,
    pub opened: VecDeque<PacketOpened>,
    through: HashMap<u64, u32>,
    pub last_message: Option<(SendMessage, u32)>,
    pub last_packet: Option<(SendPacket, u64)>,
    pub transfers: Transfers,
    pub last_withdrawal: Option<(Withdraw, u64)>,
    pub top_ups: i64,
    online_before: bool,
}

/// A user's place: what their connection tells is taken in here.
#[derive(Debug)]
pub(crate) struct Seat {
    pub stage: Arc<Stage>,
    pub person: Person,
    pub places: OnceLock<Vec<Place>>,
    pub state: Mutex<State>,
}

impl Seat {
    pub(crate) fn new(stage: Arc<Stage>, person: Person) -> Self {
        Self { stage, person, places: OnceLock::new(), state: Mutex::default() }
    }

    fn places(&self) -> &[Place] {
        self.places.get().map(Vec::as_slice).unwrap_or_default()
    }

    /// What the connection tells; called on its task.
    pub(crate) fn observe(&self, event: Event) {
        match event {
            Event::Online(welcome) => {
                if let Some(settings) = welcome.settings {
                    let _ = self.stage.settings.set(settings);
                }
                if std::mem::replace(&mut lock(&self.state).online_before, true) {
                    lock(&self.stage.counts).reconnects += 1;
                }
            }
            Event::Message(message) => self.saw(&message),
            Event::Skipped { conversation, through, reload } => {
                lock(&self.stage.audit).rooms.skipped(self.person.user, conversation, through);
                lock(&self.stage.counts).reloads += u64::from(reload);
            }
            Event::Sent(sent) => self.sent(sent),
            Event::SendFailed { client_msg_id, failure } => {
                let error = match failure {
                    SendFailure::Refused(error) => error,
                    SendFailure::NoAnswer => Error { code: ErrorCode::Deadline as i32, ..Error::default() },
                };
                if let Some(waiter) = lock(&self.state).waiting.remove(&client_msg_id) {
                    let _ = waiter.send(Err(error));
                }
            }
            Event::SignedOut => {
                let what = format!("user {} was signed out", self.person.user);
                lock(&self.stage.audit).findings.add("C7", what);
            }
            Event::Notice(frame) => {
                let audit = &mut *lock(&self.stage.audit);
                match frame.body {
                    Some(Body::BalanceNotice(notice)) => {
                        audit.wallets.moved(self.person.user, &notice, &mut audit.findings);
                    }
                    Some(Body::TransferNotice(TransferNotice { transfer: Some(transfer) })) => {
                        audit.transfers.saw(&transfer, &mut audit.findings);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn sent(&self, sent: MessageSent) {
        {
            let audit = &mut *lock(&self.stage.audit);
            audit.rooms.acknowledged(&sent, &mut audit.findings);
        }
        lock(&self.stage.ledger).add(&Entry::Message {
            user: self.person.user,
            conversation: sent.conversation,
            client_msg_id: sent.client_msg_id.clone(),
            id: sent.id,
            seq: sent.seq,
        });
        if let Some(waiter) = lock(&self.state).waiting.remove(&sent.client_msg_id) {
            let _ = waiter.send(Ok(sent));
        }
    }

    fn saw(&self, message: &Message) {
        let me = self.person.user;
        {
            let audit = &mut *lock(&self.stage.audit);
            audit.rooms.saw(me, message, &mut audit.findings);
        }
        let mut state = lock(&self.state);
        state.through.insert(message.conversation, message.seq);
        match message.content.as_ref().and_then(|content| content.kind.as_ref()) {
            Some(Kind::Text(text)) if message.sender != me => {
                drop(state);
                if let Some(sent_us) = stamp_of(&text.text) {
                    let now_us = self.stage.started.elapsed().as_micros() as u64;
                    let took = Duration::from_micros(now_us.saturating_sub(sent_us));
                    lock(&self.stage.measure).done("deliver", took);
                }
            }
            Some(Kind::Packet(card)) => {
                let direct = self.places().iter().any(|p| p.direct && p.conversation == message.conversation);
                let mine = match card.kind() {
                    PacketKind::Named if !direct => card.recipient == me,
                    _ => !(direct && message.sender == me),
                };
                if mine {
                    state.to_open.push_back(card.packet);
                }
            }
            Some(Kind::Transfer(card)) if card.receiver == me => state.transfers.saw(card),
            _ => {}
        }
    }
}

fn stamp_of(text: &str) -> Option<u64> {
    text.strip_prefix(OWN)?.split(' ').next()?.parse().ok()
}

/// A user with their connection.
#[derive(Clone, Debug)]
pub(crate) struct Player {
    pub seat: Arc<Seat>,
    pub link: Connection,
}

impl Player {
    /// Plays one action; latencies count from `due`, so that waiting for one's turn is not hidden.
    pub(crate) async fn play(&self, action: Action, due: Instant, dice: &mut Jitter) {
        let Some(places) = self.seat.places.get().filter(|places| !places.is_empty()) else { return };
        let place = |draw: u64| &places[(draw % places.len() as u64) as usize];
        let done = match action {
            Action::Message { room, words } => self.message(place(room), words, due, dice).await,
            Action::Packet { room, kind, count, amount } => {
                self.packet(place(room), (kind, count, amount), due, dice).await
            }
            Action::Open { which } => match self.next_to_open() {
                Some(packet) => self.open(packet, due, dice).await,
                None => self.message(place(which), which, due, dice).await,
            },
            Action::Read { room } => self.read(place(room), due, dice).await,
            Action::Repeat { what } => self.repeat(what, due, dice).await,
            Action::Transfer { room, arrival, amount } => {
                let direct: Vec<&Place> = places.iter().filter(|place| place.direct).collect();
                match direct.get(room as usize % direct.len().max(1)) {
                    Some(place) => self.transfer(place, arrival, amount, due, dice).await,
                    None => self.message(place(room), room, due, dice).await,
                }
            }
            Action::Receive { which, how } => match self.next_to_receive(how) {
                Some(transfer) => self.receive(transfer, how, due, dice).await,
                None => self.message(place(which), which, due, dice).await,
            },
            Action::Recall { which, how } => match self.next_to_recall() {
                Some(transfer) => self.recall(transfer, how, due, dice).await,
                None => self.message(place(which), which, due, dice).await,
            },
            Action::TopUp => self.top_up(dice).await,
            Action::Withdraw { amount } => self.withdraw(amount, due, dice).await,
        };
        if let Err(error) = done {
            self.failed(&error);
        }
    }

    pub(crate) fn insist(dice: &mut Jitter) -> Insist {
        Insist::new(Instant::now() + FOREVER, dice.next_u64())
    }

    pub(crate) fn failed(&self, error: &ClientError) {
        lock(&self.seat.stage.measure).failed(name_of(error));
    }

    pub(crate) fn done(&self, kind: &'static str, due: Instant) {
        lock(&self.seat.stage.measure).done(kind, due.elapsed());
    }

    pub(crate) fn found(&self, rule: &str, what: String) {
        lock(&self.seat.stage.audit).findings.add(rule, what);
    }

    async fn message(&self, to: &Place, draw: u64, due: Instant, dice: &mut Jitter) -> Result<(), ClientError> {
        let sent_us = self.seat.stage.started.elapsed().as_micros();
        let text = Text { text: format!("{OWN}{sent_us} {}", words(draw)), ..Text::default() };
        let content = Content { fallback: String::new(), kind: Some(Kind::Text(text)) };
        let id = mint(unix_ms(), dice);
        let (waiter, answer) = oneshot::channel();
        lock(&self.seat.state).waiting.insert(id.clone(), waiter);
        self.link.send_message(to.conversation, id.clone(), content.clone()).await?;
        let sent = match answer.await {
            Ok(answer) => answer?,
            Err(_) => return Err(ClientError::Transport("the connection ended".into())),
        };
        self.done("message", due);
        let request = SendMessage { conversation: to.conversation, client_msg_id: id, content: Some(content) };
        lock(&self.seat.state).last_message = Some((request, sent.seq));
        Ok(())
    }

    /// A packet of some kind, sized within the limits of plan and server.
    async fn packet(
        &self,
        to: &Place,
        (kind, count, amount): (u64, u64, u64),
        due: Instant,
        dice: &mut Jitter,
    ) -> Result<(), ClientError> {
        let stage = &self.seat.stage;
        let limits = stage.settings.get().copied().unwrap_or_default();
        let least = limits.packet_share_min.max(1);
        let most = stage.plan.packet_share_max.min(limits.packet_share_max.max(least)).max(least);
        let share = least + (amount % (most - least + 1) as u64) as i64;
        let most_shares = stage.plan.packet_count_max.min(limits.packet_count_max.max(1)).min(to.members.len() as u32);
        let shares = 1 + (count % u64::from(most_shares.max(1))) as u32;
        let others: Vec<u64> = to.members.iter().copied().filter(|&user| user != self.seat.person.user).collect();
        let mut request = SendPacket {
            id: mint(unix_ms(), dice),
            conversation: to.conversation,
            kind: PacketKind::Lucky as i32,
            amount: share * i64::from(shares),
            count: shares,
            recipient: 0,
            greeting: "storm".into(),
            ..SendPacket::default()
        };
        if to.direct || kind % 8 == 0 {
            request.kind = PacketKind::Named as i32;
            (request.amount, request.count) = (share, 1);
            if !to.direct {
                request.recipient = others[(count % others.len() as u64) as usize];
            }
        } else if kind % 8 < 3 {
            request.kind = PacketKind::Equal as i32;
        }
        let funded = match self.pay(request.clone(), dice).await {
            Err(error) if error.code() == Some(ErrorCode::InsufficientFunds) => {
                self.failed(&error);
                return self.top_up(dice).await;
            }
            other => other?,
        };
        self.done("packet", due);
        lock(&stage.audit).packets.sent(funded.packet, &request, &funded.commitment);
        lock(&stage.ledger).add(&Entry::Packet {
            user: self.seat.person.user,
            conversation: to.conversation,
            id: request.id.clone(),
            packet: funded.packet,
            amount: request.amount,
            count: request.count,
            commitment: funded.commitment,
        });
        lock(&self.seat.state).last_packet = Some((request, funded.packet));
        Ok(())
    }

    fn next_to_open(&self) -> Option<u64> {
        lock(&self.seat.state).to_open.pop_front()
    }

    async fn open(&self, packet: u64, due: Instant, dice: &mut Jitter) -> Result<(), ClientError> {
        let mut insist = Self::insist(dice);
        let answer = insist!(insist, self.link.call(OpenPacket { packet }), |error: &ClientError| self.failed(error));
        match answer {
            Ok(opened) => {
                self.done("open", due);
                self.opened(opened, !insist.unsure);
                if dice.below(4) == 0 { self.look(packet, dice).await } else { Ok(()) }
            }
            Err(error) => match error.code() {
                Some(ErrorCode::PacketFinished | ErrorCode::PacketExpired) => {
                    self.failed(&error);
                    self.look(packet, dice).await
                }
                Some(ErrorCode::PacketNotOpenYet) => {
                    self.failed(&error);
                    sleep(Duration::from_millis(20)).await;
                    lock(&self.seat.state).to_open.push_back(packet);
                    Ok(())
                }
                Some(ErrorCode::PacketNotForYou | ErrorCode::NoSuchPacket) => {
                    self.found("P3", format!("packet {packet}: user {} got {error}", self.seat.person.user));
                    Err(error)
                }
                _ => Err(error),
            },
        }
    }

    pub(crate) fn opened(&self, opened: PacketOpened, sure: bool) {
        let (user, stage) = (self.seat.person.user, &self.seat.stage);
        {
            let audit = &mut *lock(&stage.audit);
            audit.packets.opened(user, &opened, sure, &mut audit.findings);
        }
        let PacketOpened { packet, amount, index, .. } = opened;
        lock(&stage.ledger).add(&Entry::Open { user, packet, amount, index });
        let mut state = lock(&self.seat.state);
        state.opened.push_back(opened);
        if state.opened.len() > REMEMBERED {
            state.opened.pop_front();
        }
    }

    async fn look(&self, packet: u64, dice: &mut Jitter) -> Result<(), ClientError> {
        let due = Instant::now();
        let mut insist = Self::insist(dice);
        let details = insist!(insist, self.link.call(GetPacket { packet }), |error: &ClientError| self.failed(error))?;
        self.done("look", due);
        let audit = &mut *lock(&self.seat.stage.audit);
        audit.packets.looked(&details, &mut audit.findings);
        Ok(())
    }

    async fn read(&self, place: &Place, due: Instant, dice: &mut Jitter) -> Result<(), ClientError> {
        let conversation = place.conversation;
        let through = lock(&self.seat.state).through.get(&conversation).copied().unwrap_or(0);
        if through == 0 {
            return Ok(());
        }
        let mut insist = Self::insist(dice);
        let request = MarkRead { conversation, through };
        let marked = insist!(insist, self.link.call(request), |error: &ClientError| self.failed(error))?;
        self.done("read", due);
        if marked.through < through {
            self.found("M8", format!("conversation {conversation}: read {through}, marked {}", marked.through));
        }
        Ok(())
    }
}
