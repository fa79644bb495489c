//! What the server acknowledged, written down as it happens: the promise a crash test holds the server to.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs::File,
    io::{BufRead, BufReader, BufWriter, Write},
    path::Path,
};

use serde::{Deserialize, Serialize};

use crate::StormError;

/// One line of the ledger. Ids of 64 bits are written as numbers; the file is read back by this crate only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Entry {
    /// The first line.
    Storm {
        seed: u64,
        addresses: Vec<String>,
    },
    /// Signed up; the token still works unless it was signed out.
    User {
        user: u64,
        name: String,
        password: String,
        token: String,
    },
    Conversation {
        conversation: u64,
        members: Vec<u64>,
    },
    Message {
        user: u64,
        conversation: u64,
        client_msg_id: String,
        id: u64,
        seq: u32,
    },
    /// The amounts of one user's top-ups differ from each other, so that one that is there twice is noticed.
    TopUp {
        user: u64,
        id: String,
        order: u64,
        amount: i64,
    },
    /// The destination holds the id, so that one that is there twice is noticed.
    Withdrawal {
        user: u64,
        id: String,
        order: u64,
        amount: i64,
        destination: String,
    },
    Packet {
        user: u64,
        conversation: u64,
        id: String,
        packet: u64,
        amount: i64,
        count: u32,
        commitment: String,
    },
    Open {
        user: u64,
        packet: u64,
        amount: i64,
        index: u32,
    },
    /// The note holds the id, so that one that is there twice is noticed.
    Transfer {
        user: u64,
        receiver: u64,
        conversation: u64,
        id: String,
        transfer: u64,
        amount: i64,
        note: String,
        arrives_at_ms: i64,
    },
    /// Something was done with a transfer.
    Step {
        user: u64,
        transfer: u64,
        step: Step,
    },
    /// The last line of a storm that came to its end. `unresolved`: operations that were never answered.
    End {
        unresolved: u64,
    },
}

/// What people do with a transfer after it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Its receiver took the money.
    Accepted,
    /// Its receiver sent it back without accepting it.
    Returned,
    /// Its receiver had accepted it and gave it back.
    GivenBack,
    /// Its sender asked for it back, which froze it.
    Recalled,
}

/// An order to the provider as it was acknowledged.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ordered {
    pub order: u64,
    pub amount: i64,
    /// Empty for a top-up.
    pub destination: String,
}

/// A user and what was acknowledged to them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Owner {
    pub name: String,
    pub password: String,
    pub token: String,
    /// By id.
    pub top_ups: BTreeMap<String, Ordered>,
    pub withdrawals: BTreeMap<String, Ordered>,
    /// What was paid, by packet.
    pub sent: BTreeMap<u64, i64>,
    /// Amount and index, by packet.
    pub opened: BTreeMap<u64, (i64, u32)>,
}

/// A conversation and what was acknowledged in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Room {
    pub members: Vec<u64>,
    /// Sender, sequence number and id, by client id.
    pub messages: HashMap<String, (u64, u32, u64)>,
    /// Packets that are posted here or were refunded.
    pub packets: Vec<u64>,
    /// Transfers, likewise.
    pub transfers: Vec<u64>,
}

/// A packet as it was acknowledged.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SentPacket {
    pub sender: u64,
    pub conversation: u64,
    pub amount: i64,
    pub count: u32,
    pub commitment: String,
}

/// A transfer as it was acknowledged, and what was done with it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SentTransfer {
    pub sender: u64,
    pub receiver: u64,
    pub conversation: u64,
    pub amount: i64,
    pub note: String,
    pub arrives_at_ms: i64,
    pub steps: BTreeSet<Step>,
}

/// Everything that a ledger says, in memory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    pub users: BTreeMap<u64, Owner>,
    pub conversations: BTreeMap<u64, Room>,
    pub packets: BTreeMap<u64, SentPacket>,
    pub transfers: BTreeMap<u64, SentTransfer>,
    /// False: the storm was cut off, so more may be stored than is written here.
    pub complete: bool,
}

impl Record {
    /// Reads a ledger file. A last line that was cut off is left out. Errors: `File`, `Ledger`.
    pub fn read(path: &Path) -> Result<Self, StormError> {
        let file = BufReader::new(File::open(path).map_err(StormError::file(path))?);
        let mut record = Self::default();
        let mut torn = None;
        for (number, line) in file.lines().enumerate() {
            if let Some(cause) = torn {
                return Err(StormError::Ledger { line: number, cause });
            }
            match serde_json::from_str(&line.map_err(StormError::file(path))?) {
                Ok(entry) => {
                    torn = None;
                    record.add(&entry);
                }
                Err(cause) => torn = Some(cause),
            }
        }
        Ok(record)
    }

