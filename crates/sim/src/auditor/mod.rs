//! Watches a world and knows the laws. It sees what stands in the logs and what anybody was told, as plain numbers and
//! words, and works everything out anew: not a line of it is shared with the code it watches.

mod draw;
mod fact;
mod guards;
mod ledger;
mod once;
mod orders;
mod packets;
mod people;
mod readers;
mod seen;
mod settings;
mod suspensions;
mod talk;
mod told;
mod transfers;
mod unread;
mod verdict;

pub use fact::{Back, Fact, Funded, Ordered, Outcome, Posted, Relation, Secret, Sent, Settled, Step};
pub use packets::Shown;
pub use seen::{Asked, Seen, Stage};
pub use told::Told;
pub use transfers::CLOSE_MS;
pub use verdict::{Law, Verdict, Violation};

use guards::Guards;
use ledger::Ledger;
use once::Once;
use orders::Orders;
use packets::Packets;
use people::People;
use readers::Readers;
use settings::Settings;
use suspensions::Suspensions;
use talk::Talk;
use transfers::Transfers;

/// Everything known of one world.
#[derive(Default)]
pub struct Auditor {
    /// The newest position of each shard's log.
    ends: Vec<u64>,
    guards: Guards,
    ledger: Ledger,
    once: Once,
    orders: Orders,
    packets: Packets,
    people: People,
    readers: Readers,
    suspensions: Suspensions,
    settings: Settings,
    talk: Talk,
    transfers: Transfers,
    /// No fact will be added any more: what is told now must be how it stands.
    settled: bool,
}

/// Limits the laws depend on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rules {
    /// Missed messages of one conversation beyond which a device is told to reload.
    pub reload_beyond: u32,
    /// How long each kind of transfer takes to arrive, and can be accepted then.
    pub delays_ms: [i64; 3],
    pub accept_ms: i64,
    /// What each level may send, top up and withdraw, at once and in a day; from what on sending needs the PIN; how far
    /// the day is ahead of UTC.
    pub limits: [[(i64, i64); 3]; 3],
    pub pin_from: i64,
    pub day_offset_ms: i64,
}

impl Auditor {
    #[must_use]
    pub fn new(shards: u16, rules: Rules) -> Self {
        Self {
            ends: vec![0; usize::from(shards)],
            readers: Readers::new(rules),
            settings: Settings::of(shards),
            transfers: Transfers::new(rules),
            guards: Guards::new(rules),
            ..Self::default()
        }
    }

    /// A fact stands in a log, and is durable.
    pub fn fact(&mut self, shard: u16, position: u64, at_ms: i64, fact: &Fact) -> Verdict {
        let end = &mut self.ends[usize::from(shard)];
        if position != *end + 1 {
            return Law::LogKept.broken(format!("shard {shard}: fact {position} follows fact {end}"));
        }
        *end = position;
        self.people.fact(shard, fact)?;
        self.suspensions.fact(shard, at_ms, fact)?;
        self.settings.fact(shard, fact)?;
        self.talk.fact(at_ms, fact)?;
        self.once.fact(fact)?;
        self.orders.fact(fact)?;
        self.packets.fact(at_ms, fact)?;
        self.transfers.fact(at_ms, fact)?;
        self.ledger.fact(shard, fact, &self.people)?;
        self.guards.fact(at_ms, fact)
    }

    /// How many changes of settings there were.
    #[must_use]
    pub fn settings_sequence(&self) -> u64 {
        self.settings.sequence()
    }

    /// An append is over: every account of the shard together makes zero.
    pub fn committed(&self, shard: u16) -> Verdict {
        self.ledger.balanced(shard)?;
        self.transfers.exact()
    }

    /// A shard starts again and finds its log ending here.
    pub fn restarted(&self, shard: u16, end: u64) -> Verdict {
        let known = self.ends[usize::from(shard)];
        if end < known {
            return Law::LogKept.broken(format!("shard {shard}: the log ended at {known} and now ends at {end}"));
        }
        Ok(())
    }

