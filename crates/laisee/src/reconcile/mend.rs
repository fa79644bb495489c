//! Rows of the views as the log says that they must be. This uses the core's own machines: what is wrong was found by others.

use std::collections::BTreeMap;

use laisee_core::{
    cut::Row,
    fact::Fact,
    ids::{Millis, OrderId, PacketId, Position, ShardId, TransferId, UserId},
    ledger::{Books, entry},
    order::Order,
    packet::PacketHead,
    project,
    reconciliation::{Difference, DifferenceKind},
    transfer::Transfer,
    wallet::Wallet,
};
use laisee_store::{Changes, ReadLog, Snapshot, StoreError, views};

/// Log bytes read at a time.
const READ_BYTES: usize = 1 << 20;

/// Works out the rows of one entity from the log, which may be long: most of it beside the running shard, the rest when
/// nobody writes.
pub struct Mending {
    what: What,
    through: Position,
}

enum What {
    /// The rows of history of one fact.
    Fact {
        at: Position,
        changes: Changes,
    },
    Wallet {
        user: UserId,
        wallet: Wallet,
    },
    Packet {
        packet: PacketId,
        head: Option<PacketHead>,
    },
    Transfer {
        transfer: TransferId,
        found: Option<Transfer>,
    },
    Order {
        order: OrderId,
        found: Option<Order>,
    },
    Books {
        books: Books,
        received: BTreeMap<ShardId, Position>,
    },
}

impl Mending {
    /// None: a difference of this kind has no certain repair in the views.
    #[must_use]
    pub fn of(difference: &Difference) -> Option<Self> {
        let at = difference.place.position;
        let (what, begins) = match difference.kind {
            DifferenceKind::ViewMovement | DifferenceKind::ViewClaim => {
                (What::Fact { at, changes: Changes::default() }, Position(at.0.saturating_sub(1)))
            }
            DifferenceKind::ViewWallet => {
                (What::Wallet { user: difference.user?, wallet: Wallet::default() }, Position(0))
            }
            DifferenceKind::ViewPacket => {
                (What::Packet { packet: PacketId(difference.subject), head: None }, Position(0))
            }
            DifferenceKind::ViewTransfer | DifferenceKind::ViewDispute => {
                (What::Transfer { transfer: TransferId(difference.subject), found: None }, Position(0))
            }
            DifferenceKind::ViewOrder => (What::Order { order: OrderId(difference.subject), found: None }, Position(0)),
            DifferenceKind::ViewBooks => {
                (What::Books { books: Books::default(), received: BTreeMap::new() }, Position(0))
            }
            _ => return None,
        };
        Some(Self { what, through: begins })
    }

    /// Reads on up to `through`, or the end. `breathe` as in reconciliation.
    ///
    /// # Errors
    /// The store's.
    pub fn read(
        &mut self,
        log: &mut dyn ReadLog,
        through: Position,
        mut breathe: impl FnMut() -> bool,
    ) -> Result<(), StoreError> {
        while self.through < through && !self.done() {
            let batches = log.read(self.through, READ_BYTES)?;
            if batches.is_empty() {
                break;
            }
            for batch in batches {
                // Views stand between batches, never inside one.
                if batch.last() > through {
                    return Ok(());
                }
                for (n, fact) in batch.facts()?.iter().enumerate() {
                    self.take(Position(batch.first.0 + n as u64), batch.at, fact);
                }
                self.through = batch.last();
            }
            if !breathe() {
                break;
            }
        }
        Ok(())
    }

    /// Whether what comes later makes no difference.
    fn done(&self) -> bool {
        matches!(&self.what, What::Fact { changes, .. } if !changes.is_empty())
    }

    fn take(&mut self, position: Position, at: Millis, fact: &Fact) {
        match &mut self.what {
            What::Fact { at: wanted, changes } => {
                if position == *wanted {
                    project(fact, position, at, |row| views::put_row(changes, &row));
                }
            }
            What::Wallet { user, wallet } => project(fact, position, at, |row| {
                if let Row::Movement { user: moved, movement } = row
                    && moved == *user
                {
                    *wallet = Wallet { balance: movement.balance, lines: movement.number };
                }
            }),
            What::Packet { packet, head } => {
                let begun = PacketHead::funded(fact, at).filter(|begun| begun.terms.packet == *packet);
                let moved = PacketHead::moved_by(fact) == Some(*packet);
                follow(head, begun, moved, |head| head.take(fact, at));
            }
            What::Transfer { transfer, found } => {
                let begun = Transfer::funded(fact, at).filter(|begun| begun.terms.transfer == *transfer);
                let moved = Transfer::moved_by(fact) == Some(*transfer);
                follow(found, begun, moved, |found| found.take(fact, at));
            }
            What::Order { order, found } => {
                let begun = Order::created(fact, at).filter(|begun| begun.order == *order);
                let moved = Order::moved_by(fact) == Some(*order);
                follow(found, begun, moved, |found| found.take(fact, at));
            }
            What::Books { books, received } => {
                if let Some(entry) = entry(fact) {
                    books.book(entry);
                }
                if let Fact::Received { from, through } = fact {
                    received.insert(*from, *through);
                }
            }
        }
    }

    /// The rows, for views that stand where this was read to.
    ///
    /// # Errors
    /// The store's.
    pub fn changes(self, found: &mut dyn Snapshot) -> Result<Changes, StoreError> {
        let mut changes = Changes::default();
        match self.what {
            What::Fact { changes, .. } => return Ok(changes),
            What::Wallet { user, wallet } => views::put_wallet(&mut changes, user, &wallet),
            What::Packet { head, .. } => {
                if let Some(head) = head {
                    views::put_packet(&mut changes, &head);
                }
            }
            What::Transfer { found, .. } => {
                if let Some(found) = found {
                    views::put_transfer(&mut changes, &found);
                }
            }
            What::Order { found, .. } => {
                if let Some(found) = found {
                    views::put_order(&mut changes, &found);
                }
            }
            What::Books { books, received } => {
                if let Some(mut meta) = views::meta(found)? {
                    (meta.books, meta.received) = (books, received);
                    views::put_meta(&mut changes, &meta);
                }
            }
        }
        Ok(changes)
    }
}

/// Begins what a fact began, or moves on what has begun.
fn follow<T>(found: &mut Option<T>, begun: Option<T>, moved: bool, take: impl FnOnce(&mut T)) {
    if begun.is_some() {
        *found = begun;
    } else if moved && let Some(found) = found {
        take(found);
    }
}
