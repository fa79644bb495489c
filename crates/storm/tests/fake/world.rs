use std::collections::{BTreeMap, BTreeSet, HashMap};

use laisee_storm::{Terms, commitment, shares};
use laisee_wire::v1::*;
use laisee_wire::v1::{client_frame::Body as Ask, content::Kind, server_frame::Body};
use prost::Message as _;

use super::money::Money;

/// Which law the server breaks, if any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    Nothing,
    /// Acknowledges messages that it does not store.
    LosesMessages,
    /// Stores some messages twice.
    DoublesMessages,
    /// Forgets client ids, so that a resend is a new message.
    ForgetsClientIds,
    /// Opening again claims another share.
    SharesTwice,
    /// Claims a fen more than was drawn.
    Overpays,
    /// Draws other shares than it committed to.
    CheatsAtDraw,
    /// Does not credit some opens.
    LosesCredits,
    /// Credits some opens twice.
    DoublesCredits,
    /// Shows different members different texts.
    TwoFaced,
    /// Acknowledges transfers that it does not make.
    LosesTransfers,
    /// Forgets the ids of transfers, so that a resend is a new one.
    ForgetsTransferIds,
    /// Lets transfers be accepted before they arrive.
    AcceptsTooEarly,
    /// Credits some transfers twice.
    CreditsTransfersTwice,
    /// Sends accepted transfers back as if they had never been accepted.
    ReturnsWhatWasAccepted,
    /// Does not pay back some of what goes back.
    KeepsWhatGoesBack,
    /// Settles some top-ups without crediting them.
    LosesTopUps,
    /// Takes some withdrawals without taking the money.
    ForgetsToHold,
}

pub struct Outcome {
    pub answer: Body,
    pub notices: Vec<(u64, Body)>,
}

#[derive(Default)]
struct Room {
    members: Vec<u64>,
    messages: Vec<Message>,
    direct: bool,
}

struct Lot {
    packet: Packet,
    drawn: Vec<u64>,
    secret: [u8; 32],
}

pub struct World {
    pub broken: Broken,
    pub money: Money,
    next_id: u64,
    names: HashMap<String, (u64, String)>,
    tokens: HashMap<String, u64>,
    rooms: BTreeMap<u64, Room>,
    asked: BTreeSet<(u64, u64)>,
    friends: BTreeMap<(u64, u64), u64>,
    answers: HashMap<(u64, String), (Vec<u8>, Body)>,
    packets: BTreeMap<u64, Lot>,
    wallets: BTreeMap<u64, Vec<Movement>>,
    changed: BTreeMap<u64, BTreeSet<u64>>,
    events: u64,
}

pub fn refused(code: ErrorCode) -> Body {
    Body::Error(Error { code: code as i32, ..Error::default() })
}

impl World {
    pub fn new(broken: Broken) -> Self {
        Self {
            broken,
            money: Money::default(),
            next_id: 100,
            names: HashMap::new(),
            tokens: HashMap::new(),
            rooms: BTreeMap::new(),
            asked: BTreeSet::new(),
            friends: BTreeMap::new(),
            answers: HashMap::new(),
            packets: BTreeMap::new(),
            wallets: BTreeMap::new(),
            changed: BTreeMap::new(),
            events: 0,
        }
    }

    pub fn id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    /// True now and then, when this law is to be broken.
    pub fn now_and_then(&mut self, law: Broken) -> bool {
        self.events += 1;
        self.broken == law && self.events.is_multiple_of(5)
    }

    pub fn by_token(&self, token: &str) -> u64 {
        self.tokens[token]
    }

    pub fn sign_up(&mut self, request: &SignUp) -> Result<SignedIn, Error> {
        if self.names.contains_key(&request.name) {
            return Err(Error { code: ErrorCode::NameTaken as i32, ..Error::default() });
        }
        let id = self.id();
        self.names.insert(request.name.clone(), (id, request.password.clone()));
        let (name, password, device) = (request.name.clone(), request.password.clone(), String::new());
        self.sign_in(&SignIn { name, password, device, ..SignIn::default() })
    }

    pub fn sign_in(&mut self, request: &SignIn) -> Result<SignedIn, Error> {
        let (id, password) = self.names[&request.name].clone();
        assert_eq!(password, request.password);
        let token = format!("token {}", self.id());
        self.tokens.insert(token.clone(), id);
        Ok(SignedIn { user: Some(User { id, ..User::default() }), token, session: 1 })
    }