    /// Somebody was told something.
    pub fn told(&mut self, told: &Told) -> Verdict {
        match told {
            Told::SignedUp { name, user } => self.people.told_signed_up(name, *user),
            Told::GroupCreated { by, id, conversation } => self.once.told(*by, *id, "group", &[*conversation]),
            Told::Posted { sender, id, conversation, message, seq, at_ms } => {
                self.talk.told_posted(*sender, *id, *conversation, *message, *seq, *at_ms)
            }
            Told::Message { conversation, seq, message, sender, id, at_ms, body } => {
                self.talk.told_message(*conversation, *seq, *message, *sender, *id, *at_ms, body)
            }
            Told::Acknowledged { user, conversation, through } => self.talk.told_holds(*user, *conversation, *through),
            Told::Delivered { user, conversation, through } => self.talk.told_delivered(*user, *conversation, *through),
            Told::Read { user, conversation, through, unread } => {
                self.talk.told_read(*user, *conversation, *through, *unread)
            }
            Told::Conversation { user, conversation, head, joined, read, unread, member } => {
                self.talk.told_conversation(*user, *conversation, *head, *joined, *read, *unread, *member)
            }
            Told::ToppedUp { user, id, amount, balance } => {
                self.once.told(*user, *id, "top-up", &[*amount as u64, *balance as u64])
            }
            Told::Withdrawn { user, id, order, balance } => {
                self.once.told(*user, *id, "withdrawal", &[*order, *balance as u64])
            }
            Told::Order { user, order, amount, outcome } => self.orders.told(*user, *order, *amount, *outcome),
            Told::Lists { user, transfers, orders } if self.settled => {
                let lacks = |all: Vec<u64>, told: &Option<Vec<u64>>| {
                    let told = told.as_ref()?;
                    all.into_iter().find(|id| !told.contains(id))
                };
                let lacking = lacks(self.transfers.seen_by(*user), transfers);
                match lacking.or(lacks(self.orders.of(*user), orders)) {
                    Some(id) => Law::ListsWhole.broken(format!("user {user} is shown a list without {id}")),
                    None => Ok(()),
                }
            }
            Told::Lists { .. } => Ok(()),
            Told::ReleaseCode { user, code } => self.suspensions.told_code(*user, *code),
            Told::PacketFunded { sender, id, packet, balance, commitment } => {
                self.packets.told_commitment(*packet, commitment)?;
                self.once.told(*sender, *id, "packet", &[*packet, *balance as u64])
            }
            Told::TransferFunded { sender, id, transfer, balance, arrives_at_ms } => {
                self.transfers.told_arrival(*transfer, *arrives_at_ms)?;
                self.once.told(*sender, *id, "transfer", &[*transfer, *balance as u64])
            }
            Told::Transfer { user, seen, asked } => self.transfers.told(*user, seen, self.settled && *asked),
            Told::Opened { user, packet, index, amount } => self.packets.told_share(*user, *packet, *index, *amount),
            Told::Mine { user, packet, amount } => self.packets.told_mine(*user, *packet, *amount),
            Told::Packet { user, shown } => self.packets.told_details(*user, shown, self.settled),
            Told::Balance { user, balance, asked } => self.ledger.told_balance(*user, *balance, self.settled && *asked),
            Told::Line { user, number, amount, balance } => self.ledger.told_line(*user, *number, *amount, *balance),
            Told::Friends { user, friends } => self.people.told_friends(*user, friends, self.settled),
        }
    }

    /// A device gave its user the next message of a conversation.
    pub fn given(&mut self, device: usize, user: u64, conversation: u64, seq: u32, body: &str) -> Verdict {
        self.readers.given(&self.talk, device, user, conversation, seq, body)
    }

    /// A device goes on after `through` without what lies before it.
    pub fn skipped(&mut self, device: usize, user: u64, conversation: u64, through: u32, reload: bool) -> Verdict {
        self.readers.skipped(&self.talk, device, user, conversation, through, reload)
    }

    /// A device begins again with what it kept: so far it holds each conversation.
    pub fn reopened(&mut self, device: usize, kept: impl IntoIterator<Item = (u64, u32)>) {
        self.readers.reopened(device, kept);
    }

    /// Nothing happens any more. Everything on its way has arrived, everything begun has ended.
    pub fn settle(&mut self) -> Verdict {
        self.settled = true;
        self.packets.ended()?;
        self.transfers.ended()?;
        self.orders.ended()?;
        self.ledger.drained()?;
        self.people.agreed()?;
        self.suspensions.agreed(self.ends.len() as u16)?;
        self.settings.agreed()?;
        self.talk.mailboxes_agree(&self.people)
    }

