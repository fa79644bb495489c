use std::collections::{BTreeMap, BTreeSet, HashMap};

use laisee_wire::v1::*;
use laisee_wire::v1::{client_frame::Body as Ask, server_frame::Body};

/// Devices are numbered; device `d` belongs to user `d / 2 + 1`, so every user has two.
pub fn user_of(device: usize) -> u64 {
    device as u64 / 2 + 1
}

pub struct Room {
    pub messages: Vec<Message>,
    /// Where each member's history begins.
    pub joined: BTreeMap<u64, u32>,
}

#[derive(Default)]
pub struct Server {
    pub rooms: BTreeMap<u64, Room>,
    pub online: BTreeSet<usize>,
    pub acked: BTreeMap<(u64, u64), u32>,
    pub read: BTreeMap<(u64, u64), u32>,
    first_answers: HashMap<(u64, String), MessageSent>,
    /// Conversations that changed since the last heartbeat, by device.
    changed: BTreeMap<usize, BTreeSet<u64>>,
    /// More missed messages than this: reload.
    pub reload_after: usize,
}

pub type Out = Vec<(usize, ServerFrame)>;

impl Server {
    pub fn open_room(&mut self, id: u64, users: impl Iterator<Item = u64>) {
        self.rooms.insert(id, Room { messages: Vec::new(), joined: users.map(|user| (user, 0)).collect() });
    }

    /// Adds a user; what was said before is not theirs to see.
    pub fn join(&mut self, room: u64, user: u64) {
        let room = self.rooms.get_mut(&room).unwrap();
        room.joined.entry(user).or_insert(room.messages.len() as u32);
    }

    fn state(&self, id: u64, user: u64) -> Conversation {
        let room = &self.rooms[&id];
        Conversation {
            id,
            head: room.messages.len() as u32,
            joined: room.joined[&user],
            acked: self.acked.get(&(user, id)).copied().unwrap_or(0),
            read: self.read.get(&(user, id)).copied().unwrap_or(0),
            member: true,
            ..Conversation::default()
        }
    }

    pub fn handle(&mut self, device: usize, frame: ClientFrame) -> Out {
        let user = user_of(device);
        let mut out = Vec::new();
        let mut answer = |body| out.push((device, ServerFrame { request: frame.request, body: Some(body) }));
        match frame.body.unwrap() {
            Ask::Hello(_) => {
                self.online.insert(device);
                self.changed.remove(&device);
                let user = Some(User { id: user, ..User::default() });
                let settings =
                    Some(Settings { heartbeat_ms: 2_000, ack_messages: 3, ack_ms: 200, ..Settings::default() });
                answer(Body::Welcome(Welcome { user, settings, ..Welcome::default() }));
            }
            Ask::Heartbeat(_) => {
                let changed = self.changed.remove(&device).unwrap_or_default();
                let head = |conversation: u64| self.rooms[&conversation].messages.len() as u32;
                let heads = changed.into_iter().map(|c| Head { conversation: c, head: head(c) }).collect();
                answer(Body::HeartbeatAnswer(HeartbeatAnswer { server_time_ms: 0, heads }));
            }
            Ask::SendMessage(send) => {
                let key = (user, send.client_msg_id.clone());
                if let Some(first) = self.first_answers.get(&key) {
                    answer(Body::MessageSent(first.clone()));
                    return out;
                }
                let room = self.rooms.get_mut(&send.conversation).unwrap();
                let seq = room.messages.len() as u32 + 1;
                let id = send.conversation * 1_000_000 + u64::from(seq);
                let message = Message {
                    conversation: send.conversation,
                    seq,
                    id,
                    sender: user,
                    client_msg_id: send.client_msg_id.clone(),
                    at_ms: 0,
                    content: send.content,
                };
                room.messages.push(message.clone());
                let (conversation, client_msg_id) = (send.conversation, send.client_msg_id);
                let sent = MessageSent { conversation, client_msg_id, id, seq, at_ms: 0 };
                self.first_answers.insert(key, sent.clone());
                answer(Body::MessageSent(sent));
                for &other in &self.online {
                    if room.joined.contains_key(&user_of(other)) {
                        self.changed.entry(other).or_default().insert(conversation);
                        if other != device {
                            let notice = MessageNotice { message: Some(message.clone()) };
                            out.push((other, ServerFrame { request: 0, body: Some(Body::MessageNotice(notice)) }));
                        }
                    }
                }
            }
            Ask::Acknowledge(a) => {
                let head = self.rooms[&a.conversation].messages.len() as u32;
                assert!(a.through <= head, "acknowledged {} of {head}", a.through);
                let mark = self.acked.entry((user, a.conversation)).or_default();
                *mark = a.through.max(*mark);
                answer(Body::Acknowledged(Acknowledged { conversation: a.conversation, through: *mark }));
            }
            Ask::MarkRead(r) => {
                let mark = self.read.entry((user, r.conversation)).or_default();
                *mark = r.through.max(*mark);
                answer(Body::ReadMarked(ReadMarked { conversation: r.conversation, through: *mark, unread: 0 }));
            }
            Ask::GetHistory(get) => {
                let room = &self.rooms[&get.conversation];
                let from = if get.after > 0 { get.after + 1 } else { get.before.saturating_sub(get.limit).max(1) };
                let before = if get.before > 0 { get.before } else { u32::MAX };
                let from = from.max(room.joined[&user] + 1);
                let seen = room.messages.iter().filter(|m| m.seq >= from && m.seq < before);
                // Fewer than asked for, so that pulling in pieces is exercised.
                let messages: Vec<_> = seen.take(get.limit.min(4) as usize).cloned().collect();
                answer(Body::History(History { more: messages.len() == 4, messages }));
            }
            Ask::GetConversation(get) => {
                let conversation = Some(self.state(get.conversation, user));
                answer(Body::ConversationState(ConversationState { conversation }));
            }
            Ask::Sync(sync) => self.sync(user, &sync).into_iter().for_each(answer),
            other => panic!("not in the model: {other:?}"),
        }
        out
    }