    fn state(&self, id: u64, user: u64) -> Conversation {
        let room = &self.rooms[&id];
        let (head, member) = (room.messages.len() as u32, room.members.contains(&user));
        Conversation { id, head, member, member_count: room.members.len() as u32, ..Conversation::default() }
    }

    pub fn post(
        &mut self,
        user: u64,
        conversation: u64,
        client_msg_id: String,
        content: Content,
    ) -> (Message, Vec<(u64, Body)>) {
        let id = self.id();
        let two_faced = self.now_and_then(Broken::TwoFaced);
        let room = self.rooms.get_mut(&conversation).unwrap();
        let seq = room.messages.len() as u32 + 1;
        let content = Some(content);
        let message = Message { conversation, seq, id, sender: user, client_msg_id, at_ms: 0, content };
        room.messages.push(message.clone());
        let mut notices = Vec::new();
        for (nth, &member) in room.members.iter().enumerate() {
            self.changed.entry(member).or_default().insert(conversation);
            let mut message = message.clone();
            message.id += u64::from(two_faced && nth == 0);
            notices.push((member, Body::MessageNotice(MessageNotice { message: Some(message) })));
        }
        (message, notices)
    }

    fn move_packet(&mut self, user: u64, kind: MovementKind, amount: i64, packet: u64) -> Vec<(u64, Body)> {
        self.move_money(user, Movement { kind: kind as i32, amount, packet, ..Movement::default() })
    }

    /// Adds a line, whose number and balance follow from those before.
    pub fn move_money(&mut self, user: u64, movement: Movement) -> Vec<(u64, Body)> {
        let lines = self.wallets.entry(user).or_default();
        let balance = lines.last().map_or(0, |line| line.balance) + movement.amount;
        let movement = Movement { number: lines.len() as u64 + 1, balance, ..movement };
        lines.push(movement.clone());
        vec![(user, Body::BalanceNotice(BalanceNotice { balance, movement: Some(movement) }))]
    }

    pub fn balance(&self, user: u64) -> i64 {
        self.wallets.get(&user).and_then(|lines| lines.last()).map_or(0, |line| line.balance)
    }

    pub fn handle(&mut self, user: u64, ask: Ask) -> Outcome {
        let (key, contents) = match &ask {
            Ask::SendMessage(r) => (r.client_msg_id.clone(), r.encode_to_vec()),
            Ask::SendPacket(r) => (r.id.clone(), r.encode_to_vec()),
            Ask::TopUp(r) => (r.id.clone(), r.encode_to_vec()),
            Ask::Withdraw(r) => (r.id.clone(), Withdraw { pin: String::new(), ..r.clone() }.encode_to_vec()),
            Ask::SendTransfer(r) => (r.id.clone(), SendTransfer { pin: String::new(), ..r.clone() }.encode_to_vec()),
            Ask::CreateGroup(r) => (r.client_id.clone(), r.encode_to_vec()),
            _ => (String::new(), Vec::new()),
        };
        let forgets = match ask {
            Ask::SendMessage(_) => self.broken == Broken::ForgetsClientIds,
            Ask::SendTransfer(_) => self.broken == Broken::ForgetsTransferIds,
            _ => false,
        };
        if let Some((before, answer)) = self.answers.get(&(user, key.clone()))
            && !key.is_empty()
            && !forgets
        {
            let same = *before == contents;
            let answer = if same { answer.clone() } else { refused(ErrorCode::IdReused) };
            return Outcome { answer, notices: Vec::new() };
        }
        let mut notices = Vec::new();
        self.advance(&mut notices);
        let answer = match self.answer_money(user, &ask, &mut notices) {
            Some(answer) => answer,
            None => self.answer(user, ask, &mut notices),
        };
        if !key.is_empty() && !matches!(answer, Body::Error(_)) {
            self.answers.insert((user, key), (contents, answer.clone()));
        }
        Outcome { answer, notices }
    }