    /// Takes one acknowledged operation in.
    pub fn add(&mut self, entry: &Entry) {
        match entry.clone() {
            Entry::Storm { .. } => {}
            Entry::User { user, name, password, token } => {
                let owner = self.users.entry(user).or_default();
                (owner.name, owner.password, owner.token) = (name, password, token);
            }
            Entry::Conversation { conversation, members } => {
                self.conversations.entry(conversation).or_default().members = members;
            }
            Entry::Message { user, conversation, client_msg_id, id, seq } => {
                let room = self.conversations.entry(conversation).or_default();
                room.messages.insert(client_msg_id, (user, seq, id));
            }
            Entry::TopUp { user, id, order, amount } => {
                let ordered = Ordered { order, amount, destination: String::new() };
                self.users.entry(user).or_default().top_ups.insert(id, ordered);
            }
            Entry::Withdrawal { user, id, order, amount, destination } => {
                let ordered = Ordered { order, amount, destination };
                self.users.entry(user).or_default().withdrawals.insert(id, ordered);
            }
            Entry::Transfer { user, receiver, conversation, transfer, amount, note, arrives_at_ms, .. } => {
                self.conversations.entry(conversation).or_default().transfers.push(transfer);
                // Its receiver may have been quicker than the answer to its sender.
                let sent = self.transfers.entry(transfer).or_default();
                (sent.sender, sent.receiver, sent.conversation) = (user, receiver, conversation);
                (sent.amount, sent.note, sent.arrives_at_ms) = (amount, note, arrives_at_ms);
            }
            Entry::Step { transfer, step, .. } => {
                self.transfers.entry(transfer).or_default().steps.insert(step);
            }
            Entry::Packet { user, conversation, packet, amount, count, commitment, .. } => {
                self.users.entry(user).or_default().sent.insert(packet, amount);
                self.conversations.entry(conversation).or_default().packets.push(packet);
                let sent = SentPacket { sender: user, conversation, amount, count, commitment };
                self.packets.insert(packet, sent);
            }
            Entry::Open { user, packet, amount, index } => {
                self.users.entry(user).or_default().opened.insert(packet, (amount, index));
            }
            Entry::End { unresolved } => self.complete = unresolved == 0,
        }
    }
}

/// The record in memory and, if wanted, the file behind it. Written behind: complete after `flush`.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub record: Record,
    file: Option<BufWriter<File>>,
    failure: Option<std::io::Error>,
}

impl Ledger {
    pub(crate) fn open(path: Option<&Path>) -> Result<Self, StormError> {
        let file = match path {
            Some(path) => Some(BufWriter::new(File::create(path).map_err(StormError::file(path))?)),
            None => None,
        };
        Ok(Self { file, ..Self::default() })
    }

    pub(crate) fn add(&mut self, entry: &Entry) {
        self.record.add(entry);
        if let Some(file) = &mut self.file {
            let written = serde_json::to_writer(&mut *file, entry).map_err(std::io::Error::from);
            self.failure = written.and_then(|()| file.write_all(b"\n")).err().or(self.failure.take());
        }
    }

    /// Errors: the first failure since the last flush.
    pub(crate) fn flush(&mut self) -> std::io::Result<()> {
        match (self.failure.take(), &mut self.file) {
            (Some(failure), _) => Err(failure),
            (None, Some(file)) => file.flush(),
            (None, None) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_without_a_torn_last_line() {
        let path = std::env::temp_dir().join(format!("laisee-ledger-{}", std::process::id()));
        let mut ledger = Ledger::open(Some(&path)).unwrap();
        let user = u64::MAX - 1;
        for entry in [
            Entry::Storm { seed: 1, addresses: vec!["a".into()] },
            Entry::User { user, name: "n".into(), password: "p".into(), token: "t".into() },
            Entry::Conversation { conversation: 5, members: vec![user] },
            Entry::Message { user, conversation: 5, client_msg_id: "m".into(), id: 9, seq: 1 },
            Entry::TopUp { user, id: "u".into(), order: 4, amount: 100 },
            Entry::Withdrawal { user, id: "w".into(), order: 6, amount: 3, destination: "bank".into() },
            Entry::Step { user: 2, transfer: 8, step: Step::Accepted },
            Entry::Transfer {
                user,
                receiver: 2,
                conversation: 5,
                id: "t".into(),
                transfer: 8,
                amount: 2,
                note: "t".into(),
                arrives_at_ms: 1,
            },
            Entry::Packet {
                user,
                conversation: 5,
                id: "i".into(),
                packet: 7,
                amount: 9,
                count: 2,
                commitment: "c".into(),
            },
            Entry::Open { user, packet: 7, amount: 4, index: 0 },
            Entry::End { unresolved: 0 },
        ] {
            ledger.add(&entry);
        }
        ledger.flush().unwrap();
        assert!(ledger.record.complete);
        let sent = &ledger.record.transfers[&8];
        assert_eq!((sent.sender, sent.amount, sent.steps.contains(&Step::Accepted)), (user, 2, true));
        assert_eq!(Record::read(&path).unwrap(), ledger.record);
        let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"{\"op\":\"op").unwrap();
        assert_eq!(Record::read(&path).unwrap(), ledger.record);
        file.write_all(b"\n{}\n").unwrap();
        assert!(Record::read(&path).is_err());
        std::fs::remove_file(path).unwrap();
    }
}