    /// Pages of two conversations, each conversation's messages in segments of three.
    fn sync(&self, user: u64, sync: &Sync) -> Vec<Body> {
        let mut positions: BTreeMap<u64, u32> = sync.positions.iter().map(|p| (p.conversation, p.seq)).collect();
        let mut after = 0;
        if !sync.page_token.is_empty() {
            // The token carries the positions, as a real one may.
            let mut numbers = sync.page_token.split(',').map(|n| n.parse::<u64>().unwrap());
            after = numbers.next().unwrap();
            while let (Some(conversation), Some(seq)) = (numbers.next(), numbers.next()) {
                positions.insert(conversation, seq as u32);
            }
        }
        let begin = after;
        let mine = self.rooms.iter().filter(move |(id, room)| **id > begin && room.joined.contains_key(&user));
        let mut segments = Vec::new();
        let (mut count, mut token) = (0, String::new());
        for (&id, room) in mine {
            let have = positions.get(&id).copied();
            if have == Some(room.messages.len() as u32) {
                continue;
            }
            if count == 2 {
                token = after.to_string();
                for (conversation, seq) in &positions {
                    token.push_str(&format!(",{conversation},{seq}"));
                }
                break;
            }
            count += 1;
            after = id;
            let from = have.unwrap_or(0).max(room.joined[&user]) as usize;
            let mut missed = &room.messages[from.min(room.messages.len())..];
            let reload = missed.len() > self.reload_after;
            if reload {
                missed = &missed[missed.len() - self.reload_after..];
            }
            let mut pieces: Vec<&[Message]> = missed.chunks(3).collect();
            if pieces.is_empty() {
                pieces.push(&[]);
            }
            for piece in pieces {
                let part =
                    SyncConversation { conversation: Some(self.state(id, user)), messages: piece.to_vec(), reload };
                segments.push(SyncSegment {
                    conversations: vec![part],
                    page_end: false,
                    next_page_token: String::new(),
                });
            }
        }
        if segments.is_empty() {
            segments.push(SyncSegment::default());
        }
        let last = segments.last_mut().unwrap();
        last.page_end = true;
        last.next_page_token = token;
        segments.into_iter().map(Body::SyncSegment).collect()
    }
}
