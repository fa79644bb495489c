//! Rows of the views as the log says that they must be. This uses the core's own machines: what is wrong was found by others.

use std::collections::BTreeMap;

use laisee_core::{
    cut::Row,
    fact::Fact,
    fen::Fen,
    ids::{Millis, OrderId, PacketId, Position, Seq, ShardId, TransferId, UserId},
    ledger::{Books, entry},
    order::{Order, OrderState, Raised, Word},
    packet::{PacketHead, PacketStatus, Terms},
    project,
    reconciliation::{Difference, DifferenceKind},
    transfer::{Decision, Recall, Transfer, TransferStatus},
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
            What::Packet { packet, head } => take_packet(*packet, head, at, fact),
            What::Transfer { transfer, found } => take_transfer(*transfer, found, at, fact),
            What::Order { order, found } => take_order(*order, found, at, fact),
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

fn take_packet(packet: PacketId, head: &mut Option<PacketHead>, at: Millis, fact: &Fact) {
    if let Fact::PacketFunded { packet: funded, .. } = fact
        && *funded == packet
        && let Some(terms) = Terms::of(fact, at)
    {
        *head = Some(PacketHead {
            terms: terms.into(),
            status: PacketStatus::Funded,
            seq: Seq(0),
            message: None,
            eligible: [].into(),
            claimed: 0,
            claimed_amount: Fen::ZERO,
            refunded: Fen::ZERO,
            ended_at: None,
        });
    }
    let Some(head) = head else { return };
    let end = |head: &mut PacketHead, status, refund: Fen| {
        (head.status, head.refunded, head.ended_at) = (status, refund, Some(at));
    };
    match fact {
        Fact::PacketPosted { packet: posted, seq, message, eligible, .. } if *posted == packet => {
            (head.status, head.seq, head.message) = (PacketStatus::Open, *seq, Some(*message));
            head.eligible = eligible.as_slice().into();
        }
        Fact::Claimed { packet: claimed, amount, .. } if *claimed == packet => {
            head.claimed += 1;
            head.claimed_amount = head.claimed_amount.plus(*amount);
            if head.claimed == head.terms.count {
                end(head, PacketStatus::Finished, Fen::ZERO);
            }
        }
        Fact::PacketExpired { packet: ended, refund, .. } if *ended == packet => {
            end(head, PacketStatus::Expired, *refund);
        }
        Fact::PacketRefunded { packet: ended, amount, .. } if *ended == packet => {
            end(head, PacketStatus::Refunded, *amount);
        }
        _ => {}
    }
}

fn take_transfer(transfer: TransferId, found: &mut Option<Transfer>, at: Millis, fact: &Fact) {
    if let Fact::TransferFunded { transfer: funded, .. } = fact
        && *funded == transfer
    {
        *found = Some(Transfer::funded(fact, at));
    }
    let Some(found) = found else { return };
    let arrive = |found: &mut Transfer| {
        (found.status, found.accept_by) = (TransferStatus::Arrived, Some(at.plus(found.terms.accept_ms)));
    };
    let end = |found: &mut Transfer, status| (found.status, found.ended_at) = (status, Some(at));
    match fact {
        Fact::TransferPosted { transfer: posted, seq, .. } if *posted == transfer => {
            (found.status, found.seq) = (TransferStatus::Pending, *seq);
            if found.terms.arrives_at <= at {
                arrive(found);
            }
        }
        Fact::TransferArrived { transfer: arrived } if *arrived == transfer => arrive(found),
        Fact::TransferRefunded { transfer: refunded, refusal, .. } if *refunded == transfer => {
            found.refusal = Some(*refusal);
            end(found, TransferStatus::Refunded);
        }
        Fact::TransferAccepted { transfer: accepted, .. } if *accepted == transfer => {
            end(found, TransferStatus::Accepted);
        }
        Fact::TransferWentBack { transfer: back, why, .. } if *back == transfer => end(found, why.status()),
        Fact::TransferRepaid { transfer: repaid, .. } if *repaid == transfer => {
            found.status = TransferStatus::GivenBack;
        }
        Fact::TransferRecalled { transfer: recalled, reason, evidence } if *recalled == transfer => {
            found.status = TransferStatus::Frozen;
            let (reason, evidence) = (reason.clone(), evidence.clone());
            found.recall = Some(Recall { at, reason, evidence, decision: None });
        }
        Fact::DisputeDecided { transfer: decided, by, returned, reason } if *decided == transfer => {
            if let Some(recall) = &mut found.recall {
                recall.decision = Some(Decision { at, by: *by, returned: *returned, reason: reason.clone() });
            }
            if !returned {
                found.status = TransferStatus::Pending;
            }
        }
        _ => {}
    }
}

fn take_order(order: OrderId, found: &mut Option<Order>, at: Millis, fact: &Fact) {
    if let Fact::OrderCreated { order: created, user, kind, provider, amount, destination, .. } = fact
        && *created == order
    {
        *found = Some(Order {
            order,
            user: *user,
            kind: *kind,
            provider: *provider,
            amount: *amount,
            destination: destination.clone(),
            state: OrderState::Created,
            attempts: 0,
            reference: String::new(),
            reason: String::new(),
            created_at: at,
            changed_at: at,
            raised: vec![],
            asked: 0,
        });
    }
    let Some(found) = found else { return };
    match fact {
        Fact::OrderSubmitting { order: about, attempt } if *about == order => {
            (found.state, found.attempts, found.changed_at) = (OrderState::Unknown, *attempt, at);
        }
        Fact::OrderPending { order: about, reference } if *about == order => {
            (found.state, found.changed_at) = (OrderState::Submitted, at);
            take_words(found, reference, "");
        }
        Fact::OrderNotFound { order: about } if *about == order => {
            (found.state, found.changed_at) = (OrderState::Created, at);
        }
        Fact::OrderAsked { order: about, .. } if *about == order => found.asked += 1,
        Fact::OrderDecided { order: about, .. } | Fact::RaisedClosed { order: about, .. } if *about == order => {
            found.raised.clear();
        }
        Fact::OrderRaised { order: about, word, amount, reference, reason } if *about == order => {
            let (reference, reason) = (reference.clone(), reason.clone());
            found.raised.push(Raised { word: *word, amount: *amount, reference, reason, at });
        }
        Fact::OrderSettled { order: about, outcome, reference, reason, .. } if *about == order => {
            found.state = match outcome {
                Word::Succeeded => OrderState::Succeeded,
                Word::Returned => OrderState::Returned,
                Word::Failed | Word::NotFound | Word::Pending => OrderState::Failed,
            };
            found.changed_at = at;
            take_words(found, reference, reason);
        }
        _ => {}
    }
}

/// What a provider says is kept until it says something else.
fn take_words(found: &mut Order, reference: &str, reason: &str) {
    if !reference.is_empty() {
        reference.clone_into(&mut found.reference);
    }
    if !reason.is_empty() {
        reason.clone_into(&mut found.reason);
    }
}
