//! What should be, worked out from the facts alone.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    fact::Fact,
    fen::Fen,
    ids::{ClientId, ConversationId, OrderId, PacketId, TransferId, UserId},
    order::{OrderKind, Word},
    timer::TimerKey,
    trial::Trial,
};

/// What the facts so far say, added up by hand.
#[derive(Default)]
pub struct Sums {
    brought_in: i64,
    wallets: BTreeMap<UserId, i64>,
    lines: BTreeMap<UserId, u64>,
    packets: BTreeMap<PacketId, Money>,
    /// Amount, whether it is a withdrawal, and where its money stands.
    orders: BTreeMap<OrderId, (i64, bool, Stands)>,
    /// Claimed, and not yet in the claimer's wallet.
    in_transit: BTreeMap<(PacketId, UserId), i64>,
    /// What each transfer holds.
    transfers: BTreeMap<TransferId, i64>,
    /// Accepted or given back, and not yet in the wallet.
    between: BTreeMap<(TransferId, UserId), i64>,
    ids: BTreeSet<(UserId, ClientId)>,
    rooms: BTreeMap<ConversationId, Room>,
}

/// Where an order's money stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stands {
    Awaited,
    Held,
    PaidOut,
    Ended,
}

#[derive(Default)]
struct Money {
    amount: i64,
    shares: u32,
    claims: BTreeMap<UserId, i64>,
    refund: Option<i64>,
}

#[derive(Default)]
struct Room {
    /// Who wrote each message.
    senders: Vec<UserId>,
    /// When each member came, and after which message it left.
    members: BTreeMap<UserId, (usize, Option<usize>)>,
    read: BTreeMap<UserId, usize>,
}

impl Sums {
    fn move_wallet(&mut self, user: UserId, amount: i64, balance: Fen, line: u64) {
        let wallet = self.wallets.entry(user).or_default();
        *wallet += amount;
        assert!(*wallet >= 0, "{user:?} has {wallet} fen");
        assert_eq!(balance.0, *wallet, "the fact says what {user:?} has");
        let lines = self.lines.entry(user).or_default();
        *lines += 1;
        assert_eq!(line, *lines, "statement lines have no gap");
    }

    fn end(&mut self, packet: PacketId, refund: i64) {
        let found = self.packets.get_mut(&packet).unwrap();
        assert_eq!(found.refund.replace(refund), None, "{packet:?} ends once");
        let claimed: i64 = found.claims.values().sum();
        assert_eq!(claimed + refund, found.amount, "claims and refund make up {packet:?}");
    }