    fn answer(&mut self, user: u64, ask: Ask, notices: &mut Vec<(u64, Body)>) -> Body {
        match ask {
            Ask::Heartbeat(_) => {
                let changed = self.changed.remove(&user).unwrap_or_default();
                let head = |&c: &u64| Head { conversation: c, head: self.rooms[&c].messages.len() as u32 };
                Body::HeartbeatAnswer(HeartbeatAnswer { server_time_ms: 0, heads: changed.iter().map(head).collect() })
            }
            Ask::RequestFriend(r) => {
                self.asked.insert((user, r.user));
                Body::FriendState(FriendState { user: r.user, relation: Relation::Requested as i32, conversation: 0 })
            }
            Ask::AnswerFriend(r) => {
                if !self.asked.remove(&(r.user, user)) {
                    return refused(ErrorCode::NoSuchRequest);
                }
                let conversation = self.id();
                self.friends.insert((r.user, user), conversation);
                self.rooms.insert(conversation, Room { members: vec![r.user, user], direct: true, ..Room::default() });
                let relation = Relation::Friend as i32;
                Body::FriendState(FriendState { user: r.user, relation, conversation })
            }
            Ask::ListFriends(_) => {
                let mine = self.friends.iter().filter(|((_, b), _)| *b == user);
                let friend = |(&(a, _), &conversation): (&(u64, u64), &u64)| Friend {
                    user: Some(User { id: a, ..User::default() }),
                    relation: Relation::Friend as i32,
                    conversation,
                    ..Friend::default()
                };
                Body::Friends(Friends { friends: mine.map(friend).collect() })
            }
            Ask::CreateGroup(r) => {
                let id = self.id();
                let members = [vec![user], r.members].concat();
                self.rooms.insert(id, Room { members, ..Room::default() });
                Body::ConversationState(ConversationState { conversation: Some(self.state(id, user)) })
            }
            Ask::GetConversation(r) => {
                let conversation = Some(self.state(r.conversation, user));
                Body::ConversationState(ConversationState { conversation })
            }
            Ask::SendMessage(r) => {
                if self.now_and_then(Broken::LosesMessages) {
                    let seq = self.rooms[&r.conversation].messages.len() as u32 + 1;
                    let (conversation, client_msg_id) = (r.conversation, r.client_msg_id);
                    return Body::MessageSent(MessageSent { conversation, client_msg_id, id: 1, seq, at_ms: 0 });
                }
                let content = r.content.unwrap();
                let (message, told) = self.post(user, r.conversation, r.client_msg_id.clone(), content.clone());
                notices.extend(told);
                if self.now_and_then(Broken::DoublesMessages) {
                    notices.extend(self.post(user, r.conversation, r.client_msg_id.clone(), content).1);
                }
                let (conversation, client_msg_id) = (r.conversation, r.client_msg_id);
                Body::MessageSent(MessageSent {
                    conversation,
                    client_msg_id,
                    id: message.id,
                    seq: message.seq,
                    at_ms: 0,
                })
            }
            Ask::Acknowledge(r) => {
                Body::Acknowledged(Acknowledged { conversation: r.conversation, through: r.through })
            }
            Ask::MarkRead(r) => {
                Body::ReadMarked(ReadMarked { conversation: r.conversation, through: r.through, unread: 0 })
            }
            Ask::GetHistory(r) => {
                let from = if r.after > 0 { r.after + 1 } else { r.before.saturating_sub(r.limit).max(1) };
                let before = if r.before > 0 { r.before } else { u32::MAX };
                let seen = self.rooms[&r.conversation].messages.iter().filter(|m| m.seq >= from && m.seq < before);
                Body::History(History { messages: seen.take(r.limit as usize).cloned().collect(), more: false })
            }
            Ask::Sync(r) => {
                let have: HashMap<u64, u32> = r.positions.iter().map(|p| (p.conversation, p.seq)).collect();
                let mine = self.rooms.iter().filter(|(_, room)| room.members.contains(&user));
                let part = |(&id, room): (&u64, &Room)| SyncConversation {
                    conversation: Some(self.state(id, user)),
                    messages: room.messages[have.get(&id).copied().unwrap_or(0) as usize..].to_vec(),
                    reload: false,
                };
                let conversations = mine.map(part).collect();
                Body::SyncSegment(SyncSegment { conversations, page_end: true, next_page_token: String::new() })
            }
            Ask::GetWallet(_) => {
                let (balance, held) = (self.balance(user), self.held(user));
                Body::Wallet(Wallet { balance, held, ..Wallet::default() })
            }
            Ask::GetStatement(r) => {
                let lines = self.wallets.get(&user).cloned().unwrap_or_default();
                let before = if r.before == 0 { u64::MAX } else { r.before };
                let mut page: Vec<_> = lines.into_iter().rev().filter(|line| line.number < before).collect();
                let more = page.len() > r.limit as usize;
                page.truncate(r.limit as usize);
                Body::Statement(Statement { movements: page, more, ..Statement::default() })
            }
            Ask::SendPacket(r) => self.send_packet(user, &r, notices),
            Ask::OpenPacket(r) => self.open(user, r.packet, notices),
            Ask::GrabPacket(r) => {
                let status = self.packets[&r.packet].packet.status;
                Body::PacketGrab(PacketGrab { packet: r.packet, status, left: 0, mine: 0 })
            }
            Ask::GetPacket(r) => Body::Packet(self.packets[&r.packet].packet.clone()),
            other => panic!("not in the fake: {other:?}"),
        }
    }

