use std::{
    collections::{BTreeMap, HashMap},
    hash::{DefaultHasher, Hash, Hasher},
};

use laisee_wire::v1::{Message, MessageSent};
use prost::Message as _;

use super::Findings;

/// A message as the first member saw it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Stamp {
    id: u64,
    sender: u64,
    contents: u64,
}

#[derive(Debug, Default)]
struct Room {
    /// By sequence number, from 1.
    stamps: BTreeMap<u32, Stamp>,
    /// How far each member has seen it.
    positions: BTreeMap<u64, u32>,
}

/// Conversations as their members see them: the same messages for all, in order, without gap or repetition.
#[derive(Debug, Default)]
pub(crate) struct Rooms {
    rooms: HashMap<u64, Room>,
    /// Where each client id was seen, and where it was acknowledged.
    seen: HashMap<String, (u64, u32)>,
    acknowledged: HashMap<String, (u64, u32)>,
}

impl Rooms {
    /// Only members that are named here are expected to see everything.
    pub(crate) fn open(&mut self, conversation: u64, members: &[u64]) {
        let room = self.rooms.entry(conversation).or_default();
        for &member in members {
            room.positions.entry(member).or_insert(0);
        }
    }

    /// A member's client gave this message.
    pub(crate) fn saw(&mut self, user: u64, message: &Message, findings: &mut Findings) {
        let (conversation, seq) = (message.conversation, message.seq);
        let room = self.rooms.entry(conversation).or_default();
        let position = room.positions.entry(user).or_insert(0);
        if seq != *position + 1 {
            findings.add("M6", format!("user {user} saw {seq} after {position} in conversation {conversation}"));
        }
        *position = seq;
        let stamp = stamp(message);
        let first = *room.stamps.entry(seq).or_insert(stamp);
        if first != stamp {
            findings.add("M6", format!("user {user} saw another message {seq} in conversation {conversation}"));
        }
        if message.client_msg_id.is_empty() {
            return;
        }
        let place = (conversation, seq);
        let id = &message.client_msg_id;
        if *self.seen.entry(id.clone()).or_insert(place) != place {
            findings.add("M2", format!("message {id} is stored twice, again as {conversation}/{seq}"));
        }
        if self.acknowledged.get(id).is_some_and(|&told| told != place) {
            findings.add("M2", format!("message {id} was seen as {conversation}/{seq}, not as acknowledged"));
        }
    }

    /// A member's client was told not to expect messages up to here.
    pub(crate) fn skipped(&mut self, user: u64, conversation: u64, through: u32) {
        let room = self.rooms.entry(conversation).or_default();
        let position = room.positions.entry(user).or_insert(0);
        *position = through.max(*position);
    }

    /// The server acknowledged a message to its sender.
    pub(crate) fn acknowledged(&mut self, sent: &MessageSent, findings: &mut Findings) {
        let place = (sent.conversation, sent.seq);
        let id = &sent.client_msg_id;
        if *self.acknowledged.entry(id.clone()).or_insert(place) != place {
            findings.add("M2", format!("message {id} was acknowledged twice, again as {place:?}"));
        }
        if self.seen.get(id).is_some_and(|&seen| seen != place) {
            findings.add("M2", format!("message {id} was acknowledged as {place:?}, but seen elsewhere"));
        }
    }

    /// Who still misses something that anybody saw or the server acknowledged: user, conversation, position, head.
    pub(crate) fn behind(&self) -> Vec<(u64, u64, u32, u32)> {
        let mut heads: HashMap<u64, u32> = HashMap::new();
        for &(conversation, seq) in self.acknowledged.values() {
            let head = heads.entry(conversation).or_default();
            *head = seq.max(*head);
        }
        let mut behind = Vec::new();
        for (&conversation, room) in &self.rooms {
            let seen = room.stamps.last_key_value().map_or(0, |(&seq, _)| seq);
            let head = heads.get(&conversation).copied().unwrap_or(0).max(seen);
            let late = room.positions.iter().filter(|&(_, &position)| position < head);
            behind.extend(late.map(|(&user, &position)| (user, conversation, position, head)));
        }
        behind.sort_unstable();
        behind
    }
}

fn stamp(message: &Message) -> Stamp {
    let mut hasher = DefaultHasher::new();
    message.client_msg_id.hash(&mut hasher);
    message.at_ms.hash(&mut hasher);
    // A sender's own copy is made from what was sent, so only what travels is compared.
    message.content.as_ref().map(|content| content.encode_to_vec()).hash(&mut hasher);
    Stamp { id: message.id, sender: message.sender, contents: hasher.finish() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(seq: u32, client: &str) -> Message {
        Message { conversation: 1, seq, id: seq.into(), client_msg_id: client.into(), ..Message::default() }
    }

    fn rules(findings: &Findings) -> Vec<&str> {
        findings.kept.iter().map(|v| v.rule.as_str()).collect()
    }

    #[test]
    fn each_broken_law_is_noticed() {
        let rows = [
            (vec![(1, 1, "a"), (1, 2, "b"), (2, 1, "a"), (2, 2, "b")], vec![]),
            (vec![(1, 1, "a"), (1, 3, "c")], vec!["M6"]),
            (vec![(1, 1, "a"), (1, 1, "a")], vec!["M6"]),
            (vec![(1, 2, "b")], vec!["M6"]),
            (vec![(1, 1, "a"), (2, 1, "b")], vec!["M6"]),
            (vec![(1, 1, "a"), (1, 2, "a")], vec!["M2"]),
        ];
        for (seen, expected) in rows {
            let (mut rooms, mut findings) = (Rooms::default(), Findings::default());
            for &(user, seq, client) in &seen {
                rooms.saw(user, &message(seq, client), &mut findings);
            }
            assert_eq!(rules(&findings), expected, "{seen:?}");
        }
    }

    #[test]
    fn what_was_acknowledged_must_be_there_for_everybody() {
        let (mut rooms, mut findings) = (Rooms::default(), Findings::default());
        rooms.open(1, &[1, 2]);
        let sent = MessageSent { conversation: 1, seq: 1, client_msg_id: "a".into(), ..MessageSent::default() };
        rooms.acknowledged(&sent, &mut findings);
        assert_eq!(rooms.behind(), [(1, 1, 0, 1), (2, 1, 0, 1)]);
        rooms.saw(1, &message(1, "a"), &mut findings);
        assert_eq!(rooms.behind(), [(2, 1, 0, 1)]);
        rooms.skipped(2, 1, 1);
        assert!(rooms.behind().is_empty());
        assert_eq!(findings.count, 0);
        rooms.acknowledged(&MessageSent { seq: 2, ..sent }, &mut findings);
        assert_eq!(rules(&findings), ["M2", "M2"]);
    }
}