    /// Adds one fact, which must be possible after those before it.
    pub fn add(&mut self, fact: &Fact) {
        match fact {
            Fact::OrderCreated { order, user, id, kind, amount, balance, line, .. } => {
                assert!(self.ids.insert((*user, *id)), "an id moves money once");
                assert!(amount.0 > 0, "an order of {amount:?}");
                let withdrawal = *kind == OrderKind::Withdrawal;
                let stands = if withdrawal { Stands::Held } else { Stands::Awaited };
                assert!(self.orders.insert(*order, (amount.0, withdrawal, stands)).is_none(), "{order:?} is made once");
                if withdrawal {
                    self.move_wallet(*user, -amount.0, *balance, *line);
                }
            }
            Fact::OrderSettled { order, user, outcome, amount, balance, line, .. } => {
                let (ordered, withdrawal, stands) = self.orders[order];
                assert_eq!(amount.0, ordered, "{order:?} ends with what it began with");
                let (now, to_wallet) = match (withdrawal, stands, outcome) {
                    (false, Stands::Awaited, Word::Succeeded) => (Stands::Ended, true),
                    (false, Stands::Awaited, _) => (Stands::Ended, false),
                    (true, Stands::Held, Word::Succeeded) => (Stands::PaidOut, false),
                    (true, Stands::Held, _) | (true, Stands::PaidOut, Word::Returned) => (Stands::Ended, true),
                    other => panic!("{order:?} moves money again: {other:?}"),
                };
                self.orders.insert(*order, (ordered, withdrawal, now));
                let outside = |stands| if stands == Stands::PaidOut { ordered } else { 0 };
                self.brought_in -= outside(now) - outside(stands);
                if to_wallet {
                    self.brought_in += if withdrawal { 0 } else { ordered };
                    self.move_wallet(*user, ordered, *balance, *line);
                }
            }
            Fact::PacketFunded { packet, sender, id, amount, count, balance, line, .. } => {
                assert!(self.ids.insert((*sender, *id)), "an id moves money once");
                self.move_wallet(*sender, -amount.0, *balance, *line);
                let money = Money { amount: amount.0, shares: *count, ..Money::default() };
                assert!(self.packets.insert(*packet, money).is_none(), "{packet:?} is made once");
            }
            Fact::Claimed { packet, user, index, amount, .. } => {
                let found = self.packets.get_mut(packet).unwrap();
                assert!(found.refund.is_none(), "{packet:?} has ended");
                assert!((1..=10).contains(&amount.0), "a share of {amount:?}");
                assert_eq!(*index as usize, found.claims.len(), "shares go in order");
                assert!(*index < found.shares);
                assert!(found.claims.insert(*user, amount.0).is_none(), "{user:?} claims {packet:?} twice");
                self.in_transit.insert((*packet, *user), amount.0);
                if found.claims.len() == found.shares as usize {
                    self.end(*packet, 0);
                }
            }
            Fact::Credited { user, packet, amount, balance, line, .. } => {
                assert_eq!(self.in_transit.remove(&(*packet, *user)), Some(amount.0), "what was claimed, once");
                self.move_wallet(*user, amount.0, *balance, *line);
            }
            Fact::PacketRefunded { packet, sender, amount, balance, line, .. } => {
                self.end(*packet, amount.0);
                self.move_wallet(*sender, amount.0, *balance, *line);
            }
            Fact::PacketExpired { packet, sender, refund, balance, line } => {
                assert!(refund.0 > 0, "a packet without a remainder is finished");
                self.end(*packet, refund.0);
                self.move_wallet(*sender, refund.0, *balance, *line);
            }
            Fact::TransferFunded { transfer, sender, id, amount, balance, line, .. } => {
                assert!(self.ids.insert((*sender, *id)), "{id:?} sends once");
                assert!(self.transfers.insert(*transfer, amount.0).is_none(), "{transfer:?} is made once");
                self.move_wallet(*sender, -amount.0, *balance, *line);
            }
            Fact::TransferRefunded { transfer, sender, amount, balance, line, .. }
            | Fact::TransferWentBack { transfer, sender, amount, balance, line, .. } => {
                assert_eq!(self.transfers.remove(transfer), Some(amount.0), "{transfer:?} ends whole, and once");
                self.move_wallet(*sender, amount.0, *balance, *line);
            }
            Fact::TransferAccepted { transfer, receiver, amount, .. } => {
                assert_eq!(self.transfers.remove(transfer), Some(amount.0), "{transfer:?} ends whole, and once");
                self.between.insert((*transfer, *receiver), amount.0);
            }
            Fact::TransferCredited { transfer, user, amount, balance, line, .. } => {
                assert_eq!(self.between.remove(&(*transfer, *user)), Some(amount.0), "what was accepted, once");
                self.move_wallet(*user, amount.0, *balance, *line);
            }
            Fact::TransferGivenBack { transfer, user, sender, amount, balance, line } => {
                assert!(self.between.insert((*transfer, *sender), amount.0).is_none(), "given back once");
                self.move_wallet(*user, -amount.0, *balance, *line);
            }
            Fact::TransferRepaid { transfer, sender, amount, balance, line, .. } => {
                assert_eq!(self.between.remove(&(*transfer, *sender)), Some(amount.0), "what was given back, once");
                self.move_wallet(*sender, amount.0, *balance, *line);
            }
            Fact::ConversationCreated { conversation, members, .. } => {
                let members = members.iter().map(|user| (*user, (0, None))).collect();
                self.rooms.insert(*conversation, Room { members, ..Room::default() });
            }
            Fact::MessagePosted { conversation, seq, sender, .. } => {
                let room = self.rooms.get_mut(conversation).unwrap();
                room.senders.push(*sender);
                assert_eq!(seq.0 as usize, room.senders.len(), "positions have no gap");
                assert!(matches!(room.members.get(sender), Some((_, None))), "only members write");
            }
            Fact::MembersAdded { conversation, users } => {
                let room = self.rooms.get_mut(conversation).unwrap();
                let head = room.senders.len();
                for user in users {
                    let before = room.members.insert(*user, (head, None));
                    assert!(!matches!(before, Some((_, None))), "{user:?} was a member already");
                    room.read.remove(user);
                }
            }
            Fact::MemberLeft { conversation, user } => {
                let room = self.rooms.get_mut(conversation).unwrap();
                let head = room.senders.len();
                let (_, left) = room.members.get_mut(user).unwrap();
                assert_eq!(left.replace(head), None, "{user:?} had left already");
            }
            Fact::ReadMarked { conversation, user, through } => {
                let room = self.rooms.get_mut(conversation).unwrap();
                let before = room.read.insert(*user, through.0 as usize).unwrap_or(0);
                assert!(before < through.0 as usize, "a read mark only rises");
            }
            _ => {}
        }
    }