    /// What a device holds at the end: through where, and how many unread it shows.
    pub fn device_holds(&self, device: usize, user: u64, conversation: u64, through: u32, unread: u32) -> Verdict {
        self.talk.device_holds(device, user, conversation, through, unread)
    }

    /// The conversations a user is in, each with its newest message.
    #[must_use]
    pub fn conversations_of(&self, user: u64) -> Vec<(u64, u32)> {
        self.talk.conversations_of(user)
    }

    /// The newest message a user may see in a conversation it is or was in.
    #[must_use]
    pub fn sees_to(&self, user: u64, conversation: u64) -> Option<u32> {
        self.talk.sees_to(user, conversation)
    }

    /// An operator's list of disputes at the end: all there were in a shard, and none that waits.
    pub fn disputes_listed(&self, shard: u16, listed: &[u64]) -> Verdict {
        let were = self.transfers.ever_recalled().into_iter().filter(|id| shard_of(*id) == shard);
        match were.into_iter().find(|id| !listed.contains(id)) {
            Some(id) => Law::ListsWhole.broken(format!("the disputes of shard {shard} lack {id}")),
            None => Ok(()),
        }
    }

    /// How many packets have not ended.
    #[must_use]
    pub fn packets_open(&self) -> usize {
        self.packets.open()
    }

    /// The provider gets an order.
    pub fn handed_over(&self, order: u64) -> Verdict {
        self.orders.handed_over(order)
    }

    /// The provider has carried an order out, has not, or has taken it back.
    pub fn carried(&mut self, order: u64, outcome: Outcome) {
        self.orders.carried(order, outcome);
    }

    /// How an order ended in the log, so far.
    #[must_use]
    pub fn order_ended_as(&self, order: u64) -> Option<Outcome> {
        self.orders.ended_as(order)
    }

    /// How many orders have not ended as they will.
    #[must_use]
    pub fn orders_open(&self) -> usize {
        self.orders.open()
    }

    /// How many transfers have not ended.
    #[must_use]
    pub fn transfers_open(&self) -> usize {
        self.transfers.open()
    }

    /// The transfers that an operator must decide about.
    #[must_use]
    pub fn disputes(&self) -> Vec<u64> {
        self.transfers.disputes()
    }

    /// Orders that have no end yet.
    #[must_use]
    pub fn orders_without_end(&self) -> Vec<u64> {
        self.orders.without_end()
    }

    /// How a transfer stands.
    #[must_use]
    pub fn transfer(&self, transfer: u64) -> Option<&Seen> {
        self.transfers.stands(transfer)
    }

    #[must_use]
    pub fn files_of(&self, user: u64) -> Vec<u64> {
        self.transfers.files_of(user)
    }

    /// How much money is between shards.
    #[must_use]
    pub fn in_transit(&self) -> i64 {
        self.ledger.in_transit()
    }

    /// Whether every friendship's news have arrived on both sides.
    #[must_use]
    pub fn news_pending(&self) -> bool {
        self.people.agreed().is_err() || self.talk.mailboxes_agree(&self.people).is_err()
    }

    /// Figures for the world's record.
    #[must_use]
    pub fn figures(&self) -> Figures {
        let mut figures = self.packets.figures();
        figures.transfers = self.transfers.figures();
        figures.guards = self.guards.figures();
        figures.orders = self.orders.figures();
        figures.suspensions = self.suspensions.figures();
        figures.facts = self.ends.iter().sum();
        figures.users = self.people.users();
        figures.friendships = self.people.friendships();
        figures.conversations = self.talk.conversations();
        figures.messages = self.talk.messages();
        figures.members_left = self.talk.members_left();
        figures.reloads = self.readers.reloads();
        figures
    }
}

/// Counts of what stands in the logs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Figures {
    pub facts: u64,
    pub users: u64,
    pub friendships: u64,
    pub conversations: u64,
    pub messages: u64,
    pub members_left: u64,
    pub reloads: u64,
    pub packets: u64,
    pub claims: u64,
    pub finished: u64,
    pub expired: u64,
    pub refused: u64,
    pub refunded: i64,
    pub transfers: transfers::Figures,
    pub guards: guards::Figures,
    pub orders: orders::Figures,
    pub suspensions: suspensions::Figures,
}

/// The shard that an id names.
fn shard_of(id: u64) -> u16 {
    ((id >> 12) & 1_023) as u16
}