    fn send_packet(&mut self, user: u64, r: &SendPacket, notices: &mut Vec<(u64, Body)>) -> Body {
        if self.balance(user) < r.amount {
            return refused(ErrorCode::InsufficientFunds);
        }
        let id = self.id();
        let secret = [id as u8; 32];
        let kind = r.kind as u8;
        let terms = Terms { kind, amount: r.amount as u64, count: r.count, share_min: 1, share_max: 20_000 };
        let mut drawn = shares(&secret, &terms).unwrap();
        if self.broken == Broken::CheatsAtDraw {
            drawn.reverse();
        }
        let commitment: String = commitment(&secret, &terms).iter().map(|b| format!("{b:02x}")).collect();
        let packet = Packet {
            id,
            sender: user,
            conversation: r.conversation,
            kind: r.kind,
            status: PacketStatus::Open as i32,
            amount: r.amount,
            count: r.count,
            commitment: commitment.clone(),
            share_min: 1,
            share_max: 20_000,
            ..Packet::default()
        };
        self.packets.insert(id, Lot { packet, drawn, secret });
        notices.extend(self.move_packet(user, MovementKind::PacketSent, -r.amount, id));
        let recipient = match self.rooms[&r.conversation].direct {
            true => self.rooms[&r.conversation].members.iter().copied().find(|&member| member != user).unwrap(),
            false => r.recipient,
        };
        let card = PacketCard { packet: id, kind: r.kind, greeting: r.greeting.clone(), recipient, count: r.count };
        let content = Content { fallback: String::new(), kind: Some(Kind::Packet(card)) };
        let told = self.post(user, r.conversation, String::new(), content).1;
        notices.extend(told);
        Body::PacketFunded(PacketFunded { packet: id, balance: self.balance(user), commitment })
    }

    fn open(&mut self, user: u64, id: u64, notices: &mut Vec<(u64, Body)>) -> Body {
        let (shares_twice, overpays) = (self.broken == Broken::SharesTwice, self.now_and_then(Broken::Overpays));
        let lot = self.packets.get_mut(&id).unwrap();
        let mine = lot.packet.claims.iter().find(|claim| claim.user == user);
        if let Some(claim) = mine.filter(|_| !shares_twice) {
            return Body::PacketOpened(PacketOpened {
                packet: id,
                amount: claim.amount,
                index: claim.index,
                first: false,
            });
        }
        let index = lot.packet.claims.len() as u32;
        let Some(&share) = lot.drawn.get(index as usize) else { return refused(ErrorCode::PacketFinished) };
        let amount = share as i64 + i64::from(overpays);
        lot.packet.claims.push(Claim { user, index, amount, at_ms: 0 });
        lot.packet.claimed_amount += amount;
        lot.packet.claimed_count += 1;
        if lot.packet.claimed_count == lot.packet.count {
            lot.packet.status = PacketStatus::Finished as i32;
            lot.packet.secret = lot.secret.iter().map(|b| format!("{b:02x}")).collect();
        }
        let times = match () {
            () if self.now_and_then(Broken::LosesCredits) => 0,
            () if self.now_and_then(Broken::DoublesCredits) => 2,
            () => 1,
        };
        for _ in 0..times {
            notices.extend(self.move_packet(user, MovementKind::PacketOpened, amount, id));
        }
        Body::PacketOpened(PacketOpened { packet: id, amount, index, first: true })
    }
}