    /// The state has nothing else than the facts say.
    pub fn compare(&self, trial: &Trial) {
        let state = &trial.state;
        for (user, fen) in &self.wallets {
            assert_eq!(trial.balance(*user), Fen(*fen));
        }
        for (packet, money) in &self.packets {
            let head = &state.packets.get(packet).unwrap().head;
            let left = if money.refund.is_some() { 0 } else { money.amount - money.claims.values().sum::<i64>() };
            assert_eq!(head.escrow(), Fen(left));
            assert_eq!(head.status.ended(), money.refund.is_some());
            // Who waits for time to pass is waited for, and nobody else.
            assert_eq!(
                state.timers.contains(&(head.terms.expires_at, TimerKey::Packet(*packet))),
                money.refund.is_none()
            );
        }
        let in_packets: i64 =
            self.packets.keys().map(|packet| state.packets.get(packet).unwrap().head.escrow().0).sum();
        let in_wallets: i64 = self.wallets.values().sum();
        let in_transit = self.in_transit.values().sum::<i64>() + self.between.values().sum::<i64>();
        let in_transfers: i64 = self.transfers.values().sum();
        for (transfer, held) in &self.transfers {
            assert_eq!(state.transfers.get(transfer).unwrap().held(), Fen(*held));
        }
        assert_eq!(state.meta.books.transfers, Fen(in_transfers));
        let held_by = self.orders.values().filter(|(_, _, stands)| *stands == Stands::Held);
        let held: i64 = held_by.map(|(amount, ..)| amount).sum();
        assert_eq!(
            self.brought_in,
            in_wallets + in_packets + in_transfers + in_transit + held,
            "no money appears or vanishes"
        );
        let books = &state.meta.books;
        assert_eq!((books.provider.0, books.wallets.0, books.escrows.0), (-self.brought_in, in_wallets, in_packets));
        let guards: i64 = self.wallets.keys().map(|user| trial.held(*user).0).sum();
        assert_eq!((books.held.0, guards), (held, held), "what is held is held for somebody");
        let transit = |sums: &BTreeMap<_, Fen>| sums.values().map(|fen| fen.0).sum::<i64>();
        assert_eq!(transit(&books.transit_to) + transit(&books.transit_from), in_transit);

        for (id, room) in &self.rooms {
            let found = state.conversations.get(id).unwrap();
            assert_eq!(found.head.head.0 as usize, room.senders.len());
            let active = room.members.iter().filter(|(_, (_, left))| left.is_none()).map(|(user, _)| *user);
            assert_eq!(found.recipients.to_vec(), active.collect::<Vec<_>>());
            for (user, (joined, left)) in &room.members {
                let messages = room.senders[..left.unwrap_or(room.senders.len())].iter().enumerate().skip(*joined);
                let seen: Vec<_> = messages.map(|(n, sender)| (n + 1, *sender)).collect();
                let own = seen.iter().rev().find(|(_, sender)| sender == user).map_or(0, |(seq, _)| *seq);
                let read = room.read.get(user).copied().unwrap_or(0).max(own);
                let unread = seen.iter().filter(|(seq, sender)| *seq > read && sender != user).count();
                let member = found.members[user];
                assert_eq!(member.unread(found.head.head) as usize, unread, "{user:?} in {id:?}: {member:?}");
                assert!(member.unacked(found.head.head) as usize <= seen.len());
            }
        }
    }
}
